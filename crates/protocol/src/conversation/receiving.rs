//! What a cell of the peer changes. Spec: messages, "Receiving".

use super::envelope::Envelope;
use super::files::Progress;
use super::machine::Conversation;
use super::view::{Direction, Line, MessageId};
use super::{Error, Event, Expiry, Handled};
use crate::keys::{Random, UnixTime};
use crate::limits::LIVING_MAX;
use crate::message::{Attachments, Message, ReceiptKind, Text};
use crate::wire::Cell;

impl Conversation {
    /// Takes a cell from an own mailbox.
    ///
    /// # Errors
    /// [`Error`] if the cell is refused; nothing changed then.
    pub fn handle(&mut self, now: UnixTime, cell: &Cell, random: &mut impl Random) -> Result<Handled, Error> {
        let opened = self.session.open(now, cell).map_err(|_| Error::Undecryptable)?;
        let envelope = Envelope::decode(opened.content())?;
        if envelope.ack >= self.outbox.next() {
            return Err(Error::Acknowledgement);
        }
        let number = envelope.piece.message;
        let message = self.inbox.check(&envelope)?;
        if let Some(deadline) = message.as_ref().and_then(Message::deadline) {
            let id = MessageId { direction: Direction::Received, number };
            if deadline != envelope.piece.deadline {
                return Err(Error::Piece);
            }
            if self.view.contains(id) {
                return Err(Error::Repeated);
            }
            if self.view.received() >= LIVING_MAX {
                return Err(Error::Full);
            }
        }
        opened.accept();
        let mut events = self.note(now, envelope, message.is_some());
        let said = message.and_then(|message| self.take(now, number, message, &mut events, random));
        events.extend(self.mailboxes.settle(self.inbox.floor()).map(|mailbox| Event::Retired { mailbox }));
        Ok(Handled { events, said })
    }

    /// Takes note of the numbers of an accepted envelope.
    fn note(&mut self, now: UnixTime, envelope: Envelope, whole: bool) -> Vec<Event> {
        let mut events = Vec::new();
        for number in self.outbox.acknowledge(now, envelope.ack, envelope.seen) {
            self.mailboxes.confirm(number, envelope.seq);
            events.extend(self.view.arrived(now, number));
        }
        events.extend(self.inbox.note(now, envelope, whole).map(incomplete));
        events
    }

    /// Takes a whole message, or gives back one that is not for this machine.
    fn take(
        &mut self,
        now: UnixTime,
        number: u64,
        message: Message,
        events: &mut Vec<Event>,
        random: &mut impl Random,
    ) -> Option<Message> {
        let id = MessageId { direction: Direction::Received, number };
        let mut owe = |kind, deadline| self.receipts.owe(now, self.policy, kind, (number, deadline), random);
        match message {
            Message::Text(Text { deadline, .. }) | Message::Attachments(Attachments { deadline, .. })
                if deadline <= now =>
            {
                owe(ReceiptKind::Erased, deadline);
                events.push(Event::Expired { id, expiry: Expiry::Late });
            }
            Message::Text(text) => {
                owe(ReceiptKind::Delivered, text.deadline);
                self.view.add(now, id, text.into());
                events.push(Event::Received { id });
            }
            Message::Attachments(attachments) => {
                // Delivered is what they are once their cells have come.
                self.view.add(now, id, Line::of(attachments, Progress::Fetching));
                events.push(Event::Received { id });
            }
            Message::Receipt(receipt) => {
                events
                    .extend(receipt.messages.iter().filter_map(|number| self.view.receipt(now, receipt.kind, *number)));
            }
            Message::Mailbox(mailbox) => {
                owe(ReceiptKind::Delivered, now);
                events.extend(self.mailboxes.move_peer(number, mailbox).then_some(Event::PeerMoved));
            }
            message => return Some(message),
        }
        None
    }
}

/// Some pieces came, the rest did not.
pub(super) fn incomplete(number: u64) -> Event {
    Event::Expired { id: MessageId { direction: Direction::Received, number }, expiry: Expiry::Incomplete }
}
