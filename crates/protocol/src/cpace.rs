//! CPace: CPACE-RISTR255-SHA512, initiator-responder, with explicit key confirmation. Spec: proof, "CPace".
//!
//! draft-irtf-cfrg-cpace-21, in its words: `PRS`, `CI`, `sid`, `ADa`, `ADb`, `g`, `Y`, `K`, `ISK`. A scalar is used once.

use zeroize::{Zeroize, Zeroizing};

use crate::crypto::{self, ConstantTimeEq, Element, GroupScalar};
use crate::keys::{Isk, Random};

/// Length of a public share `Ya` or `Yb` in bytes.
pub const SHARE_LEN: usize = 32;
/// Length of an authenticator tag in bytes: all of HMAC-SHA-512.
pub const TAG_LEN: usize = 64;

/// What CPace refuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A share that is no canonical encoding of a group element, or the identity's, or leads to it (`K = G.I`).
    #[error("share is not acceptable")]
    Share,
}

/// What both sides have said: the public shares and associated data of the initiator (a) and the responder (b).
#[derive(Clone, Copy)]
pub struct Transcript<'a> {
    /// The initiator's share.
    pub ya: &'a [u8; SHARE_LEN],
    /// The initiator's associated data.
    pub ada: &'a [u8],
    /// The responder's share.
    pub yb: &'a [u8; SHARE_LEN],
    /// The responder's associated data.
    pub adb: &'a [u8],
}

impl Transcript<'_> {
    /// `transcript_ir(Ya, ADa, Yb, ADb)`.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        lv_cat(&[self.ya, self.ada, self.yb, self.adb])
    }
}

/// `lv_cat(parts…)`: every part after its length in LEB128. The buffer never grows, so it leaves no copy behind.
#[must_use]
pub fn lv_cat(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let room = parts.iter().fold(0_usize, |sum, part| sum.saturating_add(part.len()).saturating_add(LENGTH_MAX));
    let mut out = Zeroizing::new(Vec::with_capacity(room));
    for part in parts {
        prepend_len(&mut out, part);
    }
    out
}

/// `generator_string(G.DSI, PRS, CI, sid, H.s_in_bytes)`.
#[must_use]
pub fn generator_string(prs: &[u8], ci: &[u8], sid: &[u8]) -> Zeroizing<Vec<u8>> {
    let first_block = lv_cat(&[DSI, prs]).len().saturating_add(1);
    let zpad = [0; S_IN_BYTES];
    let len_zpad = S_IN_BYTES.saturating_sub(first_block);
    lv_cat(&[DSI, prs, zpad.get(..len_zpad).unwrap_or_default(), ci, sid])
}

/// `gen_str_hash`: 64 uniform bytes, from which [`Element::from_uniform_bytes`] derives the generator `g`.
#[must_use]
pub fn generator_hash(prs: &[u8], ci: &[u8], sid: &[u8]) -> Zeroizing<[u8; 64]> {
    Zeroizing::new(crypto::sha512(&[&generator_string(prs, ci, sid)]))
}

/// `G.sample_scalar()`, uniform modulo the group's order, from 64 random bytes.
pub fn sample_scalar(random: &mut impl Random) -> GroupScalar {
    GroupScalar::from_uniform_bytes(&random.bytes::<64>())
}

/// `G.scalar_mult(y, g)`: the public share.
#[must_use]
pub fn scalar_mult(y: &GroupScalar, g: &Element) -> [u8; SHARE_LEN] {
    g.multiply(y).encode()
}

/// `G.scalar_mult_vfy(y, X)`: K, a secret that MUST NOT leave this computation.
///
/// # Errors
/// [`Error::Share`] where the draft's function returns `G.I`.
pub fn scalar_mult_vfy(y: &GroupScalar, x: &[u8; SHARE_LEN]) -> Result<Zeroizing<[u8; SHARE_LEN]>, Error> {
    let share = Element::decode(x).map_err(|_| Error::Share)?;
    let k = Zeroizing::new(share.multiply(y).encode());
    if k.ct_eq(&IDENTITY).into() { Err(Error::Share) } else { Ok(k) }
}

/// `ISK = H.hash(lv_cat(G.DSI ‖ "_ISK", sid, K) ‖ transcript_ir(Ya, ADa, Yb, ADb))`, with K = `G.scalar_mult_vfy(y, X)`.
///
/// # Errors
/// [`Error::Share`] if the peer's share `x` is refused.
pub fn isk(y: &GroupScalar, x: &[u8; SHARE_LEN], sid: &[u8], transcript: &Transcript<'_>) -> Result<Isk, Error> {
    let k = scalar_mult_vfy(y, x)?;
    let mut hash = crypto::sha512(&[&lv_cat(&[DSI_ISK, sid, k.as_slice()]), &transcript.encode()]);
    let isk = Isk::from_bytes(hash);
    hash.zeroize();
    Ok(isk)
}

/// An authenticator tag of explicit key confirmation: `Ta` over `(Ya, ADa)`, `Tb` over `(Yb, ADb)`.
///
/// `HMAC-SHA-512(mac_key, lv_cat(Y, AD))`, `mac_key = H.hash("CPaceMac" ‖ sid ‖ ISK)`.
#[must_use]
pub fn tag(isk: &Isk, sid: &[u8], y: &[u8; SHARE_LEN], ad: &[u8]) -> Zeroizing<[u8; TAG_LEN]> {
    let mac_key = Zeroizing::new(crypto::sha512(&[b"CPaceMac", sid, isk.as_bytes()]));
    crypto::hmac_sha512(mac_key.as_slice(), &[&lv_cat(&[y, ad])])
}

/// `prepend_len(part)`, appended to `out`.
fn prepend_len(out: &mut Vec<u8>, part: &[u8]) {
    let mut length = part.len();
    while let rest @ 1.. = length >> 7 {
        out.push(low_bits(length) | 0x80);
        length = rest;
    }
    out.push(low_bits(length));
    out.extend_from_slice(part);
}

const fn low_bits(length: usize) -> u8 {
    (length & 0x7f) as u8
}

const DSI: &[u8] = b"CPaceRistretto255";
const DSI_ISK: &[u8] = b"CPaceRistretto255_ISK";
/// SHA-512's input block.
const S_IN_BYTES: usize = 128;
/// `G.I`.
const IDENTITY: [u8; SHARE_LEN] = [0; SHARE_LEN];
/// Bytes of a length in LEB128 at most.
const LENGTH_MAX: usize = usize::BITS.div_ceil(7) as usize;
