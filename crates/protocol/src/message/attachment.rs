//! Photos, voice notes and files: what is said of them. Their bytes wait in mailboxes of their own. Spec: attachments,
//! "Message".

use bincode::{Decode, Encode};
use subtle::ConstantTimeEq;

use super::text::check_timers;
use super::{Body, Error};
use crate::keys::{AeadKey, ReadKey, UnixTime};
use crate::limits::{ATTACHMENT_MAX, ATTACHMENTS_MAX, CAPTION_MAX, FILE_NAME_MAX};

/// One or several attachments under one caption, with their timers.
#[derive(Encode, Decode)]
pub struct Attachments {
    /// What was written to them; may be empty.
    pub caption: Body,
    /// 1 to [`ATTACHMENTS_MAX`] of them.
    pub items: Vec<Attachment>,
    /// When it was sent.
    pub sent_at: UnixTime,
    /// When every copy is gone, whatever happens; as of a text.
    pub deadline: UnixTime,
    /// Seconds from its being opened to its being gone; as of a text.
    pub after_read: u32,
}

/// One attachment: where its cells wait, what opens them, what they have to amount to.
#[derive(Encode, Decode)]
pub struct Attachment {
    /// What it is.
    pub kind: AttachmentKind,
    /// What its sender calls it, 0 to [`FILE_NAME_MAX`] bytes: to be shown, never to be used as a path.
    pub name: Body,
    /// Its length in bytes, 1 to [`ATTACHMENT_MAX`].
    pub size: u32,
    /// SHA-256 of its bytes.
    pub hash: [u8; 32],
    /// Milliseconds that a voice note lasts; 0 for all else.
    pub duration: u32,
    /// Reads the mailbox that holds its cells, and nothing else.
    pub mailbox: ReadKey,
    /// Seals its cells, and nothing else.
    pub key: AeadKey,
}

/// What an attachment is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum AttachmentKind {
    /// Ogg Opus.
    Voice,
    /// JPEG or PNG.
    Photo,
    /// Any bytes.
    File,
}

impl Attachments {
    /// Seconds from sending to deadline.
    #[must_use]
    pub const fn lifetime(&self) -> u64 {
        self.deadline.since(self.sent_at)
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.caption.check(CAPTION_MAX)?;
        if !(1..=ATTACHMENTS_MAX).contains(&self.items.len()) {
            return Err(Error::Attachments);
        }
        self.items.iter().try_for_each(Attachment::check)?;
        if self.items.iter().enumerate().any(|(at, item)| self.items.iter().skip(at).skip(1).any(|it| item.shares(it)))
        {
            return Err(Error::Attachments);
        }
        check_timers(self.sent_at, self.deadline, self.after_read)
    }
}

impl Attachment {
    /// Whether the cells of one could be taken for the other's.
    fn shares(&self, other: &Self) -> bool {
        (self.mailbox.ct_eq(&other.mailbox) | self.key.ct_eq(&other.key)).into()
    }

    fn check(&self) -> Result<(), Error> {
        self.name.check(FILE_NAME_MAX)?;
        let is_voice = self.kind == AttachmentKind::Voice;
        match (1..=ATTACHMENT_MAX).contains(&self.size) && is_voice == (self.duration > 0) {
            true => Ok(()),
            false => Err(Error::Attachments),
        }
    }
}
