//! Korean typed on a Latin keyboard: the two-set layout (KS X 5002). Spec: proof, "Nicknames", "Keyboards".

use unicode_normalization::char::compose;
use zeroize::{DefaultIsZeroes, Zeroizing};

/// Reads QWERTY keystrokes as the two-set layout would: `dkssud` is 안녕. Spaces are kept.
///
/// `None` unless everything else makes whole Hangul syllables. The result is a suggestion to a person, who says yes or
/// no to it; it is no part of normalisation.
#[must_use]
pub fn two_set_to_hangul(typed: &str) -> Option<Zeroizing<String>> {
    let mut keys = Zeroizing::new(Vec::with_capacity(typed.len()));
    for struck in typed.chars() {
        keys.push(key(struck)?);
    }
    let mut out = Zeroizing::new(String::with_capacity(typed.len().saturating_mul(2)));
    let mut rest = keys.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let (read, next) = if matches!(first, Key::Space) { (' ', after) } else { syllable(rest)? };
        out.push(read);
        rest = next;
    }
    out.chars().any(|c| c != ' ').then_some(out)
}

#[derive(Clone, Copy, Default)]
enum Key {
    #[default]
    Space,
    /// A consonant as it begins a syllable, and as it ends one, if it can.
    Consonant(char, Option<char>),
    Vowel(char),
}

impl DefaultIsZeroes for Key {}

/// The syllable that `keys` begin with, and the keys after it. A consonant before a vowel begins the next syllable.
fn syllable(keys: &[Key]) -> Option<(char, &[Key])> {
    let [Key::Consonant(initial, _), Key::Vowel(first), rest @ ..] = keys else { return None };
    let (vowel, rest) = match rest {
        [Key::Vowel(second), after @ ..] => (compound_vowel(*first, *second)?, after),
        _ => (*first, rest),
    };
    let open = compose(*initial, vowel)?;
    let (last, rest) = match rest {
        [Key::Consonant(..), Key::Vowel(_), ..] => (None, rest),
        [Key::Consonant(_, Some(end)), Key::Consonant(..), Key::Vowel(_), ..] => (Some(*end), rest.get(1..)?),
        [Key::Consonant(_, Some(end)), Key::Consonant(_, Some(next)), after @ ..] => {
            (Some(compound_final(*end, *next)?), after)
        }
        [Key::Consonant(_, Some(end)), after @ ..] => (Some(*end), after),
        _ => (None, rest),
    };
    let closed = match last {
        Some(last) => compose(open, last)?,
        None => open,
    };
    Some((closed, rest))
}

const fn compound_vowel(first: char, second: char) -> Option<char> {
    Some(match (first, second) {
        ('\u{1169}', '\u{1161}') => '\u{116A}',
        ('\u{1169}', '\u{1162}') => '\u{116B}',
        ('\u{1169}', '\u{1175}') => '\u{116C}',
        ('\u{116E}', '\u{1165}') => '\u{116F}',
        ('\u{116E}', '\u{1166}') => '\u{1170}',
        ('\u{116E}', '\u{1175}') => '\u{1171}',
        ('\u{1173}', '\u{1175}') => '\u{1174}',
        _ => return None,
    })
}

const fn compound_final(first: char, second: char) -> Option<char> {
    Some(match (first, second) {
        ('\u{11A8}', '\u{11BA}') => '\u{11AA}',
        ('\u{11AB}', '\u{11BD}') => '\u{11AC}',
        ('\u{11AB}', '\u{11C2}') => '\u{11AD}',
        ('\u{11AF}', '\u{11A8}') => '\u{11B0}',
        ('\u{11AF}', '\u{11B7}') => '\u{11B1}',
        ('\u{11AF}', '\u{11B8}') => '\u{11B2}',
        ('\u{11AF}', '\u{11BA}') => '\u{11B3}',
        ('\u{11AF}', '\u{11C0}') => '\u{11B4}',
        ('\u{11AF}', '\u{11C1}') => '\u{11B5}',
        ('\u{11AF}', '\u{11C2}') => '\u{11B6}',
        ('\u{11B8}', '\u{11BA}') => '\u{11B9}',
        _ => return None,
    })
}

/// The key that was struck. Shift matters only where the layout gives it a letter of its own.
fn key(typed: char) -> Option<Key> {
    if typed == ' ' {
        return Some(Key::Space);
    }
    let plain =
        if matches!(typed, 'Q' | 'W' | 'E' | 'R' | 'T' | 'O' | 'P') { typed } else { typed.to_ascii_lowercase() };
    let consonant = CONSONANTS.iter().find(|(key, ..)| *key == plain);
    let vowel = || VOWELS.iter().find(|(key, _)| *key == plain).map(|(_, vowel)| Key::Vowel(*vowel));
    consonant.map(|(_, initial, last)| Key::Consonant(*initial, *last)).or_else(vowel)
}

const CONSONANTS: [(char, char, Option<char>); 19] = [
    ('r', '\u{1100}', Some('\u{11A8}')),
    ('R', '\u{1101}', Some('\u{11A9}')),
    ('s', '\u{1102}', Some('\u{11AB}')),
    ('e', '\u{1103}', Some('\u{11AE}')),
    ('E', '\u{1104}', None),
    ('f', '\u{1105}', Some('\u{11AF}')),
    ('a', '\u{1106}', Some('\u{11B7}')),
    ('q', '\u{1107}', Some('\u{11B8}')),
    ('Q', '\u{1108}', None),
    ('t', '\u{1109}', Some('\u{11BA}')),
    ('T', '\u{110A}', Some('\u{11BB}')),
    ('d', '\u{110B}', Some('\u{11BC}')),
    ('w', '\u{110C}', Some('\u{11BD}')),
    ('W', '\u{110D}', None),
    ('c', '\u{110E}', Some('\u{11BE}')),
    ('z', '\u{110F}', Some('\u{11BF}')),
    ('x', '\u{1110}', Some('\u{11C0}')),
    ('v', '\u{1111}', Some('\u{11C1}')),
    ('g', '\u{1112}', Some('\u{11C2}')),
];

const VOWELS: [(char, char); 14] = [
    ('k', '\u{1161}'),
    ('o', '\u{1162}'),
    ('i', '\u{1163}'),
    ('O', '\u{1164}'),
    ('j', '\u{1165}'),
    ('p', '\u{1166}'),
    ('u', '\u{1167}'),
    ('P', '\u{1168}'),
    ('h', '\u{1169}'),
    ('y', '\u{116D}'),
    ('n', '\u{116E}'),
    ('b', '\u{1172}'),
    ('m', '\u{1173}'),
    ('l', '\u{1175}'),
];
