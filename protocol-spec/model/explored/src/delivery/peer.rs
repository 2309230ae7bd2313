//! One device: what it has stored, what it has in memory, and what a crash leaves. Spec: messages.md "Envelope" to "Outbox".

/// A sealed cell: it is appended again as the same bytes, so what it says of its sender is of the moment when it was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    /// The cell's number among its sender's.
    pub seq: u8,
    /// The lowest number that the sender still holds.
    pub oldest: u8,
    /// `ack` and `seen` in one: numbers of the receiver's cells that have come, one bit each.
    pub have: u16,
    /// The content.
    pub say: Say,
}

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Say {
    /// A text.
    Text(u8),
    /// The receipt that it was shown.
    Read(u8),
}

/// What a device keeps of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kept {
    /// The last number that was given to a cell.
    pub last: u8,
    /// Sealed cells that the peer may not have, each with the epoch in which a relay accepted it.
    pub outbox: Vec<(Cell, Option<u8>)>,
    /// All numbers of the peer up to this one have come or were given up.
    pub floor: u8,
    /// Numbers above that have come, one bit each.
    pub come: u16,
    /// Texts that came and were not shown.
    pub unread: u8,
    /// Texts that were shown and live.
    pub shown: u8,
    /// Own texts that the peer has, by its acks.
    pub delivered: u8,
    /// Own texts that receipts said were read.
    pub read: u8,
}

/// A device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Peer {
    /// What a crash leaves.
    pub stored: Kept,
    /// What the program works on.
    pub memory: Kept,
    /// The last `seq` of its mailbox that it was lent on this connection.
    pub pushed: u8,
    /// Texts that are about to appear on the screen.
    pub appearing: u8,
}

impl Peer {
    /// The program ends and starts again, with what it had stored and what of it still lives.
    pub fn crash(&mut self, expired: u8) {
        self.memory = self.stored.clone();
        self.memory.expire(expired);
        (self.pushed, self.appearing) = (0, 0);
    }
}

impl Kept {
    /// Seals what is said into the next cell and keeps that until the peer has it.
    pub fn seal(&mut self, say: Say) {
        self.last += 1;
        let oldest = self.outbox.first().map_or(self.last, |(cell, _)| cell.seq);
        let below = (1u16 << (self.floor + 1)) - 1;
        let cell = Cell { seq: self.last, oldest, have: self.come | below, say };
        self.outbox.push((cell, None));
    }

    /// Whether a cell of the peer with this number is refused.
    pub fn refuses(&self, seq: u8) -> bool {
        seq <= self.floor || self.come & (1 << seq) != 0
    }

    /// "On each cell, floor = max(floor, oldest − 1) first; the cell is then noted, and floor rises over what has come."
    pub fn note(&mut self, cell: Cell) {
        self.floor = self.floor.max(cell.oldest - 1);
        self.come |= 1 << cell.seq;
        while self.come & (1 << (self.floor + 1)) != 0 {
            self.floor += 1;
        }
        self.come &= !((1u16 << (self.floor + 1)) - 1);
        let has = |own: &Cell| cell.have & (1 << own.seq) != 0;
        for (own, _) in self.outbox.iter().filter(|(own, _)| has(own)) {
            if let Say::Text(text) = own.say {
                self.delivered |= 1 << text;
            }
        }
        self.outbox.retain(|(own, _)| !has(own));
    }

    /// The first cell that this relay has not accepted in its present life.
    pub fn due(&self, epoch: u8, again: bool) -> Option<Cell> {
        let waits = |accepted: Option<u8>| if again { accepted != Some(epoch) } else { accepted.is_none() };
        self.outbox.iter().find(|(_, accepted)| waits(*accepted)).map(|(cell, _)| *cell)
    }

    /// Forgets what is past its deadline.
    pub fn expire(&mut self, expired: u8) {
        self.outbox.retain(|(cell, _)| !matches!(cell.say, Say::Text(text) if expired & (1 << text) != 0));
        self.unread &= !expired;
        self.shown &= !expired;
    }
}
