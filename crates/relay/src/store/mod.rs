//! Where cells wait: one trait, one file or room a store. A store knows mailbox ids, cells and seconds, and nothing above it.
//! Spec: relay, "Mailbox".

#[cfg(feature = "disk")]
pub mod disk;
mod memory;
#[cfg(feature = "redis")]
pub mod redis;
mod wheel;

#[cfg(feature = "disk")]
pub use disk::Disk;
pub use memory::Memory;
#[cfg(feature = "redis")]
pub use redis::Redis;

use std::sync::Arc;

use nightjar_protocol::keys::{MailboxId, UnixTime};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::wire::Cell;

/// Seven atomic operations on mailboxes. Each takes the present moment; what is not later than it is gone, whether
/// [`Store::expire`] has run or not. A refused operation changes nothing.
///
/// Every operation fails with [`Error::Unavailable`] if the store does not answer.
pub trait Store: Send + Sync + 'static {
    /// Names the life of what is stored: the same after a restart if and only if all cells are still there.
    fn epoch(&self) -> Epoch;

    /// Makes a mailbox, or renews one: it lives `ttl` seconds from `now`.
    ///
    /// # Errors
    /// [`Error::Full`].
    fn create(&self, id: MailboxId, ttl: u32, now: UnixTime) -> impl Future<Output = Result<Created, Error>> + Send;

    /// Renews a mailbox for `ttl` seconds, or for as long as it was last given: the number of its cells.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    fn renew(&self, id: MailboxId, ttl: Option<u32>, now: UnixTime) -> impl Future<Output = Result<u32, Error>> + Send;

    /// Puts a cell at the end of a mailbox that holds fewer than `quota`, to live `ttl` seconds: its sequence number.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::MailboxFull`], [`Error::Full`].
    fn append(
        &self,
        id: MailboxId,
        cell: Cell,
        ttl: u32,
        quota: u32,
        now: UnixTime,
    ) -> impl Future<Output = Result<u64, Error>> + Send;

    /// The first cells, at most `most`, with a sequence number above `after`, in ascending order.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    fn read_after(
        &self,
        id: MailboxId,
        after: u64,
        most: usize,
        now: UnixTime,
    ) -> impl Future<Output = Result<Vec<Stored>, Error>> + Send;

    /// Erases the cells up to and including a sequence number.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    fn acknowledge(&self, id: MailboxId, up_to: u64, now: UnixTime) -> impl Future<Output = Result<(), Error>> + Send;

    /// Erases a mailbox and its cells.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    fn delete(&self, id: MailboxId, now: UnixTime) -> impl Future<Output = Result<(), Error>> + Send;

    /// Erases all that is gone: the mailboxes among it.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    fn expire(&self, now: UnixTime) -> impl Future<Output = Result<Vec<MailboxId>, Error>> + Send;

    /// What is stored, erased or not. A store that other processes share says what this one has seen come and go.
    fn usage(&self) -> Usage;

    /// Asks for a [`Self::notice`] of whatever another process does to a mailbox to which somebody here subscribes from now
    /// on, and tells the others of that. A store that no other process shares has nothing to tell.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    fn watch(&self, id: MailboxId, now: UnixTime) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = (id, now);
        std::future::ready(Ok(()))
    }

    /// Nobody here is subscribed to it any more.
    fn unwatch(&self, id: MailboxId) {
        let _ = id;
    }

    /// The next that another process did to a watched mailbox. One task asks for it.
    fn notice(&self) -> impl Future<Output = Notice> + Send {
        std::future::pending()
    }
}

/// What another process did to a watched mailbox.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// There may be cells that are new.
    Appended(MailboxId),
    /// A newer subscription took it over.
    Taken(MailboxId),
    /// It is gone.
    Gone(MailboxId),
}

/// Whether a mailbox is new.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Created {
    /// There was none.
    New,
    /// There was one, with its cells; it has a new life.
    Renewed,
}

/// A cell as it comes out of a store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// Its number in its mailbox, from 1.
    pub seq: u64,
    /// When it will be gone.
    pub expires: UnixTime,
    /// The cell.
    pub cell: Arc<Cell>,
}

/// How much a store holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// Mailboxes.
    pub mailboxes: u64,
    /// Cells in them.
    pub cells: u64,
    /// Bytes, the store's bookkeeping included.
    pub bytes: u64,
}

/// Why a store refuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No such mailbox.
    #[error("no such mailbox")]
    Unknown,
    /// The mailbox holds as many cells as it may.
    #[error("mailbox is full")]
    MailboxFull,
    /// The store holds as many bytes as it may.
    #[error("store is full")]
    Full,
    /// The store does not answer.
    #[error("store does not answer")]
    Unavailable,
}

/// Mailboxes take one in so many of the bytes of a store with a ceiling, at most: whoever makes mailboxes by the thousand
/// leaves room for the cells of others.
pub(crate) const MAILBOXES_SHARE: u64 = 4;
