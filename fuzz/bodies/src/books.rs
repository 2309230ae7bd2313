//! What a relay has to answer to each command and to push after each frame, by the tables of relay, "Commands" and "Leases":
//! a plain model of its mailboxes and sessions, for clocks that stand still.

use std::collections::{BTreeMap, VecDeque};

use nightjar_protocol::keys::{MailboxId, ReadKey};
use nightjar_protocol::limits::{CELL_TTL_MAX, MAILBOX_TTL_MAX, SUBSCRIPTIONS_MAX};
use nightjar_protocol::wire::{Command, Refusal, Reply};
use nightjar_relay::config::{Config, Lifetimes, Quotas};

/// The relay's books.
pub struct Books {
    quotas: Quotas,
    lifetimes: Lifetimes,
    mailboxes: BTreeMap<[u8; 32], Mailbox>,
    sessions: Vec<Session>,
    subscribed: u64,
}

#[derive(Default)]
struct Mailbox {
    last: u64,
    /// Each cell's mark, and how long it is kept.
    cells: BTreeMap<u64, (u64, u32)>,
    /// Who is subscribed: the session, its slot, and the number of the subscription.
    subscriber: Option<(usize, u16, u64)>,
}

#[derive(Default)]
struct Session {
    created: u32,
    slots: BTreeMap<u16, Slot>,
    due: Due,
}

struct Slot {
    number: u64,
    mailbox: [u8; 32],
    pushed: u64,
    lent: VecDeque<u64>,
    is_over: bool,
}

/// What a client is to hear yet.
#[derive(Default)]
pub struct Due {
    answers: VecDeque<Reply>,
    /// By slot: number, seconds and the cell's mark.
    pushes: BTreeMap<u16, VecDeque<(u64, u32, u64)>>,
    ended: Vec<u16>,
}

impl Books {
    /// Those of a relay of so many clients.
    #[must_use]
    pub fn new(config: &Config, clients: usize) -> Self {
        let sessions = std::iter::repeat_with(Session::default).take(clients).collect();
        let (quotas, lifetimes) = (config.quotas.clone(), config.lifetimes.clone());
        Self { quotas, lifetimes, mailboxes: BTreeMap::new(), sessions, subscribed: 0 }
    }

    /// A client's frame: its commands, and the mark of its cell.
    pub fn frame(&mut self, client: usize, commands: &[Command], cell: u64) {
        for command in commands {
            let reply = self.command(client, command, cell).unwrap_or_else(Reply::Refused);
            self.sessions[client].due.answers.push_back(reply);
        }
        self.settle();
    }

    /// A client's connection ended.
    pub fn left(&mut self, client: usize) {
        self.sessions[client] = Session::default();
        for mailbox in self.mailboxes.values_mut() {
            mailbox.subscriber = mailbox.subscriber.filter(|(session, ..)| *session != client);
        }
    }

    /// What a client is to hear.
    pub fn due(&mut self, client: usize) -> &mut Due {
        &mut self.sessions[client].due
    }

    fn command(&mut self, client: usize, command: &Command, cell: u64) -> Result<Reply, Refusal> {
        match command {
            Command::Create { read_key, ttl } => self.create(client, read_key, *ttl),
            Command::Append { mailbox, ttl } => self.append(mailbox, *ttl, cell),
            Command::Subscribe { slot, read_key } => self.subscribe(client, *slot, read_key),
            Command::Acknowledge { slot, up_to } => self.acknowledge(client, *slot, *up_to),
            Command::Unsubscribe { slot } => {
                let slot = self.sessions[client].slots.remove(slot).ok_or(Refusal::Unknown)?;
                if let Some(mailbox) = self.mailboxes.get_mut(&slot.mailbox) {
                    mailbox.subscriber = mailbox.subscriber.filter(|(.., number)| *number != slot.number);
                }
                Ok(Reply::Done)
            }
            Command::Delete { read_key } => {
                let gone = self.mailboxes.remove(&name(read_key)).ok_or(Refusal::Unknown)?;
                self.end(gone.subscriber);
                Ok(Reply::Done)
            }
            Command::Ping => Ok(Reply::Done),
        }
    }

    fn create(&mut self, client: usize, read_key: &ReadKey, ttl: u32) -> Result<Reply, Refusal> {
        within(ttl, MAILBOX_TTL_MAX)?;
        let room = (self.mailboxes.len() as u64) < self.quotas.mailboxes;
        let session = &mut self.sessions[client];
        match self.mailboxes.contains_key(&name(read_key)) {
            true => {}
            false if !room => return Err(Refusal::RelayFull),
            false if session.created >= self.quotas.mailboxes_per_connection => return Err(Refusal::Quota),
            false => {
                session.created += 1;
                self.mailboxes.insert(name(read_key), Mailbox::default());
            }
        }
        Ok(Reply::Done)
    }

    fn append(&mut self, mailbox: &MailboxId, ttl: u32, cell: u64) -> Result<Reply, Refusal> {
        within(ttl, CELL_TTL_MAX)?;
        let mailbox = self.mailboxes.get_mut(mailbox.as_bytes()).ok_or(Refusal::Unknown)?;
        if mailbox.cells.len() >= self.quotas.cells_per_mailbox as usize {
            return Err(Refusal::MailboxFull);
        }
        mailbox.last += 1;
        mailbox.cells.insert(mailbox.last, (cell, ttl.min(self.lifetimes.cell)));
        Ok(Reply::Done)
    }

    fn subscribe(&mut self, client: usize, slot: u16, read_key: &ReadKey) -> Result<Reply, Refusal> {
        let session = &mut self.sessions[client];
        if slot >= SUBSCRIPTIONS_MAX || session.slots.contains_key(&slot) {
            return Err(Refusal::Limit);
        }
        if session.slots.len() >= usize::from(self.quotas.subscriptions_per_connection) {
            return Err(Refusal::Quota);
        }
        let mailbox = self.mailboxes.get_mut(&name(read_key)).ok_or(Refusal::Unknown)?;
        self.subscribed += 1;
        let (number, waiting) = (self.subscribed, mailbox.cells.len() as u32);
        let former = mailbox.subscriber.replace((client, slot, number));
        let lent = VecDeque::new();
        session.slots.insert(slot, Slot { number, mailbox: name(read_key), pushed: 0, lent, is_over: false });
        self.end(former);
        Ok(Reply::Subscribed { waiting })
    }

    fn acknowledge(&mut self, client: usize, slot: u16, up_to: u64) -> Result<Reply, Refusal> {
        let slot = self.sessions[client].slots.get_mut(&slot).ok_or(Refusal::Unknown)?;
        if up_to > slot.pushed {
            return Err(Refusal::Limit);
        }
        let mailbox = self.mailboxes.get_mut(&slot.mailbox).ok_or(Refusal::Unknown)?;
        mailbox.cells.retain(|number, _| *number > up_to);
        slot.lent.retain(|number| *number > up_to);
        Ok(Reply::Done)
    }

    /// A subscription ends: its client is told, unless it has left the slot before.
    fn end(&mut self, subscriber: Option<(usize, u16, u64)>) {
        let Some((client, slot, number)) = subscriber else { return };
        let slot = self.sessions[client].slots.get_mut(&slot).filter(|slot| slot.number == number);
        slot.into_iter().for_each(|slot| slot.is_over = true);
    }

    /// After a frame: ends are told, and what windows have room for is pushed.
    fn settle(&mut self) {
        for session in &mut self.sessions {
            let over = session.slots.extract_if(.., |_, slot| slot.is_over).map(|(slot, _)| slot);
            session.due.ended.extend(over);
            for (slot, subscription) in &mut session.slots {
                let Some(mailbox) = self.mailboxes.get(&subscription.mailbox) else { continue };
                let room = usize::from(self.quotas.window).saturating_sub(subscription.lent.len());
                for (number, (mark, ttl)) in mailbox.cells.range(subscription.pushed + 1..).take(room) {
                    subscription.pushed = *number;
                    subscription.lent.push_back(*number);
                    session.due.pushes.entry(*slot).or_default().push_back((*number, *ttl, *mark));
                }
            }
        }
    }
}

impl Due {
    /// Whether everything was heard.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.ended.is_empty() && self.pushes.values().all(VecDeque::is_empty)
    }

    /// Takes what was heard, with the mark of the frame's cell: it has to be due.
    ///
    /// # Panics
    /// If it is not.
    pub fn heard(&mut self, reply: Reply, cell: Option<u64>) {
        match reply {
            Reply::Push { slot, seq, ttl } => {
                let due = self.pushes.get_mut(&slot).and_then(VecDeque::pop_front);
                assert_eq!(due, cell.map(|mark| (seq, ttl, mark)), "slot {slot}");
            }
            Reply::Ended { slot } => {
                let at = self.ended.iter().position(|due| *due == slot).expect("an end that was not due");
                self.ended.swap_remove(at);
            }
            answer => assert_eq!(Some(answer), self.answers.pop_front()),
        }
    }
}

/// Tells one cell from another.
#[must_use]
pub fn mark(cell: &[u8]) -> u64 {
    cell.iter().fold(0xcbf2_9ce4_8422_2325, |mark, byte| (mark ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn name(read_key: &ReadKey) -> [u8; 32] {
    *read_key.mailbox().as_bytes()
}

fn within(ttl: u32, most: u32) -> Result<(), Refusal> {
    if (1..=most).contains(&ttl) { Ok(()) } else { Err(Refusal::Limit) }
}
