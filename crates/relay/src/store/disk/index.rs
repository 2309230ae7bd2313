//! What is stored, in memory: lives, numbers and slots of everything, and what a batch changes. It decides; the writer makes
//! it durable, and nothing of a batch is seen by a reader before. Spec: relay, "Mailbox".

use std::collections::btree_map::OccupiedEntry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use nightjar_protocol::crypto::TAG_LEN;
use nightjar_protocol::keys::{AeadKey, MailboxId, UnixTime};
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::wire::Cell;

use super::cells::Kind;
use super::changes::{Changes, Sealed};
use super::heads::{CellHead, MailboxHead, Name};
use super::recent::Recent;
use super::slots::Slots;
use crate::key::OsRandom;
use crate::store::{Created, Error, Usage};

/// The books of a store.
pub(super) struct Index {
    ceiling: u64,
    pub usage: Usage,
    slots_by_name: HashMap<Name, u32>,
    mailboxes: HashMap<u32, Mailbox>,
    /// When what is gone: a cell of a mailbox, or as [`THE_MAILBOX`] the mailbox itself. The earliest comes first.
    due: BTreeSet<(UnixTime, u32, u64)>,
    /// Mailboxes erased since [`Index::expire`] last told of them.
    gone: Vec<MailboxId>,
    mailbox_slots: Slots,
    cell_slots: Slots,
    recent: Recent,
    pub changes: Changes,
    /// Whether something was dropped that had not expired.
    pub damaged: bool,
    /// Whether nothing new is taken in for now, because the disk had no room.
    pub cramped: bool,
}

/// A mailbox's id and its name in the store.
#[derive(Clone)]
pub(super) struct Named {
    pub id: MailboxId,
    pub name: Name,
}

struct Mailbox {
    /// Known from the first command that gives it: the store has only the name.
    id: Option<MailboxId>,
    name: Name,
    key: AeadKey,
    ttl: u32,
    expires: UnixTime,
    next: u64,
    /// Cells below this number are durable.
    durable: u64,
    cells: BTreeMap<u64, Held>,
}

struct Held {
    expires: UnixTime,
    slot: u32,
    tag: [u8; TAG_LEN],
}

/// Where a cell is to be found.
pub(super) struct Found {
    pub seq: u64,
    pub expires: UnixTime,
    pub slot: u32,
    pub tag: [u8; TAG_LEN],
    /// The cell, if it is still in memory.
    pub cell: Option<Cell>,
}

impl Index {
    /// Books without an entry, for at most `ceiling` bytes.
    pub fn new(ceiling: u64) -> Self {
        Self {
            ceiling,
            usage: Usage::default(),
            slots_by_name: HashMap::new(),
            mailboxes: HashMap::new(),
            due: BTreeSet::new(),
            gone: Vec::new(),
            mailbox_slots: Slots::default(),
            cell_slots: Slots::default(),
            recent: Recent::default(),
            changes: Changes::default(),
            damaged: false,
            cramped: false,
        }
    }

    fn living(&mut self, named: &Named, now: UnixTime) -> Result<(u32, &mut Mailbox), Error> {
        let slot = *self.slots_by_name.get(&named.name).ok_or(Error::Unknown)?;
        let mailbox = self.mailboxes.get_mut(&slot).filter(|mailbox| mailbox.expires > now).ok_or(Error::Unknown)?;
        mailbox.id.get_or_insert(named.id);
        Ok((slot, mailbox))
    }

    pub fn create(&mut self, named: &Named, ttl: u32, now: UnixTime) -> Result<Created, Error> {
        if self.renew(named, Some(ttl), now).is_ok() {
            return Ok(Created::Renewed);
        }
        // One that has expired and is not erased yet passes its count on: a subscription may still stand on it.
        let expired = self.slots_by_name.get(&named.name).copied();
        let next = expired.and_then(|slot| self.mailboxes.get(&slot)).map_or(FIRST, |expired| expired.next);
        if let Some(slot) = expired {
            self.remove(slot);
        }
        self.reserve(MAILBOX_COST, now)?;
        let slot = self.mailbox_slots.take().ok_or(Error::Full)?;
        let head = MailboxHead { name: named.name, ttl, expires: now.plus(ttl.into()), next };
        self.enter_mailbox(slot, &head, AeadKey::generate(&mut OsRandom));
        if let Some(mailbox) = self.mailboxes.get_mut(&slot) {
            mailbox.id = Some(named.id);
        }
        self.changes.make_mailbox(slot);
        Ok(Created::New)
    }

    pub fn renew(&mut self, named: &Named, ttl: Option<u32>, now: UnixTime) -> Result<u32, Error> {
        let (slot, mailbox) = self.living(named, now)?;
        let former = mailbox.expires;
        mailbox.ttl = ttl.unwrap_or(mailbox.ttl);
        mailbox.expires = now.plus(mailbox.ttl.into());
        let expires = mailbox.expires;
        let waiting = mailbox.cells.values().filter(|held| held.expires > now).count();
        self.due.remove(&(former, slot, THE_MAILBOX));
        self.due.insert((expires, slot, THE_MAILBOX));
        self.changes.write_mailbox(slot);
        Ok(u32::try_from(waiting).unwrap_or(u32::MAX))
    }

    pub fn append(
        &mut self,
        named: &Named,
        mut cell: Sealed,
        ttl: u32,
        quota: u32,
        now: UnixTime,
    ) -> Result<u64, Error> {
        let (slot, mailbox) = self.living(named, now)?;
        let held = mailbox.cells.len();
        if held >= quota as usize && held - self.sweep(slot, now) >= quota as usize {
            return Err(Error::MailboxFull);
        }
        self.reserve(CELL_COST, now)?;
        let next = self.living(named, now)?.1.next;
        let place = self.cell_slots.take().ok_or(Error::Full)?;
        let head = CellHead { mailbox: slot, seq: next, expires: now.plus(ttl.into()), tag: cell.tag() };
        self.enter_cell(place, &head);
        self.recent.keep(place, next, cell.plain());
        self.changes.make_cell(place, head, cell);
        Ok(next)
    }

    /// The first durable cells above `after` that live, at most `most`.
    pub fn find(&mut self, named: &Named, after: u64, most: usize, now: UnixTime) -> Result<Vec<Found>, Error> {
        let (_, mailbox) = self.living(named, now)?;
        let durable = mailbox.durable;
        let cells = mailbox.cells.range((Bound::Excluded(after), Bound::Unbounded));
        let living = cells.take_while(|(seq, _)| **seq < durable).filter(|(_, held)| held.expires > now).take(most);
        let found: Vec<_> = living.map(|(seq, held)| (*seq, held.expires, held.slot, held.tag)).collect();
        let found = found.into_iter().map(|(seq, expires, slot, tag)| Found {
            seq,
            expires,
            slot,
            tag,
            cell: self.recent.cell(slot, seq),
        });
        Ok(found.collect())
    }

    pub fn acknowledge(&mut self, named: &Named, up_to: u64, now: UnixTime) -> Result<(), Error> {
        let (slot, mailbox) = self.living(named, now)?;
        let cells = &mut mailbox.cells;
        let first = || cells.first_entry().filter(|cell| *cell.key() <= up_to).map(OccupiedEntry::remove_entry);
        let erased: Vec<_> = std::iter::from_fn(first).collect();
        self.forget(slot, erased);
        Ok(())
    }

    pub fn delete(&mut self, named: &Named, now: UnixTime) -> Result<(), Error> {
        let (slot, _) = self.living(named, now)?;
        self.remove(slot);
        Ok(())
    }

    /// Erases a cell that cannot be opened, if it is still there: whether it was.
    pub fn drop_damaged(&mut self, name: &Name, seq: u64, place: u32) -> bool {
        let Some(slot) = self.slots_by_name.get(name).copied() else { return false };
        let Some(mailbox) = self.mailboxes.get_mut(&slot) else { return false };
        let damaged: Vec<_> = mailbox.cells.extract_if(seq..=seq, |_, held| held.slot == place).collect();
        let dropped = self.forget(slot, damaged) > 0;
        self.damaged |= dropped;
        dropped
    }

    /// Erases the gone cells of one mailbox: how many.
    fn sweep(&mut self, slot: u32, now: UnixTime) -> usize {
        let Some(mailbox) = self.mailboxes.get_mut(&slot) else { return 0 };
        let gone: Vec<_> = mailbox.cells.extract_if(.., |_, held| held.expires <= now).collect();
        self.forget(slot, gone)
    }

    /// Erases a mailbox with its cells, if it is there: its id, if it is known.
    fn remove(&mut self, slot: u32) -> Option<MailboxId> {
        let mailbox = self.mailboxes.remove(&slot)?;
        self.slots_by_name.remove(&mailbox.name);
        self.due.remove(&(mailbox.expires, slot, THE_MAILBOX));
        self.usage.bytes -= MAILBOX_COST;
        self.usage.mailboxes -= 1;
        self.forget(slot, mailbox.cells);
        self.changes.erase_mailbox(slot);
        mailbox.id
    }

    /// Takes cells that left a mailbox out of the books: how many.
    fn forget(&mut self, slot: u32, cells: impl IntoIterator<Item = (u64, Held)>) -> usize {
        let mut count = 0;
        for (seq, held) in cells {
            self.due.remove(&(held.expires, slot, seq));
            self.recent.forget(held.slot);
            self.changes.erase_cell(held.slot);
            self.usage.bytes -= CELL_COST;
            self.usage.cells -= 1;
            count += 1;
        }
        if count > 0 {
            // The highest number may have gone with them; from now on the mailbox's own row has to know it.
            self.changes.write_mailbox(slot);
        }
        count
    }

    /// Erases up to `most` of what is gone; whether there may be more.
    pub fn expire(&mut self, now: UnixTime, most: usize) -> bool {
        for _ in 0..most {
            let Some(&(_, slot, seq)) = self.due.first().filter(|(expires, ..)| *expires <= now) else { return false };
            if seq == THE_MAILBOX {
                let id = self.remove(slot);
                self.gone.extend(id);
            } else if let Some(held) = self.mailboxes.get_mut(&slot).and_then(|mailbox| mailbox.cells.remove(&seq)) {
                self.forget(slot, [(seq, held)]);
            }
        }
        true
    }

    /// The mailboxes that expired since this was last asked, as far as their ids are known.
    pub fn take_gone(&mut self) -> Vec<MailboxId> {
        std::mem::take(&mut self.gone)
    }

    /// Whether `bytes` more fit under the ceiling, without what is gone if need be.
    fn reserve(&mut self, bytes: u64, now: UnixTime) -> Result<(), Error> {
        let fits = |index: &Self| index.usage.bytes + bytes <= index.ceiling;
        if !fits(self) {
            self.expire(now, PORTION);
        }
        if fits(self) && !self.cramped { Ok(()) } else { Err(Error::Full) }
    }

    /// Enters a mailbox that has no cells yet; `false` if there is one of that name.
    pub fn enter_mailbox(&mut self, slot: u32, head: &MailboxHead, key: AeadKey) -> bool {
        if self.slots_by_name.contains_key(&head.name) {
            return false;
        }
        let &MailboxHead { name, ttl, expires, next } = head;
        let mailbox = Mailbox { id: None, name, key, ttl, expires, next, durable: next, cells: BTreeMap::new() };
        self.slots_by_name.insert(name, slot);
        self.mailboxes.insert(slot, mailbox);
        self.due.insert((expires, slot, THE_MAILBOX));
        self.usage.bytes += MAILBOX_COST;
        self.usage.mailboxes += 1;
        true
    }

    /// Enters a cell; `false` if there is no such mailbox, or it has a cell of that number.
    pub fn enter_cell(&mut self, place: u32, head: &CellHead) -> bool {
        let &CellHead { mailbox: slot, seq, expires, tag } = head;
        let Some(mailbox) = self.mailboxes.get_mut(&slot).filter(|mailbox| !mailbox.cells.contains_key(&seq)) else {
            return false;
        };
        mailbox.cells.insert(seq, Held { expires, slot: place, tag });
        mailbox.next = mailbox.next.max(seq.saturating_add(1));
        self.due.insert((expires, slot, seq));
        self.usage.bytes += CELL_COST;
        self.usage.cells += 1;
        true
    }

    /// All that was entered is durable, and these slots are taken, in ascending order.
    pub fn entered(&mut self, mailboxes: &[u32], cells: &[u32]) {
        self.mailbox_slots = Slots::without(mailboxes.iter().copied());
        self.cell_slots = Slots::without(cells.iter().copied());
        for mailbox in self.mailboxes.values_mut() {
            mailbox.durable = mailbox.next;
        }
    }

    /// A mailbox's row and key, if it is there.
    pub fn mailbox(&self, slot: u32) -> Option<(MailboxHead, AeadKey)> {
        let Mailbox { name, key, ttl, expires, next, .. } = self.mailboxes.get(&slot)?;
        Some((MailboxHead { name: *name, ttl: *ttl, expires: *expires, next: *next }, key.duplicate()))
    }

    /// What was appended to a mailbox is durable.
    pub fn publish(&mut self, slot: u32) {
        if let Some(mailbox) = self.mailboxes.get_mut(&slot) {
            mailbox.durable = mailbox.next;
        }
    }

    /// A slot's key is erased: it may be taken again.
    pub fn free(&mut self, kind: Kind, slot: u32) {
        match kind {
            Kind::Mailbox => self.mailbox_slots.free(slot),
            Kind::Cell => self.cell_slots.free(slot),
        }
    }

    /// Groups of the file of cells that are in use.
    pub fn groups(&self) -> u32 {
        self.mailbox_slots.end().max(self.cell_slots.end()).div_ceil(super::cells::SLOTS_PER_GROUP)
    }

    /// Takes over what only memory knows: ids, and what was not told yet.
    pub fn inherit(&mut self, former: &mut Self) {
        for mailbox in former.mailboxes.values_mut() {
            let slot = self.slots_by_name.get(&mailbox.name);
            match slot.and_then(|slot| self.mailboxes.get_mut(slot)) {
                Some(heir) => heir.id = mailbox.id.take(),
                None => self.gone.extend(mailbox.id.take()),
            }
        }
        self.gone.append(&mut former.gone);
    }
}

/// The first number of a cell in its mailbox.
const FIRST: u64 = 1;
/// Stands for the mailbox where a cell's number could stand.
const THE_MAILBOX: u64 = 0;
/// What a cell is charged with, in bytes: its page, its key and its row, and the journal's share.
const CELL_COST: u64 = CELL_LEN as u64 + 256;
/// What a mailbox is charged with, in bytes: its key and its row, the journal's share, and its entries in memory.
const MAILBOX_COST: u64 = 512;
/// Cells and mailboxes erased in one go.
pub(super) const PORTION: usize = 256;
