//! What is said of questions and transfers as things happen to them. A coerced answer is told of on the asker's screen
//! alone; what an answerer reads is the same for either word.

mod transfers;

use nightjar_protocol::ledger::{Event as Happened, Outcome, Part, QuestionView, Status, Subject, handle};
use nightjar_protocol::message::{QuestionId, Reason, TransferId};
use nightjar_protocol::money::{self, Currency};

use super::present::{Presenter, name};
use crate::args;
use crate::engine::Engine;
use crate::event::{Affair, Event, Sum};
use crate::failure::Failure;
use crate::terminal::{Style, escape};
use transfers::TransferSays;

impl Presenter<'_> {
    /// Tells of something that happened to a question or a transfer.
    ///
    /// # Errors
    /// [`crate::failure::Kind::Output`].
    pub(super) fn affair(&self, engine: &Engine, event: Happened) -> Result<(), Failure> {
        match event {
            Happened::Asked { contact, id, .. } => self.question(engine, contact, id),
            Happened::AnswerWas { contact, about, outcome, .. } => self.judged(engine, contact, about, outcome),
            Happened::Matched { contact, about, matched, left, .. } => {
                self.matched(engine, contact, about, (matched, left))
            }
            Happened::QuestionExpired { contact, .. } => {
                let name = name(engine, contact);
                self.output.say(Style::Plain, "question-expired", args![name = name]);
                self.output.event(Event::Affair(Affair::QuestionExpired { contact: name }))
            }
            Happened::Refused { contact, of, reason, .. } => self.refused(engine, contact, of, reason),
            Happened::Forgotten { id } => {
                self.output.say(Style::Dim, "transfer-forgotten", args![id = &handle(&id)]);
                Ok(())
            }
            other => self.transfer_event(engine, other),
        }
    }

    /// Says what a contact asks, and how to answer.
    ///
    /// # Errors
    /// [`crate::failure::Kind::Output`].
    pub(super) fn question(&self, engine: &Engine, contact: u64, id: QuestionId) -> Result<(), Failure> {
        let Some(question) = engine.ledger().asked_by(contact).find(|it| it.id == id) else { return Ok(()) };
        let name = name(engine, contact);
        let QuestionView { text, about, attempts_left: left, expires, .. } = question;
        let transfer = about.map(|id| handle(&id));
        self.output.event(Event::Affair(Affair::QuestionAsked {
            contact: name,
            direction: "in",
            question: text,
            transfer: transfer.as_deref(),
            left,
            expires: expires.0,
        }))?;
        let life = self.output.locale().life(expires.since(engine.now()));
        let said = args![name = name, question = text, life = &life, left = left];
        self.output.answer(Style::Strong, "question-in", said)?;
        match about {
            Some(_) => self.output.say(Style::Dim, "question-in-transfer", &[]),
            None => self.output.say(Style::Plain, "question-in-next", args![name = name]),
        }
        Ok(())
    }

    fn judged(
        &self,
        engine: &Engine,
        contact: u64,
        about: Option<TransferId>,
        outcome: Outcome,
    ) -> Result<(), Failure> {
        let name = name(engine, contact);
        match (outcome, about) {
            (Outcome::Verified, about) => {
                self.output.event(Event::ProofVerified { contact: name })?;
                // Of a transfer, the receipt says it.
                if about.is_some() {
                    Ok(())
                } else {
                    self.output.answer(Style::Good, "proof-verified-name", args![name = name])
                }
            }
            (Outcome::Duress, _) => {
                self.output.event(Event::ProofDuress { contact: name })?;
                self.output.answer(Style::Warn, "proof-duress", args![name = name])?;
                self.output.answer(Style::Warn, "proof-duress-rule", &[])
            }
            (Outcome::Mismatch { left }, None) => self.mismatched(left),
            (Outcome::Mismatch { left }, Some(id)) => {
                self.output.event(Event::ProofMismatch { left })?;
                let id = handle(&id);
                let said = args![id = &id, name = name, left = left];
                self.output.answer(Style::Bad, "transfer-receipt-mismatch", said)
            }
        }
    }

    fn mismatched(&self, left: u8) -> Result<(), Failure> {
        if left > 0 {
            return self.mismatch(left);
        }
        self.output.event(Event::ProofMismatch { left })?;
        self.output.answer(Style::Bad, "question-spent", &[])
    }

    /// What the asker made of this side's answer: the same lines whichever word matched.
    fn matched(
        &self,
        engine: &Engine,
        contact: u64,
        about: Option<TransferId>,
        (matched, left): (bool, u8),
    ) -> Result<(), Failure> {
        if matched {
            self.output.event(Event::ProofVerified { contact: name(engine, contact) })?;
        }
        match about {
            None if matched => self.output.answer(Style::Good, "proof-verified", &[]),
            None => self.mismatched(left),
            Some(id) => self.told(engine, id, TransferSays::Matched(matched, left)),
        }
    }

    fn refused(&self, engine: &Engine, contact: u64, of: Subject, reason: Reason) -> Result<(), Failure> {
        let name = name(engine, contact);
        let of = match of {
            Subject::Transfer(id) => handle(&id),
            Subject::Question(_) => String::new(),
        };
        let (code, key) = reason_key(reason);
        self.output.event(Event::Affair(Affair::Refused { of: &of, contact: name, reason: code }))?;
        let reason = self.output.text(key, &[]);
        self.output.answer(Style::Bad, "transfer-refused", args![name = name, reason = &reason])
    }

    /// A note of somebody's, if there is one.
    ///
    /// # Errors
    /// [`crate::failure::Kind::Output`].
    pub(super) fn note(&self, note: &str) -> Result<(), Failure> {
        if note.is_empty() { Ok(()) } else { self.output.result(&escape::block(note, "  ")) }
    }

    /// What is open with a contact and may have been told of before: orders, promises, questions to be answered. How many.
    ///
    /// # Errors
    /// [`crate::failure::Kind::Output`].
    pub(super) fn still_open(&self, engine: &Engine, contact: u64) -> Result<usize, Failure> {
        let mut open = 0;
        for view in engine.ledger().transfers(engine.now()) {
            if view.sender == Some(contact) && view.status == Status::Open {
                self.opened(engine, &view)?;
                open += 1;
            }
        }
        let waiting = engine.ledger().asked_by(contact).filter(|it| !it.is_waiting && it.expires > engine.now());
        let waiting: Vec<_> = waiting.map(|it| it.id).collect();
        for id in waiting {
            self.question(engine, contact, id)?;
            open += 1;
        }
        Ok(open)
    }
}

/// A sum of money as programs read it.
pub(super) struct Figures {
    digits: String,
    minor: u128,
    currency: Currency,
}

impl Figures {
    /// For an event.
    pub(super) fn sum(&self) -> Sum<'_> {
        Sum {
            amount: &self.digits,
            minor: u64::try_from(self.minor).unwrap_or(u64::MAX),
            currency: self.currency.code(),
        }
    }
}

impl<T: Into<money::Sum>> From<T> for Figures {
    fn from(sum: T) -> Self {
        let sum = sum.into();
        Self { digits: sum.digits(), minor: sum.minor(), currency: sum.currency() }
    }
}

/// The name of a contact that may not be known.
pub(super) fn named(engine: &Engine, contact: Option<u64>) -> &str {
    contact.map_or("", |contact| name(engine, contact))
}

/// This side's part, for programs.
pub(super) const fn role(part: Part) -> &'static str {
    match part {
        Part::Sender => "sender",
        Part::Broker => "broker",
        Part::Family => "family",
    }
}

/// Why something was refused, for programs, and the message that says so.
pub(super) const fn reason_key(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::Unknown => ("unknown", "refusal-unknown"),
        Reason::Finished => ("finished", "refusal-finished"),
        Reason::Expired => ("expired", "refusal-expired"),
        Reason::Spent => ("spent", "refusal-spent"),
        Reason::Currency => ("currency", "refusal-currency"),
        Reason::Repeated => ("repeated", "refusal-repeated"),
        Reason::Full => ("full", "refusal-full"),
    }
}
