//! Normalising what was typed: no panic, a fixed point, and what was stored is taken back.

use nightjar_protocol::limits::{WORD_GRAPHEMES_MIN, WORD_MAX};
use nightjar_protocol::nickname::{Word, two_set_to_hangul};

/// Tries an input.
pub fn run(data: &[u8]) {
    let Ok(typed) = str::from_utf8(data) else { return };
    if let Some(read) = two_set_to_hangul(typed) {
        assert!(read.chars().all(|c| c == ' ' || ('가'..='힣').contains(&c)));
        assert!(two_set_to_hangul(&read).is_none());
    }
    let Ok(word) = Word::normalise(typed) else { return };
    let normal = word.display();
    assert!(normal.len() <= WORD_MAX && word.graphemes() >= WORD_GRAPHEMES_MIN);
    let again = [Word::normalise(normal).unwrap(), Word::from_stored(normal).unwrap()];
    assert!(again.iter().all(|again| again.prs() == word.prs() && again.display() == normal));
    assert_eq!(Word::from_stored(typed).is_ok(), typed == normal);
}
