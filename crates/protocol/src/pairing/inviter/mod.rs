//! The inviter: makes the bundle, judges answers, alone learns the verdict. Spec: pairing, "Inviter".

mod judge;
mod state;

use core::mem;

use zeroize::Zeroizing;

use super::bundle::{Bundle, Terms};
use super::cell::{Kind, Plain};
use super::{Error, Established, snapshot};
use crate::crypto::{KemKey, dh_keypair, kem_generate};
use crate::invite::InviteKeys;
use crate::keys::{AeadKey, MailboxId, Random, ReadKey, UnixTime};
use crate::limits::{ATTEMPTS_MAX, INVITE_TTL_MAX};
use crate::nickname::Word;
use crate::proof::{Asker, Words, is_question};
use crate::wire::Cell;
use judge::start;
use state::{Answered, Carried, Stage, State, Waiting};

/// What the joiner is asked, and the answers.
pub struct Question {
    /// Shown to the joiner: 1 to `QUESTION_MAX` bytes, no control characters.
    pub text: String,
    /// The real answer.
    pub answer: Word,
    /// The answer that means "I am made to do this".
    pub duress: Option<Word>,
}

/// The inviter's machine. All of it is secret; [`Inviter::snapshot`] is the only way to store it.
pub struct Inviter {
    state: State,
    /// The one-time ML-KEM key, expanded; gone after a restart, when the stored seed is expanded again.
    kem: Option<KemKey>,
}

/// What comes of a cell. The reply leaves only when the machine, and what the outcome holds, are stored.
pub struct InviterStep {
    /// The cell to append, one whatever the outcome.
    pub reply: Cell,
    /// Where to.
    pub to: MailboxId,
    /// For this side alone.
    pub outcome: InviterOutcome,
}

/// What an answer came to. The joiner cannot tell `Verified` from `Duress`.
pub enum InviterOutcome {
    /// The real answer. The invite is over.
    Verified(Established),
    /// The duress answer. The invite is over.
    Duress(Established),
    /// The joiner is there, and nothing was asked. The invite is over.
    Unproved(Established),
    /// Another answer, or none that is well-formed.
    Mismatch {
        /// Attempts that are left; at 0 the invite is over.
        left: u8,
    },
    /// The cell was answered before, and the reply is that answer.
    Repeated,
}

impl Inviter {
    /// Makes an invite that is good until `expires`, and its bundle, to be appended to the rendezvous mailbox.
    /// Without a question whoever joins is `Unproved`.
    ///
    /// # Errors
    /// [`Error::Lifetime`], [`Error::Question`] or [`Error::SameAnswers`].
    pub fn create(
        now: UnixTime,
        expires: UnixTime,
        question: Option<Question>,
        keys: &InviteKeys,
        random: &mut impl Random,
    ) -> Result<Self, Error> {
        if expires <= now || expires.since(now) > u64::from(INVITE_TTL_MAX) {
            return Err(Error::Lifetime);
        }
        let (dh, dh_public) = dh_keypair(random);
        let (kem, expanded, kem_public) = kem_generate(random);
        let mailbox = ReadKey::generate(random);
        let words = question.as_ref().map(|it| Words::new(&it.answer, it.duress.as_ref())).transpose()?;
        let text = question.map(|question| question.text);
        if text.as_deref().is_some_and(|text| !is_question(text)) {
            return Err(Error::Question);
        }
        let terms = Terms { dh: dh_public, kem: kem_public, mailbox: mailbox.mailbox(), expires, question: text };
        let (terms, context) = terms.encode()?;
        let (mut asker, m1) = start(words.as_ref(), &context, 1, random)?;
        let (plain, prologue) = Bundle::compose(&terms, &m1)?;
        let bundle = Box::new(*plain.seal(&keys.bundle, &random.bytes())?.as_bytes());
        let (psk0, dh, kem) = (*keys.psk0.as_bytes(), *dh.as_bytes(), *kem.as_bytes());
        let waiting = Waiting { psk0, dh, kem, prologue, asker: mem::take(&mut *asker), words, bundle };
        let carried = Carried { pairing: *keys.pairing.as_bytes(), mailbox: *mailbox.as_bytes() };
        let state = State { expires, carried, stage: Stage::Waiting(Box::new(waiting)) };
        Ok(Self { state, kem: Some(expanded) })
    }

    /// The bundle, while nobody has answered: the same bytes each time.
    #[must_use]
    pub fn bundle(&self) -> Option<Cell> {
        match &self.state.stage {
            Stage::Waiting(waiting) => Some(Cell::from_bytes(*waiting.bundle)),
            _ => None,
        }
    }

    /// Reads the mailbox that the bundle names, in which message 1 arrives.
    #[must_use]
    pub const fn mailbox(&self) -> ReadKey {
        ReadKey::from_bytes(self.state.carried.mailbox)
    }

    /// Reads the mailbox in which answers 2 and 3 arrive, after a mismatch. It MUST exist before the reply leaves.
    #[must_use]
    pub fn retry_mailbox(&self) -> Option<ReadKey> {
        match &self.state.stage {
            Stage::Retrying(retrying) => Some(ReadKey::from_bytes(retrying.agreement.own_mailbox)),
            _ => None,
        }
    }

    /// The last reply and where it goes, to be appended again if it may have been lost.
    #[must_use]
    pub fn pending(&self) -> Option<(Cell, MailboxId)> {
        self.answered().map(|answered| (Cell::from_bytes(*answered.reply), answered.to))
    }

    /// When the invite ends.
    #[must_use]
    pub const fn expires(&self) -> UnixTime {
        self.state.expires
    }

    /// Attempts that may yet be judged, 0 to [`ATTEMPTS_MAX`].
    #[must_use]
    pub fn attempts_left(&self) -> u8 {
        match &self.state.stage {
            Stage::Waiting(_) => ATTEMPTS_MAX,
            Stage::Retrying(retrying) => ATTEMPTS_MAX.saturating_add(1).saturating_sub(retrying.attempt),
            Stage::Over(_) => 0,
        }
    }

    /// Judges an answer. On `Ok`, store the machine and what the outcome holds, then send the reply.
    ///
    /// # Errors
    /// [`Error`] as each case says; then nothing has changed, no attempt is spent, and the cell is to be acknowledged.
    pub fn handle(&mut self, now: UnixTime, cell: &Cell, random: &mut impl Random) -> Result<InviterStep, Error> {
        if let Some(answered) = self.answered()
            && answered.is_repeated(cell)?
        {
            let reply = Cell::from_bytes(*answered.reply);
            return Ok(InviterStep { reply, to: answered.to, outcome: InviterOutcome::Repeated });
        }
        if now >= self.state.expires {
            return Err(Error::Expired);
        }
        let pairing = AeadKey::from_bytes(self.state.carried.pairing);
        let judged = match &self.state.stage {
            Stage::Waiting(waiting) => waiting.judge(cell, &pairing, self.kem.as_ref(), random)?,
            stage => {
                // Whoever can make a message 1 has the invite: worth telling from noise.
                let taken =
                    || Plain::open(cell, &pairing, Kind::Message1).map_or(Error::Undecryptable, |_| Error::Taken);
                let Stage::Retrying(retrying) = stage else { return Err(taken()) };
                retrying.judge(cell, random).map_err(|error| match error {
                    Error::Undecryptable => taken(),
                    error => error,
                })?
            }
        };
        let (stage, step) = judged.settle();
        self.state.stage = stage;
        self.kem = None;
        Ok(step)
    }

    /// The machine as bytes, a secret: [`Inviter::restore`] takes them back.
    #[must_use]
    pub fn snapshot(&self) -> Zeroizing<Vec<u8>> {
        snapshot::write(snapshot::Role::Inviter, &self.state)
    }

    /// Takes back a snapshot.
    ///
    /// # Errors
    /// [`Error::Snapshot`] if `bytes` are none.
    pub fn restore(bytes: &[u8]) -> Result<Self, Error> {
        let inviter = Self { state: snapshot::read(snapshot::Role::Inviter, bytes)?, kem: None };
        let (asker, words) = match &inviter.state.stage {
            Stage::Waiting(waiting) => (&waiting.asker, &waiting.words),
            Stage::Retrying(retrying) if (2..=ATTEMPTS_MAX).contains(&retrying.attempt) => {
                (&retrying.asker, &retrying.words)
            }
            Stage::Retrying(_) => return Err(Error::Snapshot),
            Stage::Over(_) => return Ok(inviter),
        };
        Asker::restore(asker).map_err(|_| Error::Snapshot)?;
        if words.as_ref().is_some_and(|words| !words.is_sound()) {
            return Err(Error::Snapshot);
        }
        Ok(inviter)
    }

    const fn answered(&self) -> Option<&Answered> {
        match &self.state.stage {
            Stage::Waiting(_) => None,
            Stage::Retrying(retrying) => Some(&retrying.answered),
            Stage::Over(answered) => Some(answered),
        }
    }
}
