//! What a person typed, brought to the one form that both sides prove knowledge of. Spec: proof, "Nicknames".

mod keyboard;

use caseless::Caseless;
use subtle::{Choice, ConstantTimeEq};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::limits::{WORD_GRAPHEMES_MIN, WORD_MAX};

pub use keyboard::two_set_to_hangul;

/// Why a typed word cannot serve as an answer. Each case is a MUST-reject of the spec.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// More than [`WORD_MAX`] bytes of UTF-8, as typed or once normalised.
    #[error("word is too long")]
    TooLong,
    /// A control character, line ends and tabs included.
    #[error("word contains a control character")]
    Control,
    /// A character that reorders text on screen, so that what is seen is not what was typed.
    #[error("word contains a bidirectional control")]
    Bidi,
    /// A code point without a meaning: unassigned in Unicode 16.0, a noncharacter, or for private use.
    #[error("word contains an unassigned code point")]
    Unassigned,
    /// Nothing is left without ignorables, white space and punctuation.
    #[error("word is empty")]
    Empty,
    /// Fewer than [`WORD_GRAPHEMES_MIN`] graphemes.
    #[error("word is too short")]
    TooShort,
    /// A stored word that is not its own normal form.
    #[error("stored word is not in normal form")]
    NotNormalised,
}

/// A normalised answer: a secret of low entropy. Cleared on drop, compared in constant time for words of one length.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Word {
    prs: String,
    #[zeroize(skip)]
    label: usize,
}

impl Word {
    /// Normalises what was typed, at most [`WORD_MAX`] bytes.
    ///
    /// # Errors
    /// [`Error`] as each case says, but never [`Error::NotNormalised`].
    pub fn normalise(typed: &str) -> Result<Self, Error> {
        if typed.len() > WORD_MAX {
            return Err(Error::TooLong);
        }
        typed.chars().try_for_each(check)?;
        let normal = normal_form(typed);
        if normal.is_empty() {
            return Err(Error::Empty);
        }
        if normal.graphemes(true).count() < WORD_GRAPHEMES_MIN {
            return Err(Error::TooShort);
        }
        if normal.len() > WORD_MAX {
            return Err(Error::TooLong);
        }
        Ok(Self::labelled(LABEL, &normal))
    }

    /// Takes a word that was stored as [`display`](Self::display) gave it.
    ///
    /// # Errors
    /// [`Error::NotNormalised`] if it is not its own normal form, or another [`Error`] if it has none.
    pub fn from_stored(stored: &str) -> Result<Self, Error> {
        let word = Self::normalise(stored)?;
        if word.display() == stored { Ok(word) } else { Err(Error::NotNormalised) }
    }

    /// Stands in for the answer where no question was asked. It is public: a proof of it proves nothing.
    #[must_use]
    pub fn unproved() -> Self {
        Self::labelled(LABEL_UNPROVED, "")
    }

    /// The password-related string of CPace: a label that ends in a zero byte, and the word in UTF-8. At most 17 +
    /// [`WORD_MAX`] bytes.
    #[must_use]
    pub const fn prs(&self) -> &[u8] {
        self.prs.as_bytes()
    }

    /// The normal form, to be shown to nobody but the word's owner.
    #[must_use]
    pub fn display(&self) -> &str {
        self.prs.get(self.label..).unwrap_or_default()
    }

    /// Length in graphemes (extended grapheme clusters).
    #[must_use]
    pub fn graphemes(&self) -> usize {
        self.display().graphemes(true).count()
    }

    fn labelled(label: &str, normal: &str) -> Self {
        let mut prs = String::with_capacity(label.len().saturating_add(normal.len()));
        prs.push_str(label);
        prs.push_str(normal);
        Self { prs, label: label.len() }
    }
}

impl ConstantTimeEq for Word {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.prs().ct_eq(other.prs())
    }
}

fn check(c: char) -> Result<(), Error> {
    if is_bidi_control(c) {
        return Err(Error::Bidi);
    }
    match c.general_category() {
        GeneralCategory::Control => Err(Error::Control),
        GeneralCategory::Unassigned | GeneralCategory::PrivateUse => Err(Error::Unassigned),
        _ => Ok(()),
    }
}

fn normal_form(typed: &str) -> Zeroizing<String> {
    let visible = buffer(typed.chars().filter(|&c| !is_default_ignorable(c)));
    let folded = buffer(visible.nfkc().default_case_fold());
    let kept = buffer(folded.nfkc().filter(|&c| !is_dropped(c)));
    // What was dropped may have stood between a letter and its mark.
    buffer(kept.nfkc())
}

/// Collects into room enough for any expansion of a word, so that no half-grown copy stays behind on the heap.
fn buffer(text: impl Iterator<Item = char>) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(EXPANDED_MAX));
    out.extend(text);
    out
}

fn is_dropped(c: char) -> bool {
    c.is_whitespace() || c.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// The property `Bidi_Control`.
const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The property `Default_Ignorable_Code_Point`.
const fn is_default_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

const LABEL: &str = "nightjar/nick/v1\0";
const LABEL_UNPROVED: &str = "nightjar/noask/v1\0";
/// Compatibility normalisation lengthens a string by a factor of 11 at most (Unicode Standard Annex #15).
const EXPANDED_MAX: usize = 12 * WORD_MAX;
