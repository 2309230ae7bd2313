//! Noise's transport phase (revision 34, section 5.1): two cipher states, each a key and a counter. Spec: wire, "Frames".
//!
//! snow does the handshake and hands over the keys. Its own transport copies every message once more than is needed and
//! keeps a kilobyte for each connection; this one works in place, and wipes its keys.

use snow::HandshakeState;
use zeroize::Zeroize;

use super::{Error, nonce};
use crate::crypto;
use crate::keys::AeadKey;

/// An established link: seals and opens in order, each message once.
pub struct Transport {
    sending: CipherState,
    receiving: CipherState,
}

/// One direction: its key, and the number of its next message.
struct CipherState {
    key: AeadKey,
    n: u64,
}

impl Transport {
    /// The transport of a finished handshake.
    ///
    /// # Errors
    /// [`Error::Handshake`] if it is not finished.
    pub(super) fn new(state: &mut HandshakeState) -> Result<Self, Error> {
        if !state.is_handshake_finished() {
            return Err(Error::Handshake);
        }
        let (mut first, mut second) = state.dangerously_get_raw_split();
        // The first key is the initiator's to write with.
        let [of_initiator, of_responder] =
            [&first, &second].map(|key| CipherState { key: AeadKey::from_bytes(*key), n: 0 });
        first.zeroize();
        second.zeroize();
        Ok(if state.is_initiator() {
            Self { sending: of_initiator, receiving: of_responder }
        } else {
            Self { sending: of_responder, receiving: of_initiator }
        })
    }

    /// Seals `message` in place: its last 16 bytes become the tag.
    ///
    /// # Errors
    /// [`Error::Transport`] if it is shorter than a tag or the counter is spent. The transport MUST be dropped then.
    pub fn write_message(&mut self, message: &mut [u8]) -> Result<(), Error> {
        let nonce = self.sending.next()?;
        crypto::seal_in_place(&self.sending.key, &nonce, &[], message).map_err(|_| Error::Transport)
    }

    /// Opens `message` in place: the plaintext is all but its last 16 bytes, which are returned.
    ///
    /// # Errors
    /// [`Error::Transport`] if it does not authenticate as the next message. The transport MUST be dropped then.
    pub fn read_message<'a>(&mut self, message: &'a mut [u8]) -> Result<&'a mut [u8], Error> {
        let nonce = self.receiving.next()?;
        crypto::open_in_place(&self.receiving.key, &nonce, &[], message).map_err(|_| Error::Transport)
    }
}

impl CipherState {
    /// The nonce of the next message. The last counter is Noise's own, for rekeying.
    fn next(&mut self) -> Result<[u8; crypto::NONCE_LEN], Error> {
        let n = self.n;
        self.n = n.checked_add(1).ok_or(Error::Transport)?;
        Ok(nonce(n))
    }
}
