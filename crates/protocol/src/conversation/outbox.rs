//! Sealed cells until the peer has them or their deadline comes. Spec: messages, "Outbox".

use bincode::{Decode, Encode};

use crate::keys::UnixTime;
use crate::limits::{CELL_TTL_MAX, REPAIR_INTERVAL, WINDOW_MAX, WINDOW_SLOW, WINDOW_SLOW_INTERVAL, WINDOW_TEXT};
use crate::link::Epoch;
use crate::wire::Cell;

/// A cell to be appended to the peer's mailbox.
#[derive(Clone, Copy)]
pub struct Queued<'a> {
    /// Names the cell when the relay has accepted it.
    pub seq: u64,
    /// The cell.
    pub cell: &'a Cell,
    /// What is left of its life, in seconds, 1 to [`CELL_TTL_MAX`].
    pub ttl: u32,
}

/// The cells that are on their way, in the order of their numbers.
#[derive(Encode, Decode)]
pub(super) struct Outbox {
    /// The number of the next cell.
    next: u64,
    /// All cells up to this number have come, says the peer.
    acked: u64,
    last_text: UnixTime,
    entries: Vec<Entry>,
}

#[derive(Encode, Decode)]
struct Entry {
    seq: u64,
    message: u64,
    deadline: UnixTime,
    accepted: Option<Epoch>,
    repaired: UnixTime,
    cell: Cell,
}

impl Outbox {
    pub(super) const fn new() -> Self {
        Self { next: 1, acked: 0, last_text: UnixTime(0), entries: Vec::new() }
    }

    /// The number that the next cell will have.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// The lowest number still held, or the next one.
    pub(super) fn oldest(&self) -> u64 {
        self.entries.first().map_or(self.next, |entry| entry.seq)
    }

    /// Whether so many cells of a text may be sent. A peer that has long been silent is tried once a day, so that
    /// two windows that closed on each other open again.
    pub(super) fn admits_text(&self, now: UnixTime, cells: usize) -> bool {
        let ahead = self.in_flight().saturating_add(cells as u64);
        ahead <= WINDOW_TEXT || (ahead <= WINDOW_SLOW && now.since(self.last_text) >= WINDOW_SLOW_INTERVAL)
    }

    /// Whether so many cells of what is no text may be sent.
    pub(super) fn admits(&self, cells: usize) -> bool {
        self.in_flight().saturating_add(cells as u64) <= WINDOW_MAX
    }

    pub(super) fn note_text(&mut self, now: UnixTime) {
        self.last_text = now;
    }

    pub(super) fn push(&mut self, message: u64, deadline: UnixTime, cell: Cell) {
        let entry = Entry { seq: self.next, message, deadline, accepted: None, repaired: UnixTime(0), cell };
        self.entries.push(entry);
        self.next = self.next.saturating_add(1);
    }

    /// What the relay does not hold in this epoch of its store.
    pub(super) fn queued(&self, now: UnixTime, epoch: Epoch) -> impl Iterator<Item = Queued<'_>> {
        let waits = move |entry: &&Entry| entry.accepted != Some(epoch) && entry.deadline > now;
        self.entries.iter().filter(waits).map(move |entry| {
            let left = entry.deadline.since(now).min(u64::from(CELL_TTL_MAX));
            Queued { seq: entry.seq, cell: &entry.cell, ttl: u32::try_from(left).unwrap_or(CELL_TTL_MAX) }
        })
    }

    /// The relay has accepted a cell: the number of its message, if the relay now has all that is left of it.
    pub(super) fn accept(&mut self, seq: u64, epoch: Epoch) -> Option<u64> {
        let at = self.entries.binary_search_by_key(&seq, |entry| entry.seq).ok()?;
        let entry = self.entries.get_mut(at)?;
        entry.accepted = Some(epoch);
        let message = entry.message;
        let whole = self.entries.iter().all(|entry| entry.message != message || entry.accepted.is_some());
        whole.then_some(message)
    }

    /// Takes note of what the peer has: numbers of messages that have thereby arrived as a whole.
    pub(super) fn acknowledge(&mut self, now: UnixTime, ack: u64, seen: u64) -> Vec<u64> {
        self.acked = self.acked.max(ack);
        let has = |seq: u64| seq <= ack || seq.checked_sub(ack.saturating_add(2)).is_some_and(|i| bit(seen, i));
        let mut arrived: Vec<u64> = self.entries.iter().filter(|e| has(e.seq)).map(|e| e.message).collect();
        self.entries.retain(|entry| !has(entry.seq));
        arrived.dedup();
        arrived.retain(|message| self.entries.iter().all(|entry| entry.message != *message));
        let highest = ack.saturating_add(seen.checked_ilog2().map_or(0, |top| u64::from(top).saturating_add(2)));
        for entry in self.entries.iter_mut().filter(|entry| entry.seq < highest) {
            // A later cell came and this one did not. Mailboxes keep the order: the relay has lost it.
            if entry.accepted.is_some() && now.since(entry.repaired) >= REPAIR_INTERVAL {
                (entry.accepted, entry.repaired) = (None, now);
            }
        }
        arrived
    }

    /// Drops what has had its time.
    pub(super) fn expire(&mut self, now: UnixTime) {
        self.entries.retain(|entry| entry.deadline > now);
    }

    pub(super) fn next_deadline(&self) -> Option<UnixTime> {
        self.entries.iter().map(|entry| entry.deadline).min()
    }

    /// Whether a stored outbox can be one.
    pub(super) fn is_sound(&self) -> bool {
        self.entries.is_sorted_by(|a, b| a.seq < b.seq)
            && self.entries.last().is_none_or(|entry| entry.seq < self.next)
            && self.acked < self.next
            && self.in_flight() <= WINDOW_MAX
    }

    /// Cells since the last one that the peer is known to have, or to know of.
    fn in_flight(&self) -> u64 {
        self.next.saturating_sub(1).saturating_sub(self.acked)
    }
}

fn bit(bits: u64, index: u64) -> bool {
    u32::try_from(index).ok().and_then(|index| bits.checked_shr(index)).is_some_and(|bits| bits & 1 == 1)
}
