//! Noise over snow: three suites, one type per handshake step. Spec: wire, "Handshake"; pairing, "Noise".
//!
//! A step consumes the one before it, so nothing can be written twice under one key and nothing outlives an error.
//! The ephemeral key is an argument: the same ephemeral and payload give the same message.

mod link;
mod pairing;
mod resolver;
#[cfg(test)]
mod tests;
mod transport;

pub use link::{LinkAwaitReply, LinkInitiator, LinkReply, LinkResponder};
pub use pairing::{PairingAwaitReply, PairingInitiator, PairingReply, PairingResponder};
pub use transport::Transport;

use snow::{Builder, HandshakeState};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::crypto::{NONCE_LEN, on_clean_stack};
use crate::keys::Random;
use resolver::{EphemeralSlot, Resolver};

/// The private ephemeral key of one handshake, 32 bytes: used once, for one message.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Ephemeral([u8; 32]);

impl Ephemeral {
    /// Draws a fresh ephemeral key.
    #[must_use]
    pub fn generate(random: &mut impl Random) -> Self {
        Self(*random.bytes())
    }

    /// Takes a stored ephemeral key, to rebuild the very message it made before.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the key: a secret.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What a handshake or a transport message is refused for. The state it was offered to is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A handshake message does not authenticate, has the wrong length, or carries a key of low order.
    #[error("handshake failed")]
    Handshake,
    /// A transport message does not authenticate or has the wrong length.
    #[error("transport message refused")]
    Transport,
}

/// The longest Noise message (Noise, section 3). snow reuses key and nonce when a write fails for want of room and is
/// retried, so every buffer has room for the longest.
const MESSAGE_MAX: usize = 65535;
/// What a step of a handshake takes of the stack at most, with room.
const STEP_STACK: usize = 32 * 1024;
/// Takes the place of a pre-shared key that was used: snow keeps them as long as the handshake.
const SPENT: [u8; 32] = [0; 32];
/// Label of the link's handshake.
pub(crate) const LINK_PATTERN: &str = "Noise_NK_25519_ChaChaPoly_SHA256";
/// Label of the link's handshake with an access key.
pub(crate) const PRIVATE_LINK_PATTERN: &str = "Noise_NKpsk0_25519_ChaChaPoly_SHA256";
/// Label of the pairing's handshake.
pub(crate) const PAIRING_PATTERN: &str = "Noise_NKpsk0+psk2_25519_ChaChaPoly_SHA256";

/// Does a step of a handshake. snow keeps its keys by value and clears none of them: they are moved about on the stack,
/// which is cleared afterwards, until the state is in a box of its own.
fn step<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    on_clean_stack::<STEP_STACK, _>(work)
}

/// Forgets a pre-shared key that was used.
fn forget_psk(state: &mut HandshakeState, location: usize) -> Result<(), Error> {
    state.set_psk(location, &SPENT).map_err(|_| Error::Handshake)
}

fn builder<'a>(pattern: &str, prologue: &'a [u8], slot: EphemeralSlot) -> Result<Builder<'a>, Error> {
    let params = pattern.parse().map_err(|_| Error::Handshake)?;
    Builder::with_resolver(params, Box::new(Resolver::new(slot))).prologue(prologue).map_err(|_| Error::Handshake)
}

fn write(state: &mut HandshakeState, payload: &[u8]) -> Result<Vec<u8>, Error> {
    let mut message = vec![0; MESSAGE_MAX];
    let length = state.write_message(payload, &mut message).map_err(|_| Error::Handshake)?;
    message.truncate(length);
    Ok(message)
}

fn read(state: &mut HandshakeState, message: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Reading takes no more room than the message; clearing all of 64 KiB would cost more than an exchange.
    let mut payload = Zeroizing::new(vec![0; message.len()]);
    let length = state.read_message(message, &mut payload).map_err(|_| Error::Handshake)?;
    payload.truncate(length);
    Ok(payload)
}

/// Noise, section 12.3: 32 zero bits, then the counter in little endian.
fn nonce(counter: u64) -> [u8; NONCE_LEN] {
    let mut nonce = [0; NONCE_LEN];
    let (_, tail) = nonce.split_at_mut(4);
    tail.copy_from_slice(&counter.to_le_bytes());
    nonce
}

fn hash(state: &HandshakeState) -> Result<[u8; 32], Error> {
    state.get_handshake_hash().try_into().map_err(|_| Error::Handshake)
}
