//! Photos, voice notes and file names, made fit to be sent and safe to be shown (design, "Photos, voice, documents"):
//! bytes in, bytes out, no engine and no network.
//!
//! ```text
//! a person's file ─ photo::prepare ─▶ pixels, encoded afresh        ─┐
//!                 ─ voice::prepare ─▶ sound, without tags or gaps    ├─▶ sent
//!                 ─ name::FileName ─▶ a name that is no path         ─┘
//! received ─ photo::inspect ─ photo::paint ─▶ lines for a terminal
//!          ─ voice::inspect ─▶ how long it is
//! ```
//! Whoever wrote a file is not trusted, whether the peer sent it or a person picked it up somewhere: nothing is allocated
//! for what a header claims before the claim is held against a limit and against the bytes that are there.

pub mod name;
pub mod photo;
pub mod voice;

use crate::failure::{Failure, Kind};

/// The longest file that is looked at, in bytes, and the longest that comes out.
pub const FILE_MAX: usize = 25 * MEGABYTE;

/// Why a file is not sent or not shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// HEIC, HEIF or AVIF: what some telephones take by themselves.
    #[error("a photo of the HEIF family")]
    PhotoHeic,
    /// No photo of a kind that is read.
    #[error("not a photo of a known format")]
    PhotoFormat,
    /// A photo that is cut off, or that does not hold what it claims.
    #[error("a damaged photo")]
    PhotoDamaged,
    /// More pixels, or longer sides, than are decoded.
    #[error("a photo with too many pixels")]
    PhotoTooLarge,
    /// Decoding took longer than the caller waits.
    #[error("a photo that takes too long")]
    PhotoSlow,
    /// No Ogg Opus, or not one stream of one or two channels.
    #[error("not a voice note of a known format")]
    VoiceFormat,
    /// A voice note that is cut off, or whose parts do not agree.
    #[error("a damaged voice note")]
    VoiceDamaged,
    /// A voice note of more than an hour.
    #[error("a voice note that is too long")]
    VoiceTooLong,
    /// The file, or what would be sent of it, is longer than [`FILE_MAX`].
    #[error("a file that is too large")]
    FileTooLarge,
    /// A name that no file can be sent under.
    #[error("not a file's name")]
    FileName,
    /// The system gave no thread to decode on.
    #[error("no thread")]
    Thread,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::PhotoHeic => Kind::PhotoHeic,
            Error::PhotoFormat => Kind::PhotoFormat,
            Error::PhotoDamaged => Kind::PhotoDamaged,
            Error::PhotoTooLarge => {
                return Self::new(Kind::PhotoTooLarge).number("most", u64::from(photo::PIXELS_MAX / 1_000_000));
            }
            Error::PhotoSlow => Kind::PhotoSlow,
            Error::VoiceFormat => Kind::VoiceFormat,
            Error::VoiceDamaged => Kind::VoiceDamaged,
            Error::VoiceTooLong => {
                return Self::new(Kind::VoiceTooLong).number("most", voice::DURATION_MAX.as_secs() / 60);
            }
            Error::FileTooLarge => {
                let most = u64::try_from(FILE_MAX / MEGABYTE).unwrap_or(u64::MAX);
                return Self::new(Kind::FileTooLarge).number("most", most);
            }
            Error::FileName => Kind::FileName,
            Error::Thread => return Self::internal(error),
        };
        Self::new(kind)
    }
}

const MEGABYTE: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Lang, Locale};

    #[test]
    fn refusals_say_how_much_is_allowed() {
        let locale = Locale::new(Lang::En);
        for (error, most) in [(Error::PhotoTooLarge, "50"), (Error::VoiceTooLong, "60"), (Error::FileTooLarge, "25")] {
            let failure = Failure::from(error);
            assert_eq!(failure.kind().exit(), 9);
            assert!(failure.what(&locale).contains(most), "{failure:?}");
        }
    }
}
