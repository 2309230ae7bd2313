//! The numbers of a conversation's cells, counted beside its machines by the rules of messages, "Receiving" and "Window". The
//! limits are the spec's own and not the code's, so that the code cannot move them.

use std::collections::{BTreeMap, BTreeSet};

use nightjar_protocol::conversation::envelope::Envelope;
use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::message::{Body, Message, Text};
use nightjar_protocol::wire::encode;

/// Cells that the peer has not acknowledged, at most.
pub const WINDOW: u64 = 256;
const WINDOW_TEXT: u64 = 192;
const WINDOW_SLOW: u64 = 240;
const SLOW_INTERVAL: u64 = 24 * 3600;
/// Bytes of a message in one cell.
const PIECE: usize = 3900;

/// What a cell says of numbers.
#[derive(Clone, Copy)]
pub struct Numbers {
    /// Its own.
    pub seq: u64,
    /// The lowest that its sender holds.
    pub oldest: u64,
    /// All up to this one have come to its sender.
    pub ack: u64,
}

impl From<&Envelope> for Numbers {
    fn from(envelope: &Envelope) -> Self {
        Self { seq: envelope.seq, oldest: envelope.oldest, ack: envelope.ack }
    }
}

/// Cells that a text takes; the numbers in its encoding take the same room whatever they are.
#[must_use]
pub fn cells_of(text: &str, now: UnixTime) -> u64 {
    let text = Text { body: Body::new(text), sent_at: now, deadline: now, after_read: u32::MAX };
    encode(&Message::Text(text)).expect("a text").len().div_ceil(PIECE) as u64
}

/// What a side sealed, and what the other has acknowledged.
#[derive(Default)]
pub struct Sender {
    sealed: BTreeMap<u64, Numbers>,
    acked: u64,
    last_text: Option<UnixTime>,
}

impl Sender {
    /// These cells are held now: those that are new were sealed when `ack` was the floor.
    ///
    /// # Panics
    /// If there are more than the window has room for.
    pub fn sealed(&mut self, held: impl Iterator<Item = u64>, ack: u64) {
        let held: Vec<u64> = held.collect();
        for seq in &held {
            self.sealed.entry(*seq).or_insert(Numbers { seq: *seq, oldest: held[0], ack });
        }
        assert!(self.in_flight() <= WINDOW, "more cells than the window");
    }

    /// Whether a text of so many cells may be sent now; it is then.
    pub fn admits_text(&mut self, now: UnixTime, cells: u64) -> bool {
        let ahead = self.in_flight() + cells;
        let is_slow = self.last_text.is_none_or(|last| now.since(last) >= SLOW_INTERVAL);
        let admits = ahead <= WINDOW_TEXT || (ahead <= WINDOW_SLOW && is_slow);
        self.last_text = if admits { Some(now) } else { self.last_text };
        admits
    }

    /// The highest number so far.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.sealed.last_key_value().map_or(0, |(seq, _)| *seq)
    }

    /// What stands in a cell.
    #[must_use]
    pub fn numbers(&self, seq: u64) -> Numbers {
        self.sealed[&seq]
    }

    /// The other has all cells up to this one.
    pub fn acked(&mut self, ack: u64) {
        self.acked = self.acked.max(ack);
    }

    fn in_flight(&self) -> u64 {
        self.last() - self.acked
    }
}

/// What has come to a side.
#[derive(Default)]
pub struct Receiver {
    floor: u64,
    above: BTreeSet<u64>,
}

impl Receiver {
    /// All up to this one have come, or were given up.
    #[must_use]
    pub const fn floor(&self) -> u64 {
        self.floor
    }

    /// Whether a cell has come, or was given up.
    #[must_use]
    pub fn has(&self, seq: u64) -> bool {
        seq <= self.floor || self.above.contains(&seq)
    }

    /// Whether a cell is too far ahead.
    #[must_use]
    pub fn is_ahead(&self, numbers: &Numbers) -> bool {
        numbers.seq - self.floor.max(numbers.oldest.saturating_sub(1)).min(numbers.seq) > WINDOW
    }

    /// Takes a cell.
    pub fn take(&mut self, numbers: &Numbers) {
        self.floor = self.floor.max(numbers.oldest - 1);
        self.above.insert(numbers.seq);
        while self.above.remove(&(self.floor + 1)) {
            self.floor += 1;
        }
        self.above = self.above.split_off(&(self.floor + 1));
    }
}
