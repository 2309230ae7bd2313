//! Names that files travel under (design, "Photos, voice, documents"): what a person may take up when saving, never a
//! path by itself.

use std::path::Path;

use zeroize::Zeroizing;

use super::Error;
use crate::terminal::escape;

/// A file's name: 1 to 255 bytes, nothing in it that leads elsewhere or deceives the eye. It is content, as a message is.
pub struct FileName(Zeroizing<String>);

impl FileName {
    /// Reads a name, one's own or the peer's.
    ///
    /// # Errors
    /// [`Error::FileName`]: empty, longer than 255 bytes, `.` or `..`, or with a control, a slash of either kind, or a
    /// character that reorders others.
    pub fn parse(name: &str) -> Result<Self, Error> {
        let sound = (1..=LENGTH_MAX).contains(&name.len()) && name != "." && name != "..";
        if sound && !name.chars().any(is_forbidden) {
            Ok(Self(Zeroizing::new(name.to_owned())))
        } else {
            Err(Error::FileName)
        }
    }

    /// The last component of the path that a person named. Photos and voice notes go without a name unless one is given:
    /// a camera's numbering tells who took how many pictures since when.
    ///
    /// # Errors
    /// [`Error::FileName`]: the path ends in no name, in one that is not UTF-8, or in one that [`FileName::parse`] refuses.
    pub fn of_path(path: &Path) -> Result<Self, Error> {
        Self::parse(path.file_name().and_then(|name| name.to_str()).ok_or(Error::FileName)?)
    }

    /// The name as it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as it is shown.
    #[must_use]
    pub fn display(&self) -> Zeroizing<String> {
        escape::line(&self.0)
    }
}

/// Bidirectional controls are those of UAX #9, with the implicit marks; the separators end a line in some places.
const fn is_forbidden(c: char) -> bool {
    matches!(
        c,
        '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '/'
            | '\\'
            | '\u{61c}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

const LENGTH_MAX: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_as_they_are() {
        for name in ["letter.pdf", "할머니 편지.txt", "外婆.webp", "...", " a ", "-rf", "a".repeat(255).as_str()]
        {
            assert_eq!(FileName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn what_leads_elsewhere_is_no_name() {
        let long = "가".repeat(86);
        for name in ["", ".", "..", "a/b", "/etc/passwd", "..\\x", "a\0", "a\nb", "\u{85}", "abc\u{202e}fdp.exe", &long]
        {
            assert_eq!(FileName::parse(name).err(), Some(Error::FileName), "{name:?}");
        }
    }

    #[test]
    fn a_path_gives_its_last_component_alone() {
        let name = |path: &str| FileName::of_path(Path::new(path)).map(|name| name.as_str().to_owned());
        assert_eq!(name("/home/kim/사진/letter.pdf").as_deref(), Ok("letter.pdf"));
        assert_eq!(name("letter.pdf/").as_deref(), Ok("letter.pdf"));
        for path in ["", "/", "..", "a/.."] {
            assert_eq!(name(path), Err(Error::FileName), "{path:?}");
        }
    }

    #[test]
    fn what_hides_is_shown() {
        assert_eq!(*FileName::parse("a\u{200b}b").unwrap().display(), "a⟨U+200B⟩b");
    }
}
