//! ChaCha20-Poly1305 (RFC 8439) and XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha), in place, tag appended.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, XChaCha20Poly1305};

use super::Error;
use crate::keys::AeadKey;

/// Length of a Poly1305 tag in bytes.
pub const TAG_LEN: usize = 16;
/// Length of a ChaCha20-Poly1305 nonce in bytes.
pub const NONCE_LEN: usize = 12;
/// Length of an XChaCha20-Poly1305 nonce in bytes.
pub const XNONCE_LEN: usize = 24;

macro_rules! aead {
    ($cipher:ident, $nonce:ident, $seal:ident, $open:ident) => {
        /// Seals `buffer` in place: its last [`TAG_LEN`] bytes are overwritten with the tag, the rest is encrypted.
        ///
        /// # Errors
        /// [`Error::Open`] if `buffer` is shorter than a tag (a fault of the caller's).
        pub fn $seal(key: &AeadKey, nonce: &[u8; $nonce], ad: &[u8], buffer: &mut [u8]) -> Result<(), Error> {
            let (text, tag) = buffer.split_last_chunk_mut::<TAG_LEN>().ok_or(Error::Open)?;
            let sealed = $cipher::new(key.as_bytes().into())
                .encrypt_inout_detached(nonce.into(), ad, text.into())
                .map_err(|_| Error::Open)?;
            tag.copy_from_slice(&sealed);
            Ok(())
        }

        /// Opens `buffer` in place and returns the plaintext, a slice of it without the tag.
        ///
        /// # Errors
        /// [`Error::Open`] if it does not authenticate; `buffer` then still holds the ciphertext.
        pub fn $open<'a>(
            key: &AeadKey,
            nonce: &[u8; $nonce],
            ad: &[u8],
            buffer: &'a mut [u8],
        ) -> Result<&'a mut [u8], Error> {
            let (text, tag) = buffer.split_last_chunk_mut::<TAG_LEN>().ok_or(Error::Open)?;
            $cipher::new(key.as_bytes().into())
                .decrypt_inout_detached(nonce.into(), ad, (&mut *text).into(), (&*tag).into())
                .map_err(|_| Error::Open)?;
            Ok(text)
        }
    };
}

aead!(ChaCha20Poly1305, NONCE_LEN, seal, open);
aead!(XChaCha20Poly1305, XNONCE_LEN, xseal, xopen);
