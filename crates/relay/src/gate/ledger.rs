//! What all connections' buffers hold together: bytes are booked before they are held, so that the sum has an end. Spec:
//! relay, "Quotas".

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::AcqRel, Ordering::Acquire};
use std::time::Duration;

use tokio::sync::Notify;

/// The bytes that connections may hold together.
pub(crate) struct Ledger {
    most: usize,
    held: AtomicUsize,
    freed: Notify,
}

/// One connection's bytes, given back when it is dropped.
pub(crate) struct Account {
    ledger: Arc<Ledger>,
    held: usize,
}

impl Ledger {
    pub fn new(most: usize) -> Self {
        Self { most, held: AtomicUsize::new(0), freed: Notify::new() }
    }

    /// An account with nothing in it.
    pub fn open(self: &Arc<Self>) -> Account {
        Account { ledger: Arc::clone(self), held: 0 }
    }

    /// Bytes held now.
    pub fn held(&self) -> usize {
        self.held.load(Acquire)
    }

    /// Whether `bytes` more could be booked.
    pub fn has_room(&self, bytes: usize) -> bool {
        self.held().checked_add(bytes).is_some_and(|held| held <= self.most)
    }
}

impl Account {
    /// Holds at least `bytes` from now on; `false`, and no change, if there is no room for so many.
    pub fn book(&mut self, bytes: usize) -> bool {
        // What it holds as it is needs no room, however much all of them hold.
        let Some(more @ 1..) = bytes.checked_sub(self.held) else { return true };
        let most = self.ledger.most;
        let fits = |held: usize| held.checked_add(more).filter(|held| *held <= most);
        if self.ledger.held.fetch_update(AcqRel, Acquire, fits).is_err() {
            return false;
        }
        self.held = bytes;
        true
    }

    /// Holds `bytes` and no more, whatever was booked. What is given back wakes one who waits for it, and he the next when he
    /// settles.
    pub fn settle(&mut self, bytes: usize) {
        match bytes.checked_sub(self.held) {
            Some(0) => return,
            // A buffer can have grown by more than was asked for.
            Some(more) => drop(self.ledger.held.fetch_add(more, AcqRel)),
            None => {
                self.ledger.held.fetch_sub(self.held - bytes, AcqRel);
                self.ledger.freed.notify_one();
            }
        }
        self.held = bytes;
    }

    /// How much of `whole` to wait for a client to take what it is owed: the less of it, the more all of them hold.
    pub fn patience(&self, whole: Duration) -> Duration {
        let Ledger { most, .. } = *self.ledger;
        let free = most.saturating_sub(self.ledger.held()) as f64 / most as f64;
        whole.mul_f64(free * free).max(PATIENCE_LEAST)
    }

    /// Returns when bytes were given back. There may be too few of them all the same.
    pub async fn freed(&self) {
        self.ledger.freed.notified().await;
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.settle(0);
        // It may have been woken for bytes that it did not take.
        self.ledger.freed.notify_one();
    }
}

const PATIENCE_LEAST: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_ends_before_the_room_does() {
        let ledger = Arc::new(Ledger::new(1000));
        let (mut account, whole) = (ledger.open(), Duration::from_secs(64));
        let left = [0, 500, 750, 999, 1000].map(|held| {
            account.settle(held);
            account.patience(whole).as_secs()
        });
        assert_eq!(left, [64, 16, 4, 1, 1]);
    }

    #[test]
    fn what_is_held_is_booked_though_all_together_hold_too_much() {
        let ledger = Arc::new(Ledger::new(100));
        let (mut one, mut other) = (ledger.open(), ledger.open());
        assert!(one.book(60) && other.book(40));
        // A buffer grew by more than was booked.
        other.settle(50);
        assert!(one.book(59) && one.book(60) && !one.book(61));
    }

    #[tokio::test]
    async fn the_sum_has_an_end_and_what_is_given_back_wakes_who_waits() {
        let ledger = Arc::new(Ledger::new(100));
        let (mut one, mut other) = (ledger.open(), ledger.open());
        assert!(one.book(60) && other.book(40) && !other.book(41));
        assert!(one.book(10), "it holds more than that");
        one.settle(59);
        assert!(other.book(41) && !one.book(60) && !ledger.has_room(1));
        assert_eq!(ledger.held(), 100);
        let waiting = tokio::spawn(async move {
            while !other.book(100) {
                other.freed().await;
            }
            other
        });
        tokio::task::yield_now().await;
        drop(one);
        assert_eq!(waiting.await.unwrap().held, 100);
        assert_eq!(ledger.held(), 0);
    }
}
