//! Attachments on their way to a contact: sealed into blobs first, then cell by cell into their mailboxes. Spec: attachments,
//! "Delivery".

use std::io::ErrorKind;

use nightjar_protocol::attachment::{Layout, Sealer};
use nightjar_protocol::conversation::{Audience, Item, MessageId};
use nightjar_protocol::crypto::sha256;
use nightjar_protocol::keys::{AeadKey, MailboxId, ReadKey, UnixTime};
use nightjar_protocol::limits::{CELL_TTL_MAX, MAILBOX_TTL_MAX};
use nightjar_protocol::link::{Answer, Epoch};
use nightjar_protocol::message::{Attachment, AttachmentKind, Attachments, Body};
use nightjar_protocol::wire::{Cell, Refusal};
use tokio::time::{Duration, Instant};

use super::{FileId, FileProgress, refused};
use crate::blobs::{Blob, Blobs, Keys};
use crate::engine::actions::not_sent;
use crate::engine::online::{RETRY, life};
use crate::engine::relay::Purpose;
use crate::engine::{Engine, Notice};
use crate::failure::{Failure, Kind};
use crate::random::Source;

/// An attachment to be sent.
pub struct NewFile<'a> {
    /// What it is.
    pub kind: AttachmentKind,
    /// What the recipient will be told it is called.
    pub name: &'a str,
    /// Milliseconds of a voice note; 0 for all else.
    pub duration: u32,
    /// All of it.
    pub bytes: &'a [u8],
}

/// One attachment on its way to a contact.
pub(super) struct Outgoing {
    kind: AttachmentKind,
    layout: Layout,
    mailbox: ReadKey,
    sealer: Sealer,
    keys: Keys,
    blob: Option<Blob>,
    deadline: UnixTime,
    epoch: Epoch,
    /// Cells that the relay has, from the first on.
    accepted: u32,
    /// The cell to leave next.
    next: u32,
    /// Which connection `next` is about.
    generation: u64,
    saved: (Instant, u32),
    told: Option<Instant>,
    rests_until: Option<Instant>,
    /// The relay has made the mailbox on this connection.
    has_mailbox: bool,
    /// And it has gone since: the peer has it all.
    is_gone: bool,
    /// The disk has lost some of it: nobody can send it any more, and the message ends undelivered.
    is_lost: bool,
}

impl Outgoing {
    pub(super) fn new(item: &Item, keys: Keys, deadline: UnixTime, (epoch, accepted): (Epoch, u32)) -> Option<Self> {
        let (access, layout) = (item.access.as_ref()?, item.layout().ok()?);
        let accepted = accepted.min(layout.cells());
        Some(Self {
            kind: item.kind,
            layout,
            mailbox: access.mailbox.duplicate(),
            sealer: Sealer::new(&access.key, layout),
            keys,
            blob: None,
            deadline,
            epoch,
            accepted,
            next: accepted,
            generation: 0,
            saved: (Instant::now(), accepted),
            told: None,
            rests_until: None,
            has_mailbox: false,
            is_gone: false,
            is_lost: false,
        })
    }

    /// Takes note of the connection: what the relay has depends on its epoch.
    fn meet(&mut self, generation: u64, epoch: Epoch) {
        if self.generation != generation {
            if self.epoch != epoch {
                self.accepted = 0;
            }
            (self.generation, self.epoch, self.next) = (generation, epoch, self.accepted);
            (self.has_mailbox, self.is_gone, self.rests_until) = (false, false, None);
        }
    }

    /// The cell to leave next. `None` if the disk has lost it.
    fn seal_next(&mut self, blobs: &mut Blobs, random: &mut Source) -> Option<Cell> {
        if self.blob.is_none() {
            self.blob = blobs.open(&self.keys, self.layout).ok();
        }
        let share = self.blob.as_mut()?.read(self.next).ok()?;
        self.sealer.seal(self.next, share.data(), random).ok()
    }

    /// Begins again after a rest with what was refused.
    fn rest(&mut self) {
        (self.next, self.rests_until) = (self.accepted, Some(Instant::now() + RETRY));
    }

    fn is_waiting(&self) -> bool {
        self.is_gone || self.is_lost || self.rests_until.is_some_and(|until| Instant::now() < until)
    }

    const fn is_complete(&self) -> bool {
        self.accepted == self.layout.cells()
    }

    fn progress(&self, id: FileId) -> FileProgress {
        let (size, cells) = (self.layout.size(), self.accepted.min(self.layout.filled()));
        let done = if self.is_complete() { size } else { self.layout.data(cells).start as u32 };
        FileProgress { id, kind: self.kind, done, size }
    }
}

impl Engine {
    /// Seals an attachment into a blob. It is kept once it is sent with [`Self::send_files`], and only then.
    ///
    /// # Errors
    /// [`Kind::FileEmpty`], [`Kind::FileTooLarge`], [`Kind::VaultIo`].
    pub fn seal_file(&mut self, contact: u64, file: &NewFile<'_>) -> Result<Attachment, Failure> {
        let size = u32::try_from(file.bytes.len()).unwrap_or(u32::MAX);
        let layout = Layout::new(size).map_err(|_| not_sealed(size))?;
        let (mailbox, key) = (ReadKey::generate(&mut self.random), AeadKey::generate(&mut self.random));
        let keys = Keys::sent(&key, contact);
        // Whatever comes of it, the file is known to be there.
        self.files.known.insert(keys.name());
        self.files.drafts.insert(keys.name());
        let mut blob = self.files.blobs.open(&keys, layout).map_err(refused)?;
        for index in 0..layout.cells() {
            let share = file.bytes.get(layout.data(index)).unwrap_or_default();
            blob.write(index, share).map_err(refused)?;
        }
        blob.sync().map_err(refused)?;
        let (kind, name, duration) = (file.kind, Body::new(file.name), file.duration);
        Ok(Attachment { kind, name, size, hash: sha256(&[file.bytes]), duration, mailbox, key })
    }

    /// Puts sealed attachments on their way, all under one caption; `lifetime` and `after_read` in seconds.
    ///
    /// # Errors
    /// As [`Engine::send`]; nothing is kept of the attachments then.
    pub fn send_files(
        &mut self,
        contact: u64,
        caption: &str,
        items: Vec<Attachment>,
        (lifetime, after_read): (u32, u32),
        audience: Audience,
    ) -> Result<MessageId, Failure> {
        let (now, deadline) = (self.now(), self.now().plus(lifetime.into()));
        self.files.drafts.clear();
        self.files.is_stale = true;
        let it = self.state.contacts.get_mut(&contact).ok_or_else(|| Failure::internal("no such contact"))?;
        let message = Attachments { caption: Body::new(caption), items, sent_at: now, deadline, after_read };
        let sent = it.conversation.send_attachments(now, message, audience, &mut self.random);
        let sent = sent.map_err(|error| not_sent(error, &it.name, caption.len()))?;
        self.dirty = true;
        Ok(sent)
    }

    /// Whether the relay has all of a message's attachments, or the peer has.
    #[must_use]
    pub fn is_uploaded(&self, contact: u64, message: MessageId) -> bool {
        let of = |id: &FileId| id.contact == contact && id.message == message;
        self.files.outgoing.iter().filter(|(id, _)| of(id)).all(|(_, it)| it.is_complete() || it.is_gone)
    }

    /// Whether attachments are still going out to a relay that is reached.
    #[must_use]
    pub fn is_uploading(&self) -> bool {
        let reached = |id: &FileId| {
            let address = self.state.contacts.get(&id.contact).map(|it| &it.relay);
            self.relays.iter().any(|relay| Some(&relay.address) == address && relay.up.is_some())
        };
        let mut under_way =
            self.files.outgoing.iter().filter(|(_, it)| !it.is_complete() && !it.is_gone && !it.is_lost);
        self.files.is_sending && under_way.any(|(id, _)| reached(id))
    }

    /// Lets cells of attachments leave, as many as the link takes: after the messages, and voice notes first.
    pub(in crate::engine) fn upload(&mut self, index: usize) {
        let Some(relay) = self.relays.get(index) else { return };
        let Some((generation, epoch)) = relay.up.as_ref().map(|up| (up.generation, up.epoch)) else { return };
        // A receipt that waits may say that there is nothing to be sent any more.
        if !self.files.is_sending || !relay.is_drained_of_messages() {
            return;
        }
        let here = |id: &FileId| self.state.contacts.get(&id.contact).is_some_and(|it| it.relay == relay.address);
        let mut order: Vec<_> =
            self.files.outgoing.iter().filter(|(id, _)| here(id)).map(|(id, it)| (it.kind, *id)).collect();
        order.sort_unstable();
        for (_, id) in order {
            let Some(outgoing) = self.files.outgoing.get_mut(&id) else { continue };
            outgoing.meet(generation, epoch);
            while let Some((to, ttl, at, cell)) = self.next_share(index, id) {
                let Some(relay) = self.relays.get_mut(index) else { return };
                relay.append_share((id, at), to, ttl, cell);
            }
        }
    }

    /// The next cell of an attachment, if it may leave: where to, for how long, its place.
    fn next_share(&mut self, index: usize, id: FileId) -> Option<(MailboxId, u32, u32, Cell)> {
        let now = self.now();
        let (relay, outgoing) = (self.relays.get_mut(index)?, self.files.outgoing.get_mut(&id)?);
        let deadline = outgoing.deadline;
        if outgoing.is_waiting() || outgoing.next >= outgoing.layout.cells() || !relay.has_room() || deadline <= now {
            return None;
        }
        let Some(cell) = outgoing.seal_next(&mut self.files.blobs, &mut self.random) else {
            outgoing.is_lost = true;
            self.notices.push(Notice::FileTrouble { id, error: ErrorKind::NotFound });
            return None;
        };
        let at = outgoing.next;
        outgoing.next += 1;
        let ttl = life(deadline.plus(GRACE), now, MAILBOX_TTL_MAX);
        relay.create(&outgoing.mailbox, ttl, Purpose::Mailbox(id));
        Some((outgoing.mailbox.mailbox(), life(deadline, now, CELL_TTL_MAX), at, cell))
    }

    /// The relay answered to the making of a mailbox.
    pub(in crate::engine) fn mailbox_answered(&mut self, index: usize, id: FileId, answer: Answer) {
        let Some(outgoing) = self.files.outgoing.get_mut(&id) else { return };
        outgoing.has_mailbox = answer == Answer::Done;
        if !outgoing.has_mailbox {
            outgoing.rest();
            let up = self.relays.get_mut(index).and_then(|relay| relay.up.as_mut());
            up.map(|up| up.created.remove(&outgoing.mailbox.mailbox()));
            self.notices.push(Notice::RelayFull);
        }
    }

    /// The relay answered to a cell that left `since`.
    pub(in crate::engine) fn share_answered(
        &mut self,
        index: usize,
        (id, at): (FileId, u32),
        since: Instant,
        answer: Answer,
    ) {
        let Some(up) = self.relays.get_mut(index).and_then(|relay| relay.up.as_mut()) else { return };
        up.pace.answered(since.elapsed());
        let Some(outgoing) = self.files.outgoing.get_mut(&id) else { return };
        match answer {
            Answer::Refused(Refusal::Unknown) if outgoing.has_mailbox => outgoing.is_gone = true,
            Answer::Refused(refusal) => {
                outgoing.rest();
                if refusal != Refusal::Unknown {
                    self.notices.push(Notice::RelayFull);
                }
            }
            _ if at == outgoing.accepted => {
                outgoing.accepted += 1;
                outgoing.next = outgoing.next.max(outgoing.accepted);
                let (progress, told) = (outgoing.progress(id), outgoing.told);
                let is_due = outgoing.is_complete() || outgoing.saved.0.elapsed() >= SAVE_EVERY;
                let told = self.tell_progress(progress, told);
                if let Some(outgoing) = self.files.outgoing.get_mut(&id) {
                    outgoing.told = told;
                }
                if is_due {
                    self.save_progress(id);
                }
            }
            // It followed one that was refused, and leaves again after it.
            _ => {}
        }
    }

    /// Writes down how far uploads to a relay are whose link is gone.
    pub(in crate::engine) fn pause_uploads(&mut self) {
        let unsaved = self.files.outgoing.iter().filter(|(_, it)| it.accepted != it.saved.1);
        let unsaved: Vec<FileId> = unsaved.map(|(id, _)| *id).collect();
        for id in unsaved {
            self.save_progress(id);
        }
    }

    fn save_progress(&mut self, id: FileId) {
        let Some(outgoing) = self.files.outgoing.get_mut(&id) else { return };
        let Some(contact) = self.state.contacts.get_mut(&id.contact) else { return };
        contact.conversation.appended(id.message, id.item, outgoing.epoch, outgoing.accepted);
        outgoing.saved = (Instant::now(), outgoing.accepted);
        self.dirty = true;
    }
}

fn not_sealed(size: u32) -> Failure {
    match size {
        0 => Kind::FileEmpty.into(),
        _ => Failure::new(Kind::FileTooLarge).number("most", MEGABYTES_MAX),
    }
}

/// Progress is written down once in this time, and when it ends.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// Seconds that a mailbox stays beyond its cells, so that a late end finds it.
const GRACE: u64 = 3600;
const MEGABYTES_MAX: u64 = (nightjar_protocol::limits::ATTACHMENT_MAX / (1024 * 1024)) as u64;
