//! The cases of `vectors/messages/`.

use nightjar_protocol::conversation::envelope::{Envelope, Piece, split};
use nightjar_protocol::crypto::sha256;
use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::message::{Attachment, Body, Message, Text};
use serde_json::{Value, json};

use super::case::{Case, Outcome, bytes, hex, name, outputs};
use super::course::{self, Course};

/// Computes a case's outcome.
pub fn run(case: &Case) -> Outcome {
    match case.kind.as_str() {
        "message" => message(case),
        "envelope" => envelope(case),
        "split" => pieces(case),
        "handle" => handle(case),
        "course" => course::run(case),
        kind => Err(format!("unknown kind {kind}")),
    }
}

/// `bytes`: a message.
fn message(case: &Case) -> Outcome {
    let bytes = case.bytes("bytes");
    let message = Message::decode(&bytes).map_err(name)?;
    assert_eq!(message.encode().map_err(name)?.as_slice(), bytes);
    match message {
        Message::Text(text) => outputs([
            ("message", json!("Text")),
            ("body", json!(text.body.as_str())),
            ("sent_at", json!(text.sent_at.0)),
            ("deadline", json!(text.deadline.0)),
            ("after_read", json!(text.after_read)),
        ]),
        Message::Receipt(receipt) => outputs([
            ("message", json!("Receipt")),
            ("kind", json!(format!("{:?}", receipt.kind))),
            ("messages", json!(receipt.messages)),
        ]),
        Message::Mailbox(id) => outputs([("message", json!("Mailbox")), ("id", hex(id.as_bytes()))]),
        Message::Attachments(attachments) => outputs([
            ("message", json!("Attachments")),
            ("caption", json!(attachments.caption.as_str())),
            ("items", Value::Array(attachments.items.iter().map(item).collect())),
            ("sent_at", json!(attachments.sent_at.0)),
            ("deadline", json!(attachments.deadline.0)),
            ("after_read", json!(attachments.after_read)),
        ]),
        _ => Err("a message without a case".into()),
    }
}

fn item(item: &Attachment) -> Value {
    json!({
        "kind": format!("{:?}", item.kind), "name": item.name.as_str(), "size": item.size, "duration": item.duration,
        "hash": hex(&item.hash), "mailbox": hex(item.mailbox.as_bytes()), "key": hex(item.key.as_bytes()),
    })
}

/// `bytes`: an envelope.
fn envelope(case: &Case) -> Outcome {
    let bytes = case.bytes("bytes");
    let envelope = Envelope::decode(&bytes).map_err(name)?;
    assert_eq!(envelope.encode().map_err(name)?.as_slice(), bytes);
    let piece = &envelope.piece;
    outputs([
        ("seq", json!(envelope.seq)),
        ("oldest", json!(envelope.oldest)),
        ("ack", json!(envelope.ack)),
        ("seen", json!(envelope.seen)),
        ("message", json!(piece.message)),
        ("index", json!(piece.index)),
        ("count", json!(piece.count)),
        ("deadline", json!(piece.deadline.0)),
        ("bytes", hex(&piece.bytes)),
    ])
}

/// `text`: cut into pieces as message 1.
fn pieces(case: &Case) -> Outcome {
    let body = String::from_utf8(case.bytes("text")).expect("UTF-8");
    let text = Text { body: Body::new(&body), sent_at: NOW, deadline: NOW.plus(60), after_read: 60 };
    let bytes = Message::Text(text).encode().map_err(name)?;
    let pieces = split(1, NOW.plus(60), &bytes).map_err(name)?;
    let piece = |piece: &Piece| {
        json!({ "index": piece.index, "count": piece.count, "length": piece.bytes.len(),
            "sha256": hex::encode(sha256(&[&piece.bytes])) })
    };
    outputs([
        ("length", json!(bytes.len())),
        ("sha256", hex(&sha256(&[&bytes]))),
        ("pieces", Value::Array(pieces.iter().map(piece).collect())),
    ])
}

/// `envelopes`: what a peer seals one after the other, at `now`; the last one decides. Events of all, or the rejection.
fn handle(case: &Case) -> Outcome {
    let mut course = Course::begin(case)?;
    let envelopes = case.value("envelopes").as_array().expect("envelopes");
    let mut events = Vec::new();
    for (index, envelope) in envelopes.iter().enumerate() {
        let before = course.own.snapshot();
        match course.hear(&bytes(envelope.as_str().expect("hex")), 0) {
            Ok(happened) => events.extend(happened),
            Err(error) => {
                assert!(course.own.snapshot() == before, "a refused cell changed the state");
                assert_eq!(index + 1, envelopes.len(), "refused before the last envelope: {error}");
                return Err(name(error));
            }
        }
    }
    outputs([("events", Value::Array(events.into_iter().map(course::event).collect()))])
}

const NOW: UnixTime = UnixTime(1_800_000_000);
