//! Attachments: which of them are on their way, in which direction, and the blobs that hold their bytes. Spec: attachments,
//! "Delivery".
//!
//! Nothing here is stored but in two places: a blob knows which cells it has, and a conversation how many the relay took.

mod incoming;
mod outgoing;
mod pace;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use nightjar_protocol::conversation::{Direction, Item, MessageId, Progress};
use nightjar_protocol::crypto::{Digest, Sha256};
use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::message::AttachmentKind;
use tokio::sync::Notify;
use tokio::time::{Duration, Instant};

pub(super) use incoming::Lent;
pub use outgoing::NewFile;
pub(super) use pace::Pace;

use super::{Engine, Notice};
use crate::blobs::{self, Blobs, Keys, Name};
use crate::failure::{Failure, Kind};
use incoming::Incoming;
use outgoing::Outgoing;

/// Names an attachment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId {
    /// Whose conversation.
    pub contact: u64,
    /// Which message.
    pub message: MessageId,
    /// Which of its attachments, from 0.
    pub item: u8,
}

/// How far an attachment is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileProgress {
    /// Which one.
    pub id: FileId,
    /// What it is.
    pub kind: AttachmentKind,
    /// Bytes that are through.
    pub done: u32,
    /// Bytes in all.
    pub size: u32,
}

/// What the engine knows of attachments.
pub(super) struct Files {
    pub(super) blobs: Blobs,
    incoming: BTreeMap<FileId, Incoming>,
    outgoing: BTreeMap<FileId, Outgoing>,
    /// Blobs that may be there.
    known: BTreeSet<Name>,
    /// Of these, the ones of attachments that were sealed and are about to be sent.
    drafts: BTreeSet<Name>,
    /// And the ones that no message needs any more.
    over: BTreeSet<Name>,
    /// The conversations may have other attachments than when they were last looked through.
    pub(super) is_stale: bool,
    is_fetching: bool,
    is_sending: bool,
    /// Rings when the disk has done something that cells wait for.
    pub(super) flushed: Arc<Notify>,
}

impl Files {
    pub(super) fn new(blobs: Blobs) -> Self {
        Self {
            blobs,
            incoming: BTreeMap::new(),
            outgoing: BTreeMap::new(),
            known: BTreeSet::new(),
            drafts: BTreeSet::new(),
            over: BTreeSet::new(),
            is_stale: true,
            is_fetching: false,
            is_sending: true,
            flushed: Arc::default(),
        }
    }
}

impl Engine {
    /// Whether attachments are fetched and sent from now on. At first those of others are not fetched, and one's own are sent.
    pub const fn transfer_files(&mut self, fetch: bool, send: bool) {
        (self.files.is_fetching, self.files.is_sending) = (fetch, send);
    }

    /// Takes stock of the blobs of a vault that was just opened, and removes what a program that was killed left behind.
    pub(super) fn open_files(&mut self) {
        self.survey_files();
        // What cannot be removed now can be the next time; whatever it is, no key opens it.
        let _ = self.files.blobs.keep_only(&self.files.known);
    }

    /// Finds out which attachments are on their way, if that may have changed.
    pub(super) fn survey_files(&mut self) {
        if !std::mem::take(&mut self.files.is_stale) {
            return;
        }
        let (mut living, mut room) = (BTreeSet::new(), STORE_MAX);
        let mut wanted = BTreeSet::new();
        for (contact, it) in &self.state.contacts {
            for view in it.conversation.messages(UnixTime(0)) {
                for (item, it) in (0..).zip(view.items) {
                    let id = FileId { contact: *contact, message: view.id, item };
                    let Some(keys) = keys(id, it) else { continue };
                    let size = it.layout().map_or(0, |layout| u64::from(layout.cells()) * CELL_LEN as u64);
                    let fits = room.checked_sub(size).map(|left| room = left).is_some();
                    living.insert(keys.name());
                    // At the beginning of time, what remains is when it ends.
                    if self.files.adopt(id, it, keys, (UnixTime(view.remaining), fits)) {
                        wanted.insert(id);
                    }
                }
            }
        }
        self.files.known.extend(&living);
        living.extend(&self.files.drafts);
        self.files.over = self.files.known.difference(&living).copied().collect();
        self.files.outgoing.retain(|id, _| wanted.contains(id));
        self.let_go(&wanted);
    }

    /// Erases the mailboxes of attachments that nobody waits for any more.
    fn let_go(&mut self, wanted: &BTreeSet<FileId>) {
        let gone: Vec<FileId> = self.files.incoming.keys().filter(|id| !wanted.contains(id)).copied().collect();
        for id in gone {
            let Some(incoming) = self.files.incoming.remove(&id) else { continue };
            let relay = self.state.contacts.get(&id.contact).map(|it| it.relay.clone());
            if let Some(relay) = relay {
                self.give_up(&relay, std::iter::once(incoming.into_mailbox()));
            }
        }
    }

    /// Removes the blobs that no message needs any more. The vault knows that already.
    pub(super) fn remove_blobs(&mut self) {
        for name in std::mem::take(&mut self.files.over) {
            if self.files.blobs.remove(name).is_ok() {
                self.files.known.remove(&name);
            }
        }
    }

    /// An attachment of a living message.
    fn file(&self, id: FileId) -> Option<&Item> {
        let conversation = self.conversation(id.contact)?;
        let view = conversation.messages(self.now()).find(|view| view.id == id.message)?;
        view.items.get(usize::from(id.item))
    }

    /// Whether a message is some attachments.
    #[must_use]
    pub fn has_files(&self, contact: u64, message: MessageId) -> bool {
        let messages = self.conversation(contact).into_iter().flat_map(|it| it.messages(self.now()));
        messages.filter(|view| view.id == message).any(|view| !view.items.is_empty())
    }

    /// Reads an attachment of a contact's from the beginning to the end. Its hash is checked last: what `taken` got before
    /// is good for nothing if this fails.
    ///
    /// # Errors
    /// [`Kind::FileUnknown`], [`Kind::FileIncomplete`], [`Kind::FileDamaged`], [`Kind::VaultIo`], and what `taken` fails with.
    pub fn read_file(
        &mut self,
        id: FileId,
        mut taken: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let item = self.file(id).ok_or_else(|| Failure::from(Kind::FileUnknown))?;
        match item.progress {
            Progress::Whole => {}
            Progress::Damaged => return Err(Kind::FileDamaged.into()),
            _ => return Err(Kind::FileIncomplete.into()),
        }
        let keys = keys(id, item).ok_or_else(|| Failure::from(Kind::FileUnknown))?;
        let (layout, hash) = (item.layout().map_err(Failure::internal)?, item.hash);
        let mut blob = self.files.blobs.open(&keys, layout).map_err(refused)?;
        let mut digest = Sha256::new();
        for index in 0..layout.filled() {
            let share = blob.read(index).map_err(|error| match error {
                blobs::Error::Missing => Kind::FileDamaged.into(),
                blobs::Error::Io(error) => refused(error),
            })?;
            digest.update(share.data());
            taken(share.data())?;
        }
        if digest.finalize()[..] == hash { Ok(()) } else { Err(Kind::FileDamaged.into()) }
    }

    /// Tells how far an attachment is, but not too often.
    fn tell_progress(&mut self, progress: FileProgress, told: Option<Instant>) -> Option<Instant> {
        let is_due = progress.done == progress.size || told.is_none_or(|told| told.elapsed() >= TELL_EVERY);
        if !is_due {
            return told;
        }
        self.notices.push(Notice::FileProgress(progress));
        Some(Instant::now())
    }
}

impl Files {
    /// Takes up an attachment if it is on its way: whether it is.
    fn adopt(&mut self, id: FileId, item: &Item, keys: Keys, (deadline, fits): (UnixTime, bool)) -> bool {
        match item.progress {
            Progress::Fetching => {
                if fits && !self.incoming.contains_key(&id) {
                    let incoming = Incoming::new(item, keys, &mut self.blobs);
                    self.incoming.extend(incoming.map(|incoming| (id, incoming)));
                }
            }
            Progress::Sending { epoch, cells } => {
                if !self.outgoing.contains_key(&id) {
                    let outgoing = Outgoing::new(item, keys, deadline, (epoch, cells));
                    self.outgoing.extend(outgoing.map(|outgoing| (id, outgoing)));
                }
            }
            Progress::Sent | Progress::Whole | Progress::Damaged => return false,
        }
        true
    }
}

/// The keys of an attachment's blob, if it has one.
fn keys(id: FileId, item: &Item) -> Option<Keys> {
    let access = item.access.as_ref().filter(|_| item.progress != Progress::Damaged)?;
    Some(match id.message.direction {
        Direction::Sent => Keys::sent(&access.key, id.contact),
        Direction::Received => Keys::received(&access.key, id.contact, id.message.number, id.item),
    })
}

/// The file system refuses.
fn refused(error: io::Error) -> Failure {
    Failure::new(Kind::VaultIo).text("detail", error)
}

/// Bytes of attachments kept at a time, the padding included: 2 GiB. What comes beyond waits with the relay until others have
/// gone, so that a contact cannot fill the disk.
const STORE_MAX: u64 = 2 * 1024 * 1024 * 1024;
/// A transfer tells how far it is once in this time, and at its end.
const TELL_EVERY: Duration = Duration::from_millis(100);
