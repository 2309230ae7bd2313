//! The sealed form that all cells of a pairing share. Spec: pairing, "Cells".

use zeroize::Zeroizing;

use super::Error;
use crate::crypto::{TAG_LEN, XNONCE_LEN, xopen, xseal};
use crate::keys::AeadKey;
use crate::limits::CELL_LEN;
use crate::wire::{self, Cell};

/// What a cell is. The numbers are the wire's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bundle = 1,
    Message1 = 2,
    Reply = 3,
    Answer = 4,
    Verdict = 5,
}

/// An opened cell: version ‖ kind ‖ u16be length ‖ content ‖ zeros.
pub(super) struct Plain(Zeroizing<Vec<u8>>);

impl Plain {
    /// Lays out a cell's plaintext.
    pub(super) fn compose(kind: Kind, parts: &[&[u8]]) -> Result<Self, Error> {
        let length = parts.iter().fold(0_usize, |sum, part| sum.saturating_add(part.len()));
        let mut plain = Zeroizing::new(Vec::with_capacity(PLAIN_LEN));
        plain.extend([VERSION, kind as u8]);
        plain.extend(u16::try_from(length).map_err(|_| wire::Error::Limit)?.to_be_bytes());
        for part in parts {
            plain.extend_from_slice(part);
        }
        if plain.len() > PLAIN_LEN {
            return Err(wire::Error::Limit.into());
        }
        plain.resize(PLAIN_LEN, 0);
        Ok(Self(plain))
    }

    /// Opens a cell and checks everything up to its content.
    pub(super) fn open(cell: &Cell, key: &AeadKey, kind: Kind) -> Result<Self, Error> {
        let (nonce, sealed) = cell.as_bytes().split_first_chunk::<XNONCE_LEN>().ok_or(Error::Undecryptable)?;
        let mut buffer = Zeroizing::new(sealed.to_vec());
        xopen(key, nonce, b"", &mut buffer)?;
        buffer.truncate(PLAIN_LEN);
        let plain = Self(buffer);
        let [version, found, ..] = *plain.head();
        if version != VERSION {
            return Err(Error::Version);
        }
        if found != kind as u8 {
            return Err(Error::Kind);
        }
        let (_, padding) = plain.split()?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(wire::Error::Padding.into());
        }
        Ok(plain)
    }

    /// Seals the cell: nonce ‖ ciphertext ‖ tag.
    pub(super) fn seal(&self, key: &AeadKey, nonce: &[u8; XNONCE_LEN]) -> Result<Cell, Error> {
        let mut cell = Cell::from_bytes([0; CELL_LEN]);
        let (head, rest) = cell.as_mut_bytes().split_first_chunk_mut::<XNONCE_LEN>().ok_or(Error::Undecryptable)?;
        *head = *nonce;
        rest.split_at_mut(PLAIN_LEN).0.copy_from_slice(&self.0);
        xseal(key, nonce, b"", rest)?;
        Ok(cell)
    }

    /// The content.
    pub(super) fn content(&self) -> Result<&[u8], Error> {
        Ok(self.split()?.0.split_at(HEAD_LEN).1)
    }

    /// The content of a kind that has one length.
    pub(super) fn content_of<const N: usize>(&self) -> Result<&[u8; N], Error> {
        self.content()?.try_into().map_err(|_| Error::Kind)
    }

    /// All but the padding: what a hash of the cell covers.
    pub(super) fn covered(&self) -> Result<&[u8], Error> {
        Ok(self.split()?.0)
    }

    fn split(&self) -> Result<(&[u8], &[u8]), Error> {
        let [_, _, high, low] = *self.head();
        let length = usize::from(u16::from_be_bytes([high, low])).saturating_add(HEAD_LEN);
        Ok(self.0.split_at_checked(length).ok_or(wire::Error::Limit)?)
    }

    fn head(&self) -> &[u8; HEAD_LEN] {
        #[expect(clippy::expect_used, reason = "both constructors make PLAIN_LEN bytes")]
        self.0.first_chunk().expect("PLAIN_LEN bytes")
    }
}

const VERSION: u8 = 1;
const HEAD_LEN: usize = 4;
const PLAIN_LEN: usize = CELL_LEN - XNONCE_LEN - TAG_LEN;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_that_fills_a_cell_is_laid_out_and_a_byte_more_is_not() {
        let full = [7; PLAIN_LEN - HEAD_LEN];
        let plain = Plain::compose(Kind::Bundle, &[&full]).unwrap();
        assert_eq!(plain.0.len(), PLAIN_LEN);
        assert_eq!(plain.0[HEAD_LEN..], full);
        assert!(Plain::compose(Kind::Bundle, &[&full, &[7]]).is_err());
    }
}
