//! ristretto255 (RFC 9496), as CPace uses it: elements in their 32-byte encoding, scalars from 64 uniform bytes.

use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Error;

/// A group element, decoded.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Element(RistrettoPoint);

/// A scalar: a secret.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct GroupScalar(Scalar);

impl Element {
    /// The one-way map of RFC 9496, section 4.3.4, from 64 uniform bytes.
    #[must_use]
    pub fn from_uniform_bytes(bytes: &[u8; 64]) -> Self {
        Self(RistrettoPoint::from_uniform_bytes(bytes))
    }

    /// Decodes 32 bytes.
    ///
    /// # Errors
    /// [`Error::PublicValue`] if they are no canonical encoding, or the identity's.
    pub fn decode(bytes: &[u8; 32]) -> Result<Self, Error> {
        let point = CompressedRistretto(*bytes).decompress().ok_or(Error::PublicValue)?;
        if point.is_identity() { Err(Error::PublicValue) } else { Ok(Self(point)) }
    }

    /// The 32-byte encoding.
    #[must_use]
    pub fn encode(&self) -> [u8; 32] {
        self.0.compress().to_bytes()
    }

    /// Scalar multiplication, in constant time.
    #[must_use]
    #[expect(clippy::arithmetic_side_effects, reason = "the group's operation, which cannot overflow")]
    pub fn multiply(&self, scalar: &GroupScalar) -> Self {
        Self(self.0 * scalar.0)
    }
}

impl GroupScalar {
    /// Reduces 64 uniform bytes modulo the group's order.
    #[must_use]
    pub fn from_uniform_bytes(bytes: &[u8; 64]) -> Self {
        Self(Scalar::from_bytes_mod_order_wide(bytes))
    }

    /// Takes a scalar from 32 bytes, little endian, reduced (published figures and stored state).
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Scalar::from_bytes_mod_order(*bytes))
    }

    /// The 32 bytes of the reduced scalar, little endian: a secret.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}
