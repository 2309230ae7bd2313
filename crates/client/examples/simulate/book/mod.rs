//! What really happened, kept by nobody in the world: what was written, typed, stored and shown. The promises are checked
//! against it.

mod pairing;
mod texts;

use std::collections::BTreeMap;

use nightjar_client::engine::{Engine, State};
use nightjar_protocol::limits::ATTEMPTS_MAX;
use nightjar_protocol::message::QuestionId;

use crate::person::Person;
use crate::time::{Millis, SECOND, Time};
pub use pairing::{Answer, INVITER, JOINER};
pub use texts::Text;

/// The book of one world.
pub struct Book {
    time: Time,
    pub texts: Vec<Text>,
    /// Which text a message is, by the side that sent it and its number.
    numbers: [BTreeMap<u64, usize>; 2],
    /// Every invite that was made.
    invites: Vec<Invite>,
    /// Questions in the session.
    questions: BTreeMap<QuestionId, Asked>,
    /// What a person did that may not have been stored.
    pending: [Vec<(u64, Pending)>; 2],
    /// When the disk of a side was last searched.
    searched: [Millis; 2],
    /// Whether the relay tells the right time and keeps what it is given.
    pub is_honest: bool,
}

/// Something that a person did, and that holds once it is stored.
pub enum Pending {
    Wrote(Box<Text>),
    /// The invite that both call by this name.
    Answered(String, Answer),
    AnsweredQuestion(QuestionId, Answer),
    /// A question, and whether it has a word of duress.
    Asked(QuestionId, bool),
}

/// An invite: whether it asks something, and has a word of duress; the attempts that its maker had left when last stored;
/// what was answered.
struct Invite {
    asks: bool,
    has_duress: bool,
    left: u8,
    answers: Vec<Answer>,
}

/// A question in the session: who asked, whether it has a word of duress, and what was answered.
#[derive(Debug)]
struct Asked {
    asker: usize,
    has_duress: bool,
    answers: Vec<Answer>,
}

/// A promise that was broken.
pub type Broken = String;

impl Book {
    pub fn new(time: &Time, is_honest: bool) -> Self {
        Self {
            time: time.clone(),
            texts: Vec::new(),
            numbers: Default::default(),
            invites: Vec::new(),
            questions: BTreeMap::new(),
            pending: Default::default(),
            searched: [0; 2],
            is_honest,
        }
    }

    /// Another invite is open.
    pub fn invited(&mut self, asks: bool, has_duress: bool) {
        self.invites.push(Invite { asks, has_duress, left: ATTEMPTS_MAX, answers: Vec::new() });
    }

    /// A side did something when its disk had had so many commits.
    pub fn did(&mut self, side: usize, commits: u64, what: Pending) {
        self.pending[side].push((commits, what));
    }

    /// The side's program came to rest, or was killed, after so many commits: what it did before holds if it was stored.
    pub fn stored(&mut self, side: usize, commits: u64) {
        for (before, what) in std::mem::take(&mut self.pending[side]) {
            if commits == before {
                continue;
            }
            match what {
                Pending::Wrote(text) => {
                    self.numbers[side].insert(text.number, self.texts.len());
                    self.texts.push(*text);
                }
                Pending::Answered(name, answer) => {
                    if let Some(invite) = self.invite(&name) {
                        invite.answers.push(answer.as_judged(invite.has_duress));
                    }
                }
                Pending::AnsweredQuestion(id, answer) => {
                    if let Some(asked) = self.questions.get_mut(&id) {
                        asked.answers.push(answer.as_judged(asked.has_duress));
                    }
                }
                Pending::Asked(id, has_duress) => {
                    self.questions.insert(id, Asked { asker: side, has_duress, answers: Vec::new() });
                }
            }
        }
    }

    /// Learns from what a side has stored, and checks it.
    pub fn learn(&mut self, side: usize, state: &State) -> Result<(), Broken> {
        for contact in state.contacts.values() {
            self.learn_texts(side, &contact.conversation)?;
        }
        self.check_pairing(side, state)
    }

    /// Checks what a running program has in its memory and on its disk.
    pub fn check_copies(&mut self, side: usize, person: &Person) -> Result<(), Broken> {
        let Some(engine) = person.engine.as_ref().filter(|_| person.may_trust_its_clock()) else { return Ok(()) };
        if !self.is_right(engine) {
            // The relay could not be asked, and the calendar was wrong: what lives may be erased too early.
            self.texts.iter_mut().for_each(|text| text.is_excused = true);
            return Ok(());
        }
        if !person.trusts_its_clock() {
            return Ok(());
        }
        for contact in engine.state().contacts.values() {
            self.check_views(side, &contact.conversation, engine.now())?;
        }
        if self.searched[side] + SEARCH_EVERY <= self.time.now() {
            self.searched[side] = self.time.now();
            self.check_disk(side, &person.disk.payload())?;
        }
        Ok(())
    }

    /// What happened, in numbers.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        let texts = |is: &dyn Fn(&Text) -> bool| self.texts.iter().filter(|text| is(text)).count() as u64;
        BTreeMap::from([
            ("invites", self.invites.len() as u64),
            ("texts", texts(&|text| text.file.is_none())),
            ("attachments", texts(&|text| text.file.is_some())),
            ("arrived", texts(&Text::has_arrived)),
            ("shown", texts(&|text| text.is_shown())),
            ("questions in sessions", self.questions.len() as u64),
            ("answers to them", self.questions.values().map(|it| it.answers.len() as u64).sum()),
        ])
    }

    /// Whether a program's clock shows what it should.
    pub fn is_right(&self, engine: &Engine) -> bool {
        engine.now().0.abs_diff(self.time.unix().0) <= SKEW / SECOND
    }
}

/// How long a search of a disk holds.
const SEARCH_EVERY: Millis = 60 * SECOND;
/// By how much a clock is off that was set by a slow greeting.
const SKEW: Millis = 20 * SECOND;
/// How much later than it should a copy may go: for the skew at both ends.
const SLACK: Millis = 45 * SECOND;
