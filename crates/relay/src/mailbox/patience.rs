//! How long to leave a store alone that did not answer. Spec: relay, "Leases".

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Subscriptions that could not be read, and when to read them again.
#[derive(Default)]
pub(super) struct Patience {
    /// Their slots, as bits.
    slots: u64,
    until: Option<Instant>,
    wait: Duration,
}

impl Patience {
    /// A slot could not be read.
    pub fn failed(&mut self, slot: u64) {
        self.slots |= slot;
        if self.until.is_none() {
            self.wait = (self.wait * 2).clamp(WAIT_FIRST, WAIT_MOST);
            self.until = Some(Instant::now() + self.wait);
        }
    }

    /// The store is back.
    pub const fn succeeded(&mut self) {
        self.wait = Duration::ZERO;
    }

    /// Returns when it is time to try again; never if there is nothing to be tried.
    pub async fn over(&self) {
        match self.until {
            Some(until) => sleep_until(until).await,
            None => std::future::pending().await,
        }
    }

    /// Slots to try again now, as bits; none if it is not yet time.
    pub fn take(&mut self) -> u64 {
        if self.until.is_none_or(|until| Instant::now() < until) {
            return 0;
        }
        self.until = None;
        std::mem::take(&mut self.slots)
    }
}

const WAIT_FIRST: Duration = Duration::from_millis(250);
const WAIT_MOST: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_store_is_left_alone_longer_each_time_until_it_answers() {
        let (mut patience, mut waits) = (Patience::default(), Vec::new());
        for _ in 0..7 {
            let before = Instant::now();
            patience.failed(0b01);
            patience.failed(0b10);
            assert_eq!(patience.take(), 0);
            patience.over().await;
            waits.push(before.elapsed().as_millis() / 250);
            assert_eq!((patience.take(), patience.take()), (0b11, 0));
        }
        assert_eq!(waits, [1, 2, 4, 8, 8, 8, 8]);
        patience.succeeded();
        patience.failed(0b1);
        assert_eq!(patience.until, Some(Instant::now() + WAIT_FIRST));
    }
}
