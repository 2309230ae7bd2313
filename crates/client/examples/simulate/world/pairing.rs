//! An invite and whoever takes it: words right and wrong, and programs that are killed at every point.

use nightjar_client::engine::{LookUp, NewInvite};
use nightjar_client::failure::Failure;
use nightjar_protocol::invite::Invite;
use nightjar_protocol::nickname::Word;
use nightjar_protocol::pairing::Question;

use super::{Heard, World};
use crate::book::{Answer, Broken, INVITER, JOINER, Pending};
use crate::time::{MINUTE, Millis, SECOND};

impl World {
    /// Lets two people meet: whether they did.
    pub(super) fn pair(&mut self) -> Result<bool, Broken> {
        for _ in 0..INVITES {
            let lifetime = *self.dice.pick(&[10 * MINUTE, 30 * MINUTE, 180 * MINUTE]);
            let until = self.now() + lifetime + MINUTE;
            if let Some(invite) = self.invite(lifetime)? {
                self.join(&invite, until)?;
            }
            let met = [INVITER, JOINER].map(|side| self.people[side].stored().map(|it| it.contacts.len()));
            match met {
                [Ok(0), Ok(0)] => {}
                [Ok(1), Ok(1)] => return Ok(true),
                [Err(broken), _] | [_, Err(broken)] => return Err(broken),
                // One has heard of it and the other has not: it will, or the invite has ended.
                _ => return Ok(false),
            }
        }
        Ok(false)
    }

    /// Makes an invite and hands it over, if it was stored.
    fn invite(&mut self, lifetime: Millis) -> Result<Option<Invite>, Broken> {
        if !self.wait_for(INVITER)? {
            return Ok(None);
        }
        let asks = self.dice.percent(85);
        let question = asks.then(|| Question {
            text: "What did we call the well?".to_owned(),
            answer: word(Answer::Right),
            duress: self.dice.percent(70).then(|| word(Answer::Duress)),
        });
        let has_duress = question.as_ref().is_some_and(|it| it.duress.is_some());
        self.book.invited(asks, has_duress);
        let lifetime = (lifetime / SECOND) as u32;
        let new = NewInvite { name: self.book.name(), relay: self.address.clone(), as_link: true, lifetime, question };
        let Some(engine) = self.people[INVITER].engine_mut() else { return Ok(None) };
        let invited = engine.invite(new).map_err(|failure| unexpected("invite", &failure))?;
        self.trace.event(format_args!("an invite is made, asks: {asks}"));
        if self.dice.percent(30) && !self.is_healed {
            self.plan_kill(INVITER);
        }
        let until = self.now() + MINUTE;
        self.until(until, |world| world.heard[INVITER].contains(&Heard::Published))?;
        self.heard[INVITER].clear();
        let name = self.book.name();
        let is_stored = self.people[INVITER].stored()?.invitations.values().any(|it| it.name == name);
        let invite = Invite::parse(&invited.code).map_err(|error| format!("an invite does not parse: {error}"))?;
        Ok(is_stored.then_some(invite))
    }

    /// Takes an invite, and answers until it is over.
    fn join(&mut self, invite: &Invite, until: Millis) -> Result<(), Broken> {
        while self.now() < until {
            let think = *self.dice.pick(&[1, SECOND, 5 * SECOND, 30 * SECOND]);
            self.pass(think)?;
            if self.dice.percent(15) {
                self.plan_kill(JOINER);
            }
            if !self.wait_for(JOINER)? {
                continue;
            }
            let stored = self.people[JOINER].stored()?;
            if !stored.contacts.is_empty()
                || self.people[INVITER].stored()?.invitations.is_empty() && stored.joinings.is_empty()
            {
                return Ok(());
            }
            match stored.joinings.iter().next() {
                None => self.take(invite)?,
                Some((number, it)) if matches!(it.joiner.pending(), Ok(None)) && it.joiner.attempts_left() > 0 => {
                    self.answer(Some(*number));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Looks an invite up, and answers it for the first time.
    fn take(&mut self, invite: &Invite) -> Result<(), Broken> {
        let (name, address) = (self.book.name(), self.address.clone());
        let Some(engine) = self.people[JOINER].engine_mut() else { return Ok(()) };
        if engine.found_joiner().is_none() {
            self.heard[JOINER].clear();
            engine.look_up(invite, address, name).map_err(|failure| unexpected("look_up", &failure))?;
        }
        let until = self.now() + 40 * SECOND;
        let is_told = |world: &Self| world.heard[JOINER].iter().any(|heard| matches!(heard, Heard::LookUp(_)));
        self.until(until, is_told)?;
        match self.heard[JOINER].pop() {
            Some(Heard::LookUp(LookUp::Found)) => self.answer(None),
            Some(Heard::LookUp(LookUp::Unknown)) => {
                let keys =
                    invite.keys(Some(&self.address)).map_err(|error| format!("an invite without keys: {error}"))?;
                if !self.relay.shelf.has_denied(keys.rendezvous.mailbox()) {
                    return Err("an invite is said to be unknown, and the relay never said so".to_owned());
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Answers, for the first time or again.
    fn answer(&mut self, joining: Option<u64>) {
        let stage = self.people[JOINER].engine.as_ref().and_then(|engine| match joining {
            None => Some((self.book.name(), engine.found_joiner()?.question().is_some())),
            Some(number) => {
                engine.state().joinings.get(&number).map(|it| (it.name.clone(), it.joiner.question().is_some()))
            }
        });
        let Some((name, asks)) = stage else { return };
        let answer = match asks {
            false => Answer::Open,
            true => *self.dice.pick(&[Answer::Right, Answer::Right, Answer::Wrong, Answer::Wrong, Answer::Duress]),
        };
        let typed = word(answer);
        let Some(engine) = self.people[JOINER].engine_mut() else { return };
        let given = (answer != Answer::Open).then_some(&typed);
        let done = match joining {
            None => engine.answer_found(given).map(drop),
            Some(number) => engine.answer(number, given),
        };
        // It may have expired just now.
        self.trace.event(format_args!("the joiner answers {answer:?}: {:?}", done.as_ref().err()));
        if done.is_ok() {
            self.does(JOINER, Pending::Answered(name, answer));
            if self.dice.percent(40) {
                let side = self.dice.below(2) as usize;
                self.plan_kill(side);
            }
        }
    }

    /// Waits until a person's program runs and knows the time; `false` if that takes long.
    pub(super) fn wait_for(&mut self, side: usize) -> Result<bool, Broken> {
        if self.people[side].engine.is_none() && self.restart_at[side].is_none() {
            self.start(side)?;
        }
        let until = self.now() + MINUTE;
        self.until(until, |world| world.people[side].engine.as_ref().is_some_and(|engine| engine.knows_time()))
    }
}

/// What is typed.
pub(super) fn word(answer: Answer) -> Word {
    let typed = match answer {
        Answer::Right => "the stone well",
        Answer::Duress => "the iron gate",
        Answer::Wrong => "the old mill",
        Answer::Open => return Word::unproved(),
    };
    Word::normalise(typed).expect("a word")
}

pub(super) fn unexpected(what: &str, failure: &Failure) -> Broken {
    format!("{what} fails: {failure:?}")
}

/// Invites that are tried.
const INVITES: u32 = 3;
