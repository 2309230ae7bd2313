//! The bundle: what waits for the joiner in the rendezvous mailbox. Spec: pairing, "Bundle".

use bincode::{Decode, Encode};

use super::Error;
use super::cell::{Kind, Plain};
use crate::crypto::{dh_check, kem_check, sha256};
use crate::keys::{AeadKey, DhPublic, KemPublic, MailboxId, UnixTime};
use crate::limits::QUESTION_MAX;
use crate::proof::{M1_LEN, check_m1, is_question};
use crate::wire::{Cell, decode, encode};

/// The inviter's one-time keys and terms; with the four bytes before it, the *body* of the bundle.
#[derive(Encode, Decode)]
pub(super) struct Terms {
    pub(super) dh: DhPublic,
    pub(super) kem: KemPublic,
    /// Where message 1 goes.
    pub(super) mailbox: MailboxId,
    pub(super) expires: UnixTime,
    pub(super) question: Option<String>,
}

/// An authentic bundle.
pub(super) struct Bundle {
    pub(super) terms: Terms,
    pub(super) m1: [u8; M1_LEN],
    pub(super) prologue: [u8; 32],
    pub(super) context: [u8; 32],
}

impl Terms {
    /// The bytes of the terms, and SHA-256 of the body: the context of attempt 1.
    pub(super) fn encode(&self) -> Result<(Vec<u8>, [u8; 32]), Error> {
        let terms = encode(self)?.to_vec();
        let m1 = [0; M1_LEN];
        let plain = Plain::compose(Kind::Bundle, &[&terms, &m1])?;
        Ok((terms, body_hash(&plain)?))
    }
}

impl Bundle {
    /// Lays out the bundle around terms that [`Terms::encode`] gave: the plaintext and the prologue.
    pub(super) fn compose(terms: &[u8], m1: &[u8; M1_LEN]) -> Result<(Plain, [u8; 32]), Error> {
        let plain = Plain::compose(Kind::Bundle, &[terms, m1])?;
        let prologue = sha256(&[plain.covered()?]);
        Ok((plain, prologue))
    }

    /// Opens a bundle and checks all that can be checked before a person is asked; not its expiry.
    pub(super) fn open(cell: &Cell, key: &AeadKey) -> Result<Self, Error> {
        let plain = Plain::open(cell, key, Kind::Bundle)?;
        let (terms, m1) = plain.content()?.split_last_chunk::<M1_LEN>().ok_or(Error::Kind)?;
        let terms: Terms = decode::<_, TERMS_MAX>(terms)?;
        if terms.question.as_deref().is_some_and(|question| !is_question(question)) {
            return Err(Error::Question);
        }
        dh_check(&terms.dh)?;
        kem_check(&terms.kem)?;
        check_m1(m1)?;
        Ok(Self { terms, m1: *m1, prologue: sha256(&[plain.covered()?]), context: body_hash(&plain)? })
    }
}

fn body_hash(plain: &Plain) -> Result<[u8; 32], Error> {
    let (body, _) = plain.covered()?.split_last_chunk::<M1_LEN>().ok_or(Error::Kind)?;
    Ok(sha256(&[body]))
}

/// Encoded terms at most: the keys, the id, two integers, a tag and a question. bincode charges an integer at its full
/// width before it reads it, so both count as 9 bytes.
const TERMS_MAX: usize = DhPublic::LEN + KemPublic::LEN + MailboxId::LEN + 9 + 1 + 9 + QUESTION_MAX;
