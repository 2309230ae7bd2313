//! What a sender, a broker and a family say of a transfer of money. Spec: transfer, "Messages".

use bincode::{Decode, Encode};

use super::text::check_lifetime;
use super::{Body, Error};
use crate::keys::{Random, UnixTime};
use crate::limits::{CASH_RECEIPTS_MAX, CLAIM_ATTEMPTS_MAX, EVIDENCE_MAX, NOTE_MAX};
use crate::money::{Amount, ClaimCode};

/// Names a transfer: 16 random bytes of its sender's. The broker and the family know it by two different ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub struct TransferId(pub [u8; 16]);

/// To the broker: pay out so much. Nothing in it comes of the claim code or tells who the family is.
#[derive(Encode, Decode)]
pub struct Order {
    /// The broker's name of the transfer.
    pub id: TransferId,
    /// What the family is to be given.
    pub amount: Amount,
    /// What the broker keeps.
    pub fee: Option<Amount>,
    /// For the broker, 0 to [`NOTE_MAX`] bytes.
    pub note: Body,
    /// When it was sent.
    pub sent_at: UnixTime,
    /// When it can no longer be claimed; at most `LIFETIME_MAX` after `sent_at`.
    pub expires: UnixTime,
}

/// From the broker: the sender's money is here.
#[derive(Encode, Decode)]
pub struct Funded {
    /// Which transfer.
    pub id: TransferId,
    /// Since when, as the broker says.
    pub at: UnixTime,
}

/// From the broker: the code that the family said when it had the cash.
#[derive(Encode, Decode)]
pub struct Claim {
    /// Which transfer.
    pub id: TransferId,
    /// The code.
    pub code: ClaimCode,
}

/// To the broker: what came of a claim.
#[derive(Encode, Decode)]
pub struct Claimed {
    /// Which transfer.
    pub id: TransferId,
    /// Whether the code was right.
    pub accepted: bool,
    /// Claims that may yet be made: none once a code was right.
    pub left: u8,
}

/// To the family: so much will be brought. A question about it follows.
#[derive(Encode, Decode)]
pub struct Promise {
    /// The family's name of the transfer.
    pub id: TransferId,
    /// What to expect.
    pub amount: Amount,
    /// What the broker keeps, if the sender chose to tell.
    pub fee: Option<Amount>,
    /// To be said to the broker once the cash is there, and not before.
    pub code: ClaimCode,
    /// For the family, 0 to [`NOTE_MAX`] bytes.
    pub note: Body,
    /// When it was sent.
    pub sent_at: UnixTime,
    /// When it can no longer be confirmed; at most `LIFETIME_MAX` after `sent_at`.
    pub expires: UnixTime,
}

/// From the family: so much cash has come. On its own it is a claim of whoever holds the phone; in an answer it is proved.
#[derive(Encode, Decode)]
pub struct CashReceipt {
    /// Which transfer.
    pub transfer: TransferId,
    /// Which of its receipts, 1 to [`CASH_RECEIPTS_MAX`].
    pub number: u8,
    /// What has come.
    pub amount: Amount,
    /// For the sender, 0 to [`NOTE_MAX`] bytes.
    pub note: Body,
    /// When.
    pub at: UnixTime,
    /// SHA-256 of attachments that show it, at most [`EVIDENCE_MAX`].
    pub evidence: Vec<[u8; 32]>,
}

/// From the family: it is not as was promised.
#[derive(Encode, Decode)]
pub struct Dispute {
    /// Which transfer.
    pub id: TransferId,
    /// In which way, 1 to [`NOTE_MAX`] bytes.
    pub note: Body,
    /// When.
    pub at: UnixTime,
}

/// Either way: a message was not acted upon.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Refusal {
    /// The transfer or question that it named.
    pub of: [u8; 16],
    /// Which attempt or receipt of it; 0 for all else.
    pub number: u8,
    /// Why.
    pub reason: Reason,
}

/// Why a message was not acted upon.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum Reason {
    /// There is no such transfer or question, as far as the one who asks may know.
    Unknown,
    /// As much has come as was promised, or the right code was claimed before.
    Finished,
    /// Its time is over.
    Expired,
    /// No attempt is left, or this one was judged.
    Spent,
    /// Not the currency of the transfer.
    Currency,
    /// That name or number was used before.
    Repeated,
    /// There is no room for more of them.
    Full,
}

impl TransferId {
    /// Draws a name.
    pub fn generate(random: &mut impl Random) -> Self {
        Self(*random.bytes())
    }
}

impl Order {
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.note.check(NOTE_MAX)?;
        check_lifetime(self.sent_at, self.expires)
    }
}

impl Claimed {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let most = if self.accepted { 0 } else { CLAIM_ATTEMPTS_MAX.saturating_sub(1) };
        if self.left <= most { Ok(()) } else { Err(Error::Attempt) }
    }
}

impl Promise {
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.note.check(NOTE_MAX)?;
        check_lifetime(self.sent_at, self.expires)
    }
}

impl CashReceipt {
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.note.check(NOTE_MAX)?;
        let number = (1..=CASH_RECEIPTS_MAX).contains(&self.number);
        if number && self.evidence.len() <= EVIDENCE_MAX { Ok(()) } else { Err(Error::CashReceipt) }
    }
}

impl Dispute {
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.note.as_str().is_empty() {
            return Err(Error::Empty);
        }
        self.note.check(NOTE_MAX)
    }
}
