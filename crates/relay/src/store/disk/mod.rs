//! Mailboxes on a disk: they survive a crash and a loss of power, and what is erased is gone from every file. Spec: relay,
//! "Mailbox", "Epoch" and "What a relay must not keep".
//!
//! ```text
//! Disk ─ job → writer (a thread) → index (in memory: decides) → changes → cells (keys and bodies, in place)
//!   └── read: index → cells                                            └→ heads (a database: all or nothing)
//! ```
//! Databases do not forget. So each cell, and each mailbox's row, is sealed under a key of its own, and the keys lie in slots
//! that are overwritten in place: nothing of what was sealed can be opened any more, wherever a copy of it may be left. A
//! mailbox id is nowhere in the files, only its hash under the store's key: who holds the disk learns no right to append.
//! Of time there is only when something expires.
//!
//! After a restart the store has no ids, only their hashes. [`Store::expire`] names the mailboxes that some command has named
//! since: nobody can be subscribed to another.
//!
//! Why bodies are not in the database: see `README.md` beside this file.

mod cells;
mod changes;
mod error;
mod folder;
mod heads;
mod index;
mod load;
mod recent;
mod slots;
mod writer;

pub use error::OpenError;

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use nightjar_protocol::crypto::hmac_sha256;
use nightjar_protocol::keys::{MailboxId, UnixTime};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::wire::Cell;
use tokio::sync::{mpsc, oneshot};
use zeroize::Zeroizing;

use super::{Created, Error, Store, Stored, Usage};
use cells::{CellFile, Kind, StoreKey};
use changes::{SEALED_LEN, Sealed, open_body};
use folder::Folder;
use index::{Found, Index, Named, PORTION};
use load::{Loaded, Occasion};
use writer::{BATCH, Job, Settle, Writer};

/// A store in a folder, with a ceiling. Dropping it writes what waits, and lets go of the folder.
pub struct Disk {
    shared: Arc<Shared>,
    key: StoreKey,
    queue: Option<mpsc::Sender<Job>>,
    writer: Option<JoinHandle<()>>,
}

/// What readers and the writer have in common.
struct Shared(Mutex<State>);

struct State {
    index: Index,
    epoch: Epoch,
    /// The file of cells; none while the files cannot be used.
    cells: Option<Arc<CellFile>>,
}

impl Shared {
    const fn new(state: State) -> Self {
        Self(Mutex::new(state))
    }

    // A panic elsewhere does not make the books wrong: every operation checks before it changes anything.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk {
    /// Opens the store in a folder, or makes one, that refuses to hold more than `ceiling` bytes. Blocks while it reads the
    /// heads of all that is stored.
    ///
    /// # Errors
    /// [`OpenError`], as each case says.
    pub fn open(folder: &Path, ceiling: u64) -> Result<Self, OpenError> {
        let folder = Folder::take(folder)?;
        let mut loaded = Loaded::open(&folder, ceiling, Occasion::Start)?;
        let key = std::mem::take(&mut loaded.key);
        let (queue, jobs) = mpsc::channel(BATCH);
        let (writer, shared) = Writer::new(folder, ceiling, loaded, jobs);
        let writer = std::thread::Builder::new().name("store".into()).spawn(|| writer.run())?;
        Ok(Self { shared, key, queue: Some(queue), writer: Some(writer) })
    }

    fn named(&self, id: MailboxId) -> Named {
        let name = *hmac_sha256(self.key.as_slice(), &[LABEL, id.as_bytes()]);
        Named { id, name }
    }

    /// Has the writer carry out an operation, and waits until its outcome is durable.
    async fn write<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut Index) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |index| {
            let outcome = operation(index);
            let settle: Settle = Box::new(move |stored| drop(answer.send(stored.and(outcome))));
            settle
        });
        let queue = self.queue.as_ref().ok_or(Error::Unavailable)?;
        queue.send(job).await.map_err(|_| Error::Unavailable)?;
        answered.await.unwrap_or(Err(Error::Unavailable))
    }

    /// Fetches the bodies that are not in memory. One that cannot be opened, though it is still stored, is damaged: it is
    /// dropped, and a new epoch says so.
    async fn fetch(&self, named: &Named, found: Vec<Found>, cells: Arc<CellFile>) -> Result<Vec<Stored>, Error> {
        let fetched = tokio::task::spawn_blocking(move || {
            let fetch = |mut found: Found| {
                if found.cell.is_none() {
                    found.cell = body(&cells, &found)?;
                }
                Ok(found)
            };
            found.into_iter().map(fetch).collect::<io::Result<Vec<_>>>()
        });
        let fetched = fetched.await.map_err(|_| Error::Unavailable)?.map_err(|_| Error::Unavailable)?;
        let mut stored = Vec::with_capacity(fetched.len());
        for Found { seq, expires, slot, cell, .. } in fetched {
            match cell {
                Some(cell) => stored.push(Stored { seq, expires, cell: cell.into() }),
                None => {
                    let name = named.name;
                    self.write(move |index| Ok(index.drop_damaged(&name, seq, slot))).await?;
                }
            }
        }
        Ok(stored)
    }
}

impl Store for Disk {
    fn epoch(&self) -> Epoch {
        self.shared.state().epoch
    }

    async fn create(&self, id: MailboxId, ttl: u32, now: UnixTime) -> Result<Created, Error> {
        let named = self.named(id);
        self.write(move |index| index.create(&named, ttl, now)).await
    }

    async fn renew(&self, id: MailboxId, ttl: Option<u32>, now: UnixTime) -> Result<u32, Error> {
        let named = self.named(id);
        self.write(move |index| index.renew(&named, ttl, now)).await
    }

    async fn append(&self, id: MailboxId, cell: Cell, ttl: u32, quota: u32, now: UnixTime) -> Result<u64, Error> {
        let (named, sealed) = (self.named(id), Sealed::new(cell));
        self.write(move |index| index.append(&named, sealed, ttl, quota, now)).await
    }

    async fn read_after(&self, id: MailboxId, after: u64, most: usize, now: UnixTime) -> Result<Vec<Stored>, Error> {
        let named = self.named(id);
        let (found, cells) = {
            let mut state = self.shared.state();
            let cells = state.cells.clone().ok_or(Error::Unavailable)?;
            (state.index.find(&named, after, most, now)?, cells)
        };
        if found.iter().any(|found| found.cell.is_none()) {
            return self.fetch(&named, found, cells).await;
        }
        let stored = |Found { seq, expires, cell, .. }| cell.map(|cell| Stored { seq, expires, cell: cell.into() });
        Ok(found.into_iter().filter_map(stored).collect())
    }

    async fn acknowledge(&self, id: MailboxId, up_to: u64, now: UnixTime) -> Result<(), Error> {
        let named = self.named(id);
        self.write(move |index| index.acknowledge(&named, up_to, now)).await
    }

    async fn delete(&self, id: MailboxId, now: UnixTime) -> Result<(), Error> {
        let named = self.named(id);
        self.write(move |index| index.delete(&named, now)).await
    }

    async fn expire(&self, now: UnixTime) -> Result<Vec<MailboxId>, Error> {
        while self.write(move |index| Ok(index.expire(now, PORTION))).await? {}
        Ok(self.shared.state().index.take_gone())
    }

    fn usage(&self) -> Usage {
        self.shared.state().index.usage
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

/// A cell from its slot; `None` if it cannot be opened.
fn body(cells: &CellFile, found: &Found) -> io::Result<Option<Cell>> {
    let mut bytes = Zeroizing::new([0; SEALED_LEN]);
    let Some(key) = cells.key(Kind::Cell, found.slot)? else { return Ok(None) };
    if let Some((body, tag)) = bytes.split_first_chunk_mut() {
        tag.copy_from_slice(&found.tag);
        match cells.read_body(found.slot, body) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
    }
    Ok(open_body(&key, &mut bytes))
}

/// Begins what is hashed to a mailbox's name.
const LABEL: &[u8] = b"nightjar/relay/mailbox/v1";
