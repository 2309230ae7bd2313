//! Unicode's own figures for the normal forms of Hangul, of version 16.0, through the normalisation of words: a name that
//! is typed on one keyboard in syllables and on another in jamo is one name.

use std::fmt::Write as _;

use nightjar_protocol::crypto::sha256;
use nightjar_protocol::nickname::Word;

/// The lines but those of single syllables, as the file has them.
const LINES: &str = include_str!("hangul.txt");
/// SHA-256 of the 11,172 lines of single syllables, from AC00 on, each with its line feed, as the file has them.
const SYLLABLES: &str = "2e112f188321a36820e7b48c6359a9537e69600bbf26187e06455048a0e21ab0";

#[test]
fn every_form_of_a_line_is_one_word() {
    let lines: Vec<&str> = LINES.lines().filter(|line| !line.starts_with('#')).collect();
    let told = lines.iter().filter(|line| check(line)).count();
    println!("{} lines of Hangul, {told} of them with their NFKC as the word", lines.len());
    assert_eq!((lines.len(), told), (333, 300));
}

#[test]
fn every_form_of_a_syllable_is_one_word() {
    let lines: Vec<String> = (0..19 * 21 * 28).map(line_of).collect();
    let text = lines.iter().fold(String::new(), |text, line| text + line + "\n");
    assert_eq!(hex::encode(sha256(&[text.as_bytes()])), SYLLABLES, "the rule and the file disagree");
    assert!(lines.iter().all(|line| check(line)));
}

/// The file's line for a syllable (The Unicode Standard, section 3.12).
fn line_of(index: u32) -> String {
    let mut jamo = format!("{:04X} {:04X}", 0x1100 + index / 588, 0x1161 + index % 588 / 28);
    if !index.is_multiple_of(28) {
        let _ = write!(jamo, " {:04X}", 0x11a7 + index % 28);
    }
    let syllable = 0xac00 + index;
    format!("{syllable:04X};{syllable:04X};{jamo};{syllable:04X};{jamo};")
}

/// Fails unless all five columns are one word. Whether the word is the NFKC: fillers and punctuation are no part of it.
fn check(line: &str) -> bool {
    let columns: Vec<String> = line.split_terminator(';').map(text).collect();
    let [source, nfc, nfd, nfkc, nfkd] = columns.as_slice() else { panic!("five columns: {line}") };
    let words = [source, nfc, nfd, nfkc, nfkd].map(|column| {
        // Between two letters, lest it be too short.
        let word = Word::normalise(&format!("x{column}x")).unwrap_or_else(|error| panic!("{error}: {line}"));
        word.display().to_owned()
    });
    assert!(words.iter().all(|word| *word == words[0]), "{line}");
    words[0] == format!("x{nfkc}x")
}

fn text(column: &str) -> String {
    let code = |hex| char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap();
    column.split(' ').map(code).collect()
}
