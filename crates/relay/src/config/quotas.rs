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
    /// Of one network at a time: an IPv4 address or an IPv6 /64; four times as many of the /24 or /48 around it.
    pub connections_per_network: u32,
    /// New connections a minute of one network, and four times as many of the one around it; 0: no limit.
    pub arrivals_per_minute: u32,
    /// Whether the machine itself is a network. What comes through a proxy or an onion service comes from there.
    pub limit_loopback: bool,
    /// Connections at a time that have not said hello; the oldest makes way for the next.
    pub newcomers: u32,
    /// Handshakes a second over all connections; 0: no limit.
    pub hellos_per_second: u32,
    /// Bytes that the buffers of all connections hold together.
    pub connection_bytes: u64,
    /// Bytes read a second from one connection, after four seconds' worth at once; 0: no limit.
    pub bytes_per_second: u32,
    /// Mailboxes created on one connection.
    pub mailboxes_per_connection: u32,
    /// Of these a minute, as many at once; 0: no limit.
    pub mailboxes_per_minute: u32,
    /// Subscriptions of one connection, at most `SUBSCRIPTIONS_MAX`.
    pub subscriptions_per_connection: u16,
    /// Mailboxes in all: beyond them no new one is made, so that empty ones cannot take the room of cells.
    pub mailboxes: u64,
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
            (self.connections_per_network > 0, "quotas.connections_per_network", "at least 1"),
            (self.newcomers > 0, "quotas.newcomers", "at least 1"),
            (
                self.connection_bytes
                    >= MIN_BYTES_PER_CONNECTION.saturating_mul(self.connections.into()).max(MIN_BUFFERS),
                "quotas.connection_bytes",
                "at least 8192 for each connection, and 1048576",
            ),
            (
                self.bytes_per_second == 0 || self.bytes_per_second >= MIN_BYTES_PER_SECOND,
                "quotas.bytes_per_second",
                "0, or at least 65536",
            ),
            (self.mailboxes_per_connection > 0, "quotas.mailboxes_per_connection", "at least 1"),
            (
                subscriptions.contains(&self.subscriptions_per_connection),
                "quotas.subscriptions_per_connection",
                "1 to 64",
            ),
            (self.mailboxes > 0, "quotas.mailboxes", "at least 1"),
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
            connections_per_network: 256,
            arrivals_per_minute: 600,
            limit_loopback: false,
            newcomers: 2048,
            hellos_per_second: 500,
            connection_bytes: 128 * 1024 * 1024,
            bytes_per_second: 8 * 1024 * 1024,
            mailboxes_per_connection: 128,
            mailboxes_per_minute: 64,
            subscriptions_per_connection: SUBSCRIPTIONS_MAX,
            mailboxes: 128 * 1024,
            cells_per_mailbox: 8192,
            bytes: 256 * 1024 * 1024,
            window: 64,
            outgoing_bytes: 64 * 1024,
        }
    }
}

const MAX_CONNECTIONS: u32 = 1_000_000;
const MIN_BYTES: u64 = 64 * 1024;
/// More than a frame that has not come to its end: what no connection can be asked to give back.
const MIN_BYTES_PER_CONNECTION: u64 = 8 * 1024;
const MIN_BUFFERS: u64 = 1024 * 1024;
const MIN_BYTES_PER_SECOND: u32 = 64 * 1024;
