//! The database of heads: a row a slot, sealed under the slot's key. It does what a library does best: all of a batch, or
//! nothing of it. Spec: relay, "Mailbox".
//!
//! A head says what a slot holds: of a mailbox its name and lives, of a cell its mailbox, number, life and tag. What is left
//! of a row in the file after it was deleted cannot be opened, for its key is gone.

use nightjar_protocol::crypto::{TAG_LEN, XNONCE_LEN, xopen, xseal};
use nightjar_protocol::keys::{AeadKey, Random, UnixTime};
use nightjar_protocol::link::Epoch;
use rusqlite::{Connection, OptionalExtension, Statement, params};

use super::cells::Kind;
use super::error::OpenError;
use super::folder::{Folder, open};
use crate::key::OsRandom;

/// The name of a mailbox in the store: a hash of its id under the store's key.
pub(super) type Name = [u8; 32];

/// A mailbox as it is written down: 52 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct MailboxHead {
    pub name: Name,
    pub ttl: u32,
    pub expires: UnixTime,
    /// At most the number of its next cell; its cells may say more.
    pub next: u64,
}

/// A cell as it is written down: 36 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct CellHead {
    /// The slot of its mailbox.
    pub mailbox: u32,
    pub seq: u64,
    pub expires: UnixTime,
    /// The tag of the sealed cell.
    pub tag: [u8; TAG_LEN],
}

/// What the database says of itself.
pub(super) struct Book {
    pub epoch: Epoch,
    /// Counts commits.
    pub commit: u64,
    /// Rows of each kind.
    pub rows: [u64; 2],
}

/// The database, open.
pub(super) struct Heads {
    connection: Connection,
}

/// One sealed head, on its way into a slot; `None` takes it out.
pub(super) type Row = (Kind, u32, Option<Vec<u8>>);

impl Heads {
    /// Opens the database, or makes it.
    ///
    /// # Errors
    /// [`OpenError::Damaged`], [`OpenError::Version`], and as the system and the library say.
    pub fn open(folder: &Folder) -> Result<Self, OpenError> {
        let path = folder.file("heads.db");
        // Made by us for the sake of its rights, which the library gives to its other files, too.
        drop(open(&path)?);
        folder.sync()?;
        let connection = Connection::open(path)?;
        connection.execute_batch(SETTINGS)?;
        let version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        match version {
            0 => connection.execute_batch(SCHEMA)?,
            VERSION => {}
            later => return Err(OpenError::Version(later)),
        }
        let sound: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if sound != "ok" {
            return Err(OpenError::Damaged("its database"));
        }
        Ok(Self { connection })
    }

    /// What it says of itself; `None` if it is new.
    pub fn book(&self) -> Result<Option<Book>, OpenError> {
        let read = "SELECT epoch, number, mailboxes, cells FROM book";
        let book = self.connection.query_row(read, [], |row| {
            let number = |column| row.get(column).map(i64::cast_unsigned);
            Ok(Book { epoch: Epoch(row.get(0)?), commit: number(1)?, rows: [number(2)?, number(3)?] })
        });
        Ok(book.optional()?)
    }

    /// Shows every row of a kind, in the order of the slots.
    pub fn each(&self, kind: Kind, mut show: impl FnMut(u32, &[u8]) -> Result<(), OpenError>) -> Result<(), OpenError> {
        let mut statement = self.connection.prepare(match kind {
            Kind::Mailbox => "SELECT slot, head FROM mailboxes ORDER BY slot",
            Kind::Cell => "SELECT slot, head FROM cells ORDER BY slot",
        })?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let head = row.get_ref(1)?.as_blob().map_err(|_| OpenError::Damaged("its database"))?;
            show(row.get(0)?, head)?;
        }
        Ok(())
    }

    /// Carries out a batch and writes the book. Returns when it is on the disk.
    pub fn commit(&mut self, rows: &[Row], book: &Book) -> Result<(), OpenError> {
        let transaction = self.connection.transaction()?;
        {
            let mut put = [transaction.prepare(PUT_MAILBOX)?, transaction.prepare(PUT_CELL)?];
            let mut delete = [transaction.prepare(DELETE_MAILBOX)?, transaction.prepare(DELETE_CELL)?];
            let of =
                |statements: &mut [Statement<'_>; 2], kind: Kind, run: &mut dyn FnMut(&mut Statement<'_>) -> Done| {
                    let [mailbox, cell] = statements;
                    run(if kind == Kind::Mailbox { mailbox } else { cell })
                };
            for (kind, slot, head) in rows {
                match head {
                    Some(head) => of(&mut put, *kind, &mut |statement| statement.execute(params![slot, head]))?,
                    None => of(&mut delete, *kind, &mut |statement| statement.execute([slot]))?,
                };
            }
        }
        let [mailboxes, cells] = book.rows.map(u64::cast_signed);
        transaction.execute(PUT_BOOK, params![book.epoch.0, book.commit.cast_signed(), mailboxes, cells])?;
        Ok(transaction.commit()?)
    }

    /// Moves all that was committed into the database itself, and waits until it is on the disk there.
    pub fn checkpoint(&self) -> Result<(), OpenError> {
        let busy: i64 = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy == 0 { Ok(()) } else { Err(OpenError::Locked) }
    }
}

impl MailboxHead {
    /// Seals it for a slot, under a nonce drawn for this once: a mailbox's head is written again when it is renewed.
    pub fn seal(&self, key: &AeadKey, slot: u32) -> Vec<u8> {
        let fields: [&[u8]; 4] =
            [&self.name, &self.ttl.to_le_bytes(), &self.expires.0.to_le_bytes(), &self.next.to_le_bytes()];
        seal(key, Kind::Mailbox, slot, &fields.concat())
    }

    /// Opens it; `None` if it is not what was written there.
    pub fn open(key: &AeadKey, slot: u32, head: &[u8]) -> Option<Self> {
        let plain = open_head(key, Kind::Mailbox, slot, head)?;
        let (name, rest) = plain.split_first_chunk()?;
        let (ttl, rest) = rest.split_first_chunk()?;
        let (expires, next) = rest.split_first_chunk()?;
        Some(Self {
            name: *name,
            ttl: u32::from_le_bytes(*ttl),
            expires: UnixTime(u64::from_le_bytes(*expires)),
            next: u64::from_le_bytes(next.try_into().ok()?),
        })
    }
}

impl CellHead {
    /// Seals it for a slot.
    pub fn seal(&self, key: &AeadKey, slot: u32) -> Vec<u8> {
        let fields: [&[u8]; 4] =
            [&self.mailbox.to_le_bytes(), &self.seq.to_le_bytes(), &self.expires.0.to_le_bytes(), &self.tag];
        seal(key, Kind::Cell, slot, &fields.concat())
    }

    /// Opens it; `None` if it is not what was written there.
    pub fn open(key: &AeadKey, slot: u32, head: &[u8]) -> Option<Self> {
        let plain = open_head(key, Kind::Cell, slot, head)?;
        let (mailbox, rest) = plain.split_first_chunk()?;
        let (seq, rest) = rest.split_first_chunk()?;
        let (expires, tag) = rest.split_first_chunk()?;
        Some(Self {
            mailbox: u32::from_le_bytes(*mailbox),
            seq: u64::from_le_bytes(*seq),
            expires: UnixTime(u64::from_le_bytes(*expires)),
            tag: tag.try_into().ok()?,
        })
    }
}

/// Nonce, ciphertext and tag.
fn seal(key: &AeadKey, kind: Kind, slot: u32, plain: &[u8]) -> Vec<u8> {
    let nonce = OsRandom.bytes::<XNONCE_LEN>();
    let mut sealed = [plain, &[0; TAG_LEN]].concat();
    // Fails only for a buffer without room for a tag.
    let _ = xseal(key, &nonce, &place(kind, slot), &mut sealed);
    [nonce.as_slice(), &sealed].concat()
}

fn open_head(key: &AeadKey, kind: Kind, slot: u32, head: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = head.split_first_chunk()?;
    let mut buffer = sealed.to_vec();
    xopen(key, nonce, &place(kind, slot), &mut buffer).ok().map(|plain| plain.to_vec())
}

/// What a head is tied to: its kind and its slot.
const fn place(kind: Kind, slot: u32) -> [u8; 5] {
    let [a, b, c, d] = slot.to_le_bytes();
    [kind as u8, a, b, c, d]
}

type Done = rusqlite::Result<usize>;

const VERSION: u32 = 1;
const PUT_MAILBOX: &str = "INSERT OR REPLACE INTO mailboxes VALUES (?1, ?2)";
const PUT_CELL: &str = "INSERT OR REPLACE INTO cells VALUES (?1, ?2)";
const DELETE_MAILBOX: &str = "DELETE FROM mailboxes WHERE slot = ?1";
const DELETE_CELL: &str = "DELETE FROM cells WHERE slot = ?1";
const PUT_BOOK: &str = "INSERT OR REPLACE INTO book VALUES (0, ?1, ?2, ?3, ?4)";
/// Exclusive: one process, and no third file. Full: a commit returns when it is on the disk. The journal is moved into the
/// database at 4 MiB and does not stay longer than twice that.
const SETTINGS: &str = "
    PRAGMA page_size = 4096;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 1000;
    PRAGMA journal_size_limit = 8388608;
    PRAGMA cache_size = -8192;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;
";
const SCHEMA: &str = "
    BEGIN;
    CREATE TABLE mailboxes (slot INTEGER PRIMARY KEY, head BLOB NOT NULL) STRICT;
    CREATE TABLE cells (slot INTEGER PRIMARY KEY, head BLOB NOT NULL) STRICT;
    CREATE TABLE book (one INTEGER PRIMARY KEY, epoch BLOB NOT NULL, number INTEGER NOT NULL, mailboxes INTEGER NOT NULL,
        cells INTEGER NOT NULL) STRICT;
    PRAGMA user_version = 1;
    COMMIT;
";
