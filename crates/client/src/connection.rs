//! One relay, one socket at a time: connects, greets, drives the link, and comes back after a cut. Spec: wire, "Link".
//!
//! The engine asks with a purpose and hears the purpose back with the answer, so nobody but this room knows tickets.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{MailboxId, Random};
use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::{self, Answer, ClientHandshake, ClientLink, Event, HandshakeRefusal, Ticket, Welcome};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Cell, Command};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
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

/// Starts the task that keeps a link to `relay`. News come with `tag`, so that one channel serves many relays.
pub fn keep<P: Send + 'static, T: Clone + Send + 'static>(
    relay: RelayAddress,
    tag: T,
    news: mpsc::Sender<Report<T, P>>,
) -> Connection<P> {
    let (asks, receiver) = mpsc::unbounded_channel();
    let mut keeper = Keeper { relay, tag, news, asks: receiver, generation: 0 };
    tokio::spawn(each_step_cleanly(async move { while keeper.round().await.is_some() {} }));
    Connection { asks }
}

struct Keeper<P, T> {
    relay: RelayAddress,
    tag: T,
    news: mpsc::Sender<Report<T, P>>,
    asks: mpsc::UnboundedReceiver<Vec<Ask<P>>>,
    generation: u64,
}

impl<P, T: Clone> Keeper<P, T> {
    /// One connection from greeting to end, and the wait before the next. `None` when nobody listens any more.
    async fn round(&mut self) -> Option<()> {
        let mut wait = WAIT_FIRST;
        let (stream, link, welcome) = loop {
            match greet(&self.relay).await {
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
        self.news.send((self.tag.clone(), news)).await.ok()
    }

    /// Waits, throwing away requests that were meant for the connection that is gone.
    async fn idle(&mut self, wait: Duration) -> Option<()> {
        let until = Instant::now() + wait;
        loop {
            tokio::select! {
                () = sleep_until(until) => return Some(()),
                asks = self.asks.recv() => drop(asks?),
            }
        }
    }

    async fn drive(&mut self, stream: TcpStream, link: ClientLink) -> Option<Down> {
        let (reader, writer) = stream.into_split();
        let mut pump = Pump::new(reader, writer, link);
        loop {
            let quiet = pump.heard + QUIET;
            tokio::select! {
                asks = self.asks.recv() => {
                    pump.take(asks?, self.generation);
                    while let Ok(asks) = self.asks.try_recv() {
                        pump.take(asks, self.generation);
                    }
                }
                read = pump.reader.read(&mut pump.inbox[pump.filled..]) => match read {
                    Ok(0) | Err(_) => return Some(Down::Cut),
                    Ok(count) => pump.filled += count,
                },
                written = pump.writer.write(&pump.outbox[pump.written..]), if pump.written < pump.outbox.len() => {
                    match written {
                        Ok(0) | Err(_) => return Some(Down::Cut),
                        Ok(count) => pump.written += count,
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

/// The bytes in both directions and who asked for what.
struct Pump<P> {
    reader: OwnedReadHalf,
    writer: OwnedWriteHalf,
    link: ClientLink,
    asked: VecDeque<(Ticket, Option<P>)>,
    inbox: Vec<u8>,
    filled: usize,
    outbox: Vec<u8>,
    written: usize,
    heard: Instant,
    nudged: bool,
}

impl<P> Pump<P> {
    fn new(reader: OwnedReadHalf, writer: OwnedWriteHalf, link: ClientLink) -> Self {
        Self {
            reader,
            writer,
            link,
            asked: VecDeque::new(),
            inbox: vec![0; FRAME_LEN * INBOX_FRAMES],
            filled: 0,
            outbox: Vec::new(),
            written: 0,
            heard: Instant::now(),
            nudged: false,
        }
    }

    fn take(&mut self, asks: Vec<Ask<P>>, generation: u64) {
        for Ask { what, purpose, .. } in asks.into_iter().filter(|ask| ask.generation == generation) {
            let ticket = match what {
                What::Command(command) => self.link.queue(&command),
                What::Append { mailbox, ttl, cell } => self.link.queue_append(mailbox, ttl, cell),
            };
            self.asked.push_back((ticket, Some(purpose)));
        }
    }

    /// Silence: asks for a sign of life, once; `false` if that went unanswered.
    fn nudge(&mut self) -> bool {
        if self.nudged {
            return false;
        }
        let ticket = self.link.queue(&Command::Ping);
        self.asked.push_back((ticket, None));
        (self.nudged, self.heard) = (true, Instant::now());
        true
    }

    /// Reads the whole frames that arrived and writes those that are due.
    fn turn(&mut self) -> Result<Vec<News<P>>, link::Error> {
        let mut news = Vec::new();
        let whole = self.filled - self.filled % FRAME_LEN;
        for at in (0..whole).step_by(FRAME_LEN) {
            let Some(frame) = self.inbox[at..].first_chunk::<FRAME_LEN>() else { break };
            let events = self.link.read_frame(frame)?;
            (self.heard, self.nudged) = (Instant::now(), false);
            news.extend(events.into_iter().filter_map(|event| self.name(event)));
        }
        self.inbox.copy_within(whole..self.filled, 0);
        self.filled -= whole;
        if self.written == self.outbox.len() {
            self.outbox.clear();
            self.written = 0;
        }
        while self.outbox.len() < FRAME_LEN * OUTBOX_FRAMES && self.link.write_frame(&mut self.outbox)? {}
        Ok(news)
    }

    fn name(&mut self, event: Event) -> Option<News<P>> {
        match event {
            Event::Answered { ticket, answer } => {
                let (asked, purpose) = self.asked.pop_front()?;
                debug_assert_eq!(asked, ticket);
                purpose.map(|purpose| News::Answered { purpose, answer })
            }
            Event::Pushed { slot, seq, cell } => Some(News::Pushed { slot, seq, cell }),
            Event::Ended { slot } => Some(News::Ended { slot }),
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
    match handshake.read_welcome(&reply) {
        Ok((link, welcome)) => Ok((stream, link, welcome)),
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
/// Silence after which a sign of life is asked for; as much again without one ends the connection.
const QUIET: Duration = Duration::from_secs(40);
const INBOX_FRAMES: usize = 16;
const OUTBOX_FRAMES: usize = 16;
