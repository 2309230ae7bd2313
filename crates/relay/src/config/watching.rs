//! What an operator sees of a relay that runs: sums and log lines. Spec: relay, "What a relay must not keep".

use std::net::SocketAddr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Rule;

/// Sums over all clients, and whether all is well.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Where to tell them, a loopback address; `None`, written as an empty text: nowhere.
    #[serde(serialize_with = "write_place", deserialize_with = "read_place")]
    pub listen: Option<SocketAddr>,
}

/// What goes to stderr.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// How much.
    pub level: Level,
    /// In which form.
    pub format: Format,
}

/// How much goes to stderr: each level with those before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing.
    Off,
    /// What the relay cannot go on from.
    Error,
    /// What an operator should look into.
    Warn,
    /// Start, stop, new settings.
    #[default]
    Info,
    /// Why connections end.
    Debug,
    /// All there is.
    Trace,
}

/// The form of a log line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one object a line.
    Json,
}

impl Metrics {
    pub(super) fn rules(&self, relay: SocketAddr) -> Vec<Rule> {
        let near = self.listen.is_none_or(|listen| listen.ip().is_loopback());
        let taken = |listen: SocketAddr| {
            let same_port = listen.port() == relay.port() && listen.port() != 0;
            same_port && (listen.ip() == relay.ip() || relay.ip().is_unspecified())
        };
        let free = !self.listen.is_some_and(taken);
        vec![
            (near, "metrics.listen", "a loopback address, or empty"),
            (free, "metrics.listen", "another place than `listen`"),
        ]
    }
}

fn write_place<S: Serializer>(place: &Option<SocketAddr>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&place.map(|place| place.to_string()).unwrap_or_default())
}

fn read_place<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(de::Error::custom) }
}
