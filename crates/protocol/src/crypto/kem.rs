//! ML-KEM-768 (FIPS 203). Keys are kept as seeds; encapsulation draws its 32 bytes from the injected source.

use ml_kem::ml_kem_768::{DecapsulationKey, EncapsulationKey};
use ml_kem::{Decapsulate, KeyExport};

use super::Error;
use crate::keys::{KemCiphertext, KemPublic, KemSecret, Random, SharedSecret};

/// A decapsulation key ready for use: expanding the seed costs as much as using it. Cleared when dropped, never stored.
pub struct KemKey(DecapsulationKey);

impl KemKey {
    /// Expands a stored seed.
    #[must_use]
    pub fn expand(secret: &KemSecret) -> Self {
        Self(DecapsulationKey::from_seed((*secret.as_bytes()).into()))
    }

    /// Decapsulates. A forged ciphertext yields an unrelated secret (implicit rejection), not an error.
    #[must_use]
    pub fn decapsulate(&self, ciphertext: &KemCiphertext) -> SharedSecret {
        SharedSecret::from_bytes(self.0.decapsulate(&(*ciphertext.as_bytes()).into()).into())
    }
}

/// Draws a key pair: a 64-byte seed, its expansion, and a 1184-byte encapsulation key.
pub fn kem_generate(random: &mut impl Random) -> (KemSecret, KemKey, KemPublic) {
    let secret = KemSecret::generate(random);
    let key = KemKey::expand(&secret);
    let public = KemPublic::from_bytes(key.0.encapsulation_key().to_bytes().into());
    (secret, key, public)
}

/// Draws a key pair: a 64-byte seed and a 1184-byte encapsulation key.
pub fn kem_keypair(random: &mut impl Random) -> (KemSecret, KemPublic) {
    let (secret, _, public) = kem_generate(random);
    (secret, public)
}

/// Encapsulates to `public`: the ciphertext to send and the 32-byte secret.
///
/// # Errors
/// [`Error::PublicValue`] if `public` fails the modulus check of FIPS 203, section 7.2.
pub fn kem_encapsulate(public: &KemPublic, random: &mut impl Random) -> Result<(KemCiphertext, SharedSecret), Error> {
    let key = EncapsulationKey::new(&(*public.as_bytes()).into()).map_err(|_| Error::PublicValue)?;
    let message = random.bytes::<32>();
    let (ciphertext, shared) = key.encapsulate_deterministic(&(*message).into());
    Ok((KemCiphertext::from_bytes(ciphertext.into()), SharedSecret::from_bytes(shared.into())))
}

/// Decapsulates with a key that is used once: [`KemKey::decapsulate`].
#[must_use]
pub fn kem_decapsulate(secret: &KemSecret, ciphertext: &KemCiphertext) -> SharedSecret {
    KemKey::expand(secret).decapsulate(ciphertext)
}

/// Checks an encapsulation key that will be used later.
///
/// # Errors
/// [`Error::PublicValue`] if it fails the modulus check of FIPS 203, section 7.2.
pub fn kem_check(public: &KemPublic) -> Result<(), Error> {
    EncapsulationKey::new(&(*public.as_bytes()).into()).map(drop).map_err(|_| Error::PublicValue)
}
