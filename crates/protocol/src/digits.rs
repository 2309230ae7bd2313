//! Random digits that are said aloud, with two check digits. Spec: invite, "Spoken code".

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::keys::Random;
use crate::limits::CODE_TEXT_MAX;

/// `N` random digits, each 0 to 9: a secret. `N` is at most 18.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Digits<const N: usize>([u8; N]);

/// Why a text is no such number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// More than [`CODE_TEXT_MAX`] bytes, or more digits than it has.
    #[error("too long")]
    TooLong,
    /// Something in it is neither digit, space nor hyphen.
    #[error("not digits")]
    NotDigits,
    /// Fewer digits than it has.
    #[error("too short")]
    TooShort,
    /// The last two digits do not fit the rest.
    #[error("check digits do not fit")]
    CheckDigits,
}

impl<const N: usize> Digits<N> {
    /// Takes digits that were stored or sent without their check digits, unless one is above 9.
    #[must_use]
    pub fn new(digits: [u8; N]) -> Option<Self> {
        let digits = Self(digits);
        digits.0.iter().all(|digit| *digit <= 9).then_some(digits)
    }

    /// A second copy, made on purpose: there is no `Clone`.
    #[must_use]
    pub const fn duplicate(&self) -> Self {
        Self(self.0)
    }

    /// Draws a number: 16 random bytes modulo 10^N, a bias below 2^-88 for up to 12 digits.
    pub fn generate(random: &mut impl Random) -> Self {
        const { assert!(N <= 18, "the number does not fit the sum of the check digits") };
        let mut rest = u128::from_be_bytes(*random.bytes());
        let mut digits = [0; N];
        for digit in digits.iter_mut().rev() {
            *digit = (rest % 10) as u8;
            rest /= 10;
        }
        rest.zeroize();
        Self(digits)
    }

    /// Reads a number as people type it: ASCII or full-width digits, with any white space and hyphens.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::NotDigits`], [`Error::TooShort`] or [`Error::CheckDigits`], the first that applies.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > CODE_TEXT_MAX {
            return Err(Error::TooLong);
        }
        let (mut typed, mut check) = (Self([0; N]), Zeroizing::new([0; CHECK_DIGITS]));
        let mut places = typed.0.iter_mut().chain(check.iter_mut());
        let mut surplus = false;
        for character in text.chars().filter(|character| !is_separator(*character)) {
            let digit = digit(character).ok_or(Error::NotDigits)?;
            match places.next() {
                Some(place) => *place = digit,
                None => surplus = true,
            }
        }
        if surplus {
            return Err(Error::TooLong);
        }
        if places.next().is_some() {
            return Err(Error::TooShort);
        }
        if typed.check() == *check { Ok(typed) } else { Err(Error::CheckDigits) }
    }

    /// The number with its check digits, in groups of four: `4821-7305-6619-44`. A secret.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let digits = N.saturating_add(CHECK_DIGITS);
        let mut text = Zeroizing::new(String::with_capacity(digits.saturating_add(digits / GROUP)));
        for (at, digit) in self.0.iter().chain(&self.check()).enumerate() {
            if at > 0 && at.is_multiple_of(GROUP) {
                text.push('-');
            }
            text.push(char::from(b'0'.wrapping_add(*digit)));
        }
        text
    }

    /// The digits without the check digits: a secret.
    #[must_use]
    pub const fn as_digits(&self) -> &[u8; N] {
        &self.0
    }

    /// ISO/IEC 7064, MOD 97-10: the two digits, 02 to 98, that make the whole number congruent to 1 modulo 97.
    fn check(&self) -> [u8; CHECK_DIGITS] {
        let rest = self.0.iter().fold(0_u64, |rest, digit| rest.wrapping_mul(10).wrapping_add(u64::from(*digit)));
        let check = 98_u64.wrapping_sub((rest % 97).wrapping_mul(100) % 97);
        [(check / 10) as u8, (check % 10) as u8]
    }
}

/// A digit of a number or an amount, ASCII or full-width.
#[must_use]
pub fn digit(character: char) -> Option<u8> {
    let narrow = match character {
        '\u{ff10}'..='\u{ff19}' => u32::from(character).wrapping_sub(0xff10),
        _ => character.to_digit(10)?,
    };
    u8::try_from(narrow).ok()
}

/// White space; hyphen-minus, the hyphens and dashes U+2010 to U+2015, the minus sign, the full-width hyphen.
fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}')
}

const CHECK_DIGITS: usize = 2;
const GROUP: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(digits: &[u8]) -> Result<(), Error> {
        let text = digits.iter().map(|digit| char::from(b'0'.wrapping_add(*digit))).collect::<String>();
        match digits.len() {
            12 => Digits::<10>::parse(&text).map(drop),
            _ => Digits::<12>::parse(&text).map(drop),
        }
    }

    fn samples<const N: usize>() -> impl Iterator<Item = Vec<u8>> {
        (0..200_u64).map(|n| {
            let mut rest = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut digits = [0; N];
            digits.iter_mut().rev().for_each(|digit| {
                *digit = (rest % 10) as u8;
                rest /= 10;
            });
            let digits = Digits::new(digits).unwrap();
            [digits.as_digits().as_slice(), &digits.check()].concat()
        })
    }

    #[test]
    fn every_wrong_digit_and_every_swap_of_neighbours_is_caught() {
        for right in samples::<12>().chain(samples::<10>()) {
            assert_eq!(typed(&right), Ok(()));
            for at in 0..right.len() {
                for wrong in (0..10).filter(|digit| *digit != right[at]) {
                    let mut digits = right.clone();
                    digits[at] = wrong;
                    assert_eq!(typed(&digits), Err(Error::CheckDigits), "{digits:?}");
                }
            }
            for at in (1..right.len()).filter(|at| right[at.wrapping_sub(1)] != right[*at]) {
                let mut digits = right.clone();
                digits.swap(at.wrapping_sub(1), at);
                assert_eq!(typed(&digits), Err(Error::CheckDigits), "{digits:?}");
            }
        }
    }

    #[test]
    fn a_number_has_one_pair_of_check_digits() {
        for right in samples::<12>().take(20).chain(samples::<10>().take(20)) {
            let digits = right.len().wrapping_sub(2);
            let fitting =
                (0..100).filter(|check| typed(&[&right[..digits], &[check / 10, check % 10]].concat()).is_ok());
            assert_eq!(fitting.count(), 1);
        }
    }

    #[test]
    fn a_digit_is_at_most_9() {
        assert!(Digits::new([9; 10]).is_some());
        assert!(Digits::new([0, 0, 10]).is_none());
    }
}
