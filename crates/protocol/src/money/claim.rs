//! The claim code: what a broker is told when the cash is handed over. Spec: transfer, "Claim code".

use bincode::de::Decoder;
use bincode::enc::Encoder;
use bincode::error::{DecodeError, EncodeError};
use bincode::{Decode, Encode};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

use crate::digits::{self, Digits};
use crate::keys::Random;

/// The 10 random digits of a claim code: a secret until the cash is handed over. In a place of their own, so that a list
/// that grows leaves no copy behind.
pub struct ClaimCode(Box<Digits<DIGITS>>);

impl ClaimCode {
    /// Draws a code: 16 random bytes modulo 10^10.
    pub fn generate(random: &mut impl Random) -> Self {
        Self(Box::new(Digits::generate(random)))
    }

    /// Reads a code as people type it: ASCII or full-width digits, with any white space and hyphens.
    ///
    /// # Errors
    /// [`digits::Error`], the first case that applies.
    pub fn parse(text: &str) -> Result<Self, digits::Error> {
        Digits::parse(text).map(|digits| Self(Box::new(digits)))
    }

    /// The code with its check digits, to be said aloud: `4821-7305-6639`. A secret.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        self.0.text()
    }

    /// A second copy, made on purpose: there is no `Clone`.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(Box::new(self.0.duplicate()))
    }
}

impl ConstantTimeEq for ClaimCode {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.as_digits().ct_eq(other.0.as_digits())
    }
}

impl Encode for ClaimCode {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        self.0.as_digits().encode(encoder)
    }
}

impl<Context> Decode<Context> for ClaimCode {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let read = Zeroizing::new(<[u8; DIGITS]>::decode(decoder)?);
        Digits::new(*read).map(|digits| Self(Box::new(digits))).ok_or(DecodeError::Other("digit"))
    }
}

bincode::impl_borrow_decode!(ClaimCode);

const DIGITS: usize = 10;
