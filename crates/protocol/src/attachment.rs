//! The cells of an attachment: its bytes sealed one cell at a time, each of which says where it belongs, so that they may
//! come in any order, twice, and after any interruption. Spec: attachments, "Cells".
//!
//! ```text
//! bytes ─ data(index) → Sealer::seal → cell … one-time mailbox … cell → Opener::open → index, data → bytes, hash
//! ```

use zeroize::Zeroize;

use crate::crypto::{self, TAG_LEN, XNONCE_LEN, xopen, xseal};
use crate::keys::{AeadKey, Random};
use crate::limits::{ATTACHMENT_DATA_LEN, ATTACHMENT_MAX, CELL_LEN};
use crate::wire::Cell;

/// How an attachment of some size is laid out over cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    size: u32,
    filled: u32,
    cells: u32,
}

/// Seals an attachment's cells.
pub struct Sealer {
    key: AeadKey,
    layout: Layout,
}

/// Opens an attachment's cells.
pub struct Opener {
    key: AeadKey,
    layout: Layout,
}

/// An opened cell: its place and its share of the bytes, cleared when dropped.
pub struct Opened {
    index: u32,
    length: usize,
    cell: Cell,
}

/// What is refused. Every case of [`Opener::open`] is a MUST-reject of the spec.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A size of 0, or beyond [`ATTACHMENT_MAX`].
    #[error("size is out of bounds")]
    Size,
    /// Bytes to be sealed that are not as many as the cell at this place holds.
    #[error("length does not fit the place")]
    Length,
    /// The cell does not open under the attachment's key.
    #[error("cell is not of this attachment")]
    Foreign,
    /// The cell's place is beyond the last.
    #[error("place is beyond the last cell")]
    Index,
    /// What follows the attachment's bytes is not zero.
    #[error("padding is not zero")]
    Padding,
}

impl Layout {
    /// The layout of `size` bytes, 1 to [`ATTACHMENT_MAX`].
    ///
    /// # Errors
    /// [`Error::Size`].
    pub fn new(size: u32) -> Result<Self, Error> {
        if !(1..=ATTACHMENT_MAX).contains(&size) {
            return Err(Error::Size);
        }
        let filled = size.div_ceil(DATA);
        Ok(Self { size, filled, cells: padme(filled) })
    }

    /// Bytes in all.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.size
    }

    /// Cells in all, those of padding among them.
    #[must_use]
    pub const fn cells(&self) -> u32 {
        self.cells
    }

    /// Cells that hold something of the attachment; the others are padding.
    #[must_use]
    pub const fn filled(&self) -> u32 {
        self.filled
    }

    /// The bytes that the cell at `index` holds, as a range of all; empty in padding.
    #[must_use]
    pub fn data(&self, index: u32) -> core::ops::Range<usize> {
        let at = |index: u32| index.saturating_mul(DATA).min(self.size) as usize;
        at(index)..at(index.saturating_add(1))
    }
}

impl Sealer {
    /// Seals cells of this layout under `key`.
    #[must_use]
    pub const fn new(key: &AeadKey, layout: Layout) -> Self {
        Self { key: key.duplicate(), layout }
    }

    /// The cell at `index`, of the bytes that [`Layout::data`] says it holds. Each call draws a nonce: the same place may
    /// be sealed again.
    ///
    /// # Errors
    /// [`Error::Index`], [`Error::Length`].
    pub fn seal(&self, index: u32, data: &[u8], random: &mut impl Random) -> Result<Cell, Error> {
        if index >= self.layout.cells {
            return Err(Error::Index);
        }
        if data.len() != self.layout.data(index).len() {
            return Err(Error::Length);
        }
        let mut cell = Cell::from_bytes([0; CELL_LEN]);
        let (nonce, body) = cell.as_mut_bytes().split_first_chunk_mut::<XNONCE_LEN>().ok_or(Error::Length)?;
        random.fill(nonce);
        let (place, rest) = body.split_first_chunk_mut::<INDEX_LEN>().ok_or(Error::Length)?;
        *place = index.to_be_bytes();
        rest.get_mut(..data.len()).ok_or(Error::Length)?.copy_from_slice(data);
        xseal(&self.key, nonce, LABEL, body).map_err(|_| Error::Length)?;
        Ok(cell)
    }
}

impl Opener {
    /// Opens cells of this layout under `key`.
    #[must_use]
    pub const fn new(key: &AeadKey, layout: Layout) -> Self {
        Self { key: key.duplicate(), layout }
    }

    /// The layout.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// Opens a cell.
    ///
    /// # Errors
    /// [`Error::Foreign`], [`Error::Index`], [`Error::Padding`].
    pub fn open(&self, cell: Cell) -> Result<Opened, Error> {
        let mut opened = Opened { index: 0, length: 0, cell };
        let (nonce, body) = opened.cell.as_mut_bytes().split_first_chunk_mut().ok_or(Error::Foreign)?;
        let text = xopen(&self.key, nonce, LABEL, body).map_err(|_: crypto::Error| Error::Foreign)?;
        let (place, data) = text.split_first_chunk::<INDEX_LEN>().ok_or(Error::Foreign)?;
        let index = u32::from_be_bytes(*place);
        if index >= self.layout.cells {
            return Err(Error::Index);
        }
        let length = self.layout.data(index).len();
        if data.iter().skip(length).any(|byte| *byte != 0) {
            return Err(Error::Padding);
        }
        (opened.index, opened.length) = (index, length);
        Ok(opened)
    }
}

impl Opened {
    /// Where the cell belongs, from 0.
    #[must_use]
    pub const fn index(&self) -> u32 {
        self.index
    }

    /// Its share of the attachment's bytes; empty in padding.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.cell.as_bytes().get(DATA_AT..).and_then(|rest| rest.get(..self.length)).unwrap_or_default()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        // As a slice: an array is wiped byte by byte.
        self.cell.as_mut_bytes().as_mut_slice().zeroize();
    }
}

/// The number of cells for so many filled ones: Padmé. It keeps of a number as many bits below the first as the first one's
/// place has, and rounds up: at most an eighth more.
fn padme(filled: u32) -> u32 {
    let Some(exponent @ 1..) = filled.checked_ilog2() else { return filled };
    let kept = exponent.checked_ilog2().map_or(0, |bits| bits.saturating_add(1));
    let mask = 1_u32.checked_shl(exponent.saturating_sub(kept)).map_or(0, |bit| bit.saturating_sub(1));
    filled.saturating_add(mask) & !mask
}

const LABEL: &[u8] = b"nightjar/attachment/v1";
const INDEX_LEN: usize = 4;
const DATA_AT: usize = XNONCE_LEN + INDEX_LEN;
const DATA: u32 = ATTACHMENT_DATA_LEN as u32;
const _: () = assert!(DATA_AT + ATTACHMENT_DATA_LEN + TAG_LEN == CELL_LEN, "a cell is filled");
