//! One connection without its socket: bytes in and out, requests in, news out. Spec: wire, "Link".

use std::collections::VecDeque;
use std::time::Duration;

use nightjar_protocol::limits::FRAME_LEN;
use nightjar_protocol::link::{self, ClientLink, Event, Ticket};
use nightjar_protocol::wire::Command;
use tokio::time::Instant;

use super::{Ask, News, What};

/// The bytes in both directions and who asked for what.
pub struct Pump<P> {
    link: ClientLink,
    asked: VecDeque<(Ticket, Option<P>)>,
    /// What came and was not read.
    pub inbox: Inbox,
    /// What is to leave.
    pub outbox: Outbox,
    heard: Instant,
    nudged: bool,
}

/// Bytes that came.
pub struct Inbox {
    bytes: Vec<u8>,
    filled: usize,
}

/// Bytes that are to leave.
#[derive(Default)]
pub struct Outbox {
    bytes: Vec<u8>,
    sent: usize,
}

impl<P> Pump<P> {
    /// Begins behind the handshake.
    #[must_use]
    pub fn new(link: ClientLink) -> Self {
        Self {
            link,
            asked: VecDeque::new(),
            inbox: Inbox { bytes: vec![0; FRAME_LEN * INBOX_FRAMES], filled: 0 },
            outbox: Outbox::default(),
            heard: Instant::now(),
            nudged: false,
        }
    }

    /// Takes requests, but none that were meant for another connection.
    pub fn take(&mut self, asks: Vec<Ask<P>>, generation: u64) {
        for Ask { what, purpose, .. } in asks.into_iter().filter(|ask| ask.generation == generation) {
            let ticket = match what {
                What::Command(command) => self.link.queue(&command),
                What::Append { mailbox, ttl, cell } => self.link.queue_append(mailbox, ttl, cell),
            };
            self.asked.push_back((ticket, Some(purpose)));
        }
    }

    /// When it will have been silent for too long.
    #[must_use]
    pub fn quiet_at(&self) -> Instant {
        self.heard + QUIET
    }

    /// Silence: asks for a sign of life, once; `false` if that went unanswered.
    pub fn nudge(&mut self) -> bool {
        if self.nudged {
            return false;
        }
        let ticket = self.link.queue(&Command::Ping);
        self.asked.push_back((ticket, None));
        (self.nudged, self.heard) = (true, Instant::now());
        true
    }

    /// Reads the whole frames that arrived and writes those that are due.
    ///
    /// # Errors
    /// What the relay did wrong; the link is then closed.
    pub fn turn(&mut self) -> Result<Vec<News<P>>, link::Error> {
        let mut news = Vec::new();
        let Inbox { bytes, filled } = &mut self.inbox;
        let whole = *filled - *filled % FRAME_LEN;
        for at in (0..whole).step_by(FRAME_LEN) {
            let Some(frame) = bytes[at..].first_chunk::<FRAME_LEN>() else { break };
            let events = self.link.read_frame(frame)?;
            (self.heard, self.nudged) = (Instant::now(), false);
            news.extend(events.into_iter().filter_map(|event| name(&mut self.asked, event)));
        }
        bytes.copy_within(whole..*filled, 0);
        *filled -= whole;
        let Outbox { bytes, sent } = &mut self.outbox;
        if *sent == bytes.len() {
            bytes.clear();
            *sent = 0;
        }
        while bytes.len() < FRAME_LEN * OUTBOX_FRAMES && self.link.write_frame(bytes)? {}
        Ok(news)
    }
}

/// An event with its purpose, if it is news to the engine.
fn name<P>(asked: &mut VecDeque<(Ticket, Option<P>)>, event: Event) -> Option<News<P>> {
    match event {
        Event::Answered { ticket, answer } => {
            let (was, purpose) = asked.pop_front()?;
            debug_assert_eq!(was, ticket);
            purpose.map(|purpose| News::Answered { purpose, answer })
        }
        Event::Pushed { slot, seq, cell } => Some(News::Pushed { slot, seq, cell }),
        Event::Ended { slot } => Some(News::Ended { slot }),
    }
}

impl Inbox {
    /// Where the next bytes go. There is always room behind a [`Pump::turn`].
    pub fn room(&mut self) -> &mut [u8] {
        &mut self.bytes[self.filled..]
    }

    /// So many came.
    pub fn filled(&mut self, count: usize) {
        self.filled += count;
    }
}

impl Outbox {
    /// What is to leave next.
    #[must_use]
    pub fn unsent(&self) -> &[u8] {
        &self.bytes[self.sent..]
    }

    /// So many have left.
    pub fn sent(&mut self, count: usize) {
        self.sent += count;
    }
}

/// Silence after which a sign of life is asked for; as much again without one ends the connection.
const QUIET: Duration = Duration::from_secs(40);
const INBOX_FRAMES: usize = 16;
const OUTBOX_FRAMES: usize = 16;
