//! The joiner: opens the bundle, answers, learns whether the answer matched. Spec: pairing, "Joiner".

mod state;

use zeroize::Zeroizing;

use super::bundle::Bundle;
use super::{Error, Established, snapshot};
use crate::invite::InviteKeys;
use crate::keys::{MailboxId, Random, ReadKey, UnixTime};
use crate::limits::ATTEMPTS_MAX;
use crate::nickname::Word;
use crate::proof::Answerer;
use crate::wire::Cell;
use state::{Live, Offered, Opened, Read, Stage, State};

/// The joiner's machine. All of it is secret; [`Joiner::snapshot`] is the only way to store it.
pub struct Joiner {
    state: State,
    /// What reads the reply, ready for use; gone after a restart, when it is made again from what is stored.
    live: Option<Live>,
}

/// What a reply came to. Nothing tells whether a word that matched was the real one.
pub enum JoinerStep {
    /// The answer matched. The pairing is over.
    Verified(Established),
    /// The inviter is there, and nothing was asked. The pairing is over.
    Unproved(Established),
    /// The answer did not match: mistyped, or the other side is not who it seems.
    Mismatch {
        /// Attempts that are left, each with an offer at hand; at 0 the pairing is over.
        left: u8,
    },
}

impl Joiner {
    /// Opens the bundle that waited in the rendezvous mailbox, and checks it before a person is asked.
    ///
    /// # Errors
    /// [`Error::Undecryptable`] if it is not this invite's; [`Error::Expired`] if it is and its time is over; otherwise
    /// as each case of [`Error`] says.
    pub fn open(now: UnixTime, bundle: &Cell, keys: &InviteKeys) -> Result<Self, Error> {
        let Bundle { terms, m1, prologue, context } = Bundle::open(bundle, &keys.bundle)?;
        if now >= terms.expires {
            return Err(Error::Expired);
        }
        let (psk0, pairing) = (*keys.psk0.as_bytes(), *keys.pairing.as_bytes());
        let (dh, kem, mailbox) = (terms.dh, terms.kem, terms.mailbox);
        let opened = Opened { psk0, pairing, dh, kem, mailbox, prologue, context, m1 };
        let stage = Stage::Opened(Box::new(opened));
        let state = State { expires: terms.expires, question: terms.question, stage };
        Ok(Self { state, live: None })
    }

    /// The question, if one is asked and the pairing is not over.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        self.state.question.as_deref()
    }

    /// When the invite ends.
    #[must_use]
    pub const fn expires(&self) -> UnixTime {
        self.state.expires
    }

    /// Attempts that may yet be made, 0 to [`ATTEMPTS_MAX`].
    #[must_use]
    pub fn attempts_left(&self) -> u8 {
        match &self.state.stage {
            Stage::Opened(_) => ATTEMPTS_MAX,
            Stage::Sent(_) => ATTEMPTS_MAX.saturating_sub(1),
            Stage::Offered(offered) => ATTEMPTS_MAX.saturating_add(1).saturating_sub(offered.attempt),
            Stage::Resent(resent) => ATTEMPTS_MAX.saturating_sub(resent.attempt),
            Stage::Over => 0,
        }
    }

    /// Where the next answer goes, or the one that is under way.
    #[must_use]
    pub fn inviter_mailbox(&self) -> Option<MailboxId> {
        match &self.state.stage {
            Stage::Opened(opened) => Some(opened.mailbox),
            Stage::Sent(sent) => Some(sent.mailbox),
            Stage::Offered(offered) => Some(offered.agreement.peer_mailbox),
            Stage::Resent(resent) => Some(resent.agreement.peer_mailbox),
            Stage::Over => None,
        }
    }

    /// Reads the mailbox in which replies arrive, once there is an answer. It MUST exist before the answer leaves.
    #[must_use]
    pub fn mailbox(&self) -> Option<ReadKey> {
        match &self.state.stage {
            Stage::Opened(_) | Stage::Over => None,
            Stage::Sent(sent) => Some(ReadKey::from_bytes(sent.own_mailbox)),
            Stage::Offered(offered) => Some(ReadKey::from_bytes(offered.agreement.own_mailbox)),
            Stage::Resent(resent) => Some(ReadKey::from_bytes(resent.agreement.own_mailbox)),
        }
    }

    /// Answers the question, which spends an attempt. Store the machine, then send the cell.
    ///
    /// # Errors
    /// [`Error::Expired`] at the invite's end; [`Error::State`] if nothing is asked or no attempt can be made now.
    pub fn answer(&mut self, now: UnixTime, word: &Word, random: &mut impl Random) -> Result<Cell, Error> {
        match self.state.question {
            Some(_) => self.attempt(now, word, random),
            None => Err(Error::State),
        }
    }

    /// Takes an invite that asks nothing. Store the machine, then send the cell.
    ///
    /// # Errors
    /// As [`Joiner::answer`]; [`Error::State`] if something is asked.
    pub fn accept(&mut self, now: UnixTime, random: &mut impl Random) -> Result<Cell, Error> {
        match self.state.question {
            Some(_) => Err(Error::State),
            None => self.attempt(now, &Word::unproved(), random),
        }
    }

    /// The answer that is under way, the same bytes each time, to be appended again if it may have been lost.
    ///
    /// # Errors
    /// None from a machine that was made here.
    pub fn pending(&self) -> Result<Option<Cell>, Error> {
        match &self.state.stage {
            Stage::Sent(sent) => {
                let (_, message) = sent.message1()?;
                sent.seal(&message).map(Some)
            }
            Stage::Resent(resent) => Ok(Some(Cell::from_bytes(*resent.cell))),
            Stage::Opened(_) | Stage::Offered(_) | Stage::Over => Ok(None),
        }
    }

    /// Reads the reply to the answer that is under way. On `Ok`, store the machine and what the step holds.
    ///
    /// # Errors
    /// [`Error::State`] if no answer is under way; otherwise as each case says. Nothing has changed then, and the cell
    /// is to be acknowledged.
    pub fn handle(&mut self, cell: &Cell) -> Result<JoinerStep, Error> {
        let Read { agreement, attempt, isk, offer } = match &self.state.stage {
            Stage::Sent(sent) => sent.read(cell, &mut self.live)?,
            Stage::Resent(resent) => resent.read(cell)?,
            Stage::Opened(_) | Stage::Offered(_) | Stage::Over => return Err(Error::State),
        };
        let left = ATTEMPTS_MAX.saturating_sub(attempt);
        let step = match isk.map(|isk| agreement.establish(&isk)) {
            Some(established) if self.state.question.is_some() => JoinerStep::Verified(established),
            Some(established) => JoinerStep::Unproved(established),
            None => JoinerStep::Mismatch { left },
        };
        if let JoinerStep::Mismatch { left: 1.. } = step {
            let attempt = attempt.saturating_add(1);
            self.state.stage = Stage::Offered(Box::new(Offered { agreement, attempt, m1: offer }));
        } else {
            self.state.stage = Stage::Over;
            self.state.question = None;
        }
        Ok(step)
    }

    /// The machine as bytes, a secret: [`Joiner::restore`] takes them back.
    #[must_use]
    pub fn snapshot(&self) -> Zeroizing<Vec<u8>> {
        snapshot::write(snapshot::Role::Joiner, &self.state)
    }

    /// Takes back a snapshot.
    ///
    /// # Errors
    /// [`Error::Snapshot`] if `bytes` are none.
    pub fn restore(bytes: &[u8]) -> Result<Self, Error> {
        let joiner = Self { state: snapshot::read(snapshot::Role::Joiner, bytes)?, live: None };
        let answerer = match &joiner.state.stage {
            Stage::Opened(_) | Stage::Over => return Ok(joiner),
            Stage::Offered(offered) if is_retry(offered.attempt) => return Ok(joiner),
            Stage::Sent(sent) => &sent.answerer,
            Stage::Resent(resent) if is_retry(resent.attempt) => &resent.answerer,
            Stage::Offered(_) | Stage::Resent(_) => return Err(Error::Snapshot),
        };
        Answerer::restore(answerer).map_err(|_| Error::Snapshot)?;
        Ok(joiner)
    }

    fn attempt(&mut self, now: UnixTime, word: &Word, random: &mut impl Random) -> Result<Cell, Error> {
        if now >= self.state.expires {
            return Err(Error::Expired);
        }
        let (stage, cell, live) = match &self.state.stage {
            Stage::Opened(opened) => opened.answer(word, random)?,
            Stage::Offered(offered) => offered.answer(word, random)?,
            Stage::Sent(_) | Stage::Resent(_) | Stage::Over => return Err(Error::State),
        };
        self.state.stage = stage;
        self.live = live;
        Ok(cell)
    }
}

const fn is_retry(attempt: u8) -> bool {
    2 <= attempt && attempt <= ATTEMPTS_MAX
}
