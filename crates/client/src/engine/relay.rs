//! One relay: what is subscribed there, what is on its way to it, what is to be acknowledged.

use std::collections::{BTreeMap, BTreeSet};

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{MailboxId, ReadKey};
use nightjar_protocol::limits::{CELL_TTL_MAX, MAILBOX_TTL_MAX, SUBSCRIPTIONS_MAX};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::wire::{Cell, Command};
use tokio::time::{Duration, Instant};

use super::Owner;
use super::files::{FileId, Pace};
use crate::connection::{Ask, Connection, Down, What};

/// One relay.
pub(super) struct Relay {
    pub(super) address: RelayAddress,
    connection: Connection<Purpose>,
    /// What is to be done, until the turn ends: it leaves together.
    asks: Vec<Ask<Purpose>>,
    pub(super) up: Option<Up>,
    pub(super) last_epoch: Option<Epoch>,
    pub(super) down: Option<Down>,
}

/// What holds as long as one connection does.
pub(super) struct Up {
    pub(super) generation: u64,
    pub(super) epoch: Epoch,
    pub(super) created: BTreeSet<MailboxId>,
    pub(super) slots: BTreeMap<u16, Slot>,
    pub(super) acknowledge: BTreeMap<u16, u64>,
    pub(super) in_flight: BTreeSet<Piece>,
    pub(super) later: BTreeMap<Piece, Instant>,
    pub(super) chores: BTreeSet<u64>,
    /// Requests that the relay has not answered, without those of attachments.
    pub(super) unanswered: u64,
    /// How many cells of attachments may be under way.
    pub(super) pace: Pace,
}

/// A subscription.
pub(super) struct Slot {
    pub(super) mailbox: MailboxId,
    pub(super) held: Held,
    /// Cells that waited when it began and have not come yet; `None` until the relay has said.
    pub(super) waiting: Option<u32>,
    /// When it last gave something.
    pub(super) quiet_since: Instant,
    pub(super) ended: Option<Instant>,
}

/// Who listens to a mailbox.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    Owner(Owner),
    File(FileId),
    Rendezvous,
}

/// A cell that a relay is to have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Piece {
    /// Of a pairing.
    Parcel(u64),
    /// Of a conversation.
    Cell {
        /// Whose.
        contact: u64,
        /// Its number there.
        seq: u64,
    },
}

/// Why the engine asked for something.
#[derive(Debug)]
pub enum Purpose {
    /// To hear of a mailbox, in this slot.
    Subscribe(u16),
    /// To have a cell delivered.
    Append(Piece),
    /// A cell of an attachment, by its place, and when it left.
    Share(FileId, u32, Instant),
    /// The mailbox of an attachment.
    Mailbox(FileId),
    /// To have a mailbox erased.
    Chore(u64),
    /// Whatever comes of it, nothing follows.
    Nothing,
}

impl Purpose {
    /// Whether who waits for everything to be taken waits for this. Attachments take as long as they take.
    pub(super) const fn is_awaited(&self) -> bool {
        !matches!(self, Self::Share(..) | Self::Mailbox(_))
    }
}

impl Relay {
    pub(super) fn new(address: RelayAddress, connection: Connection<Purpose>) -> Self {
        Self { address, connection, asks: Vec::new(), up: None, last_epoch: None, down: None }
    }

    fn ask(&mut self, what: What, purpose: Purpose) {
        if let Some(up) = &mut self.up {
            up.unanswered += u64::from(purpose.is_awaited());
            self.asks.push(Ask { generation: up.generation, what, purpose });
        }
    }

    /// Has all of it done that was asked for in this turn.
    pub(super) fn flush(&mut self) {
        if !self.asks.is_empty() {
            // A closed channel is a connection that is gone; the news of it are on their way.
            let _ = self.connection.asks.send(std::mem::take(&mut self.asks));
        }
    }

    pub(super) fn command(&mut self, command: Command, purpose: Purpose) {
        self.ask(What::Command(command), purpose);
    }

    /// Whether everything that waited in the subscribed mailboxes has come.
    pub(super) fn is_drained(&self) -> bool {
        self.up.as_ref().is_some_and(|up| up.slots.values().all(|slot| slot.waiting == Some(0)))
    }

    /// Whether every message that waited has come.
    pub(super) fn is_drained_of_messages(&self) -> bool {
        let Some(up) = &self.up else { return false };
        let mut messages = up.slots.values().filter(|slot| !matches!(slot.held, Held::File(_)));
        !up.slots.is_empty() && messages.all(|slot| slot.waiting == Some(0))
    }

    /// Whether the relay is reached and has answered everything.
    pub(super) fn is_answered(&self) -> bool {
        self.up.as_ref().is_some_and(|up| up.unanswered == 0)
    }

    /// Creates and subscribes the mailboxes in `wanted`, and gives up those that nobody wants any more.
    pub(super) fn subscribe(&mut self, wanted: Vec<(ReadKey, Held)>) {
        let Some(up) = &mut self.up else { return };
        let mut commands = Vec::new();
        let ids: BTreeMap<MailboxId, Held> = wanted.iter().map(|(key, held)| (key.mailbox(), *held)).collect();
        let now = Instant::now();
        up.slots.retain(|slot, it| match ids.get(&it.mailbox) {
            Some(held) => {
                it.held = *held;
                let stays = it.ended.is_none_or(|since| now.saturating_duration_since(since) < RENEW);
                if !stays {
                    up.acknowledge.remove(slot);
                }
                stays
            }
            None => {
                commands.push((Command::Unsubscribe { slot: *slot }, Purpose::Nothing));
                // The slot's next mailbox has the same numbers for other cells.
                up.acknowledge.remove(slot);
                false
            }
        });
        for (read_key, held) in wanted {
            let mailbox = read_key.mailbox();
            if up.slots.values().any(|slot| slot.mailbox == mailbox) {
                continue;
            }
            let Some(slot) = (0..SUBSCRIPTIONS_MAX).find(|slot| !up.slots.contains_key(slot)) else { break };
            if held != Held::Rendezvous {
                let ttl = if matches!(held, Held::File(_)) { CELL_TTL_MAX } else { MAILBOX_TTL_MAX };
                let create = Command::Create { read_key: read_key.duplicate(), ttl };
                commands.push((create, Purpose::Nothing));
            }
            commands.push((Command::Subscribe { slot, read_key }, Purpose::Subscribe(slot)));
            let quiet_since = Instant::now();
            up.slots.insert(slot, Slot { mailbox, held, waiting: None, quiet_since, ended: None });
        }
        for (command, purpose) in commands {
            self.command(command, purpose);
        }
    }

    /// Creates a mailbox once a connection, without listening to it.
    pub(super) fn create(&mut self, read_key: &ReadKey, ttl: u32, purpose: Purpose) {
        let Some(up) = &mut self.up else { return };
        if up.created.insert(read_key.mailbox()) {
            self.command(Command::Create { read_key: read_key.duplicate(), ttl }, purpose);
        }
    }

    /// Whether one more cell of an attachment may leave.
    pub(super) fn has_room(&self) -> bool {
        self.up.as_ref().is_some_and(|up| up.pace.has_room())
    }

    pub(super) fn append_share(&mut self, (file, at): (FileId, u32), mailbox: MailboxId, ttl: u32, cell: Cell) {
        let Some(up) = &mut self.up else { return };
        up.pace.left();
        self.ask(What::Append { mailbox, ttl, cell }, Purpose::Share(file, at, Instant::now()));
    }

    pub(super) fn append(&mut self, piece: Piece, mailbox: MailboxId, ttl: u32, cell: Cell) {
        let Some(up) = &mut self.up else { return };
        let wait = up.later.get(&piece).is_some_and(|until| Instant::now() < *until);
        if wait || !up.in_flight.insert(piece) {
            return;
        }
        self.ask(What::Append { mailbox, ttl, cell }, Purpose::Append(piece));
    }

    pub(super) fn has_in_flight(&self, piece: Piece) -> bool {
        self.up.as_ref().is_some_and(|up| up.in_flight.contains(&piece))
    }

    /// Whether a chore can begin: the relay is reached, and it has not begun on this connection.
    pub(super) fn begin(&mut self, chore: u64) -> bool {
        self.up.as_mut().is_some_and(|up| up.chores.insert(chore))
    }

    pub(super) fn acknowledge(&mut self) {
        let Some(up) = &mut self.up else { return };
        for (slot, up_to) in std::mem::take(&mut up.acknowledge) {
            self.command(Command::Acknowledge { slot, up_to }, Purpose::Nothing);
        }
    }
}

/// A subscription that ended is renewed after this long: two programs must not snatch a mailbox from each other in haste.
const RENEW: Duration = Duration::from_secs(20);
