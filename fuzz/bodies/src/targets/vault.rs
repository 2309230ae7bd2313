//! A vault's file and what is inside: no panic, no work beyond its bounds, and what is read is written again the same.

use crate::input::patch;
use crate::vault::{check_file, check_state, sealed, state, whole};

/// Tries an input.
pub fn run(data: &[u8]) {
    let Some((mode, rest)) = data.split_first() else { return };
    match mode % 5 {
        0 => check_file(whole(rest)),
        1 => check_file(whole(&patch(&sealed(b""), rest))),
        2 => check_file(sealed(rest)),
        3 => check_state(&patch(state(), rest)),
        _ => check_state(rest),
    }
}
