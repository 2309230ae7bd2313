//! What the joiner holds, in the form in which it is stored, and how it answers. Spec: pairing, "Joiner".

use bincode::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::super::Error;
use super::super::agreement::{Agreement, Side, psk2};
use super::super::cell::{Kind, Plain};
use super::super::messages::{Answer, First, REPLY_LEN, Second, Verdict, open_offer};
use crate::crypto::{KemKey, XNONCE_LEN, dh_keypair, kem_encapsulate, kem_generate};
use crate::keys::{
    AeadKey, DhPublic, Isk, KemPublic, KemSecret, MailboxId, Psk, Random, ReadKey, SharedSecret, UnixTime,
};
use crate::limits::{ATTEMPTS_MAX, CELL_LEN};
use crate::nickname::Word;
use crate::noise::{Ephemeral, PairingAwaitReply, PairingInitiator};
use crate::proof::{Answerer, M1_LEN, M2_LEN, M3_LEN, check_m1};
use crate::wire::{Cell, decode, encode};

#[derive(Encode, Decode)]
pub(super) struct State {
    pub(super) expires: UnixTime,
    pub(super) question: Option<String>,
    pub(super) stage: Stage,
}

#[derive(Encode, Decode)]
pub(super) enum Stage {
    Opened(Box<Opened>),
    Sent(Box<Sent>),
    Offered(Box<Offered>),
    Resent(Box<Resent>),
    Over,
}

/// Until the first answer.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct Opened {
    pub(super) psk0: [u8; 32],
    pub(super) pairing: [u8; 32],
    #[zeroize(skip)]
    pub(super) dh: DhPublic,
    #[zeroize(skip)]
    pub(super) kem: KemPublic,
    #[zeroize(skip)]
    pub(super) mailbox: MailboxId,
    pub(super) prologue: [u8; 32],
    pub(super) context: [u8; 32],
    pub(super) m1: [u8; M1_LEN],
}

/// Until the reply: what rebuilds message 1 byte for byte, and what reads the reply.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct Sent {
    pub(super) psk0: [u8; 32],
    pub(super) pairing: [u8; 32],
    #[zeroize(skip)]
    pub(super) dh: DhPublic,
    #[zeroize(skip)]
    pub(super) mailbox: MailboxId,
    pub(super) prologue: [u8; 32],
    pub(super) nonce: [u8; XNONCE_LEN],
    pub(super) ephemeral: [u8; 32],
    pub(super) payload: Vec<u8>,
    pub(super) ss1: [u8; 32],
    pub(super) kem: [u8; 64],
    pub(super) ratchet: [u8; 32],
    pub(super) own_mailbox: [u8; 32],
    pub(super) answerer: Vec<u8>,
}

/// After a mismatch, until the answer to `attempt`.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct Offered {
    pub(super) agreement: Agreement,
    pub(super) attempt: u8,
    pub(super) m1: [u8; M1_LEN],
}

/// Until the verdict on `attempt`.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct Resent {
    pub(super) agreement: Agreement,
    pub(super) attempt: u8,
    pub(super) answerer: Vec<u8>,
    #[zeroize(skip)]
    pub(super) cell: Box<[u8; CELL_LEN]>,
}

/// What the stored state of [`Sent`] makes again after a restart: the handshake and the ML-KEM key, expanded.
pub(super) struct Live {
    noise: PairingAwaitReply,
    kem: KemKey,
}

type Answered = (Stage, Cell, Option<Live>);

/// What a reply says, once it is read.
pub(super) struct Read {
    pub(super) agreement: Agreement,
    pub(super) attempt: u8,
    /// `None`: the answer did not match.
    pub(super) isk: Option<Isk>,
    /// M1 of the next attempt; of no use after a match or the last attempt.
    pub(super) offer: [u8; M1_LEN],
}

impl Opened {
    pub(super) fn answer(&self, word: &Word, random: &mut impl Random) -> Result<Answered, Error> {
        let (ciphertext, ss1) = kem_encapsulate(&self.kem, random)?;
        let (kem, expanded, kem_public) = kem_generate(random);
        let (ratchet, ratchet_public) = dh_keypair(random);
        let own_mailbox = ReadKey::generate(random);
        let r = *random.bytes();
        let (answerer, m2) = respond(word, &self.m1, &self.context, 1, random)?;
        let first =
            First { ciphertext, kem: kem_public, mailbox: own_mailbox.mailbox(), ratchet: ratchet_public, r, m2 };
        let sent = Sent {
            psk0: self.psk0,
            pairing: self.pairing,
            dh: self.dh,
            mailbox: self.mailbox,
            prologue: self.prologue,
            ephemeral: *random.bytes(),
            nonce: *random.bytes(),
            payload: first.encode()?.to_vec(),
            ss1: *ss1.as_bytes(),
            kem: *kem.as_bytes(),
            ratchet: *ratchet.as_bytes(),
            own_mailbox: *own_mailbox.as_bytes(),
            answerer,
        };
        let (noise, message) = sent.message1()?;
        let cell = sent.seal(&message)?;
        Ok((Stage::Sent(Box::new(sent)), cell, Some(Live { noise, kem: expanded })))
    }
}

impl Sent {
    /// Message 1, the same bytes each time, and the handshake that awaits message 2.
    pub(super) fn message1(&self) -> Result<(PairingAwaitReply, Vec<u8>), Error> {
        let (psk0, ephemeral) = (Psk::from_bytes(self.psk0), Ephemeral::from_bytes(self.ephemeral));
        Ok(PairingInitiator::write_message(&self.dh, &self.prologue, &psk0, &ephemeral, &self.payload)?)
    }

    /// The cell of message 1.
    pub(super) fn seal(&self, message: &[u8]) -> Result<Cell, Error> {
        Plain::compose(Kind::Message1, &[message])?.seal(&AeadKey::from_bytes(self.pairing), &self.nonce)
    }

    fn revive(&self) -> Result<Live, Error> {
        let kem = KemKey::expand(&KemSecret::from_bytes(self.kem));
        Ok(Live { noise: self.message1()?.0, kem })
    }

    /// `live` is used up by a cell that opens, whatever is in it: the stored state makes another.
    pub(super) fn read(&self, cell: &Cell, live: &mut Option<Live>) -> Result<Read, Error> {
        let plain = Plain::open(cell, &AeadKey::from_bytes(self.pairing), Kind::Reply)?;
        let (message, offer) = plain.content_of::<REPLY_LEN>()?.split_at(Second::MESSAGE_LEN);
        let Live { noise, kem } = live.take().map_or_else(|| self.revive(), Ok)?;
        let psk2 = psk2(&noise.handshake_hash(), &SharedSecret::from_bytes(self.ss1));
        let (payload, h) = noise.read_message(&psk2, message)?;
        let second = Second::decode(&payload)?;
        let agreement = Agreement {
            side: Side::Joiner,
            h,
            ss2: *kem.decapsulate(&second.ciphertext).as_bytes(),
            r_inviter: second.r,
            r_joiner: First::decode(&self.payload)?.r,
            ratchet: self.ratchet,
            peer_ratchet: second.ratchet,
            own_mailbox: self.own_mailbox,
            peer_mailbox: second.mailbox,
        };
        let offer = open_offer(&agreement.channel().to_joiner, offer)?;
        Ok(Read { agreement, attempt: 1, isk: finish(&self.answerer, &second.m3)?, offer })
    }
}

impl Offered {
    pub(super) fn answer(&self, word: &Word, random: &mut impl Random) -> Result<Answered, Error> {
        let (attempt, agreement) = (self.attempt, self.agreement.duplicate());
        let (answerer, m2) = respond(word, &self.m1, &agreement.h, attempt, random)?;
        let content = encode(&Answer { attempt, m2 })?;
        let cell = Plain::compose(Kind::Answer, &[&content])?.seal(&agreement.channel().to_inviter, &random.bytes())?;
        let resent = Resent { agreement, attempt, answerer, cell: Box::new(*cell.as_bytes()) };
        Ok((Stage::Resent(Box::new(resent)), cell, None))
    }
}

impl Resent {
    pub(super) fn read(&self, cell: &Cell) -> Result<Read, Error> {
        let plain = Plain::open(cell, &self.agreement.channel().to_joiner, Kind::Verdict)?;
        let verdict: Verdict = decode::<_, { Verdict::LEN }>(plain.content_of::<{ Verdict::LEN }>()?)?;
        if verdict.attempt != self.attempt {
            return Err(Error::Kind);
        }
        if self.attempt < ATTEMPTS_MAX {
            check_m1(&verdict.offer)?;
        }
        let (agreement, isk) = (self.agreement.duplicate(), finish(&self.answerer, &verdict.m3)?);
        Ok(Read { agreement, attempt: self.attempt, isk, offer: verdict.offer })
    }
}

/// Answers an M1: the answerer's stored state and M2.
fn respond(
    word: &Word,
    m1: &[u8; M1_LEN],
    context: &[u8; 32],
    attempt: u8,
    random: &mut impl Random,
) -> Result<(Vec<u8>, [u8; M2_LEN]), Error> {
    let (answerer, m2) =
        Answerer::answer(word, m1, context, u32::from(attempt), b"", random).map_err(|_| Error::PublicValue)?;
    Ok((answerer.store().to_vec(), m2))
}

fn finish(answerer: &[u8], m3: &[u8; M3_LEN]) -> Result<Option<Isk>, Error> {
    Ok(Answerer::restore(answerer).map_err(|_| Error::Snapshot)?.finish(m3))
}
