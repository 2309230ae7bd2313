//! Two honest ends of a link, and a network that may change, repeat and reorder frames: until it does, all arrives in order;
//! from then on nothing does.

use std::collections::VecDeque;

use nightjar_protocol::limits::{CELL_LEN, FRAME_LEN};
use nightjar_protocol::link::{Answer, ClientLink, Error, Event, RelayLink};
use nightjar_protocol::wire::{Cell, Command, Reply, encode};

use crate::input::{Input, patch};
use crate::links::{command, pair, reply};

/// Both ends, what is on its way, and what has to arrive.
pub struct Network {
    client: ClientLink,
    relay: RelayLink,
    /// Frames to the relay and to the client: those that are on their way, and one that came.
    ways: [Way; 2],
    /// Commands on their way, each with its cell's byte if it has one; and replies.
    commands: VecDeque<(Vec<u8>, Option<u8>)>,
    replies: VecDeque<(Reply, u8)>,
    /// Commands that came and are not answered.
    asked: usize,
    drawn: u8,
}

#[derive(Default)]
struct Way {
    frames: VecDeque<[u8; FRAME_LEN]>,
    last: Option<[u8; FRAME_LEN]>,
}

impl Default for Network {
    fn default() -> Self {
        let (client, relay) = pair();
        let (commands, replies) = Default::default();
        Self { client, relay, ways: Default::default(), commands, replies, asked: 0, drawn: 0 }
    }
}

impl Network {
    /// Something happens; `false` once a link is closed.
    pub fn step(&mut self, input: &mut Input) -> bool {
        match input.byte() % 16 {
            0..4 => self.ask(input),
            4..6 => self.answer(input),
            6..8 => self.write(),
            8..11 => self.read_commands(),
            11..14 => self.read_replies(),
            14 => return self.spoil(0, input),
            _ => return self.spoil(1, input),
        }
        true
    }

    /// All that waits arrives.
    pub fn finish(mut self) {
        self.write();
        while !self.ways[0].frames.is_empty() {
            self.read_commands();
        }
        while !self.ways[1].frames.is_empty() {
            self.read_replies();
        }
        assert!(self.commands.is_empty() && self.replies.is_empty(), "something was lost");
    }

    fn ask(&mut self, input: &mut Input) {
        self.drawn = self.drawn.wrapping_add(1);
        let command = command(input);
        let cell = match command {
            Command::Append { mailbox, ttl } => {
                self.client.queue_append(mailbox, ttl, Cell::from_bytes([self.drawn; CELL_LEN]));
                Some(self.drawn)
            }
            _ => {
                self.client.queue(&command);
                None
            }
        };
        self.commands.push_back((encode(&command).unwrap().to_vec(), cell));
    }

    fn answer(&mut self, input: &mut Input) {
        self.drawn = self.drawn.wrapping_add(1);
        let reply = reply(input);
        match reply {
            Reply::Push { slot, seq, ttl } => {
                self.relay.queue_push(slot, seq, ttl, Cell::from_bytes([self.drawn; CELL_LEN]));
            }
            _ if reply.is_answer() && self.asked == 0 => return,
            _ => self.relay.queue(reply),
        }
        self.asked -= usize::from(reply.is_answer());
        self.replies.push_back((reply, self.drawn));
    }

    fn write(&mut self) {
        let [mut to_relay, mut to_client] = [Vec::new(), Vec::new()];
        while self.client.write_frame(&mut to_relay).unwrap() {}
        while self.relay.write_frame(&mut to_client).unwrap() {}
        for (way, frames) in self.ways.iter_mut().zip([to_relay, to_client]) {
            assert!(frames.len() % FRAME_LEN == 0);
            way.frames.extend(frames.as_chunks().0);
        }
    }

    fn read_commands(&mut self) {
        let Some(frame) = self.ways[0].next() else { return };
        let request = self.relay.read_frame(&frame).unwrap();
        let mut cells = 0;
        for command in &request.commands {
            let (due, byte) = self.commands.pop_front().unwrap();
            assert!(*encode(command).unwrap() == due, "another command");
            if let Some(byte) = byte {
                cells += 1;
                assert!(request.cell == Some(Cell::from_bytes([byte; CELL_LEN])), "another cell");
            }
        }
        assert_eq!(usize::from(request.cell.is_some()), cells);
        self.asked += request.commands.len();
    }

    fn read_replies(&mut self) {
        let Some(frame) = self.ways[1].next() else { return };
        for event in self.client.read_frame(&frame).unwrap() {
            let (due, byte) = self.replies.pop_front().unwrap();
            let is_right = match (event, due) {
                (Event::Answered { answer: Answer::Done, .. }, due) => due == Reply::Done,
                (Event::Answered { answer: Answer::Subscribed { waiting }, .. }, due) => {
                    due == Reply::Subscribed { waiting }
                }
                (Event::Answered { answer: Answer::Refused(why), .. }, due) => due == Reply::Refused(why),
                (Event::Pushed { slot, seq, cell }, Reply::Push { slot: due, seq: number, .. }) => {
                    (slot, seq) == (due, number) && cell == Cell::from_bytes([byte; CELL_LEN])
                }
                (Event::Ended { slot }, due) => due == Reply::Ended { slot },
                _ => false,
            };
            assert!(is_right, "not what was said: {due:?}");
        }
    }

    /// A frame arrives that is not the next one as it is: the link is closed for good.
    fn spoil(&mut self, side: usize, input: &mut Input) -> bool {
        let Way { frames, last } = &self.ways[side];
        let next = frames.front().copied();
        let spoilt = match input.byte() % 4 {
            0 => *last,
            1 => frames.get(1).copied(),
            2 => self.ways[1 - side].frames.front().copied(),
            _ => next.map(|frame| {
                let changed = patch(&frame, input.short());
                std::array::from_fn(|at| changed.get(at).copied().unwrap_or_default())
            }),
        };
        let Some(spoilt) = spoilt.filter(|spoilt| Some(*spoilt) != next) else { return true };
        let mut errors = |frame: &[u8; FRAME_LEN]| match side {
            0 => self.relay.read_frame(frame).err(),
            _ => self.client.read_frame(frame).err(),
        };
        assert_eq!(errors(&spoilt), Some(Error::Frame), "a frame was taken that was not the next");
        assert_eq!(next.map_or(Some(Error::Closed), |next| errors(&next)), Some(Error::Closed));
        (self.commands, self.replies) = Default::default();
        self.ways = Default::default();
        match side {
            0 => self.relay.queue(Reply::Done),
            _ => drop(self.client.queue(&Command::Ping)),
        }
        let mut nowhere = Vec::new();
        let written =
            if side == 0 { self.relay.write_frame(&mut nowhere) } else { self.client.write_frame(&mut nowhere) };
        assert!(written == Err(Error::Closed) && nowhere.is_empty());
        false
    }
}

impl Way {
    fn next(&mut self) -> Option<[u8; FRAME_LEN]> {
        let next = self.frames.pop_front();
        self.last = next.or(self.last);
        next
    }
}
