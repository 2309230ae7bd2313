//! The listener: the gate decides who comes in; patience when the system has no more, an end that loses nothing queued.
//! Spec: relay, "Life of a connection".

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{AccessKey, Random};
use nightjar_protocol::link::Epoch;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::access::Keys;
use crate::bucket::{Bucket, Rate};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::connection::{Shared, attend, decline};
use crate::gate::{Gate, Refused, Room, raise_files};
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
        let listener = listen(config.listen)?;
        let local = listener.local_addr()?;
        let address = keys.address(config, local).map_err(io::Error::other)?;
        let mailboxes = Arc::new(Mailboxes::new(store, clock, config.quotas.clone(), config.lifetimes.clone()));
        let room = Room::within(&config.quotas, raise_files());
        if !room.is_all(&config.quotas) {
            tracing::warn!(connections = room.connections, "the limit on open files leaves room for fewer connections");
        }
        let gate = Arc::new(Gate::new(&config.quotas, &config.timeouts, room));
        let shared = Arc::new(Live::new(Shared::new(mailboxes, Arc::new(Live::new(keys)), gate, config)));
        Ok(Self { listener, local, address, shared })
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
        let expiry = tokio::spawn(expire(self.shared.now()));
        let listens = Arc::clone(&self.shared.now().mailboxes);
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
        Monitor(self.shared).stats()
    }

    async fn accept(&self, connections: &mut JoinSet<()>, stopped: &watch::Receiver<bool>) {
        let declining = Arc::new(Semaphore::new(DECLINED_AT_A_TIME));
        let mut warned = Bucket::default();
        loop {
            let (stream, address) = tokio::select! {
                next = self.next(&mut warned) => next,
                Some(ended) = connections.join_next() => {
                    report(ended);
                    continue;
                }
            };
            let shared = self.shared.now();
            let (counters, gate) = (shared.mailboxes.counters(), Arc::clone(&shared.gate));
            match gate.admit(address) {
                Ok(guest) => {
                    counters.connections.count();
                    let (shared, stopped) = (Arc::clone(&shared), stopped.clone());
                    connections.spawn(async move {
                        let _open = Open(Arc::clone(&shared));
                        attend(stream, guest, shared, stopped).await;
                    });
                }
                Err(refused) => {
                    match refused {
                        Refused::Busy => counters.refused_busy.count(),
                        Refused::Network => counters.refused_network.count(),
                    }
                    // Beyond these, who finds no room is not even told.
                    if let Ok(permit) = Arc::clone(&declining).try_acquire_owned() {
                        let place = gate.show_out();
                        connections.spawn(async move {
                            decline(stream, place).await;
                            drop(permit);
                        });
                    }
                }
            }
            let pause = gate.pause();
            if !pause.is_zero() {
                sleep(pause).await;
            }
        }
    }

    /// The next connection, with its address for the gate. When the system has no descriptor left, makes room and waits
    /// instead of spinning.
    async fn next(&self, warned: &mut Bucket) -> (TcpStream, IpAddr) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => return (stream, address.ip()),
                Err(error) => {
                    let gate = &self.shared.now().gate;
                    for _ in 0..MADE_WAY_AT_ONCE {
                        gate.make_way();
                    }
                    if warned.take(WARNINGS, 1, gate.now(), Duration::ZERO).is_some() {
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
        let shared = self.0.now();
        Stats { buffered: shared.gate.held() as u64, ..shared.mailboxes.stats() }
    }

    /// Whether the store answers.
    pub async fn answers(&self) -> bool {
        self.0.now().mailboxes.answers().await
    }

    /// Takes other time-outs, lifetimes and quotas for the connections to come. Room for connections and bytes stays as it is.
    pub fn adopt(&self, config: &Config) {
        let before = self.0.now();
        before.gate.adopt(&config.quotas);
        before.mailboxes.adopt(config.quotas.clone(), config.lifetimes.clone());
        let (mailboxes, keys) = (Arc::clone(&before.mailboxes), Arc::clone(&before.keys));
        self.0.replace(Shared::new(mailboxes, keys, Arc::clone(&before.gate), config));
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

/// As the library would listen, but that the system queues only so much for a client that does not read. It would queue
/// megabytes, which are the relay's in the eyes of whoever counts its memory, and not in its own.
fn listen(place: SocketAddr) -> io::Result<TcpListener> {
    let socket = if place.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(place)?;
    socket.listen(BACKLOG)
}

async fn expire<S: Store>(shared: Arc<Shared<S>>) {
    let mut tick = interval(EXPIRY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        shared.gate.tidy();
        if let Err(error) = shared.mailboxes.expire().await {
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
/// Bytes that the system queues for one client, before its own bookkeeping: enough for 2.5 MB a second at 100 ms there and back.
const SEND_BUFFER: u32 = 256 * 1024;
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;
/// What connections get beyond the time for draining, for their last word to be heard.
const FAREWELL: Duration = Duration::from_secs(3);
/// Silent connections that go when the system has no descriptor left.
const MADE_WAY_AT_ONCE: usize = 16;
/// How often to say so.
const WARNINGS: Rate = Rate::per(1, Duration::from_secs(60));
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LAST_PAUSE: Duration = Duration::from_secs(1);
/// Connections at a time that are told that there is no room.
const DECLINED_AT_A_TIME: usize = 64;
