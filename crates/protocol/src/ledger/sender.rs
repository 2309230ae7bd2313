//! What a sender hears of a transfer: from the broker, and from the family without a proof. Spec: transfer, "The sender".

use super::event::{Event, Proof, Subject};
use super::record::{ClaimState, Kept, Sent};
use super::{Ledger, Peer, Post, Reaction};
use crate::crypto::ConstantTimeEq;
use crate::keys::UnixTime;
use crate::limits::{CLAIM_ATTEMPTS_MAX, DISPUTES_MAX, QUESTION_GRACE, UNPROVED_MAX};
use crate::message::{CashReceipt, Claim, Claimed, Dispute, Funded, Message, Reason, Refusal, TransferId};

impl Ledger {
    /// The broker has the money.
    pub(super) fn was_funded(&mut self, now: UnixTime, peer: &Peer, funded: &Funded) -> Reaction {
        let refuse = |reason| Reaction::refuse(now, peer.contact, funded.id.0, 0, reason);
        let Some(sent) = self.ordered(peer, funded.id) else { return refuse(Reason::Unknown) };
        if sent.course.is_over(now) {
            return refuse(Reason::Expired);
        }
        if sent.funded.is_some() {
            return refuse(Reason::Repeated);
        }
        sent.funded = Some(funded.at);
        Reaction::happened(Event::Funded { id: sent.promise.id })
    }

    /// The broker claims. Neither the answer nor its time depends on what the family has said.
    pub(super) fn was_claimed(&mut self, now: UnixTime, peer: &Peer, claim: &Claim) -> Reaction {
        let refuse = |reason| Reaction::refuse(now, peer.contact, claim.id.0, 0, reason);
        let Some(sent) = self.ordered(peer, claim.id) else { return refuse(Reason::Unknown) };
        if sent.course.is_over(now) {
            return refuse(Reason::Expired);
        }
        let left = match sent.claim {
            ClaimState::None => CLAIM_ATTEMPTS_MAX,
            ClaimState::Wrong { left: left @ 1.. } => left,
            ClaimState::Accepted => return refuse(Reason::Finished),
            _ => return refuse(Reason::Spent),
        };
        let accepted = bool::from(claim.code.ct_eq(&sent.promise.code));
        let left = if accepted { 0 } else { left.saturating_sub(1) };
        sent.claim = if accepted { ClaimState::Accepted } else { ClaimState::Wrong { left } };
        let message = Message::Claimed(Claimed { id: claim.id, accepted, left });
        let deadline = sent.course.expires.plus(u64::from(QUESTION_GRACE));
        let mut reaction = Reaction::say(Post { contact: peer.contact, message, deadline });
        reaction.events.push(Event::Claimed { id: sent.promise.id, accepted, left });
        reaction
    }

    /// The family, or whoever has its phone, says that cash has come. It is noted and counts for nothing.
    pub(super) fn was_told(&mut self, now: UnixTime, peer: &Peer, receipt: CashReceipt) -> Reaction {
        let (id, number) = (receipt.transfer, receipt.number);
        let refuse = |reason| Reaction::refuse(now, peer.contact, id.0, number, reason);
        let Some(sent) = self.sent_to(peer, id) else { return refuse(Reason::Unknown) };
        let refused = match () {
            () if sent.course.is_over(now) => Some(Reason::Expired),
            () if sent.is_finished() => Some(Reason::Finished),
            () if sent.promise.amount.currency() != receipt.amount.currency() => Some(Reason::Currency),
            () if sent.has_receipt(number) => Some(Reason::Repeated),
            () if sent.unproved() >= UNPROVED_MAX => Some(Reason::Full),
            () => None,
        };
        if let Some(reason) = refused {
            return refuse(reason);
        }
        sent.receipts.push(Kept { receipt, proof: Proof::Unproved });
        Reaction::happened(Event::Receipt { id, number, proof: Proof::Unproved })
    }

    /// The family says that it is not as was promised.
    pub(super) fn was_disputed(&mut self, now: UnixTime, peer: &Peer, dispute: Dispute) -> Reaction {
        let id = dispute.id;
        let refuse = |reason| Reaction::refuse(now, peer.contact, id.0, 0, reason);
        let Some(sent) = self.sent_to(peer, id) else { return refuse(Reason::Unknown) };
        if sent.disputes.len() >= DISPUTES_MAX {
            return refuse(Reason::Full);
        }
        sent.disputes.push(dispute);
        Reaction::happened(Event::Disputed { id })
    }

    /// The broker or the family does not take the order or the promise.
    pub(super) fn was_refused(&mut self, peer: &Peer, refusal: &Refusal) -> Option<Reaction> {
        let id = TransferId(refusal.of);
        let mut all = self.sent.iter_mut();
        let sent = all.find(|sent| {
            (sent.broker == peer.contact && sent.order == id) || (sent.family == peer.contact && sent.promise.id == id)
        })?;
        let leg = if sent.order == id { &mut sent.refused_order } else { &mut sent.refused_promise };
        if leg.is_some() {
            return Some(Reaction::default());
        }
        *leg = Some(refusal.reason);
        let (contact, of, number) = (peer.contact, Subject::Transfer(sent.promise.id), refusal.number);
        Some(Reaction::happened(Event::Refused { contact, of, number, reason: refusal.reason }))
    }

    fn ordered(&mut self, peer: &Peer, id: TransferId) -> Option<&mut Sent> {
        self.sent.iter_mut().find(|sent| sent.order == id && sent.broker == peer.contact)
    }

    fn sent_to(&mut self, peer: &Peer, id: TransferId) -> Option<&mut Sent> {
        self.sent.iter_mut().find(|sent| sent.promise.id == id && sent.family == peer.contact)
    }
}
