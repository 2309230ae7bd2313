//! Mailboxes in memory: gone with the process, and never on a disk. Spec: relay, "Mailbox" and "Epoch".
//!
//! One lock. An operation holds it for a moment, and copies no cell; expiry takes its work in portions.

use std::collections::btree_map::OccupiedEntry;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nightjar_protocol::keys::{MailboxId, UnixTime};
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::link::Epoch;
use nightjar_protocol::wire::Cell;

use super::wheel::{Key, Wheel};
use super::{Created, Error, Store, Stored, Usage};

/// A store in memory, with a ceiling.
pub struct Memory {
    state: Mutex<State>,
    epoch: Epoch,
}

impl Memory {
    /// An empty store that refuses to hold more than `ceiling` bytes. The epoch has to be a new one.
    #[must_use]
    pub fn new(ceiling: u64, epoch: Epoch) -> Self {
        let (usage, mailboxes, gone) = Default::default();
        Self { state: Mutex::new(State { ceiling, usage, mailboxes, due: Wheel::new(), gone }), epoch }
    }

    // A panic elsewhere does not make the map wrong: every operation checks before it changes anything.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    async fn create(&self, id: MailboxId, ttl: u32, now: UnixTime) -> Result<Created, Error> {
        self.state().create(id, ttl, now)
    }

    async fn renew(&self, id: MailboxId, ttl: Option<u32>, now: UnixTime) -> Result<u32, Error> {
        self.state().renew(id, ttl, now)
    }

    async fn append(&self, id: MailboxId, cell: Cell, ttl: u32, quota: u32, now: UnixTime) -> Result<u64, Error> {
        self.state().append(id, cell, ttl, quota, now)
    }

    async fn read_after(&self, id: MailboxId, after: u64, most: usize, now: UnixTime) -> Result<Vec<Stored>, Error> {
        self.state().read_after(id, after, most, now)
    }

    async fn acknowledge(&self, id: MailboxId, up_to: u64, now: UnixTime) -> Result<(), Error> {
        self.state().acknowledge(id, up_to, now)
    }

    async fn delete(&self, id: MailboxId, now: UnixTime) -> Result<(), Error> {
        let mut state = self.state();
        state.living(id, now)?;
        state.remove(id);
        Ok(())
    }

    async fn expire(&self, now: UnixTime) -> Result<Vec<MailboxId>, Error> {
        while self.state().expire(now, PORTION) {
            tokio::task::yield_now().await;
        }
        Ok(std::mem::take(&mut self.state().gone))
    }

    fn usage(&self) -> Usage {
        self.state().usage
    }
}

struct State {
    ceiling: u64,
    usage: Usage,
    mailboxes: HashMap<MailboxId, Mailbox>,
    /// When what is gone: a cell of a mailbox, or as [`THE_MAILBOX`] the mailbox itself.
    due: Wheel<(MailboxId, u64)>,
    /// Mailboxes erased since [`Store::expire`] last told of them.
    gone: Vec<MailboxId>,
}

struct Mailbox {
    ttl: u32,
    expires: UnixTime,
    due: Key,
    next: u64,
    cells: BTreeMap<u64, Held>,
}

struct Held {
    expires: UnixTime,
    due: Key,
    /// Shared with the connections that are about to push it; wiped when the last of them lets it go.
    cell: Arc<Cell>,
}

impl State {
    fn living(&mut self, id: MailboxId, now: UnixTime) -> Result<&mut Mailbox, Error> {
        self.mailboxes.get_mut(&id).filter(|mailbox| mailbox.expires > now).ok_or(Error::Unknown)
    }

    fn create(&mut self, id: MailboxId, ttl: u32, now: UnixTime) -> Result<Created, Error> {
        if self.renew(id, Some(ttl), now).is_ok() {
            return Ok(Created::Renewed);
        }
        // One that has expired and is not erased yet passes its count on: a subscription may still stand on it.
        let next = self.mailboxes.get(&id).map_or(FIRST, |expired| expired.next);
        self.remove(id);
        self.reserve(MAILBOX_COST, now)?;
        let expires = now.plus(ttl.into());
        let due = self.due.insert(now, expires, (id, THE_MAILBOX)).ok_or(Error::Full)?;
        self.mailboxes.insert(id, Mailbox { ttl, expires, due, next, cells: BTreeMap::new() });
        self.usage.bytes += MAILBOX_COST;
        self.usage.mailboxes += 1;
        Ok(Created::New)
    }

    fn renew(&mut self, id: MailboxId, ttl: Option<u32>, now: UnixTime) -> Result<u32, Error> {
        let Self { mailboxes, due, .. } = self;
        let mailbox = mailboxes.get_mut(&id).filter(|mailbox| mailbox.expires > now).ok_or(Error::Unknown)?;
        let ttl = ttl.unwrap_or(mailbox.ttl);
        let expires = now.plus(ttl.into());
        // The place that becomes free is taken again at once.
        due.remove(mailbox.due);
        let due = due.insert(now, expires, (id, THE_MAILBOX)).ok_or(Error::Full)?;
        (mailbox.ttl, mailbox.expires, mailbox.due) = (ttl, expires, due);
        let waiting = mailbox.cells.values().filter(|held| held.expires > now).count();
        Ok(u32::try_from(waiting).unwrap_or(u32::MAX))
    }

    fn append(&mut self, id: MailboxId, cell: Cell, ttl: u32, quota: u32, now: UnixTime) -> Result<u64, Error> {
        let held = self.living(id, now)?.cells.len();
        if held >= quota as usize && held - self.sweep(id, now) >= quota as usize {
            return Err(Error::MailboxFull);
        }
        self.reserve(CELL_COST, now)?;
        let Self { mailboxes, due, .. } = self;
        let mailbox = mailboxes.get_mut(&id).ok_or(Error::Unknown)?;
        let (seq, expires) = (mailbox.next, now.plus(ttl.into()));
        let due = due.insert(now, expires, (id, seq)).ok_or(Error::Full)?;
        mailbox.next += 1;
        mailbox.cells.insert(seq, Held { expires, due, cell: Arc::new(cell) });
        self.usage.bytes += CELL_COST;
        self.usage.cells += 1;
        Ok(seq)
    }

    fn read_after(&mut self, id: MailboxId, after: u64, most: usize, now: UnixTime) -> Result<Vec<Stored>, Error> {
        let cells = self.living(id, now)?.cells.range((Bound::Excluded(after), Bound::Unbounded));
        let living = cells.filter(|(_, held)| held.expires > now).take(most);
        Ok(living
            .map(|(seq, held)| Stored { seq: *seq, expires: held.expires, cell: Arc::clone(&held.cell) })
            .collect())
    }

    fn acknowledge(&mut self, id: MailboxId, up_to: u64, now: UnixTime) -> Result<(), Error> {
        let cells = &mut self.living(id, now)?.cells;
        let first = || cells.first_entry().filter(|cell| *cell.key() <= up_to).map(OccupiedEntry::remove_entry);
        let erased: Vec<_> = std::iter::from_fn(first).collect();
        self.forget(erased);
        Ok(())
    }

    /// Erases the gone cells of one mailbox: how many.
    fn sweep(&mut self, id: MailboxId, now: UnixTime) -> usize {
        let Some(mailbox) = self.mailboxes.get_mut(&id) else { return 0 };
        let gone: Vec<_> = mailbox.cells.extract_if(.., |_, held| held.expires <= now).collect();
        self.forget(gone)
    }

    /// Erases a mailbox with its cells, if it is there.
    fn remove(&mut self, id: MailboxId) {
        let Some(mailbox) = self.mailboxes.remove(&id) else { return };
        self.due.remove(mailbox.due);
        self.usage.bytes -= MAILBOX_COST;
        self.usage.mailboxes -= 1;
        self.forget(mailbox.cells);
    }

    /// Takes cells that left a mailbox out of the books: how many.
    fn forget(&mut self, cells: impl IntoIterator<Item = (u64, Held)>) -> usize {
        let mut count = 0;
        for (_, held) in cells {
            self.due.remove(held.due);
            self.usage.bytes -= CELL_COST;
            self.usage.cells -= 1;
            count += 1;
        }
        count
    }

    /// Erases up to `most` of what is gone; whether there may be more.
    fn expire(&mut self, now: UnixTime, most: usize) -> bool {
        for _ in 0..most {
            let Some((id, seq)) = self.due.pop(now) else { return false };
            if seq == THE_MAILBOX {
                self.remove(id);
                self.gone.push(id);
            } else if let Some(held) = self.mailboxes.get_mut(&id).and_then(|mailbox| mailbox.cells.remove(&seq)) {
                self.forget([(seq, held)]);
            }
        }
        true
    }

    /// Whether `bytes` more fit under the ceiling, without what is gone if need be.
    fn reserve(&mut self, bytes: u64, now: UnixTime) -> Result<(), Error> {
        let fits = |state: &Self| state.usage.bytes + bytes <= state.ceiling;
        if !fits(self) {
            self.expire(now, PORTION);
        }
        if fits(self) { Ok(()) } else { Err(Error::Full) }
    }
}

/// The first number of a cell in its mailbox.
const FIRST: u64 = 1;
/// Stands for the mailbox where a cell's number could stand.
const THE_MAILBOX: u64 = 0;
/// What a cell is charged with, in bytes: its entries in the tree and the wheel and the allocator's share are below 128.
const CELL_COST: u64 = CELL_LEN as u64 + 128;
/// What a mailbox is charged with, in bytes: its entries and the first node of its tree.
const MAILBOX_COST: u64 = 512;
/// Cells and mailboxes erased under one lock.
const PORTION: usize = 256;
