//! What a relay counts: sums over all clients, and nothing that tells one from another. Spec: relay, "What a relay must not
//! keep".

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use nightjar_protocol::limits::FRAME_LEN;
use nightjar_protocol::wire::{Refusal, Reply};
use serde::Serialize;

use crate::store::Usage;

/// The counters at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// Connections accepted since the start, those refused for want of room not among them.
    pub connections: u64,
    /// Connections open now.
    pub connections_open: u64,
    /// Connections refused for want of room.
    pub refused_busy: u64,
    /// Connections refused because their network has as many as it may, or comes too often.
    pub refused_network: u64,
    /// Connections closed because they said nothing, and others needed the room.
    pub made_way: u64,
    /// Hellos that were not understood, or did not come in time.
    pub refused_hello: u64,
    /// Frames read.
    pub frames_in: u64,
    /// Frames written.
    pub frames_out: u64,
    /// Lengths of the frames read. Exactly one, unless somebody broke a frame off.
    pub frame_lengths_in: Vec<usize>,
    /// Lengths of the frames written. Exactly one.
    pub frame_lengths_out: Vec<usize>,
    /// Frames that broke the protocol, each at the price of its connection.
    pub frames_rejected: u64,
    /// Connections cut off because the client did not read.
    pub slow_readers: u64,
    /// Connections cut off because the client said nothing.
    pub idle: u64,
    /// Bytes that the buffers of all connections hold now.
    pub buffered: u64,
    /// The most bytes that were ever queued for one connection.
    pub queued_most: u64,
    /// Commands carried out.
    pub commands_done: u64,
    /// Commands refused.
    pub commands_refused: u64,
    /// Of these, because the store was full.
    pub refused_full: u64,
    /// Of these, because the store did not answer.
    pub refused_unavailable: u64,
    /// Cells taken in.
    pub cells_in: u64,
    /// Cells pushed, those pushed again among them.
    pub cells_out: u64,
    /// Cells stored now.
    pub cells: u64,
    /// Mailboxes now.
    pub mailboxes: u64,
    /// Bytes stored now, bookkeeping included.
    pub bytes: u64,
}

/// The counters while they count.
#[derive(Default)]
pub(crate) struct Counters {
    pub connections: Counter,
    pub closed: Counter,
    pub refused_busy: Counter,
    pub refused_network: Counter,
    pub made_way: Counter,
    pub refused_hello: Counter,
    pub frames_rejected: Counter,
    pub slow_readers: Counter,
    pub idle: Counter,
    pub queued_most: Highest,
    pub commands_done: Counter,
    pub commands_refused: Counter,
    pub refused_full: Counter,
    pub refused_unavailable: Counter,
    pub cells_in: Counter,
    pub cells_out: Counter,
    pub incoming: Frames,
    pub outgoing: Frames,
}

impl Counters {
    /// Counts what came of a command: its answer.
    pub fn answered(&self, answer: Result<Reply, Refusal>) -> Reply {
        let refusal = match answer {
            Ok(reply) => {
                self.commands_done.count();
                return reply;
            }
            Err(refusal) => refusal,
        };
        self.commands_refused.count();
        match refusal {
            Refusal::RelayFull => self.refused_full.count(),
            Refusal::Unavailable => self.refused_unavailable.count(),
            _ => {}
        }
        Reply::Refused(refusal)
    }

    pub fn stats(&self, stored: Usage) -> Stats {
        Stats {
            connections: self.connections.value(),
            connections_open: self.connections.value().saturating_sub(self.closed.value()),
            refused_busy: self.refused_busy.value(),
            refused_network: self.refused_network.value(),
            made_way: self.made_way.value(),
            refused_hello: self.refused_hello.value(),
            frames_in: self.incoming.count.value(),
            frames_out: self.outgoing.count.value(),
            frame_lengths_in: self.incoming.lengths(),
            frame_lengths_out: self.outgoing.lengths(),
            frames_rejected: self.frames_rejected.value(),
            slow_readers: self.slow_readers.value(),
            idle: self.idle.value(),
            // The gate knows: see `Monitor`.
            buffered: 0,
            queued_most: self.queued_most.0.load(Relaxed),
            commands_done: self.commands_done.value(),
            commands_refused: self.commands_refused.value(),
            refused_full: self.refused_full.value(),
            refused_unavailable: self.refused_unavailable.value(),
            cells_in: self.cells_in.value(),
            cells_out: self.cells_out.value(),
            cells: stored.cells,
            mailboxes: stored.mailboxes,
            bytes: stored.bytes,
        }
    }
}

/// A number that only grows.
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub fn count(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    fn value(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// The highest number seen.
#[derive(Default)]
pub(crate) struct Highest(AtomicU64);

impl Highest {
    pub fn reaches(&self, number: usize) {
        self.0.fetch_max(number as u64, Relaxed);
    }
}

/// Frames of one direction: how many, and of which lengths.
#[derive(Default)]
pub(crate) struct Frames {
    count: Counter,
    odd: Mutex<BTreeSet<usize>>,
}

impl Frames {
    /// Counts what was read or written as one frame.
    pub fn saw(&self, length: usize) {
        if length == FRAME_LEN {
            self.count.count();
        } else if let Ok(mut odd) = self.odd.lock() {
            odd.insert(length);
        }
    }

    fn lengths(&self) -> Vec<usize> {
        let mut lengths = self.odd.lock().map(|odd| odd.clone()).unwrap_or_default();
        if self.count.value() > 0 {
            lengths.insert(FRAME_LEN);
        }
        lengths.into_iter().collect()
    }
}
