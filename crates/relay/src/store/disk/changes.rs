//! What a batch changes: the rows to write, the keys to put and to erase, and the cells on their way to the disk. Spec: relay,
//! "Mailbox".

use std::collections::{BTreeMap, BTreeSet};

use nightjar_protocol::crypto::{NONCE_LEN, TAG_LEN, open, seal};
use nightjar_protocol::keys::AeadKey;
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::wire::Cell;

use super::heads::CellHead;
use crate::key::OsRandom;

/// A cell under a key of its own.
pub(super) struct Sealed {
    key: AeadKey,
    /// Ciphertext and tag.
    bytes: Box<[u8; SEALED_LEN]>,
    plain: Option<Cell>,
}

/// What is to become durable at once.
#[derive(Default)]
pub(super) struct Changes {
    /// New cells by slot; `None` for those that are to go.
    pub cells: BTreeMap<u32, Option<(CellHead, Sealed)>>,
    /// Mailboxes by slot whose row is to be written; `false` for those that are to go.
    pub mailboxes: BTreeMap<u32, bool>,
    /// Mailboxes among them that are new.
    pub made: BTreeSet<u32>,
    /// Counts what goes.
    pub erased: usize,
}

impl Sealed {
    /// Seals a cell under a fresh key. The head has the tag, and says whose cell it is.
    pub fn new(cell: Cell) -> Self {
        let key = AeadKey::generate(&mut OsRandom);
        let mut bytes = Box::new([0; SEALED_LEN]);
        bytes.iter_mut().zip(cell.as_bytes()).for_each(|(place, byte)| *place = *byte);
        // Fails only for a buffer without room for a tag.
        let _ = seal(&key, &[0; NONCE_LEN], &[], bytes.as_mut_slice());
        Self { key, bytes, plain: Some(cell) }
    }

    pub const fn key(&self) -> &AeadKey {
        &self.key
    }

    /// The ciphertext and the tag.
    pub fn parts(&self) -> (&[u8; CELL_LEN], [u8; TAG_LEN]) {
        const { assert!(SEALED_LEN == CELL_LEN + TAG_LEN) };
        let empty = (&[0; CELL_LEN], [0; TAG_LEN]);
        let parts = self.bytes.split_first_chunk().zip(self.bytes.last_chunk());
        parts.map_or(empty, |((body, _), tag)| (body, *tag))
    }

    pub fn tag(&self) -> [u8; TAG_LEN] {
        self.parts().1
    }

    /// The cell itself, once.
    pub fn plain(&mut self) -> Option<Cell> {
        self.plain.take()
    }
}

/// Opens the body of a cell in place; `None` if it is not what was sealed.
pub(super) fn open_body(key: &AeadKey, bytes: &mut [u8; SEALED_LEN]) -> Option<Cell> {
    open(key, &[0; NONCE_LEN], &[], bytes).ok()?.first_chunk().map(|cell| Cell::from_bytes(*cell))
}

impl Changes {
    pub fn make_cell(&mut self, slot: u32, head: CellHead, cell: Sealed) {
        self.cells.insert(slot, Some((head, cell)));
    }

    pub fn erase_cell(&mut self, slot: u32) {
        self.cells.insert(slot, None);
        self.erased += 1;
    }

    pub fn make_mailbox(&mut self, slot: u32) {
        self.mailboxes.insert(slot, true);
        self.made.insert(slot);
    }

    pub fn write_mailbox(&mut self, slot: u32) {
        self.mailboxes.entry(slot).or_insert(true);
    }

    pub fn erase_mailbox(&mut self, slot: u32) {
        self.mailboxes.insert(slot, false);
        self.made.remove(&slot);
        self.erased += 1;
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.mailboxes.is_empty()
    }
}

/// A cell and its tag.
pub(super) const SEALED_LEN: usize = CELL_LEN + TAG_LEN;
