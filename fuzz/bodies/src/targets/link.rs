//! The link of both roles: handshakes in which something is changed, honest ends over a network that is not, and each end
//! facing another that seals whatever it wants. What is taken is what was said, and after an error nothing is.

use nightjar_protocol::keys::{AccessKey, DhSecret};
use nightjar_protocol::link::{Access, ClientHandshake, Error, HandshakeRefusal, RelayHandshake, refusal};

use crate::input::{Input, patch};
use crate::links::{PAYLOAD_LEN, SECRET, WELCOME, ephemeral, hello_with, relay, reply_with, welcome_payload};
use crate::network::Network;
use crate::oracle::{Client, Relay};

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    match input.byte() % 8 {
        0 => hello(&mut input),
        1 => welcome(&mut input),
        2..4 => {
            let (mut network, mut stands) = (Network::default(), true);
            while stands && !input.is_empty() {
                stands = network.step(&mut input);
            }
            if stands {
                network.finish();
            }
        }
        4..6 => {
            let mut client = Client::default();
            while !input.is_empty() && client.hear(&mut input) {}
        }
        _ => {
            let mut relay = Relay::default();
            while !input.is_empty() && relay.hear(&mut input) {}
        }
    }
}

/// A hello of who holds some key, changed, at a relay that takes some.
fn hello(input: &mut Input) {
    let key = |byte: u8| AccessKey::from_bytes([byte; AccessKey::LEN]);
    let (held, taken) = (input.byte() % 4, input.byte() % 4);
    let (access, takes) = ((held > 0).then(|| key(held)), (1..=taken).map(key).collect::<Vec<_>>());
    let payload = exactly::<PAYLOAD_LEN>(&patch(&[0; PAYLOAD_LEN], input.short()));
    let (_, sent) = hello_with(access.as_ref(), &payload);
    let came = exactly(&patch(&sent, input.short()));
    let access = Access::of(&takes, &relay()).unwrap();
    let read = RelayHandshake::read_hello(&DhSecret::from_bytes(SECRET), &access, &came).err();
    let is_let_in = if taken == 0 { held == 0 } else { (1..=taken).contains(&held) };
    match read {
        Some(Error::Contents(_)) => assert!(came == sent && is_let_in && payload != [0; PAYLOAD_LEN]),
        Some(error) => assert!(error == Error::Handshake && (came != sent || !is_let_in)),
        None => assert!(came == sent && is_let_in && payload == [0; PAYLOAD_LEN], "somebody else was let in"),
    }
}

/// What a relay, or somebody else, answers a hello.
fn welcome(input: &mut Input) {
    let (client, hello) = ClientHandshake::start(&relay(), None, &ephemeral(1)).unwrap();
    let payload = exactly::<PAYLOAD_LEN>(&patch(&welcome_payload(), input.short()));
    let declined = [HandshakeRefusal::Handshake, HandshakeRefusal::Busy].map(refusal);
    let sent = match input.byte() % 8 {
        0 => declined[0],
        1 => declined[1],
        _ => reply_with(&hello, &payload).1,
    };
    let came = exactly(&patch(&sent, input.short()));
    let is_refusal = declined.contains(&came);
    match client.read_welcome(&came) {
        Err(Error::Declined(reason)) => assert!(came == refusal(reason)),
        Err(Error::Contents(_)) => assert!(came == sent && payload[16..] != [0; PAYLOAD_LEN - 16]),
        Err(error) => assert!(error == Error::Handshake && came != sent && !is_refusal),
        Ok((_, welcome)) => {
            assert!(came == sent && !is_refusal && payload[16..] == [0; PAYLOAD_LEN - 16]);
            assert_eq!(welcome == WELCOME, payload == welcome_payload());
        }
    }
}

fn exactly<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|at| bytes.get(at).copied().unwrap_or_default())
}
