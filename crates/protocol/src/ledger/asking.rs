//! Asking: questions of this person, and the judging of what is answered. Spec: proof, "Asking again".

use core::mem;

use zeroize::{Zeroize, Zeroizing};

use super::binding::{context, statement};
use super::event::{Event, Outcome, Proof};
use super::record::{Asked, Asking, Kept, Open, Prepared};
use super::{Error, Ledger, NewQuestion, Peer, Post, Reaction};
use crate::keys::{Random, UnixTime};
use crate::limits::{ATTEMPTS_MAX, LIFETIME_MAX, PREPARED_MAX, QUESTION_GRACE};
use crate::message::{Answer, Body, CashReceipt, Message, Question, QuestionId, Reason, TransferId, Verdict};
use crate::proof::{self, Asker, Concluded, M1_LEN, Words, is_question};

impl Ledger {
    /// Keeps a question to be asked of a contact later, once. Those of a contact are asked in the order in which they were
    /// prepared.
    ///
    /// # Errors
    /// [`Error::Message`], [`Error::SameWord`], [`Error::WordUsed`], [`Error::Full`].
    pub fn prepare(
        &mut self,
        contact: u64,
        question: &NewQuestion,
        random: &mut impl Random,
    ) -> Result<QuestionId, Error> {
        if self.prepared.iter().filter(|prepared| prepared.contact == contact).count() >= PREPARED_MAX {
            return Err(Error::Full);
        }
        let prepared = self.take(contact, question, random)?;
        let id = prepared.id;
        self.prepared.push(prepared);
        Ok(id)
    }

    /// Drops a prepared question.
    ///
    /// # Errors
    /// [`Error::Unknown`] if it is not prepared, or was asked.
    pub fn drop_prepared(&mut self, id: QuestionId) -> Result<(), Error> {
        let at = self.prepared.iter().position(|prepared| prepared.id == id).ok_or(Error::Unknown)?;
        self.prepared.remove(at);
        Ok(())
    }

    /// Asks a contact a question, the next prepared one if none is given, for `lifetime` seconds: of a transfer's family
    /// for a receipt, or for nothing but the answer.
    ///
    /// # Errors
    /// [`Error::NoQuestion`], [`Error::QuestionOpen`], [`Error::Lifetime`], [`Error::Unknown`], [`Error::Expired`],
    /// [`Error::Finished`], and those of [`Ledger::prepare`].
    pub fn ask(
        &mut self,
        now: UnixTime,
        peer: &Peer,
        question: Option<&NewQuestion>,
        about: Option<TransferId>,
        lifetime: u32,
        random: &mut impl Random,
    ) -> Result<(QuestionId, Vec<Post>), Error> {
        let mut expires = lifetime_end(now, lifetime)?;
        let mut name = None;
        if let Some(id) = about {
            let sent = self.sent.iter().find(|sent| sent.family == peer.contact && sent.is_called(id));
            let sent = sent.ok_or(Error::Unknown)?;
            if sent.course.is_over(now) {
                return Err(Error::Expired);
            }
            if sent.is_finished() {
                return Err(Error::Finished);
            }
            (expires, name) = (expires.min(sent.course.expires), Some(sent.promise.id));
        }
        if self.open_about(peer.contact, name).is_some() {
            return Err(Error::QuestionOpen);
        }
        let prepared = self.next_question(peer.contact, question, random)?;
        let id = prepared.id;
        let post = self.put(peer, prepared, name, expires, random)?;
        Ok((id, vec![post]))
    }

    /// The question that was given, or the next prepared one: no longer among the prepared.
    pub(super) fn next_question(
        &mut self,
        contact: u64,
        question: Option<&NewQuestion>,
        random: &mut impl Random,
    ) -> Result<Prepared, Error> {
        match question {
            Some(question) => self.take(contact, question, random),
            None => self.next_prepared(contact).ok_or(Error::NoQuestion),
        }
    }

    /// Puts a question: M1 of its first attempt, in a post.
    pub(super) fn put(
        &mut self,
        peer: &Peer,
        prepared: Prepared,
        about: Option<TransferId>,
        expires: UnixTime,
        random: &mut impl Random,
    ) -> Result<Post, Error> {
        let Prepared { id, contact, text, words } = prepared;
        let context = context(peer, peer.side, &id, about, text.as_str());
        let (mut asker, m1) = words.start(&context, 1, random)?;
        let open = Open { attempt: 1, asker: mem::take(&mut *asker), words, text: text.as_str().to_owned() };
        self.asked.push(Asked { id, contact, about, expires, stage: Asking::Open(Box::new(open)) });
        let message = Message::Question(Question { id, about, text, m1, expires });
        Ok(Post { contact, message, deadline: expires })
    }

    /// Judges an answer. The verdict is made before anything branches on what it is; what it is, this person alone learns.
    pub(super) fn judge(&mut self, now: UnixTime, peer: &Peer, answer: Answer, random: &mut impl Random) -> Reaction {
        let Answer { id, attempt, m2, receipt } = answer;
        let refuse = |reason| Reaction::refuse(now, peer.contact, id.0, attempt, reason);
        let place = self.asked.iter().position(|asked| asked.id == id && asked.contact == peer.contact);
        let fits = place.and_then(|at| self.asked.get(at)).is_some_and(|asked| self.fits(asked, receipt.as_ref()));
        let Some(asked) = place.and_then(|at| self.asked.get_mut(at)) else { return refuse(Reason::Unknown) };
        let open = match &mut asked.stage {
            Asking::Over(reason) => return refuse(*reason),
            Asking::Open(open) if open.attempt != attempt => return refuse(Reason::Spent),
            Asking::Open(open) => open,
        };
        let judged = Judged::of(peer, (id, asked.about), open, fits.then_some(&m2), receipt.as_ref(), random);
        let Judged { concluded, m3, next, again } = judged;
        let deadline = asked.expires.plus(u64::from(QUESTION_GRACE));
        let message = Message::Verdict(Verdict { id, attempt, m3, again });
        let mut reaction = Reaction::say(Post { contact: peer.contact, message, deadline });
        // From here on the verdict is opened, and what is said goes by whether it matched, not by which word did.
        let left = ATTEMPTS_MAX.saturating_sub(attempt);
        let (outcome, proof) = match concluded.map(Concluded::conclude) {
            Some(proof::Outcome::Verified(_)) => (Outcome::Verified, Some(Proof::Verified)),
            Some(proof::Outcome::Duress(_)) => (Outcome::Duress, Some(Proof::Duress)),
            Some(proof::Outcome::Mismatch) | None => (Outcome::Mismatch { left }, None),
        };
        let about = asked.about;
        match (proof, next) {
            (None, Some(mut asker)) => {
                open.asker.zeroize();
                (open.attempt, open.asker) = (attempt.saturating_add(1), mem::take(&mut *asker));
            }
            _ => asked.stage = Asking::Over(Reason::Spent),
        }
        reaction.events.push(Event::AnswerWas { contact: peer.contact, id, about, outcome });
        if let (Some(proof), Some(receipt)) = (proof, receipt) {
            reaction.append(self.take_receipt(now, peer, receipt, proof, random));
        }
        reaction
    }

    /// Records a proved receipt. What follows is the same for both words: the next question, or the end.
    fn take_receipt(
        &mut self,
        now: UnixTime,
        peer: &Peer,
        receipt: CashReceipt,
        proof: Proof,
        random: &mut impl Random,
    ) -> Reaction {
        let (id, number) = (receipt.transfer, receipt.number);
        let mut reaction = Reaction::default();
        let Some(sent) = self.sent.iter_mut().find(|sent| sent.promise.id == id) else { return reaction };
        sent.receipts.push(Kept { receipt, proof });
        reaction.events.push(Event::Receipt { id, number, proof });
        if sent.is_finished() {
            sent.course.finish(now);
            reaction.events.push(Event::TransferFinished { id });
            return reaction;
        }
        let expires = sent.course.expires;
        let next = self.next_prepared(peer.contact);
        reaction.posts.extend(next.and_then(|next| self.put(peer, next, Some(id), expires, random).ok()));
        reaction
    }

    /// Whether what comes with an answer is what was asked for.
    fn fits(&self, asked: &Asked, receipt: Option<&CashReceipt>) -> bool {
        let (id, receipt) = match (asked.about, receipt) {
            (None, None) => return true,
            (Some(id), Some(receipt)) if receipt.transfer == id => (id, receipt),
            _ => return false,
        };
        self.sent.iter().any(|sent| {
            sent.promise.id == id
                && sent.family == asked.contact
                && sent.promise.amount.currency() == receipt.amount.currency()
                && !sent.has_receipt(receipt.number)
        })
    }

    /// The question to a contact about this that waits for its answer, or for a tick that ends it.
    pub(super) fn open_about(&self, contact: u64, about: Option<TransferId>) -> Option<&Asked> {
        let same = |asked: &&Asked| asked.contact == contact && asked.about == about;
        self.asked.iter().filter(same).find(|asked| matches!(asked.stage, Asking::Open(_)))
    }

    fn next_prepared(&mut self, contact: u64) -> Option<Prepared> {
        let at = self.prepared.iter().position(|prepared| prepared.contact == contact)?;
        Some(self.prepared.remove(at))
    }

    /// Takes a question with its answers. An answer serves once: not for two questions to a contact at one time.
    fn take(&self, contact: u64, question: &NewQuestion, random: &mut impl Random) -> Result<Prepared, Error> {
        if !is_question(&question.text) {
            return Err(crate::message::Error::Question.into());
        }
        let words = Words::new(&question.real, question.duress.as_ref())?;
        let prepared = self.prepared.iter().filter(|it| it.contact == contact).map(|it| &it.words);
        let open = self.asked.iter().filter(|asked| asked.contact == contact).filter_map(|asked| match &asked.stage {
            Asking::Open(open) => Some(&open.words),
            Asking::Over(_) => None,
        });
        if prepared.chain(open).any(|other| words.shares_a_word(other)) {
            return Err(Error::WordUsed);
        }
        Ok(Prepared { id: QuestionId::generate(random), contact, text: Body::new(&question.text), words })
    }
}

/// An answer whose verdict is made and not opened.
struct Judged {
    /// `None`: not well-formed, which is a mismatch.
    concluded: Option<Concluded>,
    m3: [u8; proof::M3_LEN],
    /// The asker's state for the next attempt, if there is one.
    next: Option<Zeroizing<Vec<u8>>>,
    again: [u8; M1_LEN],
}

impl Judged {
    /// Takes the same steps whatever the answer is: M1 of the next attempt is made in any case.
    fn of(
        peer: &Peer,
        (id, about): (QuestionId, Option<TransferId>),
        open: &Open,
        m2: Option<&[u8; proof::M2_LEN]>,
        receipt: Option<&CashReceipt>,
        random: &mut impl Random,
    ) -> Self {
        let statement = statement(receipt);
        let finish = |m2| Asker::restore(&open.asker).and_then(|asker| asker.finish(m2, &statement, random)).ok();
        let concluded = m2.and_then(finish);
        let m3 = concluded.as_ref().map_or_else(|| *random.bytes(), |concluded| concluded.m3);
        let context = context(peer, peer.side, &id, about, &open.text);
        let attempt = open.attempt.saturating_add(1);
        let next = (attempt <= ATTEMPTS_MAX).then(|| open.words.start(&context, u32::from(attempt), random).ok());
        match next.flatten() {
            Some((next, again)) => Self { concluded, m3, next: Some(next), again },
            None => Self { concluded, m3, next: None, again: *random.bytes() },
        }
    }
}

/// The end of a lifetime of 1 to [`LIFETIME_MAX`] seconds that begins now.
pub(super) fn lifetime_end(now: UnixTime, lifetime: u32) -> Result<UnixTime, Error> {
    match (1..=LIFETIME_MAX).contains(&lifetime) {
        true => Ok(now.plus(u64::from(lifetime))),
        false => Err(Error::Lifetime),
    }
}
