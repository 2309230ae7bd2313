//! SHA-2, HMAC, HKDF (RFC 5869) and Argon2id (RFC 9106).

use argon2::{Algorithm, Argon2, Params, Version};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;
use zeroize::Zeroizing;

use super::Error;

pub use sha2::{Digest, Sha256};

/// SHA-256 of the concatenation of `parts`.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

/// SHA-512 of the concatenation of `parts`.
#[must_use]
pub fn sha512(parts: &[&[u8]]) -> [u8; 64] {
    parts.iter().fold(Sha512::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

/// HMAC-SHA-256 of the concatenation of `parts`.
#[must_use]
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    Zeroizing::new(parts.iter().fold(mac, |mac, part| mac.chain_update(part)).finalize().into_bytes().into())
}

/// HMAC-SHA-512 of the concatenation of `parts`.
#[must_use]
pub fn hmac_sha512(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 64]> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mac = Hmac::<Sha512>::new_from_slice(key).expect("any length");
    Zeroizing::new(parts.iter().fold(mac, |mac, part| mac.chain_update(part)).finalize().into_bytes().into())
}

macro_rules! hkdf {
    ($name:ident, $hash:ident, $most:literal, $rfc:literal) => {
        #[doc = concat!("HKDF-", $rfc, ": `N` bytes from the concatenation of `ikm`.")]
        #[must_use]
        pub fn $name<const N: usize>(salt: &[u8], ikm: &[&[u8]], info: &[u8]) -> Zeroizing<[u8; N]> {
            const { assert!(N <= $most, "longer than HKDF can expand") };
            let mut extract = hkdf::HkdfExtract::<$hash>::new(Some(salt));
            for part in ikm {
                extract.input_ikm(part);
            }
            let (_, expand): (_, Hkdf<$hash>) = extract.finalize();
            let mut okm = Zeroizing::new([0; N]);
            // The only error is a length that the assertion above excludes.
            let expanded = expand.expand(info, okm.as_mut_slice());
            debug_assert!(expanded.is_ok());
            okm
        }
    };
}

hkdf!(hkdf_sha256, Sha256, 8160, "SHA-256");
hkdf!(hkdf_sha512, Sha512, 16320, "SHA-512");

/// Argon2id, version 0x13, 32 bytes out. `memory` is in KiB.
///
/// # Errors
/// [`Error::Parameters`] if the parameters or the salt are outside what RFC 9106 allows. Bounding them from above is
/// the caller's part, before this call allocates `memory`.
pub fn argon2id(
    password: &[u8],
    salt: &[u8],
    memory: u32,
    passes: u32,
    lanes: u32,
) -> Result<Zeroizing<[u8; 32]>, Error> {
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| Error::Parameters)?;
    let mut out = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password, salt, out.as_mut_slice())
        .map_err(|_| Error::Parameters)?;
    Ok(out)
}
