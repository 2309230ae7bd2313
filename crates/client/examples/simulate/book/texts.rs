//! Texts and attachments: nothing comes twice, nothing outlives its time, no receipt says what did not happen.

use nightjar_client::engine::State;
use nightjar_protocol::conversation::{Conversation, Direction, MessageId, MessageState, MessageView, Progress};
use nightjar_protocol::keys::UnixTime;

use super::{Book, Broken, SLACK};
use crate::time::{Millis, SECOND};

/// Something that was sent.
pub struct Text {
    pub from: usize,
    pub number: u64,
    pub serial: u64,
    /// The bytes of its attachment, if it is one.
    pub file: Option<Vec<u8>>,
    pub sent: Millis,
    pub lifetime: Millis,
    pub after_read: Millis,
    /// It was sent, or would have been received, by a clock that was wrong: it may be gone early.
    pub is_excused: bool,
    /// When it was stored on the other side.
    pub came: Option<Millis>,
    /// Whether a copy is stored there.
    is_there: bool,
    /// When it was stored as shown there, or as taken note of.
    shown: Option<Millis>,
    is_acknowledged: bool,
    /// Whether it was on the screen, or may have been to be when the program was killed.
    was_on_screen: bool,
    /// How often it was shown as new.
    shows: u32,
    /// Whether all of its attachment is there.
    is_whole: bool,
    /// It came to the other side and may have been too late by the clock there: nothing of it was stored.
    may_be_late: bool,
    /// How often its coming was told.
    told: u32,
    /// How far its sender believes it to be.
    state: Option<MessageState>,
}

impl Text {
    pub fn new((from, number): (usize, u64), serial: u64, sent: Millis, (lifetime, after_read): (u32, u32)) -> Self {
        Self {
            from,
            number,
            serial,
            file: None,
            sent,
            lifetime: Millis::from(lifetime) * SECOND,
            after_read: Millis::from(after_read) * SECOND,
            is_excused: false,
            came: None,
            is_there: false,
            shown: None,
            is_acknowledged: false,
            was_on_screen: false,
            shows: 0,
            is_whole: false,
            may_be_late: false,
            told: 0,
            state: None,
        }
    }

    /// What it says begins with this.
    pub fn mark(serial: u64) -> String {
        format!("{MARK}{serial:08}")
    }

    /// When it is over wherever it is.
    pub fn ends(&self) -> Millis {
        self.sent + self.lifetime
    }

    /// Whether it is all where it was to go.
    pub fn has_arrived(&self) -> bool {
        self.came.is_some() && (self.file.is_none() || self.is_whole)
    }

    /// Whether it was shown where it was to go.
    pub const fn is_shown(&self) -> bool {
        self.shown.is_some()
    }

    /// When no copy of it may be on this side any more.
    fn copy_ends(&self, side: usize) -> Millis {
        match self.shown {
            Some(shown) if side != self.from => self.ends().min(shown + self.after_read),
            _ => self.ends(),
        }
    }
}

impl Book {
    /// The text that a message is.
    pub fn text(&mut self, side: usize, id: MessageId) -> Option<&mut Text> {
        let from = if id.direction == Direction::Sent { side } else { 1 - side };
        let at = self.numbers[from].get(&id.number)?;
        self.texts.get_mut(*at)
    }

    /// A side was told that a message came.
    pub fn told_of(&mut self, side: usize, id: MessageId) -> Result<(), Broken> {
        let Some(text) = self.text(side, id) else { return Err(format!("{side} received what nobody sent: {id:?}")) };
        text.told += 1;
        match text.told {
            1 => Ok(()),
            _ => Err(format!("text {} came to {side} twice", text.serial)),
        }
    }

    /// A side was told that a message, or the rest of it, came too late.
    pub fn was_late(&mut self, side: usize, id: MessageId) -> Result<(), Broken> {
        let is_honest = self.is_honest;
        let Some(text) = self.text(side, id) else { return Err(format!("{side} received what nobody sent: {id:?}")) };
        text.may_be_late |= !is_honest || text.is_excused;
        Ok(())
    }

    /// What a side was told last may have been lost with its program.
    pub fn was_cut_off(&mut self, side: usize) {
        let is_honest = self.is_honest;
        let theirs = self.texts.iter_mut().filter(|text| text.from != side);
        theirs.for_each(|text| text.was_on_screen |= text.is_there || text.came.is_none());
        let lost = self.texts.iter_mut().filter(|text| text.from != side && text.came.is_none());
        lost.for_each(|text| text.may_be_late |= !is_honest || text.is_excused);
    }

    /// A side was told that its message is gone at the other.
    pub fn erased(&mut self, side: usize, id: MessageId) -> Result<(), Broken> {
        match self.text(side, id) {
            Some(text) if text.is_there => Err(format!("text {} is said to be gone, and is there", text.serial)),
            _ => Ok(()),
        }
    }

    /// A side sees for the first time what a message says.
    pub fn reads(&mut self, side: usize, id: MessageId, says: &str) -> Result<(), Broken> {
        let now = self.time.now();
        let Some(text) = self.text(side, id) else { return Err(format!("{side} is shown what nobody sent: {id:?}")) };
        if !says.starts_with(&Text::mark(text.serial)) {
            return Err(format!("{side} is shown another text than {}", text.serial));
        }
        text.was_on_screen = true;
        text.shows += 1;
        if text.shows > 1 {
            return Err(format!("text {} is shown to {side} twice", text.serial));
        }
        let is_late = text.shown.is_none() && !text.is_excused && now > text.ends() + SLACK;
        match is_late && self.is_honest {
            true => Err(format!("{side} is shown a text after its time")),
            false => Ok(()),
        }
    }

    pub(super) fn learn_texts(&mut self, side: usize, conversation: &Conversation) -> Result<(), Broken> {
        let (now, others) = (self.time.now(), 1 - side);
        self.texts.iter_mut().filter(|text| text.from == others).for_each(|text| text.is_there = false);
        for view in conversation.messages(UnixTime(0)) {
            let Some(text) = self.text(side, view.id) else {
                return Err(format!("{side} has stored what nobody sent: {:?}", view.id));
            };
            match view.id.direction {
                Direction::Received => text.learn_received(side, &view, now)?,
                Direction::Sent => {
                    text.may_be_late |= now + SLACK > text.ends();
                    text.learn_sent(&view)?;
                }
            }
        }
        Ok(())
    }

    /// What can be seen now has not had its time.
    pub(super) fn check_views(&mut self, side: usize, it: &Conversation, now: UnixTime) -> Result<(), Broken> {
        let (true_now, is_honest) = (self.time.now(), self.is_honest);
        for view in it.messages(now) {
            let Some(text) = self.text(side, view.id) else { continue };
            let is_shown = view.id.direction == Direction::Received && view.state >= MessageState::Seen;
            let life = if is_shown { text.after_read.min(text.lifetime) } else { text.lifetime };
            if view.remaining * SECOND > life {
                return Err(format!("text {} is to live longer at {side} than it may", text.serial));
            }
            if is_honest && !text.is_excused && true_now > text.copy_ends(side) + SLACK {
                return Err(format!("text {} outlives its time at {side}", text.serial));
            }
        }
        Ok(())
    }

    /// What is on a disk has not had its time.
    pub(super) fn check_disk(&mut self, side: usize, payload: &[u8]) -> Result<(), Broken> {
        let (now, mark) = (self.time.now(), MARK.as_bytes());
        let mut rest = payload;
        while let Some(at) = rest.iter().position(|byte| *byte == mark[0]) {
            rest = &rest[at..];
            let digits = rest.strip_prefix(mark).and_then(|rest| rest.get(..8));
            let serial = digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<u64>().ok());
            rest = &rest[1..];
            let Some(text) = serial.and_then(|serial| self.texts.iter().find(|it| it.serial == serial)) else {
                continue;
            };
            let is_read = side == text.from && text.state >= Some(MessageState::Read);
            if is_read || (self.is_honest && !text.is_excused && now > text.copy_ends(side) + SLACK) {
                return Err(format!("text {} is still on the disk of {side}", text.serial));
            }
        }
        Ok(())
    }

    /// What a side has stored as shown was shown.
    pub fn check_screen(&self, side: usize) -> Result<(), Broken> {
        let unseen = |text: &&Text| text.from != side && text.shown.is_some() && !text.was_on_screen;
        match self.texts.iter().find(unseen) {
            Some(text) => Err(format!("text {} counts as shown to {side}, and was not", text.serial)),
            None => Ok(()),
        }
    }

    /// A side is about to see a message, once that is stored.
    pub fn will_read(&mut self, side: usize, id: MessageId) {
        if let Some(text) = self.text(side, id) {
            text.was_on_screen = true;
        }
    }

    /// Nothing is left of anything.
    pub fn check_nothing_left(&mut self, side: usize, payload: &[u8]) -> Result<(), Broken> {
        let mark = MARK.as_bytes();
        match payload.windows(mark.len()).any(|window| window == mark) {
            true => Err(format!("a text is on the disk of {side} when all are over")),
            false => Ok(()),
        }
    }

    /// What was sent and lives has arrived, and its sender knows: the line says so, or has gone because the copy has.
    pub fn check_arrived(&self, states: &[State; 2]) -> Result<(), Broken> {
        let waits = |text: &Text| {
            let conversations =
                states[text.from].contacts.values().flat_map(|it| it.conversation.messages(UnixTime(0)));
            let mut lines =
                conversations.filter(|it| it.id == MessageId { direction: Direction::Sent, number: text.number });
            lines.any(|line| line.state < MessageState::Delivered)
        };
        for text in self.texts.iter().filter(|it| !it.is_excused && it.ends() > self.time.now() + SLACK) {
            // What was shown before all of it was there goes with its timer.
            if !text.has_arrived() && text.shown.is_none() {
                return Err(format!("text {} of {} has not arrived", text.serial, text.from));
            }
            if waits(text) {
                return Err(format!("{} does not know that text {} arrived", text.from, text.serial));
            }
        }
        Ok(())
    }
}

impl Text {
    fn learn_received(&mut self, side: usize, view: &MessageView<'_>, now: Millis) -> Result<(), Broken> {
        self.came.get_or_insert(now);
        self.is_there = true;
        self.is_whole |= view.items.iter().all(|item| item.progress == Progress::Whole);
        if view.state >= MessageState::Seen {
            self.shown.get_or_insert(now);
        } else if self.shown.is_some() {
            return Err(format!("text {} was shown to {side} and would be shown again", self.serial));
        }
        self.is_acknowledged |= view.state == MessageState::Acknowledged;
        Ok(())
    }

    fn learn_sent(&mut self, view: &MessageView<'_>) -> Result<(), Broken> {
        let (serial, before) = (self.serial, self.state);
        if Some(view.state) < before {
            return Err(format!("the receipts of text {serial} fell from {before:?} to {:?}", view.state));
        }
        let is_true = match view.state {
            MessageState::Delivered => self.has_arrived() || self.may_be_late,
            MessageState::Read => self.shown.is_some(),
            MessageState::Acknowledged => self.is_acknowledged,
            _ => true,
        };
        if !is_true {
            return Err(format!("text {serial} is said to be {:?} and is not", view.state));
        }
        if view.state >= MessageState::Read && view.text.is_some() {
            return Err(format!("text {serial} was read, and its sender still has it"));
        }
        self.state = Some(view.state);
        Ok(())
    }
}

const MARK: &str = "¤nj¤";
