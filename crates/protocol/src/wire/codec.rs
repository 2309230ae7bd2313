//! The strict codec. Spec: wire, "Encoding".

use bincode::{Decode, Encode, config};
use zeroize::Zeroizing;

/// What is wrong with bytes that were to be decoded. Every case is a MUST-reject of the spec.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Truncated, over the limit, an unknown variant, or text that is not UTF-8.
    #[error("bytes are malformed")]
    Malformed,
    /// The value ended before the bytes did.
    #[error("bytes follow the value")]
    Trailing,
    /// The value has another, shorter encoding.
    #[error("encoding is not canonical")]
    NotCanonical,
    /// Padding that is not zero.
    #[error("padding is not zero")]
    Padding,
    /// A count or length beyond the spec's limit.
    #[error("a limit is exceeded")]
    Limit,
}

/// Encodes `value`. The buffer is cleared when dropped: it may hold secrets.
///
/// # Errors
/// [`Error::Malformed`] if the value has no encoding (no type of this crate is such).
pub fn encode<T: Encode>(value: &T) -> Result<Zeroizing<Vec<u8>>, Error> {
    bincode::encode_to_vec(value, config::standard()).map(Zeroizing::new).map_err(|_| Error::Malformed)
}

/// Decodes a value from all of `bytes`, reading and allocating at most `LIMIT` bytes. A list is charged by the size in
/// memory of its items, all at once, before the first is read.
///
/// # Errors
/// [`Error`] as each case says; nothing is returned unless the bytes are the value's only encoding.
pub fn decode<T: Encode + Decode<()>, const LIMIT: usize>(bytes: &[u8]) -> Result<T, Error> {
    if bytes.len() > LIMIT {
        return Err(Error::Limit);
    }
    let (value, read): (T, usize) =
        bincode::decode_from_slice(bytes, config::standard().with_limit::<LIMIT>()).map_err(|_| Error::Malformed)?;
    if read != bytes.len() {
        return Err(Error::Trailing);
    }
    if encode(&value)?.as_slice() != bytes {
        return Err(Error::NotCanonical);
    }
    Ok(value)
}
