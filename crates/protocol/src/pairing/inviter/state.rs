//! What the inviter holds, in the form in which it is stored. Spec: pairing, "Inviter".

use bincode::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::super::Error;
use super::super::agreement::Agreement;
use crate::crypto::sha256;
use crate::keys::{MailboxId, UnixTime};
use crate::limits::CELL_LEN;
use crate::proof::Words;
use crate::wire::Cell;

#[derive(Encode, Decode)]
pub(super) struct State {
    pub(super) expires: UnixTime,
    pub(super) carried: Carried,
    pub(super) stage: Stage,
}

/// Kept to the end, and as good as public to whoever carries the invite.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct Carried {
    pub(super) pairing: [u8; 32],
    pub(super) mailbox: [u8; 32],
}

#[derive(Encode, Decode)]
pub(super) enum Stage {
    Waiting(Box<Waiting>),
    Retrying(Box<Retrying>),
    Over(Answered),
}

/// Until message 1.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct Waiting {
    pub(super) psk0: [u8; 32],
    pub(super) dh: [u8; 32],
    pub(super) kem: [u8; 64],
    pub(super) prologue: [u8; 32],
    pub(super) asker: Vec<u8>,
    pub(super) words: Option<Words>,
    #[zeroize(skip)]
    pub(super) bundle: Box<[u8; CELL_LEN]>,
}

/// After a mismatch, until the answer to `attempt`.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct Retrying {
    pub(super) agreement: Agreement,
    pub(super) attempt: u8,
    pub(super) asker: Vec<u8>,
    pub(super) words: Option<Words>,
    #[zeroize(skip)]
    pub(super) answered: Answered,
}

/// The last cell that was answered, the answer, and which cells were answered before: no secret is left in it.
#[derive(Encode, Decode)]
pub(super) struct Answered {
    pub(super) earlier: Vec<[u8; 32]>,
    pub(super) last: [u8; 32],
    pub(super) reply: Box<[u8; CELL_LEN]>,
    pub(super) to: MailboxId,
}

impl Answered {
    pub(super) fn new(earlier: Vec<[u8; 32]>, cell: &Cell, reply: &Cell, to: MailboxId) -> Self {
        Self { earlier, last: sha256(&[cell.as_bytes()]), reply: Box::new(*reply.as_bytes()), to }
    }

    /// All cells that were answered.
    pub(super) fn digests(&self) -> Vec<[u8; 32]> {
        self.earlier.iter().chain([&self.last]).copied().collect()
    }

    /// Whether the cell is the last one that was answered.
    ///
    /// # Errors
    /// [`Error::Stale`] if it was answered, and is not the last.
    pub(super) fn is_repeated(&self, cell: &Cell) -> Result<bool, Error> {
        let digest = sha256(&[cell.as_bytes()]);
        if self.earlier.contains(&digest) { Err(Error::Stale) } else { Ok(self.last == digest) }
    }
}
