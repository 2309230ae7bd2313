//! The operating system's randomness, injected into the protocol's machines.

use nightjar_protocol::keys::Random;

/// The one source of randomness of this program.
#[derive(Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    /// Fills `out` from the operating system.
    ///
    /// # Panics
    /// If the system has no randomness to give: there is nothing safe to do without it.
    #[expect(clippy::expect_used, reason = "no key may ever be drawn from anything else")]
    fn fill(&mut self, out: &mut [u8]) {
        getrandom::fill(out).expect("the operating system gives randomness");
    }
}

/// Where an engine draws from: the operating system, unless a simulation brings dice.
pub struct Source(Box<dyn Random + Send>);

impl Source {
    /// Draws from `random`.
    #[must_use]
    pub fn new(random: impl Random + Send + 'static) -> Self {
        Self(Box::new(random))
    }
}

impl Default for Source {
    fn default() -> Self {
        Self::new(OsRandom)
    }
}

impl Random for Source {
    fn fill(&mut self, out: &mut [u8]) {
        self.0.fill(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        assert_ne!(*OsRandom.bytes::<32>(), *OsRandom.bytes::<32>());
    }
}
