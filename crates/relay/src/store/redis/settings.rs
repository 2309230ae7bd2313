//! Where the servers are, and what is said to them first.

use std::path::PathBuf;
use std::time::Duration;

use redis::{ProtocolVersion, RedisConnectionInfo};
use zeroize::Zeroizing;

use super::epoch::Epochs;
use super::node::{Dial, Place};

/// Where the servers are and how to speak to them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// `host:port`, of a cluster as many as may be down at the start and one more.
    pub nodes: Vec<String>,
    /// Whether they are a cluster; otherwise the first is the only one.
    pub cluster: bool,
    /// The user's name; empty: the default user.
    pub username: String,
    /// The file of the user's password; empty: none.
    pub password_file: PathBuf,
    /// The number of the database; of a cluster 0.
    pub database: u32,
    /// Replicas that have to have an append before it is answered.
    pub replicas: u32,
    /// How long an operation may take.
    pub timeout: Duration,
}

/// Why a store in Redis cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A place that is none.
    #[error("a Redis server's place is host:port")]
    Place,
    /// The password cannot be read.
    #[error("cannot read the password file")]
    Password(#[source] std::io::Error),
    /// Not every server that has a part of the mailboxes answers.
    #[error("Redis does not answer, or refuses; `nightjar-relay doctor` says more")]
    Silent,
}

impl Settings {
    pub(super) fn places(&self) -> Result<Vec<Place>, OpenError> {
        let place = |text: &String| {
            let (host, port) = text.rsplit_once(':')?;
            let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
            (!host.is_empty()).then_some(Place { host, port: port.parse().ok()? })
        };
        let places: Option<Vec<_>> = self.nodes.iter().map(place).collect();
        places.filter(|places| !places.is_empty()).ok_or(OpenError::Place)
    }

    pub(super) fn dial(&self) -> Result<Dial, OpenError> {
        let mut login = RedisConnectionInfo::default()
            .set_protocol(ProtocolVersion::RESP3)
            .set_skip_set_lib_name()
            .set_db(self.database.into());
        if !self.username.is_empty() {
            login = login.set_username(&self.username);
        }
        if !self.password_file.as_os_str().is_empty() {
            let text = std::fs::read_to_string(&self.password_file).map(Zeroizing::new).map_err(OpenError::Password)?;
            login = login.set_password(text.trim_end_matches(['\r', '\n']));
        }
        Ok(Dial { login, patience: self.timeout, epochs: Epochs::new(self.cluster) })
    }
}
