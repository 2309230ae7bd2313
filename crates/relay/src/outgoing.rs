//! What a connection owes its client and the socket has not taken. Spec: relay, "Life of a connection".

use std::time::Duration;

use tokio::time::Instant;

/// Bytes on their way to the socket.
#[derive(Default)]
pub(crate) struct Outgoing {
    pub bytes: Vec<u8>,
    /// How many of them the socket has to take before `due`: those that were there when the wait began. So a client cannot
    /// hold a buffer for ever by reading a byte now and then.
    goal: usize,
    pub due: Option<Instant>,
}

impl Outgoing {
    /// The socket takes no more for now.
    pub fn waits(&mut self, patience: Duration) {
        if self.due.is_none() {
            self.goal = self.bytes.len();
            self.due = Some(Instant::now() + patience);
        }
    }

    pub fn took(&mut self, written: usize, patience: Duration) {
        if written == self.bytes.len() {
            *self = Self::default();
            return;
        }
        self.bytes.drain(..written);
        self.goal = self.goal.saturating_sub(written);
        if self.goal == 0 && self.due.take().is_some() {
            self.waits(patience);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn reading_a_byte_now_and_then_buys_no_time() {
        let mut outgoing = Outgoing { bytes: vec![1; 100], ..Outgoing::default() };
        let start = Instant::now();
        outgoing.waits(PATIENCE);
        tokio::time::advance(Duration::from_secs(50)).await;
        outgoing.took(99, PATIENCE);
        outgoing.bytes.extend([2; 50]);
        outgoing.waits(PATIENCE);
        assert_eq!(outgoing.due, Some(start + PATIENCE), "one byte of the first hundred is still there");
        outgoing.took(1, PATIENCE);
        assert_eq!(outgoing.due, Some(Instant::now() + PATIENCE), "the next fifty have their own time");
        assert_eq!(outgoing.bytes, [2; 50]);
        outgoing.took(50, PATIENCE);
        assert!(outgoing.bytes.is_empty() && outgoing.due.is_none());
    }
}
