//! The link between a client and a relay, without I/O, for both roles. Spec: wire, "Link".
//!
//! ```text
//! client: ClientHandshake ─ hello → … ← welcome ─ ClientLink: queue → write_frame … read_frame → events
//! relay:  RelayHandshake::read_hello → accept ─ RelayLink: read_frame → request … queue → write_frame
//! ```
//! A link that returned an error is closed: every later call returns [`Error::Closed`].

mod access;
mod client;
mod queue;
mod relay;

pub use access::Access;
pub use client::{Answer, ClientHandshake, ClientLink, Event, Ticket};
pub use relay::{RelayHandshake, RelayLink, Request};

use zeroize::{Zeroize, Zeroizing};

use crate::crypto::TAG_LEN;
use crate::keys::UnixTime;
use crate::limits::{FRAME_LEN, HELLO_LEN};
use crate::noise::{self, Transport};
use crate::wire::{self, Frame};
use queue::Queue;

/// What the relay says of itself in the handshake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Welcome {
    /// Names the life of the relay's store: another epoch means that what it held may be gone.
    pub epoch: Epoch,
    /// The relay's clock. Deadlines are in its time (spec: messages, "Clocks").
    pub now: UnixTime,
}

/// The life of a relay's store, 8 bytes that mean nothing but "the same" or "another".
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, bincode::Encode, bincode::Decode)]
pub struct Epoch(pub [u8; 8]);

/// Why a relay does not go on with a handshake. It is said in clear, so it is a hint and proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HandshakeRefusal {
    /// Message 1 was not written to this relay's key, or in another version, or without an access key that it takes.
    Handshake,
    /// The relay serves as many connections as it may.
    Busy,
}

/// Why a link closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The handshake does not authenticate: another key, another version, another access key, or somebody in between.
    #[error("handshake failed")]
    Handshake,
    /// The relay declined the handshake; unauthenticated.
    #[error("relay declined the handshake")]
    Declined(HandshakeRefusal),
    /// A frame does not authenticate as the next one.
    #[error("frame does not authenticate")]
    Frame,
    /// A frame's contents break the encoding.
    #[error("frame contents: {0}")]
    Contents(#[from] wire::Error),
    /// A cell without an `Append` or `Push`, two of them in one frame, or an answer to no command.
    #[error("frame breaks the order of the link")]
    Order,
    /// An earlier error closed this link.
    #[error("link is closed")]
    Closed,
}

/// The refusal's 96 bytes: 32 zeros (no public key of the handshake is zero) ‖ code ‖ zeros.
#[must_use]
pub fn refusal(reason: HandshakeRefusal) -> [u8; HELLO_LEN] {
    let mut hello = [0; HELLO_LEN];
    if let Some(code) = hello.get_mut(REFUSAL_AT) {
        *code = match reason {
            HandshakeRefusal::Handshake => 1,
            HandshakeRefusal::Busy => 2,
        };
    }
    hello
}

/// Reads a refusal; `None` if the bytes are none.
fn read_refusal(hello: &[u8; HELLO_LEN]) -> Option<HandshakeRefusal> {
    [HandshakeRefusal::Handshake, HandshakeRefusal::Busy].into_iter().find(|reason| refusal(*reason) == *hello)
}

/// Noise's prologue: the protocol and its version. Another version fails the handshake.
const PROLOGUE: &[u8] = b"nightjar/link/v1";
const REFUSAL_AT: usize = 32;
/// What is left of a hello for the payload: 32 bytes of ephemeral key and the tag less.
const HELLO_PAYLOAD_LEN: usize = HELLO_LEN - 32 - TAG_LEN;

/// The transport until its first error.
struct Sealer(Option<Transport>);

impl Sealer {
    /// Appends the next frame of `queue` to `out`, sealed; `false` if nothing is queued.
    fn seal(&mut self, queue: &mut Queue, out: &mut Vec<u8>) -> Result<bool, Error> {
        let start = out.len();
        let sealed = self.seal_at(queue, out, start);
        if !matches!(sealed, Ok(true)) {
            // With what has been laid out and is not sealed.
            out.get_mut(start..).unwrap_or_default().zeroize();
            out.truncate(start);
        }
        self.check(sealed)
    }

    fn seal_at(&mut self, queue: &mut Queue, out: &mut Vec<u8>, start: usize) -> Result<bool, Error> {
        if queue.len() == 0 {
            return Ok(false);
        }
        let transport = self.0.as_mut().ok_or(Error::Closed)?;
        out.resize(start.saturating_add(FRAME_LEN), 0);
        let room = out.get_mut(start..).ok_or(Error::Closed)?;
        queue.frame(room.first_chunk_mut().ok_or(Error::Closed)?)?;
        transport.write_message(room).map_err(|_| Error::Frame)?;
        Ok(true)
    }

    /// Opens a frame and reads it; what was opened is wiped.
    fn open<T>(
        &mut self,
        sealed: &[u8; FRAME_LEN],
        read: impl FnOnce(&Frame<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let transport = self.0.as_mut().ok_or(Error::Closed)?;
        let mut frame = Zeroizing::new(Opened(*sealed));
        let opened = transport.read_message(frame.0.as_mut_slice()).map_err(|_| Error::Frame);
        let read = opened.and_then(|frame| read(&Frame(frame.first_chunk().ok_or(Error::Frame)?)));
        self.check(read)
    }

    /// Closes the link if `result` is an error.
    fn check<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if result.is_err() {
            self.0 = None;
        }
        result
    }
}

/// A frame while it is read.
struct Opened([u8; FRAME_LEN]);

impl Zeroize for Opened {
    fn zeroize(&mut self) {
        // As a slice: an array is wiped byte by byte.
        self.0.as_mut_slice().zeroize();
    }
}

impl From<noise::Error> for Error {
    fn from(_: noise::Error) -> Self {
        Self::Handshake
    }
}
