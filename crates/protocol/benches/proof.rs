//! What a proof costs, step by step and as a whole. Run with `cargo bench -p nightjar-protocol --bench proof`.

use divan::{Bencher, black_box};
use nightjar_protocol::keys::Random;
use nightjar_protocol::nickname::Word;
use nightjar_protocol::proof::{Answerer, Asker, M1_LEN, M2_LEN};

fn main() {
    divan::main();
}

/// Not random at all, so that only the proof is measured.
struct Counter(u8);

impl Random for Counter {
    fn fill(&mut self, out: &mut [u8]) {
        out.fill_with(|| {
            self.0 = self.0.wrapping_add(1);
            self.0
        });
    }
}

const CONTEXT: &[u8] = &[7; 32];
const DURESS_SET: [bool; 2] = [false, true];

fn word(text: &str) -> Word {
    Word::normalise(text).unwrap()
}

fn start(duress_set: bool) -> (Asker, [u8; M1_LEN]) {
    let duress = duress_set.then(|| word("바람돌이"));
    Asker::start(&word("꼬맹이"), duress.as_ref(), CONTEXT, 1, &mut Counter(0)).unwrap()
}

fn answer(m1: &[u8; M1_LEN]) -> (Answerer, [u8; M2_LEN]) {
    Answerer::answer(&word("꼬맹이"), m1, CONTEXT, 1, b"", &mut Counter(9)).unwrap()
}

#[divan::bench]
fn normalise() -> Word {
    word(black_box("할머니가 부르던 꼬맹이!"))
}

#[divan::bench(args = DURESS_SET)]
fn asker_start(bencher: Bencher, duress_set: bool) {
    bencher.bench(|| start(black_box(duress_set)));
}

#[divan::bench]
fn answerer_answer(bencher: Bencher) {
    let (_, m1) = start(false);
    bencher.bench(|| answer(black_box(&m1)));
}

#[divan::bench(args = DURESS_SET)]
fn asker_finish(bencher: Bencher, duress_set: bool) {
    let (asker, m1) = start(duress_set);
    let (stored, (_, m2)) = (asker.store(), answer(&m1));
    bencher
        .with_inputs(|| Asker::restore(&stored).unwrap())
        .bench_values(|asker| asker.finish(black_box(&m2), b"", &mut Counter(3)).unwrap().conclude());
}

#[divan::bench]
fn answerer_finish(bencher: Bencher) {
    let (asker, m1) = start(false);
    let (answerer, m2) = answer(&m1);
    let m3 = asker.finish(&m2, b"", &mut Counter(3)).unwrap().m3;
    let stored = answerer.store();
    bencher
        .with_inputs(|| Answerer::restore(&stored).unwrap())
        .bench_values(|answerer| answerer.finish(black_box(&m3)).is_some());
}

#[divan::bench(args = DURESS_SET)]
fn both_sides(bencher: Bencher, duress_set: bool) {
    bencher.bench(|| {
        let (asker, m1) = start(black_box(duress_set));
        let (answerer, m2) = answer(&m1);
        let concluded = asker.finish(&m2, b"", &mut Counter(3)).unwrap();
        (answerer.finish(&concluded.m3).is_some(), concluded.conclude())
    });
}
