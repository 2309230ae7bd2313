//! Questions asked again and transfers of money: what stands above single conversations. Spec: transfer; proof, "Asking
//! again".
//!
//! ```text
//! ask, answer ──────────────┐            ┌─ posts → Conversation::send
//! open_transfer, confirm, … ┼── Ledger ──┤
//! handle(peer, message) ────┘   │        └─ events → the person
//! tick(now) → events            └ transfers(), asked_by(), totals()
//! ```
//! One a person. A sender's ledger holds a transfer with both of its contacts; a broker's and a family's hold the part that
//! they were told, under names that have nothing in common.
//!
//! **Order of the caller's steps.** What a call returns goes into the same commit as [`Ledger::snapshot`]; only then does a
//! post leave. Posts to one contact are given to the conversation in their order. `Err` changed nothing.
//!
//! **Nothing that a family or a broker can observe depends on a verdict.** What this machine sends, refuses and ends depends
//! on what was *matched*, by the real word or the duress word alike.

mod answering;
mod asking;
pub mod binding;
mod event;
mod handling;
mod receiver;
mod record;
mod sender;
mod snapshot;
mod time;
mod transfer;
mod view;

pub use event::{Event, Outcome, Proof, Subject};
pub use record::ClaimState;
pub use record::ReceiptState;
pub use view::{
    DisputeView, NameError, Part, PreparedView, QuestionView, ReceiptView, Status, Total, TransferView, handle,
};

use record::{Answering, Asked, Carried, Prepared, Promised, Sent};

use crate::keys::UnixTime;
use crate::message::{self, Message};
use crate::money::Amount;
use crate::nickname::Word;
use crate::proof;
use crate::ratchet::Side;

/// What one person asks, is asked, sends, carries and is promised. All of it is secret; [`Ledger::snapshot`] is the only
/// way to store it.
#[derive(Default)]
pub struct Ledger {
    prepared: Vec<Prepared>,
    asked: Vec<Asked>,
    answering: Vec<Answering>,
    sent: Vec<Sent>,
    carried: Vec<Carried>,
    promised: Vec<Promised>,
}

/// A contact, as its conversation has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer {
    /// The caller's number of the contact.
    pub contact: u64,
    /// `Conversation::session_id`.
    pub session: [u8; 32],
    /// `Conversation::side`: which end this person is.
    pub side: Side,
}

/// Something to be said to a contact: for `Conversation::send`.
#[must_use]
pub struct Post {
    /// To whom.
    pub contact: u64,
    /// What.
    pub message: Message,
    /// When it is of no more use.
    pub deadline: UnixTime,
}

/// What a message of a contact comes to.
#[must_use]
#[derive(Default)]
pub struct Reaction {
    /// What is to be said.
    pub posts: Vec<Post>,
    /// What happened.
    pub events: Vec<Event>,
}

/// A question, and its answers.
pub struct NewQuestion {
    /// Shown to who is asked: 1 to `QUESTION_MAX` bytes, no control characters.
    pub text: String,
    /// The real answer.
    pub real: Word,
    /// The answer that means "I am made to do this".
    pub duress: Option<Word>,
}

/// A transfer to be opened.
pub struct NewTransfer {
    /// What the family is to be given.
    pub amount: Amount,
    /// What the broker keeps.
    pub fee: Option<Amount>,
    /// Whether the family is told what the broker keeps.
    pub tell_fee: bool,
    /// For the family, 0 to `NOTE_MAX` bytes.
    pub note_to_family: String,
    /// For the broker, 0 to `NOTE_MAX` bytes. It must not name the family.
    pub note_to_broker: String,
    /// Seconds until it can no longer be claimed or confirmed, 1 to `LIFETIME_MAX`.
    pub lifetime: u32,
}

/// What a family says of the cash that came.
pub struct Confirmation {
    /// What has come, in the currency that was promised.
    pub amount: Amount,
    /// For the sender, 0 to `NOTE_MAX` bytes.
    pub note: String,
    /// SHA-256 of attachments that show it, at most `EVIDENCE_MAX`.
    pub evidence: Vec<[u8; 32]>,
}

/// Why a call is refused. Nothing changed then.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such transfer or question, or not for this contact or this part in it.
    #[error("no such transfer or question")]
    Unknown,
    /// Something to be said breaks a rule.
    #[error("message: {0}")]
    Message(#[from] message::Error),
    /// The real answer and the duress answer normalise alike.
    #[error("both answers are the same")]
    SameWord,
    /// An answer that another question to the same contact has.
    #[error("another question has this answer")]
    WordUsed,
    /// No question was given and none is prepared, or none can be answered.
    #[error("there is no question")]
    NoQuestion,
    /// A question to the same contact about the same waits for its answer.
    #[error("a question is open")]
    QuestionOpen,
    /// The question is about a transfer: it is answered by a receipt.
    #[error("question asks for a receipt")]
    WantsReceipt,
    /// An answer or a claim is under way.
    #[error("what was said last is not answered yet")]
    Waiting,
    /// A lifetime of nothing, or beyond `LIFETIME_MAX`.
    #[error("lifetime is out of bounds")]
    Lifetime,
    /// The family and the broker are one contact.
    #[error("family and broker are the same contact")]
    SameContact,
    /// Not the currency of the transfer.
    #[error("another currency than the transfer's")]
    Currency,
    /// All of it has come, or was claimed, or this was said before.
    #[error("there is nothing left to do")]
    Finished,
    /// Its time is over.
    #[error("its time is over")]
    Expired,
    /// No claim is left.
    #[error("no attempt is left")]
    Spent,
    /// There is no room for more of them.
    #[error("there are too many")]
    Full,
    /// A message 1 that no honest asker makes. The question is over.
    #[error("question cannot be answered")]
    Share,
    /// The bytes are no snapshot of a ledger, or of another version.
    #[error("snapshot is not valid")]
    Snapshot,
}

impl From<proof::Error> for Error {
    fn from(error: proof::Error) -> Self {
        match error {
            proof::Error::Share => Self::Share,
            proof::Error::SameWord => Self::SameWord,
            proof::Error::State => Self::Snapshot,
        }
    }
}

impl Ledger {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            prepared: Vec::new(),
            asked: Vec::new(),
            answering: Vec::new(),
            sent: Vec::new(),
            carried: Vec::new(),
            promised: Vec::new(),
        }
    }
}
