//! Voice notes: no panic, one length however it is asked for, and what comes out comes out again.

use crate::input::patch;
use crate::media::{summed, voice};
use nightjar_client::media::voice::{DURATION_MAX, inspect, prepare};

/// Tries an input.
pub fn run(data: &[u8]) {
    let Some((mode, rest)) = data.split_first() else { return };
    let file = match mode % 3 {
        0 => summed(patch(voice(), rest)),
        1 => summed(rest.to_vec()),
        _ => patch(voice(), rest),
    };
    let length = inspect(&file);
    let Ok(note) = prepare(&file) else { return assert!(length.is_err()) };
    assert!(length == Ok(note.duration_ms) && u128::from(note.duration_ms) <= DURATION_MAX.as_millis());
    let again = prepare(&note.bytes).unwrap();
    assert!(again.bytes == note.bytes && again.duration_ms == note.duration_ms);
}
