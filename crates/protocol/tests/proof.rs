//! The proof as its two people meet it.

use nightjar_protocol::keys::{Isk, Random};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::proof::{Answerer, Asker, M3_LEN, Outcome};

/// A seeded generator (SplitMix64), so that a failure can be seen again.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Random for Seeded {
    fn fill(&mut self, out: &mut [u8]) {
        out.fill_with(|| self.next().to_le_bytes()[0]);
    }
}

const CONTEXT: &[u8] = &[7; 32];

fn word(text: &str) -> Word {
    Word::normalise(text).unwrap()
}

/// What each side made of a run.
struct Run {
    asker: Outcome,
    answerer: Option<Isk>,
    m3: [u8; M3_LEN],
}

fn run(real: &str, duress: Option<&str>, typed: &str, random: &mut Seeded) -> Run {
    let duress = duress.map(word);
    let (asker, m1) = Asker::start(&word(real), duress.as_ref(), CONTEXT, 1, random).unwrap();
    let (answerer, m2) = Answerer::answer(&word(typed), &m1, CONTEXT, 1, b"", random).unwrap();
    let concluded = asker.finish(&m2, b"", random).unwrap();
    let m3 = concluded.m3;
    Run { asker: concluded.conclude(), answerer: answerer.finish(&m3), m3 }
}

fn same(a: &Isk, b: &Isk) -> bool {
    a.as_bytes() == b.as_bytes()
}

#[test]
fn the_real_word_verifies_and_both_hold_one_key() {
    for seed in 0..16 {
        for duress in [None, Some("바람")] {
            let run = run("꼬맹이", duress, "꼬맹이", &mut Seeded(seed));
            let Outcome::Verified(isk) = run.asker else { panic!("not verified") };
            assert!(same(&isk, &run.answerer.unwrap()));
        }
    }
}

#[test]
fn the_duress_word_looks_verified_to_who_typed_it() {
    for seed in 0..16 {
        let run = run("꼬맹이", Some("바람"), "바람", &mut Seeded(seed));
        let Outcome::Duress(isk) = run.asker else { panic!("not duress") };
        assert!(same(&isk, &run.answerer.unwrap()));
    }
}

#[test]
fn another_word_is_a_mismatch_on_both_sides() {
    for seed in 0..16 {
        let run = run("꼬맹이", Some("바람"), "순이", &mut Seeded(seed));
        assert!(matches!(run.asker, Outcome::Mismatch));
        assert!(run.answerer.is_none());
        assert_ne!(run.m3, [0; M3_LEN]);
    }
}
