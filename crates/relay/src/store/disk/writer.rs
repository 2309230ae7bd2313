//! The one thread that writes: it takes what waits, makes it durable at once, and then answers. Spec: relay, "Mailbox".
//!
//! ```text
//! round: jobs → index → keys of the last round erased, bodies and keys of this one → sync ─ answers to who erased before
//!                     → heads, one transaction, synced ─ answers to all others, news to readers
//! ```
//! So an append costs its share of two syncs, and an erasure its share of one more, which the next round makes anyhow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nightjar_protocol::keys::Random;
use nightjar_protocol::link::Epoch;
use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::error::TryRecvError;

use super::cells::{CellFile, Kind};
use super::changes::Changes;
use super::error::OpenError;
use super::folder::Folder;
use super::heads::{Book, Heads, Row};
use super::index::Index;
use super::load::{Loaded, Occasion};
use super::{Shared, State};
use crate::key::OsRandom;
use crate::store::Error;

/// Applies an operation to the books; what it returns answers for it when its outcome is durable, or is not.
pub(super) type Job = Box<dyn FnOnce(&mut Index) -> Settle + Send>;
pub(super) type Settle = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// The writing thread.
pub(super) struct Writer {
    folder: Folder,
    ceiling: u64,
    shared: Arc<Shared>,
    queue: Receiver<Job>,
    open: Option<Open>,
    /// Keys whose rows are gone.
    erasing: Vec<(Kind, u32)>,
    /// Who waits for these keys to be erased.
    waiting: Vec<Settle>,
    /// Until when nothing new is taken in, because there was no room, or none is held back yet.
    cramped: Option<Instant>,
}

struct Open {
    cells: Arc<CellFile>,
    heads: Heads,
    book: Book,
}

impl Writer {
    pub fn new(folder: Folder, ceiling: u64, loaded: Loaded, queue: Receiver<Job>) -> (Self, Arc<Shared>) {
        let Loaded { cells, heads, book, mut index, .. } = loaded;
        index.cramped = true;
        let cells = Arc::new(cells);
        let state = State { index, epoch: book.epoch, cells: Some(Arc::clone(&cells)) };
        let shared = Arc::new(Shared::new(state));
        let open = Some(Open { cells, heads, book });
        let (erasing, waiting, cramped) = (Vec::new(), Vec::new(), Some(Instant::now()));
        let writer = Self { folder, ceiling, shared: Arc::clone(&shared), queue, open, erasing, waiting, cramped };
        (writer, shared)
    }

    /// Writes until nobody can ask for anything any more.
    pub fn run(mut self) {
        let mut jobs = Vec::with_capacity(BATCH);
        loop {
            if self.waiting.is_empty() && self.erasing.is_empty() {
                match self.queue.blocking_recv() {
                    Some(job) => jobs.push(job),
                    None => return,
                }
            }
            while jobs.len() < BATCH
                && let Ok(job) = self.queue.try_recv()
            {
                jobs.push(job);
            }
            self.round(&mut jobs);
        }
    }

    fn round(&mut self, jobs: &mut Vec<Job>) {
        let (mut at_once, mut erasers) = (Vec::with_capacity(jobs.len()), Vec::new());
        self.relieve();
        for job in jobs.drain(..) {
            let index = &mut self.shared.state().index;
            let before = index.changes.erased;
            let settle = job(index);
            if index.changes.erased == before { at_once.push(settle) } else { erasers.push(settle) }
        }
        match self.store() {
            Ok(()) => {
                at_once.into_iter().for_each(|settle| settle(Ok(())));
                self.waiting = erasers;
            }
            Err(error) => {
                let full = error.is_full();
                tracing::warn!(%error, "cannot store");
                let failed = self.waiting.drain(..).chain(at_once).chain(erasers);
                let told = Error::from(error);
                failed.for_each(|settle| settle(Err(told)));
                self.erasing.clear();
                self.recover(full);
            }
        }
    }

    /// Makes the changes of this round durable.
    fn store(&mut self) -> Result<(), OpenError> {
        let Some(open) = self.open.as_mut() else { return Err(OpenError::Damaged("the store")) };
        let (changes, rows, counts, damaged) = {
            let index = &mut self.shared.state().index;
            let changes = std::mem::take(&mut index.changes);
            let keys = put_mailbox_keys(&open.cells, index, &changes)?;
            let rows = mailbox_rows(index, &changes);
            let damaged = std::mem::take(&mut index.damaged);
            (changes, rows, (keys, [index.usage.mailboxes, index.usage.cells]), damaged)
        };
        for (kind, slot) in &self.erasing {
            open.cells.erase_key(*kind, *slot)?;
        }
        let bodies = put_cells(&open.cells, &changes)?;
        if bodies + counts.0 + self.erasing.len() > 0 {
            open.cells.sync()?;
        }
        for (kind, slot) in self.erasing.drain(..) {
            self.shared.state().index.free(kind, slot);
        }
        self.waiting.drain(..).for_each(|settle| settle(Ok(())));
        if changes.is_empty() {
            return Ok(());
        }
        open.book.commit = open.book.commit.saturating_add(1);
        open.book.rows = counts.1;
        if damaged {
            tracing::warn!("a damaged cell is dropped: a new epoch begins");
            open.book.epoch = Epoch(*OsRandom.bytes());
        }
        open.heads.commit(&rows.into_iter().chain(cell_rows(&changes)).collect::<Vec<_>>(), &open.book)?;
        open.cells.note_commit(open.book.commit)?;
        if self.cramped.is_some() {
            // What was held back has to do for more than one batch.
            open.heads.checkpoint()?;
        }
        self.shared.state().epoch = open.book.epoch;
        self.publish(&changes);
        Ok(())
    }

    /// Shows readers what is durable, and notes which keys are to be erased.
    fn publish(&mut self, changes: &Changes) {
        let index = &mut self.shared.state().index;
        for (slot, cell) in &changes.cells {
            match cell {
                Some((head, _)) => index.publish(head.mailbox),
                None => self.erasing.push((Kind::Cell, *slot)),
            }
        }
        let erased = changes.mailboxes.iter().filter(|(_, there)| !**there);
        self.erasing.extend(erased.map(|(slot, _)| (Kind::Mailbox, *slot)));
    }

    /// After a failure nobody knows what is on the disk: closes everything, and begins again from what the files say. Until
    /// that works, nothing is answered but that the store does not answer.
    fn recover(&mut self, full: bool) {
        self.shared.state().cells = None;
        self.open = None;
        if full {
            self.cramped = Some(Instant::now() + CRAMPED);
            self.folder.release_reserve();
        }
        let mut said = false;
        loop {
            match Loaded::open(&self.folder, self.ceiling, Occasion::Failure { full }) {
                Ok(loaded) => return self.resume(loaded),
                Err(error) if !said => tracing::warn!(%error, "cannot open the store again; trying on"),
                Err(_) => {}
            }
            said = true;
            let again = Instant::now() + PAUSE;
            while Instant::now() < again {
                match self.queue.try_recv() {
                    Ok(refused) => drop(refused),
                    Err(TryRecvError::Empty) => std::thread::sleep(TICK),
                    Err(TryRecvError::Disconnected) => return,
                }
            }
        }
    }

    fn resume(&mut self, loaded: Loaded) {
        let Loaded { cells, heads, book, mut index, .. } = loaded;
        let cells = Arc::new(cells);
        let mut state = self.shared.state();
        index.inherit(&mut state.index);
        index.cramped = self.cramped.is_some();
        *state = State { index, epoch: book.epoch, cells: Some(Arc::clone(&cells)) };
        drop(state);
        self.open = Some(Open { cells, heads, book });
        tracing::info!("the store answers again");
    }

    /// Takes in again what is new, when it was refused for long enough and there is room to hold back.
    fn relieve(&mut self) {
        if self.cramped.is_none_or(|until| until > Instant::now()) {
            return;
        }
        self.cramped = self.folder.hold_reserve().err().map(|error| {
            tracing::debug!(%error, "no room to hold back");
            Instant::now() + CRAMPED
        });
        self.shared.state().index.cramped = self.cramped.is_some();
    }
}

/// Writes the keys of new mailboxes: how many.
fn put_mailbox_keys(cells: &CellFile, index: &Index, changes: &Changes) -> Result<usize, OpenError> {
    for slot in &changes.made {
        if let Some((_, key)) = index.mailbox(*slot) {
            cells.put_key(Kind::Mailbox, *slot, &key)?;
        }
    }
    Ok(changes.made.len())
}

/// Writes new cells and their keys: how many.
fn put_cells(cells: &CellFile, changes: &Changes) -> Result<usize, OpenError> {
    let mut count = 0;
    for (slot, cell) in &changes.cells {
        if let Some((_, sealed)) = cell {
            cells.put_body(*slot, sealed.parts().0)?;
            cells.put_key(Kind::Cell, *slot, sealed.key())?;
            count += 1;
        }
    }
    Ok(count)
}

fn mailbox_rows(index: &Index, changes: &Changes) -> Vec<Row> {
    let row = |(slot, there): (&u32, &bool)| {
        let head = index.mailbox(*slot).filter(|_| *there).map(|(head, key)| head.seal(&key, *slot));
        (Kind::Mailbox, *slot, head)
    };
    changes.mailboxes.iter().map(row).collect()
}

fn cell_rows(changes: &Changes) -> impl Iterator<Item = Row> {
    changes.cells.iter().map(|(slot, cell)| {
        let head = cell.as_ref().map(|(head, sealed)| head.seal(sealed.key(), *slot));
        (Kind::Cell, *slot, head)
    })
}

/// Operations that become durable at once, at most: 4 MiB of cells.
pub(super) const BATCH: usize = 1024;
/// For how long nothing new is tried after there was no room.
const CRAMPED: Duration = Duration::from_millis(500);
/// Between two attempts to open the files again.
const PAUSE: Duration = Duration::from_millis(250);
const TICK: Duration = Duration::from_millis(5);
