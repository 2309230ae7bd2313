//! Verdicts and guesses: nobody believes what was not typed, and no attempt is had twice.

use nightjar_client::engine::{Owner, State};
use nightjar_protocol::conversation::Standing;
use nightjar_protocol::ledger::{Event, Outcome};
use nightjar_protocol::limits::ATTEMPTS_MAX;

use super::{Book, Broken, Invite};

/// What was answered to a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    Right,
    Duress,
    Wrong,
    /// Nothing was asked.
    Open,
}

impl Answer {
    /// A word of duress is wrong where there is none.
    pub(super) fn as_judged(self, has_duress: bool) -> Self {
        if self == Self::Duress && !has_duress { Self::Wrong } else { self }
    }
}

/// Who made the invite.
pub const INVITER: usize = 0;
/// Who took it.
pub const JOINER: usize = 1;

impl Book {
    /// What a side has stored of the pairing agrees with what was typed, and with what the other has stored.
    pub(super) fn check_pairing(&mut self, side: usize, state: &State) -> Result<(), Broken> {
        if let Some(it) = self.invites.iter().find(|it| it.answers.len() > usize::from(ATTEMPTS_MAX)) {
            return Err(format!("{} answers were given", it.answers.len()));
        }
        for invitation in state.invitations.values().filter(|_| side == INVITER) {
            let left = invitation.inviter.attempts_left();
            let Some(invite) = self.invite(&invitation.name) else { continue };
            if left > invite.left {
                return Err(format!("attempts rose from {} to {left}", invite.left));
            }
            invite.left = left;
            let (judged, given) = (ATTEMPTS_MAX - left, invite.answers.len());
            if usize::from(judged) > given {
                return Err(format!("{judged} answers were judged, and {given} given"));
            }
        }
        let mut contacts = state.contacts.values();
        contacts.try_for_each(|it| self.check_standing(side, &it.name, it.conversation.standing()))
    }

    /// The name that both have for each other under the present invite.
    pub fn name(&self) -> String {
        format!("{NAME}{}", self.invites.len())
    }

    /// The invite under which both have this name for each other.
    pub(super) fn invite(&mut self, name: &str) -> Option<&mut Invite> {
        let number: usize = name.strip_prefix(NAME)?.parse().ok()?;
        self.invites.get_mut(number.checked_sub(1)?)
    }

    fn check_standing(&mut self, side: usize, name: &str, standing: Standing) -> Result<(), Broken> {
        // What was proved later, in the session, changes the standing of who asked.
        let asked = |answer| self.questions.values().any(|it| it.asker == side && it.answers.contains(&answer));
        let is_right_later = match standing {
            Standing::Verified => asked(Answer::Right),
            Standing::Duress => asked(Answer::Duress),
            Standing::Unproved => false,
        };
        let Some(invite) = self.invite(name) else { return Err(format!("{side} has a contact that nobody invited")) };
        let given = |answer| invite.answers.contains(&answer);
        let is_right = match (side, standing) {
            (INVITER, Standing::Verified) => given(Answer::Right),
            (INVITER, Standing::Duress) => given(Answer::Duress),
            (_, Standing::Verified) => given(Answer::Right) || given(Answer::Duress),
            (_, Standing::Duress) => false,
            (_, Standing::Unproved) => !invite.asks,
        };
        match is_right || is_right_later {
            true => Ok(()),
            false => Err(format!("{side} believes {standing:?}, and {:?} was typed", invite.answers)),
        }
    }

    /// Both sides, at rest, agree.
    pub fn check_both(&self, inviter: &State, joiner: &State) -> Result<(), Broken> {
        let contact = |state: &State| state.contacts.values().next().map(|it| it.conversation.standing());
        match (contact(inviter), contact(joiner)) {
            (None, Some(standing)) => Err(format!("the joiner believes {standing:?}, and the inviter nothing")),
            _ => Ok(()),
        }
    }

    /// A side was told that the words do not agree.
    pub fn mismatched(&self, owner: Owner, left: u8) -> Result<(), Broken> {
        let at = usize::from(ATTEMPTS_MAX - left);
        match self.invites.iter().any(|it| it.answers.get(at.wrapping_sub(1)) == Some(&Answer::Wrong)) {
            true => Ok(()),
            false => Err(format!("{owner:?} was told of a mismatch, and no wrong word was typed")),
        }
    }

    /// A side was told something of a question.
    pub fn affair(&self, side: usize, event: &Event) -> Result<(), Broken> {
        let is_right = match event {
            Event::AnswerWas { id, outcome, .. } => {
                let Some(super::Asked { asker, answers, .. }) = self.questions.get(id) else {
                    return Err(format!("{side} hears of an answer to what it never asked"));
                };
                let given = |answer| answers.contains(&answer);
                let expected = match outcome {
                    Outcome::Verified => given(Answer::Right),
                    Outcome::Duress => given(Answer::Duress),
                    Outcome::Mismatch { left } => {
                        answers.get(usize::from(ATTEMPTS_MAX - left).wrapping_sub(1)) == Some(&Answer::Wrong)
                    }
                };
                *asker == side && expected && answers.len() <= usize::from(ATTEMPTS_MAX)
            }
            Event::Matched { id, matched, .. } => {
                let last = self.questions.get(id).and_then(|it| it.answers.last());
                last.is_some_and(|last| *matched != (*last == Answer::Wrong))
            }
            _ => true,
        };
        match is_right {
            true => Ok(()),
            false => Err(format!("{side} hears {event:?}, and {:?} was answered", self.questions)),
        }
    }
}

/// Names begin with this.
const NAME: &str = "friend-";
