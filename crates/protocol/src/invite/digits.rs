//! The spoken code: 12 random digits and 2 check digits. Spec: invite, "Spoken code".

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{Error, InviteKeys};
use crate::crypto::argon2id;
use crate::keys::{DhPublic, Random};
use crate::limits::{CODE_MEMORY_KIB, CODE_PASSES, CODE_TEXT_MAX};

/// The 12 random digits of a spoken code, each 0 to 9.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Code([u8; DIGITS]);

impl Code {
    /// Draws a code: 16 random bytes modulo 10^12, a bias below 2^-88.
    pub fn generate(random: &mut impl Random) -> Self {
        let mut rest = u128::from_be_bytes(*random.bytes());
        let mut digits = [0; DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = (rest % 10) as u8;
            rest /= 10;
        }
        rest.zeroize();
        Self(digits)
    }

    /// Reads a code as people type it: ASCII or full-width digits, with any white space and hyphens.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::NotDigits`], [`Error::TooShort`] or [`Error::CheckDigits`], the first that applies.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > CODE_TEXT_MAX {
            return Err(Error::TooLong);
        }
        let mut typed = Zeroizing::new([0; DIGITS + CHECK_DIGITS]);
        let mut places = typed.iter_mut();
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
        if places.len() > 0 {
            return Err(Error::TooShort);
        }
        let (digits, check) = typed.split_first_chunk::<DIGITS>().ok_or(Error::TooShort)?;
        if check_digits(digits) != check { Err(Error::CheckDigits) } else { Ok(Self(*digits)) }
    }

    /// The code with its check digits, in groups of four: `4821-7305-6619-44`. A secret.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(TEXT_LEN));
        for (at, digit) in self.0.iter().chain(&check_digits(&self.0)).enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(b'0'.wrapping_add(*digit)));
        }
        text
    }

    /// Stretches the code with Argon2id ([`CODE_MEMORY_KIB`], [`CODE_PASSES`], one lane), salted with the relay's key.
    #[must_use]
    pub fn keys(&self, relay: &DhPublic) -> InviteKeys {
        let password = Zeroizing::new(self.0.map(|digit| b'0'.wrapping_add(digit)));
        #[expect(clippy::expect_used, reason = "constant parameters and a 32-byte salt are within RFC 9106")]
        let stretched = argon2id(password.as_slice(), relay.as_bytes(), CODE_MEMORY_KIB, CODE_PASSES, 1)
            .expect("constant parameters");
        InviteKeys::derive(stretched.as_slice(), relay)
    }
}

/// ISO/IEC 7064, MOD 97-10: the two digits, 02 to 98, that make the 14-digit number congruent to 1 modulo 97.
fn check_digits(digits: &[u8; DIGITS]) -> [u8; CHECK_DIGITS] {
    let number = digits.iter().fold(0_u64, |number, digit| number.wrapping_mul(10).wrapping_add(u64::from(*digit)));
    let check = 98_u64.wrapping_sub(number.wrapping_mul(100) % 97);
    [(check / 10) as u8, (check % 10) as u8]
}

/// White space; hyphen-minus, the hyphens and dashes U+2010 to U+2015, the minus sign, the full-width hyphen.
fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}')
}

fn digit(character: char) -> Option<u8> {
    let narrow = match character {
        '\u{ff10}'..='\u{ff19}' => u32::from(character).wrapping_sub(0xff10),
        _ => character.to_digit(10)?,
    };
    u8::try_from(narrow).ok()
}

const DIGITS: usize = 12;
const CHECK_DIGITS: usize = 2;
const TEXT_LEN: usize = 17;

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(digits: &[u8]) -> Result<(), Error> {
        Code::parse(&digits.iter().map(|digit| char::from(b'0'.wrapping_add(*digit))).collect::<String>()).map(drop)
    }

    fn samples() -> impl Iterator<Item = [u8; 14]> {
        (0..200_u64).map(|n| {
            let mut rest = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 1_000_000_000_000;
            let mut digits = [0; 12];
            digits.iter_mut().rev().for_each(|digit| {
                *digit = (rest % 10) as u8;
                rest /= 10;
            });
            let mut all = [0; 14];
            all[..12].copy_from_slice(&digits);
            all[12..].copy_from_slice(&check_digits(&digits));
            all
        })
    }

    #[test]
    fn every_wrong_digit_and_every_swap_of_neighbours_is_caught() {
        for right in samples() {
            assert_eq!(typed(&right), Ok(()));
            for at in 0..14 {
                for wrong in (0..10).filter(|digit| *digit != right[at]) {
                    let mut digits = right;
                    digits[at] = wrong;
                    assert_eq!(typed(&digits), Err(Error::CheckDigits), "{digits:?}");
                }
            }
            for at in (0..13).filter(|at| right[*at] != right[at.wrapping_add(1)]) {
                let mut digits = right;
                digits.swap(at, at.wrapping_add(1));
                assert_eq!(typed(&digits), Err(Error::CheckDigits), "{digits:?}");
            }
        }
    }

    #[test]
    fn a_code_has_one_pair_of_check_digits() {
        for right in samples().take(20) {
            let fitting = (0..100).filter(|check| {
                let mut digits = right;
                (digits[12], digits[13]) = (check / 10, check % 10);
                typed(&digits).is_ok()
            });
            assert_eq!(fitting.count(), 1);
        }
    }
}
