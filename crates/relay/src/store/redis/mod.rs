//! Mailboxes in Redis or Valkey, one server or a cluster: any number of relays with one static key share them, and a client may
//! reach any of those. Spec: relay, "Mailbox".
//!
//! ```text
//! Redis ─ a script on one mailbox → cluster ─ who has it → node ─ a connection → the server
//!   │                                  └─ appends that wait for replicas → lane ─┘      │
//!   └── notices ← watched ← what other relays did, by a channel a mailbox ←─────────────┘
//! ```
//! Of a mailbox there is a hash, an index (number → when it is gone), and a key a cell, which the server erases when the cell's
//! time is over, whatever a relay's clock says. What it frees is not overwritten, and files that Redis writes keep what was
//! erased until they are written again: `doctor` says so, and what to do.

mod books;
mod cluster;
mod epoch;
mod lane;
mod listening;
mod names;
mod node;
mod scripts;
mod settings;
mod survey;
mod watched;

use std::sync::Arc;
use std::time::Duration;

use nightjar_protocol::keys::{DhSecret, MailboxId, UnixTime};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::wire::Cell;
use redis::Value;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, mpsc};
use tokio::task::AbortHandle;
use tokio::time::sleep;

use super::{Created, Error, Notice, Store, Stored, Usage};
use books::Books;
use cluster::Cluster;
use names::Names;
use node::Dial;
use scripts::{ACKNOWLEDGE, APPEND, CREATE, Call, DELETE, EXPIRE, READ, RENEW};
pub use settings::{OpenError, Settings};
pub use survey::{Facts, Survey, survey};
use watched::Watched;

/// A store in Redis. The ceiling of its bytes is the server's `maxmemory`; [`Store::usage`] is what this process has seen come
/// and go.
pub struct Redis {
    shared: Arc<Shared>,
    notices: Mutex<mpsc::UnboundedReceiver<Notice>>,
    runtime: Handle,
    tasks: [AbortHandle; 2],
}

struct Shared {
    names: Names,
    dial: Arc<Dial>,
    cluster: Cluster,
    watched: Arc<Watched>,
    books: Books,
    patience: Duration,
}

impl Redis {
    /// Connects to every server that has a part of the mailboxes. Relays that share them have one static secret.
    ///
    /// # Errors
    /// [`OpenError`], as each case says.
    pub async fn open(settings: &Settings, secret: &DhSecret) -> Result<Self, OpenError> {
        let dial = Arc::new(settings.dial()?);
        let places = settings.places()?;
        let (sender, notices) = mpsc::unbounded_channel();
        let watched = Arc::new(Watched::new(random_name().map_err(|_| OpenError::Silent)?, sender));
        let hears = Arc::clone(&watched);
        let hear: node::Hear = Arc::new(move |connection, info| hears.heard(connection, &info));
        let cluster = Cluster::new(places, settings.cluster, settings.replicas, Arc::clone(&dial), hear);
        let (names, books, patience) = (Names::new(secret), Books::default(), settings.timeout);
        let shared = Arc::new(Shared { names, dial, cluster, watched, books, patience });
        shared.look_at_all().await;
        if !shared.dial.epochs.is_known() {
            return Err(OpenError::Silent);
        }
        let (gathers, keeps) = (Arc::clone(&shared), Arc::clone(&shared));
        let gather = tokio::spawn(async move { gathers.gather().await });
        let keep = tokio::spawn(async move { keeps.keep().await });
        let tasks = [gather.abort_handle(), keep.abort_handle()];
        Ok(Self { shared, notices: Mutex::new(notices), runtime: Handle::current(), tasks })
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl Shared {
    /// Learns who has what, and looks at the epoch's markers there.
    async fn look_at_all(&self) {
        self.cluster.refresh().await;
        for node in self.cluster.nodes() {
            if let Ok(live) = node.talk.connection().await {
                let _ = self.dial.epochs.look(&live).await;
            }
        }
    }

    /// Keeps what is known of the servers true, for ever.
    async fn keep(&self) {
        loop {
            tokio::select! {
                () = self.cluster.unsure.notified() => self.cluster.refresh().await,
                () = sleep(LOOK) => self.look_at_all().await,
            }
            sleep(REST).await;
        }
    }

    async fn run(&self, call: Call) -> Result<Vec<Value>, Error> {
        self.cluster.run(call).await
    }

    /// Erases what is gone of one mailbox.
    async fn expire(&self, id: MailboxId, now: UnixTime) -> Result<(), Error> {
        let answer = self.run(Call::new(&EXPIRE, self.names.tag(id), now)).await?;
        let [Value::Int(gone), Value::Int(there), Value::Int(erased), Value::Int(due)] = answer.as_slice() else {
            return Err(Error::Unavailable);
        };
        if *gone == 1 {
            self.books.count(-there, -erased);
            self.books.bury(id);
        } else {
            self.books.count(0, -erased);
            self.books.note(id, UnixTime((*due).try_into().map_err(|_| Error::Unavailable)?));
        }
        Ok(())
    }
}

impl Store for Redis {
    fn epoch(&self) -> Epoch {
        self.shared.dial.epochs.current()
    }

    async fn create(&self, id: MailboxId, ttl: u32, now: UnixTime) -> Result<Created, Error> {
        let call = Call::new(&CREATE, self.shared.names.tag(id), now).arg(ttl);
        let answer = match self.shared.run(call).await {
            // There is no room for a new one; an old one takes none.
            Err(Error::Full) => {
                return match self.renew(id, Some(ttl), now).await {
                    Ok(_) => Ok(Created::Renewed),
                    Err(Error::Unknown) => Err(Error::Full),
                    Err(error) => Err(error),
                };
            }
            answer => answer?,
        };
        let [Value::Int(new), Value::Int(there), Value::Int(erased)] = answer.as_slice() else {
            return Err(Error::Unavailable);
        };
        self.shared.books.count(new * (1 - there), -erased);
        self.shared.books.note(id, now.plus(ttl.into()));
        Ok(if *new == 1 { Created::New } else { Created::Renewed })
    }

    async fn renew(&self, id: MailboxId, ttl: Option<u32>, now: UnixTime) -> Result<u32, Error> {
        let call = Call::new(&RENEW, self.shared.names.tag(id), now).arg(ttl.unwrap_or(0));
        let answer = self.shared.run(call).await?;
        let waiting = number(&answer)?;
        let [_, Value::Int(ttl)] = answer.as_slice() else { return Err(Error::Unavailable) };
        self.shared.books.note(id, now.plus((*ttl).try_into().map_err(|_| Error::Unavailable)?));
        u32::try_from(waiting).map_err(|_| Error::Unavailable)
    }

    async fn append(&self, id: MailboxId, cell: Cell, ttl: u32, quota: u32, now: UnixTime) -> Result<u64, Error> {
        let Shared { names, cluster, watched, books, .. } = &*self.shared;
        let tag = names.tag(id);
        let call = Call::new(&APPEND, tag, now).arg(ttl).arg(quota).arg(&watched.us).arg(names.seal(tag, &cell)?);
        let answer = cluster.append(call).await?;
        let [Value::Int(number), Value::Int(swept)] = answer.as_slice() else { return Err(Error::Unavailable) };
        books.count(0, i64::from(*number > 0) - swept);
        match number {
            -1 => Err(Error::Unknown),
            -2 => Err(Error::MailboxFull),
            number => {
                books.note(id, now.plus(ttl.into()));
                u64::try_from(*number).map_err(|_| Error::Unavailable)
            }
        }
    }

    async fn read_after(&self, id: MailboxId, after: u64, most: usize, now: UnixTime) -> Result<Vec<Stored>, Error> {
        let tag = self.shared.names.tag(id);
        let mut after = after;
        loop {
            let mut answer = self.shared.run(Call::new(&READ, tag, now).arg(after).arg(most)).await?;
            number(&answer)?;
            let read = answer.get_mut(1..).unwrap_or_default().as_chunks_mut::<3>().0;
            let (count, mut cells) = (read.len(), Vec::with_capacity(read.len()));
            for [seq, expires, sealed] in read {
                after = decimal(seq)?;
                let Value::BulkString(sealed) = sealed else { return Err(Error::Unavailable) };
                // What we did not seal is none of our cells, and must not stand before those that are.
                let Some(cell) = self.shared.names.open(tag, sealed) else { continue };
                cells.push(Stored { seq: after, expires: UnixTime(decimal(expires)?), cell: cell.into() });
            }
            if !cells.is_empty() || count < most {
                return Ok(cells);
            }
        }
    }

    async fn acknowledge(&self, id: MailboxId, up_to: u64, now: UnixTime) -> Result<(), Error> {
        let call = Call::new(&ACKNOWLEDGE, self.shared.names.tag(id), now).arg(up_to);
        let erased = number(&self.shared.run(call).await?)?;
        self.shared.books.count(0, -erased);
        Ok(())
    }

    async fn delete(&self, id: MailboxId, now: UnixTime) -> Result<(), Error> {
        let erased = number(&self.shared.run(Call::new(&DELETE, self.shared.names.tag(id), now)).await?)?;
        self.shared.books.count(-1, -erased);
        self.shared.books.forget(id);
        Ok(())
    }

    async fn expire(&self, now: UnixTime) -> Result<Vec<MailboxId>, Error> {
        while let Some(id) = self.shared.books.next(now) {
            if let Err(error) = self.shared.expire(id, now).await {
                self.shared.books.note(id, now);
                return Err(error);
            }
        }
        Ok(self.shared.books.gone())
    }

    fn usage(&self) -> Usage {
        self.shared.books.usage()
    }

    async fn watch(&self, id: MailboxId, now: UnixTime) -> Result<(), Error> {
        self.shared.watch(id, now).await
    }

    fn unwatch(&self, id: MailboxId) {
        let (shared, tag) = (Arc::clone(&self.shared), self.shared.names.tag(id));
        shared.watched.remove(tag);
        self.runtime.spawn(async move { shared.leave(tag).await });
    }

    async fn notice(&self) -> Notice {
        match self.notices.lock().await.recv().await {
            Some(notice) => notice,
            None => std::future::pending().await,
        }
    }
}

/// The number at the head of a script's answer; negative: no such mailbox.
fn number(answer: &[Value]) -> Result<i64, Error> {
    match answer.first() {
        Some(Value::Int(number)) if *number >= 0 => Ok(*number),
        Some(Value::Int(_)) => Err(Error::Unknown),
        _ => Err(Error::Unavailable),
    }
}

fn decimal(value: &Value) -> Result<u64, Error> {
    node::text(value).and_then(|text| text.parse().ok()).ok_or(Error::Unavailable)
}

/// 16 random hexadecimal digits.
fn random_name() -> Result<String, Error> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| Error::Unavailable)?;
    Ok(format!("{:016x}", u64::from_le_bytes(bytes)))
}

/// How often to look at the servers, whatever is known.
const LOOK: Duration = Duration::from_secs(5);
/// How long to leave them alone between two looks.
const REST: Duration = Duration::from_millis(100);
