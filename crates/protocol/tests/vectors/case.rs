//! One case: what it is about, and its input. Values are hex unless the chapter's README entry says otherwise.

use std::collections::BTreeMap;

use libtest_mimic::Failed;
use nightjar_protocol::keys::Random;
use serde_json::{Map, Value};

/// What a case comes to: named values, or the name of the error that rejects it.
pub type Outcome = Result<Map<String, Value>, String>;

/// A case as read from its file.
pub struct Case {
    /// Which of the chapter's computations this is.
    pub kind: String,
    input: Map<String, Value>,
}

impl Case {
    /// Reads the parts that every case has.
    pub fn read(document: &BTreeMap<String, Value>) -> Result<Self, Failed> {
        const KNOWN: [&str; 7] = ["what", "spec", "kind", "input", "expect", "reject", "source"];
        if let Some(key) = document.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(format!("unknown key {key}").into());
        }
        let text = |key: &str| document.get(key).and_then(Value::as_str).ok_or(format!("no \"{key}\""));
        text("what")?;
        text("spec")?;
        let input = document.get("input").and_then(Value::as_object).ok_or("no \"input\"")?.clone();
        Ok(Self { kind: text("kind")?.to_owned(), input })
    }

    /// A value of the input.
    pub fn value(&self, key: &str) -> &Value {
        self.input.get(key).unwrap_or_else(|| panic!("input has no {key}"))
    }

    /// Whether the input has this value.
    pub fn has(&self, key: &str) -> bool {
        self.input.contains_key(key)
    }

    /// A string of the input.
    pub fn text(&self, key: &str) -> &str {
        self.value(key).as_str().unwrap_or_else(|| panic!("{key} is not a string"))
    }

    /// A whole number of the input.
    pub fn number(&self, key: &str) -> u64 {
        self.value(key).as_u64().unwrap_or_else(|| panic!("{key} is not a number"))
    }

    /// Bytes of the input, in hex. A string `"00*24"` stands for 24 zero bytes.
    pub fn bytes(&self, key: &str) -> Vec<u8> {
        bytes(self.text(key))
    }

    /// Bytes of the input, of a length that the type fixes.
    pub fn array<const N: usize>(&self, key: &str) -> [u8; N] {
        self.bytes(key).try_into().unwrap_or_else(|_| panic!("{key} is not {N} bytes"))
    }
}

/// Hex, or `byte*count`, or both joined by `+`.
pub fn bytes(text: &str) -> Vec<u8> {
    text.split('+')
        .filter(|part| !part.is_empty())
        .flat_map(|part| match part.split_once('*') {
            Some((byte, count)) => hex::decode(byte).expect("hex").repeat(count.parse().expect("count")),
            None => hex::decode(part).expect("hex"),
        })
        .collect()
}

/// Named outputs.
pub fn outputs<const N: usize>(values: [(&str, Value); N]) -> Outcome {
    Ok(values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Bytes as an output.
pub fn hex(bytes: &[u8]) -> Value {
    Value::String(hex::encode(bytes))
}

/// An error's name as the vectors write it: its variant, without what it carries.
pub fn name(error: impl core::fmt::Debug) -> String {
    let text = format!("{error:?}");
    text.rsplit(&['(', ' '][..]).next().unwrap_or(&text).trim_end_matches(')').to_owned()
}

/// Fixed randomness for vectors: byte `i` of the stream is byte `i mod 32` of SHA-256("nightjar/vector-random" ‖ seed ‖
/// u64be block), block = `i / 32`.
pub struct Fixed {
    seed: Vec<u8>,
    position: u64,
}

impl Fixed {
    /// The stream of `seed`.
    pub fn new(seed: &[u8]) -> Self {
        Self { seed: seed.to_vec(), position: 0 }
    }
}

impl Random for Fixed {
    fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            let (block, at) = (self.position / 32, (self.position % 32) as usize);
            let digest =
                nightjar_protocol::crypto::sha256(&[b"nightjar/vector-random", &self.seed, &block.to_be_bytes()]);
            *byte = digest[at];
            self.position += 1;
        }
    }
}
