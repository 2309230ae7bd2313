//! The strict codec over commands and replies: no panic, and one encoding per value.

use nightjar_protocol::wire::{Command, Reply, decode, encode};

/// Tries an input.
pub fn run(data: &[u8]) {
    if let Ok(commands) = decode::<Vec<Command>, 4096>(data) {
        assert_eq!(encode(&commands).unwrap().as_slice(), data);
    }
    if let Ok(replies) = decode::<Vec<Reply>, 4096>(data) {
        assert_eq!(encode(&replies).unwrap().as_slice(), data);
    }
}
