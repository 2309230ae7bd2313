//! Pairs of people under load, and the relay between them, which is the real program. Each message is numbered; senders append
//! again what was not answered, as an outbox does, and everything that was promised is written down.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command as Program, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::ReadKey;
use nightjar_protocol::limits::{CELL_LEN, FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::{Answer, ClientHandshake, ClientLink, Epoch, Event};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Cell, Command};
use nightjar_relay::key::OsRandom;

/// The relay as a process of its own.
pub struct Relay {
    child: Child,
    pub address: RelayAddress,
    /// From its start to its first line, when it has opened the store and listens.
    pub opened: Duration,
}

impl Relay {
    pub fn start(store: &Path, key: &Path) -> Self {
        let start = Instant::now();
        let mut program = Program::new(env!("CARGO_BIN_EXE_nightjar-relay"));
        program.args(["serve", "--dev", "--log", "warn", "--store-folder"]).arg(store).arg("--key-file").arg(key);
        let mut child = program.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().parse().expect("the relay starts");
        Self { child, address, opened: start.elapsed() }
    }

    /// Ends it as a crash does: SIGKILL, nothing is said or written any more.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn signal(&self, signal: &str) {
        assert!(Program::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What one pair was promised and saw.
#[derive(Default, Clone)]
pub struct Book {
    /// Numbers of messages that the relay accepted.
    pub accepted: BTreeSet<u64>,
    /// Those that were appended again, because nobody knew.
    pub repeated: BTreeSet<u64>,
    /// Messages by the number of their cell.
    pub cells: BTreeMap<u64, u64>,
    /// Messages shown to the person.
    pub shown: BTreeSet<u64>,
    /// Cells up to this number were acknowledged, and the relay said that it was done.
    pub acknowledged: u64,
    /// What must not happen, in words.
    pub wrong: Vec<String>,
    next: u64,
    outbox: VecDeque<u64>,
}

impl Book {
    /// Messages that were accepted and never shown.
    pub fn missing(&self) -> usize {
        self.accepted.difference(&self.shown).count()
    }

    /// Whether the mailbox is far from its quota, while its recipient may be away.
    fn has_room(&self) -> bool {
        self.accepted.len().saturating_sub(self.shown.len()) < 7000
    }

    /// Messages of which nobody knows whether they were accepted.
    pub fn unanswered(&self) -> VecDeque<u64> {
        self.outbox.clone()
    }

    /// Takes over what a later book says of what came out of the relay, and of what was not known for sure.
    pub fn keep_what_was_seen(&mut self, later: &Self) {
        self.shown.clone_from(&later.shown);
        self.cells.clone_from(&later.cells);
        self.repeated.clone_from(&later.repeated);
        self.outbox.clone_from(&later.outbox);
    }

    /// The first of those on their way is answered. At once: what is answered is promised, whatever becomes of the next.
    fn answered(&mut self, answer: Answer) {
        let number = self.outbox.pop_front().unwrap();
        if answer == Answer::Done {
            self.accepted.insert(number);
        } else {
            self.repeated.insert(number);
            self.outbox.push_back(number);
        }
    }

    fn acknowledge(&mut self, up_to: u64) {
        self.acknowledged = self.acknowledged.max(up_to);
    }
}

/// One pair.
pub struct Pair {
    number: u8,
    pub book: Mutex<Book>,
}

/// Where the relay is now, and whether the senders go on.
#[derive(Default)]
pub struct World {
    pub relay: Mutex<Option<RelayAddress>>,
    pub quiet: AtomicBool,
    pub over: AtomicBool,
    pub epochs: Mutex<BTreeSet<[u8; 8]>>,
}

impl Pair {
    pub fn new(number: u8) -> Arc<Self> {
        Arc::new(Self { number, book: Mutex::default() })
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }

    fn key(&self) -> ReadKey {
        ReadKey::from_bytes([self.number; 32])
    }

    /// Makes the mailbox.
    pub fn create(&self, world: &World) {
        let mut client = Client::connect(world).expect("the relay is there");
        client.link.queue(&Command::Create { read_key: self.key(), ttl: 86400 });
        client.send().unwrap();
        while client.link.unanswered() > 0 {
            client.receive().unwrap();
        }
    }

    /// Appends until the world is quiet and nothing is left to append again.
    pub fn send(&self, world: &World) {
        while !world.over.load(SeqCst) {
            if let Some(mut client) = Client::connect(world) {
                let _ = self.append(&mut client, world);
            }
        }
    }

    fn append(&self, client: &mut Client, world: &World) -> io::Result<()> {
        let mut first = true;
        loop {
            let numbers: Vec<u64> = {
                let mut book = self.book();
                while !world.quiet.load(SeqCst) && book.has_room() && book.outbox.len() < WINDOW {
                    book.next += 1;
                    let number = book.next;
                    book.outbox.push_back(number);
                }
                if std::mem::take(&mut first) {
                    let unanswered = book.outbox.clone();
                    book.repeated.extend(unanswered);
                }
                book.outbox.iter().copied().collect()
            };
            if numbers.is_empty() {
                std::thread::sleep(Duration::from_millis(20));
                if world.over.load(SeqCst) { return Ok(()) } else { continue }
            }
            for number in numbers {
                client.link.queue_append(self.key().mailbox(), 86400, message(self.number, number));
            }
            client.send()?;
            while client.link.unanswered() > 0 {
                for event in client.receive()? {
                    if let Event::Answered { answer, .. } = event {
                        self.book().answered(answer);
                    }
                }
            }
        }
    }

    /// Reads, shows and acknowledges until the end.
    pub fn receive(&self, world: &World) {
        while !world.over.load(SeqCst) {
            if let Some(mut client) = Client::connect(world) {
                let _ = self.read(&mut client);
            }
        }
    }

    fn read(&self, client: &mut Client) -> io::Result<()> {
        client.link.queue(&Command::Subscribe { slot: 0, read_key: self.key() });
        client.send()?;
        let mut asked = VecDeque::from([0]);
        loop {
            let mut last = None;
            for event in client.receive()? {
                match event {
                    Event::Pushed { seq, cell, .. } => {
                        self.show(seq, &cell);
                        last = Some(seq);
                    }
                    Event::Answered { answer, .. } => {
                        let up_to = asked.pop_front().unwrap();
                        match answer {
                            Answer::Refused(_) => return Err(io::ErrorKind::Other.into()),
                            Answer::Done | Answer::Subscribed { .. } => self.book().acknowledge(up_to),
                        }
                    }
                    Event::Ended { .. } => return Ok(()),
                }
            }
            if let Some(up_to) = last {
                client.link.queue(&Command::Acknowledge { slot: 0, up_to });
                client.send()?;
                asked.push_back(up_to);
            }
        }
    }

    /// What a session does: a cell that it has seen is dropped; and what a test does: it minds what it saw.
    fn show(&self, seq: u64, cell: &Cell) {
        let mut book = self.book();
        let number = u64::from_le_bytes(cell.as_bytes()[..8].try_into().unwrap());
        if *cell != message(self.number, number) {
            book.wrong.push(format!("cell {seq} is none of this pair's"));
        }
        let acknowledged = book.acknowledged;
        if seq <= acknowledged {
            book.wrong.push(format!("cell {seq} comes back though {acknowledged} was acknowledged"));
        }
        match book.cells.insert(seq, number) {
            Some(former) if former != number => book.wrong.push(format!("number {seq} was given twice")),
            Some(_) => return,
            None => {}
        }
        if !book.shown.insert(number) && !book.repeated.contains(&number) {
            book.wrong.push(format!("message {number} is shown twice"));
        }
    }
}

struct Client {
    stream: TcpStream,
    link: ClientLink,
}

impl Client {
    /// A connection to the relay, if there is one now; waits a moment if there is none.
    fn connect(world: &World) -> Option<Self> {
        let address = world.relay.lock().unwrap().clone();
        let connected = address.and_then(|address| Self::greet(&address).ok());
        match connected {
            Some((client, epoch)) => {
                world.epochs.lock().unwrap().insert(epoch.0);
                Some(client)
            }
            None => {
                std::thread::sleep(Duration::from_millis(5));
                None
            }
        }
    }

    fn greet(address: &RelayAddress) -> io::Result<(Self, Epoch)> {
        let mut stream = TcpStream::connect((address.host().to_string(), address.port()))?;
        stream.set_nodelay(true)?;
        let (client, hello) =
            ClientHandshake::start(address.key(), address.access(), &Ephemeral::generate(&mut OsRandom)).unwrap();
        stream.write_all(&hello)?;
        let mut welcome = [0; HELLO_LEN];
        stream.read_exact(&mut welcome)?;
        let (link, welcome) = client.read_welcome(&welcome).map_err(io::Error::other)?;
        Ok((Self { stream, link }, welcome.epoch))
    }

    fn send(&mut self) -> io::Result<()> {
        let mut out = Vec::new();
        while self.link.write_frame(&mut out).unwrap() {}
        self.stream.write_all(&out)
    }

    fn receive(&mut self) -> io::Result<Vec<Event>> {
        let mut frame = [0; FRAME_LEN];
        self.stream.read_exact(&mut frame)?;
        self.link.read_frame(&frame).map_err(io::Error::other)
    }
}

/// A message of a pair: its number, and bytes that only it has.
fn message(pair: u8, number: u64) -> Cell {
    let mut bytes = [0; CELL_LEN];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    let filler = nightjar_protocol::crypto::sha256(&[&[pair], &number.to_le_bytes()]);
    bytes[8..].iter_mut().zip(filler.iter().cycle()).for_each(|(place, byte)| *place = *byte);
    Cell::from_bytes(bytes)
}

/// Numbers from a seed, so that a run can be repeated as far as processes let it.
pub struct Seeded(u64);

impl Seeded {
    /// From the environment, or from the clock; printed in either case.
    pub fn new() -> Self {
        let given = std::env::var("NIGHTJAR_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            u64::from(since.subsec_nanos()) ^ since.as_secs()
        });
        println!("NIGHTJAR_SEED={seed}");
        Self(seed)
    }

    pub fn draw(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Messages on their way at a time.
const WINDOW: usize = 16;
