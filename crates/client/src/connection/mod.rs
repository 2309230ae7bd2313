//! One relay, one socket at a time: connects, greets, drives the link, and comes back after a cut. Spec: wire, "Link".
//!
//! The engine asks with a purpose and hears the purpose back with the answer, so nobody but this room knows tickets. The
//! pump knows no socket: the simulation drives it over wires of its own.

mod pump;

pub use pump::Pump;

use std::io;
use std::time::Duration;

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{MailboxId, Random};
use nightjar_protocol::limits::HELLO_LEN;
use nightjar_protocol::link::{self, Answer, ClientHandshake, ClientLink, HandshakeRefusal, Welcome};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Cell, Command};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use crate::harden::each_step_cleanly;
use crate::random::OsRandom;

/// Something for the relay to do.
pub enum What {
    /// A command without a cell.
    Command(Command),
    /// A cell for a mailbox.
    Append {
        /// Which mailbox.
        mailbox: MailboxId,
        /// Seconds the cell may stay.
        ttl: u32,
        /// The cell.
        cell: Cell,
    },
}

/// A request of the engine's, good for one connection only.
pub struct Ask<P> {
    /// The connection it was meant for, as [`News::Up`] numbered it.
    pub generation: u64,
    /// What to do.
    pub what: What,
    /// What the engine wants to hear back with the answer.
    pub purpose: P,
}

/// What a connection reports.
#[derive(Debug)]
pub enum News<P> {
    /// The link stands.
    Up {
        /// The number of this connection.
        generation: u64,
        /// What the relay said of itself.
        welcome: Welcome,
    },
    /// There is no link; another attempt follows by itself.
    Down(Down),
    /// The answer to a request.
    Answered {
        /// The request's purpose.
        purpose: P,
        /// The relay's answer.
        answer: Answer,
    },
    /// A cell of a subscribed mailbox.
    Pushed {
        /// Which subscription.
        slot: u16,
        /// Its sequence number.
        seq: u64,
        /// The cell.
        cell: Cell,
    },
    /// A subscription ended.
    Ended {
        /// Which subscription.
        slot: u16,
    },
}

/// Why there is no link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Down {
    /// No TCP connection: the network, the name, or nobody listens.
    Unreachable(io::ErrorKind),
    /// The greeting was hung up on: by a relay that holds another key and could not read it, or by the way there.
    HungUp,
    /// Whoever answers does not hold the relay's key, or is no relay.
    WrongKey,
    /// The greeting was not understood, says whoever answers: another key, another version, or no access key that fits.
    Refused,
    /// The relay serves as many as it may.
    Busy,
    /// The link stood and was cut.
    Cut,
    /// The other end broke the rules of the link.
    Violation(link::Error),
}

/// The engine's end of a connection's task. Dropping it ends the task.
pub struct Connection<P> {
    /// Requests go in here: those that come together leave in as few frames as hold them.
    pub asks: mpsc::UnboundedSender<Vec<Ask<P>>>,
}

/// What came together, in order, and from whom.
pub type Report<T, P> = (T, Vec<News<P>>);

/// The carrier's end: what it has to keep a link for, and both channels to the engine.
pub struct Line<P, T> {
    /// Where to.
    pub relay: RelayAddress,
    /// Goes with all news, so that one channel serves many relays.
    pub tag: T,
    /// News go in here, in order.
    pub news: mpsc::Sender<Report<T, P>>,
    /// Requests come out here. When it has ended, nobody wants the link any more.
    pub asks: mpsc::UnboundedReceiver<Vec<Ask<P>>>,
}

impl<P, T> Line<P, T> {
    /// A line, and the engine's end of it.
    #[must_use]
    pub fn new(relay: RelayAddress, tag: T, news: mpsc::Sender<Report<T, P>>) -> (Connection<P>, Self) {
        let (sender, asks) = mpsc::unbounded_channel();
        (Connection { asks: sender }, Self { relay, tag, news, asks })
    }
}

impl<P: Send + 'static, T: Clone + Send + 'static> Line<P, T> {
    /// Keeps the link over TCP from now on, in a task of its own, and comes back after every cut, until the engine lets its
    /// end go. Must be called within a tokio runtime.
    pub fn keep(self) {
        let mut keeper = Keeper { line: self, generation: 0 };
        tokio::spawn(each_step_cleanly(async move { while keeper.round().await.is_some() {} }));
    }
}

struct Keeper<P, T> {
    line: Line<P, T>,
    generation: u64,
}

impl<P, T: Clone> Keeper<P, T> {
    /// One connection from greeting to end, and the wait before the next. `None` when nobody listens any more.
    async fn round(&mut self) -> Option<()> {
        let mut wait = WAIT_FIRST;
        let (stream, link, welcome) = loop {
            match greet(&self.line.relay).await {
                Ok(up) => break up,
                Err(down) => self.tell(News::Down(down)).await?,
            }
            self.idle(jitter(wait)).await?;
            wait = (wait * 2).min(WAIT_MOST);
        };
        self.generation += 1;
        self.tell(News::Up { generation: self.generation, welcome }).await?;
        let down = self.drive(stream, link).await?;
        self.tell(News::Down(down)).await?;
        self.idle(jitter(WAIT_FIRST)).await
    }

    async fn tell(&mut self, news: News<P>) -> Option<()> {
        self.report(vec![news]).await
    }

    async fn report(&mut self, news: Vec<News<P>>) -> Option<()> {
        self.line.news.send((self.line.tag.clone(), news)).await.ok()
    }

    /// Waits, throwing away requests that were meant for the connection that is gone.
    async fn idle(&mut self, wait: Duration) -> Option<()> {
        let until = Instant::now() + wait;
        loop {
            tokio::select! {
                () = sleep_until(until) => return Some(()),
                asks = self.line.asks.recv() => drop(asks?),
            }
        }
    }

    async fn drive(&mut self, stream: TcpStream, link: ClientLink) -> Option<Down> {
        let (mut reader, mut writer) = stream.into_split();
        let mut pump = Pump::new(link);
        loop {
            let quiet = pump.quiet_at();
            tokio::select! {
                asks = self.line.asks.recv() => {
                    pump.take(asks?, self.generation);
                    while let Ok(asks) = self.line.asks.try_recv() {
                        pump.take(asks, self.generation);
                    }
                }
                read = reader.read(pump.inbox.room()) => match read {
                    Ok(0) | Err(_) => return Some(Down::Cut),
                    Ok(count) => pump.inbox.filled(count),
                },
                written = writer.write(pump.outbox.unsent()), if !pump.outbox.unsent().is_empty() => {
                    match written {
                        Ok(0) | Err(_) => return Some(Down::Cut),
                        Ok(count) => pump.outbox.sent(count),
                    }
                }
                () = sleep_until(quiet) => match pump.nudge() {
                    true => {}
                    false => return Some(Down::Cut),
                },
            }
            let heard = match pump.turn() {
                Ok(heard) => heard,
                Err(error) => return Some(Down::Violation(error)),
            };
            if !heard.is_empty() {
                self.report(heard).await?;
            }
        }
    }
}

/// Connects and shakes hands once, without coming back: what `doctor` wants to know.
///
/// # Errors
/// [`Down`], for the first thing that failed.
pub async fn greet(relay: &RelayAddress) -> Result<(TcpStream, ClientLink, Welcome), Down> {
    let host = relay.host().to_string();
    let connecting = TcpStream::connect((host.as_str(), relay.port()));
    let mut stream = match timeout(PATIENCE, connecting).await {
        Ok(connected) => connected.map_err(|error| Down::Unreachable(error.kind()))?,
        Err(_) => return Err(Down::Unreachable(io::ErrorKind::TimedOut)),
    };
    stream.set_nodelay(true).map_err(|error| Down::Unreachable(error.kind()))?;
    let ephemeral = Ephemeral::generate(&mut OsRandom);
    let (handshake, hello) =
        ClientHandshake::start(relay.key(), relay.access(), &ephemeral).map_err(Down::Violation)?;
    let mut reply = [0; HELLO_LEN];
    let greeting = async {
        stream.write_all(&hello).await?;
        stream.read_exact(&mut reply).await
    };
    match timeout(PATIENCE, greeting).await {
        Err(_) => return Err(Down::Unreachable(io::ErrorKind::TimedOut)),
        // One that does not understand the hello hangs up. So does a link that breaks just then.
        Ok(Err(_)) => return Err(Down::HungUp),
        Ok(Ok(_)) => {}
    }
    let (link, welcome) = read_welcome(handshake, &reply)?;
    Ok((stream, link, welcome))
}

/// Reads what a relay answered to the greeting.
///
/// # Errors
/// [`Down`], as the engine is to hear it.
pub fn read_welcome(handshake: ClientHandshake, reply: &[u8; HELLO_LEN]) -> Result<(ClientLink, Welcome), Down> {
    match handshake.read_welcome(reply) {
        Ok(up) => Ok(up),
        Err(link::Error::Declined(HandshakeRefusal::Busy)) => Err(Down::Busy),
        Err(link::Error::Declined(HandshakeRefusal::Handshake)) => Err(Down::Refused),
        Err(_) => Err(Down::WrongKey),
    }
}

/// Between three quarters and five quarters of `wait`, so that many clients do not come back as one.
fn jitter(wait: Duration) -> Duration {
    let [byte] = *OsRandom.bytes::<1>();
    wait * 3 / 4 + wait * u32::from(byte) / 512
}

const PATIENCE: Duration = Duration::from_secs(10);
const WAIT_FIRST: Duration = Duration::from_millis(250);
const WAIT_MOST: Duration = Duration::from_secs(20);
