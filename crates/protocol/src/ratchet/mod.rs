//! The Double Ratchet with encrypted headers. Spec: session.
//!
//! ```text
//! SessionSeed → Session::start ─ encrypt(content) → cell
//!                              └ open(now, cell) → Opened ─ accept → content      (dropped: nothing changed)
//! ```
//! `chains` is the key schedule, `layout` the bytes inside a cell, `skipped` the keys of cells that are yet to come.

mod cell;
pub mod chains;
pub mod layout;
mod receiving;
mod session;
mod skipped;
mod snapshot;

pub use cell::Plaintext;
pub use receiving::Opened;
pub use session::{Role, Session, SessionSeed, Side};

/// What a session refuses. A cell that does not decrypt says nothing of why: garbage, replay, a wrong key, a number too
/// far ahead and a malformed body are one and the same to whoever sent it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The cell does not decrypt. Nothing changed.
    #[error("cell does not decrypt")]
    Undecryptable,
    /// The content is longer than [`layout::CONTENT_MAX`].
    #[error("content does not fit a cell")]
    TooLong,
    /// A chain of 2³² − 1 messages: the peer never answered.
    #[error("sending chain is exhausted")]
    Exhausted,
    /// The peer's ratchet key is of low order.
    #[error("peer's key is not acceptable")]
    PeerKey,
    /// The bytes are no snapshot of a session, or of another version.
    #[error("snapshot is not valid")]
    Snapshot,
}
