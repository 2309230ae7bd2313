//! The relay: mailboxes, leases, an epoch. Spec: relay.md "Commands", "Leases", "Epoch".

use super::{Cell, Say};

/// A relay whose cells are in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Relay {
    /// Names the life of the store.
    pub epoch: u8,
    /// What waits for the sender, and for the receiver.
    pub mailboxes: [Mailbox; 2],
}

/// Cells that wait for one peer, in the order in which they were appended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mailbox {
    /// Each with its `seq`.
    pub cells: Vec<(u8, Cell)>,
    /// The last `seq` given.
    pub last: u8,
    /// All up to this `seq` were acknowledged.
    pub acknowledged: u8,
}

impl Mailbox {
    /// The cell stands at the end.
    pub fn append(&mut self, cell: Cell) {
        self.last += 1;
        self.cells.push((self.last, cell));
    }

    /// The next cell to push behind `pushed`.
    pub fn after(&self, pushed: u8) -> Option<&(u8, Cell)> {
        self.cells.iter().find(|(seq, _)| *seq > pushed)
    }

    /// Every cell up to `up_to` is erased, unless this relay keeps them.
    pub fn acknowledge(&mut self, up_to: u8, keeps: bool) {
        self.acknowledged = self.acknowledged.max(up_to);
        if !keeps {
            self.cells.retain(|(seq, _)| *seq > up_to);
        }
    }
}

impl Relay {
    /// The relay starts again with nothing.
    pub fn lose_memory(&mut self) {
        *self = Self { epoch: self.epoch + 1, ..Self::default() };
    }

    /// A cell's time to live is over with its text's.
    pub fn expire(&mut self, text: u8) {
        for mailbox in &mut self.mailboxes {
            mailbox.cells.retain(|(_, cell)| cell.say != Say::Text(text));
        }
    }
}
