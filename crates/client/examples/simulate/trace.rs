//! What happened, line by line, and its hash: two runs of a seed are the same run if these agree.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::time::Time;

/// Everything that happened in a world.
pub struct Trace {
    time: Time,
    hash: u64,
    events: u64,
    lines: Lines,
    faults: BTreeMap<&'static str, u64>,
    line: String,
}

/// What becomes of the lines.
#[derive(PartialEq, Eq, Debug)]
pub enum Lines {
    /// They are only in the hash.
    Forgotten,
    /// They are printed as they come.
    Printed,
    /// They are kept, to be compared.
    #[cfg(test)]
    Kept(Vec<String>),
}

impl Trace {
    pub fn new(time: &Time, lines: Lines) -> Self {
        let (line, faults) = Default::default();
        Self { time: time.clone(), hash: FNV_OFFSET, events: 0, lines, faults, line }
    }

    /// Something happened.
    pub fn event(&mut self, what: std::fmt::Arguments<'_>) {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        // Writing to a string does not fail.
        let _ = write!(line, "{:>10} {what}", self.time.now());
        self.bytes(line.as_bytes());
        self.events += 1;
        match &mut self.lines {
            Lines::Forgotten => {}
            Lines::Printed => println!("{line}"),
            #[cfg(test)]
            Lines::Kept(lines) => lines.push(line.clone()),
        }
        self.line = line;
    }

    /// A fault was put in.
    pub fn fault(&mut self, kind: &'static str) {
        *self.faults.entry(kind).or_default() += 1;
        self.event(format_args!("fault: {kind}"));
    }

    /// Takes bytes into the hash, such as those of a frame.
    pub fn bytes(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        for byte in rest {
            self.mix(u64::from(*byte));
        }
    }

    /// The hash, the number of events, the faults by kind, and the lines.
    pub fn end(self) -> (u64, u64, BTreeMap<&'static str, u64>, Lines) {
        (self.hash, self.events, self.faults, self.lines)
    }

    fn mix(&mut self, word: u64) {
        self.hash = (self.hash ^ word).wrapping_mul(FNV_PRIME).rotate_left(23);
    }
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;
