//! Where the two sides are reached, and moving to a fresh mailbox. Spec: messages, "Rotation".

use bincode::{Decode, Encode};

use crate::keys::{MailboxId, ReadKey, UnixTime};

/// This side's mailboxes and the peer's.
#[derive(Encode, Decode)]
pub(super) struct Mailboxes {
    own: ReadKey,
    rotation: Option<Rotation>,
    retired: Vec<ReadKey>,
    peer: MailboxId,
    /// The number of the message that named the peer's mailbox: an older one does not undo it.
    peer_named: u64,
}

/// A fresh mailbox that the peer is being told of.
#[derive(Encode, Decode)]
struct Rotation {
    key: ReadKey,
    /// Numbers of the messages that named it.
    announced: Vec<u64>,
    /// When the last of them has had its time.
    until: UnixTime,
    /// The peer's cell that proved that it knows.
    confirmed: Option<u64>,
}

impl Mailboxes {
    pub(super) const fn new(own: ReadKey, peer: MailboxId) -> Self {
        Self { own, rotation: None, retired: Vec::new(), peer, peer_named: 0 }
    }

    /// All that this side has to be subscribed to.
    pub(super) fn own(&self) -> impl Iterator<Item = &ReadKey> {
        [&self.own].into_iter().chain(self.rotation.as_ref().map(|rotation| &rotation.key))
    }

    /// Mailboxes that nothing comes to any more, until they are deleted on the relay.
    pub(super) fn retired(&self) -> &[ReadKey] {
        &self.retired
    }

    /// The relay has deleted a retired mailbox.
    pub(super) fn deleted(&mut self, mailbox: &MailboxId) {
        self.retired.retain(|key| key.mailbox() != *mailbox);
    }

    pub(super) const fn peer(&self) -> MailboxId {
        self.peer
    }

    /// The peer named its mailbox in message `number`: whether that is a move.
    pub(super) fn move_peer(&mut self, number: u64, mailbox: MailboxId) -> bool {
        if number <= self.peer_named {
            return false;
        }
        self.peer_named = number;
        core::mem::replace(&mut self.peer, mailbox) != mailbox
    }

    pub(super) const fn is_rotating(&self) -> bool {
        self.rotation.is_some()
    }

    pub(super) fn begin(&mut self, key: ReadKey) {
        self.rotation = Some(Rotation { key, announced: Vec::new(), until: UnixTime(0), confirmed: None });
    }

    /// The fresh mailbox, if the peer has to be told (again).
    pub(super) fn to_announce(&self, now: UnixTime) -> Option<MailboxId> {
        let waits = |rotation: &&Rotation| rotation.confirmed.is_none() && rotation.until <= now;
        self.rotation.as_ref().filter(waits).map(|rotation| rotation.key.mailbox())
    }

    pub(super) fn announced(&mut self, number: u64, until: UnixTime) {
        if let Some(rotation) = &mut self.rotation {
            rotation.announced.push(number);
            rotation.until = until;
        }
    }

    /// Message `number` has arrived, as the peer's cell `seq` shows.
    pub(super) fn confirm(&mut self, number: u64, seq: u64) {
        if let Some(rotation) = &mut self.rotation
            && rotation.announced.contains(&number)
        {
            rotation.confirmed.get_or_insert(seq);
        }
    }

    /// Whatever the peer sent to the old mailbox has come, once all cells before the confirming one have: the old
    /// mailbox is retired.
    pub(super) fn settle(&mut self, floor: u64) -> Option<MailboxId> {
        let rotation = self.rotation.take_if(|rotation| rotation.confirmed.is_some_and(|seq| seq <= floor))?;
        let old = core::mem::replace(&mut self.own, rotation.key);
        let mailbox = old.mailbox();
        self.retired.push(old);
        Some(mailbox)
    }

    pub(super) fn next_announcement(&self) -> Option<UnixTime> {
        self.rotation.as_ref().filter(|rotation| rotation.confirmed.is_none()).map(|rotation| rotation.until)
    }
}
