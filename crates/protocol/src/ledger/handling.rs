//! A message of a contact, and what is said to it. Spec: transfer, "Refusals".

use super::event::{Event, Subject};
use super::record::Asking;
use super::{Ledger, Peer, Post, Reaction};
use crate::keys::{Random, UnixTime};
use crate::limits::LIFETIME_DEFAULT;
use crate::message::{Message, QuestionId, Reason, Refusal};

impl Ledger {
    /// Takes a message that a conversation handed up. It never fails: what is not acted upon is refused in a post, and what
    /// is not for this machine is passed over. A refusal is never answered.
    pub fn handle(&mut self, now: UnixTime, peer: &Peer, message: Message, random: &mut impl Random) -> Reaction {
        let mut reaction = Reaction { posts: Vec::new(), events: self.tick(now) };
        reaction.append(match message {
            Message::Question(question) => self.asked(now, peer, question),
            Message::Answer(answer) => self.judge(now, peer, answer, random),
            Message::Verdict(verdict) => self.verdict(now, peer, &verdict),
            Message::Order(order) => self.ordered_by(now, peer, order),
            Message::Funded(funded) => self.was_funded(now, peer, &funded),
            Message::Claim(claim) => self.was_claimed(now, peer, &claim),
            Message::Claimed(claimed) => self.claim_judged(now, peer, &claimed),
            Message::Promise(promise) => self.promised_by(now, peer, promise),
            Message::CashReceipt(receipt) => self.was_told(now, peer, receipt),
            Message::Dispute(dispute) => self.was_disputed(now, peer, dispute),
            Message::Refusal(refusal) => self.refused(now, peer, &refusal),
            Message::Text(_) | Message::Receipt(_) | Message::Mailbox(_) | Message::Attachments(_) => {
                Reaction::default()
            }
        });
        reaction
    }

    /// Something that this side said was not acted upon. Names are random: at most one of these is about it.
    fn refused(&mut self, now: UnixTime, peer: &Peer, refusal: &Refusal) -> Reaction {
        if let Some(reaction) = self.was_refused(peer, refusal).or_else(|| self.question_refused(peer, refusal)) {
            return reaction;
        }
        let mut reaction = self.word_refused(peer, refusal);
        reaction.append(self.answer_refused(now, peer, refusal));
        reaction
    }

    /// A contact does not answer a question: it is over.
    fn question_refused(&mut self, peer: &Peer, refusal: &Refusal) -> Option<Reaction> {
        let id = QuestionId(refusal.of);
        let mut all = self.asked.iter_mut();
        let asked = all.find(|asked| asked.id == id && asked.contact == peer.contact)?;
        if matches!(asked.stage, Asking::Over(_)) {
            return Some(Reaction::default());
        }
        asked.stage = Asking::Over(Reason::Spent);
        let (contact, of) = (peer.contact, Subject::Question(id));
        Some(Reaction::happened(Event::Refused { contact, of, number: refusal.number, reason: refusal.reason }))
    }
}

impl Reaction {
    /// Says this, and nothing happened.
    pub(super) fn say(post: Post) -> Self {
        Self { posts: vec![post], events: Vec::new() }
    }

    /// This happened, and nothing is said.
    pub(super) fn happened(event: Event) -> Self {
        Self { posts: Vec::new(), events: vec![event] }
    }

    /// Says that a message was not acted upon.
    pub(super) fn refuse(now: UnixTime, contact: u64, of: [u8; 16], number: u8, reason: Reason) -> Self {
        let message = Message::Refusal(Refusal { of, number, reason });
        Self::say(Post { contact, message, deadline: now.plus(u64::from(LIFETIME_DEFAULT)) })
    }

    pub(super) fn append(&mut self, other: Self) {
        self.posts.extend(other.posts);
        self.events.extend(other.events);
    }
}
