//! Amounts of money, and the code that stands for having been paid. Spec: transfer, "Amounts", "Claim code".

mod claim;
mod currency;

use core::fmt;

use bincode::de::Decoder;
use bincode::error::DecodeError;
use bincode::{Decode, Encode};

use crate::digits::digit;
use crate::limits::AMOUNT_MAX;

pub use claim::ClaimCode;
pub use currency::Currency;

/// Why a text or a number is no amount of money.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No currency of the table.
    #[error("unknown currency")]
    Currency,
    /// Something else than digits and one point between digits.
    #[error("not a number")]
    Digits,
    /// More decimals than the currency has.
    #[error("too many decimals")]
    Decimals,
    /// Nothing.
    #[error("amount is zero")]
    Zero,
    /// More than [`AMOUNT_MAX`] minor units.
    #[error("amount is too large")]
    TooLarge,
}

/// 1 to [`AMOUNT_MAX`] minor units of a currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode)]
pub struct Amount {
    minor: u64,
    currency: Currency,
}

impl Amount {
    /// So many minor units.
    ///
    /// # Errors
    /// [`Error::Zero`], [`Error::TooLarge`].
    pub const fn new(minor: u64, currency: Currency) -> Result<Self, Error> {
        match minor {
            0 => Err(Error::Zero),
            1..=AMOUNT_MAX => Ok(Self { minor, currency }),
            _ => Err(Error::TooLarge),
        }
    }

    /// Reads what a person typed: digits, ASCII or full-width, and at most one point with digits on both sides, and no
    /// more of them behind it than the currency has. No sign, no grouping, no space.
    ///
    /// # Errors
    /// [`Error::Digits`], [`Error::Decimals`], [`Error::TooLarge`] or [`Error::Zero`], the first that applies.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, Error> {
        let (whole, decimals) = match text.split_once(['.', '\u{ff0e}']) {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        let is_number = |part: &str| !part.is_empty() && part.chars().all(|it| digit(it).is_some());
        if !is_number(whole) || decimals.is_some_and(|decimals| !is_number(decimals)) {
            return Err(Error::Digits);
        }
        let decimals = decimals.unwrap_or_default();
        let missing = currency.decimals().checked_sub(decimals.chars().count()).ok_or(Error::Decimals)?;
        let digits = whole.chars().chain(decimals.chars()).filter_map(digit).chain(core::iter::repeat_n(0, missing));
        let mut minor = 0_u64;
        for digit in digits {
            let raised = minor.checked_mul(10).and_then(|minor| minor.checked_add(u64::from(digit)));
            minor = raised.ok_or(Error::TooLarge)?;
        }
        Self::new(minor, currency)
    }

    /// Minor units.
    #[must_use]
    pub const fn minor(self) -> u64 {
        self.minor
    }

    /// Of which currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// In units of the currency with all its decimals, such as `2100.00`: what [`Amount::parse`] reads.
    #[must_use]
    pub fn digits(self) -> String {
        digits(u128::from(self.minor), self.currency)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.digits(), self.currency)
    }
}

impl<Context> Decode<Context> for Amount {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let (minor, currency) = Decode::decode(decoder)?;
        Self::new(minor, currency).map_err(|_| DecodeError::Other("amount"))
    }
}

bincode::impl_borrow_decode!(Amount);

/// A sum of amounts of one currency, from nothing on. So wide that no number of amounts which a program can hold comes
/// near its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sum {
    minor: u128,
    currency: Currency,
}

impl Sum {
    /// Nothing.
    #[must_use]
    pub const fn nothing(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// The sum of those amounts that are of this currency.
    #[must_use]
    pub fn of(currency: Currency, amounts: impl IntoIterator<Item = Amount>) -> Self {
        let of_it = amounts.into_iter().filter(|amount| amount.currency == currency);
        let minor = of_it.fold(0_u128, |sum, amount| sum.saturating_add(u128::from(amount.minor)));
        Self { minor, currency }
    }

    /// This and another of the same currency; of two currencies there is no sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let minor = self.minor.checked_add(other.minor)?;
        (self.currency == other.currency).then_some(Self { minor, ..self })
    }

    /// What is left of this without another of the same currency, nothing at least.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        (self.currency == other.currency).then_some(Self { minor: self.minor.saturating_sub(other.minor), ..self })
    }

    /// Minor units.
    #[must_use]
    pub const fn minor(self) -> u128 {
        self.minor
    }

    /// Of which currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// In units of the currency with all its decimals, such as `0.00`.
    #[must_use]
    pub fn digits(self) -> String {
        digits(self.minor, self.currency)
    }
}

impl From<Amount> for Sum {
    fn from(amount: Amount) -> Self {
        Self { minor: u128::from(amount.minor), currency: amount.currency }
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.digits(), self.currency)
    }
}

fn digits(minor: u128, currency: Currency) -> String {
    let decimals = currency.decimals();
    // At least one digit stands before the point.
    let all = format!("{minor:0>width$}", width = decimals.saturating_add(1));
    match all.split_at_checked(all.len().saturating_sub(decimals)) {
        Some((whole, rest)) if !rest.is_empty() => format!("{whole}.{rest}"),
        _ => all,
    }
}
