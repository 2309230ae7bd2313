//! X25519, ML-KEM and CPace's group.

use nightjar_protocol::cpace::{self, Transcript};
use nightjar_protocol::crypto::{
    ConstantTimeEq, Element, GroupScalar, dh, dh_public, kem_decapsulate, kem_encapsulate, kem_keypair,
};
use nightjar_protocol::keys::{DhPublic, DhSecret, Isk, KemCiphertext, KemSecret};

use crate::secret::{Draws, Plain, holds_secret, secret};
use crate::{Case, Pin};

pub const CASES: &[Case] = &[
    Case { name: "X25519, public key", pins: &[], work: public },
    Case { name: "X25519, exchange", pins: ZERO, work: || exchanged(9) },
    Case { name: "X25519, exchange that is refused", pins: ZERO, work: || exchanged(0) },
    Case { name: "ML-KEM, decapsulation", pins: MATRIX, work: || decapsulated(0) },
    Case { name: "ML-KEM, decapsulation of a forgery", pins: MATRIX, work: || decapsulated(1) },
    Case { name: "CPace, generator and share", pins: &[], work: share },
    Case { name: "CPace, ISK", pins: &[("scalar_mult_vfy", 1)], work: isk },
    Case { name: "CPace, tag made and compared", pins: &[], work: tag },
];

/// Whether the exchange came to zero, once all of it is compared: it is refused then, and the point is the peer's.
const ZERO: &[Pin] = &[("dh::dh", 1)];
/// The rejection sampling of the matrix. Its seed comes of the secret one, and is a part of the public key.
const MATRIX: &[Pin] = &[("sample_ntt", 5580)];

fn public() -> bool {
    holds_secret(dh_public(&secret(DhSecret::from_bytes([7; 32]))).as_bytes())
}

fn exchanged(point: u8) -> bool {
    let key = secret(DhSecret::from_bytes([7; 32]));
    match dh(&key, &DhPublic::from_bytes([point; 32])) {
        Ok(shared) => point != 0 && holds_secret(shared.as_bytes()),
        Err(_) => point == 0 && holds_secret(key.as_bytes()),
    }
}

fn decapsulated(flip: u8) -> bool {
    let (key, public) = kem_keypair(&mut Plain(1));
    let Ok((ciphertext, _)) = kem_encapsulate(&public, &mut Plain(2)) else { return false };
    let mut bytes = *ciphertext.as_bytes();
    bytes[100] ^= flip;
    let key: KemSecret = secret(key);
    holds_secret(kem_decapsulate(&key, &KemCiphertext::from_bytes(bytes)).as_bytes())
}

fn share() -> bool {
    let prs = secret([7; 24]);
    let generator = Element::from_uniform_bytes(&cpace::generator_hash(&prs, b"ci", b"sid"));
    holds_secret(&cpace::scalar_mult(&cpace::sample_scalar(&mut Draws(1)), &generator))
}

/// The other side's share is public, the scalar is not.
fn isk() -> bool {
    let other = GroupScalar::from_uniform_bytes(&[9; 64]);
    let ya = cpace::scalar_mult(&other, &Element::from_uniform_bytes(&[5; 64]));
    let transcript = Transcript { ya: &ya, ada: b"ada", yb: &ya, adb: b"adb" };
    let isk = cpace::isk(&cpace::sample_scalar(&mut Draws(1)), &ya, b"sid", &transcript);
    isk.is_ok_and(|isk| holds_secret(isk.as_bytes()))
}

fn tag() -> bool {
    let tag = cpace::tag(&secret(Isk::from_bytes([7; 64])), b"sid", &[1; 32], b"ad");
    holds_secret(tag.as_slice()) && holds_secret(&[tag.ct_eq(&[0; 64]).unwrap_u8()])
}
