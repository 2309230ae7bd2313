//! Two people's conversations and the cells between them, on a network that loses, repeats, reorders and changes them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use nightjar_protocol::conversation::{
    Audience, Conversation, Direction, Error, Event, MessageId, MessageState, ReceiptPolicy, Standing,
};
use nightjar_protocol::keys::{MailboxId, ReadKey, UnixTime};
use nightjar_protocol::limits::{AFTER_READ_MAX, LIFETIME_MAX};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::wire::Cell;

use crate::input::{Input, cell, patch};
use crate::people::{NOW, Seeded};
use crate::session::seeds;
use crate::window::{Numbers, Receiver, Sender, WINDOW, cells_of};

/// The joiner's and the inviter's conversation.
pub fn conversations() -> [Conversation; 2] {
    static STORED: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
        let [joiner, inviter] = seeds();
        let boxes = || [ReadKey::from_bytes([1; 32]), ReadKey::from_bytes([2; 32])];
        let ([own, peer], [other, another]) = (boxes(), boxes());
        [(joiner, own, peer.mailbox()), (inviter, another, other.mailbox())].map(
            |(seed, own, peer): (_, _, MailboxId)| {
                let mut conversation = Conversation::start(seed, own, peer, Standing::Verified).unwrap();
                conversation.set_receipt_policy(ReceiptPolicy { read: true, delay: (0, 0) });
                conversation.snapshot().to_vec()
            },
        )
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
    assert!(conversation.outbox(now, NOBODYS).count() as u64 <= WINDOW);
    let stored = conversation.snapshot();
    *conversation = Conversation::restore(&stored).expect("a state that cannot be stored");
    assert!(conversation.snapshot() == stored);
}

/// One side of a talk, and what is on its way to the other.
struct Person {
    conversation: Conversation,
    sent: BTreeMap<u64, String>,
    received: BTreeMap<u64, String>,
    way: Vec<(u64, Cell)>,
    /// Its window, and that of what comes, counted beside the machine.
    sender: Sender,
    receiver: Receiver,
}

/// Two people and a bad network.
pub struct Talk {
    people: [Person; 2],
    now: UnixTime,
    epoch: u8,
    days: u8,
    random: Seeded,
}

impl Default for Talk {
    fn default() -> Self {
        let people = conversations().map(|conversation| Person {
            conversation,
            sent: BTreeMap::new(),
            received: BTreeMap::new(),
            way: Vec::new(),
            sender: Sender::default(),
            receiver: Receiver::default(),
        });
        Self { people, now: NOW, epoch: 0, days: 0, random: Seeded(5) }
    }
}

impl Talk {
    /// Something happens.
    pub fn step(&mut self, input: &mut Input) {
        let what = input.byte();
        let side = usize::from(what & 1);
        match what >> 1 & 15 {
            0 => self.send(side, usize::from(input.byte()) * 30),
            1 => (0..input.byte() % 129).for_each(|_| self.send(side, 0)),
            2 | 3 => self.flush(side),
            4..8 => self.arrive(side, input, false),
            8 => (0..input.byte() % 65).for_each(|_| self.arrive(side, input, false)),
            9 | 10 => self.arrive(side, input, true),
            11 => self.show(side),
            12 => drop(self.people[side].conversation.rotate(self.now, &mut self.random)),
            13 => match input.byte() {
                0..64 => self.epoch = self.epoch.wrapping_add(1),
                64..96 => self.people[side].way.clear(),
                _ => look(&mut self.people[side].conversation, self.now),
            },
            14 if self.days < 4 && input.byte() > 127 => {
                self.days += 1;
                self.pass(24 * 3600);
            }
            _ => self.pass(u64::from(input.byte())),
        }
        self.count();
    }

    /// All goes well for a while; then everything has arrived, once, as it was sent.
    pub fn finish(&mut self) {
        for round in 0..10 {
            self.epoch = self.epoch.wrapping_add(1);
            for side in [0, 1] {
                if round == 4 {
                    // Only a new cell tells that an old one, whose time was over, was given up.
                    self.send(side, 0);
                }
                self.flush(side);
                for (seq, cell) in std::mem::take(&mut self.people[side].way) {
                    self.take(side, seq, &cell);
                }
            }
            self.pass(60);
            self.count();
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
        let Person { conversation, sent, sender, .. } = &mut self.people[side];
        let text = format!("{}{}", sent.len(), "가".repeat(length / 3));
        let times = (LIFETIME_MAX, AFTER_READ_MAX);
        let due = sender.admits_text(self.now, cells_of(&text, self.now));
        match conversation.send_text(self.now, &text, times, Audience::Contact, &mut self.random) {
            Ok(id) => assert!(due && sent.insert(id.number, text).is_none(), "beyond the window, or a number twice"),
            Err(error) => assert!(error == Error::PeerSilent && !due, "{error}"),
        }
        self.count();
    }

    /// Notes what was sealed since, with the numbers that stand in it.
    fn count(&mut self) {
        for Person { conversation, sender, receiver, .. } in &mut self.people {
            sender.sealed(conversation.outbox(self.now, NOBODYS).map(|queued| queued.seq), receiver.floor());
        }
    }

    fn flush(&mut self, side: usize) {
        let Person { conversation, way, .. } = &mut self.people[side];
        let epoch = Epoch([self.epoch; 8]);
        let queued: Vec<_> = conversation.outbox(self.now, epoch).map(|it| (it.seq, it.cell.clone())).collect();
        for (seq, cell) in queued {
            conversation.accepted(seq, epoch);
            way.push((seq, cell));
        }
    }

    /// A cell arrives, in any order, or again, or changed.
    fn arrive(&mut self, side: usize, input: &mut Input, changed: bool) {
        let Some(at) = input.place(self.people[side].way.len()) else { return };
        let (seq, genuine) = self.people[side].way[at].clone();
        if !changed {
            if input.byte() % 4 > 0 {
                drop(self.people[side].way.remove(at));
            }
            return self.take(side, seq, &genuine);
        }
        let (changed, to) = (cell(&patch(genuine.as_bytes(), input.string())), &mut self.people[1 - side]);
        if changed != genuine {
            let taken = deliver(&mut to.conversation, self.now, &changed, &mut self.random);
            assert_eq!(taken, Err(Error::Undecryptable));
        }
    }

    /// The cell of `side` is taken by the other, unless it has come before.
    fn take(&mut self, side: usize, seq: u64, cell: &Cell) {
        let (now, random) = (self.now, &mut self.random);
        let [one, other] = &mut self.people;
        let (from, to) = if side == 0 { (one, other) } else { (other, one) };
        let numbers: Numbers = from.sender.numbers(seq);
        if to.receiver.has(seq) {
            let taken = deliver(&mut to.conversation, now, cell, random);
            return assert!(matches!(taken, Err(Error::Undecryptable | Error::Repeated)), "{taken:?}");
        }
        let taken = to.conversation.handle(now, cell, random).expect("a genuine cell was refused");
        to.receiver.take(&numbers);
        to.sender.acked(numbers.ack);
        for event in taken.events {
            if let Event::Received { id: MessageId { direction: Direction::Received, number } } = event {
                let known = to.received.insert(number, from.sent[&number].clone());
                assert!(known.is_none(), "received twice");
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

/// The epoch of no relay: no cell is in a store of it.
const NOBODYS: Epoch = Epoch(*b"nobodys!");
