//! Snapshots of every machine, changed or made up: no panic in taking them back nor in what is restored, and what is
//! taken back is stored the same.

use crate::input::patch;
use crate::stored::{again, right};

/// Tries an input.
pub fn run(data: &[u8]) {
    let Some(([what, mode], rest)) = data.split_first_chunk() else { return };
    let bytes = if mode % 2 == 0 { patch(right(*what), rest) } else { rest.to_vec() };
    if let Some(stored) = again(*what, &bytes) {
        assert!(stored == bytes);
    }
}
