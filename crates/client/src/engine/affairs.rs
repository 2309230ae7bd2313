//! Questions and transfers: what a person asks of the ledger, what contacts say to it, and the messages that follow from
//! either. A message is written into the vault together with what it follows from, and is given to its conversation when
//! the window there has room.

use std::collections::BTreeSet;

use nightjar_protocol::conversation::{self, Standing};
use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::ledger::{
    self, Confirmation, Error, Event, Ledger, NewQuestion, NewTransfer, Outcome, Peer, Post, Reaction,
};
use nightjar_protocol::limits::NOTE_MAX;
use nightjar_protocol::message::{self, Message, QuestionId, TransferId};
use nightjar_protocol::money::ClaimCode;
use nightjar_protocol::nickname::Word;

use super::{Engine, Notice};
use crate::failure::{Failure, Kind};

impl Engine {
    /// The questions and transfers, to look at.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.state.ledger
    }

    /// Keeps a question, to be asked later.
    ///
    /// # Errors
    /// What the ledger refuses, as a failure.
    pub fn prepare(&mut self, contact: u64, question: &NewQuestion) -> Result<(), Failure> {
        let done = self.state.ledger.prepare(contact, question, &mut self.random);
        self.done(contact, done.map(drop))
    }

    /// Asks a question, or the next one that was prepared.
    ///
    /// # Errors
    /// What the ledger refuses, as a failure.
    pub fn ask(&mut self, contact: u64, question: Option<&NewQuestion>, lifetime: u32) -> Result<QuestionId, Failure> {
        let (now, peer) = (self.now(), self.peer(contact)?);
        let done = self.state.ledger.ask(now, &peer, question, None, lifetime, &mut self.random);
        let (id, posts) = self.done(contact, done)?;
        self.post_all(posts);
        Ok(id)
    }

    /// Answers a question that is about nothing else.
    ///
    /// # Errors
    /// What the ledger refuses, as a failure.
    pub fn answer_question(&mut self, contact: u64, id: QuestionId, word: &Word) -> Result<(), Failure> {
        let (now, peer) = (self.now(), self.peer(contact)?);
        let done = self.state.ledger.answer(now, &peer, id, word, &mut self.random);
        let posts = self.done(contact, done)?;
        self.post_all(posts);
        Ok(())
    }

    /// Orders a transfer to `family`, by way of `broker`.
    ///
    /// # Errors
    /// [`Kind::TransferParties`], [`Kind::ContactUnverified`], [`Kind::ContactDuress`], what the ledger refuses.
    pub fn open_transfer(
        &mut self,
        (family, broker): (u64, u64),
        new: &NewTransfer,
        question: Option<&NewQuestion>,
    ) -> Result<TransferId, Failure> {
        self.check_parties(family, broker)?;
        let now = self.now();
        let (to, via) = (self.peer(family)?, self.peer(broker)?);
        let done = self.state.ledger.open_transfer(now, &to, &via, new, question, &mut self.random);
        let (id, posts) = self.done(family, done)?;
        self.post_all(posts);
        Ok(id)
    }

    /// Whether these two can be the ends of a transfer.
    ///
    /// # Errors
    /// [`Kind::TransferParties`], [`Kind::ContactUnverified`], [`Kind::ContactDuress`].
    pub fn check_parties(&self, family: u64, broker: u64) -> Result<(), Failure> {
        if family == broker {
            return Err(Kind::TransferParties.into());
        }
        let of = |kind, contact| Failure::new(kind).text("name", self.name(contact));
        match (self.standing(family), self.standing(broker)) {
            (Some(Standing::Duress), _) => Err(of(Kind::ContactDuress, family)),
            (_, Some(Standing::Duress)) => Err(of(Kind::ContactDuress, broker)),
            (Some(Standing::Verified), _) => Ok(()),
            _ => Err(of(Kind::ContactUnverified, family)),
        }
    }

    /// As the broker of a transfer: the money is here.
    ///
    /// # Errors
    /// What the ledger refuses, as a failure.
    pub fn funds_received(&mut self, id: TransferId) -> Result<(), Failure> {
        let done = self.state.ledger.funds_received(self.now(), id);
        self.said(id, done)
    }

    /// As the broker of a transfer: this is what the family said when it had the cash.
    ///
    /// # Errors
    /// What the ledger refuses, as a failure.
    pub fn claim(&mut self, id: TransferId, code: &ClaimCode) -> Result<(), Failure> {
        let done = self.state.ledger.claim(self.now(), id, code);
        self.said(id, done)
    }

    /// As the family of a transfer: so much came. Proved with the word, unless no question is open.
    ///
    /// # Errors
    /// What the ledger refuses, as a failure.
    pub fn confirm(&mut self, id: TransferId, came: &Confirmation, word: Option<&Word>) -> Result<(), Failure> {
        let (now, contact) = (self.now(), self.promised_by(id)?);
        let peer = self.peer(contact)?;
        let done = self.state.ledger.confirm(now, &peer, id, came, word, &mut self.random);
        self.said(id, done)
    }

    /// As the family of a transfer: something is wrong with it.
    ///
    /// # Errors
    /// What the ledger refuses, as a failure.
    pub fn dispute(&mut self, id: TransferId, note: &str) -> Result<(), Failure> {
        let done = self.state.ledger.dispute(self.now(), id, note);
        self.said(id, done)
    }

    /// Takes a message that a conversation does not understand, in the turn in which it came.
    pub(super) fn hear(&mut self, contact: u64, message: Message) {
        let Ok(peer) = self.peer(contact) else { return };
        let Reaction { posts, events } = self.state.ledger.handle(self.now(), &peer, message, &mut self.random);
        self.post_all(posts);
        self.happened(events);
    }

    /// Lets time do its work on questions and transfers.
    pub(super) fn tick_affairs(&mut self, now: UnixTime) {
        if self.state.ledger.next_due().is_some_and(|due| due <= now) {
            let events = self.state.ledger.tick(now);
            self.happened(events);
            self.dirty = true;
        }
    }

    /// Gives messages to their conversations, as far as there is room in the windows: in their order, and none past its
    /// time. What a conversation has taken is in its outbox from here on.
    pub(super) fn hand_over(&mut self) {
        if self.state.posts.is_empty() || !self.clock_is_trusted() {
            return;
        }
        let (now, mut closed) = (self.now(), BTreeSet::new());
        for post in std::mem::take(&mut self.state.posts) {
            let Some(it) = self.state.contacts.get_mut(&post.contact).filter(|_| post.deadline > now) else {
                self.dirty = true;
                continue;
            };
            if closed.contains(&post.contact) {
                self.state.posts.push(post);
                continue;
            }
            match it.conversation.send(now, &post.message, post.deadline, &mut self.random) {
                Err(conversation::Error::PeerSilent) => {
                    closed.insert(post.contact);
                    self.state.posts.push(post);
                }
                _ => self.dirty = true,
            }
        }
    }

    /// Takes note of what happened. What a contact proved is what it counts as from here on; nothing leaves because of it.
    fn happened(&mut self, events: Vec<Event>) {
        for event in events {
            let proved = match event {
                Event::AnswerWas { contact, outcome: Outcome::Verified, .. } => Some((contact, Standing::Verified)),
                Event::AnswerWas { contact, outcome: Outcome::Duress, .. } => Some((contact, Standing::Duress)),
                // To have answered proves nothing here: whoever asks may ask what anybody knows.
                _ => None,
            };
            if let Some((contact, standing)) = proved
                && let Some(it) = self.state.contacts.get_mut(&contact)
            {
                it.conversation.set_standing(standing);
            }
            self.notices.push(Notice::Affair(event));
        }
    }

    /// Puts messages into the queue. Whoever says what is refused faster than it hears so is not told of it again: no
    /// contact can fill the vault.
    fn post_all(&mut self, posts: Vec<Post>) {
        for post in posts {
            let waiting = self.state.posts.iter().filter(|it| it.contact == post.contact).count();
            if waiting < REFUSALS_WAITING || !matches!(post.message, Message::Refusal(_)) {
                self.state.posts.push(post);
            }
        }
        self.dirty = true;
    }

    fn said(&mut self, id: TransferId, done: Result<Vec<Post>, Error>) -> Result<(), Failure> {
        let posts = done.map_err(|error| refused(error).text("id", ledger::handle(&id)))?;
        self.post_all(posts);
        Ok(())
    }

    fn done<T>(&mut self, contact: u64, done: Result<T, Error>) -> Result<T, Failure> {
        let done = done.map_err(|error| refused(error).text("name", self.name(contact)))?;
        self.dirty = true;
        Ok(done)
    }

    /// Who promised a transfer to this side.
    fn promised_by(&self, id: TransferId) -> Result<u64, Failure> {
        let sender = self.state.ledger.transfers(self.now()).find(|it| it.id == id).and_then(|it| it.sender);
        sender.ok_or_else(|| Failure::new(Kind::TransferRole).text("id", ledger::handle(&id)))
    }

    /// A contact, as the ledger wants it.
    fn peer(&self, contact: u64) -> Result<Peer, Failure> {
        let it = self.conversation(contact).ok_or_else(|| Failure::internal("no such contact"))?;
        Ok(Peer { contact, session: *it.session_id(), side: it.side() })
    }

    fn standing(&self, contact: u64) -> Option<Standing> {
        self.conversation(contact).map(|it| it.standing())
    }

    fn name(&self, contact: u64) -> &str {
        self.state.contacts.get(&contact).map_or("", |it| it.name.as_str())
    }
}

/// The failure that a refusal of the ledger is. The caller adds whom or what it is about.
fn refused(error: Error) -> Failure {
    match error {
        Error::Unknown => Kind::TransferRole.into(),
        Error::Message(message::Error::Control) => Kind::MessageControl.into(),
        Error::Message(message::Error::Empty) => Kind::MessageEmpty.into(),
        Error::Message(message::Error::Question) => Kind::QuestionCharacters.into(),
        Error::Message(message::Error::TooLong) => Failure::new(Kind::NoteLong).number("most", NOTE_MAX as u64),
        Error::SameWord => Kind::AnswersAlike.into(),
        Error::WordUsed => Kind::AnswerUsed.into(),
        Error::NoQuestion => Kind::QuestionNone.into(),
        Error::QuestionOpen => Kind::QuestionOpen.into(),
        Error::Waiting => Kind::TransferPending.into(),
        Error::SameContact => Kind::TransferParties.into(),
        Error::Finished => Kind::TransferFinished.into(),
        Error::Expired => Kind::TransferExpired.into(),
        Error::Spent => Kind::ClaimSpent.into(),
        Error::Full => Kind::AffairsFull.into(),
        other => Failure::internal(other),
    }
}

/// Messages that wait for a contact before refusals to it are dropped.
const REFUSALS_WAITING: usize = 32;
