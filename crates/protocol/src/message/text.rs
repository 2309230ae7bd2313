//! A text of a person, and its timers. Spec: messages, "Messages".

use bincode::de::{BorrowDecoder, Decoder};
use bincode::enc::Encoder;
use bincode::error::{DecodeError, EncodeError};
use bincode::{BorrowDecode, Decode, Encode};
use zeroize::Zeroizing;

use super::Error;
use crate::keys::UnixTime;
use crate::limits::{AFTER_READ_MAX, AFTER_READ_MIN, LIFETIME_MAX, TEXT_MAX};

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

/// Text of a person: cleared when dropped, never printed by accident.
pub struct Body(Zeroizing<String>);

impl Text {
    /// Seconds from sending to deadline.
    #[must_use]
    pub const fn lifetime(&self) -> u64 {
        self.deadline.since(self.sent_at)
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if self.body.as_str().is_empty() {
            return Err(Error::Empty);
        }
        self.body.check(TEXT_MAX)?;
        check_timers(self.sent_at, self.deadline, self.after_read)
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

    /// Whether a terminal may have it: at most `most` bytes, no control character but line feed and tab.
    pub(super) fn check(&self, most: usize) -> Result<(), Error> {
        if self.0.len() > most {
            return Err(Error::TooLong);
        }
        if self.0.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(Error::Control);
        }
        Ok(())
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

/// The timers of what a person sends: a lifetime of 1 to [`LIFETIME_MAX`] seconds, an after-read timer in its bounds.
pub(super) fn check_timers(sent_at: UnixTime, deadline: UnixTime, after_read: u32) -> Result<(), Error> {
    check_lifetime(sent_at, deadline)?;
    if !(AFTER_READ_MIN..=AFTER_READ_MAX).contains(&after_read) {
        return Err(Error::AfterRead);
    }
    Ok(())
}

/// A lifetime of 1 to [`LIFETIME_MAX`] seconds.
pub(super) fn check_lifetime(sent_at: UnixTime, deadline: UnixTime) -> Result<(), Error> {
    let lives = (1..=u64::from(LIFETIME_MAX)).contains(&deadline.since(sent_at));
    if lives { Ok(()) } else { Err(Error::Lifetime) }
}
