//! How much of what. Spec: relay, "Quotas".

use nightjar_protocol::limits::SUBSCRIPTIONS_MAX;
use serde::{Deserialize, Serialize};

use super::Rule;

/// How much of what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quotas {
    /// Connections at a time.
    pub connections: u32,
    /// Mailboxes created on one connection.
    pub mailboxes_per_connection: u32,
    /// Subscriptions of one connection, at most `SUBSCRIPTIONS_MAX`.
    pub subscriptions_per_connection: u16,
    /// Cells in one mailbox.
    pub cells_per_mailbox: u32,
    /// Bytes in all mailboxes, the bookkeeping included.
    pub bytes: u64,
    /// Cells of a subscription pushed and not acknowledged.
    pub window: u16,
    /// Bytes queued for one connection above which nothing more is read from it.
    pub outgoing_bytes: u32,
}

impl Quotas {
    pub(super) fn rules(&self) -> Vec<Rule> {
        let subscriptions = 1..=SUBSCRIPTIONS_MAX;
        vec![
            ((1..=MAX_CONNECTIONS).contains(&self.connections), "quotas.connections", "1 to 1000000"),
            (self.mailboxes_per_connection > 0, "quotas.mailboxes_per_connection", "at least 1"),
            (
                subscriptions.contains(&self.subscriptions_per_connection),
                "quotas.subscriptions_per_connection",
                "1 to 64",
            ),
            (self.cells_per_mailbox > 0, "quotas.cells_per_mailbox", "at least 1"),
            (self.bytes >= MIN_BYTES, "quotas.bytes", "at least 65536"),
            (self.window > 0, "quotas.window", "at least 1"),
            (self.outgoing_bytes > 0, "quotas.outgoing_bytes", "at least 1"),
        ]
    }
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            connections: 10_000,
            mailboxes_per_connection: 128,
            subscriptions_per_connection: SUBSCRIPTIONS_MAX,
            cells_per_mailbox: 8192,
            bytes: 256 * 1024 * 1024,
            window: 64,
            outgoing_bytes: 64 * 1024,
        }
    }
}

const MAX_CONNECTIONS: u32 = 1_000_000;
const MIN_BYTES: u64 = 64 * 1024;
