//! The living messages of both sides: what a person can see, and until when. Spec: messages, "Erasing".

use bincode::{Decode, Encode};

use super::{Error, Event, Expiry};
use crate::keys::UnixTime;
use crate::message::{Body, ReceiptKind, Text};

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
    /// The text: of a received one only once it was shown, of a sent one until it was read.
    pub text: Option<&'a str>,
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
    id: MessageId,
    text: Option<Body>,
    sent_at: UnixTime,
    deadline: UnixTime,
    after_read: u32,
    state: MessageState,
    erase_at: UnixTime,
    /// However the clock is set, the copy is gone so many seconds after.
    life: u64,
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

    pub(super) fn add(&mut self, now: UnixTime, id: MessageId, text: Text) {
        let life = text.lifetime();
        let state = match id.direction {
            Direction::Sent => MessageState::Queued,
            Direction::Received => MessageState::Unseen,
        };
        self.entries.push(Entry {
            id,
            sent_at: text.sent_at,
            deadline: text.deadline,
            after_read: text.after_read,
            state,
            erase_at: text.deadline.min(now.plus(life)),
            life,
            text: Some(text.body),
        });
    }

    pub(super) fn contains(&self, id: MessageId) -> bool {
        self.entries.iter().any(|entry| entry.id == id)
    }

    /// Living messages of the peer.
    pub(super) fn received(&self) -> usize {
        self.entries.iter().filter(|entry| entry.id.direction == Direction::Received).count()
    }

    /// Shows a received message: its text, and its deadline if this is the first time.
    pub(super) fn show(&mut self, now: UnixTime, id: MessageId) -> Option<(&str, Option<UnixTime>)> {
        let entry = self.entries.iter_mut().find(|entry| entry.id == id && entry.erase_at > now)?;
        let first = entry.state == MessageState::Unseen;
        if first {
            entry.state = MessageState::Seen;
            entry.life = entry.life.min(u64::from(entry.after_read));
            entry.erase_at = entry.erase_at.min(now.plus(entry.life));
        }
        Some((entry.text.as_ref()?.as_str(), first.then_some(entry.deadline)))
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

    /// What a receipt of the peer says of a sent message, unless its time is over.
    pub(super) fn receipt(&mut self, now: UnixTime, kind: ReceiptKind, number: u64) -> Option<Event> {
        let id = MessageId { direction: Direction::Sent, number };
        self.sent(number).filter(|entry| entry.erase_at > now)?;
        match kind {
            ReceiptKind::Delivered => self.raise(number, MessageState::Delivered).then_some(Event::Delivered { id }),
            ReceiptKind::Read => {
                let news = self.raise(number, MessageState::Read);
                self.sent(number)?.text = None;
                news.then_some(Event::Read { id })
            }
            ReceiptKind::Acknowledged => {
                let news = self.raise(number, MessageState::Acknowledged);
                self.sent(number)?.text = None;
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
            state: entry.state,
            sent_at: entry.sent_at,
            remaining: entry.erase_at.since(now),
            after_read: entry.after_read,
        })
    }

    fn sent(&mut self, number: u64) -> Option<&mut Entry> {
        let id = MessageId { direction: Direction::Sent, number };
        self.entries.iter_mut().find(|entry| entry.id == id)
    }
}

impl Entry {
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
