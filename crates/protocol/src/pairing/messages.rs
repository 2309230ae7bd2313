//! What the cells of a pairing say. Spec: pairing, "Message 1", "Reply", "Answer and verdict".

use bincode::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Error;
use crate::crypto::{TAG_LEN, XNONCE_LEN, dh_check, xopen, xseal};
use crate::keys::{AeadKey, DhPublic, KemCiphertext, KemPublic, MailboxId};
use crate::proof::{M1_LEN, M2_LEN, M3_LEN, check_m1};
use crate::wire::{decode, encode};

/// Payload of Noise message 1, [`First::LEN`] bytes, the fields in order.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct First {
    /// To the bundle's encapsulation key.
    #[zeroize(skip)]
    pub(super) ciphertext: KemCiphertext,
    /// For message 2.
    #[zeroize(skip)]
    pub(super) kem: KemPublic,
    /// Where the joiner is reached from now on.
    #[zeroize(skip)]
    pub(super) mailbox: MailboxId,
    /// The joiner's first ratchet key.
    #[zeroize(skip)]
    pub(super) ratchet: DhPublic,
    pub(super) r: [u8; 32],
    pub(super) m2: [u8; M2_LEN],
}

/// Payload of Noise message 2, [`Second::LEN`] bytes, the fields in order.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct Second {
    /// To the joiner's encapsulation key.
    #[zeroize(skip)]
    pub(super) ciphertext: KemCiphertext,
    /// Where the inviter is reached from now on.
    #[zeroize(skip)]
    pub(super) mailbox: MailboxId,
    /// The inviter's first ratchet key.
    #[zeroize(skip)]
    pub(super) ratchet: DhPublic,
    pub(super) r: [u8; 32],
    pub(super) m3: [u8; M3_LEN],
}

impl First {
    pub(super) const LEN: usize = KemCiphertext::LEN + KemPublic::LEN + 3 * 32 + M2_LEN;
    /// Length of Noise message 1.
    pub(super) const MESSAGE_LEN: usize = DhPublic::LEN + Self::LEN + TAG_LEN;

    pub(super) fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>, Error> {
        Ok(encode(self)?)
    }

    /// Decodes, and refuses a ratchet key of low order.
    pub(super) fn decode(payload: &[u8]) -> Result<Self, Error> {
        let first: Self = decode::<_, { Self::LEN }>(payload)?;
        dh_check(&first.ratchet)?;
        Ok(first)
    }
}

impl Second {
    pub(super) const LEN: usize = KemCiphertext::LEN + 3 * 32 + M3_LEN;
    /// Length of Noise message 2.
    pub(super) const MESSAGE_LEN: usize = DhPublic::LEN + Self::LEN + TAG_LEN;

    pub(super) fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>, Error> {
        Ok(encode(self)?)
    }

    /// Decodes, and refuses a ratchet key of low order.
    pub(super) fn decode(payload: &[u8]) -> Result<Self, Error> {
        let second: Self = decode::<_, { Self::LEN }>(payload)?;
        dh_check(&second.ratchet)?;
        Ok(second)
    }
}

/// An answer to attempt 2 or 3: attempt ‖ M2.
#[derive(Encode, Decode)]
pub(super) struct Answer {
    pub(super) attempt: u8,
    pub(super) m2: [u8; M2_LEN],
}

/// The verdict on it: attempt ‖ M3 ‖ M1 of the next attempt, or random bytes behind the last.
#[derive(Encode, Decode)]
pub(super) struct Verdict {
    pub(super) attempt: u8,
    pub(super) m3: [u8; M3_LEN],
    pub(super) offer: [u8; M1_LEN],
}

impl Answer {
    pub(super) const LEN: usize = 1 + M2_LEN;
}

impl Verdict {
    pub(super) const LEN: usize = 1 + M3_LEN + M1_LEN;
}

/// The sealed offer of attempt 2 behind Noise message 2: nonce ‖ M1 ‖ tag.
pub(super) const OFFER_BOX_LEN: usize = XNONCE_LEN + M1_LEN + TAG_LEN;
/// Content of a reply: Noise message 2 ‖ the sealed offer.
pub(super) const REPLY_LEN: usize = Second::MESSAGE_LEN + OFFER_BOX_LEN;

/// Seals the offer of attempt 2.
pub(super) fn seal_offer(
    key: &AeadKey,
    m1: &[u8; M1_LEN],
    nonce: &[u8; XNONCE_LEN],
) -> Result<[u8; OFFER_BOX_LEN], Error> {
    let mut out = [0; OFFER_BOX_LEN];
    let (head, rest) = out.split_first_chunk_mut::<XNONCE_LEN>().ok_or(Error::Undecryptable)?;
    *head = *nonce;
    rest.split_at_mut(M1_LEN).0.copy_from_slice(m1);
    xseal(key, nonce, b"", rest)?;
    Ok(out)
}

/// Opens the offer of attempt 2 and checks it.
pub(super) fn open_offer(key: &AeadKey, sealed: &[u8]) -> Result<[u8; M1_LEN], Error> {
    let (nonce, sealed) = sealed.split_first_chunk::<XNONCE_LEN>().ok_or(Error::Undecryptable)?;
    let mut buffer = sealed.to_vec();
    let m1 = <[u8; M1_LEN]>::try_from(&*xopen(key, nonce, b"", &mut buffer)?).map_err(|_| Error::Undecryptable)?;
    check_m1(&m1)?;
    Ok(m1)
}
