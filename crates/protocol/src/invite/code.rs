//! The spoken code: 12 random digits and 2 check digits. Spec: invite, "Spoken code".

use zeroize::Zeroizing;

use super::{Error, InviteKeys};
use crate::crypto::argon2id;
use crate::digits::{self, Digits};
use crate::keys::{DhPublic, Random};
use crate::limits::{CODE_MEMORY_KIB, CODE_PASSES};

/// The 12 random digits of a spoken code.
pub struct Code(Digits<12>);

impl Code {
    /// Draws a code: 16 random bytes modulo 10^12, a bias below 2^-88.
    pub fn generate(random: &mut impl Random) -> Self {
        Self(Digits::generate(random))
    }

    /// Reads a code as people type it: ASCII or full-width digits, with any white space and hyphens.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::NotDigits`], [`Error::TooShort`] or [`Error::CheckDigits`], the first that applies.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Ok(Self(Digits::parse(text)?))
    }

    /// The code with its check digits, in groups of four: `4821-7305-6619-44`. A secret.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        self.0.text()
    }

    /// Stretches the code with Argon2id ([`CODE_MEMORY_KIB`], [`CODE_PASSES`], one lane), salted with the relay's key.
    #[must_use]
    pub fn keys(&self, relay: &DhPublic) -> InviteKeys {
        let password = Zeroizing::new(self.0.as_digits().map(|digit| b'0'.wrapping_add(digit)));
        #[expect(clippy::expect_used, reason = "constant parameters and a 32-byte salt are within RFC 9106")]
        let stretched = argon2id(password.as_slice(), relay.as_bytes(), CODE_MEMORY_KIB, CODE_PASSES, 1)
            .expect("constant parameters");
        InviteKeys::derive(stretched.as_slice(), relay)
    }
}

impl From<digits::Error> for Error {
    fn from(error: digits::Error) -> Self {
        match error {
            digits::Error::TooLong => Self::TooLong,
            digits::Error::NotDigits => Self::NotDigits,
            digits::Error::TooShort => Self::TooShort,
            digits::Error::CheckDigits => Self::CheckDigits,
        }
    }
}
