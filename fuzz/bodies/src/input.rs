//! An input as a script: numbers, strings of bytes, and changes to bytes that are right.

use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::wire::Cell;

/// What is left of an input. At its end it reads as zeros and empty strings.
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// Whether all of it was read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One byte.
    pub fn byte(&mut self) -> u8 {
        self.0.split_off_first().copied().unwrap_or_default()
    }

    /// A place in a list of this length, if it has any.
    pub fn place(&mut self, length: usize) -> Option<usize> {
        let drawn = usize::from(u16::from_be_bytes([self.byte(), self.byte()]));
        drawn.checked_rem(length)
    }

    /// A string behind its 2-byte length, or what there is of it.
    pub fn string(&mut self) -> &'a [u8] {
        let length = usize::from(u16::from_be_bytes([self.byte(), self.byte()]));
        self.take(length)
    }

    /// A string behind its 1-byte length, or what there is of it.
    pub fn short(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte());
        self.take(length)
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        self.take(usize::MAX)
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let length = length.min(self.0.len());
        self.0.split_off(..length).unwrap_or_default()
    }
}

/// Carries out changes of four bytes each: place u16 ‖ kind ‖ value.
pub fn patch(right: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut bytes = right.to_vec();
    for &[high, low, kind, value] in changes.as_chunks().0 {
        change(&mut bytes, u32::from(u16::from_be_bytes([high, low])), kind, value);
    }
    bytes
}

/// The same in a file of more than 64 KiB, with changes of five bytes: the place has three.
pub fn patch_far(right: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut bytes = right.to_vec();
    for &[top, high, low, kind, value] in changes.as_chunks().0 {
        change(&mut bytes, u32::from_be_bytes([0, top, high, low]), kind, value);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, place: u32, kind: u8, value: u8) {
    let Some(at) = (place as usize).checked_rem(bytes.len()) else { return };
    match kind % 8 {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, value),
        2 => drop(bytes.remove(at)),
        3 => bytes[at] ^= 1 << (value % 8),
        4 => bytes[at] = bytes[at].wrapping_add(value),
        5 => {
            let end = bytes.len().min(at + usize::from(value));
            bytes[at..end].fill(0xff);
        }
        _ => bytes[at] = value,
    }
}

/// A cell of these bytes, cut off or filled up with zeros.
pub fn cell(bytes: &[u8]) -> Cell {
    let mut whole = [0; CELL_LEN];
    whole.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
    Cell::from_bytes(whole)
}

/// Copies pieces of 32 bytes over others, two bytes each: from ‖ to.
pub fn copy_within(right: &[u8], pieces: &[u8]) -> Vec<u8> {
    let mut bytes = right.to_vec();
    for &[from, to] in pieces.as_chunks().0 {
        let Some(places) = (bytes.len() / 32).checked_sub(1) else { break };
        let [from, to] = [from, to].map(|place| usize::from(place) % (places + 1) * 32);
        bytes.copy_within(from..from + 32, to);
    }
    bytes
}
