//! Lengths of time as they are typed: `30s`, `5m`, `24h`, `7d`. A number needs its unit, and everything has an end.

use nightjar_protocol::limits::{AFTER_READ_MIN, INVITE_TTL_MAX, LIFETIME_MAX};

/// The shortest and the longest that an option takes, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// At least.
    pub least: u32,
    /// At most.
    pub most: u32,
}

/// Why a length of time is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// It is no number with a unit.
    #[error("no length of time")]
    Form,
    /// It is too short or too long.
    #[error("out of bounds")]
    Bounds(Bounds),
}

impl Bounds {
    /// Life of a message.
    pub const MESSAGE: Self = Self { least: 1, most: LIFETIME_MAX };
    /// Life of a message after it was shown.
    pub const AFTER_READ: Self = Self { least: AFTER_READ_MIN, most: LIFETIME_MAX };
    /// Life of an invite.
    pub const INVITE: Self = Self { least: 30, most: INVITE_TTL_MAX };
    /// Waiting for something.
    pub const WAIT: Self = Self { least: 1, most: LIFETIME_MAX };

    /// The seconds of `text`.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn parse(self, text: &str) -> Result<u32, Error> {
        let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or(Error::Form)?;
        let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit).ok_or(Error::Form)?;
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::Form);
        }
        // So many digits that they do not fit mean a time that is too long.
        let number: u32 = number.parse().map_err(|_| Error::Bounds(self))?;
        let seconds = number.checked_mul(*seconds).ok_or(Error::Bounds(self))?;
        if (self.least..=self.most).contains(&seconds) { Ok(seconds) } else { Err(Error::Bounds(self)) }
    }
}

/// `seconds` in the largest unit that divides it: what [`Bounds::parse`] reads.
#[must_use]
pub fn text(seconds: u32) -> String {
    let fits = |(_, unit): &&(&str, u32)| seconds.is_multiple_of(*unit) && seconds >= *unit;
    UNITS
        .iter()
        .rev()
        .find(fits)
        .map_or_else(|| format!("{seconds}s"), |(name, unit)| format!("{}{name}", seconds / unit))
}

/// Parser of `--expires` of a message.
///
/// # Errors
/// See [`Error`].
pub fn message(text: &str) -> Result<u32, Error> {
    Bounds::MESSAGE.parse(text)
}

/// Parser of `--after-read`.
///
/// # Errors
/// See [`Error`].
pub fn after_read(text: &str) -> Result<u32, Error> {
    Bounds::AFTER_READ.parse(text)
}

/// Parser of `--expires` of an invite.
///
/// # Errors
/// See [`Error`].
pub fn invite(text: &str) -> Result<u32, Error> {
    Bounds::INVITE.parse(text)
}

/// Parser of `--wait` and `--timeout`.
///
/// # Errors
/// See [`Error`].
pub fn wait(text: &str) -> Result<u32, Error> {
    Bounds::WAIT.parse(text)
}

/// Ascending.
const UNITS: [(&str, u32); 4] = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_and_written() {
        for (typed, seconds) in [("30s", 30), ("5m", 300), ("24h", 86_400), ("7d", 604_800), ("90m", 5400)] {
            assert_eq!(message(typed), Ok(seconds));
            assert_eq!(message(&text(seconds)), Ok(seconds));
        }
        assert_eq!(text(90), "90s");
        assert_eq!(text(86_400), "1d");
    }

    #[test]
    fn a_number_needs_its_unit() {
        for typed in ["", "5", "m", "-5m", "+5m", "5 m", "5M", "1.5h", "5분", "분", "０s"] {
            assert_eq!(message(typed), Err(Error::Form), "{typed}");
        }
    }

    #[test]
    fn everything_has_an_end() {
        for typed in ["8d", "0s", "4294967296s", "4294967295d", "99999999999999d"] {
            assert_eq!(message(typed), Err(Error::Bounds(Bounds::MESSAGE)), "{typed}");
        }
        assert_eq!(invite("4d"), Err(Error::Bounds(Bounds::INVITE)));
        assert_eq!(after_read("0s"), Err(Error::Bounds(Bounds::AFTER_READ)));
    }
}
