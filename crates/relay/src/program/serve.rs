//! `serve`: the settings, the key, the store, and the relay on top of them until it is told to end.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use nightjar_protocol::keys::{DhSecret, Random};
use nightjar_protocol::link::Epoch;

use super::access::keys;
use super::log::Logging;
use super::run::{Start, run};
use super::{Failure, Set, read, usage};
use crate::config::{Config, Kind, Layers};
use crate::key::{OsRandom, load_or_generate};
use crate::store::Memory;

#[derive(Args)]
pub(super) struct Serve {
    /// Read settings from this file
    #[arg(long, value_name = "FILE", required_unless_present = "dev", conflicts_with = "dev")]
    config: Option<PathBuf>,
    /// Try things out: loopback only, a key that is forgotten, counters as JSON on stdout at the end and on SIGUSR1
    #[arg(long)]
    dev: bool,
    /// The port, 0 for any that is free
    #[arg(long, requires = "dev", default_value_t = 0, value_name = "N")]
    port: u16,
    /// The address to listen at, which has to be loopback
    #[arg(long, requires = "dev", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_name = "IP")]
    bind: IpAddr,
    /// Keep the key in this file
    #[arg(long, requires = "dev", value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Let in only who holds an access key of this file; the address printed has the first one
    #[arg(long, requires = "dev", value_name = "FILE")]
    access_key_file: Option<PathBuf>,
    /// Keep mailboxes in this folder, not in memory
    #[arg(long, requires = "dev", value_name = "DIR")]
    store_folder: Option<PathBuf>,
    /// Print the counters this often, too
    #[arg(long, requires = "dev", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    stats_every: Option<u32>,
    /// How much to log: off, error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL")]
    log: Option<String>,
    #[command(flatten)]
    set: Set,
}

/// Serves as the options say.
pub(super) fn serve(options: &Serve) -> Result<(), Failure> {
    let layers = options.layers();
    let settings = read(&layers)?;
    let config = &settings.config;
    let key_file = match (options.dev, &options.key_file) {
        (true, _) if !config.listen.ip().is_loopback() => {
            let refused =
                anyhow::anyhow!("--dev serves this machine only; {} is no loopback address", config.listen.ip());
            return Err(usage(refused.context("use `serve --config FILE` for others")));
        }
        (true, file) => file.as_ref(),
        (false, _) => Some(&config.key_file),
    };
    let secret = match key_file {
        Some(file) => load_or_generate(file).with_context(|| format!("key file {}", file.display())).map_err(usage)?,
        None => DhSecret::generate(&mut OsRandom),
    };
    let keys = keys(secret, config)?;
    let logging = Logging::start(&config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start")?;
    let (dev, stats_every) = (options.dev, options.stats_every);
    runtime.block_on(with_store(Start { layers, settings, keys, logging, dev, stats_every }))
}

impl Serve {
    /// Where the settings are. `--dev` knows no file and no environment.
    fn layers(&self) -> Layers {
        let mut layers = match &self.config {
            Some(file) => self.set.layers(file),
            None => Layers { base: self.dev(), options: self.set.set.clone(), ..Layers::default() },
        };
        layers.options.extend(self.log.clone().map(|level| ("log.level".to_owned(), level)));
        layers
    }

    fn dev(&self) -> Config {
        let mut config = Config { listen: SocketAddr::from((self.bind, self.port)), ..Config::dev() };
        if let Some(file) = &self.access_key_file {
            config.access_key_file.clone_from(file);
        }
        if let Some(folder) = &self.store_folder {
            config.store.kind = Kind::Disk;
            config.store.disk.folder.clone_from(folder);
        }
        config
    }
}

/// What a store in Redis is opened with.
#[cfg(feature = "redis")]
pub(super) fn redis(table: &crate::config::Redis) -> crate::store::redis::Settings {
    let crate::config::Redis { nodes, cluster, username, password_file, database, replicas, .. } = table.clone();
    crate::store::redis::Settings {
        nodes,
        cluster,
        username,
        password_file,
        database,
        replicas,
        timeout: table.timeout(),
    }
}

/// Opens the store that the settings name, and serves from it.
async fn with_store(start: Start) -> Result<(), Failure> {
    let config = &start.settings.config;
    match config.store.kind {
        Kind::Memory => {
            let store = Memory::new(config.quotas.bytes, Epoch(*OsRandom.bytes()));
            Ok(run(store, start).await?)
        }
        #[cfg(feature = "disk")]
        Kind::Disk => {
            let folder = &config.store.disk.folder;
            let store = crate::store::Disk::open(folder, config.quotas.bytes);
            Ok(run(store.with_context(|| format!("store in {}", folder.display()))?, start).await?)
        }
        #[cfg(feature = "redis")]
        Kind::Redis => {
            let store = crate::store::Redis::open(&redis(&config.store.redis), start.keys.secret())
                .await
                .context("store.redis")?;
            Ok(run(store, start).await?)
        }
        #[cfg(not(all(feature = "disk", feature = "redis")))]
        kind => {
            Err(usage(anyhow::anyhow!("this build has no store.kind {kind:?}; build nightjar-relay with its features")))
        }
    }
}
