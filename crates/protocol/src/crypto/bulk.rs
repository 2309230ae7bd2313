//! ChaCha20-Poly1305 (RFC 8439) for Noise: the function of `aead`, by an implementation that is some 2.5 times as fast at
//! the length of a frame. A relay does little else all day.
//!
//! ring does not wipe its copy of a key. It lives on the stack for one call; the key itself stays in an [`AeadKey`].

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, Tag, UnboundKey};

use super::{Error, NONCE_LEN, TAG_LEN};
use crate::keys::AeadKey;

/// Seals `plaintext` into `out`, which is [`TAG_LEN`] bytes longer: ciphertext ‖ tag.
///
/// # Errors
/// [`Error::Open`] if the lengths do not fit (a fault of the caller's).
pub fn seal_into(
    key: &AeadKey,
    nonce: &[u8; NONCE_LEN],
    ad: &[u8],
    plaintext: &[u8],
    out: &mut [u8],
) -> Result<(), Error> {
    let (text, tag) = out.split_last_chunk_mut::<TAG_LEN>().ok_or(Error::Open)?;
    if text.len() != plaintext.len() {
        return Err(Error::Open);
    }
    text.copy_from_slice(plaintext);
    let sealed = bulk(key)?
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(*nonce), Aad::from(ad), text)
        .map_err(|_| Error::Open)?;
    tag.copy_from_slice(sealed.as_ref());
    Ok(())
}

/// Opens `ciphertext`, its tag at the end, into `out`, which is [`TAG_LEN`] bytes shorter.
///
/// # Errors
/// [`Error::Open`] if it does not authenticate or the lengths do not fit; `out` then holds nothing of the plaintext.
pub fn open_into(
    key: &AeadKey,
    nonce: &[u8; NONCE_LEN],
    ad: &[u8],
    ciphertext: &[u8],
    out: &mut [u8],
) -> Result<(), Error> {
    let (text, tag) = ciphertext.split_last_chunk::<TAG_LEN>().ok_or(Error::Open)?;
    if text.len() != out.len() {
        return Err(Error::Open);
    }
    out.copy_from_slice(text);
    let opened = bulk(key)?.open_in_place_separate_tag(
        Nonce::assume_unique_for_key(*nonce),
        Aad::from(ad),
        Tag::from(*tag),
        out,
        0..,
    );
    if opened.is_err() {
        // ring authenticates and deciphers in one pass, and leaves the garbage.
        out.fill(0);
        return Err(Error::Open);
    }
    Ok(())
}

fn bulk(key: &AeadKey) -> Result<LessSafeKey, Error> {
    UnboundKey::new(&CHACHA20_POLY1305, key.as_bytes()).map(LessSafeKey::new).map_err(|_| Error::Open)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crypto::{open, seal};

    proptest! {
        #[test]
        fn both_implementations_are_one_function(
            key: [u8; 32],
            nonce: [u8; 12],
            ad in prop::collection::vec(any::<u8>(), 0..40),
            text in prop::collection::vec(any::<u8>(), 0..600),
        ) {
            let key = AeadKey::from_bytes(key);
            let mut ours = vec![0; text.len().saturating_add(TAG_LEN)];
            seal_into(&key, &nonce, &ad, &text, &mut ours).unwrap();
            let mut theirs = [text.as_slice(), &[0; TAG_LEN]].concat();
            seal(&key, &nonce, &ad, &mut theirs).unwrap();
            prop_assert_eq!(&ours, &theirs);
            let mut back = vec![0; text.len()];
            open_into(&key, &nonce, &ad, &theirs, &mut back).unwrap();
            prop_assert_eq!(&back, &text);
            prop_assert_eq!(open(&key, &nonce, &ad, &mut ours).unwrap(), &text);
        }

        #[test]
        fn what_does_not_authenticate_leaves_nothing(at in 0_usize..96, flip in 1_u8..=255) {
            let key = AeadKey::from_bytes([3; 32]);
            let mut sealed = [0; 96];
            seal_into(&key, &[5; 12], b"ad", &[9; 80], &mut sealed).unwrap();
            sealed[at] ^= flip;
            let mut out = [7; 80];
            prop_assert_eq!(open_into(&key, &[5; 12], b"ad", &sealed, &mut out), Err(Error::Open));
            prop_assert_eq!(out, [0; 80]);
        }
    }

    #[test]
    fn lengths_that_do_not_fit_are_refused() {
        let key = AeadKey::from_bytes([3; 32]);
        for length in [0, 15, 20, 40] {
            assert_eq!(seal_into(&key, &[5; 12], b"", &[9; 5], &mut vec![0; length]), Err(Error::Open), "{length}");
            assert_eq!(open_into(&key, &[5; 12], b"", &vec![0; length], &mut [0; 5]), Err(Error::Open), "{length}");
        }
    }
}
