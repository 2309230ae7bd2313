//! Wires between people and the relay: bytes take their time, stop half-way through a frame, and come when nobody waits for
//! them any more.

use std::collections::{BTreeMap, VecDeque};

use crate::dice::Dice;
use crate::time::{MINUTE, Millis, SECOND};

/// All wires.
#[derive(Default)]
pub struct Net {
    wires: BTreeMap<u64, Wire>,
    last: u64,
    /// Until when nothing passes, by side.
    parted_until: [Millis; 2],
}

/// A connection's two directions.
struct Wire {
    side: usize,
    latency: Millis,
    pipes: [Pipe; 2],
}

#[derive(Default)]
struct Pipe {
    /// What is under way, and when it comes.
    queue: VecDeque<(Millis, Vec<u8>)>,
    last: Millis,
    /// When its reader learns that no more comes. Nothing can be put in from here on.
    end: Option<Millis>,
    /// Its reader has learned that, or is gone.
    is_over: bool,
}

/// A direction of a wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// To the relay.
    Up,
    /// From the relay.
    Down,
}

/// What comes out of a wire.
#[derive(PartialEq, Eq, Debug)]
pub enum Out {
    /// Bytes.
    Bytes(Vec<u8>),
    /// The end.
    End,
    /// Nothing now.
    Nothing,
}

impl Net {
    /// Lays a wire for one side. How slow it is differs from wire to wire, so that what was sent later can come earlier.
    pub fn lay(&mut self, side: usize, dice: &mut Dice) -> u64 {
        self.last += 1;
        let latency = *dice.pick(&[1, 20, 80, 400, 2000]);
        self.wires.insert(self.last, Wire { side, latency, pipes: Default::default() });
        self.last
    }

    /// Sends bytes over a wire. Where they are to be cut off by then, they go nowhere.
    pub fn send(&mut self, wire: u64, way: Way, bytes: Vec<u8>, now: Millis, dice: &mut Dice) {
        let parted = &self.parted_until;
        let Some(wire) = self.wires.get_mut(&wire) else { return };
        let pipe = &mut wire.pipes[way as usize];
        if pipe.end.is_some() {
            return;
        }
        let due = (now + wire.latency + dice.below(wire.latency)).max(pipe.last).max(parted[wire.side]);
        pipe.last = due;
        pipe.queue.push_back((due, bytes));
    }

    /// What has come by now.
    pub fn receive(&mut self, wire: u64, way: Way, now: Millis) -> Out {
        let Some(wire) = self.wires.get_mut(&wire) else { return Out::End };
        let pipe = &mut wire.pipes[way as usize];
        if pipe.queue.front().is_some_and(|(due, _)| *due <= now) {
            return pipe.queue.pop_front().map_or(Out::Nothing, |(_, bytes)| Out::Bytes(bytes));
        }
        pipe.is_over |= pipe.queue.is_empty() && pipe.end.is_some_and(|end| end <= now);
        if pipe.is_over { Out::End } else { Out::Nothing }
    }

    /// One end hangs up: what it sent still comes, what was sent to it goes nowhere.
    pub fn hang_up(&mut self, wire: u64, by: Way, now: Millis) {
        let parted = &self.parted_until;
        let Some(it) = self.wires.get_mut(&wire) else { return };
        let sent = &mut it.pipes[by as usize];
        sent.end.get_or_insert((now + it.latency).max(sent.last).max(parted[it.side]));
        let other = &mut it.pipes[1 - by as usize];
        (other.end, other.is_over, other.queue) = (Some(now), true, VecDeque::new());
        if it.pipes.iter().all(|pipe| pipe.is_over) {
            self.wires.remove(&wire);
        }
    }

    /// Cuts a wire: of what is under way each way a part still comes, to the byte. Each end learns of it in its own time.
    pub fn cut(&mut self, wire: u64, now: Millis, dice: &mut Dice) {
        let Some(it) = self.wires.get_mut(&wire) else { return };
        for pipe in &mut it.pipes {
            let under_way: usize = pipe.queue.iter().map(|(_, bytes)| bytes.len()).sum();
            let mut left = if dice.percent(30) { under_way } else { dice.below(under_way as u64 + 1) as usize };
            pipe.queue.retain_mut(|(_, bytes)| {
                bytes.truncate(left);
                left -= bytes.len();
                !bytes.is_empty()
            });
            let learns = now + *dice.pick(&[0, SECOND, 5 * SECOND, 100 * SECOND]);
            pipe.end = Some(pipe.end.unwrap_or(learns).min(learns));
        }
    }

    /// Wires of one side, oldest first.
    pub fn of(&self, side: usize) -> Vec<u64> {
        self.wires.iter().filter(|(_, wire)| wire.side == side).map(|(number, _)| *number).collect()
    }

    /// Parts a side from the relay for a while. What is under way comes afterwards.
    pub fn part(&mut self, side: usize, until: Millis) {
        self.parted_until[side] = until;
        for wire in self.wires.values_mut().filter(|wire| wire.side == side) {
            for pipe in &mut wire.pipes {
                pipe.queue.iter_mut().for_each(|(due, _)| *due = (*due).max(until));
                pipe.last = pipe.last.max(until);
                pipe.end = pipe.end.map(|end| end.max(until));
            }
        }
    }

    /// Ends all partings.
    pub fn heal(&mut self) {
        self.parted_until = [0; 2];
    }

    /// Whether a side is parted from the relay.
    pub fn is_parted(&self, side: usize, now: Millis) -> bool {
        self.parted_until[side] > now
    }

    /// When something comes next.
    pub fn due(&self) -> Option<Millis> {
        let pipes = self.wires.values().flat_map(|wire| &wire.pipes);
        pipes.filter(|pipe| !pipe.is_over).filter_map(|pipe| pipe.queue.front().map(|(due, _)| *due).or(pipe.end)).min()
    }
}

/// How long a client waits for a greeting.
pub const PATIENCE: Millis = 10 * SECOND;
/// How long a relay waits for a frame.
pub const IDLE: Millis = 2 * MINUTE;
