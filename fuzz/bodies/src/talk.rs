//! Two people's conversations, the cells between them, and a peer who says what no honest one would.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use nightjar_protocol::conversation::envelope::{Envelope, Piece};
use nightjar_protocol::conversation::{
    Audience, Conversation, Direction, Error, Event, MessageId, MessageState, ReceiptPolicy, Standing,
};
use nightjar_protocol::keys::{MailboxId, ReadKey, UnixTime};
use nightjar_protocol::limits::{LIFETIME_DEFAULT, WINDOW_MAX};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::message::{Body, Message, Receipt, ReceiptKind, Text};
use nightjar_protocol::ratchet::Session;
use nightjar_protocol::wire::{Cell, encode};

use crate::input::{Input, cell, patch};
use crate::people::{NOW, Seeded};
use crate::session::seeds;

/// The joiner's and the inviter's conversation.
pub fn conversations() -> [Conversation; 2] {
    static STORED: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
        let [joiner, inviter] = seeds();
        let boxes = || [ReadKey::from_bytes([1; 32]), ReadKey::from_bytes([2; 32])];
        let ([own, peer], [other, another]) = (boxes(), boxes());
        [(joiner, own, peer.mailbox()), (inviter, another, other.mailbox())].map(|(seed, own, peer)| {
            let mut conversation = Conversation::start(seed, own, peer, Standing::Verified).unwrap();
            conversation.set_receipt_policy(ReceiptPolicy { read: true, delay: (0, 0) });
            conversation.snapshot().to_vec()
        })
    });
    STORED.each_ref().map(|stored| Conversation::restore(stored).unwrap())
}

/// Takes a cell: what happened, or nothing, and then nothing changed.
pub fn deliver(to: &mut Conversation, now: UnixTime, cell: &Cell, random: &mut Seeded) -> Result<Vec<Event>, Error> {
    let before = to.snapshot();
    let taken = to.handle(now, cell, random).map(|handled| handled.events);
    assert!(taken.is_ok() || to.snapshot() == before, "a refused cell changed the state");
    taken
}

/// Looks at all there is to see, and stores and takes back the state.
pub fn look(conversation: &mut Conversation, now: UnixTime) {
    assert!(conversation.messages(now).all(|message| message.remaining > 0));
    assert!(conversation.outbox(now, Epoch::default()).count() as u64 <= WINDOW_MAX);
    let stored = conversation.snapshot();
    *conversation = Conversation::restore(&stored).expect("a state that cannot be stored");
    assert!(conversation.snapshot() == stored);
}

/// One side of a talk, and what is on its way to the other.
struct Person {
    conversation: Conversation,
    sent: BTreeMap<u64, String>,
    received: BTreeMap<u64, String>,
    way: Vec<Cell>,
}

/// Two people and a bad network.
pub struct Talk {
    people: [Person; 2],
    now: UnixTime,
    epoch: u8,
    random: Seeded,
}

impl Default for Talk {
    fn default() -> Self {
        let people = conversations().map(|conversation| Person {
            conversation,
            sent: BTreeMap::new(),
            received: BTreeMap::new(),
            way: Vec::new(),
        });
        Self { people, now: NOW, epoch: 0, random: Seeded(5) }
    }
}

impl Talk {
    /// Something happens.
    pub fn step(&mut self, input: &mut Input) {
        let what = input.byte();
        let side = usize::from(what & 1);
        match what >> 1 & 7 {
            0 => self.send(side, usize::from(input.byte()) * 30),
            1 => self.flush(side),
            2 | 3 => self.arrive(side, input, false),
            4 => self.arrive(side, input, true),
            5 => self.show(side),
            6 => match input.byte() {
                0..32 => drop(self.people[side].conversation.rotate(self.now, &mut self.random)),
                32..64 => self.epoch = self.epoch.wrapping_add(1),
                64..96 => self.people[side].way.clear(),
                _ => look(&mut self.people[side].conversation, self.now),
            },
            _ => self.pass(u64::from(input.byte())),
        }
    }

    /// All goes well for a while; then everything has arrived, once, as it was sent.
    pub fn finish(&mut self) {
        for _ in 0..8 {
            self.epoch = self.epoch.wrapping_add(1);
            for side in [0, 1] {
                self.flush(side);
                while !self.people[side].way.is_empty() {
                    let next = self.people[side].way.remove(0);
                    self.take(side, &next);
                }
            }
            self.pass(60);
        }
        let [one, other] = &mut self.people;
        assert_eq!((&one.sent, &other.sent), (&other.received, &one.received), "something was lost");
        for person in &mut self.people {
            look(&mut person.conversation, self.now);
            assert_eq!(person.conversation.own_mailboxes().count(), 1, "a rotation did not end");
            let mut sent = person.conversation.messages(self.now).filter(|it| it.id.direction == Direction::Sent);
            assert!(sent.all(|message| message.state >= MessageState::Delivered), "never acknowledged");
        }
    }

    fn send(&mut self, side: usize, length: usize) {
        let Person { conversation, sent, .. } = &mut self.people[side];
        let text = format!("{}{}", sent.len(), "가".repeat(length / 3));
        let times = (LIFETIME_DEFAULT, LIFETIME_DEFAULT);
        match conversation.send_text(self.now, &text, times, Audience::Contact, &mut self.random) {
            Ok(id) => assert!(sent.insert(id.number, text).is_none(), "a number was given twice"),
            Err(error) => assert_eq!(error, Error::PeerSilent),
        }
    }

    fn flush(&mut self, side: usize) {
        let Person { conversation, way, .. } = &mut self.people[side];
        let epoch = Epoch([self.epoch; 8]);
        let queued: Vec<_> = conversation.outbox(self.now, epoch).map(|it| (it.seq, it.cell.clone())).collect();
        for (seq, cell) in queued {
            conversation.accepted(seq, epoch);
            way.push(cell);
        }
    }

    /// A cell arrives, in any order, or again, or changed.
    fn arrive(&mut self, side: usize, input: &mut Input, changed: bool) {
        let Some(at) = input.place(self.people[side].way.len()) else { return };
        let genuine = self.people[side].way[at].clone();
        if !changed {
            let again = input.byte() % 4 == 0;
            let next = if again { genuine } else { self.people[side].way.remove(at) };
            return self.take(side, &next);
        }
        let (changed, to) = (cell(&patch(genuine.as_bytes(), input.string())), &mut self.people[1 - side]);
        if changed != genuine {
            let taken = deliver(&mut to.conversation, self.now, &changed, &mut self.random);
            assert_eq!(taken, Err(Error::Undecryptable));
        }
    }

    /// The cell of `side` is taken by the other.
    fn take(&mut self, side: usize, cell: &Cell) {
        let (now, random) = (self.now, &mut self.random);
        let [one, other] = &mut self.people;
        let (from, to) = if side == 0 { (one, other) } else { (other, one) };
        match deliver(&mut to.conversation, now, cell, random) {
            Err(error) => assert!(matches!(error, Error::Undecryptable | Error::Repeated), "{error}"),
            Ok(events) => {
                for event in events {
                    if let Event::Received { id: MessageId { direction: Direction::Received, number } } = event {
                        let known = to.received.insert(number, from.sent[&number].clone());
                        assert!(known.is_none(), "received twice");
                    }
                }
            }
        }
    }

    fn show(&mut self, side: usize) {
        let Person { conversation, received, .. } = &mut self.people[side];
        let unseen = conversation.messages(self.now).find(|message| message.state == MessageState::Unseen);
        if let Some(id) = unseen.map(|message| message.id) {
            assert_eq!(conversation.acknowledge(self.now, id, &mut self.random), Err(Error::NotShown));
            assert_eq!(conversation.show(self.now, id, &mut self.random), Some(received[&id.number].as_str()));
            if id.number % 2 == 0 {
                conversation.acknowledge(self.now, id, &mut self.random).unwrap();
            }
        }
    }

    fn pass(&mut self, seconds: u64) {
        self.now = self.now.plus(seconds);
        for person in &mut self.people {
            person.conversation.tick(self.now, &mut self.random);
            assert!(person.conversation.next_due().is_none_or(|due| due > self.now), "a tick left work undone");
        }
    }
}

/// The dishonest peer says something, which the victim takes or not; meanwhile the victim writes, reads and waits.
pub fn say(peer: &mut Session, victim: &mut Conversation, now: &mut UnixTime, input: &mut Input, random: &mut Seeded) {
    match input.byte() % 8 {
        0 => drop(victim.send_text(*now, "here", (3600, 60), Audience::Contact, random)),
        1 => *now = now.plus(u64::from(input.byte()) << (input.byte() % 20)),
        2 => drop(victim.rotate(*now, random)),
        3 => {
            let unseen = victim.messages(*now).find(|message| message.state == MessageState::Unseen);
            if let Some(id) = unseen.map(|message| message.id) {
                assert!(victim.show(*now, id, random).is_some() && victim.acknowledge(*now, id, random).is_ok());
            }
        }
        _ => {
            let said = envelope(input, *now).unwrap_or_else(|| input.string().to_vec());
            if let Ok(cell) = peer.encrypt(&said, random) {
                drop(deliver(victim, *now, &cell, random));
            }
        }
    }
    victim.tick(*now, random);
    look(victim, *now);
}

/// An envelope of plausible numbers about a message of the input's choice, or one in the making.
fn envelope(input: &mut Input, now: UnixTime) -> Option<Vec<u8>> {
    // Near the beginning, about the window's end, and at the end of numbers.
    let far = |byte: u8| match byte {
        0..160 => u64::from(byte),
        160..240 => WINDOW_MAX - 80 + 2 * u64::from(byte - 160),
        _ => u64::MAX - u64::from(byte - 240),
    };
    let time = |byte: u8| UnixTime((now.0 - 30).saturating_add(far(byte)));
    let message = match input.byte() % 4 {
        0 => return None,
        1 => Message::Text(Text {
            body: Body::new(str::from_utf8(input.string()).ok()?),
            sent_at: time(input.byte()),
            deadline: time(input.byte()),
            after_read: u32::from(input.byte()),
        }),
        2 => Message::Receipt(Receipt {
            kind: KINDS[usize::from(input.byte() % 4)],
            messages: input.string().iter().map(|byte| far(*byte)).collect(),
        }),
        _ => Message::Mailbox(MailboxId::from_bytes([input.byte(); 32])),
    };
    let deadline = if let Message::Text(text) = &message { text.deadline } else { time(input.byte()) };
    let bytes = encode(&message).ok()?;
    let count = 1 + input.byte() % 3;
    let index = input.byte() % count;
    let part = bytes.len().div_ceil(usize::from(count)).max(1);
    let bytes = bytes.chunks(part).nth(usize::from(index))?.to_vec();
    let mut number = || far(input.byte());
    let (seq, oldest, seen, message) = (number(), number(), number(), number());
    // Far more would be refused at once.
    let ack = u64::from(input.byte() % 8);
    let piece = Piece { message, index, count, deadline, bytes };
    Some(encode(&Envelope { seq, oldest, ack, seen, piece }).ok()?.to_vec())
}

const KINDS: [ReceiptKind; 4] =
    [ReceiptKind::Delivered, ReceiptKind::Read, ReceiptKind::Erased, ReceiptKind::Acknowledged];
