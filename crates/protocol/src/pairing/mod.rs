//! First contact: an invite and a word in, a session out. Spec: pairing.
//!
//! Two machines without I/O. What they hold is written by `snapshot` and MUST be on disk before a cell that they
//! returned leaves: an attempt is spent by what was stored, not by what was sent. An `Err` changes nothing.
//!
//! ```text
//! Inviter::create ─ bundle ─▶ rendezvous mailbox ─▶ Joiner::open
//! Inviter::handle ◀─ message 1 (answer 1) ─ Joiner::answer
//!                 ── reply (verdict 1, offer 2) ─▶ Joiner::handle ─▶ Verified, Unproved or Mismatch
//! Inviter::handle ◀─ answer n ─ Joiner::answer                      n = 2, 3
//!                 ── verdict n, offer n + 1 ─▶ Joiner::handle
//! ```

mod agreement;
mod bundle;
mod cell;
mod inviter;
mod joiner;
mod messages;
mod snapshot;

pub use inviter::{Inviter, InviterOutcome, InviterStep, Question};
pub use joiner::{Joiner, JoinerStep};

use crate::keys::{MailboxId, ReadKey};
use crate::ratchet::SessionSeed;
use crate::{crypto, noise, proof, wire};

/// What a pairing comes to: all that a session and its two mailboxes start from. A secret.
pub struct Established {
    /// What the session starts from.
    pub seed: SessionSeed,
    /// Where the session's cells to the other side go.
    pub peer_mailbox: MailboxId,
    /// Reads the mailbox to which the other side sends.
    pub own_mailbox: ReadKey,
}

/// Why a cell or a call is refused. The machine is as it was before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The cell does not authenticate under the keys that could have sealed it. That is all there is to know.
    #[error("cell does not authenticate")]
    Undecryptable,
    /// The cell is authentic and of a version that this program does not know.
    #[error("unknown version")]
    Version,
    /// The cell is authentic and of a kind that is not expected now, or has another length than its kind.
    #[error("unexpected kind of cell")]
    Kind,
    /// The cell is authentic and its contents break the encoding.
    #[error("contents are malformed: {0}")]
    Contents(#[from] wire::Error),
    /// A public key of low order, an encapsulation key outside FIPS 203, or a share that is no group element.
    #[error("public value is not acceptable")]
    PublicValue,
    /// A question that is empty, too long, or has control or bidirectional control characters in it.
    #[error("question is not acceptable")]
    Question,
    /// The real answer and the duress answer normalise alike.
    #[error("both answers are the same")]
    SameAnswers,
    /// An invite that would end in the past or live longer than `INVITE_TTL_MAX`.
    #[error("lifetime is not acceptable")]
    Lifetime,
    /// The invite's time is over. The bundle itself was authentic.
    #[error("invite has expired")]
    Expired,
    /// Another message 1 under this invite: somebody answered before, and somebody else holds the invite too.
    #[error("invite is taken")]
    Taken,
    /// A cell that was answered, and a later one since: its answer is no longer needed.
    #[error("cell was answered before")]
    Stale,
    /// No attempt can be made now: an answer is under way, or the pairing is over, or there is (no) question.
    #[error("call does not fit the state")]
    State,
    /// Bytes that are no snapshot of this machine.
    #[error("snapshot is malformed")]
    Snapshot,
}

impl From<crypto::Error> for Error {
    fn from(error: crypto::Error) -> Self {
        match error {
            crypto::Error::PublicValue => Self::PublicValue,
            _ => Self::Undecryptable,
        }
    }
}

impl From<proof::Error> for Error {
    fn from(error: proof::Error) -> Self {
        match error {
            proof::Error::Share => Self::PublicValue,
            proof::Error::SameWord => Self::SameAnswers,
            proof::Error::State => Self::Snapshot,
        }
    }
}

impl From<noise::Error> for Error {
    fn from(_: noise::Error) -> Self {
        Self::Undecryptable
    }
}
