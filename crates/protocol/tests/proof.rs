//! The proof as its two people meet it, and what impostors get for an attempt.

use nightjar_protocol::cpace::{self, Transcript, lv_cat};
use nightjar_protocol::crypto::{Element, GroupScalar, sha256};
use nightjar_protocol::keys::{Isk, Random};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::proof::{Answerer, Asker, Error, M1_LEN, M2_LEN, M3_LEN, Outcome};

/// A seeded generator (SplitMix64), so that a failure can be seen again.
struct Seeded(u64);

impl Random for Seeded {
    fn fill(&mut self, out: &mut [u8]) {
        out.fill_with(|| {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z ^ (z >> 31)).to_le_bytes()[0]
        });
    }
}

const CONTEXT: &[u8] = &[7; 32];
const REAL: &str = "꼬맹이";
const DURESS: &str = "바람돌이";
const WRONG: &str = "순이네";

fn word(text: &str) -> Word {
    Word::normalise(text).unwrap()
}

fn start(duress: Option<&str>, random: &mut Seeded) -> (Asker, [u8; M1_LEN]) {
    Asker::start(&word(REAL), duress.map(word).as_ref(), CONTEXT, 1, random).unwrap()
}

fn answer(typed: &str, m1: &[u8; M1_LEN], random: &mut Seeded) -> (Answerer, [u8; M2_LEN]) {
    Answerer::answer(&word(typed), m1, CONTEXT, 1, b"", random).unwrap()
}

/// What each side made of a run.
fn run(duress: Option<&str>, typed: &str, seed: u64) -> (Outcome, Option<Isk>) {
    let mut random = Seeded(seed);
    let (asker, m1) = start(duress, &mut random);
    let (answerer, m2) = answer(typed, &m1, &mut random);
    let concluded = asker.finish(&m2, b"", &mut random).unwrap();
    let isk = answerer.finish(&concluded.m3);
    (concluded.conclude(), isk)
}

fn same(a: &Isk, b: Option<Isk>) -> bool {
    b.is_some_and(|b| a.as_bytes() == b.as_bytes())
}

#[test]
fn the_real_word_verifies_and_both_hold_one_key() {
    for seed in 0..16 {
        for duress in [None, Some(DURESS)] {
            let (Outcome::Verified(isk), theirs) = run(duress, REAL, seed) else { panic!("not verified") };
            assert!(same(&isk, theirs));
        }
    }
}

#[test]
fn the_duress_word_looks_verified_to_who_typed_it() {
    for seed in 0..16 {
        let (Outcome::Duress(isk), theirs) = run(Some(DURESS), DURESS, seed) else { panic!("not duress") };
        assert!(same(&isk, theirs));
    }
}

#[test]
fn another_word_is_a_mismatch_on_both_sides() {
    for seed in 0..16 {
        for duress in [None, Some(DURESS)] {
            assert!(matches!(run(duress, WRONG, seed), (Outcome::Mismatch, None)));
        }
    }
}

#[test]
fn an_unasked_question_is_answered_by_the_public_word_alone() {
    let mut random = Seeded(3);
    let (asker, m1) = Asker::start(&Word::unproved(), None, CONTEXT, 1, &mut random).unwrap();
    let (answerer, m2) = Answerer::answer(&Word::unproved(), &m1, CONTEXT, 1, b"", &mut random).unwrap();
    let concluded = asker.finish(&m2, b"", &mut random).unwrap();
    assert!(answerer.finish(&concluded.m3).is_some());
    assert!(matches!(concluded.conclude(), Outcome::Verified(_)));
}

#[test]
fn a_changed_message_3_leaves_the_answerer_with_nothing() {
    let mut random = Seeded(5);
    let (asker, m1) = start(Some(DURESS), &mut random);
    let (answerer, m2) = answer(REAL, &m1, &mut random);
    let stored = answerer.store();
    let m3 = asker.finish(&m2, b"", &mut random).unwrap().m3;
    for byte in 0..M3_LEN {
        let mut changed = m3;
        changed[byte] ^= 0x80;
        assert!(Answerer::restore(&stored).unwrap().finish(&changed).is_none());
    }
    assert!(Answerer::restore(&stored).unwrap().finish(&[0; M3_LEN]).is_none());
    assert!(Answerer::restore(&stored).unwrap().finish(&m3).is_some());
}

#[test]
fn a_change_anywhere_in_message_2_never_verifies() {
    let mut random = Seeded(6);
    let (asker, m1) = start(None, &mut random);
    let (_, m2) = answer(REAL, &m1, &mut random);
    let stored = asker.store();
    let mut verified = 0;
    for byte in 0..M2_LEN {
        let mut changed = m2;
        changed[byte] ^= 1;
        let restored = Asker::restore(&stored).unwrap();
        verified += match restored.finish(&changed, b"", &mut random).map(|concluded| concluded.conclude()) {
            Ok(Outcome::Verified(_)) => 1,
            Ok(Outcome::Mismatch) | Err(Error::Share) => 0,
            _ => panic!("neither verified nor refused"),
        };
    }
    // The tag of the slot that holds no word says nothing, so nothing is lost with it.
    assert_eq!(verified, 64);
}

#[test]
fn words_that_normalise_alike_cannot_be_real_and_duress() {
    let result = Asker::start(&word("Nabi"), Some(&word("ｎａ-ｂｉ")), CONTEXT, 1, &mut Seeded(0));
    assert_eq!(result.err(), Some(Error::SameWord));
}

#[test]
fn stored_state_goes_on_as_if_never_stored() {
    let mut random = Seeded(8);
    let (asker, m1) = start(Some(DURESS), &mut random);
    let (answerer, m2) = answer(DURESS, &m1, &mut random);
    let (asker, answerer) = (Asker::restore(&asker.store()).unwrap(), Answerer::restore(&answerer.store()).unwrap());
    let concluded = asker.finish(&m2, b"", &mut random).unwrap();
    let theirs = answerer.finish(&concluded.m3);
    let Outcome::Duress(isk) = concluded.conclude() else { panic!("not duress") };
    assert!(same(&isk, theirs));
}

#[test]
fn stored_state_that_is_not_ours_is_refused() {
    let mut random = Seeded(9);
    let (asker, m1) = start(None, &mut random);
    let (asker, answerer) = (asker.store(), answer(REAL, &m1, &mut random).0.store());
    assert_eq!((asker.len(), answerer.len()), (194, 257));
    for length in 0..asker.len() {
        assert_eq!(Asker::restore(&asker[..length]).err(), Some(Error::State));
        assert_eq!(Answerer::restore(&answerer[..length]).err(), Some(Error::State));
    }
    let changed = |at: usize, to: u8| {
        let mut bytes = asker.to_vec();
        bytes[at] = to;
        Asker::restore(&bytes).err()
    };
    assert_eq!(changed(0, 2), Some(Error::State), "another version");
    assert_eq!(changed(193, 2), Some(Error::State), "a third slot");
    assert_eq!(Asker::restore(&[&asker[..], &[0]].concat()).err(), Some(Error::State));
}

/// Where the confirmation of slot 1 lies in what an answerer stores.
const CONFIRMATION_1: core::ops::Range<usize> = 193..257;

/// What an answerer's device, taken apart, could see: the slot that message 3 confirms.
fn slot_seen(typed: &str, random: &mut Seeded) -> usize {
    let (asker, m1) = start(Some(DURESS), random);
    let (answerer, m2) = answer(typed, &m1, random);
    let stored = answerer.store();
    let m3 = asker.finish(&m2, b"", random).unwrap().m3;
    assert!(answerer.finish(&m3).is_some());
    usize::from(stored[CONFIRMATION_1] == m3)
}

#[test]
fn the_slot_is_a_fair_coin_for_real_and_duress_alike() {
    const RUNS: usize = 1000;
    // Five standard deviations of RUNS fair coins.
    const SLACK: usize = 79;
    let mut random = Seeded(11);
    for typed in [REAL, DURESS] {
        let ones: usize = (0..RUNS).map(|_| slot_seen(typed, &mut random)).sum();
        assert!(ones.abs_diff(RUNS / 2) <= SLACK, "{ones} of {RUNS} in slot 1");
    }
}

/// Message 2 as the spec words it, but with a word of its own in each slot, which no honest answerer does.
fn forge(words: [&str; 2], m1: &[u8; M1_LEN], random: &mut Seeded) -> [u8; M2_LEN] {
    let sids =
        [0, 1].map(|slot: u8| sha256(&[&lv_cat(&[b"nightjar/proof-sid/v1", CONTEXT, &1_u32.to_be_bytes(), &[slot]])]));
    let scalars: [GroupScalar; 2] = [cpace::sample_scalar(random), cpace::sample_scalar(random)];
    let shares = [0, 1].map(|slot| {
        let hash = cpace::generator_hash(word(words[slot]).prs(), &lv_cat(&[b"asker", b"answerer"]), &sids[slot]);
        cpace::scalar_mult(&scalars[slot], &Element::from_uniform_bytes(&hash))
    });
    let adb = shares.concat();
    let tags = [0, 1].map(|slot| {
        let ya = m1[32 * slot..][..32].try_into().unwrap();
        let transcript = Transcript { ya, ada: m1, yb: &shares[slot], adb: &adb };
        let isk = cpace::isk(&scalars[slot], ya, &sids[slot], &transcript).unwrap();
        *cpace::tag(&isk, &sids[slot], &shares[slot], &adb)
    });
    [&adb[..], &tags.concat()].concat().try_into().unwrap()
}

/// How often forged answers verify, and how often they come out as duress.
fn forged(words: [&str; 2], runs: u64) -> (u64, u64) {
    let (mut verified, mut duress) = (0, 0);
    for seed in 0..runs {
        let mut random = Seeded(1000 + seed);
        let (asker, m1) = start(Some(DURESS), &mut random);
        match asker.finish(&forge(words, &m1, &mut random), b"", &mut random).unwrap().conclude() {
            Outcome::Verified(_) => verified += 1,
            Outcome::Duress(_) => duress += 1,
            Outcome::Mismatch => {}
        }
    }
    (verified, duress)
}

#[test]
fn a_forger_of_the_spec_s_words_is_an_answerer() {
    assert_eq!(forged([REAL, REAL], 8), (8, 0));
    assert_eq!(forged([DURESS, DURESS], 8), (0, 8));
}

#[test]
fn an_impostor_answerer_gets_one_guess_at_the_real_word() {
    const RUNS: u64 = 400;
    // Five standard deviations of RUNS fair coins.
    const HALF: core::ops::RangeInclusive<u64> = 150..=250;
    let first = forged([REAL, WRONG], RUNS).0;
    let second = forged([WRONG, REAL], RUNS).0;
    // Two words in an attempt are half a guess each: one in all.
    assert!(HALF.contains(&first) && HALF.contains(&second), "{first} and {second} of {RUNS}");
    assert_eq!(forged([WRONG, WRONG], 40), (0, 0));
}

#[test]
fn who_knows_both_words_gains_nothing_from_sending_both() {
    assert_eq!(forged([REAL, DURESS], 40), (0, 0));
}

#[test]
fn an_impostor_asker_gets_two_guesses() {
    let candidates = ["가나", "다라", REAL, "마바", "사아", "자차"];
    let mut hits = 0;
    for pair in candidates.chunks(2) {
        let mut random = Seeded(20);
        let (asker, m1) = Asker::start(&word(pair[0]), Some(&word(pair[1])), CONTEXT, 1, &mut random).unwrap();
        let (_, m2) = answer(REAL, &m1, &mut random);
        match asker.finish(&m2, b"", &mut random).unwrap().conclude() {
            Outcome::Verified(_) => hits += usize::from(pair[0] == REAL),
            Outcome::Duress(_) => hits += usize::from(pair[1] == REAL),
            Outcome::Mismatch => assert!(!pair.contains(&REAL)),
        }
    }
    assert_eq!(hits, 1);
}
