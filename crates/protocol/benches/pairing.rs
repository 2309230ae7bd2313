//! First contact, both sides, without the stretching of a spoken code. Spec: pairing.

use divan::{Bencher, black_box};
use nightjar_protocol::invite::{InviteKeys, Link, RelayAddress};
use nightjar_protocol::keys::{Random, UnixTime};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::pairing::{Inviter, Joiner, Question};

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

const NOW: UnixTime = UnixTime(1_800_000_000);

fn word(text: &str) -> Word {
    Word::normalise(text).unwrap()
}

fn invite() -> InviteKeys {
    let relay: RelayAddress = format!("relay.example:4433#{}", "a".repeat(52)).parse().unwrap();
    Link::generate(relay, &mut Cheap(1)).keys()
}

fn create(keys: &InviteKeys, random: &mut Cheap) -> Inviter {
    let question =
        Question { text: "별명은?".into(), answer: word("꼬맹이"), duress: Some(word("바람돌이")) };
    Inviter::create(NOW, NOW.plus(1800), Some(question), keys, random).unwrap()
}

/// An inviter, and a joiner who has read the bundle.
fn met() -> (Inviter, Joiner, Cheap) {
    let (keys, mut random) = (invite(), Cheap(2));
    let inviter = create(&keys, &mut random);
    let joiner = Joiner::open(NOW, &inviter.bundle().unwrap(), &keys).unwrap();
    (inviter, joiner, random)
}

#[divan::bench]
fn whole(bencher: Bencher) {
    let (keys, answer) = (invite(), word("꼬맹이"));
    bencher.with_inputs(|| Cheap(3)).bench_values(|mut random| {
        let mut inviter = create(&keys, &mut random);
        let mut joiner = Joiner::open(NOW, &inviter.bundle().unwrap(), &keys).unwrap();
        let cell = joiner.answer(NOW, &answer, &mut random).unwrap();
        let step = inviter.handle(NOW, &cell, &mut random).unwrap();
        black_box(joiner.handle(&step.reply).unwrap())
    });
}

#[divan::bench]
fn inviter_creates(bencher: Bencher) {
    let keys = invite();
    bencher.with_inputs(|| Cheap(4)).bench_values(|mut random| create(&keys, &mut random));
}

#[divan::bench(args = ["꼬맹이", "바람돌이", "왕눈이"])]
fn inviter_judges(bencher: Bencher, typed: &str) {
    let input = || {
        let (inviter, mut joiner, mut random) = met();
        let cell = joiner.answer(NOW, &word(typed), &mut random).unwrap();
        (inviter, cell, random)
    };
    bencher
        .with_inputs(input)
        .bench_values(|(mut inviter, cell, mut random)| inviter.handle(NOW, &cell, &mut random).unwrap());
}

#[divan::bench]
fn joiner_opens(bencher: Bencher) {
    let keys = invite();
    let bundle = create(&keys, &mut Cheap(5)).bundle().unwrap();
    bencher.bench(|| Joiner::open(NOW, black_box(&bundle), &keys).unwrap());
}

#[divan::bench]
fn joiner_answers(bencher: Bencher) {
    let answer = word("꼬맹이");
    bencher
        .with_inputs(met)
        .bench_values(|(_, mut joiner, mut random)| joiner.answer(NOW, &answer, &mut random).unwrap());
}

#[divan::bench]
fn joiner_reads(bencher: Bencher) {
    let input = || {
        let (mut inviter, mut joiner, mut random) = met();
        let cell = joiner.answer(NOW, &word("꼬맹이"), &mut random).unwrap();
        (joiner, inviter.handle(NOW, &cell, &mut random).unwrap().reply)
    };
    bencher.with_inputs(input).bench_values(|(mut joiner, reply)| joiner.handle(&reply).unwrap());
}
