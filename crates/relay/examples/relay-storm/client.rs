//! One client's connection: the protocol's own machine over a socket. Spec: wire, "Link".

use anyhow::{Context, bail};
use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::ReadKey;
use nightjar_protocol::limits::{CELL_LEN, FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::{Answer, ClientHandshake, ClientLink, Event};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Cell, Command};
use nightjar_relay::key::OsRandom;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// A client whose link stands.
pub struct Client {
    pub stream: TcpStream,
    pub link: ClientLink,
}

/// A connection without a word.
pub async fn connect(relay: &RelayAddress) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect((relay.host().to_string(), relay.port())).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// A connection that takes little off the relay's hands.
pub async fn connect_narrow(relay: &RelayAddress) -> anyhow::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    Ok(socket.connect(format!("{}:{}", relay.host(), relay.port()).parse()?).await?)
}

impl Client {
    pub async fn greet(relay: &RelayAddress) -> anyhow::Result<Self> {
        Self::greet_over(connect(relay).await?, relay).await
    }

    pub async fn greet_over(mut stream: TcpStream, relay: &RelayAddress) -> anyhow::Result<Self> {
        let (handshake, hello) =
            ClientHandshake::start(relay.key(), relay.access(), &Ephemeral::generate(&mut OsRandom))?;
        stream.write_all(&hello).await?;
        let mut welcome = [0; HELLO_LEN];
        stream.read_exact(&mut welcome).await.context("no welcome")?;
        Ok(Self { stream, link: handshake.read_welcome(&welcome)?.0 })
    }

    /// All that is queued, as frames.
    pub fn frames(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut frames = Vec::new();
        while self.link.write_frame(&mut frames)? {}
        Ok(frames)
    }

    pub async fn send(&mut self) -> anyhow::Result<()> {
        let frames = self.frames()?;
        Ok(self.stream.write_all(&frames).await?)
    }

    /// What the next frame says.
    pub async fn read(&mut self) -> anyhow::Result<Vec<Event>> {
        let mut frame = [0; FRAME_LEN];
        self.stream.read_exact(&mut frame).await?;
        Ok(self.link.read_frame(&frame)?)
    }

    /// Sends a command and waits for its answer, which is to be the only thing on its way.
    pub async fn ask(&mut self, command: &Command) -> anyhow::Result<Answer> {
        self.link.queue(command);
        self.send().await?;
        self.answers(1).await?.pop().context("an answer")
    }

    /// Waits for so many answers.
    pub async fn answers(&mut self, count: usize) -> anyhow::Result<Vec<Answer>> {
        let mut answers = Vec::new();
        while answers.len() < count {
            answers.extend(self.read().await?.into_iter().filter_map(|event| match event {
                Event::Answered { answer, .. } => Some(answer),
                Event::Pushed { .. } | Event::Ended { .. } => None,
            }));
        }
        Ok(answers)
    }

    /// Makes a mailbox that lives `ttl` seconds; an error if it is refused.
    pub async fn create(&mut self, key: &ReadKey, ttl: u32) -> anyhow::Result<()> {
        match self.ask(&Command::Create { read_key: key.duplicate(), ttl }).await? {
            Answer::Done => Ok(()),
            other => bail!("no mailbox: {other:?}"),
        }
    }
}

pub fn key() -> ReadKey {
    use nightjar_protocol::keys::Random;
    ReadKey::from_bytes(*OsRandom.bytes())
}

pub fn cell(byte: u8) -> Cell {
    Cell::from_bytes([byte; CELL_LEN])
}
