//! Attachments of living messages: how far each is, and what that says to the peer. Their bytes are the caller's.
//! Spec: attachments, "Delivery".

use bincode::{Decode, Encode};

use super::machine::Conversation;
use super::view::{Line, MessageId, MessageState};
use super::{Audience, Error, Event};
use crate::attachment::Layout;
use crate::keys::{AeadKey, Random, ReadKey, UnixTime};
use crate::limits::LIFETIME_MAX;
use crate::link::Epoch;
use crate::message::{Attachment, AttachmentKind, Attachments, Body, Message, ReceiptKind};

/// An attachment of a living message.
#[derive(Encode, Decode)]
pub struct Item {
    /// What it is.
    pub kind: AttachmentKind,
    /// What its sender calls it.
    pub name: Body,
    /// Its length in bytes.
    pub size: u32,
    /// SHA-256 of its bytes.
    pub hash: [u8; 32],
    /// Milliseconds that a voice note lasts.
    pub duration: u32,
    /// Where its cells are and what opens them; gone from a sent one once it is delivered.
    pub access: Option<Access>,
    /// How far it is.
    pub progress: Progress,
}

/// The keys of one attachment.
#[derive(Encode, Decode)]
pub struct Access {
    /// Reads the mailbox of its cells.
    pub mailbox: ReadKey,
    /// Seals its cells.
    pub key: AeadKey,
}

/// How far an attachment is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Progress {
    /// Sent: so many cells, from the first on, are with the relay in this epoch of its store.
    Sending {
        /// The epoch.
        epoch: Epoch,
        /// The cells.
        cells: u32,
    },
    /// Sent: the peer has it.
    Sent,
    /// Received: not all of its cells have come.
    Fetching,
    /// Received: all of it is here, and is what it should be.
    Whole,
    /// Received: all cells have come, and they are not what they should be.
    Damaged,
}

impl Item {
    pub(super) fn new(attachment: Attachment, progress: Progress) -> Self {
        let Attachment { kind, name, size, hash, duration, mailbox, key } = attachment;
        Self { kind, name, size, hash, duration, access: Some(Access { mailbox, key }), progress }
    }

    /// How its bytes are laid out over cells.
    ///
    /// # Errors
    /// None in practice: no message with another size is made or read.
    pub fn layout(&self) -> Result<Layout, crate::attachment::Error> {
        Layout::new(self.size)
    }

    /// The peer has it: nothing of it is needed here any more.
    pub(super) fn close(&mut self) {
        (self.access, self.progress) = (None, Progress::Sent);
    }

    pub(super) fn is_sound(&self) -> bool {
        self.layout().is_ok()
    }
}

impl Conversation {
    /// Sends attachments, whose cells the caller has, and brings to their mailboxes.
    ///
    /// # Errors
    /// As [`Conversation::send_text`].
    pub fn send_attachments(
        &mut self,
        now: UnixTime,
        attachments: Attachments,
        audience: Audience,
        random: &mut impl Random,
    ) -> Result<MessageId, Error> {
        let message = Message::Attachments(attachments);
        let deadline = message.deadline().unwrap_or(now).min(now.plus(u64::from(LIFETIME_MAX)));
        let id = self.post(now, &message, deadline, audience, random)?;
        if let Message::Attachments(attachments) = message {
            self.view.add(now, id, Line::of(attachments, NOTHING_SENT));
        }
        Ok(id)
    }

    /// The relay has so many cells of a sent attachment, from the first on, in this epoch of its store.
    pub fn appended(&mut self, id: MessageId, item: u8, epoch: Epoch, cells: u32) {
        if let Some(Progress::Sending { epoch: known, cells: count }) = self.progress(id, item) {
            (*known, *count) = (epoch, cells);
        }
    }

    /// A received attachment is here, and its hash is right. Once that is true of all, the peer is told.
    pub fn fetched(&mut self, now: UnixTime, id: MessageId, item: u8, random: &mut impl Random) -> Option<Event> {
        *self.progress(id, item).filter(|progress| **progress == Progress::Fetching)? = Progress::Whole;
        let entry = self.view.entry(id).filter(|entry| entry.is_whole() && entry.erase_at > now)?;
        let (number, deadline, seen) = (id.number, entry.deadline, entry.state == MessageState::Seen);
        self.receipts.owe(now, self.policy, ReceiptKind::Delivered, (number, deadline), random);
        if seen && self.policy.read {
            self.receipts.owe(now, self.policy, ReceiptKind::Read, (number, deadline), random);
        }
        Some(Event::Fetched { id })
    }

    /// All cells of a received attachment have come, and are not what they should be.
    pub fn failed(&mut self, id: MessageId, item: u8) -> Option<Event> {
        *self.progress(id, item).filter(|progress| **progress == Progress::Fetching)? = Progress::Damaged;
        Some(Event::Damaged { id, item })
    }

    fn progress(&mut self, id: MessageId, item: u8) -> Option<&mut Progress> {
        self.view.entry(id)?.items.get_mut(usize::from(item)).map(|item| &mut item.progress)
    }
}

/// What the relay has at first: nothing, whatever its epoch.
const NOTHING_SENT: Progress = Progress::Sending { epoch: Epoch([0; 8]), cells: 0 };
