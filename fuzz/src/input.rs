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

    fn take(&mut self, length: usize) -> &'a [u8] {
        let length = length.min(self.0.len());
        self.0.split_off(..length).unwrap_or_default()
    }
}

/// Carries out changes of four bytes each: place u16 ‖ kind ‖ value.
pub fn patch(right: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut bytes = right.to_vec();
    for &[high, low, kind, value] in changes.as_chunks().0 {
        let Some(at) = usize::from(u16::from_be_bytes([high, low])).checked_rem(bytes.len()) else { break };
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
    bytes
}

/// A cell of these bytes, cut off or filled up with zeros.
pub fn cell(bytes: &[u8]) -> Cell {
    let mut whole = [0; CELL_LEN];
    whole.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
    Cell::from_bytes(whole)
}
