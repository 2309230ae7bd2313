//! What a client asks of a relay and what the relay answers. Spec: wire, "Commands"; their meaning: relay.

use bincode::{Decode, Encode};

use crate::crypto::sha256;
use crate::keys::{MailboxId, ReadKey};

/// A client's command. The order of the variants is the wire's.
#[derive(Encode, Decode)]
pub enum Command {
    /// Makes the mailbox of this read key, or renews its life.
    Create {
        /// Names the mailbox and proves the right to it.
        read_key: ReadKey,
        /// Seconds it lives since the last `Create` or `Subscribe`, at most `MAILBOX_TTL_MAX`.
        ttl: u32,
    },
    /// Puts the frame's cell at the end of a mailbox.
    Append {
        /// Which mailbox.
        mailbox: MailboxId,
        /// Seconds the cell lives, at most `CELL_TTL_MAX`.
        ttl: u32,
    },
    /// Asks for a mailbox's cells, those that wait and those to come.
    Subscribe {
        /// The client's name for this subscription, below `SUBSCRIPTIONS_MAX` and not in use.
        slot: u16,
        /// Names the mailbox and proves the right to it.
        read_key: ReadKey,
    },
    /// Erases the cells pushed on this subscription up to and including a sequence number.
    Acknowledge {
        /// Which subscription.
        slot: u16,
        /// The last sequence number that is no longer needed.
        up_to: u64,
    },
    /// Ends a subscription; cells not acknowledged stay.
    Unsubscribe {
        /// Which subscription.
        slot: u16,
    },
    /// Erases a mailbox and all in it.
    Delete {
        /// Names the mailbox and proves the right to it.
        read_key: ReadKey,
    },
    /// Keeps the connection alive.
    Ping,
}

/// What a relay sends: one answer per command, in order, and news of subscriptions. The order of the variants is the
/// wire's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Reply {
    /// The command was carried out.
    Done,
    /// The subscription stands.
    Subscribed {
        /// Cells stored at this moment; they follow as pushes.
        waiting: u32,
    },
    /// The command was not carried out, and changed nothing.
    Refused(Refusal),
    /// The frame's cell comes from this subscription. Not an answer.
    Push {
        /// Which subscription.
        slot: u16,
        /// The cell's sequence number in its mailbox.
        seq: u64,
        /// Seconds the relay would keep it yet.
        ttl: u32,
    },
    /// A newer subscription took the mailbox over, or the mailbox is gone. Not an answer.
    Ended {
        /// Which subscription.
        slot: u16,
    },
}

/// Why a relay refuses a command. The order of the variants is the wire's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Refusal {
    /// No such mailbox. A wrong read key gets the same answer: it is the key of no mailbox.
    Unknown,
    /// The mailbox holds as many cells as it may.
    MailboxFull,
    /// The relay holds as many bytes as it may.
    RelayFull,
    /// The connection has created as many mailboxes as it may.
    Quota,
    /// A number in the command is outside its limits.
    Limit,
    /// The relay's store does not answer; the command may be tried again later.
    Unavailable,
}

impl Reply {
    /// Whether this answers a command; the others are news of subscriptions.
    #[must_use]
    pub const fn is_answer(&self) -> bool {
        matches!(self, Self::Done | Self::Subscribed { .. } | Self::Refused(_))
    }
}

impl ReadKey {
    /// The id of the mailbox that this key reads: SHA-256("nightjar/mailbox/v1" ‖ read key).
    #[must_use]
    pub fn mailbox(&self) -> MailboxId {
        MailboxId::from_bytes(sha256(&[b"nightjar/mailbox/v1", self.as_bytes()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_from_news() {
        assert!(Reply::Done.is_answer());
        assert!(Reply::Subscribed { waiting: 0 }.is_answer());
        assert!(Reply::Refused(Refusal::Unknown).is_answer());
        assert!(!Reply::Push { slot: 0, seq: 1, ttl: 1 }.is_answer());
        assert!(!Reply::Ended { slot: 0 }.is_answer());
    }
}
