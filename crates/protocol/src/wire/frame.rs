//! What has one length whatever it carries: cells and frames. Spec: wire, "Cells" and "Frames".

use zeroize::Zeroize;

use super::{Error, decode};
use crate::limits::{BATCH_LEN, BATCH_MAX, CELL_LEN, FRAME_PLAIN_LEN};

/// A cell: [`CELL_LEN`] bytes of ciphertext to everyone but the two who share its key. Wiped when dropped: freed memory is
/// the first that a seizure would search.
#[derive(Clone, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Cell(Box<[u8; CELL_LEN]>);

impl Cell {
    /// Takes a cell from its bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; CELL_LEN]) -> Self {
        Self(Box::new(bytes))
    }

    /// A cell with these bytes, copied once.
    fn copied(bytes: &[u8; CELL_LEN]) -> Self {
        #[expect(clippy::expect_used, reason = "the slice has the length of the array")]
        Self(Box::<[u8]>::from(bytes.as_slice()).try_into().expect("the same length"))
    }

    /// The bytes of the cell.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; CELL_LEN] {
        &self.0
    }

    /// The bytes of the cell, to seal or open in place.
    pub fn as_mut_bytes(&mut self) -> &mut [u8; CELL_LEN] {
        &mut self.0
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

impl core::fmt::Debug for Cell {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Cell(…)")
    }
}

/// A frame before sealing: u16be length of the batch ‖ batch, zero-padded to [`BATCH_LEN`] ‖ cell, or zeros.
///
/// It is read and laid out where it is sealed and opened, and carries read keys: whoever holds the bytes wipes them.
pub struct Frame<'a>(pub &'a [u8; FRAME_PLAIN_LEN]);

impl Frame<'_> {
    /// Lays out a frame from the items of a batch, each in its encoding, and a cell. Every byte of `frame` is written.
    ///
    /// # Errors
    /// [`Error::Limit`] if there are more than [`BATCH_MAX`] items or they do not fit [`BATCH_LEN`].
    pub fn compose<'i>(
        frame: &mut [u8; FRAME_PLAIN_LEN],
        items: impl ExactSizeIterator<Item = &'i [u8]>,
        cell: Option<&Cell>,
    ) -> Result<(), Error> {
        let count = u8::try_from(items.len()).map_err(|_| Error::Limit)?;
        if usize::from(count) > BATCH_MAX {
            return Err(Error::Limit);
        }
        let (length, batch, slot) = parts_mut(frame);
        let mut rest = &mut batch[..];
        *rest.split_off_first_mut().ok_or(Error::Limit)? = count;
        for item in items {
            rest.split_off_mut(..item.len()).ok_or(Error::Limit)?.copy_from_slice(item);
        }
        rest.fill(0);
        let used = BATCH_LEN.saturating_sub(rest.len());
        *length = u16::try_from(used).map_err(|_| Error::Limit)?.to_be_bytes();
        match cell {
            Some(cell) => slot.copy_from_slice(cell.as_bytes()),
            None => slot.fill(0),
        }
        Ok(())
    }

    /// The items of the batch.
    ///
    /// # Errors
    /// As [`decode`]; [`Error::Limit`] for a length or count beyond the limits, [`Error::Padding`] for padding that is
    /// not zero.
    pub fn batch<T: bincode::Encode + bincode::Decode<()>>(&self) -> Result<Vec<T>, Error> {
        let (length, batch, _) = self.parts();
        let (used, padding) = batch.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(Error::Limit)?;
        if !is_zero(padding) {
            return Err(Error::Padding);
        }
        let items: Vec<T> = decode::<_, BATCH_CLAIM>(used)?;
        if items.len() > BATCH_MAX { Err(Error::Limit) } else { Ok(items) }
    }

    /// The cell, if the batch says that there is one.
    ///
    /// # Errors
    /// [`Error::Padding`] if there is to be none and the slot is not zero.
    pub fn cell(&self, expected: bool) -> Result<Option<Cell>, Error> {
        let (_, _, slot) = self.parts();
        match expected {
            true => Ok(Some(Cell::copied(slot))),
            false if is_zero(slot) => Ok(None),
            false => Err(Error::Padding),
        }
    }

    fn parts(&self) -> (&[u8; 2], &[u8; BATCH_LEN], &[u8; CELL_LEN]) {
        let split = self.0.split_first_chunk::<2>().and_then(|(length, rest)| {
            let (batch, slot) = rest.split_first_chunk::<BATCH_LEN>()?;
            Some((length, batch, slot.first_chunk()?))
        });
        #[expect(clippy::expect_used, reason = "2 + BATCH_LEN + CELL_LEN = FRAME_PLAIN_LEN, by definition")]
        split.expect("constant lengths")
    }
}

fn parts_mut(frame: &mut [u8; FRAME_PLAIN_LEN]) -> (&mut [u8; 2], &mut [u8; BATCH_LEN], &mut [u8; CELL_LEN]) {
    let split = frame.split_first_chunk_mut::<2>().and_then(|(length, rest)| {
        let (batch, slot) = rest.split_first_chunk_mut::<BATCH_LEN>()?;
        Some((length, batch, slot.first_chunk_mut()?))
    });
    #[expect(clippy::expect_used, reason = "2 + BATCH_LEN + CELL_LEN = FRAME_PLAIN_LEN, by definition")]
    split.expect("constant lengths")
}

/// Whether all bytes are zero. It looks at every one, and so at many at a time.
fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |sum, byte| sum | byte) == 0
}

/// bincode charges a list's items by their size in memory before it reads them: room for [`BATCH_MAX`] of 64 bytes.
const BATCH_CLAIM: usize = BATCH_MAX * 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_of_the_most_items_is_laid_out_and_one_more_is_not() {
        let mut frame = [0; FRAME_PLAIN_LEN];
        let mut compose = |count: usize| Frame::compose(&mut frame, vec![&[6_u8][..]; count].into_iter(), None);
        assert_eq!(compose(BATCH_MAX), Ok(()));
        assert_eq!(compose(BATCH_MAX + 1), Err(Error::Limit));
    }

    #[test]
    fn a_cell_says_nothing_of_its_bytes() {
        let shown = [7, 8].map(|byte| format!("{:?}", Cell::from_bytes([byte; CELL_LEN])));
        assert_eq!(shown[0], shown[1]);
        assert!(shown[0].starts_with("Cell"), "{}", shown[0]);
    }
}
