//! What a person asks of the engine. Each changes the state; the next turn writes it and lets out what follows from it.

use nightjar_protocol::conversation::{self, Audience, Direction, MessageId, MessageState};
use nightjar_protocol::invite::{Invite, InviteKeys, RelayAddress};
use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::limits::{BUNDLE_GRACE, LIFETIME_DEFAULT, TEXT_MAX};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::pairing::{self, Inviter, Joiner, Question};
use zeroize::Zeroizing;

use super::state::{Invitation, Joining};
use super::{Engine, Owner};
use crate::failure::{Failure, Kind};

/// An invite to be made.
pub struct NewInvite {
    /// What the contact will be called.
    pub name: String,
    /// Where both will meet.
    pub relay: RelayAddress,
    /// A link, or digits to be spoken.
    pub as_link: bool,
    /// Seconds it lives.
    pub lifetime: u32,
    /// What is asked, and what the answers are.
    pub question: Option<Question>,
}

/// An invite that was made.
pub struct Invited {
    /// Its number.
    pub number: u64,
    /// The link or the digits, to be handed over.
    pub code: Zeroizing<String>,
    /// Its end.
    pub expires: UnixTime,
}

/// An invite that is being looked up.
pub(super) struct Finding {
    pub(super) name: String,
    pub(super) relay: RelayAddress,
    pub(super) keys: InviteKeys,
    pub(super) joiner: Option<Box<Joiner>>,
    pub(super) at: Option<(u16, u64)>,
}

/// A message to be sent.
pub struct Outgoing<'a> {
    /// What it says.
    pub text: &'a str,
    /// Seconds it lives.
    pub lifetime: u32,
    /// Seconds it stays after it was shown.
    pub after_read: u32,
    /// Whom it is fit for.
    pub audience: Audience,
}

impl Engine {
    /// Makes an invite: the bundle leaves with the next turn.
    ///
    /// # Errors
    /// [`Kind::ContactExists`] if the name is taken; [`Kind::QuestionLong`] or [`Kind::AnswersAlike`].
    pub fn invite(&mut self, new: NewInvite) -> Result<Invited, Failure> {
        self.check_name(&new.name)?;
        let invite = match new.as_link {
            true => Invite::generate_link(new.relay.clone(), &mut self.random),
            false => Invite::generate_code(&mut self.random),
        };
        let keys = invite.keys(Some(&new.relay)).map_err(Failure::internal)?;
        let expires = self.now().plus(u64::from(new.lifetime));
        let now = self.now();
        let inviter = Inviter::create(now, expires, new.question, &keys, &mut self.random).map_err(not_invited)?;
        let inviter = Box::new(inviter);
        let bundle = inviter.bundle().ok_or_else(|| Failure::internal("an invite without a bundle"))?;
        let number = self.state.number();
        let to = keys.rendezvous.mailbox();
        let rendezvous = keys.rendezvous.duplicate();
        let invitation = Invitation { name: new.name, relay: new.relay, rendezvous, inviter };
        self.state.invitations.insert(number, invitation);
        let ttl = new.lifetime.saturating_add(BUNDLE_GRACE);
        self.post(Owner::Invitation(number), to, bundle, (ttl, expires.plus(u64::from(BUNDLE_GRACE))));
        Ok(Invited { number, code: invite.text(), expires })
    }

    /// Takes back an invite that nobody has answered.
    pub fn withdraw(&mut self, invitation: u64) {
        self.drop_pairing(Owner::Invitation(invitation));
    }

    /// Looks up somebody else's invite; a notice says what is there.
    ///
    /// # Errors
    /// [`Kind::ContactExists`] if the name is taken; [`Kind::RelayMissing`] if the digits need a configured relay.
    pub fn look_up(&mut self, invite: &Invite, relay: RelayAddress, name: String) -> Result<(), Failure> {
        self.check_name(&name)?;
        // The task of a new link is moved to the heap with whatever the stack held where it is: that comes before the keys.
        self.connect(&relay);
        let keys = invite.keys(Some(&relay)).map_err(|_| Failure::from(Kind::RelayMissing))?;
        self.finding = Some(Box::new(Finding { name, relay, keys, joiner: None, at: None }));
        Ok(())
    }

    /// The invite that was found.
    #[must_use]
    pub fn found_joiner(&self) -> Option<&Joiner> {
        self.finding.as_ref().and_then(|finding| finding.joiner.as_deref())
    }

    /// Answers the invite that was found, for the first time: it is taken from here on.
    ///
    /// # Errors
    /// [`Kind::Internal`] if none was found; a failure of the pairing.
    pub fn answer_found(&mut self, word: Option<&Word>) -> Result<u64, Failure> {
        let mut finding = self.finding.take().ok_or_else(|| Failure::internal("no invite was found"))?;
        let joiner = finding.joiner.take().ok_or_else(|| Failure::internal("no invite was found"))?;
        let number = self.state.number();
        let relay = finding.relay.clone();
        self.state.joinings.insert(number, Joining { name: finding.name.clone(), relay: relay.clone(), joiner });
        if let Err(failure) = self.answer(number, word) {
            // Nothing was sent: the invite is as good as before, and nothing is kept of it here.
            self.state.joinings.remove(&number);
            return Err(failure);
        }
        if let Some((slot, seq)) = finding.at {
            self.burn(&relay, slot, seq);
        }
        Ok(number)
    }

    /// Answers again, after a mismatch.
    ///
    /// # Errors
    /// [`Kind::AttemptsExhausted`] if no attempt is left.
    pub fn answer(&mut self, joining: u64, word: Option<&Word>) -> Result<(), Failure> {
        let now = self.now();
        let it = self.state.joinings.get_mut(&joining).ok_or_else(|| Failure::from(Kind::AttemptsExhausted))?;
        let cell = match word {
            Some(word) => it.joiner.answer(now, word, &mut self.random),
            None => it.joiner.accept(now, &mut self.random),
        };
        let cell = cell.map_err(not_answered)?;
        let expires = it.joiner.expires();
        let to = it.joiner.inviter_mailbox().ok_or_else(|| Failure::internal("an answer without an addressee"))?;
        self.post(Owner::Joining(joining), to, cell, (LIFETIME_DEFAULT, expires));
        Ok(())
    }

    /// Puts a message on its way.
    ///
    /// # Errors
    /// [`Kind::MessageEmpty`], [`Kind::ContactDuress`]; [`Kind::Internal`] for what the caller should have checked.
    pub fn send(&mut self, contact: u64, message: &Outgoing<'_>) -> Result<MessageId, Failure> {
        let now = self.now();
        let it = self.state.contacts.get_mut(&contact).ok_or_else(|| Failure::internal("no such contact"))?;
        let Outgoing { text, lifetime, after_read, audience } = message;
        let sent = it.conversation.send_text(now, text, (*lifetime, *after_read), *audience, &mut self.random);
        let sent = sent.map_err(|error| not_sent(error, &it.name, text.len()))?;
        self.dirty = true;
        Ok(sent)
    }

    /// Shows a message that came earlier: from here on its timer runs.
    pub fn show_message(&mut self, contact: u64, message: MessageId) -> Option<Zeroizing<String>> {
        let now = self.now();
        let it = self.state.contacts.get_mut(&contact)?;
        let text = Zeroizing::new(it.conversation.show(now, message, &mut self.random)?.to_owned());
        self.dirty = true;
        Some(text)
    }

    /// Says that a person has taken note of a message that was shown, the last one if none is named: its number.
    ///
    /// # Errors
    /// [`Kind::MessageUnknown`] if there is none.
    pub fn acknowledge(&mut self, contact: u64, number: Option<u64>) -> Result<u64, Failure> {
        let now = self.now();
        let it = self.state.contacts.get_mut(&contact).ok_or_else(|| Failure::internal("no such contact"))?;
        let shown = |id: MessageId, state| id.direction == Direction::Received && state >= MessageState::Seen;
        let seen = it.conversation.messages(now).filter(|view| shown(view.id, view.state)).map(|view| view.id.number);
        let number = number.or_else(|| seen.last());
        let id = number.map(|number| MessageId { direction: Direction::Received, number });
        let done = id.map(|id| it.conversation.acknowledge(now, id, &mut self.random).map(|()| id.number));
        self.dirty = true;
        let unknown = || Failure::new(Kind::MessageUnknown).text("name", &it.name);
        done.and_then(Result::ok).ok_or_else(unknown)
    }

    fn check_name(&self, name: &str) -> Result<(), Failure> {
        if self.state.is_taken(name) {
            return Err(Failure::new(Kind::ContactExists).text("name", name));
        }
        Ok(())
    }
}

fn not_invited(error: pairing::Error) -> Failure {
    match error {
        pairing::Error::SameAnswers => Kind::AnswersAlike.into(),
        pairing::Error::Question => Kind::QuestionLong.into(),
        other => Failure::internal(other),
    }
}

fn not_answered(error: pairing::Error) -> Failure {
    match error {
        pairing::Error::Expired => Kind::InviteExpired.into(),
        pairing::Error::State => Kind::AttemptsExhausted.into(),
        other => Failure::internal(other),
    }
}

pub(super) fn not_sent(error: conversation::Error, name: &str, length: usize) -> Failure {
    use nightjar_protocol::message;
    match error {
        conversation::Error::Duress => Failure::new(Kind::ContactDuress).text("name", name),
        conversation::Error::PeerSilent => Failure::new(Kind::PeerSilent).text("name", name),
        conversation::Error::Message(message::Error::Empty) => Kind::MessageEmpty.into(),
        conversation::Error::Message(message::Error::TooLong) => {
            Failure::new(Kind::MessageLong).number("length", length as u64).number("most", TEXT_MAX as u64)
        }
        conversation::Error::Message(message::Error::Control) => Kind::MessageControl.into(),
        other => Failure::internal(other),
    }
}
