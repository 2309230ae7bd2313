//! The proof: two CPace runs over one remembered word, with room for a duress word. Spec: proof.
//!
//! ```text
//! Asker::start ── M1 ─▶ Answerer::answer
//!   finish ◀───── M2 ──── │
//!     │ ───────── M3 ─▶ finish ─▶ the key, or nothing
//!     └▶ Concluded ─▶ Outcome: verified, duress or mismatch, for the asker alone
//! ```
//! A new construction that nobody has reviewed.

mod answerer;
mod asker;
mod question;
mod verdict;

use zeroize::Zeroizing;

use crate::cpace::{self, SHARE_LEN, TAG_LEN, lv_cat};
use crate::crypto::sha256;
use crate::wire;

pub use answerer::Answerer;
pub use asker::Asker;
pub use question::{Words, check_m1, is_question};
pub use verdict::{Concluded, Outcome};

/// Length of message 1 in bytes: a share a slot.
pub const M1_LEN: usize = 2 * SHARE_LEN;
/// Length of message 2 in bytes: a share and a tag a slot.
pub const M2_LEN: usize = M1_LEN + 2 * TAG_LEN;
/// Length of message 3 in bytes: a tag, or random bytes.
pub const M3_LEN: usize = TAG_LEN;

/// Why a proof cannot go on. A word that does not match is no error.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The peer's message holds a share that CPace refuses. The attempt is spent.
    #[error("message holds an unacceptable share")]
    Share,
    /// The real and the duress word normalise alike.
    #[error("real and duress word are the same")]
    SameWord,
    /// Stored state that was not written by this room.
    #[error("stored state is malformed")]
    State,
}

impl From<cpace::Error> for Error {
    fn from(_: cpace::Error) -> Self {
        Self::Share
    }
}

/// `lv_cat("asker", "answerer")`.
const CI: &[u8] = b"\x05asker\x08answerer";
const SID_LABEL: &[u8] = b"nightjar/proof-sid/v1";
const SLOTS: [u8; 2] = [0, 1];
const STATE_VERSION: u8 = 1;
const STATE_MAX: usize = 512;

fn sid(context: &[u8], attempt: u32, slot: u8) -> [u8; 32] {
    sha256(&[&lv_cat(&[SID_LABEL, context, &attempt.to_be_bytes(), &[slot]])])
}

/// ADb: both of the answerer's shares and what is being proved.
fn adb(shares: &[[u8; SHARE_LEN]; 2], statement: &[u8]) -> Vec<u8> {
    [shares.as_flattened(), statement].concat()
}

/// The two values of `N` bytes that `bytes` begin with, one a slot.
fn pair<const N: usize>(bytes: &[u8]) -> [[u8; N]; 2] {
    let mut out = [[0; N]; 2];
    for (value, chunk) in out.iter_mut().zip(bytes.as_chunks().0) {
        *value = *chunk;
    }
    out
}

/// A message from its fields.
fn message<const N: usize>(fields: &[&[u8]]) -> [u8; N] {
    let mut out = [0; N];
    for (byte, field) in out.iter_mut().zip(fields.iter().copied().flatten()) {
        *byte = *field;
    }
    out
}

/// The version byte and the state, in the wire's encoding.
fn store<T: bincode::Encode>(state: &T) -> Zeroizing<Vec<u8>> {
    #[expect(clippy::expect_used, reason = "arrays of bytes always have an encoding")]
    let encoded = wire::encode(state).expect("bytes");
    let mut out = Zeroizing::new(Vec::with_capacity(encoded.len().saturating_add(1)));
    out.push(STATE_VERSION);
    out.extend_from_slice(&encoded);
    out
}

fn restore<T: bincode::Encode + bincode::Decode<()>>(stored: &[u8]) -> Result<T, Error> {
    match stored.split_first() {
        Some((&STATE_VERSION, encoded)) => wire::decode::<T, STATE_MAX>(encoded).map_err(|_| Error::State),
        _ => Err(Error::State),
    }
}
