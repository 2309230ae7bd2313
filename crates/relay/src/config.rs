//! What an operator may set: one TOML file, every key optional, an unknown one an error. Spec: relay, "Quotas".

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use nightjar_protocol::invite::{Host, RelayAddress};
use nightjar_protocol::keys::DhPublic;
use nightjar_protocol::limits::{CELL_TTL_MAX, MAILBOX_TTL_MAX, SUBSCRIPTIONS_MAX};
use serde::{Deserialize, Serialize};

/// All settings of a relay.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where clients find the relay, `host:port`; empty: where it listens.
    pub address: String,
    /// The file of the relay's static key, 32 bytes.
    pub key_file: PathBuf,
    /// How much of what.
    pub quotas: Quotas,
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// How long to keep what.
    pub lifetimes: Lifetimes,
}

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

/// What is wrong with a configuration.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A key that no setting has.
    #[error("unknown key `{key}`{}", nearest.as_ref().map(|known| format!("; did you mean `{known}`?")).unwrap_or_default())]
    UnknownKey {
        /// The key, with its table.
        key: String,
        /// A key that looks like it.
        nearest: Option<String>,
    },
    /// Not TOML, or a value of another type.
    #[error("{0}")]
    Syntax(String),
    /// A value that no relay can have.
    #[error("`{key}` has to be {range}")]
    Range {
        /// The key, with its table.
        key: &'static str,
        /// What it may be.
        range: &'static str,
    },
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// [`Error`], as each case says.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let table: toml::Table = toml::from_str(text).map_err(|error| Error::Syntax(error.to_string()))?;
        known(&table, &keys(), "")?;
        let config: Self = toml::from_str(text).map_err(|error| Error::Syntax(error.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// The settings of a relay for trying things out: loopback, a port of the system's choice.
    #[must_use]
    pub fn dev() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), ..Self::default() }
    }

    /// A file with every key, its default and what it means.
    #[must_use]
    pub const fn template() -> &'static str {
        TEMPLATE
    }

    /// What stands in invites for a relay that listens at `local`: the configured place if there is one.
    ///
    /// # Errors
    /// [`Error::Range`] if the configured place is none.
    pub fn relay_address(&self, local: SocketAddr, key: DhPublic) -> Result<RelayAddress, Error> {
        let host = match local.ip() {
            IpAddr::V4(ip) => Host::V4(ip),
            IpAddr::V6(ip) => Host::V6(ip),
        };
        let refused = |_| Error::Range { key: "address", range: "host:port" };
        let listening = RelayAddress::new(host, local.port(), key).map_err(refused)?;
        match (self.address.as_str(), listening.to_string().split_once('#')) {
            ("", _) | (_, None) => Ok(listening),
            (place, Some((_, key))) => format!("{place}#{key}").parse().map_err(refused),
        }
    }

    /// Checks what the types leave open.
    ///
    /// # Errors
    /// [`Error::Range`].
    pub fn check(&self) -> Result<(), Error> {
        let Self { quotas, timeouts, lifetimes, .. } = self;
        let waits = [timeouts.hello, timeouts.idle, timeouts.write, timeouts.drain];
        self.relay_address(SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)), DhPublic::from_bytes([0; 32]))?;
        let rules = [
            ((1..=MAX_CONNECTIONS).contains(&quotas.connections), "quotas.connections", "1 to 1000000"),
            (quotas.mailboxes_per_connection > 0, "quotas.mailboxes_per_connection", "at least 1"),
            (
                (1..=SUBSCRIPTIONS_MAX).contains(&quotas.subscriptions_per_connection),
                "quotas.subscriptions_per_connection",
                "1 to 64",
            ),
            (quotas.cells_per_mailbox > 0, "quotas.cells_per_mailbox", "at least 1"),
            (quotas.bytes >= MIN_BYTES, "quotas.bytes", "at least 65536"),
            (quotas.window > 0, "quotas.window", "at least 1"),
            (quotas.outgoing_bytes > 0, "quotas.outgoing_bytes", "at least 1"),
            (waits.iter().all(|wait| (1..=DAY).contains(&wait.0)), "timeouts", "1 to 86400 seconds each"),
            ((1..=CELL_TTL_MAX).contains(&lifetimes.cell), "lifetimes.cell", "1 second to 7 days"),
            ((1..=MAILBOX_TTL_MAX).contains(&lifetimes.mailbox), "lifetimes.mailbox", "1 second to 30 days"),
        ];
        match rules.into_iter().find(|(holds, ..)| !holds) {
            None => Ok(()),
            Some((_, key, range)) => Err(Error::Range { key, range }),
        }
    }
}

impl Seconds {
    /// As a duration.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, DEFAULT_PORT)),
            address: String::new(),
            key_file: PathBuf::from("/var/lib/nightjar-relay/key"),
            quotas: Quotas::default(),
            timeouts: Timeouts::default(),
            lifetimes: Lifetimes::default(),
        }
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

/// The keys that there are, as the settings themselves name them.
fn keys() -> toml::Table {
    toml::Table::try_from(Config::default()).unwrap_or_default()
}

fn known(table: &toml::Table, keys: &toml::Table, within: &str) -> Result<(), Error> {
    for (key, value) in table {
        match (keys.get(key), value) {
            (Some(toml::Value::Table(keys)), toml::Value::Table(table)) => known(table, keys, &format!("{key}."))?,
            (Some(_), _) => {}
            (None, _) => {
                let nearest = nearest(key, keys.keys()).map(|nearest| format!("{within}{nearest}"));
                return Err(Error::UnknownKey { key: format!("{within}{key}"), nearest });
            }
        }
    }
    Ok(())
}

/// The key that takes the fewest changes, if they are few for its length.
fn nearest<'a>(key: &str, known: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let near = known.map(|candidate| (distance(key, candidate), candidate)).min()?;
    (near.0 <= 2.max(key.len() / 3)).then_some(near.1)
}

/// Insertions, deletions and replacements that lead from one word to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, a) in from.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, b) in to.bytes().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

/// The port of a relay, if nobody says otherwise.
const DEFAULT_PORT: u16 = 7170;
const MAX_CONNECTIONS: u32 = 1_000_000;
const MIN_BYTES: u64 = 64 * 1024;
const DAY: u32 = 24 * 3600;

const TEMPLATE: &str = r#"# nightjar-relay: every key with its default.

# Where to listen.
listen = "0.0.0.0:7170"
# Where clients find this relay, "host:port", as it stands in invites. Empty: where it listens.
address = ""
# The relay's static key. Made at the first start, mode 0600. Keep a copy: invites name the key.
key_file = "/var/lib/nightjar-relay/key"

[quotas]
# Connections at a time.
connections = 10000
# Mailboxes created on one connection.
mailboxes_per_connection = 128
# Subscriptions of one connection, at most 64.
subscriptions_per_connection = 64
# Cells in one mailbox; a cell is 4096 bytes. The largest attachment takes 6656 in a mailbox of its own.
cells_per_mailbox = 8192
# Bytes in all mailboxes, the relay's own bookkeeping included.
bytes = 268435456
# Cells of a subscription pushed and not acknowledged.
window = 64
# Bytes queued for one connection above which nothing more is read from it.
outgoing_bytes = 65536

# How long to wait, in seconds.
[timeouts]
# For the hello of a new connection.
hello = 10
# For a frame of a client.
idle = 120
# For a client to take what is queued for it.
write = 60
# For connections to end when the relay shuts down.
drain = 10

# How long to keep, in seconds. A client that asks for more gets this.
[lifetimes]
# A cell: at most 7 days.
cell = 604800
# A mailbox that nobody renews: at most 30 days.
mailbox = 2592000
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_the_default_and_names_every_key() {
        assert_eq!(Config::parse(TEMPLATE), Ok(Config::default()));
        assert_eq!(toml::from_str::<toml::Table>(TEMPLATE).unwrap(), keys());
        assert_eq!(Config::parse(""), Ok(Config::default()));
    }

    #[test]
    fn an_unknown_key_is_an_error_with_a_suggestion() {
        for (text, message) in [
            ("listne = \"127.0.0.1:1\"", "unknown key `listne`; did you mean `listen`?"),
            ("[quotas]\nwindows = 3", "unknown key `quotas.windows`; did you mean `quotas.window`?"),
            ("[timeouts]\nhelo = 3", "unknown key `timeouts.helo`; did you mean `timeouts.hello`?"),
            ("[quota]\nwindow = 3", "unknown key `quota`; did you mean `quotas`?"),
            ("zzzzzzzzz = 1", "unknown key `zzzzzzzzz`"),
        ] {
            assert_eq!(Config::parse(text).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn invites_name_the_configured_place_or_where_the_relay_listens() {
        let (local, key) = ("[::1]:9".parse().unwrap(), DhPublic::from_bytes([7; 32]));
        let listening = Config::default().relay_address(local, key).unwrap().to_string();
        assert!(listening.starts_with("[::1]:9#"), "{listening}");
        let config = Config::parse("address = \"relay.example.org:7170\"").unwrap();
        let named = config.relay_address(local, key).unwrap();
        assert_eq!((named.host().to_string(), named.port()), ("relay.example.org".into(), 7170));
        assert!(named.key() == &key);
    }

    #[test]
    fn values_out_of_range_are_errors() {
        for text in [
            "address = \"relay.example.org\"",
            "address = \"relay.example.org:0\"",
            "address = \"https://relay.example.org:7170\"",
            "address = \"a#b:1\"",
            "[quotas]\nconnections = 0",
            "[quotas]\nsubscriptions_per_connection = 65",
            "[quotas]\nbytes = 1",
            "[quotas]\nwindow = 0",
            "[timeouts]\nidle = 0",
            "[timeouts]\nidle = 86401",
            "[lifetimes]\ncell = 604801",
            "[lifetimes]\nmailbox = 2592001",
        ] {
            assert!(matches!(Config::parse(text), Err(Error::Range { .. })), "{text}");
        }
        for text in ["listen = 3", "listen = \"nowhere\"", "[quotas]\nwindow = -1", "[quotas]\nwindow = \"3\"", "= 1"] {
            assert!(matches!(Config::parse(text), Err(Error::Syntax(_))), "{text}");
        }
    }
}
