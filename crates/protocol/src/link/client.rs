//! The client's side of the link. Spec: wire, "Link".

use std::collections::VecDeque;
use std::sync::Arc;

use super::access::psk0;
use super::queue::Queue;
use super::{Epoch, Error, HELLO_PAYLOAD_LEN, PROLOGUE, Sealer, Welcome, read_refusal};
use crate::keys::{AccessKey, DhPublic, MailboxId, UnixTime};
use crate::limits::{FRAME_LEN, HELLO_LEN};
use crate::noise::{Ephemeral, LinkAwaitReply, LinkInitiator};
use crate::wire::{self, Cell, Command, Frame, Refusal, Reply};

/// A client that has said hello.
pub struct ClientHandshake(LinkAwaitReply);

/// A client whose link stands.
pub struct ClientLink {
    sealer: Sealer,
    queue: Queue,
    asked: VecDeque<Ticket>,
    next: u64,
}

/// Names a queued command, so that its answer can be told from others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Ticket(u64);

/// What the relay said.
#[derive(Debug)]
pub enum Event {
    /// The answer to a command.
    Answered {
        /// Which command.
        ticket: Ticket,
        /// The answer.
        answer: Answer,
    },
    /// A cell of a subscribed mailbox.
    Pushed {
        /// Which subscription.
        slot: u16,
        /// Its sequence number, to acknowledge it by.
        seq: u64,
        /// The cell.
        cell: Cell,
    },
    /// A subscription ended: a newer one took the mailbox over, or it is gone.
    Ended {
        /// Which subscription.
        slot: u16,
    },
}

/// The answer to one command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It was carried out.
    Done,
    /// The subscription stands, with so many cells waiting.
    Subscribed {
        /// Cells stored at that moment.
        waiting: u32,
    },
    /// It was not carried out, and changed nothing.
    Refused(Refusal),
}

impl ClientHandshake {
    /// Begins a handshake with the relay of this key, and of this access key if it is private: the hello to send.
    ///
    /// # Errors
    /// [`Error::Handshake`] if the key is of low order.
    pub fn start(
        relay: &DhPublic,
        access: Option<&AccessKey>,
        ephemeral: &Ephemeral,
    ) -> Result<(Self, [u8; HELLO_LEN]), Error> {
        let psk0 = access.map(|key| psk0(key, relay));
        let payload = [0; HELLO_PAYLOAD_LEN];
        let (state, hello) = LinkInitiator::write_message(relay, PROLOGUE, psk0.as_ref(), ephemeral, &payload)?;
        Ok((Self(state), hello.try_into().map_err(|_| Error::Handshake)?))
    }

    /// Reads the relay's reply.
    ///
    /// # Errors
    /// [`Error::Handshake`] if it does not authenticate as this relay's, [`Error::Declined`] if it is a refusal,
    /// [`Error::Contents`] if the welcome's padding is not zero.
    pub fn read_welcome(self, hello: &[u8; HELLO_LEN]) -> Result<(ClientLink, Welcome), Error> {
        if let Some(refusal) = read_refusal(hello) {
            return Err(Error::Declined(refusal));
        }
        let (transport, payload) = self.0.read_message(hello)?;
        let (epoch, rest) = payload.split_first_chunk().ok_or(Error::Handshake)?;
        let (now, padding) = rest.split_first_chunk().ok_or(Error::Handshake)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(wire::Error::Padding.into());
        }
        let welcome = Welcome { epoch: Epoch(*epoch), now: UnixTime(u64::from_be_bytes(*now)) };
        let link =
            ClientLink { sealer: Sealer(Some(transport)), queue: Queue::default(), asked: VecDeque::new(), next: 0 };
        Ok((link, welcome))
    }
}

impl ClientLink {
    /// Queues a command other than `Append`, which needs a cell: see [`Self::queue_append`].
    pub fn queue(&mut self, command: &Command) -> Ticket {
        self.push(command, None)
    }

    /// Queues the append of a cell to a mailbox, to live `ttl` seconds.
    pub fn queue_append(&mut self, mailbox: MailboxId, ttl: u32, cell: Cell) -> Ticket {
        self.push(&Command::Append { mailbox, ttl }, Some(cell))
    }

    /// Appends the next frame to `out`; `false` if nothing is queued.
    ///
    /// # Errors
    /// [`Error`]; the link is then closed.
    pub fn write_frame(&mut self, out: &mut Vec<u8>) -> Result<bool, Error> {
        self.sealer.seal(&mut self.queue, out)
    }

    /// Reads a frame of the relay's: what it says, in order.
    ///
    /// # Errors
    /// [`Error`]; the link is then closed.
    pub fn read_frame(&mut self, sealed: &[u8; FRAME_LEN]) -> Result<Vec<Event>, Error> {
        let Self { sealer, queue, asked, .. } = self;
        sealer.open(sealed, |frame| events(frame, asked, queue.len()))
    }

    /// Commands that the relay has not answered, queued ones among them.
    #[must_use]
    pub fn unanswered(&self) -> usize {
        self.asked.len()
    }

    fn push(&mut self, command: &Command, cell: Option<Cell>) -> Ticket {
        let ticket = Ticket(self.next);
        self.next = self.next.wrapping_add(1);
        self.queue.push(command, cell.map(Arc::new));
        self.asked.push_back(ticket);
        ticket
    }
}

/// What a frame says to a client that has asked `asked`, of which `queued` commands have not been sent.
fn events(frame: &Frame<'_>, asked: &mut VecDeque<Ticket>, queued: usize) -> Result<Vec<Event>, Error> {
    let replies: Vec<Reply> = frame.batch()?;
    let pushes = replies.iter().filter(|reply| matches!(reply, Reply::Push { .. })).count();
    if pushes > 1 {
        return Err(Error::Order);
    }
    let mut cell = frame.cell(pushes == 1)?;
    let answers = replies.iter().filter(|reply| reply.is_answer()).count();
    if answers > asked.len().saturating_sub(queued) {
        return Err(Error::Order);
    }
    let mut answered = |answer| {
        let ticket = asked.pop_front().ok_or(Error::Order)?;
        Ok(Event::Answered { ticket, answer })
    };
    replies
        .into_iter()
        .map(|reply| match reply {
            Reply::Done => answered(Answer::Done),
            Reply::Subscribed { waiting } => answered(Answer::Subscribed { waiting }),
            Reply::Refused(refusal) => answered(Answer::Refused(refusal)),
            Reply::Push { slot, seq, .. } => Ok(Event::Pushed { slot, seq, cell: cell.take().ok_or(Error::Order)? }),
            Reply::Ended { slot } => Ok(Event::Ended { slot }),
        })
        .collect()
}
