//! Being asked: questions of contacts, this person's answers, and the verdicts on them. Nothing here knows which word
//! matched. Spec: proof, "Asking again"; transfer, "Receipts".

use super::binding::{context, statement};
use super::event::Event;
use super::record::{Answering, Given, Promised, ReceiptState, Secret, Stage};
use super::{Confirmation, Error, Ledger, Peer, Post, Reaction};
use crate::keys::{Random, UnixTime};
use crate::limits::{ATTEMPTS_MAX, LIFETIME_MAX, QUESTIONS_MAX, UNPROVED_MAX};
use crate::message::{Answer, Body, CashReceipt, Message, Question, QuestionId, Reason, Refusal, TransferId, Verdict};
use crate::nickname::Word;
use crate::proof::{Answerer, check_m1};

impl Ledger {
    /// Answers a question that is about nothing else. It spends an attempt.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::WantsReceipt`], [`Error::Waiting`], [`Error::Expired`], [`Error::Share`].
    pub fn answer(
        &mut self,
        now: UnixTime,
        peer: &Peer,
        id: QuestionId,
        word: &Word,
        random: &mut impl Random,
    ) -> Result<Vec<Post>, Error> {
        let mut all = self.answering.iter_mut();
        let question = all.find(|it| it.id == id && it.contact == peer.contact).ok_or(Error::Unknown)?;
        if question.about.is_some() {
            return Err(Error::WantsReceipt);
        }
        if !question.is_offered() {
            return Err(Error::Waiting);
        }
        if question.expires <= now {
            return Err(Error::Expired);
        }
        Ok(vec![question.respond(peer, word, None, random)?])
    }

    /// Says that cash has come, and proves it by the answer to the question that is open about the transfer. Without a
    /// word it is said without a proof, which only goes while no such question is open.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Currency`], [`Error::Expired`], [`Error::Finished`], [`Error::Waiting`],
    /// [`Error::QuestionOpen`], [`Error::NoQuestion`], [`Error::Full`], [`Error::Message`], [`Error::Share`].
    pub fn confirm(
        &mut self,
        now: UnixTime,
        peer: &Peer,
        id: TransferId,
        confirmation: &Confirmation,
        word: Option<&Word>,
        random: &mut impl Random,
    ) -> Result<Vec<Post>, Error> {
        let mut all = self.promised.iter_mut();
        let promised = all.find(|it| it.promise.id == id && it.contact == peer.contact).ok_or(Error::Unknown)?;
        promised.check_open(now, confirmation)?;
        let about = self.answering.iter_mut().filter(|it| it.about == Some(id) && it.contact == peer.contact);
        let mut open: Vec<_> = about.filter(|it| it.expires > now || !it.is_offered()).collect();
        if open.iter().any(|question| !question.is_offered()) {
            return Err(Error::Waiting);
        }
        let (said, kept) = (promised.receipt(now, confirmation)?, promised.receipt(now, confirmation)?);
        let (post, state, question) = match (word, open.pop()) {
            (Some(_), None) => return Err(Error::NoQuestion),
            (None, Some(_)) => return Err(Error::QuestionOpen),
            (None, None) if promised.unproved() >= UNPROVED_MAX => return Err(Error::Full),
            (None, None) => {
                let (contact, deadline) = (peer.contact, promised.course.expires);
                let post = Post { contact, message: Message::CashReceipt(said), deadline };
                (post, ReceiptState::Unproved, None)
            }
            (Some(word), Some(question)) => {
                let post = question.respond(peer, word, Some(said), random)?;
                (post, ReceiptState::Waiting, Some(question.id))
            }
        };
        promised.give(Given { receipt: kept, state, question });
        Ok(vec![post])
    }

    /// A contact asks.
    pub(super) fn asked(&mut self, now: UnixTime, peer: &Peer, question: Question) -> Reaction {
        let Question { id, about, text, m1, expires } = question;
        let contact = peer.contact;
        let refuse = |reason| Reaction::refuse(now, contact, id.0, 0, reason);
        if self.answering.iter().any(|it| it.id == id) {
            return refuse(Reason::Repeated);
        }
        if self.answering.iter().filter(|it| it.contact == contact).count() >= QUESTIONS_MAX {
            return refuse(Reason::Full);
        }
        if expires <= now {
            return refuse(Reason::Expired);
        }
        if check_m1(&m1).is_err() {
            return refuse(Reason::Spent);
        }
        let expires = expires.min(now.plus(u64::from(LIFETIME_MAX)));
        let stage = Stage::Offered(m1);
        self.answering.push(Answering { id, contact, about, text, attempt: 1, expires, stage });
        Reaction::happened(Event::Asked { contact, id, about })
    }

    /// The asker has judged an answer. One that judges nothing is passed over.
    pub(super) fn verdict(&mut self, now: UnixTime, peer: &Peer, verdict: &Verdict) -> Reaction {
        let awaited =
            |it: &Answering| it.id == verdict.id && it.contact == peer.contact && it.attempt == verdict.attempt;
        let mut reaction = Reaction::default();
        let Some(at) = self.answering.iter().position(awaited) else { return reaction };
        let Some(question) = self.answering.get_mut(at) else { return reaction };
        let Stage::Answered(secret) = &question.stage else { return reaction };
        // The key that both sides now hold is of no use here, and is erased at once.
        let matched = Answerer::restore(&secret.0).is_ok_and(|answerer| answerer.finish(&verdict.m3).is_some());
        let (id, contact, about) = (question.id, question.contact, question.about);
        let can_retry = !matched && question.expires > now && check_m1(&verdict.again).is_ok();
        let left = if can_retry { ATTEMPTS_MAX.saturating_sub(question.attempt) } else { 0 };
        match left {
            0 => drop(self.answering.remove(at)),
            _ => {
                question.attempt = question.attempt.saturating_add(1);
                question.stage = Stage::Offered(verdict.again);
            }
        }
        reaction.events.push(Event::Matched { contact, id, about, matched, left });
        let state = if matched { ReceiptState::Proved } else { ReceiptState::Mismatch { left } };
        reaction.events.extend(self.settle_receipt(now, contact, id, state));
        reaction
    }

    /// The asker did not take an answer.
    pub(super) fn answer_refused(&mut self, now: UnixTime, peer: &Peer, refusal: &Refusal) -> Reaction {
        let id = QuestionId(refusal.of);
        let refused = |it: &Answering| {
            it.id == id && it.contact == peer.contact && it.attempt == refusal.number && !it.is_offered()
        };
        let Some(at) = self.answering.iter().position(refused) else { return Reaction::default() };
        self.answering.remove(at);
        let (contact, number, reason) = (peer.contact, refusal.number, refusal.reason);
        self.settle_receipt(now, contact, id, ReceiptState::Refused(reason));
        Reaction::happened(Event::Refused { contact, of: super::Subject::Question(id), number, reason })
    }

    /// What became of the receipt that waited for a verdict: whether all that was promised has now come.
    fn settle_receipt(&mut self, now: UnixTime, contact: u64, id: QuestionId, state: ReceiptState) -> Option<Event> {
        let promised = self.promised.iter_mut().filter(|promised| promised.contact == contact);
        for promised in promised {
            let Some(given) = promised.receipts.iter_mut().find(|given| given.question == Some(id)) else { continue };
            (given.state, given.question) = (state, None);
            if promised.proved().minor() >= u128::from(promised.promise.amount.minor()) {
                promised.course.finish(now);
                return Some(Event::TransferFinished { id: promised.promise.id });
            }
        }
        None
    }
}

impl Promised {
    /// Whether a receipt can be given.
    fn check_open(&self, now: UnixTime, confirmation: &Confirmation) -> Result<(), Error> {
        if self.promise.amount.currency() != confirmation.amount.currency() {
            return Err(Error::Currency);
        }
        if self.course.is_over(now) {
            return Err(Error::Expired);
        }
        if self.course.finished.is_some() { Err(Error::Finished) } else { Ok(()) }
    }

    /// The next receipt.
    fn receipt(&self, now: UnixTime, confirmation: &Confirmation) -> Result<CashReceipt, Error> {
        let Confirmation { amount, note, evidence } = confirmation;
        let (number, note) = (self.free_number().ok_or(Error::Full)?, Body::new(note));
        let transfer = self.promise.id;
        let receipt = CashReceipt { transfer, number, amount: *amount, note, at: now, evidence: evidence.clone() };
        receipt.check()?;
        Ok(receipt)
    }
}

impl Answering {
    /// Whether it waits for a word.
    pub(super) const fn is_offered(&self) -> bool {
        matches!(self.stage, Stage::Offered(_))
    }

    /// Answers the M1 that is offered, once: it is gone before the answer leaves.
    fn respond(
        &mut self,
        peer: &Peer,
        word: &Word,
        receipt: Option<CashReceipt>,
        random: &mut impl Random,
    ) -> Result<Post, Error> {
        let Stage::Offered(m1) = &self.stage else { return Err(Error::Waiting) };
        let context = context(peer, peer.side.other(), &self.id, self.about, self.text.as_str());
        let statement = statement(receipt.as_ref());
        let (answerer, m2) = Answerer::answer(word, m1, &context, u32::from(self.attempt), &statement, random)?;
        self.stage = Stage::Answered(Box::new(Secret(answerer.store().to_vec())));
        let message = Message::Answer(Answer { id: self.id, attempt: self.attempt, m2, receipt });
        Ok(Post { contact: peer.contact, message, deadline: self.expires })
    }
}
