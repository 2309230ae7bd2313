//! A person's link to the relay: the client's own pump over a wire of this world. It dials, greets and comes back as the
//! program does over TCP.

use std::collections::VecDeque;
use std::io::ErrorKind;

use nightjar_client::connection::{Down, News, read_welcome};
use nightjar_client::engine::{Line, Pump};
use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::ClientHandshake;
use nightjar_protocol::noise::Ephemeral;
use tokio::time::Instant;

use crate::dice::Dice;
use crate::net::{Net, Out, PATIENCE, Way};
use crate::time::{Millis, SECOND};
use crate::trace::Trace;

/// A line of an engine's, kept.
pub struct Wired {
    line: Line,
    state: State,
    generation: u64,
    wait: Millis,
    dice: Dice,
}

enum State {
    Idle {
        until: Millis,
    },
    /// Nobody answers.
    Dialling {
        until: Millis,
    },
    Greeting {
        wire: u64,
        handshake: Option<Box<ClientHandshake>>,
        reply: VecDeque<u8>,
        until: Millis,
    },
    Up {
        wire: u64,
        pump: Box<Pump>,
    },
}

/// What a link needs of the world.
pub struct Around<'a> {
    pub side: usize,
    pub now: Millis,
    pub net: &'a mut Net,
    pub dice: &'a mut Dice,
    pub trace: &'a mut Trace,
    /// Whether the relay runs.
    pub is_served: bool,
    /// Wires that were laid.
    pub laid: &'a mut Vec<u64>,
}

/// Passes news on, whose purposes only the engine knows. There is room for a report; and if nobody listens any more, nobody
/// is told.
macro_rules! tell {
    ($self:ident, $news:expr) => {
        let _ = $self.line.news.try_send(($self.line.tag, $news));
    };
}

impl Wired {
    pub fn new(line: Line, dice: Dice) -> Self {
        Self { line, state: State::Idle { until: 0 }, generation: 0, wait: WAIT_FIRST, dice }
    }

    /// Does what there is to do: whether anything was done, and whether bytes left that the engine asked for.
    pub fn step(&mut self, around: &mut Around<'_>) -> (bool, bool) {
        // A report more than the engine has room for would have to wait.
        if self.line.news.capacity() == 0 {
            return (false, false);
        }
        match &mut self.state {
            State::Idle { until } => {
                let due = *until <= around.now;
                self.throw_away();
                if due {
                    self.dial(around);
                }
                (due, false)
            }
            State::Dialling { until } => {
                let due = *until <= around.now;
                if due {
                    self.down(Down::Unreachable(ErrorKind::TimedOut), around);
                }
                (due, false)
            }
            State::Greeting { .. } => (self.greet(around), false),
            State::Up { .. } => self.drive(around),
        }
    }

    /// When there is something to do by itself.
    pub fn due(&self, now: Millis) -> Millis {
        match &self.state {
            State::Idle { until } | State::Dialling { until } | State::Greeting { until, .. } => *until,
            State::Up { pump, .. } => {
                now + pump.quiet_at().saturating_duration_since(Instant::now()).as_millis() as Millis
            }
        }
    }

    /// The wire, if there is one.
    pub const fn wire(&self) -> Option<u64> {
        match &self.state {
            State::Greeting { wire, .. } | State::Up { wire, .. } => Some(*wire),
            State::Idle { .. } | State::Dialling { .. } => None,
        }
    }

    pub const fn is_up(&self) -> bool {
        matches!(self.state, State::Up { .. })
    }

    fn throw_away(&mut self) {
        while self.line.asks.try_recv().is_ok() {}
    }

    fn dial(&mut self, around: &mut Around<'_>) {
        if around.net.is_parted(around.side, around.now) && self.dice.percent(50) {
            self.state = State::Dialling { until: around.now + PATIENCE };
            return;
        }
        if !around.is_served || around.net.is_parted(around.side, around.now) {
            self.down(Down::Unreachable(ErrorKind::ConnectionRefused), around);
            return;
        }
        let (wire, ephemeral) = (around.net.lay(around.side, around.dice), Ephemeral::generate(&mut self.dice));
        around.laid.push(wire);
        match ClientHandshake::start(self.line.relay.key(), self.line.relay.access(), &ephemeral) {
            Ok((handshake, hello)) => {
                around.net.send(wire, Way::Up, hello.to_vec(), around.now, around.dice);
                let (reply, until) = (VecDeque::new(), around.now + PATIENCE);
                self.state = State::Greeting { wire, handshake: Some(Box::new(handshake)), reply, until };
            }
            Err(error) => self.down(Down::Violation(error), around),
        }
    }

    fn greet(&mut self, around: &mut Around<'_>) -> bool {
        let State::Greeting { wire, handshake, reply, until } = &mut self.state else { return false };
        let wire = *wire;
        match around.net.receive(wire, Way::Down, around.now) {
            Out::Bytes(bytes) => reply.extend(bytes),
            Out::End => {
                self.down(Down::HungUp, around);
                return true;
            }
            Out::Nothing if *until <= around.now => {
                self.down(Down::Unreachable(ErrorKind::TimedOut), around);
                return true;
            }
            Out::Nothing => return false,
        }
        if reply.len() < HELLO_LEN {
            return true;
        }
        let hello: Vec<u8> = reply.drain(..HELLO_LEN).collect();
        let rest: Vec<u8> = reply.drain(..).collect();
        let read = handshake.take().zip(hello.first_chunk()).map(|(handshake, hello)| read_welcome(*handshake, hello));
        match read {
            Some(Ok((link, welcome))) => {
                (self.generation, self.wait) = (self.generation + 1, WAIT_FIRST);
                around.trace.event(format_args!("{} is up ({})", around.side, self.generation));
                tell!(self, vec![News::Up { generation: self.generation, welcome }]);
                let mut pump = Box::new(Pump::new(link));
                pump.inbox.room()[..rest.len()].copy_from_slice(&rest);
                pump.inbox.filled(rest.len());
                self.state = State::Up { wire, pump };
            }
            Some(Err(down)) => self.down(down, around),
            None => self.down(Down::HungUp, around),
        }
        true
    }

    fn drive(&mut self, around: &mut Around<'_>) -> (bool, bool) {
        let State::Up { wire, pump } = &mut self.state else { return (false, false) };
        let (wire, mut moved) = (*wire, false);
        while let Ok(asks) = self.line.asks.try_recv() {
            pump.take(asks, self.generation);
            moved = true;
        }
        for _ in 0..FRAMES_AT_ONCE {
            match around.net.receive(wire, Way::Down, around.now) {
                Out::Bytes(bytes) => {
                    pump.inbox.room()[..bytes.len()].copy_from_slice(&bytes);
                    pump.inbox.filled(bytes.len());
                    moved = true;
                }
                Out::End => {
                    self.down(Down::Cut, around);
                    return (true, false);
                }
                Out::Nothing => break,
            }
        }
        if Instant::now() >= pump.quiet_at() {
            if !pump.nudge() {
                self.down(Down::Cut, around);
                return (true, false);
            }
            moved = true;
        }
        let heard = match pump.turn() {
            Ok(heard) => heard,
            Err(error) => {
                self.down(Down::Violation(error), around);
                return (true, false);
            }
        };
        let has_left = send(pump, wire, around);
        if !heard.is_empty() {
            tell!(self, heard);
            moved = true;
        }
        (moved || has_left, has_left)
    }

    /// Tells that there is no link, and waits before the next attempt.
    fn down(&mut self, down: Down, around: &mut Around<'_>) {
        around.trace.event(format_args!("{} is down: {down:?}", around.side));
        if let Some(wire) = self.wire() {
            around.net.hang_up(wire, Way::Up, around.now);
        }
        tell!(self, vec![News::Down(down)]);
        let jitter = self.wait * 3 / 4 + self.dice.below(self.wait / 2);
        self.state = State::Idle { until: around.now + jitter };
        self.wait = if matches!(down, Down::Cut) { WAIT_FIRST } else { (self.wait * 2).min(WAIT_MOST) };
    }
}

/// Sends what the pump has to send, one frame at a time: whether there was any.
fn send(pump: &mut Pump, wire: u64, around: &mut Around<'_>) -> bool {
    let unsent = pump.outbox.unsent();
    for frame in unsent.chunks(FRAME_LEN) {
        around.trace.bytes(frame);
        around.net.send(wire, Way::Up, frame.to_vec(), around.now, around.dice);
    }
    let count = unsent.len();
    pump.outbox.sent(count);
    count > 0
}

/// Frames that are read at a time, if there are so many.
const FRAMES_AT_ONCE: usize = 8;
const WAIT_FIRST: Millis = SECOND / 4;
const WAIT_MOST: Millis = 20 * SECOND;
