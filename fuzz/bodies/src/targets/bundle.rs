//! A bundle with any contents under the right key: no panic, and one that is accepted can be shown, answered and stored.

use crate::input::patch;
use crate::pairing::{padded, scene};
use crate::people::{NOW, Seeded, WRONG, word};
use crate::puppet::seal;
use nightjar_protocol::limits::QUESTION_MAX;
use nightjar_protocol::pairing::Joiner;

/// Tries an input.
pub fn run(data: &[u8]) {
    let Some((mode, rest)) = data.split_first() else { return };
    let plain = if mode % 2 == 0 { patch(&scene().bundle, rest) } else { rest.to_vec() };
    let cell = seal(&scene().keys.bundle, &padded(plain), &[1; 24]);
    let Ok(mut joiner) = Joiner::open(NOW, &cell, &scene().keys) else { return };
    assert!(joiner.expires() > NOW && joiner.attempts_left() == 3 && joiner.pending() == Ok(None));
    let question =
        joiner.question().map(|text| (1..=QUESTION_MAX).contains(&text.len()) && !text.contains(char::is_control));
    assert_ne!(question, Some(false));
    let answered = match question {
        Some(_) => joiner.answer(NOW, &word(WRONG), &mut Seeded(2)),
        None => joiner.accept(NOW, &mut Seeded(2)),
    };
    assert!(answered.is_ok() && Joiner::restore(&joiner.snapshot()).unwrap().snapshot() == joiner.snapshot());
}
