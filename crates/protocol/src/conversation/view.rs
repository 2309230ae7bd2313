//! The living messages of both sides: what a person can see, and until when. Spec: messages, "Erasing".

use bincode::{Decode, Encode};

use super::files::{Item, Progress};
use super::{Error, Event, Expiry};
use crate::keys::UnixTime;
use crate::message::{Attachments, Body, ReceiptKind, Text};

/// A message of this conversation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub struct MessageId {
    /// Who sent it.
    pub direction: Direction,
    /// Its number among the sender's.
    pub number: u64,
}

/// Who sent a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum Direction {
    /// This side.
    Sent,
    /// The peer.
    Received,
}

/// How far a message is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub enum MessageState {
    /// Sent: not yet taken by the relay.
    Queued,
    /// Sent: the relay has it.
    Accepted,
    /// Sent: the peer's device has it.
    Delivered,
    /// Sent: the peer's screen has shown it. The text is gone here.
    Read,
    /// Received: not shown yet.
    Unseen,
    /// Received: shown; the after-read timer runs.
    Seen,
    /// A person says that they have taken note: the peer of a sent message, this side's of a received one.
    Acknowledged,
}

/// What a person can see of a message.
pub struct MessageView<'a> {
    /// Which one.
    pub id: MessageId,
    /// The text, or what was written to attachments: of a received one only once it was shown, of a sent one until it was
    /// read.
    pub text: Option<&'a str>,
    /// The attachments, if it is some: of sent ones until they were read. Their names are shown as the text is, not before.
    pub items: &'a [Item],
    /// How far it is.
    pub state: MessageState,
    /// When it was sent.
    pub sent_at: UnixTime,
    /// Seconds until it is gone here.
    pub remaining: u64,
    /// Its after-read timer in seconds.
    pub after_read: u32,
}

#[derive(Encode, Decode)]
pub(super) struct Entry {
    pub(super) id: MessageId,
    text: Option<Body>,
    pub(super) items: Vec<Item>,
    sent_at: UnixTime,
    pub(super) deadline: UnixTime,
    after_read: u32,
    pub(super) state: MessageState,
    pub(super) erase_at: UnixTime,
    /// However the clock is set, the copy is gone so many seconds after.
    life: u64,
}

/// What a person wrote, as it comes to live here.
pub(super) struct Line {
    text: Body,
    items: Vec<Item>,
    sent_at: UnixTime,
    deadline: UnixTime,
    after_read: u32,
}

/// The living messages, in the order in which they came or were sent.
#[derive(Encode, Decode)]
pub(super) struct View {
    entries: Vec<Entry>,
}

/// A copy that went, for the receipt that may be owed.
pub(super) struct Gone {
    pub(super) number: u64,
    pub(super) deadline: UnixTime,
    pub(super) event: Event,
    /// The after-read timer took it, before the deadline.
    pub(super) by_timer: bool,
}

impl View {
    pub(super) const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    pub(super) fn add(&mut self, now: UnixTime, id: MessageId, line: Line) {
        let life = line.deadline.since(line.sent_at);
        let state = match id.direction {
            Direction::Sent => MessageState::Queued,
            Direction::Received => MessageState::Unseen,
        };
        self.entries.push(Entry {
            id,
            sent_at: line.sent_at,
            deadline: line.deadline,
            after_read: line.after_read,
            state,
            erase_at: line.deadline.min(now.plus(life)),
            life,
            text: Some(line.text),
            items: line.items,
        });
    }

    pub(super) fn contains(&self, id: MessageId) -> bool {
        self.entries.iter().any(|entry| entry.id == id)
    }

    /// Living messages of the peer.
    pub(super) fn received(&self) -> usize {
        self.entries.iter().filter(|entry| entry.id.direction == Direction::Received).count()
    }

    /// Shows a received message: its text, and its deadline if this is the first time that all of it is seen.
    pub(super) fn show(&mut self, now: UnixTime, id: MessageId) -> Option<(&str, Option<UnixTime>)> {
        let entry = self.entries.iter_mut().find(|entry| entry.id == id && entry.erase_at > now)?;
        let first = entry.state == MessageState::Unseen;
        if first {
            entry.state = MessageState::Seen;
            entry.life = entry.life.min(u64::from(entry.after_read));
            entry.erase_at = entry.erase_at.min(now.plus(entry.life));
        }
        let news = first && entry.is_whole();
        Some((entry.text.as_ref()?.as_str(), news.then_some(entry.deadline)))
    }

    /// This side's person has taken note of a received message: its deadline, if that is news.
    ///
    /// # Errors
    /// [`Error::NotShown`] unless it lives here and was shown.
    pub(super) fn acknowledge(&mut self, now: UnixTime, id: MessageId) -> Result<Option<UnixTime>, Error> {
        let here = |entry: &&mut Entry| entry.id == id && entry.erase_at > now;
        let shown = |entry: &&mut Entry| entry.state >= MessageState::Seen && id.direction == Direction::Received;
        let entry = self.entries.iter_mut().find(here).filter(shown).ok_or(Error::NotShown)?;
        let news = core::mem::replace(&mut entry.state, MessageState::Acknowledged) != MessageState::Acknowledged;
        Ok(news.then_some(entry.deadline))
    }

    /// A sent message has reached the relay, or the peer's device: whether that is news.
    pub(super) fn raise(&mut self, number: u64, state: MessageState) -> bool {
        let raised = self.sent(number).filter(|entry| entry.state < state);
        raised.map(|entry| entry.state = state).is_some()
    }

    /// The cells of a sent message have all come. That is all of a text; attachments have cells of their own, and are
    /// delivered when the peer says so.
    pub(super) fn arrived(&mut self, now: UnixTime, number: u64) -> Option<Event> {
        if self.sent(number).is_none_or(|entry| entry.items.is_empty()) {
            return self.receipt(now, ReceiptKind::Delivered, number);
        }
        let id = MessageId { direction: Direction::Sent, number };
        self.raise(number, MessageState::Accepted).then_some(Event::Accepted { id })
    }

    /// What a receipt of the peer says of a sent message, unless its time is over.
    pub(super) fn receipt(&mut self, now: UnixTime, kind: ReceiptKind, number: u64) -> Option<Event> {
        let id = MessageId { direction: Direction::Sent, number };
        self.sent(number).filter(|entry| entry.erase_at > now)?;
        match kind {
            ReceiptKind::Delivered => {
                self.sent(number)?.items.iter_mut().for_each(Item::close);
                self.raise(number, MessageState::Delivered).then_some(Event::Delivered { id })
            }
            ReceiptKind::Read => {
                let news = self.raise(number, MessageState::Read);
                let entry = self.sent(number)?;
                (entry.text, entry.items) = (None, Vec::new());
                news.then_some(Event::Read { id })
            }
            ReceiptKind::Acknowledged => {
                let news = self.raise(number, MessageState::Acknowledged);
                let entry = self.sent(number)?;
                (entry.text, entry.items) = (None, Vec::new());
                news.then_some(Event::Acknowledged { id })
            }
            ReceiptKind::Erased => {
                let at = self.entries.iter().position(|entry| entry.id == id)?;
                self.entries.remove(at);
                Some(Event::Erased { id })
            }
        }
    }

    /// Drops every copy that has had its time. A clock that was set back never adds to a copy's life.
    pub(super) fn expire(&mut self, now: UnixTime) -> Vec<Gone> {
        let mut gone = Vec::new();
        self.entries.retain_mut(|entry| {
            entry.erase_at = entry.erase_at.min(now.plus(entry.life));
            let lives = entry.erase_at > now;
            if !lives {
                gone.push(Gone {
                    number: entry.id.number,
                    deadline: entry.deadline,
                    event: Event::Expired { id: entry.id, expiry: entry.expiry() },
                    by_timer: entry.state >= MessageState::Seen && entry.deadline > now,
                });
            }
            lives
        });
        gone
    }

    pub(super) fn next_deadline(&self) -> Option<UnixTime> {
        self.entries.iter().map(|entry| entry.erase_at).min()
    }

    pub(super) fn living(&self, now: UnixTime) -> impl Iterator<Item = MessageView<'_>> {
        self.entries.iter().filter(move |entry| entry.erase_at > now).map(move |entry| MessageView {
            id: entry.id,
            text: entry.text.as_ref().filter(|_| entry.state != MessageState::Unseen).map(Body::as_str),
            items: &entry.items,
            state: entry.state,
            sent_at: entry.sent_at,
            remaining: entry.erase_at.since(now),
            after_read: entry.after_read,
        })
    }

    /// A living message.
    pub(super) fn entry(&mut self, id: MessageId) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.id == id)
    }

    /// Whether stored messages can be such.
    pub(super) fn is_sound(&self) -> bool {
        self.entries.iter().flat_map(|entry| &entry.items).all(Item::is_sound)
    }

    fn sent(&mut self, number: u64) -> Option<&mut Entry> {
        self.entry(MessageId { direction: Direction::Sent, number })
    }
}

impl From<Text> for Line {
    fn from(text: Text) -> Self {
        let Text { body, sent_at, deadline, after_read } = text;
        Self { text: body, items: Vec::new(), sent_at, deadline, after_read }
    }
}

impl Line {
    /// The line of attachments, of which this is known at first.
    pub(super) fn of(attachments: Attachments, progress: Progress) -> Self {
        let Attachments { caption, items, sent_at, deadline, after_read } = attachments;
        let items = items.into_iter().map(|attachment| Item::new(attachment, progress)).collect();
        Self { text: caption, items, sent_at, deadline, after_read }
    }
}

impl Entry {
    /// Whether all of the message is here: a text always is.
    pub(super) fn is_whole(&self) -> bool {
        self.items.iter().all(|item| item.progress == Progress::Whole)
    }

    const fn expiry(&self) -> Expiry {
        match self.state {
            MessageState::Acknowledged => match self.id.direction {
                Direction::Sent => Expiry::Done,
                Direction::Received => Expiry::Seen,
            },
            MessageState::Queued | MessageState::Accepted => Expiry::Undelivered,
            MessageState::Delivered => Expiry::Unread,
            MessageState::Read => Expiry::Done,
            MessageState::Unseen => Expiry::Unseen,
            MessageState::Seen => Expiry::Seen,
        }
    }
}
