//! All that two people have with each other after pairing, without I/O. Spec: messages.
//!
//! ```text
//! send_… ────┐                         ┌─ outbox(now, epoch) → append → accepted(seq, epoch)
//! show ──────┼─ Conversation ─ session ┤
//! tick ──────┘     │ events            └─ handle(now, cell) ← push
//!                  └ messages()
//! ```
//! **Order of the caller's steps.** After `send_text`, `handle`, `show`, `acknowledge`, `tick` and `rotate`: store `snapshot()`, and
//! only then let a cell leave, acknowledge a cell to the relay, or show a text. A cell that `handle` refuses changed
//! nothing and is acknowledged like any other, so that nobody can block a mailbox with it.
//!
//! **Time.** `now` is the relay's time: what its welcome said, moved on by a local clock that only goes forward.

pub mod envelope;
mod files;
mod inbox;
mod machine;
mod mailboxes;
mod outbox;
mod receipts;
mod receiving;
mod snapshot;
mod view;

pub use files::{Access, Item, Progress};
pub use machine::Conversation;
pub use outbox::Queued;
pub use receipts::ReceiptPolicy;
pub use view::{Direction, MessageId, MessageState, MessageView};

use bincode::{Decode, Encode};

use crate::message::{self, Message};
use crate::ratchet;
use envelope::EnvelopeError;

/// What is known of who is at the other end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Standing {
    /// A proof succeeded.
    Verified,
    /// No proof was made.
    Unproved,
    /// The duress word was given: somebody stands beside them.
    Duress,
}

/// For whose eyes a text is meant. It stays on this side: nothing on the wire tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    /// The contact alone.
    Contact,
    /// Fit for a coercer to read: the only kind that goes to a contact under duress.
    Coercer,
}

/// What happened to a message or a mailbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The relay has taken all of a sent message.
    Accepted {
        /// The message.
        id: MessageId,
    },
    /// The peer's device has a sent message.
    Delivered {
        /// The message.
        id: MessageId,
    },
    /// The peer's screen has shown a sent message; its text is gone here.
    Read {
        /// The message.
        id: MessageId,
    },
    /// The peer's person says that they have taken note of a sent message; its text is gone here.
    Acknowledged {
        /// The message.
        id: MessageId,
    },
    /// A sent message is gone at the peer, and with it the line here.
    Erased {
        /// The message.
        id: MessageId,
    },
    /// A message came and can be shown; of attachments, that there are some.
    Received {
        /// The message.
        id: MessageId,
    },
    /// All attachments of a received message are here.
    Fetched {
        /// The message.
        id: MessageId,
    },
    /// A received attachment is not what its sender said it would be. The others of the message are as they were.
    Damaged {
        /// The message.
        id: MessageId,
        /// Which of its attachments, from 0.
        item: u8,
    },
    /// A message is gone here.
    Expired {
        /// The message.
        id: MessageId,
        /// How it ended.
        expiry: Expiry,
    },
    /// The peer is reached at another mailbox from now on.
    PeerMoved,
    /// An own mailbox is done with and can be deleted on the relay.
    Retired {
        /// The mailbox.
        mailbox: crate::keys::MailboxId,
    },
}

/// What a cell of the peer comes to.
#[must_use]
pub struct Handled {
    /// What happened to messages and mailboxes.
    pub events: Vec<Event>,
    /// A whole message that is not this machine's to understand: whoever calls handles it in the same breath, so that it
    /// is stored with what it changes.
    pub said: Option<Message>,
}

/// How a message ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Expiry {
    /// Sent: the deadline came before any sign that it arrived.
    Undelivered,
    /// Sent: delivered, and not said to be read before the deadline.
    Unread,
    /// Sent: read; the line has had its time.
    Done,
    /// Received: the deadline came before it was shown.
    Unseen,
    /// Received: shown, and its time is over.
    Seen,
    /// Received: it came after its deadline and was never shown.
    Late,
    /// Received: some pieces came, the rest did not before the deadline.
    Incomplete,
}

/// What a conversation refuses. Nothing changed then.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The cell does not decrypt: a duplicate, garbage, or for somebody else.
    #[error("cell does not decrypt")]
    Undecryptable,
    /// The peer's envelope breaks a rule.
    #[error("envelope: {0}")]
    Envelope(#[from] EnvelopeError),
    /// A message, the peer's or one to be sent, breaks a rule.
    #[error("message: {0}")]
    Message(#[from] message::Error),
    /// A cell number, message or piece that came before.
    #[error("already received")]
    Repeated,
    /// A cell number beyond the window.
    #[error("cell number is too far ahead")]
    Ahead,
    /// An acknowledgement of cells that were never sent.
    #[error("acknowledges what was not sent")]
    Acknowledgement,
    /// A piece at odds with the others of its message.
    #[error("piece does not fit its message")]
    Piece,
    /// The peer has more living messages here than there is room for.
    #[error("too many living messages")]
    Full,
    /// The contact is under duress and the text was not marked as fit for a coercer.
    #[error("contact is under duress")]
    Duress,
    /// The peer has not been heard of for too many messages.
    #[error("peer has been silent for too long")]
    PeerSilent,
    /// The message is not here, or was not shown: nobody can have taken note of it.
    #[error("message was not shown")]
    NotShown,
    /// A rotation is under way.
    #[error("a rotation is under way")]
    Rotating,
    /// The session cannot seal.
    #[error("session: {0}")]
    Session(ratchet::Error),
    /// The bytes are no snapshot of a conversation, or of another version.
    #[error("snapshot is not valid")]
    Snapshot,
}
