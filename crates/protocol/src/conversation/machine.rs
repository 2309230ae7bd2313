//! The machine: what a person and time change. Spec: messages, "Outbox", "Window", "Erasing".

use super::envelope::{Envelope, Piece, split};
use super::inbox::Inbox;
use super::mailboxes::Mailboxes;
use super::outbox::{Outbox, Queued};
use super::receipts::{ReceiptPolicy, Receipts};
use super::receiving::incomplete;
use super::view::{Direction, MessageId, MessageState, MessageView, View};
use super::{Audience, Error, Event, Standing};
use crate::keys::{MailboxId, Random, ReadKey, UnixTime};
use crate::limits::LIFETIME_MAX;
use crate::link::Epoch;
use crate::message::{Body, Message, ReceiptKind, Text};
use crate::ratchet::{Session, SessionSeed, Side};

/// One contact: session, outbox, inbox, living messages, mailboxes. [`Conversation::snapshot`] is all of it.
pub struct Conversation {
    pub(super) session: Session,
    pub(super) standing: Standing,
    pub(super) policy: ReceiptPolicy,
    /// The number of the next message.
    pub(super) next: u64,
    pub(super) outbox: Outbox,
    pub(super) inbox: Inbox,
    pub(super) receipts: Receipts,
    pub(super) view: View,
    pub(super) mailboxes: Mailboxes,
}

impl Conversation {
    /// Starts from what pairing ended in.
    ///
    /// # Errors
    /// [`Error::Session`] if the peer's ratchet key is not acceptable.
    pub fn start(
        seed: SessionSeed,
        own_mailbox: ReadKey,
        peer_mailbox: MailboxId,
        standing: Standing,
    ) -> Result<Self, Error> {
        Ok(Self {
            session: Session::start(seed).map_err(Error::Session)?,
            standing,
            policy: ReceiptPolicy::default(),
            next: 1,
            outbox: Outbox::new(),
            inbox: Inbox::new(),
            receipts: Receipts::new(),
            view: View::new(),
            mailboxes: Mailboxes::new(own_mailbox, peer_mailbox),
        })
    }

    /// Sends a text: `lifetime` and `after_read` in seconds, in the bounds of [`Text`].
    ///
    /// # Errors
    /// [`Error::Duress`], [`Error::Message`], [`Error::PeerSilent`], [`Error::Session`].
    pub fn send_text(
        &mut self,
        now: UnixTime,
        text: &str,
        (lifetime, after_read): (u32, u32),
        audience: Audience,
        random: &mut impl Random,
    ) -> Result<MessageId, Error> {
        let deadline = now.plus(u64::from(lifetime));
        let message = Message::Text(Text { body: Body::new(text), sent_at: now, deadline, after_read });
        let id = self.post(now, &message, deadline, audience, random)?;
        if let Message::Text(text) = message {
            self.view.add(now, id, text.into());
        }
        Ok(id)
    }

    /// Sends a message that is not this machine's to understand, to be of use until `deadline`: its number.
    ///
    /// # Errors
    /// [`Error::Message`], [`Error::PeerSilent`] if the window is closed, [`Error::Session`].
    pub fn send(
        &mut self,
        now: UnixTime,
        message: &Message,
        deadline: UnixTime,
        random: &mut impl Random,
    ) -> Result<u64, Error> {
        let deadline = deadline.min(now.plus(u64::from(LIFETIME_MAX)));
        let number = self.next;
        let pieces = split(number, deadline, &message.encode()?)?;
        if !self.outbox.admits(pieces.len()) {
            return Err(Error::PeerSilent);
        }
        self.seal(pieces, random)?;
        Ok(number)
    }

    /// Shows a received message: its text, or what was written to its attachments, while it lives. The first time starts
    /// its after-read timer, whether all attachments are here or not.
    pub fn show(&mut self, now: UnixTime, id: MessageId, random: &mut impl Random) -> Option<&str> {
        let (text, first) = self.view.show(now, id)?;
        if let Some(deadline) = first.filter(|_| self.policy.read) {
            self.receipts.owe(now, self.policy, ReceiptKind::Read, (id.number, deadline), random);
        }
        Some(text)
    }

    /// Says in the person's name that they have taken note of a message that was shown, and says it at once: a person,
    /// and not a device, chose the moment. To say it again says nothing.
    ///
    /// # Errors
    /// [`Error::NotShown`] unless the message lives here and was shown.
    pub fn acknowledge(&mut self, now: UnixTime, id: MessageId, random: &mut impl Random) -> Result<(), Error> {
        if let Some(deadline) = self.view.acknowledge(now, id)? {
            let at_once = ReceiptPolicy { delay: (0, 0), ..self.policy };
            self.receipts.owe(now, at_once, ReceiptKind::Acknowledged, (id.number, deadline), random);
            self.send_receipts(now, random);
        }
        Ok(())
    }

    /// Lets time do its work: copies expire, receipts that are due are sealed.
    pub fn tick(&mut self, now: UnixTime, random: &mut impl Random) -> Vec<Event> {
        self.session.expire(now);
        self.outbox.expire(now);
        let mut events: Vec<Event> = self.inbox.expire(now).into_iter().map(incomplete).collect();
        for gone in self.view.expire(now) {
            events.push(gone.event);
            if gone.by_timer && self.policy.read {
                self.receipts.owe(now, self.policy, ReceiptKind::Erased, (gone.number, gone.deadline), random);
            }
        }
        if let Some(mailbox) = self.mailboxes.to_announce(now) {
            let until = now.plus(u64::from(LIFETIME_MAX));
            let number = self.next;
            if self.send_own(&Message::Mailbox(mailbox), until, random) {
                self.mailboxes.announced(number, until);
            }
        }
        self.send_receipts(now, random);
        events
    }

    /// When [`Conversation::tick`] next has something to do.
    #[must_use]
    pub fn next_due(&self) -> Option<UnixTime> {
        let own = self.receipts.next_due().into_iter().chain(self.mailboxes.next_announcement());
        let rest = [
            self.session.next_expiry(),
            self.outbox.next_deadline(),
            self.inbox.next_deadline(),
            self.view.next_deadline(),
        ];
        own.filter(|_| self.outbox.admits(1)).chain(rest.into_iter().flatten()).min()
    }

    /// When the next receipt leaves that is owed.
    #[must_use]
    pub fn next_receipt_due(&self) -> Option<UnixTime> {
        self.receipts.next_due()
    }

    /// Moves to a fresh mailbox. It has to be created on the relay before the next cell leaves; the old one stays until
    /// [`Event::Retired`].
    ///
    /// # Errors
    /// [`Error::Rotating`] while the peer has not followed the last move.
    pub fn rotate(&mut self, now: UnixTime, random: &mut impl Random) -> Result<Vec<Event>, Error> {
        if self.mailboxes.is_rotating() {
            return Err(Error::Rotating);
        }
        self.mailboxes.begin(ReadKey::generate(random));
        Ok(self.tick(now, random))
    }

    /// Cells that the relay does not hold in this epoch of its store: to be appended to [`Conversation::peer_mailbox`].
    pub fn outbox(&self, now: UnixTime, epoch: Epoch) -> impl Iterator<Item = Queued<'_>> {
        self.outbox.queued(now, epoch)
    }

    /// The relay has accepted a cell of the outbox.
    pub fn accepted(&mut self, seq: u64, epoch: Epoch) -> Option<Event> {
        let number = self.outbox.accept(seq, epoch)?;
        let id = MessageId { direction: Direction::Sent, number };
        self.view.raise(number, MessageState::Accepted).then_some(Event::Accepted { id })
    }

    /// The living messages of both sides, in the order in which they came or were sent.
    pub fn messages(&self, now: UnixTime) -> impl Iterator<Item = MessageView<'_>> {
        self.view.living(now)
    }

    /// The mailboxes to create and subscribe to: one, or two during a rotation.
    pub fn own_mailboxes(&self) -> impl Iterator<Item = &ReadKey> {
        self.mailboxes.own()
    }

    /// Mailboxes to delete on the relay.
    #[must_use]
    pub fn retired_mailboxes(&self) -> &[ReadKey] {
        self.mailboxes.retired()
    }

    /// A retired mailbox is gone from the relay.
    pub fn deleted(&mut self, mailbox: &MailboxId) {
        self.mailboxes.deleted(mailbox);
    }

    /// Where the peer is reached.
    #[must_use]
    pub const fn peer_mailbox(&self) -> MailboxId {
        self.mailboxes.peer()
    }

    /// Names the session, at both ends alike. No secret.
    #[must_use]
    pub const fn session_id(&self) -> &[u8; 32] {
        self.session.id()
    }

    /// Which end of the session this is.
    #[must_use]
    pub const fn side(&self) -> Side {
        self.session.side()
    }

    /// What is known of who is at the other end.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// A later proof, or its failure, changes the standing.
    pub fn set_standing(&mut self, standing: Standing) {
        self.standing = standing;
    }

    /// What this side states, and how late.
    #[must_use]
    pub const fn receipt_policy(&self) -> ReceiptPolicy {
        self.policy
    }

    /// Changes what this side states from now on.
    pub fn set_receipt_policy(&mut self, policy: ReceiptPolicy) {
        self.policy = policy;
    }

    /// Puts on its way what a person wrote.
    pub(super) fn post(
        &mut self,
        now: UnixTime,
        message: &Message,
        deadline: UnixTime,
        audience: Audience,
        random: &mut impl Random,
    ) -> Result<MessageId, Error> {
        if self.standing == Standing::Duress && audience != Audience::Coercer {
            return Err(Error::Duress);
        }
        let pieces = split(self.next, deadline, &message.encode()?)?;
        if !self.outbox.admits_text(now, pieces.len()) {
            return Err(Error::PeerSilent);
        }
        let id = MessageId { direction: Direction::Sent, number: self.next };
        self.seal(pieces, random)?;
        self.outbox.note_text(now);
        Ok(id)
    }

    /// Seals the receipts that are due, as far as the window has room.
    fn send_receipts(&mut self, now: UnixTime, random: &mut impl Random) {
        while self.outbox.admits(1)
            && let Some(due) = self.receipts.take(now)
        {
            self.send_own(&Message::Receipt(due.receipt), due.deadline, random);
        }
    }

    /// Sends what no person wrote, if the window has room: whether it did.
    fn send_own(&mut self, message: &Message, deadline: UnixTime, random: &mut impl Random) -> bool {
        let pieces = message.encode().ok().and_then(|bytes| split(self.next, deadline, &bytes).ok());
        self.outbox.admits(1) && pieces.is_some_and(|pieces| self.seal(pieces, random).is_ok())
    }

    /// Seals the pieces of the next message into the outbox.
    fn seal(&mut self, pieces: Vec<Piece>, random: &mut impl Random) -> Result<(), Error> {
        for piece in pieces {
            let (message, deadline) = (piece.message, piece.deadline);
            let envelope = Envelope {
                seq: self.outbox.next(),
                oldest: self.outbox.oldest(),
                ack: self.inbox.floor(),
                seen: self.inbox.seen(),
                piece,
            };
            let cell = self.session.encrypt(&envelope.encode()?, random).map_err(Error::Session)?;
            self.outbox.push(message, deadline, cell);
        }
        self.next = self.next.saturating_add(1);
        Ok(())
    }
}
