//! A connection that says whatever bytes it is given, frame by frame, below the client's machine. Spec: wire, "Frames".

use nightjar_protocol::crypto::TAG_LEN;
use nightjar_protocol::limits::{BATCH_LEN, CELL_LEN, FRAME_LEN, FRAME_PLAIN_LEN, HELLO_LEN};
use nightjar_protocol::noise::{Ephemeral, LinkInitiator, Transport};
use nightjar_protocol::wire::{Frame, Reply, encode};
use nightjar_relay::key::OsRandom;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::harness::{PATIENCE, Relay};

/// One connection, and what it has been told.
pub struct Raw {
    stream: TcpStream,
    transport: Transport,
    /// The payload of the welcome.
    pub welcome: Vec<u8>,
    /// Answers that nobody has asked for yet.
    pub answers: Vec<Vec<u8>>,
    /// Pushes, with their cells, and ends.
    pub news: Vec<(u16, Vec<u8>)>,
    /// The relay ended it.
    pub closed: bool,
}

impl Raw {
    pub async fn connect(relay: &Relay) -> Self {
        let ephemeral = Ephemeral::generate(&mut OsRandom);
        let (state, hello) =
            LinkInitiator::write_message(relay.address.key(), b"nightjar/link/v1", None, &ephemeral, &[0; 48]).unwrap();
        let mut stream = TcpStream::connect(relay.local).await.unwrap();
        stream.write_all(&hello).await.unwrap();
        let mut welcome = [0; HELLO_LEN];
        timeout(PATIENCE, stream.read_exact(&mut welcome)).await.expect("a welcome").unwrap();
        let (transport, payload) = state.read_message(&welcome).unwrap();
        let (answers, news) = (Vec::new(), Vec::new());
        Self { stream, transport, welcome: payload.to_vec(), answers, news, closed: false }
    }

    /// Sends commands and a cell as one frame.
    pub async fn say(&mut self, commands: &[Vec<u8>], cell: Option<Vec<u8>>) {
        let batch = [&[u8::try_from(commands.len()).unwrap()], commands.concat().as_slice()].concat();
        let mut plain = [u16::try_from(batch.len()).unwrap().to_be_bytes().as_slice(), &batch].concat();
        plain.resize(2 + BATCH_LEN, 0);
        plain.extend(cell.unwrap_or_else(|| vec![0; CELL_LEN]));
        self.frame(plain).await;
    }

    /// Sends a frame of any plaintext.
    pub async fn frame(&mut self, mut plain: Vec<u8>) {
        assert_eq!(plain.len(), FRAME_PLAIN_LEN);
        plain.resize(FRAME_LEN, 0);
        self.transport.write_message(&mut plain).unwrap();
        self.stream.write_all(&plain).await.unwrap();
    }

    /// Says nothing more.
    pub async fn end(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// Reads until there are so many answers, or the relay ends the connection.
    pub async fn read_until(&mut self, answers: usize) {
        while self.answers.len() < answers && !self.closed {
            let mut frame = [0; FRAME_LEN];
            if timeout(PATIENCE, self.stream.read_exact(&mut frame)).await.expect("a frame").is_err() {
                self.closed = true;
                return;
            }
            let plain = self.transport.read_message(&mut frame).unwrap();
            assert_eq!(plain.len(), FRAME_LEN - TAG_LEN);
            self.take(plain.first_chunk().unwrap());
        }
    }

    /// Two pings, one after the other: what was owed before them has come when the second is answered.
    pub async fn settle(&mut self) {
        for _ in 0..2 {
            if self.closed {
                return;
            }
            let before = self.answers.len();
            self.say(&[vec![PING]], None).await;
            self.read_until(before + 1).await;
            assert_eq!(self.answers.pop(), Some(vec![DONE]), "the answer to a ping");
        }
    }

    fn take(&mut self, plain: &[u8; FRAME_PLAIN_LEN]) {
        let frame = Frame(plain);
        for reply in frame.batch::<Reply>().unwrap() {
            let bytes = encode(&reply).unwrap().to_vec();
            match reply {
                Reply::Push { slot, .. } => {
                    let cell = frame.cell(true).unwrap().unwrap();
                    self.news.push((slot, [bytes.as_slice(), cell.as_bytes()].concat()));
                }
                Reply::Ended { slot } => self.news.push((slot, bytes)),
                _ => self.answers.push(bytes),
            }
        }
    }
}

const PING: u8 = 6;
const DONE: u8 = 0;
