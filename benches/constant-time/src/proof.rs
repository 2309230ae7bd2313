//! The proof: words, generators, and the verdict.

use std::hint::black_box;

use nightjar_protocol::crypto::ConstantTimeEq;
use nightjar_protocol::nickname::Word;
use nightjar_protocol::proof::{Answerer, Asker, M1_LEN, M2_LEN, M3_LEN, Outcome};

use crate::secret::{Draws, Plain, hide, holds_secret, secret};
use crate::{Case, Pin};

pub const CASES: &[Case] = &[
    Case { name: "words compared", pins: &[], work: compared },
    Case { name: "asker, message 1", pins: &[], work: || started(None) },
    Case { name: "asker, message 1 with a duress word", pins: SAME_WORD, work: || started(Some("crane")) },
    Case { name: "answerer, message 2", pins: IDENTITY, work: answered },
    Case { name: "asker, message 3: the real word", pins: IDENTITY, work: || verdict("heron") },
    Case { name: "asker, message 3: the duress word", pins: IDENTITY, work: || verdict("crane") },
    Case { name: "asker, message 3: another word", pins: IDENTITY, work: || verdict("robin") },
    Case { name: "asker, told the verdict once message 3 is there", pins: TOLD, work: told },
    Case { name: "answerer, told: it matched", pins: ENDED, work: || ended("heron") },
    Case { name: "answerer, told: it did not match", pins: ENDED, work: || ended("robin") },
];

/// Whether a share led to the identity, once a slot: the attempt is refused then.
const IDENTITY: &[Pin] = &[("scalar_mult_vfy", 2)];
/// Whether both words are one, before anything is sent: the attempt is refused then.
const SAME_WORD: &[Pin] = &[("start", 1)];
/// Whether a word matched and which.
const TOLD: &[Pin] = &[("Concluded::conclude", 2)];
/// Whether the word matched: the other side knows, and which of its words it was stays hidden here.
const ENDED: &[Pin] = &[("Answerer::finish", 1)];

fn compared() -> bool {
    let [typed, same, other] = ["heron", "heron", "crane"].map(hidden);
    [typed.ct_eq(&same), typed.ct_eq(&other)].iter().all(|equal| holds_secret(&[equal.unwrap_u8()]))
}

/// The words, the coin and the scalars are secret.
fn started(duress: Option<&str>) -> bool {
    let (real, duress) = (hidden("heron"), duress.map(hidden));
    Asker::start(&real, duress.as_ref(), b"context", 1, &mut Draws(2)).is_ok_and(|(_, m1)| holds_secret(&m1))
}

fn answered() -> bool {
    let (_, m1) = asked();
    let word = hidden("heron");
    Answerer::answer(&word, &m1, b"context", 1, b"", &mut Draws(3)).is_ok_and(|(_, m2)| holds_secret(&m2))
}

/// Up to message 3, which is sent before anybody is told the verdict: nothing on the way may say what was typed. All of
/// the asker's state and the tags that decide are secret; the answerer's shares came over the wire.
fn verdict(typed: &str) -> bool {
    let (asker, m2) = answer_to(typed);
    hide(&m2[M1_LEN..]);
    secret(asker).finish(black_box(&m2), b"", &mut Draws(4)).is_ok_and(|concluded| holds_secret(&concluded.m3))
}

/// The verdict alone is secret: here, where message 3 is on its way, it becomes a branch.
fn told() -> bool {
    let (asker, m2) = answer_to("heron");
    let Ok(concluded) = asker.finish(&m2, b"", &mut Plain(4)) else { return false };
    match secret(concluded).conclude() {
        Outcome::Verified(isk) => holds_secret(isk.as_bytes()),
        _ => false,
    }
}

fn ended(typed: &str) -> bool {
    let (asker, m1) = asked();
    let Ok((answerer, m2)) = Answerer::answer(&word(typed), &m1, b"context", 1, b"", &mut Plain(3)) else {
        return false;
    };
    let Ok(concluded) = asker.finish(&m2, b"", &mut Plain(4)) else { return false };
    let m3: [u8; M3_LEN] = concluded.m3;
    match secret(answerer).finish(&m3) {
        Some(isk) => typed == "heron" && holds_secret(isk.as_bytes()),
        None => typed != "heron",
    }
}

/// An asker with a real word and a duress word, and message 1. Nothing is secret yet.
fn asked() -> (Asker, [u8; M1_LEN]) {
    let started = Asker::start(&word("heron"), Some(&word("crane")), b"context", 1, &mut Plain(2));
    started.expect("two words")
}

/// An asker, and the message of somebody who typed this.
fn answer_to(typed: &str) -> (Asker, [u8; M2_LEN]) {
    let (asker, m1) = asked();
    let answered = Answerer::answer(&word(typed), &m1, b"context", 1, b"", &mut Plain(3));
    (asker, answered.expect("two shares").1)
}

/// A word that is secret from its normal form on; its length is not.
fn hidden(typed: &str) -> Word {
    let word = word(typed);
    hide(word.prs());
    word
}

fn word(typed: &str) -> Word {
    Word::normalise(typed).expect("a word")
}
