//! The stored form of both machines: version ‖ role ‖ the state in the wire's encoding. Spec: pairing, "Storage".

use bincode::{Decode, Encode};
use zeroize::Zeroizing;

use super::Error;
use crate::wire::{decode, encode};

/// Whose snapshot it is.
#[derive(Clone, Copy)]
pub(super) enum Role {
    Inviter = 1,
    Joiner = 2,
}

pub(super) fn write<T: Encode>(role: Role, state: &T) -> Zeroizing<Vec<u8>> {
    #[expect(clippy::expect_used, reason = "arrays, lists and text: every state has an encoding")]
    let state = encode(state).expect("has an encoding");
    let mut bytes = Zeroizing::new(Vec::with_capacity(state.len().saturating_add(2)));
    bytes.extend([VERSION, role as u8]);
    bytes.extend_from_slice(&state);
    bytes
}

pub(super) fn read<T: Encode + Decode<()>>(role: Role, bytes: &[u8]) -> Result<T, Error> {
    match bytes.split_first_chunk() {
        Some(([VERSION, found], state)) if *found == role as u8 => {
            decode::<T, SNAPSHOT_MAX>(state).map_err(|_| Error::Snapshot)
        }
        _ => Err(Error::Snapshot),
    }
}

const VERSION: u8 = 1;
/// A cell and some keys, or the payload of message 1 and some keys; with room.
const SNAPSHOT_MAX: usize = 8192;
