//! The cases of `vectors/transfer/`: amounts and codes, messages and bindings; affairs have a file of their own. Text is
//! text, not hex.

use nightjar_protocol::keys::Random;
use nightjar_protocol::ledger::{Peer, binding, handle};
use nightjar_protocol::message::{CashReceipt, Message, QuestionId, TransferId};
use nightjar_protocol::money::{Amount, ClaimCode, Currency};
use nightjar_protocol::ratchet::Side;
use nightjar_protocol::wire::decode;
use serde_json::{Map, Value, json};

use super::affair;
use super::case::{Case, Outcome, hex, name, outputs};

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
        "ask" => affair::ask(case),
        "whole" => affair::whole(case),
        "course" => affair::course(case),
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
