//! The relay's store: the real one in memory, behind a temper. It refuses now and then, as stores do; it puts in cells that
//! nobody sent; and if it lies, it says *done* to what it does not do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nightjar_protocol::keys::{MailboxId, Random, UnixTime};
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::link::Epoch;
use nightjar_protocol::wire::Cell;
use nightjar_relay::store::{Created, Error, Memory, Store, Stored, Usage};

use crate::dice::Dice;

/// A store with a temper. A clone is the same shelf.
#[derive(Clone)]
pub struct Shelf {
    memory: Arc<Memory>,
    mind: Arc<Mutex<Mind>>,
}

/// What a relay does that it should not, each so many times in a thousand.
#[derive(Clone, Copy, Default)]
pub struct Temper {
    /// Says that it does not answer.
    pub unavailable: u64,
    /// Says that it is full, or the mailbox.
    pub full: u64,
    /// Says that it knows no such mailbox.
    pub unknown: u64,
    /// Puts in an old cell of the same mailbox.
    pub replay: u64,
    /// Puts in a cell of another mailbox.
    pub foreign: u64,
    /// Puts in noise.
    pub garbage: u64,
    /// Says that it has a cell and has not.
    pub drop: u64,
    /// Hands cells out in another order.
    pub reorder: u64,
    /// Hands out, in place of a cell, one that was acknowledged long ago.
    pub stale: u64,
}

struct Mind {
    temper: Temper,
    dice: Dice,
    seen: BTreeMap<MailboxId, Vec<Cell>>,
    /// Cells that were given in, and until when they may be handed out.
    until: BTreeMap<Vec<u8>, UnixTime>,
    faults: Vec<&'static str>,
    /// What the real store should not have done.
    broken: Option<&'static str>,
    /// Mailboxes that were said not to be there, rightly or not.
    denied: BTreeSet<MailboxId>,
}

impl Shelf {
    /// An empty shelf.
    pub fn new(dice: &mut Dice) -> Self {
        let mind = Mind {
            temper: Temper::default(),
            dice: dice.fork(),
            seen: BTreeMap::new(),
            until: BTreeMap::new(),
            faults: Vec::new(),
            broken: None,
            denied: BTreeSet::new(),
        };
        Self { memory: memory(dice), mind: Arc::new(Mutex::new(mind)) }
    }

    /// The same shelf, after it lost all that was on it.
    pub fn emptied(&self, dice: &mut Dice) -> Self {
        Self { memory: memory(dice), mind: Arc::clone(&self.mind) }
    }

    /// Changes its temper.
    pub fn set(&self, temper: Temper) {
        self.mind().temper = temper;
    }

    /// What it did since this was last asked.
    pub fn faults(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.mind().faults)
    }

    /// What the real store did wrong.
    pub fn broken(&self) -> Option<&'static str> {
        self.mind().broken
    }

    /// Whether it has ever said that there is no such mailbox.
    pub fn has_denied(&self, mailbox: MailboxId) -> bool {
        self.mind().denied.contains(&mailbox)
    }

    fn mind(&self) -> MutexGuard<'_, Mind> {
        self.mind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says of what it could do that it cannot.
    fn refuses(&self, mailbox: MailboxId) -> Result<(), Error> {
        let mut mind = self.mind();
        let Temper { unavailable, full, unknown, .. } = mind.temper;
        if mind.throw(unavailable, "unavailable") {
            return Err(Error::Unavailable);
        }
        if mind.throw(full, "full") {
            return Err(if mind.dice.percent(50) { Error::Full } else { Error::MailboxFull });
        }
        if mind.throw(unknown, "unknown") {
            mind.denied.insert(mailbox);
            return Err(Error::Unknown);
        }
        Ok(())
    }
}

impl Mind {
    fn throw(&mut self, chance: u64, fault: &'static str) -> bool {
        let happens = chance > 0 && self.dice.below(1000) < chance;
        if happens {
            self.faults.push(fault);
        }
        happens
    }

    /// A cell was given in, perhaps again.
    fn given(&mut self, cell: &Cell, until: UnixTime) {
        let kept = self.until.entry(cell.as_bytes().to_vec()).or_insert(until);
        *kept = until.max(*kept);
    }

    /// A cell that nobody sent now, to be put in before one that somebody did.
    fn extra(&mut self, mailbox: MailboxId) -> Option<Cell> {
        let Temper { replay, foreign, garbage, .. } = self.temper;
        if self.throw(garbage, "garbage") {
            return Some(Cell::from_bytes(*self.dice.bytes::<CELL_LEN>()));
        }
        if self.throw(replay, "replayed cell") {
            return self.old(mailbox);
        }
        if self.throw(foreign, "foreign cell") {
            let others: Vec<MailboxId> = self.seen.keys().filter(|it| **it != mailbox).copied().collect();
            let other = (!others.is_empty()).then(|| *self.dice.pick(&others))?;
            return self.old(other);
        }
        None
    }

    fn old(&mut self, mailbox: MailboxId) -> Option<Cell> {
        let cells = self.seen.get(&mailbox)?;
        Some(self.dice.pick(cells).clone())
    }
}

impl Store for Shelf {
    fn epoch(&self) -> Epoch {
        self.memory.epoch()
    }

    async fn create(&self, id: MailboxId, ttl: u32, now: UnixTime) -> Result<Created, Error> {
        match self.refuses(id) {
            Err(Error::Unknown | Error::MailboxFull) | Ok(()) => self.memory.create(id, ttl, now).await,
            Err(error) => Err(error),
        }
    }

    async fn renew(&self, id: MailboxId, ttl: Option<u32>, now: UnixTime) -> Result<u32, Error> {
        match self.refuses(id) {
            Err(Error::Full | Error::MailboxFull) | Ok(()) => {
                let renewed = self.memory.renew(id, ttl, now).await;
                if renewed == Err(Error::Unknown) {
                    self.mind().denied.insert(id);
                }
                renewed
            }
            Err(error) => Err(error),
        }
    }

    async fn append(&self, id: MailboxId, cell: Cell, ttl: u32, quota: u32, now: UnixTime) -> Result<u64, Error> {
        self.refuses(id)?;
        let until = now.plus(ttl.into());
        let extra = self.mind().extra(id);
        if let Some(extra) = extra {
            self.mind().given(&extra, until);
            // If there is no room for it, there is none.
            let _ = self.memory.append(id, extra, ttl, quota, now).await;
        }
        {
            let mut mind = self.mind();
            let seen = mind.seen.entry(id).or_default();
            if seen.len() < SEEN_MOST {
                seen.push(cell.clone());
            }
            mind.given(&cell, until);
            let drop = mind.temper.drop;
            if mind.throw(drop, "dropped cell") {
                return Ok(1);
            }
        }
        self.memory.append(id, cell, ttl, quota, now).await
    }

    async fn read_after(&self, id: MailboxId, after: u64, most: usize, now: UnixTime) -> Result<Vec<Stored>, Error> {
        {
            let mut mind = self.mind();
            let unavailable = mind.temper.unavailable;
            if mind.throw(unavailable, "unavailable") {
                return Err(Error::Unavailable);
            }
        }
        let mut cells = self.memory.read_after(id, after, most, now).await?;
        let mut mind = self.mind();
        let gone = |it: &Stored| mind.until.get(it.cell.as_bytes().as_slice()).is_some_and(|until| *until <= now);
        if cells.iter().any(|it| it.expires <= now || gone(it)) {
            mind.broken = Some("a relay handed out a cell that had expired");
        }
        let Temper { reorder, stale, .. } = mind.temper;
        if cells.len() > 1 && mind.throw(reorder, "reordered cells") {
            let contents: Vec<_> = cells.iter().rev().map(|it| Arc::clone(&it.cell)).collect();
            cells.iter_mut().zip(contents).for_each(|(it, cell)| it.cell = cell);
        }
        for it in &mut cells {
            if mind.throw(stale, "stale cell")
                && let Some(old) = mind.old(id)
            {
                it.cell = Arc::new(old);
            }
        }
        Ok(cells)
    }

    async fn acknowledge(&self, id: MailboxId, up_to: u64, now: UnixTime) -> Result<(), Error> {
        match self.refuses(id) {
            Err(Error::Full | Error::MailboxFull) | Ok(()) => self.memory.acknowledge(id, up_to, now).await,
            Err(error) => Err(error),
        }
    }

    async fn delete(&self, id: MailboxId, now: UnixTime) -> Result<(), Error> {
        match self.refuses(id) {
            Err(Error::Full | Error::MailboxFull) | Ok(()) => self.memory.delete(id, now).await,
            Err(error) => Err(error),
        }
    }

    async fn expire(&self, now: UnixTime) -> Result<Vec<MailboxId>, Error> {
        self.memory.expire(now).await
    }

    fn usage(&self) -> Usage {
        self.memory.usage()
    }
}

/// A store of another life.
fn memory(dice: &mut Dice) -> Arc<Memory> {
    Arc::new(Memory::new(CEILING, Epoch(*dice.bytes())))
}

const CEILING: u64 = 64 * 1024 * 1024;
/// Old cells that are kept of a mailbox.
const SEEN_MOST: usize = 40;
