//! Attachments on their way here: cells into blobs, blobs synced, and only then cells acknowledged. Spec: attachments,
//! "Delivery".

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use nightjar_protocol::attachment::{Layout, Opener};
use nightjar_protocol::conversation::{Event, Item};
use nightjar_protocol::crypto::{Digest, Sha256};
use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::ReadKey;
use nightjar_protocol::limits::SUBSCRIPTIONS_MAX;
use nightjar_protocol::message::AttachmentKind;
use nightjar_protocol::wire::Cell;
use tokio::sync::Notify;
use tokio::time::{Duration, Instant};

use super::{FileId, FileProgress};
use crate::blobs::{Blob, Blobs, Keys};
use crate::engine::relay::{Held, Relay, Slot, Up};
use crate::engine::{Engine, Notice};

/// One attachment on its way here.
pub(super) struct Incoming {
    kind: AttachmentKind,
    hash: [u8; 32],
    mailbox: ReadKey,
    opener: Opener,
    keys: Keys,
    /// Opened with the first cell: until then nothing is on the disk.
    blob: Option<Blob>,
    have: Vec<bool>,
    count: u32,
    /// All cells before this one are here, and `digest` is over them.
    prefix: u32,
    digest: Sha256,
    /// What may be acknowledged once all that was written so far is safe.
    kept: Option<Lent>,
    /// And what may be once the flush that is under way is done.
    flushing: Option<(Option<Lent>, Receiver<io::Result<()>>)>,
    told: Option<Instant>,
    /// The disk refused; not before then is it tried again.
    rests_until: Option<Instant>,
}

/// What a relay has lent: it is acknowledged by its slot and number, on this connection alone.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Lent {
    pub(in crate::engine) relay: usize,
    pub(in crate::engine) generation: u64,
    pub(in crate::engine) slot: u16,
    pub(in crate::engine) seq: u64,
}

/// What a cell came to.
enum Taken {
    /// It is of use to nobody.
    Foreign,
    /// It is in the blob, or was.
    Kept,
}

impl Incoming {
    /// Begins, or goes on where the blob is.
    pub(super) fn new(item: &Item, keys: Keys, blobs: &mut Blobs) -> Option<Self> {
        let (access, layout) = (item.access.as_ref()?, item.layout().ok()?);
        let mut this = Self {
            kind: item.kind,
            hash: item.hash,
            mailbox: access.mailbox.duplicate(),
            opener: Opener::new(&access.key, layout),
            keys,
            blob: None,
            have: vec![false; layout.cells() as usize],
            count: 0,
            prefix: 0,
            digest: Sha256::new(),
            kept: None,
            flushing: None,
            told: None,
            rests_until: None,
        };
        if blobs.has(this.keys.name()) {
            this.blob = blobs.open(&this.keys, layout).ok();
            this.scan();
        }
        Some(this)
    }

    pub(super) fn into_mailbox(self) -> ReadKey {
        self.mailbox
    }

    /// Finds out which cells the blob has.
    fn scan(&mut self) {
        let layout = self.layout();
        let Some(blob) = &mut self.blob else { return };
        for index in 0..layout.cells() {
            let Ok(share) = blob.read(index) else { continue };
            self.have[index as usize] = true;
            self.count += 1;
            if index == self.prefix {
                self.digest.update(share.data());
                self.prefix += 1;
            }
        }
    }

    fn take(&mut self, cell: Cell, blobs: &mut Blobs) -> io::Result<Taken> {
        let Ok(share) = self.opener.open(cell) else { return Ok(Taken::Foreign) };
        let (index, layout) = (share.index(), self.layout());
        if self.have[index as usize] {
            return Ok(Taken::Kept);
        }
        let blob = match &mut self.blob {
            Some(blob) => blob,
            none => none.insert(blobs.open(&self.keys, layout)?),
        };
        blob.write(index, share.data())?;
        self.have[index as usize] = true;
        self.count += 1;
        if index == self.prefix {
            self.digest.update(share.data());
            self.prefix += 1;
            self.catch_up();
        }
        Ok(Taken::Kept)
    }

    /// Takes into the hash what came before its turn.
    fn catch_up(&mut self) {
        let Some(blob) = &mut self.blob else { return };
        while self.have.get(self.prefix as usize) == Some(&true) {
            match blob.read(self.prefix) {
                Ok(share) => self.digest.update(share.data()),
                // The disk lost what it took. The hash will say so.
                Err(_) => self.digest.update([0]),
            }
            self.prefix += 1;
        }
    }

    const fn layout(&self) -> Layout {
        self.opener.layout()
    }

    /// Once all is here: whether it is what it should be.
    fn outcome(&self) -> Option<bool> {
        (self.count == self.layout().cells()).then(|| self.digest.clone().finalize()[..] == self.hash)
    }

    fn progress(&self, id: FileId) -> FileProgress {
        let (size, share) = (self.layout().size(), self.count.min(self.layout().filled()));
        let done = if self.count == self.layout().cells() { size } else { self.layout().data(share).start as u32 };
        FileProgress { id, kind: self.kind, done: done.min(size), size }
    }

    /// The disk refused: what is in the blob has to be found out again, and what was not acknowledged comes again.
    fn rest(&mut self) {
        self.rests_until = Some(Instant::now() + REST);
        (self.count, self.prefix, self.digest) = (0, 0, Sha256::new());
        self.have.fill(false);
        (self.kept, self.flushing) = (None, None);
        self.scan();
    }

    /// Has the disk make safe what was written, and says what may be acknowledged, as far as it has. `done` is rung when
    /// there is more to say.
    fn flush(&mut self, done: &Arc<Notify>) -> io::Result<Option<Lent>> {
        let mut safe = None;
        if let Some((lent, outcome)) = self.flushing.take() {
            match outcome.try_recv() {
                Ok(outcome) => {
                    outcome?;
                    safe = lent;
                }
                Err(TryRecvError::Disconnected) => return Err(ErrorKind::Other.into()),
                Err(TryRecvError::Empty) => {
                    self.flushing = Some((lent, outcome));
                    return Ok(None);
                }
            }
        }
        match self.blob.as_mut().map(Blob::flush).transpose()?.flatten() {
            Some(flush) => {
                let (says, outcome) = sync_channel(1);
                let done = Arc::clone(done);
                std::thread::spawn(move || {
                    // Who asked may have gone; the disk has it none the less.
                    let _ = says.send(flush());
                    done.notify_one();
                });
                self.flushing = Some((self.kept.take(), outcome));
            }
            None => safe = self.kept.take().or(safe),
        }
        Ok(safe)
    }

    /// Whether all that came would survive a power cut.
    fn is_safe(&self) -> bool {
        self.flushing.is_none() && self.blob.as_ref().is_none_or(Blob::is_flushed)
    }

    fn is_resting(&self) -> bool {
        self.rests_until.is_some_and(|until| Instant::now() < until)
    }
}

impl Engine {
    /// Whether attachments are still coming in from a relay that is reached.
    #[must_use]
    pub fn is_fetching(&self) -> bool {
        self.files.is_fetching
            && self.relays.iter().any(|relay| {
                let mut here = self.incoming_at(&relay.address);
                relay.up.is_some() && here.any(|(_, id, _)| !is_exhausted(slot_of(relay, id)))
            })
    }

    /// The mailboxes of attachments to subscribe to: voice notes, then photos, then files, and none while messages wait.
    pub(in crate::engine) fn wanted_files(&self, relay: &Relay, sessions: usize) -> Vec<(ReadKey, Held)> {
        if !self.files.is_fetching || !relay.is_drained_of_messages() {
            return Vec::new();
        }
        let mut waiting: Vec<_> = self.incoming_at(&relay.address).collect();
        // What gives nothing more makes way.
        waiting.sort_by_key(|(kind, id, _)| (is_exhausted(slot_of(relay, *id)), *kind, *id));
        let busy = |(_, id, _): &&(AttachmentKind, FileId, &ReadKey)| {
            slot_of(relay, *id).is_none_or(|slot| slot.waiting != Some(0))
        };
        let first = waiting.iter().find(busy).map(|(kind, ..)| *kind);
        let room = usize::from(SUBSCRIPTIONS_MAX).saturating_sub(sessions + SPARE).min(SLOTS);
        let turn = waiting.iter().filter(|(kind, ..)| first.is_none_or(|first| *kind <= first)).take(room);
        turn.map(|(_, id, mailbox)| (mailbox.duplicate(), Held::File(*id))).collect()
    }

    fn incoming_at<'a>(
        &'a self,
        address: &'a RelayAddress,
    ) -> impl Iterator<Item = (AttachmentKind, FileId, &'a ReadKey)> + 'a {
        let at = move |id: &FileId| self.state.contacts.get(&id.contact).is_some_and(|it| it.relay == *address);
        let here = self.files.incoming.iter().filter(move |(id, it)| at(id) && !it.is_resting());
        here.map(|(id, it)| (it.kind, *id, &it.mailbox))
    }

    /// A cell of an attachment came. It is acknowledged once it is safe.
    pub(in crate::engine) fn take_share(&mut self, id: FileId, lent: Lent, cell: Cell) {
        let Some(incoming) = self.files.incoming.get_mut(&id) else { return };
        match incoming.take(cell, &mut self.files.blobs) {
            Ok(Taken::Kept) => {
                incoming.kept = Some(lent);
                let (progress, told) = (incoming.progress(id), incoming.told);
                let told = self.tell_progress(progress, told);
                if let Some(incoming) = self.files.incoming.get_mut(&id) {
                    incoming.told = told;
                }
            }
            Ok(Taken::Foreign) => {
                incoming.kept = Some(lent);
                self.rejected = self.rejected.saturating_add(1);
                self.notices.push(Notice::Rejected(self.rejected));
            }
            Err(error) => {
                incoming.rest();
                self.notices.push(Notice::FileTrouble { id, error: error.kind() });
            }
        }
    }

    /// Has what came made safe, and acknowledges what is. What the disk refused comes again.
    pub(in crate::engine) fn sync_blobs(&mut self) {
        for (id, incoming) in &mut self.files.incoming {
            match incoming.flush(&self.files.flushed) {
                Ok(None) => {}
                Ok(Some(Lent { relay, generation, slot, seq })) => {
                    let up = self.relays.get_mut(relay).and_then(|relay| relay.up.as_mut());
                    let held = |up: &&mut Up| up.slots.get(&slot).is_some_and(|it| it.held == Held::File(*id));
                    if let Some(up) = up.filter(|up| up.generation == generation).filter(held) {
                        up.acknowledge.insert(slot, seq);
                    }
                }
                Err(error) => {
                    incoming.rest();
                    self.notices.push(Notice::FileTrouble { id: *id, error: error.kind() });
                }
            }
        }
    }

    /// Ends the transfers that turned out to be complete, once it is known what time it is.
    pub(in crate::engine) fn finish_files(&mut self) {
        let all: Vec<FileId> = self.files.incoming.keys().copied().collect();
        for id in all {
            self.finish_file(id);
        }
    }

    /// Ends a transfer that is complete: the message says so, and the mailbox goes.
    fn finish_file(&mut self, id: FileId) {
        let is_trusted = self.clock_is_trusted();
        // It is said to be here once a power cut cannot undo it.
        let ready = |it: &&Incoming| is_trusted && !it.is_resting() && it.is_safe();
        let Some(is_right) = self.files.incoming.get(&id).filter(ready).and_then(Incoming::outcome) else { return };
        let now = self.now();
        let Some(contact) = self.state.contacts.get_mut(&id.contact) else { return };
        let event: Option<Event> = match is_right {
            true => contact.conversation.fetched(now, id.message, id.item, &mut self.random),
            false => contact.conversation.failed(id.message, id.item),
        };
        (self.dirty, self.files.is_stale) = (true, true);
        self.notices.extend(event.map(|event| Notice::Message { contact: id.contact, event, text: None }));
    }
}

fn slot_of(relay: &Relay, id: FileId) -> Option<&Slot> {
    relay.up.as_ref()?.slots.values().find(|slot| slot.held == Held::File(id))
}

/// Whether a mailbox has given all that waited in it, and nothing since.
fn is_exhausted(slot: Option<&Slot>) -> bool {
    slot.is_some_and(|slot| slot.waiting == Some(0) && slot.quiet_since.elapsed() >= PATIENCE)
}

/// Attachments fetched at a time from one relay.
const SLOTS: usize = 16;
/// Subscriptions that stay free for messages.
const SPARE: usize = 8;
/// A mailbox that was emptied may still be being filled.
const PATIENCE: Duration = Duration::from_secs(3);
/// A disk that refused is tried again after this long.
const REST: Duration = Duration::from_secs(20);
