//! Both proof machines while somebody changes what passes between them: only the right word over messages and bindings that
//! nobody changed matches, what the asker concludes is what was typed, and both then hold one key.

use nightjar_protocol::crypto::ConstantTimeEq;
use nightjar_protocol::proof::{Answerer, Asker, Concluded, Error, M1_LEN, M2_LEN, Outcome, check_m1};

use crate::input::{Input, copy_within, patch};
use crate::people::{Seeded, word};

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let words = [word("가나"), word("가다"), word("abc"), word("abd")];
    let (seed, [real, duress, typed]) = (u64::from(input.byte()), [0; 3].map(|_| usize::from(input.byte())));
    let duress = (duress % 5 < 4).then_some(duress % 5);
    let (real, typed) = (real % 4, typed % 4);
    let random = &mut Seeded(seed);
    let started = Asker::start(&words[real], duress.map(|at| &words[at]), CONTEXT, 1, random);
    let Ok((asker, m1)) = started else { return assert!(duress == Some(real)) };
    assert!(duress != Some(real) && check_m1(&m1).is_ok());
    // The slot of the real word: the last byte of what is stored.
    let real_slot = usize::from(*asker.store().last().unwrap());
    let binding = Binding::read(&mut input);

    let m1_came = exactly::<M1_LEN>(&copied(&m1, input.short()));
    let answered =
        Answerer::answer(&words[typed], &m1_came, binding.context, binding.attempt, binding.statement, random);
    let Ok((answerer, m2)) = answered else { return assert!(m1_came != m1 && check_m1(&m1_came).is_err()) };
    let answerer = Answerer::restore(&answerer.store()).unwrap();
    let m2_came = exactly::<M2_LEN>(&copied(&m2, input.short()));
    let concluded = match Asker::restore(&asker.store()).unwrap().finish(&m2_came, STATEMENT, random) {
        Ok(concluded) => concluded,
        Err(error) => return assert!(error == Error::Share && m2_came[..M1_LEN] != m2[..M1_LEN]),
    };
    let right = match typed {
        _ if !binding.is_right || m1_came != m1 || m2_came[..M1_LEN] != m2[..M1_LEN] => None,
        typed if typed == real => Some(real_slot),
        typed if Some(typed) == duress => Some(1 - real_slot),
        _ => None,
    };
    // In the other slot anything may stand; where it must match, all 64 bytes do.
    let tag = |m2: &[u8; M2_LEN], slot: usize| m2[M1_LEN + 64 * slot..][..64].to_vec();
    let matching = right.filter(|slot| tag(&m2_came, *slot) == tag(&m2, *slot));
    close(concluded, answerer, matching.map(|slot| slot == real_slot), input.rest());
}

/// What is asked, for what, at which attempt: the same for both, or not.
struct Binding<'a> {
    context: &'a [u8],
    attempt: u32,
    statement: &'a [u8],
    is_right: bool,
}

impl<'a> Binding<'a> {
    fn read(input: &mut Input<'a>) -> Self {
        let kind = input.byte() % 8;
        let context = if kind == 1 { input.short() } else { CONTEXT };
        let attempt = if kind == 2 { u32::from(input.byte()) } else { 1 };
        let statement = if kind == 3 { input.short() } else { STATEMENT };
        let is_right = context == CONTEXT && attempt == 1 && statement == STATEMENT;
        Self { context, attempt, statement, is_right }
    }
}

/// Message 3, changed perhaps: the outcome has to be `expected`, whether it was the real word.
fn close(concluded: Concluded, answerer: Answerer, expected: Option<bool>, changes: &[u8]) {
    let m3 = concluded.m3;
    let m3_came = exactly(&copied(&m3, changes));
    let isk = match (concluded.conclude(), expected) {
        (Outcome::Verified(isk), Some(true)) | (Outcome::Duress(isk), Some(false)) => Some(isk),
        (Outcome::Mismatch, None) => None,
        _ => panic!("not what was typed"),
    };
    let others = answerer.finish(&m3_came);
    assert_eq!(others.is_some(), isk.is_some() && m3_came == m3, "message 3 convinced whom it must not");
    if let (Some(isk), Some(other)) = (isk, others) {
        assert!(bool::from(isk.as_bytes().ct_eq(other.as_bytes())));
    }
}

/// A message with parts of it put elsewhere, and changed.
fn copied(right: &[u8], changes: &[u8]) -> Vec<u8> {
    match changes.split_first() {
        Some((kind, rest)) if kind % 4 == 3 => copy_within(right, rest),
        Some((_, rest)) => patch(right, rest),
        None => right.to_vec(),
    }
}

fn exactly<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|at| bytes.get(at).copied().unwrap_or_default())
}

const CONTEXT: &[u8] = b"context";
const STATEMENT: &[u8] = b"statement";
