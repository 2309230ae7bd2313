//! A sender, a broker and a family, each with a ledger and conversations, and relays that do what they should.

use nightjar_protocol::conversation::{Conversation, Standing};
use nightjar_protocol::crypto::dh_keypair;
use nightjar_protocol::keys::{Random, ReadKey, RootKey, UnixTime};
use nightjar_protocol::ledger::{
    Confirmation, Error, Event, Ledger, NewQuestion, NewTransfer, Peer, Post, TransferView,
};
use nightjar_protocol::limits::TRANSFER_LIFETIME_DEFAULT;
use nightjar_protocol::link::Epoch;
use nightjar_protocol::message::{Message, QuestionId, TransferId};
use nightjar_protocol::money::{Amount, ClaimCode, Currency};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::ratchet::{Role, SessionSeed};

pub const NOW: UnixTime = UnixTime(1_800_000_000);
pub const DAY: u64 = 24 * 3600;
pub const REAL: &str = "꼬맹이";
pub const DURESS: &str = "바람돌이";
pub const WRONG: &str = "왕눈이";

pub const SENDER: usize = 0;
pub const BROKER: usize = 1;
pub const FAMILY: usize = 2;

/// The contact under which one party knows another.
pub const fn contact(of: usize, at: usize) -> u64 {
    (at as u64 + 1) * 100 + of as u64
}

/// One party, with all that it stores.
pub struct Party {
    pub ledger: Ledger,
    pub talks: Vec<(usize, Conversation)>,
    /// What is stored with the state, to be given to the conversations.
    pub queue: Vec<Post>,
    /// What has happened.
    pub events: Vec<Event>,
    /// What was said, in the bytes of the messages, and to whom.
    pub said: Vec<(usize, Vec<u8>)>,
}

/// The three of them.
pub struct World {
    pub parties: [Party; 3],
    pub now: UnixTime,
    pub dice: Dice,
    /// Whether every party is stored and taken back after every step.
    pub restarting: bool,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let mut parties = [(); 3].map(|()| Party {
            ledger: Ledger::new(),
            talks: Vec::new(),
            queue: Vec::new(),
            events: Vec::new(),
            said: Vec::new(),
        });
        for other in [BROKER, FAMILY] {
            let [mine, theirs] = conversations(&mut dice);
            parties[SENDER].talks.push((other, mine));
            parties[other].talks.push((SENDER, theirs));
        }
        Self { parties, now: NOW, dice, restarting: false }
    }

    pub fn peer(&self, at: usize, of: usize) -> Peer {
        let (_, talk) = self.parties[at].talks.iter().find(|(other, _)| *other == of).unwrap();
        Peer { contact: contact(of, at), session: *talk.session_id(), side: talk.side() }
    }

    /// Opens a transfer of so much, asking the question whose answer is [`REAL`].
    pub fn open(&mut self, amount: &str) -> TransferId {
        self.open_asking(amount, REAL, DURESS)
    }

    /// Opens a transfer of so much, asking a question with these answers.
    pub fn open_asking(&mut self, amount: &str, real: &str, duress: &str) -> TransferId {
        let (family, broker) = (self.peer(SENDER, FAMILY), self.peer(SENDER, BROKER));
        let (now, ledger) = (self.now, &mut self.parties[SENDER].ledger);
        let question = question("?", real, Some(duress));
        let opened = ledger.open_transfer(now, &family, &broker, &transfer(amount), Some(&question), &mut self.dice);
        let (id, posts) = opened.unwrap();
        self.say(SENDER, posts);
        id
    }

    /// The name under which the broker knows a transfer.
    pub fn order(&self, id: TransferId) -> TransferId {
        self.view(SENDER, id).order.unwrap()
    }

    pub fn view(&self, party: usize, id: TransferId) -> TransferView<'_> {
        let mut all = self.parties[party].ledger.transfers(self.now);
        all.find(|view| view.id == id).expect("a transfer")
    }

    /// The code as the family reads it from its screen.
    pub fn code(&self, id: TransferId) -> ClaimCode {
        self.view(FAMILY, id).code.unwrap().duplicate()
    }

    pub fn claim(&mut self, id: TransferId, code: &ClaimCode) -> Result<(), Error> {
        let order = self.order(id);
        let posts = self.parties[BROKER].ledger.claim(self.now, order, code)?;
        self.say(BROKER, posts);
        self.carry();
        Ok(())
    }

    /// The family confirms, with a word or without, and hears what comes of it.
    pub fn confirm(&mut self, id: TransferId, amount: &str, word: Option<&str>) -> Result<(), Error> {
        self.confirm_quietly(id, amount, word)?;
        self.carry();
        Ok(())
    }

    /// The family confirms; nothing is under way yet.
    pub fn confirm_quietly(&mut self, id: TransferId, amount: &str, text: Option<&str>) -> Result<(), Error> {
        let peer = self.peer(FAMILY, SENDER);
        let typed = text.map(word);
        let ledger = &mut self.parties[FAMILY].ledger;
        let posts = ledger.confirm(self.now, &peer, id, &confirmation(amount), typed.as_ref(), &mut self.dice)?;
        self.say(FAMILY, posts);
        Ok(())
    }

    /// The sender asks, with a question of its own or the next prepared one.
    pub fn ask(&mut self, answer: Option<&str>, about: Option<TransferId>) -> Result<QuestionId, Error> {
        let peer = self.peer(SENDER, FAMILY);
        let question = answer.map(|answer| question("?", answer, None));
        let ledger = &mut self.parties[SENDER].ledger;
        let (id, posts) = ledger.ask(self.now, &peer, question.as_ref(), about, 3600, &mut self.dice)?;
        self.say(SENDER, posts);
        Ok(id)
    }

    pub fn prepare(&mut self, answer: &str, duress: Option<&str>) {
        let question = question("?", answer, duress);
        let ledger = &mut self.parties[SENDER].ledger;
        ledger.prepare(contact(FAMILY, SENDER), &question, &mut self.dice).unwrap();
    }

    pub fn say(&mut self, party: usize, posts: Vec<Post>) {
        self.parties[party].queue.extend(posts);
        self.restart(party);
    }

    /// A message reaches a ledger as if the other party had said it.
    pub fn hear(&mut self, at: usize, from: usize, message: Message) -> Vec<Event> {
        let (peer, now) = (self.peer(at, from), self.now);
        let reaction = self.parties[at].ledger.handle(now, &peer, message, &mut self.dice);
        self.parties[at].queue.extend(reaction.posts);
        self.parties[at].events.extend(&reaction.events);
        self.restart(at);
        reaction.events
    }

    /// Everything that is to be said is said and heard, until there is nothing more.
    pub fn carry(&mut self) {
        while (0..3).any(|party| self.flush(party)) {}
    }

    /// What a party has to say goes into its conversations, and from there to the others: whether there was anything.
    pub fn flush(&mut self, party: usize) -> bool {
        let Self { parties, now, dice, .. } = self;
        let mut on_its_way = Vec::new();
        let Party { talks, queue, said, .. } = &mut parties[party];
        for post in queue.drain(..) {
            let (other, talk) = talks.iter_mut().find(|(other, _)| contact(*other, party) == post.contact).unwrap();
            talk.send(*now, &post.message, post.deadline, dice).unwrap();
            said.push((*other, post.message.encode().unwrap().to_vec()));
        }
        for (other, talk) in talks {
            talk.tick(*now, dice);
            let cells: Vec<_> = talk.outbox(*now, EPOCH).map(|queued| (queued.seq, queued.cell.clone())).collect();
            for (seq, cell) in cells {
                talk.accepted(seq, EPOCH);
                on_its_way.push((*other, cell));
            }
        }
        let any = !on_its_way.is_empty();
        for (other, cell) in on_its_way {
            let talk = self.parties[other].talks.iter_mut().find(|(from, _)| *from == party);
            let handled = talk.unwrap().1.handle(self.now, &cell, &mut self.dice).unwrap();
            if let Some(message) = handled.said {
                self.hear(other, party, message);
            }
        }
        any
    }

    /// Time passes for everybody.
    pub fn pass(&mut self, seconds: u64) {
        self.now = self.now.plus(seconds);
        for party in 0..3 {
            let events = self.parties[party].ledger.tick(self.now);
            assert!(self.parties[party].ledger.next_due().is_none_or(|due| due > self.now), "a tick left work undone");
            self.parties[party].events.extend(events);
            self.restart(party);
        }
    }

    /// What has happened at a party since this was asked last.
    pub fn events(&mut self, party: usize) -> Vec<Event> {
        core::mem::take(&mut self.parties[party].events)
    }

    fn restart(&mut self, party: usize) {
        if self.restarting {
            let party = &mut self.parties[party];
            party.ledger = again(&party.ledger);
        }
    }
}

/// A ledger as it is after it was stored and taken back.
pub fn again(ledger: &Ledger) -> Ledger {
    let stored = ledger.snapshot();
    let restored = Ledger::restore(&stored).unwrap();
    assert!(restored.snapshot() == stored);
    restored
}

pub fn word(text: &str) -> Word {
    Word::normalise(text).unwrap()
}

pub fn question(text: &str, real: &str, duress: Option<&str>) -> NewQuestion {
    NewQuestion { text: text.into(), real: word(real), duress: duress.map(word) }
}

pub fn amount(text: &str) -> Amount {
    Amount::parse(text, Currency::parse("CNY").unwrap()).unwrap()
}

pub fn transfer(text: &str) -> NewTransfer {
    NewTransfer {
        amount: amount(text),
        fee: Some(amount("90")),
        tell_fee: false,
        note_to_family: "for the winter".into(),
        note_to_broker: "by Friday".into(),
        lifetime: TRANSFER_LIFETIME_DEFAULT,
    }
}

pub fn confirmation(text: &str) -> Confirmation {
    Confirmation { amount: amount(text), note: "thank you".into(), evidence: vec![[7; 32]] }
}

fn conversations(dice: &mut Dice) -> [Conversation; 2] {
    let (joiner, joiner_public) = dh_keypair(dice);
    let (inviter, inviter_public) = dh_keypair(dice);
    let (root, id) = (RootKey::generate(dice), *dice.bytes());
    let boxes = [ReadKey::generate(dice), ReadKey::generate(dice)];
    let [first, second] = boxes.each_ref().map(ReadKey::mailbox);
    let [one, other] = boxes;
    let seed = |role| SessionSeed { root: root.duplicate(), id, role };
    let ends = [
        (Role::Inviter { own: inviter, peer: joiner_public }, one, second),
        (Role::Joiner { own: joiner, peer: inviter_public }, other, first),
    ];
    ends.map(|(role, own, peer)| Conversation::start(seed(role), own, peer, Standing::Verified).unwrap())
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

const EPOCH: Epoch = Epoch([9; 8]);
