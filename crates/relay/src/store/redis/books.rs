//! What this process has to come back to: when which mailbox that it has to do with may have something to erase; and what it
//! has seen come and go.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nightjar_protocol::keys::{MailboxId, UnixTime};
use nightjar_protocol::limits::CELL_LEN;

use super::super::Usage;

/// One process's books.
#[derive(Default)]
pub(super) struct Books(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    when: HashMap<MailboxId, UnixTime>,
    due: BTreeSet<(UnixTime, [u8; MailboxId::LEN])>,
    gone: Vec<MailboxId>,
    mailboxes: i64,
    cells: i64,
}

impl Books {
    /// Something in this mailbox may be gone at that moment; an earlier one that is noted stays.
    pub fn note(&self, id: MailboxId, when: UnixTime) {
        let mut entries = self.entries();
        if entries.when.get(&id).is_some_and(|noted| *noted <= when) {
            return;
        }
        if let Some(later) = entries.when.insert(id, when) {
            entries.due.remove(&(later, *id.as_bytes()));
        }
        entries.due.insert((when, *id.as_bytes()));
    }

    /// There is nothing to come back to.
    pub fn forget(&self, id: MailboxId) {
        let mut entries = self.entries();
        if let Some(when) = entries.when.remove(&id) {
            entries.due.remove(&(when, *id.as_bytes()));
        }
    }

    /// A mailbox to look at by now: no longer noted.
    pub fn next(&self, now: UnixTime) -> Option<MailboxId> {
        let mut entries = self.entries();
        let (when, id) = *entries.due.first().filter(|(when, _)| *when <= now)?;
        entries.due.remove(&(when, id));
        let id = MailboxId::from_bytes(id);
        entries.when.remove(&id);
        Some(id)
    }

    /// Notes a mailbox that is gone, to be told of.
    pub fn bury(&self, id: MailboxId) {
        self.entries().gone.push(id);
    }

    /// The mailboxes gone since this was last asked.
    pub fn gone(&self) -> Vec<MailboxId> {
        std::mem::take(&mut self.entries().gone)
    }

    /// Mailboxes and cells that came, or went.
    pub fn count(&self, mailboxes: i64, cells: i64) {
        let mut entries = self.entries();
        entries.mailboxes += mailboxes;
        entries.cells += cells;
    }

    pub fn usage(&self) -> Usage {
        let entries = self.entries();
        let [mailboxes, cells] = [entries.mailboxes, entries.cells].map(|count| u64::try_from(count).unwrap_or(0));
        Usage { mailboxes, cells, bytes: mailboxes * MAILBOX_COST + cells * CELL_COST }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a cell takes in Redis, in bytes: sealed, it lies in a block of 5 KiB, and its key and its place in the index beside it.
const CELL_COST: u64 = CELL_LEN as u64 + 1300;
/// What a mailbox takes, in bytes.
const MAILBOX_COST: u64 = 512;
