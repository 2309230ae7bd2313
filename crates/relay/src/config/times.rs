//! How long to wait and how long to keep. Spec: relay, "Quotas" and "Life of a connection".

use std::time::Duration;

use nightjar_protocol::limits::{CELL_TTL_MAX, MAILBOX_TTL_MAX};
use serde::{Deserialize, Serialize};

use super::Rule;

/// How long to wait for what, in seconds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timeouts {
    /// For the hello of a new connection.
    pub hello: Seconds,
    /// For a frame of a client.
    pub idle: Seconds,
    /// For a client to take what is queued for it.
    pub write: Seconds,
    /// For connections to end when the relay shuts down.
    pub drain: Seconds,
}

/// How long to keep what, in seconds. A client that asks for more gets this.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lifetimes {
    /// A cell.
    pub cell: u32,
    /// A mailbox that nobody renews.
    pub mailbox: u32,
}

/// Seconds to wait: from 1 to a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds(pub u32);

impl Seconds {
    /// As a duration.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.0.into())
    }

    fn is_a_wait(self) -> bool {
        (1..=DAY).contains(&self.0)
    }
}

impl Timeouts {
    pub(super) fn rules(&self) -> Vec<Rule> {
        vec![
            (self.hello.is_a_wait(), "timeouts.hello", "1 to 86400 seconds"),
            (self.idle.is_a_wait(), "timeouts.idle", "1 to 86400 seconds"),
            (self.write.is_a_wait(), "timeouts.write", "1 to 86400 seconds"),
            (self.drain.is_a_wait(), "timeouts.drain", "1 to 86400 seconds"),
        ]
    }
}

impl Lifetimes {
    pub(super) fn rules(&self) -> Vec<Rule> {
        vec![
            ((1..=CELL_TTL_MAX).contains(&self.cell), "lifetimes.cell", "1 second to 7 days"),
            ((1..=MAILBOX_TTL_MAX).contains(&self.mailbox), "lifetimes.mailbox", "1 second to 30 days"),
        ]
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { hello: Seconds(10), idle: Seconds(120), write: Seconds(60), drain: Seconds(10) }
    }
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { cell: CELL_TTL_MAX, mailbox: MAILBOX_TTL_MAX }
    }
}

const DAY: u32 = 24 * 3600;
