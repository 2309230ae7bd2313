//! What one cell's content says: its number, what has come from the other side, and a piece of a message.
//! Spec: messages, "Envelope".

use bincode::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::keys::UnixTime;
use crate::limits::{PIECE_MAX, PIECES_MAX};
use crate::ratchet::layout::CONTENT_MAX;
use crate::wire::{self, decode, encode};

/// The content of a cell.
#[derive(Encode, Decode)]
pub struct Envelope {
    /// The cell's number among the sender's, from 1.
    pub seq: u64,
    /// The lowest number that the sender still holds: what is below is delivered or given up.
    pub oldest: u64,
    /// All of the receiver's cells up to this number have come, or were given up.
    pub ack: u64,
    /// Bit i: the receiver's cell `ack + 2 + i` has come, too.
    pub seen: u64,
    /// The cell's part of a message.
    pub piece: Piece,
}

/// A part of a message.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct Piece {
    /// The message's number among the sender's, from 1.
    pub message: u64,
    /// Which of its pieces, from 0.
    pub index: u8,
    /// How many pieces it has, 1 to [`PIECES_MAX`].
    pub count: u8,
    /// When the message is gone, whatever happens.
    #[zeroize(skip)]
    pub deadline: UnixTime,
    /// 1 to [`PIECE_MAX`] bytes of the message.
    pub bytes: Vec<u8>,
}

/// Which rule an envelope breaks. Every case is a MUST-reject of the spec.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// The encoding is not strict.
    #[error("encoding: {0}")]
    Encoding(#[from] wire::Error),
    /// Number 0, or a lowest number that is 0 or above the cell's own.
    #[error("numbers make no sense")]
    Numbers,
    /// No pieces, too many, an index beyond them, or a message numbered 0.
    #[error("piece makes no sense")]
    Piece,
    /// A piece without bytes, or with more than [`PIECE_MAX`].
    #[error("piece is empty or too long")]
    Length,
}

impl Envelope {
    /// The bytes of the envelope.
    ///
    /// # Errors
    /// [`EnvelopeError`] as each case says: what would be refused is not made.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
        self.check()?;
        Ok(encode(self)?)
    }

    /// The envelope of these bytes.
    ///
    /// # Errors
    /// [`EnvelopeError`] as each case says.
    pub fn decode(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let envelope: Self = decode::<_, CONTENT_MAX>(bytes)?;
        envelope.check()?;
        Ok(envelope)
    }

    fn check(&self) -> Result<(), EnvelopeError> {
        let piece = &self.piece;
        if self.seq == 0 || !(1..=self.seq).contains(&self.oldest) {
            return Err(EnvelopeError::Numbers);
        }
        if piece.message == 0 || !(1..=PIECES_MAX).contains(&piece.count) || piece.index >= piece.count {
            return Err(EnvelopeError::Piece);
        }
        if !(1..=PIECE_MAX).contains(&piece.bytes.len()) {
            return Err(EnvelopeError::Length);
        }
        Ok(())
    }
}

/// Cuts the bytes of a message into pieces of [`PIECE_MAX`], the last one shorter.
///
/// # Errors
/// [`EnvelopeError::Length`] if there are no bytes, [`EnvelopeError::Piece`] if they need more than [`PIECES_MAX`].
pub fn split(message: u64, deadline: UnixTime, bytes: &[u8]) -> Result<Vec<Piece>, EnvelopeError> {
    let parts = bytes.chunks(PIECE_MAX);
    let count = u8::try_from(parts.len()).map_err(|_| EnvelopeError::Piece)?;
    match count {
        0 => Err(EnvelopeError::Length),
        1..=PIECES_MAX => {
            let piece = |(index, part): (u8, &[u8])| Piece { message, index, count, deadline, bytes: part.to_vec() };
            Ok((0..count).zip(parts).map(piece).collect())
        }
        _ => Err(EnvelopeError::Piece),
    }
}
