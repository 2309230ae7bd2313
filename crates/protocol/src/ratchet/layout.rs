//! The bytes inside a cell, before sealing: header and body. Spec: session, "Cell".

use crate::crypto::{TAG_LEN, XNONCE_LEN};
use crate::keys::DhPublic;
use crate::limits::CELL_LEN;

/// A header in bytes, before sealing.
pub const HEADER_LEN: usize = 48;
/// A header in bytes, sealed.
pub const SEALED_HEADER_LEN: usize = HEADER_LEN + TAG_LEN;
/// What stands before the body in a cell: the nonce and the sealed header.
pub const PREFIX_LEN: usize = XNONCE_LEN + SEALED_HEADER_LEN;
/// A body in bytes, before sealing.
pub const BODY_LEN: usize = CELL_LEN - PREFIX_LEN - TAG_LEN;
/// Content in bytes, at most: a body without its kind and length.
pub const CONTENT_MAX: usize = BODY_LEN - 3;

/// The version of cells that this crate writes, and the only one it reads.
pub const VERSION: u8 = 1;

/// What a header says: where in which chain the message stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// The sender's ratchet key.
    pub dh: DhPublic,
    /// Messages in the sender's previous chain.
    pub pn: u32,
    /// The message's number in its chain, from 0.
    pub n: u32,
}

/// Which rule the layout breaks. [`super::Session`] does not tell them apart to its caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// Not version 1.
    #[error("unknown version")]
    Version,
    /// A post-quantum epoch other than 0.
    #[error("unknown epoch")]
    Epoch,
    /// The reserved bytes of the header are not zero.
    #[error("reserved bytes are not zero")]
    Reserved,
    /// A kind of post-quantum part other than "none".
    #[error("unknown post-quantum part")]
    PqKind,
    /// The content is longer than the body.
    #[error("content is longer than the body")]
    Length,
    /// The bytes after the content are not zero.
    #[error("padding is not zero")]
    Padding,
}

impl Header {
    /// version ‖ dh ‖ pn ‖ n ‖ epoch 0 ‖ reserved.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_LEN] {
        let mut out = [0; HEADER_LEN];
        let fields =
            [VERSION].into_iter().chain(*self.dh.as_bytes()).chain(self.pn.to_be_bytes()).chain(self.n.to_be_bytes());
        for (place, byte) in out.iter_mut().zip(fields) {
            *place = byte;
        }
        out
    }

    /// Reads a header.
    ///
    /// # Errors
    /// [`LayoutError::Version`], [`LayoutError::Epoch`], [`LayoutError::Reserved`].
    pub fn decode(bytes: &[u8; HEADER_LEN]) -> Result<Self, LayoutError> {
        let mut rest = bytes.as_slice();
        let [version] = take(&mut rest)?;
        let dh = DhPublic::from_bytes(take(&mut rest)?);
        let pn = u32::from_be_bytes(take(&mut rest)?);
        let n = u32::from_be_bytes(take(&mut rest)?);
        let epoch: [u8; 4] = take(&mut rest)?;
        let reserved: [u8; 3] = take(&mut rest)?;
        match (version, epoch, reserved) {
            (VERSION, [0, 0, 0, 0], [0, 0, 0]) => Ok(Self { dh, pn, n }),
            (VERSION, [0, 0, 0, 0], _) => Err(LayoutError::Reserved),
            (VERSION, _, _) => Err(LayoutError::Epoch),
            _ => Err(LayoutError::Version),
        }
    }
}

/// Lays `content` out in `body`, which is all zero: pq_kind 0 ‖ u16be length ‖ content.
///
/// # Errors
/// [`LayoutError::Length`] if `content` is longer than [`CONTENT_MAX`].
pub fn write_body(body: &mut [u8; BODY_LEN], content: &[u8]) -> Result<(), LayoutError> {
    let length = u16::try_from(content.len()).map_err(|_| LayoutError::Length)?;
    let (head, rest) = split(body);
    *head = [0; 3];
    head.iter_mut().skip(1).zip(length.to_be_bytes()).for_each(|(place, byte)| *place = byte);
    rest.get_mut(..content.len()).ok_or(LayoutError::Length)?.copy_from_slice(content);
    Ok(())
}

/// The length of the content of `body`, which starts at byte 3.
///
/// # Errors
/// [`LayoutError::PqKind`], [`LayoutError::Length`], [`LayoutError::Padding`].
pub fn read_body(body: &[u8; BODY_LEN]) -> Result<usize, LayoutError> {
    let ([kind, high, low], rest) = body.split_first_chunk::<3>().ok_or(LayoutError::Length)?;
    if *kind != 0 {
        return Err(LayoutError::PqKind);
    }
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    let (_, padding) = rest.split_at_checked(length).ok_or(LayoutError::Length)?;
    // All of it is looked at, whatever it holds: faster than stopping at the first byte.
    if padding.iter().fold(0, |any, byte| any | byte) != 0 {
        return Err(LayoutError::Padding);
    }
    Ok(length)
}

fn split(body: &mut [u8; BODY_LEN]) -> (&mut [u8; 3], &mut [u8]) {
    #[expect(clippy::expect_used, reason = "BODY_LEN is more than 3")]
    body.split_first_chunk_mut::<3>().expect("constant lengths")
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], LayoutError> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or(LayoutError::Length)?;
    *rest = tail;
    Ok(*head)
}
