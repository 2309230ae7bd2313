//! What the three parties of a transfer do. Spec: transfer, "The sender", "The broker", "The family".

use super::asking::lifetime_end;
use super::record::{Carried, ClaimState, Course, Promised, Sent};
use super::{Error, Ledger, NewQuestion, NewTransfer, Peer, Post};
use crate::keys::{Random, UnixTime};
use crate::limits::{DISPUTES_MAX, LIFETIME_DEFAULT, TRANSFERS_MAX};
use crate::message::{Body, Claim, Dispute, Funded, Message, Order, Promise, TransferId};
use crate::money::ClaimCode;

impl Ledger {
    /// Opens a transfer: an order to the broker; to the family a promise, and a question about it, the next prepared one
    /// if none is given. The name that is returned is the family's; the broker's is drawn apart.
    ///
    /// # Errors
    /// [`Error::SameContact`], [`Error::Lifetime`], [`Error::Full`], [`Error::NoQuestion`], [`Error::Message`],
    /// [`Error::SameWord`], [`Error::WordUsed`].
    pub fn open_transfer(
        &mut self,
        now: UnixTime,
        family: &Peer,
        broker: &Peer,
        new: &NewTransfer,
        question: Option<&NewQuestion>,
        random: &mut impl Random,
    ) -> Result<(TransferId, Vec<Post>), Error> {
        if family.contact == broker.contact {
            return Err(Error::SameContact);
        }
        let expires = lifetime_end(now, new.lifetime)?;
        if self.sent.len() >= TRANSFERS_MAX {
            return Err(Error::Full);
        }
        let order = new.order(now, expires, random);
        let code = ClaimCode::generate(random);
        let id = TransferId::generate(random);
        let promise = || new.promise(now, expires, id, &code);
        let told = promise();
        order.check()?;
        told.check()?;
        let prepared = self.next_question(family.contact, question, random)?;
        let question = self.put(family, prepared, Some(id), expires, random)?;
        self.sent.push(Sent {
            family: family.contact,
            broker: broker.contact,
            order: order.id,
            fee: new.fee,
            promise: promise(),
            course: Course::begin(now, expires, u64::from(new.lifetime)),
            funded: None,
            claim: ClaimState::None,
            refused_order: None,
            refused_promise: None,
            receipts: Vec::new(),
            disputes: Vec::new(),
        });
        let order = Post { contact: broker.contact, message: Message::Order(order), deadline: expires };
        let told = Post { contact: family.contact, message: Message::Promise(told), deadline: expires };
        Ok((id, vec![order, told, question]))
    }

    /// The broker says that the sender's money is here.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Expired`], [`Error::Finished`] if it was said before.
    pub fn funds_received(&mut self, now: UnixTime, id: TransferId) -> Result<Vec<Post>, Error> {
        let carried = self.carried(id)?;
        if carried.course.is_over(now) {
            return Err(Error::Expired);
        }
        if carried.funded.is_some() {
            return Err(Error::Finished);
        }
        carried.funded = Some(now);
        Ok(carried.say(Message::Funded(Funded { id, at: now })))
    }

    /// The broker gives the code that the family said when it had the cash.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Expired`], [`Error::Waiting`], [`Error::Finished`], [`Error::Spent`].
    pub fn claim(&mut self, now: UnixTime, id: TransferId, code: &ClaimCode) -> Result<Vec<Post>, Error> {
        let carried = self.carried(id)?;
        match carried.claim {
            ClaimState::Waiting => return Err(Error::Waiting),
            ClaimState::Accepted => return Err(Error::Finished),
            ClaimState::Wrong { left: 0 } | ClaimState::Refused(_) => return Err(Error::Spent),
            ClaimState::None | ClaimState::Wrong { .. } => {}
        }
        if carried.course.is_over(now) {
            return Err(Error::Expired);
        }
        carried.claim = ClaimState::Waiting;
        Ok(carried.say(Message::Claim(Claim { id, code: code.duplicate() })))
    }

    /// The family says that it is not as was promised.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Full`], [`Error::Message`].
    pub fn dispute(&mut self, now: UnixTime, id: TransferId, note: &str) -> Result<Vec<Post>, Error> {
        let promised = self.promised(id)?;
        if promised.disputes.len() >= DISPUTES_MAX {
            return Err(Error::Full);
        }
        let dispute = || Dispute { id, note: Body::new(note), at: now };
        let (said, kept) = (dispute(), dispute());
        said.check()?;
        promised.disputes.push(kept);
        let deadline = now.plus(u64::from(LIFETIME_DEFAULT)).max(promised.course.expires);
        Ok(vec![Post { contact: promised.contact, message: Message::Dispute(said), deadline }])
    }

    fn carried(&mut self, id: TransferId) -> Result<&mut Carried, Error> {
        self.carried.iter_mut().find(|carried| carried.order.id == id).ok_or(Error::Unknown)
    }

    fn promised(&mut self, id: TransferId) -> Result<&mut Promised, Error> {
        self.promised.iter_mut().find(|promised| promised.promise.id == id).ok_or(Error::Unknown)
    }
}

impl NewTransfer {
    /// What the broker is told: nothing of the family, nothing of the code.
    fn order(&self, sent_at: UnixTime, expires: UnixTime, random: &mut impl Random) -> Order {
        let note = Body::new(&self.note_to_broker);
        Order { id: TransferId::generate(random), amount: self.amount, fee: self.fee, note, sent_at, expires }
    }

    /// What the family is told.
    fn promise(&self, sent_at: UnixTime, expires: UnixTime, id: TransferId, code: &ClaimCode) -> Promise {
        let (fee, note) = (self.fee.filter(|_| self.tell_fee), Body::new(&self.note_to_family));
        Promise { id, amount: self.amount, fee, code: code.duplicate(), note, sent_at, expires }
    }
}

impl Sent {
    /// Whether either of its names is this one.
    pub(super) fn is_called(&self, id: TransferId) -> bool {
        self.promise.id == id || self.order == id
    }
}

impl Carried {
    fn say(&self, message: Message) -> Vec<Post> {
        vec![Post { contact: self.contact, message, deadline: self.course.expires }]
    }
}
