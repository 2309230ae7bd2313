//! Judging an answer: the reply is made first, the verdict opened last. Spec: pairing, "Inviter".

use core::mem;

use zeroize::Zeroizing;

use super::super::Error;
use super::super::agreement::{Agreement, Side, psk2};
use super::super::cell::{Kind, Plain};
use super::super::messages::{Answer, First, Second, Verdict, seal_offer};
use super::state::{Answered, Retrying, Stage, Waiting};
use super::{InviterOutcome, InviterStep};
use crate::crypto::{KemKey, dh_keypair, kem_decapsulate, kem_encapsulate};
use crate::keys::{AeadKey, DhSecret, KemSecret, Psk, Random, ReadKey};
use crate::limits::ATTEMPTS_MAX;
use crate::nickname::Word;
use crate::noise::{Ephemeral, PairingReply, PairingResponder};
use crate::proof::{Asker, Concluded, M1_LEN, M2_LEN, M3_LEN, Outcome, Words};
use crate::wire::{Cell, decode, encode};

/// An answer whose reply is made and whose verdict is not opened yet.
pub(super) struct Judged {
    agreement: Agreement,
    attempt: u8,
    /// `None`: not well-formed, which is a mismatch.
    concluded: Option<Concluded>,
    next: Zeroizing<Vec<u8>>,
    words: Option<Words>,
    answered: Answered,
}

impl Judged {
    /// Opens the verdict. Nothing before this depends on it.
    pub(super) fn settle(self) -> (Stage, InviterStep) {
        let Self { agreement, attempt, concluded, mut next, words, answered } = self;
        let (reply, to) = (Cell::from_bytes(*answered.reply), answered.to);
        let outcome = match concluded.map(Concluded::conclude) {
            Some(Outcome::Verified(isk)) if words.is_some() => InviterOutcome::Verified(agreement.establish(&isk)),
            Some(Outcome::Verified(isk)) => InviterOutcome::Unproved(agreement.establish(&isk)),
            Some(Outcome::Duress(isk)) => InviterOutcome::Duress(agreement.establish(&isk)),
            Some(Outcome::Mismatch) | None => InviterOutcome::Mismatch { left: ATTEMPTS_MAX.saturating_sub(attempt) },
        };
        let stage = match outcome {
            InviterOutcome::Mismatch { left: 1.. } => {
                let (attempt, asker) = (attempt.saturating_add(1), mem::take(&mut *next));
                Stage::Retrying(Box::new(Retrying { agreement, attempt, asker, words, answered }))
            }
            _ => Stage::Over(answered),
        };
        (stage, InviterStep { reply, to, outcome })
    }
}

impl Waiting {
    pub(super) fn judge(
        &self,
        cell: &Cell,
        pairing: &AeadKey,
        kem: Option<&KemKey>,
        random: &mut impl Random,
    ) -> Result<Judged, Error> {
        let plain = Plain::open(cell, pairing, Kind::Message1)?;
        let message = plain.content_of::<{ First::MESSAGE_LEN }>()?;
        let (dh, psk0) = (DhSecret::from_bytes(self.dh), Psk::from_bytes(self.psk0));
        let (noise, payload) = PairingResponder::read_message(&dh, &self.prologue, &psk0, message)?;
        let first = First::decode(&payload)?;
        let (message, agreement, concluded) = self.reply(noise, &first, kem, random)?;
        let (next, offer) = start(self.words.as_ref(), &agreement.h, 2, random)?;
        let offer = seal_offer(&agreement.channel().to_joiner, &offer, &random.bytes())?;
        let reply = Plain::compose(Kind::Reply, &[&message, &offer])?.seal(pairing, &random.bytes())?;
        let answered = Answered::new(Vec::new(), cell, &reply, first.mailbox);
        let words = self.words.as_ref().map(Words::duplicate);
        Ok(Judged { agreement, attempt: 1, concluded, next, words, answered })
    }

    /// Judges M2 and writes Noise message 2.
    fn reply(
        &self,
        noise: PairingReply,
        first: &First,
        kem: Option<&KemKey>,
        random: &mut impl Random,
    ) -> Result<(Vec<u8>, Agreement, Option<Concluded>), Error> {
        let ss1 = match kem {
            Some(key) => key.decapsulate(&first.ciphertext),
            None => kem_decapsulate(&KemSecret::from_bytes(self.kem), &first.ciphertext),
        };
        let psk2 = psk2(&noise.handshake_hash(), &ss1);
        let (ciphertext, ss2) = kem_encapsulate(&first.kem, random)?;
        let (ratchet, ratchet_public) = dh_keypair(random);
        let own_mailbox = ReadKey::generate(random);
        let r = *random.bytes();
        let (m3, concluded) = finish(&self.asker, &first.m2, random)?;
        let second = Second { ciphertext, mailbox: own_mailbox.mailbox(), ratchet: ratchet_public, r, m3 };
        let (message, h) = noise.write_message(&psk2, &Ephemeral::generate(random), &second.encode()?)?;
        let agreement = Agreement {
            side: Side::Inviter,
            h,
            ss2: *ss2.as_bytes(),
            r_inviter: r,
            r_joiner: first.r,
            ratchet: *ratchet.as_bytes(),
            peer_ratchet: first.ratchet,
            own_mailbox: *own_mailbox.as_bytes(),
            peer_mailbox: first.mailbox,
        };
        Ok((message, agreement, concluded))
    }
}

impl Retrying {
    pub(super) fn judge(&self, cell: &Cell, random: &mut impl Random) -> Result<Judged, Error> {
        let channel = self.agreement.channel();
        let plain = Plain::open(cell, &channel.to_inviter, Kind::Answer)?;
        let answer: Answer = decode::<_, { Answer::LEN }>(plain.content_of::<{ Answer::LEN }>()?)?;
        if answer.attempt != self.attempt {
            return Err(Error::Kind);
        }
        let (m3, concluded) = finish(&self.asker, &answer.m2, random)?;
        let (next, offer) = match self.attempt {
            ATTEMPTS_MAX.. => (Zeroizing::default(), *random.bytes()),
            attempt => start(self.words.as_ref(), &self.agreement.h, attempt.saturating_add(1), random)?,
        };
        let verdict = encode(&Verdict { attempt: self.attempt, m3, offer })?;
        let reply = Plain::compose(Kind::Verdict, &[&verdict])?.seal(&channel.to_joiner, &random.bytes())?;
        let answered = Answered::new(self.answered.digests(), cell, &reply, self.agreement.peer_mailbox);
        let (agreement, words) = (self.agreement.duplicate(), self.words.as_ref().map(Words::duplicate));
        Ok(Judged { agreement, attempt: self.attempt, concluded, next, words, answered })
    }
}

/// Starts an attempt: the asker's stored state and M1. Done for the next attempt too, whatever the verdict on this one.
pub(super) fn start(
    words: Option<&Words>,
    context: &[u8; 32],
    attempt: u8,
    random: &mut impl Random,
) -> Result<(Zeroizing<Vec<u8>>, [u8; M1_LEN]), Error> {
    let attempt = u32::from(attempt);
    match words {
        Some(words) => words.start(context, attempt, random),
        None => Asker::start(&Word::unproved(), None, context, attempt, random).map(|(asker, m1)| (asker.store(), m1)),
    }
    .map_err(Error::from)
}

/// Judges M2: M3, and the sealed verdict. An M2 with a share that is none gets random bytes, as any wrong answer does.
fn finish(
    asker: &[u8],
    m2: &[u8; M2_LEN],
    random: &mut impl Random,
) -> Result<([u8; M3_LEN], Option<Concluded>), Error> {
    let concluded = Asker::restore(asker).map_err(|_| Error::Snapshot)?.finish(m2, b"", random).ok();
    let m3 = concluded.as_ref().map_or_else(|| *random.bytes(), |concluded| concluded.m3);
    Ok((m3, concluded))
}
