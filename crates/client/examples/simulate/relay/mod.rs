//! The relay of a world: the real sessions, mailboxes and links, over wires in place of sockets. It can lose its memory, or
//! stop and come back with it.

pub mod shelf;

use std::collections::{BTreeMap, VecDeque};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use nightjar_protocol::crypto::dh_public;
use nightjar_protocol::invite::{Host, RelayAddress};
use nightjar_protocol::keys::DhSecret;
use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::{self, Access, HandshakeRefusal, RelayHandshake, RelayLink};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Command, Reply};
use nightjar_relay::config::{Lifetimes, Quotas};
use nightjar_relay::mailbox::{Delivery, Mailboxes, Session};
use nightjar_relay::store::Store as _;

use crate::dice::Dice;
use crate::net::{IDLE, Net, Out, Way};
use crate::time::{Calendar, Millis, SECOND, Time};
use crate::trace::Trace;
use shelf::Shelf;

/// The relay.
pub struct Relay {
    secret: DhSecret,
    pub shelf: Shelf,
    pub calendar: Calendar,
    time: Time,
    mailboxes: Arc<Mailboxes<Shelf>>,
    connections: BTreeMap<u64, Connection>,
    down_until: Millis,
    sweep_at: Millis,
    dice: Dice,
}

struct Connection {
    up: Option<(RelayLink, Session<Shelf>)>,
    inbox: VecDeque<u8>,
    idle_at: Millis,
}

impl Relay {
    pub fn new(time: &Time, dice: &mut Dice) -> Self {
        let (secret, shelf, calendar) = (DhSecret::generate(dice), Shelf::new(dice), Calendar::new(time));
        let mailboxes = open(&shelf, &calendar);
        let (time, dice) = (time.clone(), dice.fork());
        let (connections, down_until, sweep_at) = (BTreeMap::new(), 0, 0);
        Self { secret, shelf, calendar, time, mailboxes, connections, down_until, sweep_at, dice }
    }

    /// Where people find it.
    pub fn address(&self) -> RelayAddress {
        let host = Host::parse("relay.example").expect("a name");
        RelayAddress::new(host, 4433, dh_public(&self.secret)).expect("a port")
    }

    pub fn is_up(&self) -> bool {
        self.down_until <= self.time.now()
    }

    /// Stops, and is back at some time with all that it held, or with nothing.
    pub fn restart(&mut self, until: Millis, keeps: bool, net: &mut Net) {
        for (wire, _) in std::mem::take(&mut self.connections) {
            net.hang_up(wire, Way::Down, self.time.now());
        }
        if !keeps {
            self.shelf = self.shelf.emptied(&mut self.dice);
        }
        self.mailboxes = open(&self.shelf, &self.calendar);
        self.down_until = until;
    }

    /// Somebody dials.
    pub fn accept(&mut self, wire: u64) {
        let idle_at = self.time.now() + 10 * SECOND;
        self.connections.insert(wire, Connection { up: None, inbox: VecDeque::new(), idle_at });
    }

    /// Reads what came, does what it asks, and sends what is owed: whether there was anything.
    pub fn step(&mut self, net: &mut Net, trace: &mut Trace) -> bool {
        let now = self.time.now();
        if self.sweep_at <= now {
            // As the program does once a second; here it is enough to have it done before anybody looks.
            let _ = ready(self.mailboxes.expire());
            self.sweep_at = now + 5 * SECOND;
        }
        let mut wires: Vec<u64> = self.connections.keys().copied().collect();
        if self.dice.percent(50) {
            wires.reverse();
        }
        let mut moved = false;
        for wire in wires {
            let Some(mut connection) = self.connections.remove(&wire) else { continue };
            match self.serve(wire, &mut connection, net, trace) {
                Ok(did) => {
                    moved |= did;
                    self.connections.insert(wire, connection);
                }
                Err(()) => {
                    moved = true;
                    net.hang_up(wire, Way::Down, now);
                }
            }
        }
        moved
    }

    /// When it hangs up on somebody by itself.
    pub fn due(&self) -> Option<Millis> {
        self.connections.values().map(|connection| connection.idle_at).min()
    }

    fn serve(&mut self, wire: u64, connection: &mut Connection, net: &mut Net, trace: &mut Trace) -> Result<bool, ()> {
        let now = self.time.now();
        if connection.idle_at <= now {
            return Err(());
        }
        let came = match net.receive(wire, Way::Up, now) {
            Out::Bytes(bytes) => {
                connection.inbox.extend(bytes);
                true
            }
            Out::End => return Err(()),
            Out::Nothing => false,
        };
        if connection.up.is_none() {
            if connection.inbox.len() < HELLO_LEN {
                return Ok(came);
            }
            self.greet(wire, connection, net)?;
        }
        let Some((link, session)) = &mut connection.up else { return Ok(came) };
        while connection.inbox.len() >= FRAME_LEN {
            let frame: Vec<u8> = connection.inbox.drain(..FRAME_LEN).collect();
            handle(link, session, frame.first_chunk().ok_or(())?)?;
            connection.idle_at = now + IDLE;
        }
        for delivery in ready(session.collect(ROUND)) {
            match delivery {
                Delivery::Push { slot, seq, ttl, cell } => link.queue_push(slot, seq, ttl, cell),
                Delivery::Ended { slot } => link.queue(Reply::Ended { slot }),
            }
        }
        let (mut frame, mut sent) = (Vec::new(), false);
        while link.write_frame(&mut frame).map_err(drop)? {
            trace.bytes(&frame);
            net.send(wire, Way::Down, std::mem::take(&mut frame), now, &mut self.dice);
            sent = true;
        }
        Ok(came || sent)
    }

    fn greet(&mut self, wire: u64, connection: &mut Connection, net: &mut Net) -> Result<(), ()> {
        let now = self.time.now();
        let hello: Vec<u8> = connection.inbox.drain(..HELLO_LEN).collect();
        let read = RelayHandshake::read_hello(&self.secret, &Access::open(), hello.first_chunk().ok_or(())?);
        let welcome = self.mailboxes.welcome();
        let accepted = read.and_then(|read| read.accept(&welcome, &Ephemeral::generate(&mut self.dice)));
        match accepted {
            Ok((link, welcome)) => {
                net.send(wire, Way::Down, welcome.to_vec(), now, &mut self.dice);
                connection.up = Some((link, Session::new(Arc::clone(&self.mailboxes))));
                connection.idle_at = now + IDLE;
                Ok(())
            }
            Err(_) => {
                let refusal = link::refusal(HandshakeRefusal::Handshake).to_vec();
                net.send(wire, Way::Down, refusal, now, &mut self.dice);
                Err(())
            }
        }
    }

    /// Says another time than it is.
    pub fn lie_about_time(&mut self, off: i64) {
        self.calendar.set(off);
    }

    /// Cells that it holds.
    pub fn cells(&self) -> u64 {
        // What is gone is swept first, as the program does by and by.
        let _ = ready(self.mailboxes.expire());
        self.shelf.usage().cells
    }
}

fn open(shelf: &Shelf, calendar: &Calendar) -> Arc<Mailboxes<Shelf>> {
    let quotas = Quotas::default();
    Arc::new(Mailboxes::new(shelf.clone(), Arc::new(calendar.clone()), quotas, Lifetimes::default()))
}

fn handle(link: &mut RelayLink, session: &mut Session<Shelf>, frame: &[u8; FRAME_LEN]) -> Result<(), ()> {
    let mut request = link.read_frame(frame).map_err(drop)?;
    for command in request.commands {
        let reply = match command {
            Command::Append { mailbox, ttl } => ready(session.append(mailbox, ttl, request.cell.take())),
            command => ready(session.handle(command)),
        };
        link.queue(reply);
    }
    Ok(())
}

/// What a future comes to that waits for nothing. A store in memory yields now and then, and that is all.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    let (mut future, mut context) = (pin!(future), Context::from_waker(Waker::noop()));
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return done;
        }
    }
}

/// Cells handed out at a time.
const ROUND: usize = 8;
