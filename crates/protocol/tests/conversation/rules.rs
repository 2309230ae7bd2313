//! What is refused, at sending, at receiving and at restoring, and that a refusal changes nothing.

use nightjar_protocol::conversation::envelope::{Envelope, EnvelopeError, Piece};
use nightjar_protocol::conversation::{Audience, Conversation, Error, Standing};
use nightjar_protocol::keys::ReadKey;
use nightjar_protocol::limits::{LIFETIME_MAX, TEXT_MAX, WINDOW_MAX};
use nightjar_protocol::message::{self, Body, Message, Receipt, ReceiptKind, Text};
use nightjar_protocol::ratchet::Session;
use nightjar_protocol::wire;

use super::talk::{DAY, Dice, NOW, Talk, seeds};

#[test]
fn under_duress_only_what_a_coercer_may_read_is_sent() {
    let mut talk = Talk::new();
    talk.ends[0].set_standing(Standing::Duress);
    let before = talk.ends[0].snapshot();
    let sent = talk.ends[0].send_text(NOW, "secret", (DAY, 300), Audience::Contact, &mut talk.dice);
    assert_eq!(sent, Err(Error::Duress));
    assert!(talk.ends[0].snapshot() == before);
    talk.ends[0] = Conversation::restore(&before).unwrap();
    assert_eq!(talk.ends[0].standing(), Standing::Duress);
    talk.ends[0].send_text(NOW, "harmless", (DAY, 300), Audience::Coercer, &mut talk.dice).unwrap();
}

#[test]
fn texts_out_of_bounds_are_not_sent() {
    let mut talk = Talk::new();
    let long = "x".repeat(TEXT_MAX + 1);
    for (text, timers, error) in [
        ("", (DAY, 300), message::Error::Empty),
        (long.as_str(), (DAY, 300), message::Error::TooLong),
        ("a\x1b[31mb", (DAY, 300), message::Error::Control),
        ("a\u{85}b", (DAY, 300), message::Error::Control),
        ("x", (0, 300), message::Error::Lifetime),
        ("x", (LIFETIME_MAX + 1, 300), message::Error::Lifetime),
        ("x", (DAY, 0), message::Error::AfterRead),
        ("x", (DAY, LIFETIME_MAX + 1), message::Error::AfterRead),
    ] {
        let before = talk.ends[0].snapshot();
        let sent = talk.ends[0].send_text(NOW, text, timers, Audience::Contact, &mut talk.dice);
        assert_eq!(sent, Err(Error::Message(error)));
        assert!(talk.ends[0].snapshot() == before);
    }
    talk.send(0, "line\n\tline", (1, 1));
}

/// A peer that holds the session's keys and breaks the rules: refused, and nothing changes.
#[test]
fn envelopes_against_the_rules_change_nothing() {
    let (mut victim, mut peer, mut dice) = victim();
    let text = |deadline: u64| {
        let text = Text { body: Body::new("x"), sent_at: NOW, deadline: NOW.plus(deadline), after_read: 60 };
        Message::Text(text).encode().unwrap().to_vec()
    };
    let good = |seq: u64| Envelope { seq, oldest: 1, ack: 0, seen: 0, piece: piece(seq, &text(60)) };
    let mut raw = |envelope: &Envelope| peer.encrypt(&wire::encode(envelope).unwrap(), &mut dice).unwrap();
    let first = raw(&good(1));
    let cases = [
        (raw(&Envelope { seq: 0, ..good(2) }), Error::Envelope(EnvelopeError::Numbers)),
        (raw(&Envelope { oldest: 0, ..good(2) }), Error::Envelope(EnvelopeError::Numbers)),
        (raw(&Envelope { oldest: 3, ..good(2) }), Error::Envelope(EnvelopeError::Numbers)),
        (raw(&Envelope { ack: 1, ..good(2) }), Error::Acknowledgement),
        (raw(&Envelope { seq: WINDOW_MAX + 2, ..good(2) }), Error::Ahead),
        (raw(&Envelope { seq: 1, ..good(2) }), Error::Repeated),
        (raw(&Envelope { piece: piece(1, &text(60)), ..good(2) }), Error::Repeated),
        (raw(&Envelope { piece: piece(2, &text(61)), ..good(2) }), Error::Piece),
        (raw(&Envelope { piece: piece(2, b"\x09"), ..good(2) }), Error::Message(wire::Error::Malformed.into())),
    ];
    let mut dice = Dice(3);
    assert_eq!(victim.handle(NOW, &first, &mut dice).unwrap().events.len(), 1);
    for (cell, error) in cases {
        let before = victim.snapshot();
        assert_eq!(victim.handle(NOW, &cell, &mut dice).map(|handled| handled.events), Err(error));
        assert!(victim.snapshot() == before, "{error} changed the state");
    }
}

#[test]
fn pieces_at_odds_with_each_other_are_refused() {
    let (mut victim, mut peer, mut dice) = victim();
    let part = |seq, index, count, deadline: u64| {
        let piece = Piece { message: 1, index, count, deadline: NOW.plus(deadline), bytes: vec![b'x'; 10] };
        Envelope { seq, oldest: 1, ack: 0, seen: 0, piece }
    };
    let mut raw = |envelope: &Envelope| peer.encrypt(&envelope.encode().unwrap(), &mut dice).unwrap();
    let first = raw(&part(1, 0, 3, 60));
    let cases = [
        (raw(&part(2, 1, 4, 60)), Error::Piece),
        (raw(&part(2, 1, 3, 61)), Error::Piece),
        (raw(&part(2, 0, 3, 60)), Error::Repeated),
    ];
    let mut dice = Dice(3);
    assert_eq!(victim.handle(NOW, &first, &mut dice).map(|handled| handled.events), Ok(Vec::new()));
    for (cell, error) in cases {
        let before = victim.snapshot();
        assert_eq!(victim.handle(NOW, &cell, &mut dice).map(|handled| handled.events), Err(error));
        assert!(victim.snapshot() == before);
    }
}

/// A receipt for what was never sent, or is gone, says nothing.
#[test]
fn receipts_for_nothing_are_no_news() {
    let (mut victim, mut peer, mut dice) = victim();
    let receipt = Message::Receipt(Receipt { kind: ReceiptKind::Erased, messages: vec![1, 7, u64::MAX] });
    let envelope = Envelope { seq: 1, oldest: 1, ack: 0, seen: 0, piece: piece(1, &receipt.encode().unwrap()) };
    let cell = peer.encrypt(&envelope.encode().unwrap(), &mut dice).unwrap();
    assert_eq!(victim.handle(NOW, &cell, &mut dice).map(|handled| handled.events), Ok(Vec::new()));
}

#[test]
fn snapshots_are_strict() {
    let mut talk = Talk::new();
    talk.send(0, "x", (DAY, 300));
    let snapshot = talk.ends[0].snapshot();
    assert!(Conversation::restore(&snapshot).is_ok());
    let (body, long) = (&snapshot[1..], [&snapshot[..], &[0]].concat());
    for bytes in [&snapshot[..snapshot.len() - 1], &long, &[&[2], body].concat(), &[]] {
        assert_eq!(Conversation::restore(bytes).err(), Some(Error::Snapshot));
    }
}

fn piece(message: u64, bytes: &[u8]) -> Piece {
    Piece { message, index: 0, count: 1, deadline: NOW.plus(60), bytes: bytes.to_vec() }
}

/// A conversation, and its peer as a bare session that can say anything.
fn victim() -> (Conversation, Session, Dice) {
    let mut dice = Dice(77);
    let [joiner, inviter] = seeds(&mut dice);
    let own = ReadKey::generate(&mut dice);
    let peer = ReadKey::generate(&mut dice).mailbox();
    let victim = Conversation::start(inviter, own, peer, Standing::Verified).unwrap();
    (victim, Session::start(joiner).unwrap(), dice)
}
