//! The listener: room for so many connections, patience when the system has no more, an end that loses nothing queued.
//! Spec: relay, "Life of a connection".

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{AccessKey, Random};
use nightjar_protocol::link::Epoch;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::access::Keys;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::connection::{Shared, attend, decline};
use crate::key::OsRandom;
use crate::live::Live;
use crate::mailbox::Mailboxes;
use crate::stats::Stats;
use crate::store::{Memory, Store};

/// Runs a relay whose mailboxes are in memory, until `shutdown` is ready. `on_ready` is told where it is and how to read
/// its counters once it listens, before it serves.
///
/// # Errors
/// As [`Server::bind`] and `on_ready`.
pub async fn serve(
    config: &Config,
    keys: impl Into<Keys>,
    shutdown: impl Future<Output = ()>,
    on_ready: impl FnOnce(&RelayAddress, Monitor<Memory>) -> io::Result<()>,
) -> io::Result<Stats> {
    let store = Memory::new(config.quotas.bytes, Epoch(*OsRandom.bytes()));
    let server = Server::bind(config, keys, store, Arc::new(SystemClock::new())).await?;
    on_ready(server.address(), server.monitor())?;
    Ok(server.run(shutdown).await)
}

/// A relay that listens.
pub struct Server<S> {
    listener: TcpListener,
    local: SocketAddr,
    address: RelayAddress,
    shared: Arc<Live<Shared<S>>>,
    room: Arc<Semaphore>,
}

/// Reads a relay's counters while it serves, and gives it other settings.
pub struct Monitor<S>(Arc<Live<Shared<S>>>);

impl<S: Store> Server<S> {
    /// Begins to listen. Nobody is served before [`Self::run`]. A static key alone makes a relay that is open.
    ///
    /// # Errors
    /// As the system says, for instance that the port is taken; or that the configured place is none.
    pub async fn bind(config: &Config, keys: impl Into<Keys>, store: S, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let keys = keys.into();
        let listener = TcpListener::bind(config.listen).await?;
        let local = listener.local_addr()?;
        let address = keys.address(config, local).map_err(io::Error::other)?;
        let mailboxes = Arc::new(Mailboxes::new(store, clock, config.quotas.clone(), config.lifetimes.clone()));
        let shared = Arc::new(Live::new(Shared::new(mailboxes, Arc::new(Live::new(keys)), config)));
        let room = Arc::new(Semaphore::new(config.quotas.connections as usize));
        Ok(Self { listener, local, address, shared, room })
    }

    /// As it stands in invites: with the first access key, if there is one. Its `Display` leaves that out.
    #[must_use]
    pub const fn address(&self) -> &RelayAddress {
        &self.address
    }

    /// Where it listens.
    #[must_use]
    pub const fn local(&self) -> SocketAddr {
        self.local
    }

    /// Reads the counters from elsewhere.
    #[must_use]
    pub fn monitor(&self) -> Monitor<S> {
        Monitor(Arc::clone(&self.shared))
    }

    /// Serves until `shutdown` is ready, then stops listening and lets each connection send what is queued for it.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Stats {
        let (stop, stopped) = watch::channel(false);
        let mut connections = JoinSet::new();
        let mailboxes = Arc::clone(&self.shared.now().mailboxes);
        let expiry = tokio::spawn(expire(Arc::clone(&mailboxes)));
        let listens = Arc::clone(&mailboxes);
        let listening = tokio::spawn(async move { listens.listen().await });
        tokio::select! {
            () = shutdown => {}
            () = self.accept(&mut connections, &stopped) => {}
        }
        drop(self.listener);
        let _ = stop.send(true);
        let drained = async { while connections.join_next().await.map(report).is_some() {} };
        if timeout(self.shared.now().timeouts.drain.duration() + FAREWELL, drained).await.is_err() {
            tracing::warn!("connections are cut off");
            connections.shutdown().await;
        }
        expiry.abort();
        listening.abort();
        mailboxes.stats()
    }

    async fn accept(&self, connections: &mut JoinSet<()>, stopped: &watch::Receiver<bool>) {
        let declining = Arc::new(Semaphore::new(DECLINED_AT_A_TIME));
        loop {
            let stream = tokio::select! {
                stream = self.next() => stream,
                Some(ended) = connections.join_next() => {
                    report(ended);
                    continue;
                }
            };
            let shared = self.shared.now();
            let counters = shared.mailboxes.counters();
            if let Ok(permit) = Arc::clone(&self.room).try_acquire_owned() {
                counters.connections.count();
                let (shared, stopped) = (Arc::clone(&shared), stopped.clone());
                connections.spawn(async move {
                    let _open = Open(Arc::clone(&shared));
                    attend(stream, shared, stopped).await;
                    drop(permit);
                });
            } else {
                counters.refused_busy.count();
                // Beyond these, who finds no room is not even told.
                if let Ok(permit) = Arc::clone(&declining).try_acquire_owned() {
                    connections.spawn(async move {
                        decline(stream).await;
                        drop(permit);
                    });
                }
            }
        }
    }

    /// The next connection, without its address. When the system has no descriptor left, waits instead of spinning.
    async fn next(&self) -> TcpStream {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => return stream,
                Err(error) => {
                    if pause == FIRST_PAUSE {
                        tracing::warn!(kind = ?error.kind(), code = error.raw_os_error(), "cannot accept");
                    }
                    sleep(pause).await;
                    pause = (pause * 2).min(LAST_PAUSE);
                }
            }
        }
    }
}

impl<S: Store> Monitor<S> {
    /// The counters now.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.0.now().mailboxes.stats()
    }

    /// Whether the store answers.
    pub async fn answers(&self) -> bool {
        self.0.now().mailboxes.answers().await
    }

    /// Takes other time-outs, lifetimes and quotas for the connections to come. Room for connections and bytes stays as it is.
    pub fn adopt(&self, config: &Config) {
        let before = self.0.now();
        before.mailboxes.adopt(config.quotas.clone(), config.lifetimes.clone());
        self.0.replace(Shared::new(Arc::clone(&before.mailboxes), Arc::clone(&before.keys), config));
    }

    /// Lets in only who holds one of these access keys, for the connections to come; with none, anybody. `false`, and nothing
    /// changes, if they are more than `ACCESS_KEYS_MAX`, or if the relay would be opened or closed by it: addresses that are
    /// in people's hands say which of the two it is.
    #[must_use]
    pub fn admit(&self, access: Vec<AccessKey>) -> bool {
        let keys = &self.0.now().keys;
        let changed = keys.now().changed(access);
        changed.map(|changed| keys.replace(changed)).is_some()
    }
}

/// Counts a connection as open until it is dropped, whatever ends it.
struct Open<S: Store>(Arc<Shared<S>>);

impl<S: Store> Drop for Open<S> {
    fn drop(&mut self) {
        self.0.mailboxes.counters().closed.count();
    }
}

async fn expire<S: Store>(mailboxes: Arc<Mailboxes<S>>) {
    let mut tick = interval(EXPIRY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(error) = mailboxes.expire().await {
            tracing::warn!(%error, "cannot expire");
        }
    }
}

fn report(ended: Result<(), JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        tracing::error!("a connection panicked");
    }
}

/// How often what is gone is erased.
const EXPIRY: Duration = Duration::from_secs(1);
/// What connections get beyond the time for draining, for their last word to be heard.
const FAREWELL: Duration = Duration::from_secs(3);
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LAST_PAUSE: Duration = Duration::from_secs(1);
/// Connections at a time that are told that there is no room.
const DECLINED_AT_A_TIME: usize = 64;
