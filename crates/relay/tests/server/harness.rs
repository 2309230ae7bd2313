//! A relay on a free port and a client of bytes: the protocol's own client machine over a real socket.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{AccessKey, DhPublic, DhSecret, MailboxId, ReadKey, UnixTime};
use nightjar_protocol::limits::{CELL_LEN, FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::{Answer, ClientHandshake, ClientLink, Epoch, Error, Event, Welcome};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Cell, Command};
use nightjar_relay::access::Keys;
use nightjar_relay::clock::Clock;
use nightjar_relay::config::Config;
use nightjar_relay::key::OsRandom;
use nightjar_relay::server::{Monitor, Server};
use nightjar_relay::stats::Stats;
use nightjar_relay::store::{Memory, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// No case waits longer than this for what has to come: far above what it takes, so that a busy machine fails nothing.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// The time of day at which relays under test start.
pub const T: UnixTime = UnixTime(1_800_000_000);

/// Clocks that stand still until they are moved.
pub struct Manual {
    steady: AtomicU64,
    wall: AtomicU64,
}

impl Manual {
    pub fn advance(&self, seconds: u64) {
        self.steady.fetch_add(seconds, SeqCst);
        self.jump(seconds);
    }

    /// Corrects the time of day.
    pub fn jump(&self, seconds: u64) {
        self.wall.fetch_add(seconds, SeqCst);
    }
}

impl Clock for Manual {
    fn steady(&self) -> UnixTime {
        UnixTime(self.steady.load(SeqCst))
    }

    fn wall(&self) -> UnixTime {
        UnixTime(self.wall.load(SeqCst))
    }
}

/// A relay that runs in the background of a case.
pub struct Relay<S = Memory> {
    pub address: RelayAddress,
    pub local: SocketAddr,
    pub clock: Arc<Manual>,
    monitor: Monitor<S>,
    stop: oneshot::Sender<()>,
    run: JoinHandle<Stats>,
}

impl Relay {
    /// One with the defaults, changed a little.
    pub async fn start(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::dev();
        change(&mut config);
        let store = Memory::new(config.quotas.bytes, Epoch(*b"epoch 01"));
        Self::with(config, store).await
    }

    /// One that only holders of these access keys can use.
    pub async fn private(access: Vec<AccessKey>) -> Self {
        let store = Memory::new(Config::dev().quotas.bytes, Epoch(*b"epoch 01"));
        let keys = Keys::private(DhSecret::generate(&mut OsRandom), access).unwrap();
        Self::of(Config::dev(), keys, store).await
    }
}

impl<S: Store> Relay<S> {
    pub async fn with(config: Config, store: S) -> Self {
        Self::of(config, DhSecret::generate(&mut OsRandom).into(), store).await
    }

    async fn of(config: Config, keys: Keys, store: S) -> Self {
        let clock = Arc::new(Manual { steady: T.0.into(), wall: T.0.into() });
        let server = Server::bind(&config, keys, store, Arc::clone(&clock) as Arc<dyn Clock>).await.unwrap();
        let (address, local, monitor) = (server.address().clone(), server.local(), server.monitor());
        let (stop, stopped) = oneshot::channel();
        let run = tokio::spawn(server.run(async { drop(stopped.await) }));
        Self { address, local, clock, monitor, stop, run }
    }

    pub async fn client(&self) -> Client {
        Client::connect(&self.address).await.unwrap()
    }

    /// A client whose system takes little off the relay's hands.
    pub async fn narrow_client(&self) -> Client {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        Client::greet(socket.connect(self.local).await.unwrap(), self.address.key()).await.unwrap()
    }

    /// Lets in who holds one of these keys from now on.
    pub fn admit(&self, access: Vec<AccessKey>) {
        assert!(self.admits(access));
    }

    pub fn admits(&self, access: Vec<AccessKey>) -> bool {
        self.monitor.admit(access)
    }

    pub fn stats(&self) -> Stats {
        self.monitor.stats()
    }

    /// Waits until the counters are as they have to be.
    pub async fn until(&self, mut reached: impl FnMut(&Stats) -> bool) -> Stats {
        let wait = async {
            while !reached(&self.stats()) {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("never reached: {:?}", self.stats()));
        self.stats()
    }

    /// Gives it other settings.
    pub fn adopt(&self, config: &Config) {
        self.monitor.adopt(config);
    }

    /// Says that it is to stop.
    pub fn stop(self) -> JoinHandle<Stats> {
        self.stop.send(()).unwrap();
        self.run
    }
}

/// A client with one connection.
pub struct Client {
    pub stream: TcpStream,
    pub welcome: Welcome,
    link: ClientLink,
    events: VecDeque<Event>,
}

impl Client {
    pub async fn connect(address: &RelayAddress) -> Result<Self, Error> {
        let place = (address.host().to_string(), address.port());
        Self::greet_with(TcpStream::connect(place).await.unwrap(), address.key(), address.access()).await
    }

    pub async fn greet(stream: TcpStream, key: &DhPublic) -> Result<Self, Error> {
        Self::greet_with(stream, key, None).await
    }

    async fn greet_with(mut stream: TcpStream, key: &DhPublic, access: Option<&AccessKey>) -> Result<Self, Error> {
        let (handshake, hello) = ClientHandshake::start(key, access, &Ephemeral::generate(&mut OsRandom)).unwrap();
        stream.write_all(&hello).await.unwrap();
        let mut welcome = [0; HELLO_LEN];
        timeout(PATIENCE, stream.read_exact(&mut welcome)).await.expect("a welcome").unwrap();
        let (link, welcome) = handshake.read_welcome(&welcome)?;
        Ok(Self { stream, welcome, link, events: VecDeque::new() })
    }

    pub fn queue(&mut self, command: &Command) {
        self.link.queue(command);
    }

    pub fn queue_append(&mut self, mailbox: MailboxId, ttl: u32, cell: Cell) {
        self.link.queue_append(mailbox, ttl, cell);
    }

    /// All that is queued, as frames.
    pub fn frames(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        while self.link.write_frame(&mut out).unwrap() {}
        out
    }

    pub async fn send(&mut self) {
        let frames = self.frames();
        self.stream.write_all(&frames).await.unwrap();
    }

    /// The next event; `None` when the relay ended the connection, at the end of a frame.
    pub async fn next(&mut self) -> Option<Event> {
        while self.events.is_empty() {
            let mut frame = [0; FRAME_LEN];
            match timeout(PATIENCE, self.stream.read(&mut frame[..1])).await.expect("an event") {
                Ok(1) => {}
                Ok(_) | Err(_) => return None,
            }
            timeout(PATIENCE, self.stream.read_exact(&mut frame[1..])).await.expect("a frame").expect("a whole frame");
            self.events.extend(self.link.read_frame(&frame).unwrap());
        }
        self.events.pop_front()
    }

    /// Sends a command and waits for its answer; what comes in between waits for [`Self::next`].
    pub async fn ask(&mut self, command: Command) -> Answer {
        self.queue(&command);
        self.send().await;
        self.next_answer().await
    }

    pub async fn append(&mut self, mailbox: MailboxId, ttl: u32, byte: u8) -> Answer {
        self.queue_append(mailbox, ttl, cell(byte));
        self.send().await;
        self.next_answer().await
    }

    /// The next push: its number and its cell's byte.
    pub async fn pushed(&mut self) -> (u64, u8) {
        match self.next().await {
            Some(Event::Pushed { seq, cell, .. }) => (seq, cell.as_bytes()[0]),
            other => panic!("a push was due, not {other:?}"),
        }
    }

    /// Appends many cells, a hundred at a time.
    pub async fn append_many(&mut self, mailbox: MailboxId, count: u32) {
        for _ in 0..count / 100 {
            for byte in 0..100 {
                self.queue_append(mailbox, 60, cell(byte));
            }
            self.send().await;
            for _ in 0..100 {
                assert_eq!(self.next_answer().await, Answer::Done);
            }
        }
    }

    /// What a frame says that was read elsewhere.
    pub fn read(&mut self, frame: &[u8; FRAME_LEN]) -> Vec<Event> {
        self.link.read_frame(frame).unwrap()
    }

    /// The next answer; pushes that come before it wait for [`Self::next`].
    pub async fn next_answer(&mut self) -> Answer {
        let mut others = VecDeque::new();
        loop {
            match self.next().await.expect("an answer") {
                Event::Answered { answer, .. } => {
                    others.append(&mut self.events);
                    self.events = others;
                    return answer;
                }
                other => others.push_back(other),
            }
        }
    }

    /// Whether nothing is on its way: a ping is answered, and nothing but that.
    pub async fn is_quiet(&mut self) -> bool {
        assert_eq!(self.ask(Command::Ping).await, Answer::Done);
        self.events.is_empty()
    }

    /// Waits until the relay ends the connection.
    pub async fn is_closed(&mut self) -> bool {
        self.next().await.is_none()
    }
}

pub fn key(byte: u8) -> ReadKey {
    ReadKey::from_bytes([byte; 32])
}

pub fn id(byte: u8) -> MailboxId {
    key(byte).mailbox()
}

pub fn cell(byte: u8) -> Cell {
    Cell::from_bytes([byte; CELL_LEN])
}

pub fn create(byte: u8) -> Command {
    Command::Create { read_key: key(byte), ttl: 3600 }
}

pub fn subscribe(slot: u16, byte: u8) -> Command {
    Command::Subscribe { slot, read_key: key(byte) }
}

pub fn acknowledge(slot: u16, up_to: u64) -> Command {
    Command::Acknowledge { slot, up_to }
}

pub fn delete(byte: u8) -> Command {
    Command::Delete { read_key: key(byte) }
}
