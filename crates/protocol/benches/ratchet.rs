//! The ratchet: one direction at 100 B and 1 KiB, and ping-pong, where every message turns the Diffie-Hellman ratchet.

use divan::{Bencher, black_box, counter::ItemsCount};
use nightjar_protocol::crypto::dh_keypair;
use nightjar_protocol::keys::{Random, RootKey, UnixTime};
use nightjar_protocol::ratchet::{Role, Session, SessionSeed};
use nightjar_protocol::wire::Cell;

fn main() {
    divan::main();
}

#[divan::bench(args = [100, 1024])]
fn encrypt(bencher: Bencher, length: usize) {
    let content = vec![b'x'; length];
    bencher.counter(ItemsCount::new(BATCH)).with_inputs(pair).bench_local_values(|(mut joiner, inviter, mut dice)| {
        for _ in 0..BATCH {
            black_box(joiner.encrypt(&content, &mut dice).unwrap());
        }
        (joiner, inviter)
    });
}

#[divan::bench(args = [100, 1024])]
fn decrypt(bencher: Bencher, length: usize) {
    let content = vec![b'x'; length];
    let inputs = || {
        let (mut joiner, inviter, mut dice) = pair();
        let cells: Vec<Cell> = (0..BATCH).map(|_| joiner.encrypt(&content, &mut dice).unwrap()).collect();
        (inviter, cells)
    };
    bencher.counter(ItemsCount::new(BATCH)).with_inputs(inputs).bench_local_values(|(mut inviter, cells)| {
        for cell in &cells {
            black_box(inviter.decrypt(NOW, cell).unwrap());
        }
        (inviter, cells)
    });
}

#[divan::bench(args = [100, 1024])]
fn ping_pong_message(bencher: Bencher, length: usize) {
    let content = vec![b'x'; length];
    bencher.counter(ItemsCount::new(BATCH)).with_inputs(pair).bench_local_values(|(mut one, mut other, mut dice)| {
        for _ in 0..BATCH / 2 {
            let cell = one.encrypt(&content, &mut dice).unwrap();
            black_box(other.decrypt(NOW, &cell).unwrap());
            let cell = other.encrypt(&content, &mut dice).unwrap();
            black_box(one.decrypt(NOW, &cell).unwrap());
        }
        (one, other)
    });
}

#[divan::bench]
fn refuse_garbage(bencher: Bencher) {
    let cell = Cell::from_bytes([7; 4096]);
    bencher.with_inputs(pair).bench_local_values(|(joiner, mut inviter, _)| {
        black_box(inviter.decrypt(NOW, &cell).is_err());
        (joiner, inviter)
    });
}

/// Messages in a sample: enough for the clock, few enough that a busy machine lets some pass in one go.
const BATCH: usize = 20;
const NOW: UnixTime = UnixTime(1_800_000_000);

fn pair() -> (Session, Session, Dice) {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let (joiner, joiner_public) = dh_keypair(&mut dice);
    let (inviter, inviter_public) = dh_keypair(&mut dice);
    let (root, id) = (RootKey::generate(&mut dice), *dice.bytes());
    let seed = |role| SessionSeed { root: root.duplicate(), id, role };
    let mut joiner = Session::start(seed(Role::Joiner { own: joiner, peer: inviter_public })).unwrap();
    let mut inviter = Session::start(seed(Role::Inviter { own: inviter, peer: joiner_public })).unwrap();
    let cell = inviter.encrypt(b"first", &mut dice).unwrap();
    joiner.decrypt(NOW, &cell).unwrap();
    let cell = joiner.encrypt(b"second", &mut dice).unwrap();
    inviter.decrypt(NOW, &cell).unwrap();
    (joiner, inviter, dice)
}

/// Fast and predictable: a bench measures the ratchet, not the generator.
struct Dice(u64);

impl Random for Dice {
    fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            *byte = self.0 as u8;
        }
    }
}
