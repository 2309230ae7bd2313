//! What people say to each other, and what their devices say for them. Spec: messages, "Messages".

mod attachment;
mod question;
mod receipt;
mod text;
mod transfer;

use bincode::{Decode, Encode};
use zeroize::Zeroizing;

use crate::keys::{MailboxId, UnixTime};
use crate::limits::{PIECE_MAX, PIECES_MAX};
use crate::wire::{self, decode, encode};

pub use attachment::{Attachment, AttachmentKind, Attachments};
pub use question::{Answer, Question, QuestionId, Verdict};
pub use receipt::{Receipt, ReceiptKind};
pub use text::{Body, Text};
pub use transfer::{CashReceipt, Claim, Claimed, Dispute, Funded, Order, Promise, Reason, Refusal, TransferId};

/// A message: whole, before it is cut into pieces. The order of the variants is the wire's.
#[derive(Encode, Decode)]
#[non_exhaustive]
pub enum Message {
    /// From a person.
    Text(Text),
    /// What became of messages of the other side.
    Receipt(Receipt),
    /// From now on this side is reached here.
    Mailbox(MailboxId),
    /// Photos, voice notes, files.
    Attachments(Attachments),
    /// Whether it is still who it was, or has the cash: tell me this.
    Question(Question),
    /// An attempt at a question.
    Answer(Answer),
    /// What came of an attempt.
    Verdict(Verdict),
    /// To a broker: pay out so much.
    Order(Order),
    /// From a broker: the money is here.
    Funded(Funded),
    /// From a broker: the cash is handed over, and this is the code.
    Claim(Claim),
    /// To a broker: what came of a claim.
    Claimed(Claimed),
    /// To a family: so much will be brought.
    Promise(Promise),
    /// From a family: so much has come; without a proof.
    CashReceipt(CashReceipt),
    /// From a family: it is not as was promised.
    Dispute(Dispute),
    /// Something said was not acted upon.
    Refusal(Refusal),
}

/// Which rule a message breaks. Every case is a MUST-reject of the spec.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The encoding is not strict.
    #[error("encoding: {0}")]
    Encoding(#[from] wire::Error),
    /// A text without a character.
    #[error("text is empty")]
    Empty,
    /// A text longer than its limit, [`TEXT_MAX`](crate::limits::TEXT_MAX) for a message of its own.
    #[error("text is too long")]
    TooLong,
    /// A control character other than line feed and tab.
    #[error("text has a control character")]
    Control,
    /// A deadline that is not after the sending, or more than [`LIFETIME_MAX`](crate::limits::LIFETIME_MAX) after it.
    #[error("lifetime is out of bounds")]
    Lifetime,
    /// An after-read timer out of bounds.
    #[error("after-read timer is out of bounds")]
    AfterRead,
    /// A receipt for no message, for too many, or not in ascending order.
    #[error("receipt's messages are out of bounds")]
    Receipts,
    /// No attachment, too many, one whose size or duration cannot be, or two that share a mailbox or a key.
    #[error("attachments are out of bounds")]
    Attachments,
    /// A question that is empty, too long, or has control or bidirectional control characters in it.
    #[error("question is not acceptable")]
    Question,
    /// A number of attempts, made or left, that cannot be.
    #[error("attempts are out of bounds")]
    Attempt,
    /// A receipt for cash whose number or evidence is out of bounds.
    #[error("cash receipt is out of bounds")]
    CashReceipt,
}

impl Message {
    /// The bytes of the message, at most [`MESSAGE_MAX`].
    ///
    /// # Errors
    /// [`Error`] as each case says: what would be refused is not made.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.check()?;
        Ok(encode(self)?)
    }

    /// The message of these bytes.
    ///
    /// # Errors
    /// [`Error`] as each case says.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let message: Self = decode::<_, MESSAGE_MAX>(bytes)?;
        message.check()?;
        Ok(message)
    }

    /// When every copy is gone, of what a person wrote or attached.
    #[must_use]
    pub const fn deadline(&self) -> Option<UnixTime> {
        match self {
            Self::Text(text) => Some(text.deadline),
            Self::Attachments(attachments) => Some(attachments.deadline),
            _ => None,
        }
    }

    fn check(&self) -> Result<(), Error> {
        match self {
            Self::Text(text) => text.check(),
            Self::Receipt(receipt) => receipt.check(),
            Self::Mailbox(_) => Ok(()),
            Self::Attachments(attachments) => attachments.check(),
            Self::Question(question) => question.check(),
            Self::Answer(answer) => answer.check(),
            Self::Verdict(verdict) => verdict.check(),
            Self::Order(order) => order.check(),
            Self::Funded(_) | Self::Claim(_) | Self::Refusal(_) => Ok(()),
            Self::Claimed(claimed) => claimed.check(),
            Self::Promise(promise) => promise.check(),
            Self::CashReceipt(receipt) => receipt.check(),
            Self::Dispute(dispute) => dispute.check(),
        }
    }
}

/// A message in bytes, at most.
pub const MESSAGE_MAX: usize = PIECE_MAX * PIECES_MAX as usize;
