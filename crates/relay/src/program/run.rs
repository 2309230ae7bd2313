//! A relay from its first word to its last: what it is told meanwhile, and whom it tells. Spec: relay, "Life of a connection".

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use nightjar_protocol::keys::DhSecret;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{Instant, Interval, interval_at};

use super::log::Logging;
use super::notify::{self, State};
use super::signals::{Signals, Told};
use crate::clock::SystemClock;
use crate::config::{Effective, Layers};
use crate::metrics::{self, Watched};
use crate::server::Server;
use crate::stats::Stats;
use crate::store::Store;

/// What a relay is started with, its store apart.
pub(super) struct Start {
    /// Where its settings are.
    pub layers: Layers,
    /// What they were when it started.
    pub settings: Effective,
    pub secret: DhSecret,
    pub logging: Logging,
    /// Whether it counts aloud.
    pub dev: bool,
    /// How often it does that unasked, in seconds.
    pub stats_every: Option<u32>,
}

/// Serves from a store until it is told to end, and a second time if it is to end at once.
pub(super) async fn run<S: Store>(store: S, start: Start) -> anyhow::Result<()> {
    // Before anybody can know of this process: until it is waited for, a signal ends it.
    let mut signals = Signals::new(start.dev).context("cannot wait for signals")?;
    let Start { layers, settings, secret, logging, dev, stats_every } = start;
    let config = &settings.config;
    let place = || format!("cannot serve at {}", config.listen);
    let server = Server::bind(config, secret, store, Arc::new(SystemClock::new())).await.with_context(place)?;
    let watched = Arc::new(Watched::new(server.monitor(), &config.quotas));
    if let Some(listen) = config.metrics.listen {
        let place = || format!("cannot serve metrics at {listen}");
        let listener = TcpListener::bind(listen).await.with_context(place)?;
        tokio::spawn(metrics::serve(listener, Arc::clone(&watched)));
    }
    say(&server.address().to_string())?;
    tracing::info!("serving");
    notify::tell(State::Ready);

    let (stop, stopped) = oneshot::channel();
    let (mut stop, mut reload) = (Some(stop), Reload::new(layers, settings, logging));
    let (mut aloud, mut alive) = (every(stats_every.map(seconds)), every(notify::period()));
    let serving = server.run(async { drop(stopped.await) });
    tokio::pin!(serving);
    let stats = loop {
        tokio::select! {
            // Who came before a signal is let in before it counts.
            biased;
            stats = &mut serving => break stats,
            _ = aloud.tick() => tell(&watched.stats())?,
            _ = alive.tick() => tell_alive(),
            told = signals.next() => match (told, stop.take()) {
                (Told::End, Some(stop)) => {
                    watched.drain();
                    tracing::info!("draining");
                    notify::tell(State::Stopping);
                    let _ = stop.send(());
                }
                (Told::End, None) => {
                    tracing::warn!("told again; connections are cut off");
                    break watched.stats();
                }
                (Told::Reload, untold) => {
                    stop = untold;
                    reload.reload(&watched);
                }
                (Told::Count, untold) => {
                    stop = untold;
                    tell(&watched.stats())?;
                }
            }
        }
    };
    if dev {
        tell(&stats)?;
    }
    tracing::info!("stopped");
    Ok(())
}

/// The settings, and what is done with others.
struct Reload {
    layers: Layers,
    /// Those that it started with.
    first: Effective,
    /// Those that it last took.
    last: Effective,
    logging: Logging,
}

impl Reload {
    fn new(layers: Layers, first: Effective, logging: Logging) -> Self {
        Self { layers, last: first.clone(), first, logging }
    }

    /// Reads the settings again. If they are not valid, the old ones stay.
    fn reload<S: Store>(&mut self, watched: &Watched<S>) {
        notify::tell(State::Reloading);
        match self.layers.read() {
            Ok(settings) => {
                let taken: Vec<_> = self.last.changed(&settings).into_iter().filter(|key| is_live(key)).collect();
                let left: Vec<_> = self.first.changed(&settings).into_iter().filter(|key| !is_live(key)).collect();
                watched.monitor().adopt(&settings.config);
                self.logging.adopt(settings.config.log.level);
                self.last = settings;
                tracing::info!(keys = taken.join(" "), "settings are read again");
                if !left.is_empty() {
                    tracing::warn!(keys = left.join(" "), "these need a restart");
                }
            }
            Err(error) => {
                let error = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
                tracing::error!(error, "the new settings are not valid; the old ones stay");
            }
        }
        notify::tell(State::Ready);
    }
}

/// Whether a setting takes effect without a restart, for the connections to come.
fn is_live(key: &str) -> bool {
    LIVE.iter().any(|live| key == *live || live.ends_with('.') && key.starts_with(live))
}

/// Says that the program is alive once one of its threads has had a turn.
fn tell_alive() {
    tokio::spawn(async { notify::tell(State::Alive) });
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

/// Ticks so often, or practically never.
fn every(period: Option<Duration>) -> Interval {
    let period = period.unwrap_or(seconds(u32::MAX));
    interval_at(Instant::now() + period, period)
}

fn tell(stats: &Stats) -> io::Result<()> {
    say(&serde_json::to_string(stats)?)
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// The settings that a running relay takes; a table stands for all that is in it.
const LIVE: [&str; 15] = [
    "lifetimes.",
    "log.level",
    "quotas.arrivals_per_minute",
    "quotas.bytes_per_second",
    "quotas.cells_per_mailbox",
    "quotas.connections_per_network",
    "quotas.hellos_per_second",
    "quotas.limit_loopback",
    "quotas.mailboxes",
    "quotas.mailboxes_per_connection",
    "quotas.mailboxes_per_minute",
    "quotas.outgoing_bytes",
    "quotas.subscriptions_per_connection",
    "quotas.window",
    "timeouts.",
];
