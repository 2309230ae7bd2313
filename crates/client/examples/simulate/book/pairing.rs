//! Verdicts and guesses: nobody believes what was not typed, and no attempt is had twice.

use nightjar_client::engine::{Owner, State};
use nightjar_protocol::conversation::Standing;
use nightjar_protocol::ledger::{Event, Outcome};
use nightjar_protocol::limits::ATTEMPTS_MAX;

use super::{Book, Broken};

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
        let given = self.answers.len();
        if given > usize::from(ATTEMPTS_MAX) {
            return Err(format!("{given} answers were given"));
        }
        if side == INVITER {
            for invitation in state.invitations.values() {
                let left = invitation.inviter.attempts_left();
                if invitation.name != self.name() {
                    continue;
                }
                if left > self.left {
                    return Err(format!("attempts rose from {} to {left}", self.left));
                }
                self.left = left;
                if usize::from(ATTEMPTS_MAX - left) > given {
                    return Err(format!("{} answers were judged, and {given} given", ATTEMPTS_MAX - left));
                }
            }
        }
        let mut standings = state.contacts.values().map(|contact| contact.conversation.standing());
        standings.try_for_each(|standing| self.check_standing(side, standing))
    }

    /// The name that both have for each other under the present invite.
    pub fn name(&self) -> String {
        format!("friend-{}", self.invites)
    }

    fn check_standing(&self, side: usize, standing: Standing) -> Result<(), Broken> {
        // What was proved later, in the session, changes the standing of who asked.
        let asked = |answer| self.questions.values().any(|it| it.asker == side && it.answers.contains(&answer));
        let given = |answer| self.answers.contains(&answer);
        let is_right = match (side, standing) {
            (INVITER, Standing::Verified) => given(Answer::Right),
            (INVITER, Standing::Duress) => given(Answer::Duress),
            (_, Standing::Verified) => given(Answer::Right) || given(Answer::Duress),
            (_, Standing::Duress) => false,
            (_, Standing::Unproved) => !self.asks,
        };
        let is_right_later = match standing {
            Standing::Verified => asked(Answer::Right),
            Standing::Duress => asked(Answer::Duress),
            Standing::Unproved => false,
        };
        match is_right || is_right_later {
            true => Ok(()),
            false => Err(format!("{side} believes {standing:?}, and {:?} was typed", self.answers)),
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
        match self.answers.get(at.wrapping_sub(1)) {
            Some(Answer::Wrong) => Ok(()),
            other => Err(format!("{owner:?} was told of a mismatch, and {other:?} was typed")),
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
