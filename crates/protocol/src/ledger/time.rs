//! What time ends. Spec: transfer, "Ends"; messages, "Clocks".

use super::Ledger;
use super::event::Event;
use super::record::{Answering, Asked, Asking, ClaimState, Course};
use crate::keys::UnixTime;
use crate::limits::{LIFETIME_MAX, QUESTION_GRACE};
use crate::message::{Reason, TransferId};

impl Ledger {
    /// Lets time do its work: questions and transfers expire, and what was over for long is forgotten.
    pub fn tick(&mut self, now: UnixTime) -> Vec<Event> {
        let mut events = Vec::new();
        self.expire_questions(now, &mut events);
        for sent in &mut self.sent {
            let is_done = sent.is_finished() && sent.claim == ClaimState::Accepted;
            events.extend(sent.course.tick(now, is_done, sent.promise.id));
        }
        for carried in &mut self.carried {
            let is_done = carried.claim == ClaimState::Accepted;
            events.extend(carried.course.tick(now, is_done, carried.order.id));
        }
        for promised in &mut self.promised {
            let is_done = promised.course.finished.is_some();
            events.extend(promised.course.tick(now, is_done, promised.promise.id));
        }
        let mut forget = |id, forget_at: UnixTime| {
            let lives = forget_at > now;
            events.extend((!lives).then_some(Event::Forgotten { id }));
            lives
        };
        self.sent.retain(|sent| forget(sent.promise.id, sent.forget_at()));
        self.carried.retain(|carried| forget(carried.order.id, carried.forget_at()));
        self.promised.retain(|promised| forget(promised.promise.id, promised.forget_at()));
        events
    }

    /// When [`Ledger::tick`] next has something to do.
    #[must_use]
    pub fn next_due(&self) -> Option<UnixTime> {
        let asked = self.asked.iter().map(Asked::next_due);
        let answering = self.answering.iter().map(Answering::ends_at);
        let sent = self.sent.iter().map(|it| it.course.next_due(it.forget_at()));
        let carried = self.carried.iter().map(|it| it.course.next_due(it.forget_at()));
        let promised = self.promised.iter().map(|it| it.course.next_due(it.forget_at()));
        asked.chain(answering).chain(sent).chain(carried).chain(promised).min()
    }

    fn expire_questions(&mut self, now: UnixTime, events: &mut Vec<Event>) {
        let latest = now.plus(u64::from(LIFETIME_MAX));
        self.asked.retain_mut(|asked| {
            asked.expires = asked.expires.min(latest);
            if asked.expires <= now && matches!(asked.stage, Asking::Open(_)) {
                asked.stage = Asking::Over(Reason::Expired);
                events.push(Event::QuestionExpired { contact: asked.contact, id: asked.id, about: asked.about });
            }
            asked.next_due() > now
        });
        self.answering.retain_mut(|it| {
            it.expires = it.expires.min(latest);
            let lives = it.ends_at() > now;
            if !lives {
                events.push(Event::QuestionExpired { contact: it.contact, id: it.id, about: it.about });
            }
            lives
        });
    }
}

impl Asked {
    /// A question that is over is remembered a while, so that a late answer hears what became of it.
    fn next_due(&self) -> UnixTime {
        match self.stage {
            Asking::Open(_) => self.expires,
            Asking::Over(_) => self.expires.plus(u64::from(QUESTION_GRACE)),
        }
    }
}

impl Answering {
    /// A verdict may come a while after the last moment for an answer.
    fn ends_at(&self) -> UnixTime {
        let grace = if self.is_offered() { 0 } else { QUESTION_GRACE };
        self.expires.plus(u64::from(grace))
    }
}

impl Course {
    /// However the clock was set, nothing is taken longer than a lifetime from the present.
    fn tick(&mut self, now: UnixTime, is_done: bool, id: TransferId) -> Option<Event> {
        self.expires = self.expires.min(now.plus(u64::from(LIFETIME_MAX)));
        self.finished = self.finished.map(|finished| finished.min(now));
        let expires_now = !self.is_expired && self.expires <= now;
        self.is_expired |= expires_now;
        (expires_now && !is_done).then_some(Event::TransferExpired { id })
    }

    fn next_due(&self, forget_at: UnixTime) -> UnixTime {
        if self.is_expired { forget_at } else { self.expires.min(forget_at) }
    }
}
