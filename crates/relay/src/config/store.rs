//! Which store, and where it is. Spec: relay, "Mailbox".

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Rule;

/// Where cells wait. The tables of the stores that are not chosen lie idle.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Storage {
    /// Which store.
    pub kind: Kind,
    /// The store on the disk.
    pub disk: Disk,
    /// The store that several relays share.
    pub redis: Redis,
}

/// The stores that there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A restart forgets all.
    Memory,
    /// Survives a crash and a loss of power.
    #[default]
    Disk,
    /// Redis or Valkey, one server or a cluster.
    Redis,
}

/// The store on the disk.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Disk {
    /// A folder that nobody else writes to.
    pub folder: PathBuf,
}

/// The store that several relays share.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Redis {
    /// Each `host:port`: one server, or some of a cluster's.
    pub nodes: Vec<String>,
    /// Whether they are a cluster.
    pub cluster: bool,
    /// Who the relay is to them; empty: nobody in particular.
    pub username: String,
    /// The file of the password; empty: none.
    pub password_file: PathBuf,
    /// Which of a server's databases.
    pub database: u32,
    /// Replicas that have to confirm an append.
    pub replicas: u32,
    /// How long to wait for an answer, in milliseconds.
    pub timeout_ms: u32,
}

impl Redis {
    /// How long to wait for an answer.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.into())
    }
}

impl Storage {
    pub(super) fn rules(&self) -> Vec<Rule> {
        let Self { disk, redis, .. } = self;
        let named = !redis.nodes.is_empty() && redis.nodes.iter().all(|node| is_place(node));
        vec![
            (!disk.folder.as_os_str().is_empty(), "store.disk.folder", "a folder"),
            (named, "store.redis.nodes", "one host:port or more"),
            (redis.cluster || redis.nodes.len() == 1, "store.redis.nodes", "one host:port, or a cluster's"),
            (!redis.cluster || redis.database == 0, "store.redis.database", "0 in a cluster"),
            ((1..=MAX_TIMEOUT_MS).contains(&redis.timeout_ms), "store.redis.timeout_ms", "1 to 60000 milliseconds"),
        ]
    }
}

impl Default for Disk {
    fn default() -> Self {
        Self { folder: PathBuf::from("/var/lib/nightjar-relay/store") }
    }
}

impl Default for Redis {
    fn default() -> Self {
        Self {
            nodes: vec!["127.0.0.1:6379".into()],
            cluster: false,
            username: String::new(),
            password_file: PathBuf::new(),
            database: 0,
            replicas: 0,
            timeout_ms: 2000,
        }
    }
}

fn is_place(node: &str) -> bool {
    let place = node.rsplit_once(':');
    place.is_some_and(|(host, port)| !host.is_empty() && port.parse().is_ok_and(|port: u16| port > 0))
}

const MAX_TIMEOUT_MS: u32 = 60_000;
