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
/// It carries read keys, so it is cleared when dropped.
pub struct Frame([u8; FRAME_PLAIN_LEN]);

impl Frame {
    /// An all-zero frame, to be read into.
    #[must_use]
    pub const fn empty() -> Self {
        Self([0; FRAME_PLAIN_LEN])
    }

    /// Lays out a frame from the items of a batch, each in its encoding, and a cell.
    ///
    /// # Errors
    /// [`Error::Limit`] if there are more than [`BATCH_MAX`] items or they do not fit [`BATCH_LEN`].
    pub fn compose<'a>(items: impl ExactSizeIterator<Item = &'a [u8]>, cell: Option<&Cell>) -> Result<Self, Error> {
        let count = u8::try_from(items.len()).map_err(|_| Error::Limit)?;
        if usize::from(count) > BATCH_MAX {
            return Err(Error::Limit);
        }
        let mut frame = Self::empty();
        let (length, batch, slot) = frame.parts_mut();
        let mut rest = &mut batch[..];
        *rest.split_off_first_mut().ok_or(Error::Limit)? = count;
        for item in items {
            rest.split_off_mut(..item.len()).ok_or(Error::Limit)?.copy_from_slice(item);
        }
        let used = BATCH_LEN.saturating_sub(rest.len());
        *length = u16::try_from(used).map_err(|_| Error::Limit)?.to_be_bytes();
        if let Some(cell) = cell {
            *slot = *cell.as_bytes();
        }
        Ok(frame)
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
            true => Ok(Some(Cell::from_bytes(*slot))),
            false if is_zero(slot) => Ok(None),
            false => Err(Error::Padding),
        }
    }

    /// The bytes, to be sealed.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; FRAME_PLAIN_LEN] {
        &self.0
    }

    /// The bytes, to be opened into.
    pub const fn as_mut_bytes(&mut self) -> &mut [u8; FRAME_PLAIN_LEN] {
        &mut self.0
    }

    fn parts(&self) -> (&[u8; 2], &[u8; BATCH_LEN], &[u8; CELL_LEN]) {
        let split = self.0.split_first_chunk::<2>().and_then(|(length, rest)| {
            let (batch, slot) = rest.split_first_chunk::<BATCH_LEN>()?;
            Some((length, batch, slot.first_chunk()?))
        });
        #[expect(clippy::expect_used, reason = "2 + BATCH_LEN + CELL_LEN = FRAME_PLAIN_LEN, by definition")]
        split.expect("constant lengths")
    }

    fn parts_mut(&mut self) -> (&mut [u8; 2], &mut [u8; BATCH_LEN], &mut [u8; CELL_LEN]) {
        let split = self.0.split_first_chunk_mut::<2>().and_then(|(length, rest)| {
            let (batch, slot) = rest.split_first_chunk_mut::<BATCH_LEN>()?;
            Some((length, batch, slot.first_chunk_mut()?))
        });
        #[expect(clippy::expect_used, reason = "2 + BATCH_LEN + CELL_LEN = FRAME_PLAIN_LEN, by definition")]
        split.expect("constant lengths")
    }
}

/// Whether all bytes are zero. It looks at every one, and so at many at a time.
fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |sum, byte| sum | byte) == 0
}

/// bincode charges a list's items by their size in memory before it reads them: room for [`BATCH_MAX`] of 64 bytes.
const BATCH_CLAIM: usize = BATCH_MAX * 64;

impl Drop for Frame {
    fn drop(&mut self) {
        // As a slice: an array is wiped byte by byte.
        self.0.as_mut_slice().zeroize();
    }
}
