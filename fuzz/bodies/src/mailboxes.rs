//! A store under any operations, and beside it the plainest thing that does the same: maps, and no timers. Spec: relay,
//! "Mailbox".

use std::collections::{BTreeMap, BTreeSet};

use nightjar_protocol::keys::{MailboxId, UnixTime};
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::wire::Cell;
use nightjar_relay::store::{Created, Error, Store, Usage};

use crate::input::Input;
use crate::people::NOW;

/// What a store has to hold and to say.
pub struct Model {
    /// Bytes that the store may hold, and that it charges for a cell; a mailbox costs 512.
    pub ceiling: u64,
    /// As above.
    pub cell_cost: u64,
    /// The moment.
    pub now: UnixTime,
    mailboxes: BTreeMap<u8, Mailbox>,
    /// Erased because they expired, and not told yet.
    gone: BTreeSet<u8>,
    /// Whether the store knows the name of every mailbox that it holds: not after it was opened again.
    named: bool,
    drawn: u8,
}

#[derive(Default)]
struct Mailbox {
    ttl: u32,
    expires: UnixTime,
    next: u64,
    /// When each cell is gone, and the byte that it consists of.
    cells: BTreeMap<u64, (UnixTime, u8)>,
}

impl Model {
    /// An empty one.
    #[must_use]
    pub fn new(ceiling: u64, cell_cost: u64) -> Self {
        let (mailboxes, gone) = Default::default();
        Self { ceiling, cell_cost, now: NOW, mailboxes, gone, named: true, drawn: 0 }
    }

    /// One operation on both. They have to say the same, and to hold the same then.
    pub async fn step(&mut self, store: &impl Store, input: &mut Input<'_>) {
        let (what, mailbox, now) = (input.byte(), input.byte() % MAILBOXES, self.now);
        let id = MailboxId::from_bytes([mailbox; 32]);
        match what % 15 {
            0 | 1 => {
                let ttl = seconds(input);
                assert_eq!(store.create(id, ttl, now).await, self.create(mailbox, ttl));
            }
            2 => {
                let ttl = (what > 127).then(|| seconds(input));
                assert_eq!(store.renew(id, ttl, now).await, self.renew(mailbox, ttl));
            }
            3..=7 => {
                self.drawn = self.drawn.wrapping_add(1);
                let (ttl, quota, cell) =
                    (seconds(input), u32::from(what / 15), Cell::from_bytes([self.drawn; CELL_LEN]));
                assert_eq!(store.append(id, cell, ttl, quota, now).await, self.append(mailbox, ttl, quota));
            }
            8 | 9 => {
                let (after, most) = (number(input), usize::from(input.byte() % 20));
                self.check(mailbox, store.read_after(id, after, most, now).await, after, most);
            }
            10 => {
                let up_to = number(input);
                assert_eq!(store.acknowledge(id, up_to, now).await, self.acknowledge(mailbox, up_to));
            }
            11 => assert_eq!(store.delete(id, now).await, self.delete(mailbox)),
            12 => {
                let told: BTreeSet<u8> = store.expire(now).await.unwrap().iter().map(|id| id.as_bytes()[0]).collect();
                self.erase_gone();
                let gone = std::mem::take(&mut self.gone);
                assert!(told.is_subset(&gone) && (told == gone || !self.named), "told {told:?} of {gone:?}");
            }
            _ => self.now = now.plus(seconds(input).into()),
        }
        assert_eq!(store.usage(), self.usage());
    }

    /// The store was opened again: it knows no names, and what it had not told is forgotten.
    pub fn reopened(&mut self) {
        (self.gone, self.named) = (BTreeSet::new(), false);
    }

    /// What has to be in a store of these mailboxes: reads all of it.
    pub async fn compare(&self, store: &impl Store) {
        for mailbox in 0..MAILBOXES {
            let id = MailboxId::from_bytes([mailbox; 32]);
            self.check(mailbox, store.read_after(id, 0, usize::MAX, self.now).await, 0, usize::MAX);
        }
        assert_eq!(store.usage(), self.usage());
    }

    fn check(&self, mailbox: u8, read: Result<Vec<nightjar_relay::store::Stored>, Error>, after: u64, most: usize) {
        let living = self.mailboxes.get(&mailbox).filter(|mailbox| mailbox.expires > self.now);
        let cells = living.map(|mailbox| mailbox.cells.iter().filter(|(seq, cell)| **seq > after && cell.0 > self.now));
        let due = cells.map(|cells| cells.take(most).map(|(seq, (expires, byte))| (*seq, *expires, *byte)).collect());
        let whole = |cell: &Cell| cell.as_bytes().iter().all(|byte| *byte == cell.as_bytes()[0]);
        let read = read.map(|cells| {
            assert!(cells.iter().all(|stored| whole(&stored.cell)), "a cell that nobody put there");
            cells.iter().map(|stored| (stored.seq, stored.expires, stored.cell.as_bytes()[0])).collect()
        });
        assert_eq!(read, due.ok_or(Error::Unknown) as Result<Vec<_>, _>);
    }

    fn living(&mut self, mailbox: u8) -> Result<&mut Mailbox, Error> {
        self.mailboxes.get_mut(&mailbox).filter(|mailbox| mailbox.expires > self.now).ok_or(Error::Unknown)
    }

    fn create(&mut self, mailbox: u8, ttl: u32) -> Result<Created, Error> {
        if self.renew(mailbox, Some(ttl)).is_ok() {
            return Ok(Created::Renewed);
        }
        let expired = self.mailboxes.remove(&mailbox);
        let room = |model: &Self| (model.mailboxes.len() as u64 + 1) * MAILBOX_COST <= model.ceiling / 4;
        if !room(self) {
            self.erase_gone();
        }
        if !room(self) || !self.reserve(MAILBOX_COST) {
            // Somebody may be subscribed to it.
            self.gone.extend(expired.map(|_| mailbox));
            return Err(Error::Full);
        }
        let (expires, next) = (self.now.plus(ttl.into()), expired.map_or(1, |expired| expired.next));
        self.mailboxes.insert(mailbox, Mailbox { ttl, expires, next, cells: BTreeMap::new() });
        Ok(Created::New)
    }

    fn renew(&mut self, mailbox: u8, ttl: Option<u32>) -> Result<u32, Error> {
        let now = self.now;
        let mailbox = self.living(mailbox)?;
        mailbox.ttl = ttl.unwrap_or(mailbox.ttl);
        mailbox.expires = now.plus(mailbox.ttl.into());
        Ok(mailbox.cells.values().filter(|(expires, _)| *expires > now).count() as u32)
    }

    fn append(&mut self, mailbox: u8, ttl: u32, quota: u32) -> Result<u64, Error> {
        let now = self.now;
        let held = self.living(mailbox)?;
        if held.cells.len() >= quota as usize {
            held.cells.retain(|_, (expires, _)| *expires > now);
            if held.cells.len() >= quota as usize {
                return Err(Error::MailboxFull);
            }
        }
        if !self.reserve(self.cell_cost) {
            return Err(Error::Full);
        }
        let byte = self.drawn;
        let held = self.living(mailbox)?;
        held.cells.insert(held.next, (now.plus(ttl.into()), byte));
        held.next += 1;
        Ok(held.next - 1)
    }

    fn acknowledge(&mut self, mailbox: u8, up_to: u64) -> Result<(), Error> {
        self.living(mailbox)?.cells.retain(|seq, _| *seq > up_to);
        Ok(())
    }

    fn delete(&mut self, mailbox: u8) -> Result<(), Error> {
        self.living(mailbox)?;
        self.mailboxes.remove(&mailbox);
        Ok(())
    }

    /// Whether so many bytes more fit, without what is gone if need be.
    fn reserve(&mut self, bytes: u64) -> bool {
        if self.usage().bytes + bytes > self.ceiling {
            self.erase_gone();
        }
        self.usage().bytes + bytes <= self.ceiling
    }

    fn erase_gone(&mut self) {
        let now = self.now;
        self.gone.extend(self.mailboxes.extract_if(.., |_, mailbox| mailbox.expires <= now).map(|(name, _)| name));
        for mailbox in self.mailboxes.values_mut() {
            mailbox.cells.retain(|_, (expires, _)| *expires > now);
        }
    }

    fn usage(&self) -> Usage {
        let cells = self.mailboxes.values().map(|mailbox| mailbox.cells.len() as u64).sum();
        let mailboxes = self.mailboxes.len() as u64;
        Usage { mailboxes, cells, bytes: mailboxes * MAILBOX_COST + cells * self.cell_cost }
    }
}

/// A time of any order of magnitude, up to a year.
fn seconds(input: &mut Input) -> u32 {
    let (value, magnitude) = (u32::from(input.byte()), input.byte() % 18);
    if magnitude < 9 { value } else { value << (magnitude - 9) | value }
}

/// A sequence number: near the beginning, or far off.
fn number(input: &mut Input) -> u64 {
    match input.byte() {
        255 => u64::MAX,
        near => u64::from(near % 40),
    }
}

/// Names that occur.
const MAILBOXES: u8 = 6;
const MAILBOX_COST: u64 = 512;
