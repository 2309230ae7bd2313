//! The local clock, and how far the relay's is from it. The machines of the protocol take the time as an argument.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use nightjar_protocol::keys::UnixTime;

/// Tells the time in seconds, corrected by what the relay said its clock shows.
#[derive(Default)]
pub struct Clock {
    offset: AtomicI64,
}

impl Clock {
    /// The present, by this computer's clock plus the offset.
    #[must_use]
    pub fn now(&self) -> UnixTime {
        UnixTime(local().0.saturating_add_signed(self.offset.load(Ordering::Relaxed)))
    }

    /// Takes over the relay's time: `now` follows it from here on. Returns the offset in seconds, positive when this
    /// computer's clock is behind.
    pub fn follow(&self, relay: UnixTime) -> i64 {
        let offset = difference(relay, local());
        self.offset.store(offset, Ordering::Relaxed);
        offset
    }

    /// Takes up the offset that was kept since the last time.
    pub fn set_offset(&self, offset: i64) {
        self.offset.store(offset, Ordering::Relaxed);
    }

    /// The offset in seconds that `now` adds to this computer's clock.
    #[must_use]
    pub fn offset(&self) -> i64 {
        self.offset.load(Ordering::Relaxed)
    }

    /// Whether an offset is worth a warning to the person.
    #[must_use]
    pub const fn is_skewed(offset: i64) -> bool {
        offset.unsigned_abs() > SKEW_TOLERATED
    }
}

/// What this computer's clock shows; zero if it is set before 1970.
fn local() -> UnixTime {
    UnixTime(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

fn difference(a: UnixTime, b: UnixTime) -> i64 {
    let magnitude = i64::try_from(a.since(b).max(b.since(a))).unwrap_or(i64::MAX);
    if a >= b { magnitude } else { -magnitude }
}

/// A difference between the two clocks, in seconds, that nobody needs to hear of.
const SKEW_TOLERATED: u64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_a_relay_ahead_and_behind() {
        for offset in [-86_400_i64 * 30, 0, 86_400 * 30] {
            let clock = Clock::default();
            let relay = UnixTime(local().0.saturating_add_signed(offset));
            assert!((clock.follow(relay) - offset).abs() <= 1);
            assert!(difference(clock.now(), relay).abs() <= 1);
            assert_eq!(Clock::is_skewed(clock.offset()), offset != 0);
        }
    }

    #[test]
    fn absurd_times_do_not_overflow() {
        let clock = Clock::default();
        assert!(clock.follow(UnixTime(u64::MAX)) > 0);
        assert!(clock.now() > local());
    }
}
