//! Those who have yet to say something, in the order in which they came: when they are too many, the oldest goes, so that
//! silence locks nobody out. Spec: relay, "Life of a connection".

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

/// A line with so many places.
pub(super) struct Line {
    most: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    last: u64,
    /// By number, hence by age. Whose sender is dropped has to go.
    places: BTreeMap<u64, (Duration, oneshot::Sender<()>)>,
}

/// A place in a line, until it is dropped.
pub(crate) struct Place {
    line: Arc<Line>,
    number: u64,
    told: oneshot::Receiver<()>,
}

impl Line {
    pub fn new(most: usize) -> Self {
        Self { most, waiting: Mutex::default() }
    }

    /// Joins the line; if there is no place left, the first in it goes.
    pub fn join(self: &Arc<Self>, now: Duration) -> Place {
        let (leave, told) = oneshot::channel();
        let mut waiting = self.waiting();
        waiting.last += 1;
        let number = waiting.last;
        waiting.places.insert(number, (now, leave));
        if waiting.places.len() > self.most {
            waiting.places.pop_first();
        }
        drop(waiting);
        Place { line: Arc::clone(self), number, told }
    }

    /// Sends the first away if it came before this moment: whether it did.
    pub fn make_way(&self, before: Duration) -> bool {
        let mut waiting = self.waiting();
        let first = waiting.places.first_entry().filter(|place| place.get().0 < before);
        first.map(|place| place.remove()).is_some()
    }

    /// Whether [`Self::make_way`] would send somebody away.
    pub fn could_make_way(&self, before: Duration) -> bool {
        self.waiting().places.first_key_value().is_some_and(|(_, (since, _))| *since < before)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Returns when it is lost to others.
    pub async fn lost(&mut self) {
        // Nothing is ever sent.
        let _ = (&mut self.told).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.line.waiting().places.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    async fn is_lost(place: &mut Place) -> bool {
        timeout(Duration::ZERO, place.lost()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_goes_and_a_place_that_is_left_is_free() {
        let (line, now) = (Arc::new(Line::new(2)), Duration::from_secs(5));
        let (mut first, second) = (line.join(now), line.join(now));
        assert!(!is_lost(&mut first).await);
        drop(second);
        let mut third = line.join(now);
        assert!(!is_lost(&mut first).await, "the second had left");
        let mut fourth = line.join(now);
        assert!(is_lost(&mut first).await && !is_lost(&mut third).await && !is_lost(&mut fourth).await);
    }

    #[tokio::test(start_paused = true)]
    async fn way_is_made_by_who_has_stood_long_enough() {
        let (line, second) = (Arc::new(Line::new(9)), Duration::from_secs(1));
        let (mut first, mut later) = (line.join(second), line.join(second * 3));
        assert!(!line.make_way(second) && !line.could_make_way(second));
        assert!(line.could_make_way(second * 2) && line.make_way(second * 2));
        assert!(is_lost(&mut first).await && !is_lost(&mut later).await);
        assert!(!line.make_way(second * 3), "the other came later");
    }
}
