//! Two conversations, and a relay that does what it should between them.

use nightjar_protocol::conversation::{
    Audience, Conversation, Direction, Event, MessageId, MessageState, ReceiptPolicy, Standing,
};
use nightjar_protocol::crypto::dh_keypair;
use nightjar_protocol::keys::{Random, ReadKey, RootKey, UnixTime};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::ratchet::{Role, SessionSeed};
use nightjar_protocol::wire::Cell;

pub const NOW: UnixTime = UnixTime(1_800_000_000);
pub const DAY: u32 = 24 * 3600;

/// The same message as its recipient names it.
pub fn theirs(id: MessageId) -> MessageId {
    MessageId { direction: Direction::Received, ..id }
}

pub fn seeds(dice: &mut Dice) -> [SessionSeed; 2] {
    let (joiner, joiner_public) = dh_keypair(dice);
    let (inviter, inviter_public) = dh_keypair(dice);
    let (root, id) = (RootKey::generate(dice), *dice.bytes());
    let roles =
        [Role::Joiner { own: joiner, peer: inviter_public }, Role::Inviter { own: inviter, peer: joiner_public }];
    roles.map(|role| SessionSeed { root: root.duplicate(), id, role })
}

/// Two conversations and a relay that does what it should.
pub struct Talk {
    pub ends: [Conversation; 2],
    pub now: UnixTime,
    pub dice: Dice,
}

impl Talk {
    pub fn new() -> Self {
        let mut dice = Dice(42);
        let [joiner, inviter] = seeds(&mut dice);
        let boxes = [ReadKey::generate(&mut dice), ReadKey::generate(&mut dice)];
        let [first, second] = boxes.each_ref().map(ReadKey::mailbox);
        let [one, other] = boxes;
        let mut ends = [
            Conversation::start(joiner, one, second, Standing::Verified).unwrap(),
            Conversation::start(inviter, other, first, Standing::Verified).unwrap(),
        ];
        ends.iter_mut().for_each(|end| end.set_receipt_policy(ReceiptPolicy { read: true, delay: (0, 0) }));
        Self { ends, now: NOW, dice }
    }

    pub fn send(&mut self, side: usize, text: &str, timers: (u32, u32)) -> MessageId {
        self.ends[side].send_text(self.now, text, timers, Audience::Contact, &mut self.dice).unwrap()
    }

    pub fn show(&mut self, side: usize, id: MessageId) -> Option<String> {
        self.ends[side].show(self.now, theirs(id), &mut self.dice).map(str::to_owned)
    }

    pub fn state(&self, side: usize, id: MessageId) -> Option<MessageState> {
        self.ends[side].messages(self.now).find(|message| message.id == id).map(|message| message.state)
    }

    pub fn tick(&mut self, side: usize) -> Vec<Event> {
        self.ends[side].tick(self.now, &mut self.dice)
    }

    /// The relay takes the outbox of a side.
    pub fn cells(&mut self, side: usize) -> Vec<Cell> {
        let epoch = Epoch([9; 8]);
        let queued: Vec<_> = self.ends[side].outbox(self.now, epoch).map(|q| (q.seq, q.cell.clone())).collect();
        for (seq, _) in &queued {
            self.ends[side].accepted(*seq, epoch);
        }
        queued.into_iter().map(|(_, cell)| cell).collect()
    }

    pub fn give(&mut self, side: usize, cells: &[Cell]) -> Vec<Event> {
        let mut events = Vec::new();
        for cell in cells {
            events.extend(self.ends[side].handle(self.now, cell, &mut self.dice).unwrap().events);
        }
        events
    }

    /// The outbox of a side reaches the other: the events of both.
    pub fn carry(&mut self, side: usize) -> Vec<Event> {
        let epoch = Epoch([9; 8]);
        let queued: Vec<_> = self.ends[side].outbox(self.now, epoch).map(|q| (q.seq, q.cell.clone())).collect();
        let mut events = Vec::new();
        for (seq, cell) in queued {
            events.extend(self.ends[side].accepted(seq, epoch));
            events.extend(self.ends[1 - side].handle(self.now, &cell, &mut self.dice).unwrap().events);
        }
        events
    }

    /// A side does what is due, and its cells reach the other: the other's events.
    pub fn turn(&mut self, side: usize) -> Vec<Event> {
        let _ = self.tick(side);
        let cells = self.cells(side);
        self.give(1 - side, &cells)
    }
}

pub struct Dice(pub u64);

impl Random for Dice {
    fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            *byte = (self.0 >> 24) as u8;
        }
    }
}
