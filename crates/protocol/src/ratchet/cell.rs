//! Sealing and opening the two parts of a cell. Spec: session, "Cell".

use zeroize::Zeroize;

use super::layout::{BODY_LEN, HEADER_LEN, Header, LayoutError, PREFIX_LEN, SEALED_HEADER_LEN, VERSION};
use super::layout::{read_body, write_body};
use crate::crypto::{NONCE_LEN, TAG_LEN, XNONCE_LEN, open, seal, xopen, xseal};
use crate::keys::{AeadKey, Random};
use crate::limits::CELL_LEN;
use crate::wire::Cell;

/// What both parts of a cell are bound to: version ‖ session id ‖ the sender's side.
pub(super) type Associated = [u8; ASSOCIATED_LEN];

/// A cell's content: at most [`super::layout::CONTENT_MAX`] bytes, cleared when dropped.
pub struct Plaintext {
    buffer: Box<[u8; BODY_LEN + TAG_LEN]>,
    length: usize,
}

impl Plaintext {
    /// The content.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.buffer.get(3..).and_then(|rest| rest.get(..self.length)).unwrap_or_default()
    }
}

impl Drop for Plaintext {
    fn drop(&mut self) {
        // As a slice it is wiped at once, as an array byte by byte.
        self.buffer.as_mut_slice().zeroize();
    }
}

/// Lays `content` out in a cell that has its nonce and is not sealed yet.
///
/// # Errors
/// [`LayoutError::Length`] if `content` does not fit.
pub(super) fn lay_out(content: &[u8], random: &mut impl Random) -> Result<Cell, LayoutError> {
    let mut cell = Cell::from_bytes([0; CELL_LEN]);
    let (nonce, _, body) = parts_mut(cell.as_mut_bytes());
    write_body(body.first_chunk_mut().ok_or(LayoutError::Length)?, content)?;
    random.fill(nonce);
    Ok(cell)
}

/// Seals the header, and the body that was laid out.
pub(super) fn seal_cell(cell: &mut Cell, ad: &Associated, header_key: &AeadKey, header: &Header, body_key: &AeadKey) {
    let (nonce, sealed, body) = parts_mut(cell.as_mut_bytes());
    sealed.iter_mut().zip(header.encode()).for_each(|(place, byte)| *place = byte);
    #[expect(clippy::expect_used, reason = "sealing fails on a buffer shorter than a tag only")]
    {
        xseal(header_key, nonce, ad, sealed).expect("constant length");
        seal(body_key, &body_nonce(nonce), &body_associated(ad, nonce, sealed), body).expect("constant length");
    }
}

/// The header of a cell, if `key` opens it.
pub(super) fn open_header(cell: &[u8; CELL_LEN], ad: &Associated, key: &AeadKey) -> Option<Header> {
    let (nonce, sealed, _) = parts(cell);
    let mut header = *sealed;
    let plain: &[u8; HEADER_LEN] = xopen(key, nonce, ad, &mut header).ok()?.first_chunk()?;
    Header::decode(plain).ok()
}

/// The content of a cell, if `key` opens it and its layout is right.
pub(super) fn open_body(cell: &[u8; CELL_LEN], ad: &Associated, key: &AeadKey) -> Option<Plaintext> {
    let (nonce, header, body) = parts(cell);
    let mut content = Plaintext { buffer: Box::new(*body), length: 0 };
    let ad = body_associated(ad, nonce, header);
    let plain = open(key, &body_nonce(nonce), &ad, content.buffer.as_mut_slice()).ok()?;
    content.length = read_body(plain.first_chunk()?).ok()?;
    Some(content)
}

/// What the cells of one sender in one session are bound to.
pub(super) fn associated(id: &[u8; 32], sender: u8) -> Associated {
    let mut out = [0; ASSOCIATED_LEN];
    out.iter_mut().zip([VERSION].iter().chain(id).chain(&[sender])).for_each(|(place, byte)| *place = *byte);
    out
}

/// The body is bound to all that stands before it, too.
fn body_associated(ad: &Associated, nonce: &[u8; XNONCE_LEN], header: &[u8; SEALED_HEADER_LEN]) -> [u8; BODY_AD_LEN] {
    let mut out = [0; BODY_AD_LEN];
    out.iter_mut().zip(ad.iter().chain(nonce).chain(header)).for_each(|(place, byte)| *place = *byte);
    out
}

/// The nonce of a body: the first 12 of the cell's 24 random bytes. The key is used once anyway; should a state that
/// was restored from an old copy use it again, the nonce is another.
fn body_nonce(nonce: &[u8; XNONCE_LEN]) -> [u8; NONCE_LEN] {
    let mut out = [0; NONCE_LEN];
    out.iter_mut().zip(nonce).for_each(|(place, byte)| *place = *byte);
    out
}

type Parts<'a> = (&'a [u8; XNONCE_LEN], &'a [u8; SEALED_HEADER_LEN], &'a [u8; BODY_LEN + TAG_LEN]);
type PartsMut<'a> = (&'a mut [u8; XNONCE_LEN], &'a mut [u8; SEALED_HEADER_LEN], &'a mut [u8; BODY_LEN + TAG_LEN]);

fn parts(cell: &[u8; CELL_LEN]) -> Parts<'_> {
    let split = cell.split_first_chunk().and_then(|(nonce, rest)| {
        let (header, body) = rest.split_first_chunk()?;
        Some((nonce, header, body.first_chunk()?))
    });
    #[expect(clippy::expect_used, reason = "the three lengths make CELL_LEN, by definition")]
    split.expect("constant lengths")
}

fn parts_mut(cell: &mut [u8; CELL_LEN]) -> PartsMut<'_> {
    let split = cell.split_first_chunk_mut().and_then(|(nonce, rest)| {
        let (header, body) = rest.split_first_chunk_mut()?;
        Some((nonce, header, body.first_chunk_mut()?))
    });
    #[expect(clippy::expect_used, reason = "the three lengths make CELL_LEN, by definition")]
    split.expect("constant lengths")
}

const ASSOCIATED_LEN: usize = 1 + 32 + 1;
const BODY_AD_LEN: usize = ASSOCIATED_LEN + PREFIX_LEN;
