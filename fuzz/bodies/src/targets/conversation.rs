//! A conversation over a bad network, and one with a dishonest peer: a refused cell changes nothing, every state can be
//! stored, between the honest everything arrives once, and no window is wider than the spec's.

use crate::input::Input;
use crate::peer::Affair;
use crate::talk::Talk;

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    if input.byte() % 2 == 0 {
        let mut talk = Talk::default();
        for _ in 0..150 {
            if input.is_empty() {
                break;
            }
            talk.step(&mut input);
        }
        talk.finish();
    } else {
        let mut affair = Affair::default();
        for _ in 0..60 {
            if input.is_empty() {
                break;
            }
            affair.step(&mut input);
        }
    }
}
