//! A conversation over a bad network, and one with a dishonest peer: a refused cell changes nothing, every state can be
//! stored, and between the honest everything arrives once.

use crate::input::Input;
use crate::people::{NOW, Seeded};
use crate::session::ends;
use crate::talk::{Talk, conversations, say};

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let (honest, mut talk) = (input.byte() % 2 == 0, Talk::default());
    let ([mut peer, _], [_, mut victim], mut now) = (ends(), conversations(), NOW);
    for _ in 0..if honest { 150 } else { 50 } {
        match honest {
            _ if input.is_empty() => break,
            true => talk.step(&mut input),
            false => say(&mut peer, &mut victim, &mut now, &mut input, &mut Seeded(1)),
        }
    }
    talk.finish();
}
