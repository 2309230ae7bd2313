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

use crate::crypto::TAG_LEN;
use crate::keys::UnixTime;
use crate::limits::{FRAME_LEN, HELLO_LEN};
use crate::noise::{self, Transport};
use crate::wire::{self, Frame};

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
    fn seal(&mut self, frame: &Frame, out: &mut Vec<u8>) -> Result<(), Error> {
        let transport = self.0.as_mut().ok_or(Error::Closed)?;
        let start = out.len();
        out.resize(start.saturating_add(FRAME_LEN), 0);
        let room = out.get_mut(start..).ok_or(Error::Closed)?;
        let sealed = transport.write_message(frame.as_bytes(), room).map_err(|_| Error::Frame);
        if sealed.is_err() {
            out.truncate(start);
        }
        self.check(sealed)
    }

    fn open(&mut self, sealed: &[u8; FRAME_LEN]) -> Result<Frame, Error> {
        let transport = self.0.as_mut().ok_or(Error::Closed)?;
        let mut frame = Frame::empty();
        let opened = transport.read_message(sealed, frame.as_mut_bytes()).map_err(|_| Error::Frame);
        self.check(opened.map(|()| frame))
    }

    /// Closes the link if `result` is an error.
    fn check<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if result.is_err() {
            self.0 = None;
        }
        result
    }
}

impl From<noise::Error> for Error {
    fn from(_: noise::Error) -> Self {
        Self::Handshake
    }
}
