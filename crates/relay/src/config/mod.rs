//! What an operator may set: one TOML file, every key optional, an unknown one an error. Spec: relay, "Quotas".

mod effective;
mod keys;
mod layers;
mod quotas;
mod store;
mod times;
mod watching;

pub use effective::Effective;
pub use layers::{Layers, PREFIX};
pub use quotas::Quotas;
pub use store::{Disk, Kind, Redis, Storage};
pub use times::{Lifetimes, Seconds, Timeouts};
pub use watching::{Format, Level, Log, Metrics};

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use nightjar_protocol::invite::{Host, RelayAddress};
use nightjar_protocol::keys::DhPublic;
use serde::{Deserialize, Serialize};

use keys::{keys, known};

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
    /// The file of the keys without one of which nobody may use the relay; empty: none.
    pub access_key_file: PathBuf,
    /// Where cells wait.
    pub store: Storage,
    /// How much of what.
    pub quotas: Quotas,
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// How long to keep what.
    pub lifetimes: Lifetimes,
    /// Sums over all clients.
    pub metrics: Metrics,
    /// What goes to stderr.
    pub log: Log,
}

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
        key: String,
        /// What it may be.
        range: &'static str,
    },
    /// The file cannot be read.
    #[error("cannot read {}: {reason}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// As the system says.
        reason: String,
    },
    /// An error with its place: a file and perhaps its line, a variable, an option.
    #[error("{place}: {error}")]
    In {
        /// Where it is.
        place: String,
        /// What it is.
        error: Box<Self>,
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

    /// The settings of a relay for trying things out: loopback, a port of the system's choice, mailboxes in memory, as fast as
    /// it goes.
    #[must_use]
    pub fn dev() -> Self {
        let store = Storage { kind: Kind::Memory, ..Storage::default() };
        let quotas = Quotas { hellos_per_second: 0, bytes_per_second: 0, ..Quotas::default() };
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), store, quotas, ..Self::default() }
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
        let refused = |_| Error::Range { key: "address".into(), range: "host:port" };
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
        self.relay_address(SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)), DhPublic::from_bytes([0; 32]))?;
        let Self { listen, store, quotas, timeouts, lifetimes, metrics, .. } = self;
        let rules =
            [store.rules(), quotas.rules(), timeouts.rules(), lifetimes.rules(), metrics.rules(*listen)].concat();
        match rules.into_iter().find(|(holds, ..)| !holds) {
            None => Ok(()),
            Some((_, key, range)) => Err(Error::Range { key: key.into(), range }),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, DEFAULT_PORT)),
            address: String::new(),
            key_file: PathBuf::from("/var/lib/nightjar-relay/key"),
            access_key_file: PathBuf::new(),
            store: Storage::default(),
            quotas: Quotas::default(),
            timeouts: Timeouts::default(),
            lifetimes: Lifetimes::default(),
            metrics: Metrics::default(),
            log: Log::default(),
        }
    }
}

/// Whether a rule holds, for which key, and what the key may be.
type Rule = (bool, &'static str, &'static str);

/// The port of a relay, if nobody says otherwise.
const DEFAULT_PORT: u16 = 7170;
const TEMPLATE: &str = include_str!("template.toml");

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
            ("[store.redis]\nnode = 3", "unknown key `store.redis.node`; did you mean `store.redis.nodes`?"),
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
            "[quotas]\nconnections_per_network = 0",
            "[quotas]\nnewcomers = 0",
            "[quotas]\nconnections = 20000",
            "[quotas]\nconnections = 1\nconnection_bytes = 1048575",
            "[quotas]\nbytes_per_second = 65535",
            "[quotas]\nwindow = 0",
            "[timeouts]\nidle = 0",
            "[timeouts]\nidle = 86401",
            "[lifetimes]\ncell = 604801",
            "[lifetimes]\nmailbox = 2592001",
            "[store.disk]\nfolder = \"\"",
            "[store.redis]\nnodes = []",
            "[store.redis]\nnodes = [\"127.0.0.1\"]",
            "[store.redis]\nnodes = [\":6379\"]",
            "[store.redis]\nnodes = [\"127.0.0.1:0\"]",
            "[store.redis]\nnodes = [\"127.0.0.1:1\", \"127.0.0.1:2\"]",
            "[store.redis]\ncluster = true\ndatabase = 1",
            "[store.redis]\ntimeout_ms = 0",
            "[metrics]\nlisten = \"0.0.0.0:9170\"",
            "[metrics]\nlisten = \"[::]:9170\"",
            "[metrics]\nlisten = \"127.0.0.1:7170\"",
            "listen = \"127.0.0.1:9170\"\n[metrics]\nlisten = \"127.0.0.1:9170\"",
        ] {
            assert!(matches!(Config::parse(text), Err(Error::Range { .. })), "{text}");
        }
        for text in [
            "listen = 3",
            "listen = \"nowhere\"",
            "[quotas]\nwindow = -1",
            "[quotas]\nwindow = \"3\"",
            "= 1",
            "store = \"disk\"",
            "[store]\nkind = \"paper\"",
            "[metrics]\nlisten = \"9170\"",
            "[log]\nlevel = \"loud\"",
        ] {
            assert!(matches!(Config::parse(text), Err(Error::Syntax(_))), "{text}");
        }
    }
}
