//! Each end of a link facing another that seals whatever it wants: what a frame may say, by the rules of wire, "Link".

use std::collections::VecDeque;

use nightjar_protocol::limits::{CELL_LEN, FRAME_PLAIN_LEN};
use nightjar_protocol::link::{Answer, ClientLink, Error, Event, RelayLink, Ticket};
use nightjar_protocol::noise::Transport;
use nightjar_protocol::wire::{Cell, Command, Frame, Reply, encode};

use crate::input::Input;
use crate::links::{command, dishonest_client, dishonest_relay, mailbox, plain, reply, sealed};

/// A client that asks this and that, and a dishonest relay.
pub struct Client {
    link: ClientLink,
    relay: Transport,
    /// Commands that were sent and not answered, and those that wait to be sent.
    asked: VecDeque<Ticket>,
    queued: VecDeque<Ticket>,
}

impl Default for Client {
    fn default() -> Self {
        let (link, relay) = dishonest_relay();
        Self { link, relay, asked: VecDeque::new(), queued: VecDeque::new() }
    }
}

impl Client {
    /// It asks, sends or hears something; `false` once the link is closed.
    pub fn hear(&mut self, input: &mut Input) -> bool {
        match input.byte() % 8 {
            0 | 1 => {
                let ticket = match input.byte() {
                    0..64 => self.link.queue_append(mailbox(0), 60, Cell::from_bytes([1; CELL_LEN])),
                    _ => self.link.queue(&Command::Ping),
                };
                self.queued.push_back(ticket);
            }
            2 | 3 => {
                while self.link.write_frame(&mut Vec::new()).unwrap() {
                    // Some of them, in order: how many, the link itself says.
                    self.asked.append(&mut self.queued);
                }
            }
            _ => return self.read(input),
        }
        assert_eq!(self.link.unanswered(), self.asked.len() + self.queued.len());
        true
    }

    fn read(&mut self, input: &mut Input) -> bool {
        let replies: Vec<Reply> = (0..input.byte() % 8).map(|_| reply(input)).collect();
        let frame = plain(&replies, (input.byte() % 4 > 0).then_some(9), input.short());
        let due = events(&frame, self.asked.len());
        let heard = self.link.read_frame(&sealed(&mut self.relay, &frame));
        match (heard, due) {
            (Ok(events), Ok(replies)) => {
                assert_eq!(events.len(), replies.len());
                events.iter().zip(&replies).for_each(|(event, reply)| self.check(event, reply, &frame));
                true
            }
            (Err(error), Err(due)) => {
                assert_eq!(error, due);
                self.link.queue(&Command::Ping);
                assert_eq!(self.link.write_frame(&mut Vec::new()), Err(Error::Closed));
                let next = sealed(&mut self.relay, &plain(&[Reply::Ended { slot: 1 }], None, b""));
                assert_eq!(self.link.read_frame(&next).err(), Some(Error::Closed));
                false
            }
            (heard, due) => panic!("{heard:?} where {due:?} was due"),
        }
    }

    fn check(&mut self, event: &Event, reply: &Reply, frame: &[u8; FRAME_PLAIN_LEN]) {
        let mut answered = |ticket: &Ticket| assert_eq!(self.asked.pop_front(), Some(*ticket), "another's answer");
        match (event, reply) {
            (Event::Answered { ticket, answer: Answer::Done }, Reply::Done) => answered(ticket),
            (Event::Answered { ticket, answer: Answer::Refused(one) }, Reply::Refused(other)) => {
                answered(ticket);
                assert_eq!(one, other);
            }
            (
                Event::Answered { ticket, answer: Answer::Subscribed { waiting } },
                Reply::Subscribed { waiting: due },
            ) => {
                answered(ticket);
                assert_eq!(waiting, due);
            }
            (Event::Pushed { slot, seq, cell }, Reply::Push { slot: due, seq: number, .. }) => {
                assert!((slot, seq) == (due, number) && frame.ends_with(cell.as_bytes()));
            }
            (Event::Ended { slot }, Reply::Ended { slot: due }) => assert_eq!(slot, due),
            _ => panic!("{event:?} of {reply:?}"),
        }
    }
}

/// What a client that has sent so many commands may hear in a frame.
fn events(frame: &[u8; FRAME_PLAIN_LEN], asked: usize) -> Result<Vec<Reply>, Error> {
    let frame = Frame(frame);
    let replies: Vec<Reply> = frame.batch()?;
    let pushes = replies.iter().filter(|reply| matches!(reply, Reply::Push { .. })).count();
    let answers = replies.iter().filter(|reply| !matches!(reply, Reply::Push { .. } | Reply::Ended { .. })).count();
    if pushes > 1 {
        return Err(Error::Order);
    }
    frame.cell(pushes == 1)?;
    if answers > asked { Err(Error::Order) } else { Ok(replies) }
}

/// A relay, and a dishonest client.
pub struct Relay {
    link: RelayLink,
    client: Transport,
}

impl Default for Relay {
    fn default() -> Self {
        let (client, link) = dishonest_client();
        Self { link, client }
    }
}

impl Relay {
    /// It hears something; `false` once the link is closed.
    pub fn hear(&mut self, input: &mut Input) -> bool {
        let commands: Vec<Command> = (0..input.byte() % 8).map(|_| command(input)).collect();
        let frame = plain(&commands, (input.byte() % 4 > 0).then_some(9), input.short());
        let due = request(&frame);
        match (self.link.read_frame(&sealed(&mut self.client, &frame)), due) {
            (Ok(request), Ok((commands, has_cell))) => {
                let encoded = |commands: &[Command]| commands.iter().map(|it| encode(it).unwrap()).collect::<Vec<_>>();
                assert!(encoded(&request.commands) == encoded(&commands) && request.cell.is_some() == has_cell);
                assert!(request.cell.is_none_or(|cell| frame.ends_with(cell.as_bytes())));
                true
            }
            (Err(error), Err(due)) => {
                assert_eq!(error, due);
                self.link.queue(Reply::Done);
                assert_eq!(self.link.write_frame(&mut Vec::new()), Err(Error::Closed));
                let next = sealed(&mut self.client, &plain(&[Command::Ping], None, b""));
                assert_eq!(self.link.read_frame(&next).err(), Some(Error::Closed));
                false
            }
            (heard, due) => panic!("{:?} where {:?} was due", heard.err(), due.err()),
        }
    }
}

/// What a frame may ask of a relay, and whether it brings a cell.
pub fn request(frame: &[u8; FRAME_PLAIN_LEN]) -> Result<(Vec<Command>, bool), Error> {
    let frame = Frame(frame);
    let commands: Vec<Command> = frame.batch()?;
    let appends = commands.iter().filter(|command| matches!(command, Command::Append { .. })).count();
    if appends > 1 {
        return Err(Error::Order);
    }
    frame.cell(appends == 1)?;
    Ok((commands, appends == 1))
}
