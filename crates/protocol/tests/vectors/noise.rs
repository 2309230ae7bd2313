//! The cases of `vectors/noise/`: published figures for the link's suite, through our own steps and resolver.

use nightjar_protocol::crypto::TAG_LEN;
use nightjar_protocol::keys::{DhPublic, DhSecret};
use nightjar_protocol::noise::{Ephemeral, Error, LinkInitiator, LinkResponder, Transport};
use serde_json::Value;

use super::case::{Case, Outcome, bytes, hex, name, outputs};

/// Computes a case's outcome.
pub fn run(case: &Case) -> Outcome {
    match case.kind.as_str() {
        "handshake" => handshake(case).map_err(name)?,
        kind => panic!("unknown kind {kind}"),
    }
}

fn handshake(case: &Case) -> Result<Outcome, Error> {
    assert_eq!(case.text("pattern"), "Noise_NK_25519_ChaChaPoly_SHA256");
    let payloads: Vec<Vec<u8>> = case.value("payloads").as_array().unwrap().iter().map(text).collect();
    let relay = DhPublic::from_bytes(case.array("responder_static_public"));
    let secret = DhSecret::from_bytes(case.array("responder_static"));
    let prologue = case.bytes("prologue");
    let ephemeral = |key: &str| Ephemeral::from_bytes(case.array(key));

    let (initiator, first) =
        LinkInitiator::write_message(&relay, &prologue, None, &ephemeral("initiator_ephemeral"), &payloads[0])?;
    let (responder, read) = LinkResponder::read_message(&secret, &prologue, None, &first)?;
    assert_eq!(*read, payloads[0]);
    let (mut responder, second) = responder.write_message(&ephemeral("responder_ephemeral"), &payloads[1])?;
    let (mut initiator, read) = initiator.read_message(&second)?;
    assert_eq!(*read, payloads[1]);

    let mut messages = vec![first, second];
    for (turn, payload) in payloads[2..].iter().enumerate() {
        let (from, to) =
            if turn % 2 == 0 { (&mut initiator, &mut responder) } else { (&mut responder, &mut initiator) };
        messages.push(exchange(from, to, payload)?);
    }
    Ok(outputs([("messages", Value::Array(messages.iter().map(|message| hex(message)).collect()))]))
}

fn exchange(from: &mut Transport, to: &mut Transport, payload: &[u8]) -> Result<Vec<u8>, Error> {
    let mut message = [payload, &[0; TAG_LEN]].concat();
    from.write_message(&mut message)?;
    let mut read = message.clone();
    assert_eq!(to.read_message(&mut read)?, payload);
    Ok(message)
}

fn text(value: &Value) -> Vec<u8> {
    bytes(value.as_str().unwrap())
}
