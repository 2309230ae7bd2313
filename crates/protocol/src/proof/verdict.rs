//! The verdict: selected in constant time, told only once message 3 exists. Spec: proof, "The verdict".

use zeroize::Zeroizing;

use super::M3_LEN;
use crate::crypto::{Choice, ConditionallySelectable};
use crate::keys::{Isk, Random};

/// What an attempt came to, for the asker alone.
#[must_use]
pub enum Outcome {
    /// The real word was typed. Both sides hold the key.
    Verified(Isk),
    /// The duress word was typed. Both sides hold the key, and the answerer's side looks as if verified.
    Duress(Isk),
    /// Neither, or something else in each slot. Who erred is unknowable.
    Mismatch,
}

/// A decided attempt whose verdict is still sealed: message 3 goes on its way first, so that no branch on the verdict
/// can delay it or change it.
#[must_use]
pub struct Concluded {
    /// Message 3, 64 bytes: a tag, or random bytes.
    pub m3: [u8; M3_LEN],
    isk: Isk,
    matched: Choice,
    real: Choice,
}

impl Concluded {
    /// Opens the verdict. To be called after [`m3`](Self::m3) was queued.
    pub fn conclude(self) -> Outcome {
        match (self.matched.into(), self.real.into()) {
            (false, _) => Outcome::Mismatch,
            (true, true) => Outcome::Verified(self.isk),
            (true, false) => Outcome::Duress(self.isk),
        }
    }
}

/// One slot once message 2 is there.
pub(super) struct Opened {
    pub matched: Choice,
    pub isk: Isk,
    pub confirmation: Zeroizing<[u8; M3_LEN]>,
}

/// Decides without a branch. Both slots matching is a mismatch: an honest answerer runs one word in both.
pub(super) fn conclude(opened: &[Opened; 2], real_slot: Choice, random: &mut impl Random) -> Concluded {
    let [slot0, slot1] = opened;
    let matched = slot0.matched ^ slot1.matched;
    let in_second = slot1.matched;
    let noise = random.bytes::<M3_LEN>();
    let confirmation = select(&slot0.confirmation, &slot1.confirmation, in_second);
    Concluded {
        m3: *select(&noise, &confirmation, matched),
        isk: Isk::from_bytes(*select(slot0.isk.as_bytes(), slot1.isk.as_bytes(), in_second)),
        matched,
        real: !(in_second ^ real_slot),
    }
}

/// `first`, or `second` if `choice`, in constant time.
pub(super) fn select(first: &[u8; 64], second: &[u8; 64], choice: Choice) -> Zeroizing<[u8; 64]> {
    Zeroizing::new(<[u8; 64]>::conditional_select(first, second, choice))
}
