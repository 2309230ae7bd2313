//! What the engine tells the command that runs it.

use nightjar_protocol::conversation::{self, Standing};
use nightjar_protocol::ledger;
use zeroize::Zeroizing;

use super::files::{FileId, FileProgress};
use super::state::Owner;
use crate::connection::Down;

/// One thing that happened, in the order in which it happened. Whatever it rests on is in the vault already.
pub enum Notice {
    /// The link to a relay stands.
    RelayUp {
        /// The relay's clock less this computer's, in seconds.
        offset: i64,
        /// Whether its store began anew since the last time in this run.
        restarted: bool,
    },
    /// The link to a relay does not stand. Another attempt follows by itself.
    RelayDown(Down),
    /// The relay has no room for a cell; it is tried again.
    RelayFull,
    /// The relay took the bundle: the invite can be used.
    InvitePublished(u64),
    /// Somebody with the invite answered.
    Joined(Owner),
    /// The pairing is complete.
    Paired {
        /// What it was.
        was: Owner,
        /// The new contact.
        contact: u64,
        /// What was proved, as this side knows it.
        standing: Standing,
    },
    /// The words do not agree.
    Mismatch {
        /// Whose pairing.
        owner: Owner,
        /// Attempts left.
        left: u8,
    },
    /// Somebody else answered the invite too: more than one holds it.
    Contested(Owner),
    /// No attempt is left; the invite is gone.
    Exhausted(Owner),
    /// The invite's time is over.
    InviteExpired(Owner),
    /// What was found where an invite said to look.
    LookUp(LookUp),
    /// Something about a message.
    Message {
        /// Whose conversation.
        contact: u64,
        /// What happened.
        event: conversation::Event,
        /// What the message says, if it is being shown: from here on its timer runs.
        text: Option<Zeroizing<String>>,
    },
    /// How far an attachment is.
    FileProgress(FileProgress),
    /// The disk does not take an attachment, or has lost it. The others and the messages go on.
    FileTrouble {
        /// Which one.
        id: FileId,
        /// What the disk says.
        error: std::io::ErrorKind,
    },
    /// Something about a question or a transfer.
    Affair(ledger::Event),
    /// A cell that was no use to anybody; so many by now.
    Rejected(u64),
}

/// What was found where an invite said to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LookUp {
    /// The bundle: it can be answered.
    Found,
    /// Somebody took it already.
    Used,
    /// It ended.
    Expired,
    /// This relay knows nothing of it.
    Unknown,
    /// Something is there that the invite does not open.
    Damaged,
}
