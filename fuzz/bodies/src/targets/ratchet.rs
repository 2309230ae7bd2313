//! A session under reordered, repeated, changed and forged cells: what is refused changes nothing, nothing genuine is lost.

use crate::input::Input;
use crate::session::{Way, deliver, ends, forge};

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let ([mut joiner, mut inviter], forging) = (ends(), input.byte() % 2 == 1);
    let mut ways = [Way::new(1), Way::new(2)];
    for _ in 0..200 {
        match input.byte() % 8 {
            _ if input.is_empty() => break,
            0 | 1 => ways[0].send(&mut joiner, &mut input),
            2 | 3 => ways[1].send(&mut inviter, &mut input),
            4 if forging => drop(deliver(&mut inviter, &forge(&mut input))),
            4..6 => ways[0].arrive(&mut inviter, &mut input, forging),
            _ => ways[1].arrive(&mut joiner, &mut input, forging),
        }
    }
    if !forging {
        ways[0].finish(&mut inviter);
        ways[1].finish(&mut joiner);
    }
}
