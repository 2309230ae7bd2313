//! What a broker and a family hear of a transfer. Spec: transfer, "The broker", "The family".

use super::event::{Event, Subject};
use super::record::{Carried, ClaimState, Course, Promised, ReceiptState};
use super::{Ledger, Peer, Reaction};
use crate::keys::UnixTime;
use crate::limits::TRANSFERS_OF_CONTACT_MAX;
use crate::message::{Claimed, Order, Promise, Reason, Refusal, TransferId};

impl Ledger {
    /// A sender asks this person to pay out.
    pub(super) fn ordered_by(&mut self, now: UnixTime, peer: &Peer, order: Order) -> Reaction {
        let (id, expires) = (order.id, order.expires);
        if let Some(reason) = self.keeps_out(now, peer, id, expires) {
            return Reaction::refuse(now, peer.contact, id.0, 0, reason);
        }
        let course = Course::begin(now, expires, expires.since(order.sent_at));
        let (funded, claim) = (None, ClaimState::None);
        self.carried.push(Carried { contact: peer.contact, order, course, funded, claim });
        Reaction::happened(Event::Ordered { id })
    }

    /// A sender promises this person cash.
    pub(super) fn promised_by(&mut self, now: UnixTime, peer: &Peer, promise: Promise) -> Reaction {
        let (id, expires) = (promise.id, promise.expires);
        if let Some(reason) = self.keeps_out(now, peer, id, expires) {
            return Reaction::refuse(now, peer.contact, id.0, 0, reason);
        }
        let course = Course::begin(now, expires, expires.since(promise.sent_at));
        let (receipts, disputes) = (Vec::new(), Vec::new());
        self.promised.push(Promised { contact: peer.contact, promise, course, receipts, disputes });
        Reaction::happened(Event::Promised { id })
    }

    /// What came of a claim. One that answers no claim is passed over.
    pub(super) fn claim_judged(&mut self, now: UnixTime, peer: &Peer, claimed: &Claimed) -> Reaction {
        let Claimed { id, accepted, left } = *claimed;
        let Some(carried) = self.claiming(peer, id) else { return Reaction::default() };
        carried.claim = if accepted { ClaimState::Accepted } else { ClaimState::Wrong { left } };
        if accepted {
            carried.course.finish(now);
        }
        Reaction::happened(Event::Claimed { id, accepted, left })
    }

    /// The sender did not act upon what a broker or a family said.
    pub(super) fn word_refused(&mut self, peer: &Peer, refusal: &Refusal) -> Reaction {
        let (id, number, reason) = (TransferId(refusal.of), refusal.number, refusal.reason);
        let carried = self.carried.iter().any(|it| it.order.id == id && it.contact == peer.contact);
        let promised = self.promised.iter_mut().find(|it| it.promise.id == id && it.contact == peer.contact);
        if !carried && promised.is_none() {
            return Reaction::default();
        }
        let receipts = promised.into_iter().flat_map(|promised| promised.receipts.iter_mut());
        for given in receipts.filter(|it| it.receipt.number == number && it.state == ReceiptState::Unproved) {
            given.state = ReceiptState::Refused(reason);
        }
        if let Some(carried) = self.claiming(peer, id) {
            carried.claim = ClaimState::Refused(reason);
        }
        Reaction::happened(Event::Refused { contact: peer.contact, of: Subject::Transfer(id), number, reason })
    }

    fn claiming(&mut self, peer: &Peer, id: TransferId) -> Option<&mut Carried> {
        let mut all = self.carried.iter_mut();
        all.find(|it| it.order.id == id && it.contact == peer.contact && it.claim == ClaimState::Waiting)
    }

    /// Why an order or a promise is not taken.
    fn keeps_out(&self, now: UnixTime, peer: &Peer, id: TransferId, expires: UnixTime) -> Option<Reason> {
        let carried = self.carried.iter().map(|it| (it.order.id, it.contact));
        let promised = self.promised.iter().map(|it| (it.promise.id, it.contact));
        let known: Vec<_> = carried.chain(promised).collect();
        let is_own = self.sent.iter().any(|sent| sent.is_called(id));
        match () {
            () if is_own || known.iter().any(|(known, _)| *known == id) => Some(Reason::Repeated),
            () if expires <= now => Some(Reason::Expired),
            () if known.iter().filter(|(_, from)| *from == peer.contact).count() >= TRANSFERS_OF_CONTACT_MAX => {
                Some(Reason::Full)
            }
            () => None,
        }
    }
}
