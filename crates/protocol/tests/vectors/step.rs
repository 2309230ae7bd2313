//! What a step of an affair says, and what its parties see, in the words of the vectors.

use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::ledger::{Confirmation, Event, Ledger, NewQuestion, NewTransfer, Proof};
use nightjar_protocol::money::{Amount, Currency};
use nightjar_protocol::nickname::Word;
use serde_json::{Map, Value, json};

use super::affair::{NAMES, NOW, SENDER};
use super::case::{bytes, name};

/// A string of a step, empty if it has none.
pub fn text<'a>(step: &'a Value, key: &str) -> &'a str {
    step.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A party's place by its name.
pub fn party(name: &str) -> usize {
    NAMES.iter().position(|it| *it == name).expect("a party")
}

/// A word as somebody types it.
pub fn word(step: &Value, key: &str) -> Result<Word, String> {
    Word::normalise(text(step, key)).map_err(name)
}

/// An amount and its currency.
fn amount(said: &str) -> Result<Amount, String> {
    let (number, code) = said.split_once(' ').expect("an amount and a currency");
    Amount::parse(number, Currency::parse(code).expect("a currency")).map_err(name)
}

/// The question of a step, or none: then the next prepared one is asked.
pub fn asks(step: &Value) -> Result<Option<NewQuestion>, String> {
    if step.get("question").is_none() {
        return Ok(None);
    }
    let duress = step.get("duress").map(|_| word(step, "duress")).transpose()?;
    Ok(Some(NewQuestion { text: text(step, "question").into(), real: word(step, "real")?, duress }))
}

/// The transfer that a step opens.
pub fn transfer_of(step: &Value) -> Result<NewTransfer, String> {
    let lifetime = step.get("lifetime").map_or(259_200, |it| it.as_u64().expect("seconds") as u32);
    let (note_to_family, note_to_broker) = (text(step, "note").into(), String::new());
    let amount = amount(text(step, "promised"))?;
    Ok(NewTransfer { amount, fee: None, tell_fee: false, note_to_family, note_to_broker, lifetime })
}

/// What a family says of the cash that came.
pub fn confirmation(step: &Value) -> Result<Confirmation, String> {
    let evidence = bytes(text(step, "evidence")).as_chunks::<32>().0.to_vec();
    Ok(Confirmation { amount: amount(text(step, "came"))?, note: text(step, "note").into(), evidence })
}

/// What a party sees of its transfers and of what it was asked.
pub fn look(ledger: &Ledger, now: UnixTime, out: &mut Map<String, Value>) {
    let transfers = ledger.transfers(now).map(|it| {
        let receipts: Vec<String> = it
            .receipts
            .iter()
            .map(|receipt| match (receipt.proof, receipt.state) {
                (Some(proof), _) => format!("{} {} {proof:?}", receipt.number, receipt.amount),
                (None, Some(state)) => format!("{} {} {state:?}", receipt.number, receipt.amount),
                (None, None) => format!("{} {}", receipt.number, receipt.amount),
            })
            .collect();
        json!({ "status": format!("{:?}", it.status), "received": it.received.to_string(),
            "apparent": it.apparent.to_string(), "claim": format!("{:?}", it.claim), "receipts": receipts,
            "expires": it.expires.since(NOW) })
    });
    out.insert("transfers".into(), transfers.collect());
    let asked = ledger.asked_by(SENDER as u64).map(
        |it| json!({ "attempts_left": it.attempts_left, "waits": it.is_waiting, "expires": it.expires.since(NOW) }),
    );
    out.insert("asked".into(), asked.collect());
}

/// An event in a few words.
pub fn event(event: &Event) -> Value {
    json!(match event {
        Event::Asked { .. } => "asked".to_owned(),
        Event::AnswerWas { outcome, .. } => format!("answer was {outcome:?}"),
        Event::Matched { matched: true, .. } => "matched".to_owned(),
        Event::Matched { matched: false, left, .. } => format!("not matched, {left} left"),
        Event::Ordered { .. } => "ordered".to_owned(),
        Event::Promised { .. } => "promised".to_owned(),
        Event::Funded { .. } => "funded".to_owned(),
        Event::Claimed { accepted: true, .. } => "claimed".to_owned(),
        Event::Claimed { accepted: false, left, .. } => format!("wrong code, {left} left"),
        Event::Receipt { number, proof: Proof::Unproved, .. } => format!("receipt {number} unproved"),
        Event::Receipt { number, proof, .. } => format!("receipt {number} {proof:?}"),
        Event::Disputed { .. } => "disputed".to_owned(),
        Event::Refused { number, reason, .. } => format!("refused {reason:?}, number {number}"),
        Event::TransferExpired { .. } => "transfer expired".to_owned(),
        Event::TransferFinished { .. } => "transfer finished".to_owned(),
        Event::QuestionExpired { .. } => "question expired".to_owned(),
        Event::Forgotten { .. } => "transfer forgotten".to_owned(),
        other => panic!("an event without a name here: {other:?}"),
    })
}
