//! A corpus as the repository keeps it: one file a target, one input a line, each a byte more than twice as long as the
//! input. The file can be read, and a change of it can be seen.

use std::path::{Path, PathBuf};

/// The inputs of a file: a line of hexadecimal digits each, in ascending order. `None` if it is none.
#[must_use]
pub fn read(text: &str) -> Option<Vec<Vec<u8>>> {
    text.lines().map(bytes).collect()
}

/// Where a target's corpus is kept.
#[must_use]
pub fn file(target: &str) -> PathBuf {
    folder().join(target).with_extension("hex")
}

/// Where all of them are kept.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpora")
}

fn bytes(line: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = line.as_bytes().as_chunks::<2>();
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}
