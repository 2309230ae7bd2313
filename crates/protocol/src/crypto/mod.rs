//! The primitives, and the only room that names their crates. Spec: README, "Primitives".
//!
//! Everything above speaks of `dh`, `kem`, `seal`, `open`, `kdf` and `hash`; a crate can be exchanged here alone.

mod aead;
mod bulk;
mod dh;
mod group;
mod hash;
mod kem;
mod stack;

pub use aead::{NONCE_LEN, TAG_LEN, XNONCE_LEN, open, seal, xopen, xseal};
pub use bulk::{open_in_place, seal_in_place};
pub use dh::{dh, dh_check, dh_keypair, dh_public};
pub use group::{Element, GroupScalar};
pub use hash::{Digest, Sha256, argon2id, hkdf_sha256, hkdf_sha512, hmac_sha256, hmac_sha512, sha256, sha512};
pub use kem::{KemKey, kem_check, kem_decapsulate, kem_encapsulate, kem_generate, kem_keypair};
pub use stack::on_clean_stack;
pub use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// What a primitive refuses. It says nothing of why: an opened box either is authentic or is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A ciphertext did not authenticate, or was shorter than its tag.
    #[error("ciphertext does not authenticate")]
    Open,
    /// A public key whose exchange yields the all-zero secret (RFC 7748, section 6.1), or an encoding that is no
    /// group element, or the identity.
    #[error("public value is not acceptable")]
    PublicValue,
    /// Parameters outside the bounds of a password hash.
    #[error("parameters out of bounds")]
    Parameters,
}
