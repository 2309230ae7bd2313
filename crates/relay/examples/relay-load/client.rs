//! One client's connection: the link over a socket, many frames a system call. Spec: wire, "Link".

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context as Task, Poll, ready};

use anyhow::{Context, bail, ensure};
use nightjar_protocol::invite::{Host, RelayAddress};
use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::{Answer, ClientHandshake, ClientLink, Event};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Command, Refusal};
use nightjar_relay::key::OsRandom;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

/// Where a relay is, and what all connections to it share.
#[derive(Clone)]
pub struct Place {
    address: Rc<RelayAddress>,
    socket: SocketAddr,
    /// Where bytes are read to: frames are opened before the next connection has its turn.
    scratch: Rc<RefCell<Vec<u8>>>,
    traffic: Rc<Traffic>,
}

/// Frames of all connections to a relay.
#[derive(Default)]
pub struct Traffic {
    pub to_relay: Cell<u64>,
    pub from_relay: Cell<u64>,
}

/// A client whose link stands.
pub struct Client {
    stream: TcpStream,
    pub link: ClientLink,
    /// What the relay said and nobody has looked at.
    pub events: Vec<Event>,
    /// The beginning of a frame whose end has not come.
    rest: Vec<u8>,
    /// Sealed frames, the first `written` bytes of which the socket has taken.
    outgoing: Vec<u8>,
    written: usize,
    scratch: Rc<RefCell<Vec<u8>>>,
    traffic: Rc<Traffic>,
}

impl Place {
    /// Takes an address of this machine; others are refused.
    pub fn new(address: RelayAddress) -> anyhow::Result<Self> {
        let ip = match address.host() {
            Host::V4(ip) => IpAddr::V4(*ip),
            Host::V6(ip) => IpAddr::V6(*ip),
            Host::Name(_) => bail!("a relay to load is named by its address, not by a name"),
        };
        ensure!(ip.is_loopback(), "only a relay on this machine is loaded; {ip} is no loopback address");
        let scratch = Rc::new(RefCell::new(vec![0; READ_LEN]));
        let (socket, address) = (SocketAddr::new(ip, address.port()), Rc::new(address));
        Ok(Self { address, socket, scratch, traffic: Rc::default() })
    }

    /// What has gone over all connections so far.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// Connects, and shakes hands.
    pub async fn connect(&self) -> anyhow::Result<Client> {
        let mut stream = TcpStream::connect(self.socket).await.context("no connection to the relay")?;
        stream.set_nodelay(true)?;
        let (handshake, hello) =
            ClientHandshake::start(self.address.key(), self.address.access(), &Ephemeral::generate(&mut OsRandom))?;
        stream.write_all(&hello).await?;
        let mut welcome = [0; HELLO_LEN];
        stream.read_exact(&mut welcome).await.context("no welcome")?;
        let (link, _) = handshake.read_welcome(&welcome)?;
        let (scratch, traffic) = (Rc::clone(&self.scratch), Rc::clone(&self.traffic));
        Ok(Client { stream, link, events: vec![], rest: vec![], outgoing: vec![], written: 0, scratch, traffic })
    }
}

impl Client {
    /// Sends commands and waits until all are answered. Pushes that come meanwhile stay in `events`.
    pub async fn ask(&mut self, commands: &[Command]) -> anyhow::Result<()> {
        for command in commands {
            self.link.queue(command);
        }
        while self.link.unanswered() > 0 {
            self.exchange().await?;
        }
        let mut refused = None;
        self.events.retain(|event| match event {
            Event::Answered { answer, .. } => {
                refused = refused.or(refusal(*answer));
                false
            }
            _ => true,
        });
        refused.map_or(Ok(()), |refusal| bail!("refused: {refusal:?}"))
    }

    /// Seals and writes what is queued, and returns when something has come and is in `events`. It may be given up at any
    /// time.
    pub async fn exchange(&mut self) -> anyhow::Result<()> {
        self.seal()?;
        poll_fn(|task| {
            let _ = self.poll_write(task)?;
            self.poll_read(task)
        })
        .await
    }

    /// Seals and writes all that is queued.
    pub async fn flush(&mut self) -> anyhow::Result<()> {
        self.seal()?;
        Ok(poll_fn(|task| self.poll_write(task)).await?)
    }

    fn seal(&mut self) -> anyhow::Result<()> {
        while self.link.write_frame(&mut self.outgoing)? {
            self.traffic.to_relay.update(|frames| frames + 1);
        }
        Ok(())
    }

    fn poll_write(&mut self, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.outgoing.get(self.written..).filter(|rest| !rest.is_empty()) {
            self.written += ready!(Pin::new(&mut self.stream).poll_write(task, rest))?;
        }
        self.outgoing.clear();
        self.written = 0;
        Poll::Ready(Ok(()))
    }

    fn poll_read(&mut self, task: &mut Task<'_>) -> Poll<anyhow::Result<()>> {
        let mut scratch = self.scratch.borrow_mut();
        let mut bytes = ReadBuf::new(&mut scratch);
        bytes.put_slice(&self.rest);
        ready!(Pin::new(&mut self.stream).poll_read(task, &mut bytes))?;
        if bytes.filled().len() == self.rest.len() {
            return Poll::Ready(Err(anyhow::anyhow!("the relay ended the connection")));
        }
        let (frames, rest) = bytes.filled().as_chunks::<FRAME_LEN>();
        self.traffic.from_relay.update(|sum| sum + frames.len() as u64);
        for frame in frames {
            self.events.append(&mut self.link.read_frame(frame)?);
        }
        self.rest.clear();
        self.rest.extend_from_slice(rest);
        Poll::Ready(Ok(()))
    }
}

/// Why a command was refused; `None` if it was not.
pub const fn refusal(answer: Answer) -> Option<Refusal> {
    match answer {
        Answer::Refused(refusal) => Some(refusal),
        Answer::Done | Answer::Subscribed { .. } => None,
    }
}

/// Bytes read at a time, at most: 32 frames.
const READ_LEN: usize = 32 * FRAME_LEN;
