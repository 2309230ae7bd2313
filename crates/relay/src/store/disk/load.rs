//! From files to books: what is whole is entered, what is not is dropped, and then the epoch is a new one. Spec: relay, "Epoch".
//!
//! A key is on the disk before its row, and a row is gone before its key: so a crash leaves keys without a row, which are
//! erased here, and never a row without a key. A row that cannot be opened, another number of rows than the book says, or a
//! book that is older than the last commit noted: each means that something was lost.

use nightjar_protocol::keys::{AeadKey, Random};
use nightjar_protocol::link::Epoch;

use super::cells::{CellFile, Kind, SLOTS_PER_GROUP, StoreKey};
use super::error::OpenError;
use super::folder::Folder;
use super::heads::{Book, CellHead, Heads, MailboxHead, Row};
use super::index::Index;
use crate::key::OsRandom;

/// A store, open.
pub(super) struct Loaded {
    pub cells: CellFile,
    pub key: StoreKey,
    pub heads: Heads,
    pub book: Book,
    pub index: Index,
}

/// Why a store is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    /// The program starts.
    Start,
    /// Something was not stored. What the system says is on the disk may not be: it is written again.
    Failure {
        /// There was no room.
        full: bool,
    },
}

impl Loaded {
    /// Opens the files in a folder and makes books of them.
    ///
    /// # Errors
    /// [`OpenError`], as each case says.
    pub fn open(folder: &Folder, ceiling: u64, occasion: Occasion) -> Result<Self, OpenError> {
        let (cells, key) = CellFile::open(folder)?;
        let heads = Heads::open(folder)?;
        if let Occasion::Failure { full } = occasion {
            match heads.checkpoint() {
                // The library had written nothing that it took back; and to forget has to be possible without room.
                Err(error) if full && error.is_full() => {}
                done => done?,
            }
        }
        let mut entries =
            Entries { cells: &cells, index: Index::new(ceiling), taken: Default::default(), seen: [0; 2] };
        let mut damaged = entries.mailboxes(&heads)?;
        damaged.extend(entries.cells(&heads)?);
        let Entries { mut index, taken: [mailboxes, keyed], seen, .. } = entries;
        index.entered(&mailboxes, &keyed);
        let erased = erase_orphans(&cells, [&mailboxes, &keyed], occasion != Occasion::Start)?;
        let book = heads.book()?;
        let mut loaded =
            Self { cells, key, heads, book: Book { epoch: Epoch::default(), commit: 0, rows: seen }, index };
        loaded.settle(book, &damaged)?;
        loaded.cells.shorten(loaded.index.groups())?;
        tracing::debug!(damaged = damaged.len(), erased, "store opened");
        Ok(loaded)
    }

    /// Keeps the book if it agrees with what is there, or begins a new epoch.
    fn settle(&mut self, book: Option<Book>, damaged: &[Row]) -> Result<(), OpenError> {
        let noted = self.cells.noted_commit()?;
        let kept = book.filter(|book| damaged.is_empty() && book.rows == self.book.rows && book.commit >= noted);
        if let Some(book) = kept {
            self.book = book;
            return Ok(());
        }
        if noted > 0 {
            tracing::warn!(rows = damaged.len(), "a part of the store was damaged and is dropped: a new epoch begins");
        }
        self.book.epoch = Epoch(*OsRandom.bytes());
        self.commit(damaged)
    }

    fn commit(&mut self, rows: &[Row]) -> Result<(), OpenError> {
        let last = self.heads.book()?.map_or(0, |book| book.commit);
        // What a damaged file noted is not gone on from: it may be the last number there is.
        self.book.commit = last.checked_add(1).unwrap_or(1);
        self.book.rows = [self.index.usage.mailboxes, self.index.usage.cells];
        self.heads.commit(rows, &self.book)?;
        Ok(self.cells.note_commit(self.book.commit)?)
    }
}

struct Entries<'a> {
    cells: &'a CellFile,
    index: Index,
    /// Slots of each kind, ascending.
    taken: [Vec<u32>; 2],
    /// Rows of each kind.
    seen: [u64; 2],
}

impl Entries<'_> {
    /// Enters every mailbox: the rows that are damaged.
    fn mailboxes(&mut self, heads: &Heads) -> Result<Vec<Row>, OpenError> {
        self.enter(heads, Kind::Mailbox, |index, slot, key, head| {
            MailboxHead::open(&key, slot, head).is_some_and(|head| index.enter_mailbox(slot, &head, key))
        })
    }

    /// Enters every cell whose mailbox is there: the rows that are damaged.
    fn cells(&mut self, heads: &Heads) -> Result<Vec<Row>, OpenError> {
        self.enter(heads, Kind::Cell, |index, slot, key, head| {
            CellHead::open(&key, slot, head).is_some_and(|head| index.enter_cell(slot, &head))
        })
    }

    fn enter(
        &mut self,
        heads: &Heads,
        kind: Kind,
        enter: impl Fn(&mut Index, u32, AeadKey, &[u8]) -> bool,
    ) -> Result<Vec<Row>, OpenError> {
        let mut damaged = Vec::new();
        let [mailboxes, cells] = &mut self.taken;
        let [seen_mailboxes, seen_cells] = &mut self.seen;
        let (taken, seen) = match kind {
            Kind::Mailbox => (mailboxes, seen_mailboxes),
            Kind::Cell => (cells, seen_cells),
        };
        heads.each(kind, |slot, head| {
            *seen += 1;
            let key = self.cells.key(kind, slot)?;
            if key.is_some_and(|key| enter(&mut self.index, slot, key, head)) {
                taken.push(slot);
            } else {
                damaged.push((kind, slot, None));
            }
            Ok(())
        })?;
        Ok(damaged)
    }
}

/// Erases the keys that belong to no row, and, if asked to, writes all the others again: how many were erased. When this
/// returns they are off the disk.
fn erase_orphans(cells: &CellFile, taken: [&[u32]; 2], again: bool) -> Result<usize, OpenError> {
    let mut erased = 0;
    for group in 0..cells.groups()? {
        for (kind, taken) in [Kind::Mailbox, Kind::Cell].into_iter().zip(taken) {
            let page = cells.key_page(kind, group)?;
            let (keys, _) = page.as_chunks::<{ AeadKey::LEN }>();
            for (slot, key) in (group * SLOTS_PER_GROUP..).zip(keys) {
                if *key != [0; AeadKey::LEN] && taken.binary_search(&slot).is_err() {
                    cells.erase_key(kind, slot)?;
                    erased += 1;
                }
            }
            if again {
                cells.rewrite_key_page(kind, group)?;
            }
        }
    }
    if again || erased > 0 {
        cells.sync()?;
    }
    Ok(erased)
}
