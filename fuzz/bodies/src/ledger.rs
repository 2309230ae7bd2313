//! A sender, a broker and a family with a ledger each; and one of them whose contacts say what no honest one would.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use nightjar_protocol::keys::{Random, UnixTime};
use nightjar_protocol::ledger::{
    Confirmation, Error, Event, Ledger, NewQuestion, NewTransfer, Outcome, Part, Peer, Post, Proof, handle,
};
use nightjar_protocol::limits::{CASH_RECEIPTS_MAX, DISPUTES_MAX, QUESTIONS_MAX};
use nightjar_protocol::message::{
    Answer, Body, CashReceipt, Claim, Claimed, Dispute, Funded, Message, Order, Promise, Question, QuestionId, Reason,
    Refusal, TransferId, Verdict,
};
use nightjar_protocol::money::{Amount, ClaimCode, Currency};
use nightjar_protocol::ratchet::Side;
use nightjar_protocol::wire::encode;

use crate::input::Input;
use crate::people::{NOW, Seeded, WRONG, word};

const SENDER: usize = 0;
const BROKER: usize = 1;
const FAMILY: usize = 2;

/// How one party knows another; the sender made both invites.
fn peer(at: usize, of: usize) -> Peer {
    let side = if at == SENDER { Side::Inviter } else { Side::Joiner };
    Peer { contact: of as u64, session: [at.max(of) as u8; 32], side }
}

fn yuan(minor: u64) -> Option<Amount> {
    Amount::new(minor, Currency::parse("CNY").ok()?).ok()
}

/// Question `n`, whose text is its number.
fn question(n: usize) -> NewQuestion {
    NewQuestion { text: n.to_string(), real: word(&format!("real{n}")), duress: Some(word(&format!("duress{n}"))) }
}

/// Looks at all there is to see, and stores and takes back the state.
fn look(ledger: &mut Ledger, now: UnixTime) {
    for view in ledger.transfers(now) {
        assert!(view.received.minor() <= view.apparent.minor());
        assert!(view.receipts.len() <= usize::from(CASH_RECEIPTS_MAX) && view.disputes.len() <= DISPUTES_MAX);
        let counted = view.receipts.iter().filter(|it| it.proof == Some(Proof::Verified)).map(|it| it.amount);
        let sum: u128 = counted.map(|amount| u128::from(amount.minor())).sum();
        assert!(view.part != Part::Sender || view.received.minor() == sum);
        assert_ne!(ledger.find(&handle(&view.id)).ok(), Some(TransferId([0; 16])));
    }
    for contact in 0..4 {
        assert!(ledger.asked_by(contact).count() <= QUESTIONS_MAX && ledger.prepared(contact).count() <= 32);
    }
    drop(ledger.totals(now));
    let stored = ledger.snapshot();
    *ledger = Ledger::restore(&stored).expect("a state that cannot be stored");
    assert!(ledger.snapshot() == stored);
}

/// Three honest people and a network that keeps no order. What is lost stays lost.
pub struct People {
    ledgers: [Ledger; 3],
    way: Vec<(usize, Post)>,
    now: UnixTime,
    random: Seeded,
    asked: usize,
    /// What the family confirmed with a word that is right, by transfer: real and duress.
    typed: BTreeMap<TransferId, [u128; 2]>,
    lost: bool,
}

impl Default for People {
    fn default() -> Self {
        let ledgers = [Ledger::new(), Ledger::new(), Ledger::new()];
        Self { ledgers, way: Vec::new(), now: NOW, random: Seeded(1), asked: 0, typed: BTreeMap::new(), lost: false }
    }
}

impl People {
    /// Somebody does something, or something arrives.
    pub fn step(&mut self, input: &mut Input) {
        let what = input.byte();
        match what % 8 {
            0 => self.send(input),
            1 => self.carry_cash(input),
            2 => self.confirm(input),
            3 => self.now = self.now.plus(u64::from(input.byte()) << (input.byte() % 5)),
            4 if what > 200 && !self.way.is_empty() => {
                let at = input.place(self.way.len()).unwrap_or_default();
                self.lost |= self.way.len() > at;
                drop(self.way.remove(at));
            }
            _ => self.arrive(input.place(self.way.len())),
        }
        for ledger in &mut self.ledgers {
            ledger.tick(self.now);
            look(ledger, self.now);
        }
    }

    /// Everything arrives; then the family and the sender agree on what matched, and on nothing else.
    pub fn finish(mut self) {
        self.settle();
        let [sender, _, family] = &self.ledgers;
        for sent in sender.transfers(self.now).filter(|view| view.part == Part::Sender) {
            let [real, duress] = self.typed.get(&sent.id).copied().unwrap_or_default();
            assert!(sent.received.minor() <= real && sent.apparent.minor() <= real + duress);
            let promised = family.transfers(self.now).find(|view| view.id == sent.id);
            let matched = promised.is_none_or(|it| self.lost || it.received.minor() <= sent.apparent.minor());
            assert!(matched, "the family has more than the sender knows of");
        }
    }

    fn say(&mut self, from: usize, posts: Result<Vec<Post>, Error>) {
        self.way.extend(posts.into_iter().flatten().map(|post| (from, post)));
    }

    fn send(&mut self, input: &mut Input) {
        let (family, broker, now) = (peer(SENDER, FAMILY), peer(SENDER, BROKER), self.now);
        self.asked += 1;
        let (new, [sender, ..]) = (question(self.asked), &mut self.ledgers);
        let about = sender.transfers(now).nth(usize::from(input.byte() % 4)).map(|view| view.id);
        let posts = match input.byte() % 4 {
            0 => sender.prepare(family.contact, &new, &mut self.random).map(|_| Vec::new()),
            1 => sender.ask(now, &family, None, about, 3600, &mut self.random).map(|(_, posts)| posts),
            2 => sender.ask(now, &family, Some(&new), about, 3600, &mut self.random).map(|(_, posts)| posts),
            _ => {
                let transfer = NewTransfer {
                    amount: yuan(100).expect("an amount"),
                    fee: None,
                    tell_fee: true,
                    note_to_family: String::new(),
                    note_to_broker: String::new(),
                    lifetime: 7200,
                };
                let opened = sender.open_transfer(now, &family, &broker, &transfer, Some(&new), &mut self.random);
                opened.map(|(_, posts)| posts)
            }
        };
        self.say(SENDER, posts);
    }

    fn carry_cash(&mut self, input: &mut Input) {
        let [_, broker, family] = &mut self.ledgers;
        let Some(id) = broker.transfers(self.now).nth(usize::from(input.byte() % 4)).map(|view| view.id) else {
            return;
        };
        let code =
            family.transfers(self.now).nth(usize::from(input.byte() % 4)).and_then(|it| Some(it.code?.duplicate()));
        let posts = match (input.byte() % 3, code) {
            (0, _) => broker.funds_received(self.now, id),
            (_, Some(code)) => broker.claim(self.now, id, &code),
            _ => return,
        };
        self.say(BROKER, posts);
    }

    fn confirm(&mut self, input: &mut Input) {
        let (now, at, [.., family]) = (self.now, peer(FAMILY, SENDER), &mut self.ledgers);
        let asked: Vec<_> = family.asked_by(at.contact).map(|it| (it.id, it.text.to_owned(), it.about)).collect();
        let place = input.place(asked.len());
        let (minor, kind) = (u64::from(input.byte()), input.byte() % 4);
        let typed = |text: &str| word([&format!("real{text}"), &format!("duress{text}"), WRONG][usize::from(kind % 3)]);
        let Some((id, text, about)) = place.map(|at| asked[at].clone()) else { return };
        let Some(about) = about else {
            let posts = family.answer(now, &at, id, &typed(&text), &mut self.random);
            return self.say(FAMILY, posts);
        };
        let Some(amount) = yuan(minor) else { return };
        let confirmation = Confirmation { amount, note: String::new(), evidence: Vec::new() };
        // The person reads the question that the confirmation answers.
        let open = family.transfers(now).find(|view| view.id == about).and_then(|view| view.question);
        let text = asked.iter().find(|(id, ..)| Some(*id) == open).map_or("", |(_, text, _)| text);
        let typed = (kind < 3).then(|| typed(text));
        let posts = family.confirm(now, &at, about, &confirmation, typed.as_ref(), &mut self.random);
        if posts.is_ok() && kind < 2 {
            self.typed.entry(about).or_default()[usize::from(kind)] += u128::from(minor);
        }
        self.say(FAMILY, posts);
    }

    fn settle(&mut self) {
        while !self.way.is_empty() {
            self.arrive(Some(0));
        }
    }

    fn arrive(&mut self, place: Option<usize>) {
        let Some((from, post)) = place.map(|at| self.way.remove(at)) else { return };
        let to = post.contact as usize;
        let message = Message::decode(&post.message.encode().expect("an honest message")).expect("an honest message");
        let reaction = self.ledgers[to].handle(self.now, &peer(to, from), message, &mut self.random);
        self.say(to, Ok(reaction.posts));
    }
}

/// The three of them in the middle of things.
fn scene() -> [Ledger; 3] {
    static STORED: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
        let mut people = People::default();
        for choice in [[0, 3], [0, 3], [0, 3], [0, 0], [3, 2]] {
            people.send(&mut Input(&choice));
        }
        people.settle();
        people.carry_cash(&mut Input(&[0, 1, 1]));
        people.confirm(&mut Input(&[0, 0, 50, 2]));
        people.confirm(&mut Input(&[0, 2, 50, 3]));
        people.settle();
        // Answers with the right words are under way, whose verdicts nobody here can make.
        people.confirm(&mut Input(&[0, 1, 50, 0]));
        people.confirm(&mut Input(&[0, 3, 50, 1]));
        people.ledgers.map(|ledger| ledger.snapshot().to_vec())
    });
    STORED.each_ref().map(|stored| Ledger::restore(stored).unwrap())
}

/// Snapshots of ledgers in use.
pub fn snapshots() -> [Vec<u8>; 3] {
    scene().map(|ledger| ledger.snapshot().to_vec())
}

/// Does all that a restored ledger may do: it holds whatever a damaged file made of it.
pub fn use_up(ledger: &mut Ledger) {
    let (now, mut random) = (NOW, Seeded(3));
    let ids: Vec<_> = ledger.transfers(now).map(|view| view.id).collect();
    drop((ledger.totals(now), ledger.next_due()));
    for contact in 0..3 {
        let with = peer(SENDER, contact);
        let asked: Vec<_> = ledger.asked_by(with.contact).map(|it| it.id).collect();
        for id in asked {
            drop(ledger.answer(now, &with, id, &word(WRONG), &mut random));
            let answer = Answer { id, attempt: 1, m2: [0; 192], receipt: None };
            drop(ledger.handle(now, &with, Message::Answer(answer), &mut random));
        }
        for id in &ids {
            let Some(amount) = yuan(1) else { return };
            let said = Confirmation { amount, note: String::new(), evidence: Vec::new() };
            drop(ledger.confirm(now, &with, *id, &said, Some(&word(WRONG)), &mut random));
            drop((ledger.dispute(now, *id, "no"), ledger.funds_received(now, *id)));
            let claim = Message::Claim(Claim { id: *id, code: ClaimCode::generate(&mut random) });
            drop(ledger.handle(now, &with, claim, &mut random));
        }
    }
    drop(ledger.tick(UnixTime(u64::MAX)));
}

/// One of the three, whose contacts have no word and say anything.
pub struct Victim {
    ledger: Ledger,
    who: usize,
    now: UnixTime,
    random: Seeded,
    /// Names that mean something to somebody.
    names: Vec<[u8; 16]>,
}

impl Victim {
    /// The sender, the broker or the family.
    pub fn new(who: usize) -> Self {
        let scene = scene();
        let views = scene.iter().flat_map(|ledger| ledger.transfers(NOW)).map(|view| view.id.0);
        let asked = scene.iter().flat_map(|ledger| ledger.asked_by(SENDER as u64)).map(|it| it.id.0);
        let names = views.chain(asked).chain([[7; 16]]).collect();
        let ledger = scene.into_iter().nth(who).expect("one of three");
        Self { ledger, who, now: NOW, random: Seeded(9), names }
    }

    /// A contact says something, time passes, or the victim does something.
    pub fn step(&mut self, input: &mut Input) {
        match input.byte() % 8 {
            0 => self.now = self.now.plus(u64::from(input.byte()) << (input.byte() % 16)),
            1 => self.act(input),
            2 => {
                if let Ok(message) = Message::decode(input.short()) {
                    self.hear(input, message);
                }
            }
            _ => {
                let message = self.plausible(input).and_then(|message| Message::decode(&encode(&message).ok()?).ok());
                if let Some(message) = message {
                    self.hear(input, message);
                }
            }
        }
        self.ledger.tick(self.now);
        assert!(self.ledger.next_due().is_none_or(|due| due > self.now), "a tick left work undone");
        look(&mut self.ledger, self.now);
        let all = self.ledger.transfers(self.now);
        assert!(all.into_iter().all(|view| view.apparent.minor() == 0), "a receipt counts that nobody proved");
    }

    fn hear(&mut self, input: &mut Input, message: Message) {
        self.ledger.tick(self.now);
        let before = self.ledger.snapshot();
        let from = self.contact(input);
        let is_reply = matches!(message, Message::Verdict(_) | Message::Claimed(_) | Message::Refusal(_));
        let reaction = self.ledger.handle(self.now, &from, message, &mut self.random);
        assert!(reaction.posts.iter().all(|post| post.contact == from.contact && post.message.encode().is_ok()));
        assert!(!is_reply || reaction.posts.is_empty(), "a reply was replied to");
        let is_refused = reaction.posts.iter().any(|post| matches!(post.message, Message::Refusal(_)));
        assert!(!is_refused || self.ledger.snapshot() == before, "what was refused changed the state");
        let proved = |event: &Event| match event {
            // Nobody here knows the code of a transfer.
            Event::Claimed { accepted, .. } => *accepted && self.who == SENDER,
            Event::AnswerWas { outcome, .. } => matches!(outcome, Outcome::Verified | Outcome::Duress),
            Event::Matched { matched, .. } => *matched,
            _ => false,
        };
        assert!(!reaction.events.iter().any(proved), "somebody without the word has matched");
    }

    /// The victim does what its part allows.
    fn act(&mut self, input: &mut Input) {
        let (now, with, name) = (self.now, self.contact(input), self.name(input));
        let (transfer, id) = (TransferId(name), QuestionId(name));
        let amount = yuan(1 + u64::from(input.byte())).expect("an amount");
        let confirmation = Confirmation { amount, note: String::new(), evidence: Vec::new() };
        let (ledger, random, typed) = (&mut self.ledger, &mut self.random, word(WRONG));
        drop(match input.byte() % 8 {
            0 => ledger.answer(now, &with, id, &typed, random),
            1 => ledger.confirm(now, &with, transfer, &confirmation, Some(&typed), random),
            2 => ledger.confirm(now, &with, transfer, &confirmation, None, random),
            3 => ledger.dispute(now, transfer, "no"),
            4 => ledger.funds_received(now, transfer),
            5 => ledger.claim(now, transfer, &ClaimCode::generate(random)),
            6 => ledger.ask(now, &with, None, Some(transfer), 60, random).map(|(_, posts)| posts),
            _ => ledger.ask(now, &with, Some(&question(usize::from(input.byte()))), None, 60, random).map(|it| it.1),
        });
    }

    /// Somebody that the victim deals with, now and then a stranger.
    fn contact(&self, input: &mut Input) -> Peer {
        let known = if self.who == SENDER { [BROKER, FAMILY] } else { [SENDER; 2] };
        let drawn = input.byte();
        peer(self.who, if drawn < 16 { 3 } else { known[usize::from(drawn % 2)] })
    }

    fn name(&self, input: &mut Input) -> [u8; 16] {
        self.names[input.place(self.names.len()).unwrap_or_default()]
    }

    /// A message about something that exists, whose fields are of the input's choice.
    fn plausible(&mut self, input: &mut Input) -> Option<Message> {
        let (name, number, minor) = (self.name(input), input.byte(), u64::from(input.byte()));
        let (transfer, id, attempt) = (TransferId(name), QuestionId(name), number % 5);
        let number = number % 40;
        let text = if number % 8 == 7 { String::from_utf8_lossy(input.short()) } else { "?".into() };
        let (amount, note) = (yuan(1 + minor)?, Body::new(&text));
        let (sent_at, at) = (self.now, UnixTime(self.now.0.saturating_add(minor)));
        let expires = self.now.plus(u64::from(input.byte()) << (input.byte() % 12));
        let about = TransferId(self.name(input));
        let evidence = vec![[number; 32]; usize::from(number % 6)];
        let receipt = CashReceipt { transfer: about, number, amount, note: Body::new(note.as_str()), at, evidence };
        let code = || ClaimCode::generate(&mut Seeded(minor));
        // Where it is not the group's base point it is, but for a chance of one in sixteen, no element.
        let share = if number % 8 == 6 { *Seeded(minor).bytes() } else { BASE };
        let m1: [u8; 64] = core::array::from_fn(|at| share[at % 32]);
        Some(match input.byte() % 12 {
            0 => Message::Question(Question { id, about: (number > 9).then_some(about), text: note, m1, expires }),
            1 => Message::Answer(Answer { id, attempt, m2: *Seeded(minor).bytes(), receipt: None }),
            2 => Message::Answer(Answer { id, attempt, m2: [0; 192], receipt: Some(receipt) }),
            3 => Message::Verdict(Verdict { id, attempt, m3: *Seeded(minor).bytes(), again: m1 }),
            4 => Message::Order(Order { id: transfer, amount, fee: None, note, sent_at, expires }),
            5 => Message::Promise(Promise { id: transfer, amount, fee: None, code: code(), note, sent_at, expires }),
            6 => Message::Funded(Funded { id: transfer, at }),
            7 => Message::Claim(Claim { id: transfer, code: code() }),
            8 => Message::Claimed(Claimed { id: transfer, accepted: number % 2 == 0, left: number / 2 % 4 }),
            9 => Message::CashReceipt(receipt),
            10 => Message::Dispute(Dispute { id: transfer, note, at }),
            _ => Message::Refusal(Refusal { of: name, number, reason: REASONS[usize::from(number % 7)] }),
        })
    }
}

/// The encoding of the group's base point (RFC 9496, A.1).
const BASE: [u8; 32] = [
    0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71, 0xa8, 0x84, 0xa9, 0x61, 0xc5, 0x00, 0x51, 0x5f, 0x58, 0xe3, 0x0b,
    0x6a, 0xa5, 0x82, 0xdd, 0x8d, 0xb6, 0xa6, 0x59, 0x45, 0xe0, 0x8d, 0x2d, 0x76,
];
const REASONS: [Reason; 7] = [
    Reason::Unknown,
    Reason::Finished,
    Reason::Expired,
    Reason::Spent,
    Reason::Currency,
    Reason::Repeated,
    Reason::Full,
];
