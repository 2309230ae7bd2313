//! A relay on a free port of this machine, with clocks that stand still and small quotas, and clients of it that seal what
//! they want.

use std::sync::Arc;
use std::time::Duration;

use nightjar_protocol::keys::{DhSecret, UnixTime};
use nightjar_protocol::limits::{FRAME_LEN, FRAME_PLAIN_LEN, HELLO_LEN};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::noise::Transport;
use nightjar_protocol::wire::{Frame, Reply};
use nightjar_relay::clock::Clock;
use nightjar_relay::config::{Config, Quotas};
use nightjar_relay::server::{Monitor, Server};
use nightjar_relay::store::Memory;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::timeout;

use crate::books::{Due, mark};
use crate::links::{PAYLOAD_LEN, SECRET, hello_with, sealed};
use crate::people::NOW;

/// A relay that runs.
pub struct Relay {
    monitor: Monitor<Memory>,
    place: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    run: JoinHandle<nightjar_relay::stats::Stats>,
    /// Connections that ended.
    closed: u64,
}

struct Still;

impl Clock for Still {
    fn steady(&self) -> UnixTime {
        NOW
    }

    fn wall(&self) -> UnixTime {
        NOW
    }
}

/// What a relay here is set to: so little of everything that all of it is soon too much.
#[must_use]
pub fn config() -> Config {
    let mut config = Config::dev();
    config.quotas = Quotas {
        mailboxes_per_connection: 4,
        mailboxes_per_minute: 0,
        subscriptions_per_connection: 4,
        mailboxes: 6,
        cells_per_mailbox: 5,
        window: 3,
        ..config.quotas
    };
    config
}

impl Relay {
    /// Starts one.
    pub async fn start() -> Self {
        let store = Memory::new(1 << 30, Epoch(*b"epoch 01"));
        let server = Server::bind(&config(), DhSecret::from_bytes(SECRET), store, Arc::new(Still)).await.unwrap();
        let (monitor, place, (stop, stopped)) = (server.monitor(), server.local(), oneshot::channel());
        let run = tokio::spawn(server.run(async { drop(stopped.await) }));
        Self { monitor, place, stop, run, closed: 0 }
    }

    /// A connection without a word yet.
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.place).await.unwrap()
    }

    /// A client whose link stands.
    pub async fn client(&self) -> Client {
        let (state, hello) = hello_with(None, &[0; PAYLOAD_LEN]);
        let mut stream = self.connect().await;
        stream.write_all(&hello).await.unwrap();
        let mut reply = [0; HELLO_LEN];
        timeout(PATIENCE, stream.read_exact(&mut reply)).await.expect("a welcome").unwrap();
        Client { stream, link: state.read_message(&reply).unwrap().0 }
    }

    /// Waits until one connection more has ended.
    pub async fn lost_one(&mut self) {
        self.closed += 1;
        let ended = async {
            loop {
                let stats = self.monitor.stats();
                if stats.connections - stats.connections_open >= self.closed {
                    break;
                }
                yield_now().await;
            }
        };
        timeout(PATIENCE, ended).await.expect("an end of the connection");
    }

    /// Stops it; nobody is connected any more.
    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        timeout(PATIENCE, self.run).await.expect("an end of the relay").unwrap();
    }
}

/// One connection.
pub struct Client {
    stream: TcpStream,
    link: Transport,
}

impl Client {
    /// Sends a frame of this plaintext.
    pub async fn send(&mut self, plain: &[u8; FRAME_PLAIN_LEN]) {
        let frame = sealed(&mut self.link, plain);
        self.stream.write_all(&frame).await.unwrap();
    }

    /// Sends bytes as they are.
    pub async fn send_raw(&mut self, bytes: &[u8]) {
        // The relay may have had enough before the last of them.
        let _ = self.stream.write_all(bytes).await;
    }

    /// Hears all that is due.
    pub async fn hear(&mut self, due: &mut Due) {
        while !due.is_empty() {
            let mut frame = [0; FRAME_LEN];
            timeout(PATIENCE, self.stream.read_exact(&mut frame)).await.expect("what is due").expect("a whole frame");
            let plain = self.link.read_message(&mut frame).expect("the next frame");
            let plain = Frame(plain.first_chunk().unwrap());
            let replies: Vec<Reply> = plain.batch().unwrap();
            let pushes = replies.iter().filter(|reply| matches!(reply, Reply::Push { .. })).count();
            let cell = plain.cell(pushes > 0).unwrap().map(|cell| mark(cell.as_bytes()));
            assert!(pushes <= 1, "a frame that no relay writes");
            replies.into_iter().for_each(|reply| due.heard(reply, cell));
        }
    }

    /// Waits for the end of the connection: nothing comes before it.
    pub async fn is_closed(&mut self) {
        let mut byte = [0];
        match timeout(PATIENCE, self.stream.read(&mut byte)).await.expect("an end") {
            Ok(count) => assert_eq!(count, 0, "something that was not due"),
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset),
        }
    }

    /// Ends it from this side.
    pub async fn leave(mut self) {
        let _ = self.stream.shutdown().await;
    }
}

/// No case waits longer than this for what has to come.
const PATIENCE: Duration = Duration::from_secs(10);
