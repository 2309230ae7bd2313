//! A client that obeys nobody: one connection to a relay, with the protocol's own link and any commands at all.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use nightjar_client::random::OsRandom;
use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::MailboxId;
use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::{Answer, ClientHandshake, ClientLink, Event};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Cell, Command};

use super::PATIENCE;

/// One connection.
pub struct Rogue {
    stream: TcpStream,
    link: ClientLink,
    frame: Vec<u8>,
    pushed: VecDeque<(u16, Cell)>,
    answers: VecDeque<Answer>,
}

impl Rogue {
    /// Connects.
    pub fn connect(relay: &RelayAddress) -> Self {
        let mut stream = TcpStream::connect((relay.host().to_string(), relay.port())).unwrap();
        let (handshake, hello) =
            ClientHandshake::start(relay.key(), relay.access(), &Ephemeral::generate(&mut OsRandom)).ok().unwrap();
        stream.write_all(&hello).unwrap();
        let mut welcome = [0; HELLO_LEN];
        stream.read_exact(&mut welcome).unwrap();
        let (link, _) = handshake.read_welcome(&welcome).ok().unwrap();
        Self { stream, link, frame: Vec::new(), pushed: VecDeque::new(), answers: VecDeque::new() }
    }

    /// Has a command carried out.
    pub fn ask(&mut self, command: &Command) -> Answer {
        self.link.queue(command);
        self.answer()
    }

    /// Puts a cell into a mailbox.
    pub fn append(&mut self, mailbox: MailboxId, cell: Cell) -> Answer {
        self.link.queue_append(mailbox, 600, cell);
        self.answer()
    }

    /// The next cell of a subscribed mailbox, if one comes within this time.
    pub fn pushed(&mut self, patience: Duration) -> Option<(u16, Cell)> {
        self.stream.set_read_timeout(Some(patience)).unwrap();
        while self.pushed.is_empty() && self.read() {}
        self.pushed.pop_front()
    }

    fn answer(&mut self) -> Answer {
        let mut out = Vec::new();
        while self.link.write_frame(&mut out).unwrap() {}
        self.stream.write_all(&out).unwrap();
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        while self.answers.is_empty() {
            assert!(self.read(), "the relay does not answer");
        }
        self.answers.pop_front().unwrap()
    }

    /// Reads a frame; `false` if none came in time.
    fn read(&mut self) -> bool {
        while self.frame.len() < FRAME_LEN {
            let mut bytes = vec![0; FRAME_LEN - self.frame.len()];
            match self.stream.read(&mut bytes) {
                Ok(count @ 1..) => self.frame.extend_from_slice(&bytes[..count]),
                Ok(_) => panic!("the relay hung up"),
                Err(_) => return false,
            }
        }
        let frame: Vec<u8> = self.frame.drain(..).collect();
        for event in self.link.read_frame(frame.first_chunk().unwrap()).unwrap() {
            match event {
                Event::Answered { answer, .. } => self.answers.push_back(answer),
                Event::Pushed { slot, cell, .. } => self.pushed.push_back((slot, cell)),
                _ => {}
            }
        }
        true
    }
}
