//! Two people, a relay and everything that can break between them. Spec: messages.md "Receiving", "Outbox", "Erasing"; relay.md.
//!
//! The sender writes texts; the receiver shows them and states *read*; *delivered* follows from its acks. Left out: windows, pieces,
//! rotation, lengths, attachments, and repair of cells that a relay lost without a new epoch.

mod effects;
mod moves;
mod peer;
mod properties;
mod relay;

pub use moves::{Fate, Move};
pub use peer::{Cell, Kept, Peer, Say};
pub use relay::{Mailbox, Relay};

use stateright::{Model, Property};

/// Who is who in `State::peers` and `Relay::mailboxes`.
pub const SENDER: usize = 0;
/// The other one.
pub const RECEIVER: usize = 1;
/// A text, by its place among those that the sender writes.
pub type Text = u8;

/// What is explored: how much may happen, and which rule is broken.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Texts that the sender may write.
    pub texts: u8,
    /// Whether the receiver says anything, a receipt that a text was read, with its acks.
    pub receipts: bool,
    /// Crashes of either device.
    pub crashes: u8,
    /// Links that break while a cell is on its way.
    pub breaks: u8,
    /// Restarts of the relay with its memory gone.
    pub losses: u8,
    /// Texts whose deadline may pass.
    pub expiries: u8,
    /// The rule that this one does not keep.
    pub broken: Option<Broken>,
}

/// A rule of the spec that a program could get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// "The state MUST be stored before the cell is acknowledged to the relay."
    AcknowledgedBeforeStored,
    /// "The state MUST be stored before the cell leaves."
    SentBeforeStored,
    /// "A receiver MUST reject a number that came before or is not above floor."
    NoDedupe,
    /// The same, by a receiver that keeps those numbers in memory alone.
    DedupeNotStored,
    /// "In another epoch it appends the same bytes again."
    NotAppendedAgain,
    /// "A sealed cell stays with its sender until the peer has it": here until the relay has it.
    DroppedWhenAccepted,
    /// "The text MUST NOT be displayed before the state that says shown is stored."
    DisplayedBeforeStored,
    /// "A text that comes at or after its deadline is never shown": asked when it is marked, not again when it is displayed.
    ExpiryAskedOnce,
    /// "Every cell with seq ≤ up to is erased."
    KeptByRelay,
}

/// All there is at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// Sender and receiver.
    pub peers: [Peer; 2],
    /// What lies between.
    pub relay: Relay,
    /// Texts written.
    pub written: u8,
    /// Texts whose deadline has passed, one bit each.
    pub expired: u8,
    /// What has happened, which no machine knows.
    pub seen: Seen,
    /// How many faults are left: crashes, breaks, losses, expiries.
    pub left: [u8; 4],
}

/// What an onlooker who sees everything would have noted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    /// Texts that the sender had stored at some time.
    pub kept: u8,
    /// Texts that the receiver has stored as shown at some time.
    pub shown: u8,
    /// Texts that the receiver has stored as come at some time.
    pub came: u8,
    /// How often each text was put before the receiver's eyes as a new one.
    pub displayed: [u8; 4],
    /// One was, after its deadline.
    pub late: bool,
    /// What left under each of a side's numbers.
    pub left: [Vec<Option<Say>>; 2],
    /// Two different cells left under one number, hence under one message key.
    pub key_twice: bool,
}

impl Model for Delivery {
    type State = State;
    type Action = Move;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            peers: [Peer::default(), Peer::default()],
            relay: Relay::default(),
            written: 0,
            expired: 0,
            seen: Seen::default(),
            left: [self.crashes, self.breaks, self.losses, self.expiries],
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Move>) {
        actions.extend(self.steps(state));
        actions.extend(self.people(state));
        actions.extend(self.faults(state));
    }

    fn next_state(&self, state: &State, action: Move) -> Option<State> {
        Some(self.after(state, action))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

impl Delivery {
    /// Whether this machine breaks `rule`.
    pub fn breaks(&self, rule: Broken) -> bool {
        self.broken == Some(rule)
    }
}
