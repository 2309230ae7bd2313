//! What a person can see of questions and transfers. Spec: transfer, "What each party sees".

use super::event::Proof;
use super::record::{ClaimState, ReceiptState};
use crate::keys::UnixTime;
use crate::message::{QuestionId, Reason, TransferId};
use crate::money::{Amount, ClaimCode, Currency, Sum};

/// This person's part in a transfer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Promised it and ordered it.
    Sender,
    /// Carries it.
    Broker,
    /// Is to have it.
    Family,
}

/// How far a transfer is, as far as this person's devices go by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Claims and receipts are taken.
    Open,
    /// All of it was proved, or claimed. A sender looks at what was received.
    Finished,
    /// Its time is over.
    Expired,
}

/// A transfer.
pub struct TransferView<'a> {
    /// This person's part.
    pub part: Part,
    /// Its name: the family's name with the sender and the family, the broker's with the broker.
    pub id: TransferId,
    /// Sender: the broker's name of it.
    pub order: Option<TransferId>,
    /// Broker, family: who sent it.
    pub sender: Option<u64>,
    /// Sender: who carries it.
    pub broker: Option<u64>,
    /// Sender: who is to have it.
    pub family: Option<u64>,
    /// What was promised or ordered.
    pub amount: Amount,
    /// What the broker keeps, as far as this person was told.
    pub fee: Option<Amount>,
    /// Whose note it is depends on the part: the family's with the sender.
    pub note: &'a str,
    /// When it was sent.
    pub sent_at: UnixTime,
    /// When it ends.
    pub expires: UnixTime,
    /// How far it is.
    pub status: Status,
    /// Sender, broker: since when the broker has the money, as the broker says.
    pub funded: Option<UnixTime>,
    /// Sender, broker: how far the claim is.
    pub claim: ClaimState,
    /// Sender: the broker's reason not to take the order, and the family's not to take the promise.
    pub refused: [Option<Reason>; 2],
    /// What was said to have come, in the order in which it was said.
    pub receipts: Vec<ReceiptView<'a>>,
    /// What the family said against it.
    pub disputes: Vec<DisputeView<'a>>,
    /// Sender: what was proved by the real word. Family: what was proved.
    pub received: Sum,
    /// What was proved as far as the family can tell: the duress word counts. Never to be shown as received.
    pub apparent: Sum,
    /// Family: what to say to the broker once the cash is there.
    pub code: Option<&'a ClaimCode>,
    /// Sender, family: the question about it that can be answered now.
    pub question: Option<QuestionId>,
}

/// A receipt for cash.
pub struct ReceiptView<'a> {
    /// Which of the transfer's.
    pub number: u8,
    /// What has come.
    pub amount: Amount,
    /// What was written to it.
    pub note: &'a str,
    /// When.
    pub at: UnixTime,
    /// SHA-256 of attachments that show it.
    pub evidence: &'a [[u8; 32]],
    /// Sender: what stands behind it.
    pub proof: Option<Proof>,
    /// Family: what has become of it.
    pub state: Option<ReceiptState>,
}

/// What the family said against a transfer.
pub struct DisputeView<'a> {
    /// In which way it is not as was promised.
    pub note: &'a str,
    /// When it was said.
    pub at: UnixTime,
}

/// A question that waits to be asked.
pub struct PreparedView<'a> {
    /// Which one.
    pub id: QuestionId,
    /// What is to be asked. The answers are not shown again.
    pub text: &'a str,
    /// Whether a duress word is set.
    pub has_duress: bool,
}

/// A question that was asked, by a contact or of one.
pub struct QuestionView<'a> {
    /// Which one.
    pub id: QuestionId,
    /// What is asked.
    pub text: &'a str,
    /// The transfer that a receipt is asked for.
    pub about: Option<TransferId>,
    /// Attempts that are left, without one that is under way.
    pub attempts_left: u8,
    /// Whether an answer of this person is under way.
    pub is_waiting: bool,
    /// When it can no longer be answered.
    pub expires: UnixTime,
}

/// What went over a broker in a currency, as far as the sender's ledger remembers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Total {
    /// The broker.
    pub broker: u64,
    /// In which currency.
    pub currency: Currency,
    /// What was ordered.
    pub ordered: Sum,
    /// What was claimed with the right code.
    pub claimed: Sum,
    /// What the families proved by the real word.
    pub received: Sum,
    /// What can still come: of transfers whose time is not over, what was not received.
    pub open: Sum,
}

/// Why a text names no transfer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// No transfer's name begins so, or fewer than four characters.
    #[error("no transfer has this name")]
    Unknown,
    /// More than one transfer's name begins so.
    #[error("more than one transfer has this name")]
    Ambiguous,
}
