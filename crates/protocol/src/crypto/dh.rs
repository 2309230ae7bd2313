//! X25519 (RFC 7748). An exchange that yields zero is refused, so that no peer can fix the outcome.

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
