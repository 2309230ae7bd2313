//! X25519 (RFC 7748). An exchange that yields zero is refused, so that no peer can fix the outcome.

use curve25519_dalek::montgomery::MontgomeryPoint;
use curve25519_dalek::traits::IsIdentity;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroize;

use super::Error;
use crate::keys::{DhPublic, DhSecret, Random, SharedSecret};

/// Draws a key pair.
pub fn dh_keypair(random: &mut impl Random) -> (DhSecret, DhPublic) {
    let secret = DhSecret::generate(random);
    let public = dh_public(&secret);
    (secret, public)
}

/// The public key of `secret`.
#[must_use]
pub fn dh_public(secret: &DhSecret) -> DhPublic {
    DhPublic::from_bytes(PublicKey::from(&StaticSecret::from(*secret.as_bytes())).to_bytes())
}

/// The exchange of `secret` and `public`: 32 bytes that go into a KDF.
///
/// # Errors
/// [`Error::PublicValue`] if `public` is of low order.
pub fn dh(secret: &DhSecret, public: &DhPublic) -> Result<SharedSecret, Error> {
    let shared = StaticSecret::from(*secret.as_bytes()).diffie_hellman(&PublicKey::from(*public.as_bytes()));
    if !shared.was_contributory() {
        return Err(Error::PublicValue);
    }
    let mut bytes = shared.to_bytes();
    let secret = SharedSecret::from_bytes(bytes);
    bytes.zeroize();
    Ok(secret)
}

/// Checks a public key that will be used later, at a small part of an exchange's cost.
///
/// # Errors
/// [`Error::PublicValue`] if `public` is of low order: if eight times the point is the identity, so is what [`dh`]
/// makes of it, whose scalars are multiples of eight.
pub fn dh_check(public: &DhPublic) -> Result<(), Error> {
    let eight_times = MontgomeryPoint(*public.as_bytes()).mul_bits_be([true, false, false, false].into_iter());
    if eight_times.is_identity() { Err(Error::PublicValue) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0, 1, both points of order 8, p − 1, p, p + 1: every u that RFC 7748 maps to zero, with and without the top bit.
    const LOW: [&str; 7] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];

    #[test]
    fn the_check_refuses_what_the_exchange_refuses() {
        let secret = DhSecret::from_bytes([0x5a; 32]);
        let agree = |bytes: [u8; 32]| {
            let public = DhPublic::from_bytes(bytes);
            let checked = dh_check(&public).is_ok();
            assert_eq!(checked, dh(&secret, &public).is_ok());
            checked
        };
        for low in LOW {
            let mut bytes: [u8; 32] = hex::decode(low).unwrap().try_into().unwrap();
            assert!(!agree(bytes));
            bytes[31] |= 0x80;
            assert!(!agree(bytes));
        }
        // On the curve and on its twist.
        for seed in 2..=255 {
            assert!(agree([seed; 32]) || seed == 0xff);
        }
        assert!(agree(*dh_public(&secret).as_bytes()));
    }
}
