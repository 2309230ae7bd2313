//! Normalisation over all of Unicode, and the two-set keyboard over all of Hangul.

use nightjar_protocol::crypto::ConstantTimeEq;
use nightjar_protocol::nickname::{Error, Word, two_set_to_hangul};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;
use unicode_segmentation::UnicodeSegmentation;

/// Whether the normal form of `typed`, if it has one, is a fixed point without anything that is to be gone.
fn settles(typed: &str) -> bool {
    let Ok(word) = Word::normalise(typed) else { return true };
    let form = word.display();
    Word::from_stored(form).is_ok_and(|again| bool::from(again.ct_eq(&word)))
        && !form.chars().any(|c| c.is_whitespace() || c.is_control())
        && word.graphemes() >= 2
        && form.graphemes(true).count() == word.graphemes()
}

#[test]
fn every_code_point_settles_between_letters_and_behind_them() {
    let mut accepted = 0_u32;
    for c in '\0'..=char::MAX {
        for typed in [format!("나{c}비"), format!("ab{c}"), format!("{c}ab")] {
            assert!(settles(&typed), "U+{:04X}", u32::from(c));
            accepted += u32::from(Word::normalise(&typed).is_ok());
        }
    }
    // Unicode 16.0 counts 154,998 characters, controls aside; 12 of them are bidirectional controls.
    assert_eq!(accepted, 3 * (154_998 - 12));
}

#[test]
fn a_stored_word_that_is_not_in_normal_form_is_refused() {
    for stored in ["Nabi", "나 비", "na-bi", "나\u{200b}비", "ｎａ"] {
        assert_eq!(Word::from_stored(stored).err(), Some(Error::NotNormalised), "{stored}");
    }
    assert!(Word::from_stored("나비").is_ok());
}

#[test]
fn no_word_stands_for_an_unasked_question() {
    let unproved = Word::unproved();
    assert_eq!(unproved.prs(), b"nightjar/noask/v1\0");
    assert_eq!((unproved.display(), unproved.graphemes()), ("", 0));
    assert!(!bool::from(unproved.ct_eq(&Word::normalise("noask").unwrap())));
}

fn text() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        any::<char>(),
        proptest::char::range('가', '힣'),
        proptest::char::range('\u{1100}', '\u{11ff}'),
        proptest::char::range('\u{300}', '\u{36f}'),
        proptest::char::range(' ', '~'),
        proptest::char::range('\u{370}', '\u{1fff}'),
    ];
    vec(letter, 0..12).prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    #[test]
    fn every_string_settles(typed in text()) {
        prop_assert!(settles(&typed));
    }

    #[test]
    fn composed_and_decomposed_agree(typed in text()) {
        let [composed, decomposed] =
            [typed.nfc().collect::<String>(), typed.nfd().collect()].map(|form| Word::normalise(&form));
        match (composed, decomposed) {
            (Ok(a), Ok(b)) => prop_assert_eq!(a.display(), b.display()),
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
    }

    #[test]
    fn hangul_typed_on_a_latin_keyboard_is_read_back(syllables in vec(proptest::char::range('가', '힣'), 1..12)) {
        let hangul: String = syllables.iter().collect();
        let typed: String = syllables.iter().flat_map(|syllable| strokes(*syllable)).collect();
        prop_assert!(two_set_to_hangul(&typed).is_some_and(|read| *read == hangul), "{} for {}", typed, hangul);
    }

    #[test]
    fn any_strokes_are_read_as_hangul_or_not_at_all(typed in "[a-zA-Z ]{0,12}") {
        if let Some(read) = two_set_to_hangul(&typed) {
            prop_assert!(read.chars().all(|c| matches!(c, '가'..='힣' | ' ')));
        }
    }
}

/// The keys of a syllable, by the order of jamo in the standard: initials, vowels, finals.
fn strokes(syllable: char) -> Vec<char> {
    const INITIALS: &str = "r R s e E f a q Q t T d w W c z x v g";
    const VOWELS: &str = "k o i O j p u P h hk ho hl y n nj np nl b m ml l";
    const FINALS: &str = "r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g";
    let mut keys = Vec::new();
    decompose_canonical(syllable, |jamo| {
        let (table, first) = match u32::from(jamo) {
            jamo @ 0x1100..=0x1112 => (INITIALS, jamo - 0x1100),
            jamo @ 0x1161..=0x1175 => (VOWELS, jamo - 0x1161),
            jamo => (FINALS, jamo - 0x11a8),
        };
        keys.extend(table.split(' ').nth(first as usize).unwrap().chars());
    });
    keys
}
