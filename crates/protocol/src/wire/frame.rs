//! What has one length whatever it carries. Spec: wire, "Frames" and "Cells".

use crate::limits::CELL_LEN;

/// A cell: [`CELL_LEN`] bytes of ciphertext to everyone but the two who share its key.
#[derive(Clone, PartialEq, Eq)]
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

impl core::fmt::Debug for Cell {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Cell(…)")
    }
}
