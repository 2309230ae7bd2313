//! The cases of `vectors/transfer/`: amounts and codes, messages, bindings, and whole transfers. Text is text, not hex.

use nightjar_protocol::keys::{Random, UnixTime};
use nightjar_protocol::ledger::{
    Confirmation, Event, Ledger, NewQuestion, NewTransfer, Outcome as Verdict, Peer, Post, binding, handle,
};
use nightjar_protocol::message::{CashReceipt, Message, QuestionId, TransferId};
use nightjar_protocol::money::{Amount, ClaimCode, Currency};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::ratchet::Side;
use nightjar_protocol::wire::decode;
use serde_json::{Map, Value, json};

use super::case::{Case, Fixed, Outcome, hex, name, outputs};

/// Computes a case's outcome.
pub fn run(case: &Case) -> Outcome {
    match case.kind.as_str() {
        "amount" => amount(case),
        "code" => outputs([("text", json!(ClaimCode::generate(&mut Given(case.bytes("drawn"))).text().as_str()))]),
        "read-code" => read_code(case),
        "handle" => outputs([("text", json!(handle(&TransferId(case.array("name")))))]),
        "context" => context(case),
        "statement" => statement(case),
        "message" => message(case),
        "ask" => ask(case),
        "whole" => whole(case),
        kind => panic!("unknown kind {kind}"),
    }
}

/// Gives out the bytes of the case.
struct Given(Vec<u8>);

impl Random for Given {
    fn fill(&mut self, out: &mut [u8]) {
        out.copy_from_slice(&self.0.drain(..out.len()).collect::<Vec<_>>());
    }
}

fn amount(case: &Case) -> Outcome {
    let currency = Currency::parse(case.text("currency")).map_err(name)?;
    let amount = Amount::parse(case.text("text"), currency).map_err(name)?;
    outputs([
        ("minor", json!(amount.minor())),
        ("decimals", json!(currency.decimals())),
        ("text", json!(amount.to_string())),
    ])
}

/// What a person typed, a long part of it given as a string and a count.
fn read_code(case: &Case) -> Outcome {
    let times = if case.has("times") { case.number("times") } else { 1 };
    let code = ClaimCode::parse(&case.text("text").repeat(times as usize)).map_err(name)?;
    outputs([("text", json!(code.text().as_str()))])
}

fn context(case: &Case) -> Outcome {
    let peer = Peer { contact: 0, session: case.array("session"), side: Side::Joiner };
    let asker = if case.text("asker") == "joiner" { Side::Joiner } else { Side::Inviter };
    let about = case.has("about").then(|| TransferId(case.array("about")));
    let id = QuestionId(case.array("id"));
    outputs([("context", hex(&binding::context(&peer, asker, &id, about, case.text("text"))))])
}

fn statement(case: &Case) -> Outcome {
    let receipt: CashReceipt = decode::<_, 4096>(&case.bytes("receipt")).map_err(name)?;
    outputs([("statement", hex(&binding::statement(Some(&receipt))))])
}

fn message(case: &Case) -> Outcome {
    let bytes = case.bytes("bytes");
    let message = Message::decode(&bytes).map_err(name)?;
    assert_eq!(message.encode().map_err(name)?.as_slice(), bytes);
    Ok(match message {
        Message::Question(it) => fields([
            ("message", json!("Question")),
            ("id", hex(&it.id.0)),
            ("about", it.about.map_or(Value::Null, |about| hex(&about.0))),
            ("text", json!(it.text.as_str())),
            ("m1", hex(&it.m1)),
            ("expires", json!(it.expires.0)),
        ]),
        Message::Answer(it) => fields([
            ("message", json!("Answer")),
            ("id", hex(&it.id.0)),
            ("attempt", json!(it.attempt)),
            ("m2", hex(&it.m2)),
            ("receipt", it.receipt.as_ref().map_or(Value::Null, |it| Value::Object(receipt(it)))),
        ]),
        Message::Verdict(it) => fields([
            ("message", json!("Verdict")),
            ("id", hex(&it.id.0)),
            ("attempt", json!(it.attempt)),
            ("m3", hex(&it.m3)),
            ("again", hex(&it.again)),
        ]),
        message => of_transfer(message),
    })
}

fn of_transfer(message: Message) -> Map<String, Value> {
    let fee = |fee: Option<Amount>| json!(fee.map(|fee| fee.to_string()));
    match message {
        Message::Order(it) => fields([
            ("message", json!("Order")),
            ("name", hex(&it.id.0)),
            ("amount", json!(it.amount.to_string())),
            ("fee", fee(it.fee)),
            ("note", json!(it.note.as_str())),
            ("sent_at", json!(it.sent_at.0)),
            ("expires", json!(it.expires.0)),
        ]),
        Message::Promise(it) => fields([
            ("message", json!("Promise")),
            ("name", hex(&it.id.0)),
            ("amount", json!(it.amount.to_string())),
            ("fee", fee(it.fee)),
            ("code", json!(it.code.text().as_str())),
            ("note", json!(it.note.as_str())),
            ("sent_at", json!(it.sent_at.0)),
            ("expires", json!(it.expires.0)),
        ]),
        message => short(message),
    }
}

fn short(message: Message) -> Map<String, Value> {
    match message {
        Message::Funded(it) => {
            fields([("message", json!("Funded")), ("name", hex(&it.id.0)), ("since", json!(it.at.0))])
        }
        Message::Claim(it) => {
            fields([("message", json!("Claim")), ("name", hex(&it.id.0)), ("code", json!(it.code.text().as_str()))])
        }
        Message::Claimed(it) => fields([
            ("message", json!("Claimed")),
            ("name", hex(&it.id.0)),
            ("accepted", json!(it.accepted)),
            ("left", json!(it.left)),
        ]),
        Message::CashReceipt(it) => receipt(&it),
        Message::Dispute(it) => fields([
            ("message", json!("Dispute")),
            ("name", hex(&it.id.0)),
            ("note", json!(it.note.as_str())),
            ("at", json!(it.at.0)),
        ]),
        Message::Refusal(it) => fields([
            ("message", json!("Refusal")),
            ("of", hex(&it.of)),
            ("number", json!(it.number)),
            ("reason", json!(format!("{:?}", it.reason))),
        ]),
        _ => panic!("a message of another chapter"),
    }
}

fn receipt(it: &CashReceipt) -> Map<String, Value> {
    fields([
        ("message", json!("CashReceipt")),
        ("name", hex(&it.transfer.0)),
        ("number", json!(it.number)),
        ("amount", json!(it.amount.to_string())),
        ("note", json!(it.note.as_str())),
        ("at", json!(it.at.0)),
        ("evidence", Value::Array(it.evidence.iter().map(|hash| hex(hash)).collect())),
    ])
}

fn fields<const N: usize>(values: [(&str, Value); N]) -> Map<String, Value> {
    values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The three parties, and what each has said.
struct Whole {
    ledgers: [Ledger; 3],
    dice: [Fixed; 3],
    said: Vec<Value>,
    events: [Vec<Event>; 3],
}

/// A transfer with one receipt, every byte of it. `typed` is the word of the family.
fn whole(case: &Case) -> Outcome {
    let word = |key: &str| Word::normalise(case.text(key)).map_err(name);
    let read = |key: &str| {
        let (text, code) = case.text(key).split_once(' ').expect("an amount and a currency");
        Amount::parse(text, Currency::parse(code).expect("a currency")).map_err(name)
    };
    let (mut whole, question) = Whole::begin(case)?;
    let new = NewTransfer {
        amount: read("promised")?,
        fee: None,
        tell_fee: false,
        note_to_family: case.text("note").into(),
        note_to_broker: String::new(),
        lifetime: 259_200,
    };
    let (broker, family) = (peer(case, SENDER, BROKER), peer(case, SENDER, FAMILY));
    let [sender, ..] = &mut whole.ledgers;
    let opened = sender.open_transfer(NOW, &family, &broker, &new, Some(&question), &mut whole.dice[SENDER]);
    let (id, posts) = opened.map_err(name)?;
    let order = sender.transfers(NOW).find_map(|view| view.order).expect("an order");
    whole.carry(case, SENDER, posts);
    let posts = whole.ledgers[BROKER].funds_received(NOW, order).map_err(name)?;
    whole.carry(case, BROKER, posts);
    let code = whole.ledgers[FAMILY].transfers(NOW).find_map(|view| Some(view.code?.duplicate())).expect("a code");
    let posts = whole.ledgers[BROKER].claim(NOW, order, &code).map_err(name)?;
    whole.carry(case, BROKER, posts);
    let confirmation = Confirmation { amount: read("came")?, note: case.text("note").into(), evidence: vec![[7; 32]] };
    let (from, typed, dice) = (peer(case, FAMILY, SENDER), word("typed")?, &mut whole.dice[FAMILY]);
    let posts = whole.ledgers[FAMILY].confirm(NOW, &from, id, &confirmation, Some(&typed), dice).map_err(name)?;
    whole.carry(case, FAMILY, posts);
    whole.outcome()
}

/// A question of the sender's about nothing else, answered by each of `typed` in turn.
fn ask(case: &Case) -> Outcome {
    let (mut whole, question) = Whole::begin(case)?;
    let (asked, asking) = (peer(case, SENDER, FAMILY), peer(case, FAMILY, SENDER));
    let [sender, ..] = &mut whole.ledgers;
    let put = sender.ask(NOW, &asked, Some(&question), None, 3600, &mut whole.dice[SENDER]);
    let (id, posts) = put.map_err(name)?;
    whole.carry(case, SENDER, posts);
    for typed in case.value("typed").as_array().expect("a list") {
        let typed = Word::normalise(typed.as_str().expect("a word")).map_err(name)?;
        let (family, dice) = (&mut whole.ledgers[FAMILY], &mut whole.dice[FAMILY]);
        let posts = family.answer(NOW, &asking, id, &typed, dice).map_err(name)?;
        whole.carry(case, FAMILY, posts);
    }
    let told = |events: &[Event]| {
        let told = events.iter().filter_map(|event| match event {
            Event::AnswerWas { outcome, .. } => Some(format!("{outcome:?}")),
            Event::Matched { matched, left, .. } => Some(format!("matched: {matched}, left: {left}")),
            _ => None,
        });
        json!(told.collect::<Vec<_>>())
    };
    let (verdicts, family) = (told(&whole.events[SENDER]), told(&whole.events[FAMILY]));
    outputs([("said", Value::Array(whole.said)), ("verdicts", verdicts), ("family_is_told", family)])
}

impl Whole {
    /// Nobody has said anything; and the question.
    fn begin(case: &Case) -> Result<(Self, NewQuestion), String> {
        let word = |key: &str| Word::normalise(case.text(key)).map_err(name);
        let seed = |key: &str| Fixed::new(&case.bytes(key));
        let dice = [seed("sender_seed"), Fixed::new(b""), seed("family_seed")];
        let ledgers = [Ledger::new(), Ledger::new(), Ledger::new()];
        let (real, duress) = (word("real")?, Some(word("duress")?));
        let whole = Self { ledgers, dice, said: Vec::new(), events: Default::default() };
        Ok((whole, NewQuestion { text: case.text("question").into(), real, duress }))
    }

    /// What a party says is heard, and what comes of it, until nothing more is said.
    fn carry(&mut self, case: &Case, from: usize, posts: Vec<Post>) {
        for post in posts {
            let (to, bytes) = (post.contact as usize, post.message.encode().expect("a message"));
            self.said.push(json!({ "from": NAMES[from], "to": NAMES[to], "bytes": hex::encode(&bytes) }));
            let reaction = self.ledgers[to].handle(NOW, &peer(case, to, from), post.message, &mut self.dice[to]);
            self.events[to].extend(reaction.events);
            self.carry(case, to, reaction.posts);
        }
    }

    fn outcome(self) -> Outcome {
        let sent = self.ledgers[SENDER].transfers(NOW).next().expect("a transfer");
        let promised = self.ledgers[FAMILY].transfers(NOW).next().expect("a promise");
        let outcome = self.events[SENDER].iter().find_map(|event| match event {
            Event::AnswerWas { outcome: Verdict::Verified, .. } => Some("verified"),
            Event::AnswerWas { outcome: Verdict::Duress, .. } => Some("duress"),
            Event::AnswerWas { outcome: Verdict::Mismatch { .. }, .. } => Some("mismatch"),
            _ => None,
        });
        let state = promised.receipts.first().and_then(|receipt| receipt.state);
        outputs([
            ("said", Value::Array(self.said)),
            ("verdict", json!(outcome)),
            ("received", json!(sent.received.to_string())),
            ("apparent", json!(sent.apparent.to_string())),
            ("status", json!(format!("{:?}", sent.status))),
            ("family_status", json!(format!("{:?}", promised.status))),
            ("family_receipt", json!(state.map(|state| format!("{state:?}")))),
            ("family_stores", json!(self.ledgers[FAMILY].snapshot().len())),
        ])
    }
}

/// How one party knows another. The sender made both invites.
fn peer(case: &Case, at: usize, of: usize) -> Peer {
    let session = case.array(if at == BROKER || of == BROKER { "broker_session" } else { "family_session" });
    Peer { contact: of as u64, session, side: if at == SENDER { Side::Inviter } else { Side::Joiner } }
}

const NOW: UnixTime = UnixTime(1_800_000_000);
const SENDER: usize = 0;
const BROKER: usize = 1;
const FAMILY: usize = 2;
const NAMES: [&str; 3] = ["sender", "broker", "family"];
