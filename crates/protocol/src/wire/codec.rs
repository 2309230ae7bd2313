//! The strict codec. Spec: wire, "Encoding".

use bincode::enc::write::SizeWriter;
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

/// Encodes `value`. The buffer is cleared when dropped: it may hold secrets, and so it has its length from the beginning;
/// one that grew would leave them behind.
///
/// # Errors
/// [`Error::Malformed`] if the value has no encoding (no type of this crate is such).
pub fn encode<T: Encode>(value: &T) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut size = SizeWriter::default();
    bincode::encode_into_writer(value, &mut size, config::standard()).map_err(|_| Error::Malformed)?;
    let mut bytes = Zeroizing::new(vec![0; size.bytes_written]);
    encode_into(value, &mut bytes)?;
    Ok(bytes)
}

/// Encodes `value` at the beginning of `out`: the length of the encoding.
///
/// # Errors
/// [`Error::Malformed`] if there is no room for it.
pub fn encode_into<T: Encode>(value: &T, out: &mut [u8]) -> Result<usize, Error> {
    bincode::encode_into_slice(value, out, config::standard()).map_err(|_| Error::Malformed)
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
    // A value whose encoding is longer than what it was read from does not fit.
    let mut again = Zeroizing::new(vec![0; read]);
    match encode_into(&value, &mut again) {
        Ok(length) if again.get(..length) == Some(bytes) => Ok(value),
        _ => Err(Error::NotCanonical),
    }
}
