//! The link in memory: the handshake, and frames sealed at one end and opened at the other. Spec: wire.

use divan::Bencher;
use divan::counter::BytesCount;
use nightjar_protocol::crypto::dh_keypair;
use nightjar_protocol::keys::{AccessKey, DhPublic, DhSecret, MailboxId, Random, UnixTime};
use nightjar_protocol::limits::{ACCESS_KEYS_MAX, CELL_LEN, FRAME_LEN};
use nightjar_protocol::link::{Access, ClientHandshake, ClientLink, Epoch, RelayHandshake, RelayLink, Ticket, Welcome};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Cell, Command};

fn main() {
    divan::main();
}

/// A generator that costs nothing (SplitMix64): what is measured is the protocol.
struct Cheap(u64);

impl Random for Cheap {
    fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
        }
    }
}

fn key() -> (DhSecret, DhPublic) {
    dh_keypair(&mut Cheap(1))
}

fn greet(secret: &DhSecret, public: &DhPublic, random: &mut Cheap) -> (ClientLink, RelayLink) {
    let (client, hello) = ClientHandshake::start(public, None, &Ephemeral::generate(random)).unwrap();
    let welcome = Welcome { epoch: Epoch::default(), now: UnixTime(1_800_000_000) };
    let relay = RelayHandshake::read_hello(secret, &Access::open(), &hello).unwrap();
    let (relay, reply) = relay.accept(&welcome, &Ephemeral::generate(random)).unwrap();
    (client.read_welcome(&reply).unwrap().0, relay)
}

/// Both sides, with a fresh key of each.
#[divan::bench]
fn handshake(bencher: Bencher) {
    let (secret, public) = key();
    bencher.with_inputs(|| Cheap(2)).bench_values(|mut random| greet(&secret, &public, &mut random));
}

/// What the relay does for each client that connects.
#[divan::bench]
fn handshake_relay(bencher: Bencher) {
    let (secret, public) = key();
    let (_, hello) = ClientHandshake::start(&public, None, &Ephemeral::generate(&mut Cheap(3))).unwrap();
    let welcome = Welcome { epoch: Epoch::default(), now: UnixTime(1_800_000_000) };
    bencher.with_inputs(|| Ephemeral::generate(&mut Cheap(4))).bench_values(|ephemeral| {
        RelayHandshake::read_hello(&secret, &Access::open(), &hello)
            .and_then(|hello| hello.accept(&welcome, &ephemeral))
            .unwrap()
    });
}

/// What a hello costs that nothing opens, at a relay with so many access keys; with none it is open.
#[divan::bench(args = [0, 1, ACCESS_KEYS_MAX])]
fn hello_refused(bencher: Bencher, keys: usize) {
    let ((secret, public), mut random) = (key(), Cheap(6));
    let keys: Vec<_> = (0..keys).map(|_| AccessKey::generate(&mut random)).collect();
    let access = Access::of(&keys, &public).unwrap();
    let (_, other) = dh_keypair(&mut random);
    let (_, hello) = ClientHandshake::start(&other, None, &Ephemeral::generate(&mut random)).unwrap();
    bencher.bench_local(|| assert!(RelayHandshake::read_hello(&secret, &access, &hello).is_err()));
}

/// A client's frame with a cell: sealed, opened, read.
#[divan::bench]
fn frame_append(bencher: Bencher) {
    let mailbox = MailboxId::from_bytes([5; 32]);
    frame(bencher, |client| client.queue_append(mailbox, 60, Cell::from_bytes([7; CELL_LEN])));
}

/// A client's frame with as little in it as there can be: as long on the wire.
#[divan::bench]
fn frame_empty(bencher: Bencher) {
    frame(bencher, |client| client.queue(&Command::Ping));
}

fn frame(bencher: Bencher, fill: impl Fn(&mut ClientLink) -> Ticket) {
    let (secret, public) = key();
    let (mut client, mut relay) = greet(&secret, &public, &mut Cheap(5));
    let mut out = Vec::with_capacity(FRAME_LEN);
    bencher.counter(BytesCount::new(FRAME_LEN)).bench_local(|| {
        fill(&mut client);
        out.clear();
        assert!(client.write_frame(&mut out).unwrap());
        relay.read_frame(out.as_slice().try_into().unwrap()).unwrap()
    });
}
