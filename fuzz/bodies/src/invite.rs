//! Links whose checksum fits, whatever else they say.

use nightjar_protocol::crypto::sha256;
use nightjar_protocol::invite::SCHEME;

/// The link of a payload: scheme, then base32 of the payload and its checksum.
pub fn link(payload: &[u8]) -> String {
    let sum = sha256(&[b"nightjar/v1/invite/checksum", payload]);
    let bits = payload.iter().chain(&sum[..4]).flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    let bits: Vec<u8> = bits.collect();
    let letter = |five: &[u8]| {
        let value = five.iter().fold(0, |value, bit| value << 1 | bit) << (5 - five.len());
        char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(value)])
    };
    SCHEME.chars().chain(bits.chunks(5).map(letter)).collect()
}
