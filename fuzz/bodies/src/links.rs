//! Links, both honest and with one end that seals whatever it wants; commands and replies of an input's choice.

use nightjar_protocol::crypto::{dh_public, hkdf_sha256};
use nightjar_protocol::keys::{AccessKey, DhPublic, DhSecret, MailboxId, Psk, ReadKey};
use nightjar_protocol::limits::{
    CELL_LEN, CELL_TTL_MAX, FRAME_LEN, FRAME_PLAIN_LEN, HELLO_LEN, MAILBOX_TTL_MAX, SUBSCRIPTIONS_MAX,
};
use nightjar_protocol::link::{Access, ClientHandshake, ClientLink, Epoch, RelayHandshake, RelayLink, Welcome};
use nightjar_protocol::noise::{Ephemeral, LinkAwaitReply, LinkInitiator, LinkResponder, Transport};
use nightjar_protocol::wire::{Cell, Command, Frame, Refusal, Reply, encode};

use crate::input::{Input, patch};
use crate::people::{NOW, Seeded};

/// The relay's static key.
pub const SECRET: [u8; 32] = [7; 32];
/// What the relay says of itself.
pub const WELCOME: Welcome = Welcome { epoch: Epoch(*b"epoch 01"), now: NOW };
/// Bytes of a hello's payload.
pub const PAYLOAD_LEN: usize = HELLO_LEN - 32 - 16;

/// The relay's public key.
#[must_use]
pub fn relay() -> DhPublic {
    dh_public(&DhSecret::from_bytes(SECRET))
}

/// The key that each end draws for one handshake.
#[must_use]
pub fn ephemeral(seed: u64) -> Ephemeral {
    Ephemeral::generate(&mut Seeded(seed))
}

/// Both ends of a link that stands.
#[must_use]
pub fn pair() -> (ClientLink, RelayLink) {
    let (client, hello) = ClientHandshake::start(&relay(), None, &ephemeral(1)).unwrap();
    let secret = DhSecret::from_bytes(SECRET);
    let relay = RelayHandshake::read_hello(&secret, &Access::open(), &hello).unwrap();
    let (relay, reply) = relay.accept(&WELCOME, &ephemeral(2)).unwrap();
    (client.read_welcome(&reply).unwrap().0, relay)
}

/// A client's end, and a relay that seals what it wants.
#[must_use]
pub fn dishonest_relay() -> (ClientLink, Transport) {
    let (client, hello) = ClientHandshake::start(&relay(), None, &ephemeral(1)).unwrap();
    let (relay, reply) = reply_with(&hello, &welcome_payload());
    (client.read_welcome(&reply).unwrap().0, relay)
}

/// A client that seals what it wants, and a relay's end.
#[must_use]
pub fn dishonest_client() -> (Transport, RelayLink) {
    let (client, hello) = hello_with(None, &[0; PAYLOAD_LEN]);
    let secret = DhSecret::from_bytes(SECRET);
    let relay = RelayHandshake::read_hello(&secret, &Access::open(), &hello).unwrap();
    let (relay, reply) = relay.accept(&WELCOME, &ephemeral(2)).unwrap();
    (client.read_message(&reply).unwrap().0, relay)
}

/// Message 1 by hand, around any payload of its length.
#[must_use]
pub fn hello_with(access: Option<&AccessKey>, payload: &[u8; PAYLOAD_LEN]) -> (LinkAwaitReply, [u8; HELLO_LEN]) {
    let key = relay();
    let psk0 = |access: &AccessKey| {
        Psk::from_bytes(*hkdf_sha256::<32>(key.as_bytes(), &[access.as_bytes()], b"nightjar/v1/link-access"))
    };
    let psk0 = access.map(psk0);
    let (client, hello) = LinkInitiator::write_message(&key, PROLOGUE, psk0.as_ref(), &ephemeral(1), payload).unwrap();
    (client, hello.try_into().unwrap())
}

/// Message 2 by hand, around any payload of its length.
#[must_use]
pub fn reply_with(hello: &[u8; HELLO_LEN], payload: &[u8; PAYLOAD_LEN]) -> (Transport, [u8; HELLO_LEN]) {
    let secret = DhSecret::from_bytes(SECRET);
    let (state, _) = LinkResponder::read_message(&secret, PROLOGUE, None, hello).unwrap();
    let (transport, reply) = state.write_message(&ephemeral(2), payload).unwrap();
    (transport, reply.try_into().unwrap())
}

/// What an honest relay says in message 2.
#[must_use]
pub fn welcome_payload() -> [u8; PAYLOAD_LEN] {
    let said = [WELCOME.epoch.0, WELCOME.now.0.to_be_bytes()];
    std::array::from_fn(|at| said.as_flattened().get(at).copied().unwrap_or_default())
}

/// A frame's plaintext of these items and a cell of one byte, then changed.
#[must_use]
pub fn plain<T: bincode::Encode>(items: &[T], cell: Option<u8>, changes: &[u8]) -> [u8; FRAME_PLAIN_LEN] {
    let items: Vec<_> = items.iter().map(|item| encode(item).unwrap()).collect();
    let (mut frame, cell) = ([0; FRAME_PLAIN_LEN], cell.map(|byte| Cell::from_bytes([byte; CELL_LEN])));
    // What does not fit stays away: an empty batch.
    if Frame::compose(&mut frame, items.iter().map(|item| item.as_slice()), cell.as_ref()).is_err() {
        frame = [0; FRAME_PLAIN_LEN];
        frame[1] = 1;
    }
    let changed = patch(&frame, changes);
    std::array::from_fn(|at| changed.get(at).copied().unwrap_or_default())
}

/// Seals a plaintext as the next frame.
#[must_use]
pub fn sealed(by: &mut Transport, plain: &[u8; FRAME_PLAIN_LEN]) -> [u8; FRAME_LEN] {
    let mut frame = std::array::from_fn(|at| plain.get(at).copied().unwrap_or_default());
    by.write_message(&mut frame).unwrap();
    frame
}

/// Read key `n`, and after them one that is the id of mailbox 0: the key of nothing.
#[must_use]
pub fn key(n: u8) -> ReadKey {
    let n = n % (KEYS + 1);
    ReadKey::from_bytes(if n == KEYS { *key(0).mailbox().as_bytes() } else { [n + 1; 32] })
}

/// The mailbox of read key `n`.
#[must_use]
pub fn mailbox(n: u8) -> MailboxId {
    key(n).mailbox()
}

/// A command about few mailboxes and slots, so that they meet.
pub fn command(input: &mut Input) -> Command {
    let (what, which, number) = (input.byte(), input.byte(), input.byte());
    let slot = if number < 240 { u16::from(number % 6) } else { SUBSCRIPTIONS_MAX + u16::from(number) - 241 };
    let ttl = |most: u32| [0, 1, most, most + 1].get(usize::from(number)).copied().unwrap_or(3600);
    match what % 16 {
        0..3 => Command::Create { read_key: key(which), ttl: ttl(MAILBOX_TTL_MAX) },
        3..7 => Command::Append { mailbox: mailbox(which), ttl: ttl(CELL_TTL_MAX) },
        7..10 => Command::Subscribe { slot, read_key: key(which) },
        10..13 => Command::Acknowledge { slot, up_to: if which == 255 { u64::MAX } else { u64::from(which % 16) } },
        13 => Command::Unsubscribe { slot },
        14 => Command::Delete { read_key: key(which) },
        _ => Command::Ping,
    }
}

/// A reply, an answer or not.
pub fn reply(input: &mut Input) -> Reply {
    let (what, number) = (input.byte(), input.byte());
    let (slot, seq) = (u16::from(number), u64::from(number) << (number % 57));
    match what % 8 {
        0..3 => Reply::Done,
        3 => Reply::Subscribed { waiting: u32::from(number) },
        4 => Reply::Refused(REFUSALS[usize::from(number % 6)]),
        5 | 6 => Reply::Push { slot, seq, ttl: u32::from(number) },
        _ => Reply::Ended { slot },
    }
}

const PROLOGUE: &[u8] = b"nightjar/link/v1";
const KEYS: u8 = 5;
const REFUSALS: [Refusal; 6] =
    [Refusal::Unknown, Refusal::MailboxFull, Refusal::RelayFull, Refusal::Quota, Refusal::Limit, Refusal::Unavailable];
