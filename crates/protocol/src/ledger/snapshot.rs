//! A ledger as bytes to be stored, and back. Spec: transfer, "State" (what is kept); the bytes are this program's own.

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroizing;

use super::record::{Answering, Asked, Asking, Carried, ClaimState, Prepared, Promised, ReceiptState, Sent, Stage};
use super::{Error, Ledger};
use crate::limits::{
    ATTEMPTS_MAX, CASH_RECEIPTS_MAX, CLAIM_ATTEMPTS_MAX, DISPUTES_MAX, PREPARED_MAX, QUESTIONS_MAX, TRANSFERS_MAX,
    TRANSFERS_OF_CONTACT_MAX, UNPROVED_MAX,
};
use crate::message::{CashReceipt, Dispute, Reason, TransferId};
use crate::money::Amount;
use crate::proof::{Answerer, Asker, check_m1, is_question};
use crate::wire::{decode, encode};

/// The version of the bytes below.
const VERSION: u8 = 1;
/// A snapshot in bytes, at most. It is read by its owner only; the limit bounds what a damaged file can ask for.
const SNAPSHOT_MAX: usize = 256 * 1024 * 1024;

type Stored = (Vec<Prepared>, Vec<Asked>, Vec<Answering>, Vec<Sent>, Vec<Carried>, Vec<Promised>);

impl Ledger {
    /// All of the state, a secret: version byte ‖ encoding.
    #[must_use]
    pub fn snapshot(&self) -> Zeroizing<Vec<u8>> {
        let parts = (&self.prepared, &self.asked, &self.answering, &self.sent, &self.carried, &self.promised);
        #[expect(clippy::expect_used, reason = "every value of the types has an encoding")]
        let body = encode(&parts).expect("encodes");
        let mut out = Zeroizing::new(Vec::with_capacity(body.len().saturating_add(1)));
        out.push(VERSION);
        out.extend_from_slice(&body);
        out
    }

    /// The ledger that a snapshot was taken of.
    ///
    /// # Errors
    /// [`Error::Snapshot`] if the bytes are none, of another version, or break a bound.
    pub fn restore(snapshot: &[u8]) -> Result<Self, Error> {
        let Some((&VERSION, body)) = snapshot.split_first() else { return Err(Error::Snapshot) };
        let stored: Stored = decode::<_, SNAPSHOT_MAX>(body).map_err(|_| Error::Snapshot)?;
        let (prepared, asked, answering, sent, carried, promised) = stored;
        let ledger = Self { prepared, asked, answering, sent, carried, promised };
        if ledger.is_sound() { Ok(ledger) } else { Err(Error::Snapshot) }
    }

    /// Whether a stored ledger can be one.
    fn is_sound(&self) -> bool {
        let open = self.asked.iter().filter(|asked| matches!(asked.stage, Asking::Open(_)));
        let own = self.prepared.iter().map(|it| it.id).chain(self.asked.iter().map(|it| it.id));
        let heard = self.carried.iter().map(|it| (it.order.id, it.contact));
        let heard = || heard.clone().chain(self.promised.iter().map(|it| (it.promise.id, it.contact)));
        let names = self.sent.iter().flat_map(|it| [it.promise.id, it.order]);
        are_distinct(own)
            && are_distinct(open.map(|asked| (asked.contact, asked.about)))
            && are_distinct(self.answering.iter().map(|it| it.id))
            && are_distinct(names.chain(heard().map(|(id, _)| id)))
            && are_few(self.prepared.iter().map(|it| it.contact), PREPARED_MAX)
            && are_few(self.answering.iter().map(|it| it.contact), QUESTIONS_MAX)
            && are_few(heard().map(|(_, contact)| contact), TRANSFERS_OF_CONTACT_MAX)
            && self.sent.len() <= TRANSFERS_MAX
            && self.prepared.iter().all(Prepared::is_sound)
            && self.asked.iter().all(Asked::is_sound)
            && self.answering.iter().all(Answering::is_sound)
            && self.sent.iter().all(Sent::is_sound)
            && self.carried.iter().all(Carried::is_sound)
            && self.promised.iter().all(Promised::is_sound)
    }
}

impl Prepared {
    fn is_sound(&self) -> bool {
        is_question(self.text.as_str()) && self.words.is_sound()
    }
}

impl Asked {
    fn is_sound(&self) -> bool {
        match &self.stage {
            Asking::Open(open) => {
                (1..=ATTEMPTS_MAX).contains(&open.attempt)
                    && is_question(&open.text)
                    && open.words.is_sound()
                    && Asker::restore(&open.asker).is_ok()
            }
            Asking::Over(reason) => matches!(reason, Reason::Spent | Reason::Expired),
        }
    }
}

impl Answering {
    fn is_sound(&self) -> bool {
        let stage = match &self.stage {
            Stage::Offered(m1) => check_m1(m1).is_ok(),
            Stage::Answered(secret) => Answerer::restore(&secret.0).is_ok(),
        };
        stage && (1..=ATTEMPTS_MAX).contains(&self.attempt) && is_question(self.text.as_str())
    }
}

impl Sent {
    fn is_sound(&self) -> bool {
        let claim = match self.claim {
            ClaimState::Wrong { left } => left < CLAIM_ATTEMPTS_MAX,
            ClaimState::None | ClaimState::Accepted => true,
            ClaimState::Waiting | ClaimState::Refused(_) => false,
        };
        claim
            && self.family != self.broker
            && self.promise.check().is_ok()
            && self.unproved() <= UNPROVED_MAX
            && self.course.finished.is_some() == self.is_finished()
            && are_receipts(self.receipts.iter().map(|kept| &kept.receipt), self.promise.id, self.promise.amount)
            && are_disputes(&self.disputes, self.promise.id)
    }
}

impl Carried {
    fn is_sound(&self) -> bool {
        let claim = !matches!(self.claim, ClaimState::Wrong { left } if left >= CLAIM_ATTEMPTS_MAX);
        claim && self.order.check().is_ok() && self.course.finished.is_some() == (self.claim == ClaimState::Accepted)
    }
}

impl Promised {
    fn is_sound(&self) -> bool {
        let is_finished = self.proved().minor() >= u128::from(self.promise.amount.minor());
        let waits = |it: &super::record::Given| (it.state == ReceiptState::Waiting) == it.question.is_some();
        self.promise.check().is_ok()
            && self.unproved() <= UNPROVED_MAX
            && self.course.finished.is_some() == is_finished
            && self.receipts.iter().all(waits)
            && are_receipts(self.receipts.iter().map(|given| &given.receipt), self.promise.id, self.promise.amount)
            && are_disputes(&self.disputes, self.promise.id)
    }
}

fn are_receipts<'a>(receipts: impl Iterator<Item = &'a CashReceipt> + Clone, id: TransferId, amount: Amount) -> bool {
    let is_sound =
        |it: &CashReceipt| it.transfer == id && it.amount.currency() == amount.currency() && it.check().is_ok();
    receipts.clone().count() <= usize::from(CASH_RECEIPTS_MAX)
        && are_distinct(receipts.clone().map(|it| it.number))
        && receipts.into_iter().all(is_sound)
}

fn are_disputes(disputes: &[Dispute], id: TransferId) -> bool {
    disputes.len() <= DISPUTES_MAX && disputes.iter().all(|dispute| dispute.id == id && dispute.check().is_ok())
}

fn are_distinct<T: Ord>(mut items: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    items.all(|item| seen.insert(item))
}

/// Whether no contact has more than so many.
fn are_few(contacts: impl Iterator<Item = u64>, most: usize) -> bool {
    let mut counts = BTreeMap::<u64, usize>::new();
    for contact in contacts {
        let count = counts.entry(contact).or_default();
        *count = count.saturating_add(1);
    }
    counts.values().all(|count| *count <= most)
}
