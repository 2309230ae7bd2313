//! What people say to each other, and what their devices say for them. Spec: messages, "Messages".

use bincode::de::{BorrowDecoder, Decoder};
use bincode::enc::Encoder;
use bincode::error::{DecodeError, EncodeError};
use bincode::{BorrowDecode, Decode, Encode};
use zeroize::Zeroizing;

use crate::keys::{MailboxId, UnixTime};
use crate::limits::{AFTER_READ_MAX, AFTER_READ_MIN, LIFETIME_MAX, PIECE_MAX, PIECES_MAX, RECEIPTS_MAX, TEXT_MAX};
use crate::wire::{self, decode, encode};

/// A message: whole, before it is cut into pieces.
#[derive(Encode, Decode)]
#[non_exhaustive]
pub enum Message {
    /// From a person.
    Text(Text),
    /// What became of messages of the other side.
    Receipt(Receipt),
    /// From now on this side is reached here.
    Mailbox(MailboxId),
}

/// A text with its timers.
#[derive(Encode, Decode)]
pub struct Text {
    /// What was written.
    pub body: Body,
    /// When it was sent.
    pub sent_at: UnixTime,
    /// When every copy is gone, whatever happens; at most [`LIFETIME_MAX`] after `sent_at`.
    pub deadline: UnixTime,
    /// Seconds from its being shown to its being gone, [`AFTER_READ_MIN`] to [`AFTER_READ_MAX`].
    pub after_read: u32,
}

/// A receipt: a statement of one kind about messages of the other side.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Receipt {
    /// What became of them.
    pub kind: ReceiptKind,
    /// Their numbers, ascending, 1 to [`RECEIPTS_MAX`].
    pub messages: Vec<u64>,
}

/// The rungs of the ladder that devices state by themselves.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum ReceiptKind {
    /// Decrypted and whole.
    Delivered,
    /// Shown.
    Read,
    /// Gone.
    Erased,
}

/// Text of a person: cleared when dropped, never printed by accident.
pub struct Body(Zeroizing<String>);

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
    /// A text longer than [`TEXT_MAX`].
    #[error("text is too long")]
    TooLong,
    /// A control character other than line feed and tab.
    #[error("text has a control character")]
    Control,
    /// A deadline that is not after the sending, or more than [`LIFETIME_MAX`] after it.
    #[error("lifetime is out of bounds")]
    Lifetime,
    /// An after-read timer out of bounds.
    #[error("after-read timer is out of bounds")]
    AfterRead,
    /// A receipt for no message, for too many, or not in ascending order.
    #[error("receipt's messages are out of bounds")]
    Receipts,
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

    fn check(&self) -> Result<(), Error> {
        match self {
            Self::Text(text) => text.check(),
            Self::Receipt(receipt) => receipt.check(),
            Self::Mailbox(_) => Ok(()),
        }
    }
}

impl Text {
    /// Seconds from sending to deadline.
    #[must_use]
    pub const fn lifetime(&self) -> u64 {
        self.deadline.since(self.sent_at)
    }

    fn check(&self) -> Result<(), Error> {
        let text = self.body.as_str();
        if text.is_empty() {
            return Err(Error::Empty);
        }
        if text.len() > TEXT_MAX {
            return Err(Error::TooLong);
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(Error::Control);
        }
        if !(1..=u64::from(LIFETIME_MAX)).contains(&self.lifetime()) {
            return Err(Error::Lifetime);
        }
        if !(AFTER_READ_MIN..=AFTER_READ_MAX).contains(&self.after_read) {
            return Err(Error::AfterRead);
        }
        Ok(())
    }
}

impl Receipt {
    fn check(&self) -> Result<(), Error> {
        let ascending = self.messages.is_sorted_by(|a, b| a < b);
        if ascending && (1..=RECEIPTS_MAX).contains(&self.messages.len()) { Ok(()) } else { Err(Error::Receipts) }
    }
}

impl Body {
    /// Takes a copy of a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Encode for Body {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        self.as_str().encode(encoder)
    }
}

impl<Context> Decode<Context> for Body {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        String::decode(decoder).map(|text| Self(Zeroizing::new(text)))
    }
}

impl<'de, Context> BorrowDecode<'de, Context> for Body {
    fn borrow_decode<D: BorrowDecoder<'de, Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        Decode::decode(decoder)
    }
}

/// A message in bytes, at most.
pub const MESSAGE_MAX: usize = PIECE_MAX * PIECES_MAX as usize;
