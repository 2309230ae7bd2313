//! The joiner's link to the relay and three frames on it, from their text. Spec: example; wire, "Link" and "Frames".

use nightjar_protocol::crypto::{dh, dh_public};
use nightjar_protocol::keys::{DhSecret, MailboxId, UnixTime};
use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::{Access, ClientHandshake, ClientLink, Epoch, RelayHandshake, RelayLink, Welcome};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Command, Reply};
use serde_json::{Value, json};

use super::drawn;
use super::handshake::{Joined, show_long};
use super::invite::{Invited, Offered};
use super::noise::{Symmetric, seal_numbered};
use crate::case::{Case, Fixed, hex};
use crate::puppet::integer;

/// The handshake, and the keys of either direction.
pub struct Greeted {
    to_relay: [u8; 32],
    to_client: [u8; 32],
    client: ClientLink,
    relay: RelayLink,
    pub values: Value,
}

/// Hello and welcome.
pub fn greet(case: &Case, invited: &Invited) -> Greeted {
    let mut random = Fixed::new(&case.bytes("link_seed"));
    let (own, relays) = (DhSecret::from_bytes(drawn(&mut random)), DhSecret::from_bytes(drawn(&mut random)));
    let (e, re) = (dh_public(&own), dh_public(&relays));
    let (epoch, now): ([u8; 8], u64) = (case.array("epoch"), case.number("now"));
    let payload = [epoch.as_slice(), &now.to_be_bytes(), &[0; 32]].concat();

    let mut noise = Symmetric::new(b"Noise_NK_25519_ChaChaPoly_SHA256", b"nightjar/link/v1", invited.public.as_bytes());
    let h_0 = noise.h;
    noise.mix_hash(e.as_bytes());
    noise.mix_key(dh(&own, &invited.public).unwrap().as_bytes());
    let hello = [e.as_bytes().as_slice(), &noise.seal(&[0; 48])].concat();
    let h_1 = noise.h;
    noise.mix_hash(re.as_bytes());
    noise.mix_key(dh(&own, &re).unwrap().as_bytes());
    let welcome = [re.as_bytes().as_slice(), &noise.seal(&payload)].concat();
    let [to_relay, to_client] = noise.split();

    let ephemeral = |secret: &DhSecret| Ephemeral::from_bytes(*secret.as_bytes());
    let (client, said) = ClientHandshake::start(&invited.public, None, &ephemeral(&own)).unwrap();
    assert_eq!(said.as_slice(), hello);
    let heard: [u8; HELLO_LEN] = hello.as_slice().try_into().unwrap();
    let relay = RelayHandshake::read_hello(&invited.relay, &Access::open(), &heard).unwrap();
    let told = Welcome { epoch: Epoch(epoch), now: UnixTime(now) };
    let (relay, said) = relay.accept(&told, &ephemeral(&relays)).unwrap();
    assert_eq!(said.as_slice(), welcome);
    let (client, heard) = client.read_welcome(&said).unwrap();
    assert_eq!(heard, told);
    let values = json!({
        "e_private": hex(own.as_bytes()), "e": hex(e.as_bytes()), "h_0": hex(&h_0), "hello": hex(&hello),
        "h_1": hex(&h_1), "relay_e_private": hex(relays.as_bytes()), "relay_e": hex(re.as_bytes()),
        "welcome_payload": hex(&payload), "welcome": hex(&welcome), "h_2": hex(&noise.h), "ck_2": hex(&noise.ck),
        "key_to_relay": hex(&to_relay), "key_to_client": hex(&to_client),
    });
    Greeted { to_relay, to_client, client, relay, values }
}

/// The joiner asks for the bundle, the relay pushes it, and the joiner sends message 1.
pub fn frames(case: &Case, greeted: Greeted, invited: &Invited, offered: &Offered, joined: &Joined) -> Value {
    let Greeted { to_relay, to_client, mut client, mut relay, .. } = greeted;
    let (rendezvous, left) = (&invited.keys.rendezvous, case.number("bundle_ttl") as u32);
    let mut written = Vec::new();

    let subscribe = [&[1, 2, 0], rendezvous.as_bytes().as_slice()].concat();
    let first = sealed(&to_relay, 0, &subscribe, &[0; 4096]);
    client.queue(&Command::Subscribe { slot: 0, read_key: rendezvous.duplicate() });
    client.write_frame(&mut written).unwrap();
    assert_eq!(written, first);
    relay.read_frame(first.as_slice().try_into().unwrap()).unwrap();

    let push = [[2, 1, 1, 3, 0, 1].as_slice(), &number(left.into())].concat();
    let second = sealed(&to_client, 0, &push, offered.cell.as_bytes());
    relay.queue(Reply::Subscribed { waiting: 1 });
    relay.queue_push(0, 1, left, offered.cell.clone());
    written.clear();
    relay.write_frame(&mut written).unwrap();
    assert_eq!(written, second);
    client.read_frame(second.as_slice().try_into().unwrap()).unwrap();

    let (batch, third) = message1(&to_relay, offered.mailbox.mailbox(), joined, &mut client);
    let mut values = json!({ "batch_1": hex(&subscribe), "batch_2": hex(&push), "batch_3": hex(&batch) });
    for (name, frame) in [("frame_1", first), ("frame_2", second), ("frame_3", third)] {
        show_long(name, &frame, &mut values);
    }
    values
}

/// The frame with message 1: the joiner's mailbox is made first, the bundle acknowledged last.
fn message1(key: &[u8; 32], to: MailboxId, joined: &Joined, client: &mut ClientLink) -> (Vec<u8>, Vec<u8>) {
    const MAILBOX_TTL: u32 = 30 * 24 * 3600;
    const CELL_TTL: u32 = 24 * 3600;
    let create = [&[0], joined.mailbox.as_bytes().as_slice(), &number(MAILBOX_TTL.into())].concat();
    let append = [&[1], to.as_bytes().as_slice(), &number(CELL_TTL.into())].concat();
    let batch = [[3].as_slice(), &create, &append, &[3, 0, 1]].concat();
    let frame = sealed(key, 1, &batch, joined.cell.as_bytes());
    client.queue(&Command::Create { read_key: joined.mailbox.duplicate(), ttl: MAILBOX_TTL });
    client.queue_append(to, CELL_TTL, joined.cell.clone());
    client.queue(&Command::Acknowledge { slot: 0, up_to: 1 });
    let mut written = Vec::new();
    client.write_frame(&mut written).unwrap();
    assert_eq!(written, frame);
    (batch, frame)
}

fn sealed(key: &[u8; 32], n: u64, batch: &[u8], cell: &[u8; 4096]) -> Vec<u8> {
    let mut plain = [(batch.len() as u16).to_be_bytes().as_slice(), batch].concat();
    plain.resize(2 + 382, 0);
    plain.extend(cell);
    let frame = seal_numbered(key, n, b"", &plain);
    assert_eq!(frame.len(), FRAME_LEN);
    frame
}

fn number(n: u64) -> Vec<u8> {
    let mut out = Vec::new();
    integer(n, &mut out);
    out
}
