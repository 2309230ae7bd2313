//! What the two have to say to each other: texts, attachments, receipts, questions, and long silences.

use nightjar_client::engine::{FileId, NewFile, Outgoing};
use nightjar_client::failure::Kind;
use nightjar_protocol::conversation::{Audience, Direction, MessageId, MessageState, Progress};
use nightjar_protocol::keys::Random;
use nightjar_protocol::ledger::NewQuestion;
use nightjar_protocol::limits::ATTACHMENT_DATA_LEN;
use nightjar_protocol::message::AttachmentKind;
use nightjar_protocol::nickname::Word;

use super::World;
use super::pairing::{unexpected, word};
use crate::book::{Answer, Broken, Pending, Text};
use crate::time::{DAY, HOUR, MINUTE, Millis, SECOND};

impl World {
    /// Lets them talk for a while.
    pub(super) fn talk(&mut self) -> Result<(), Broken> {
        let deeds = self.dice.between(8, 40);
        for _ in 0..deeds {
            let side = self.dice.below(2) as usize;
            if self.dice.percent(5) {
                self.plan_kill(side);
            }
            if self.wait_for(side)? && self.people[side].contact().is_some() {
                self.deed(side)?;
            }
            let wait = match self.dice.below(100) {
                0..50 => self.dice.below(3 * SECOND),
                50..80 => self.dice.below(MINUTE),
                80..96 => self.dice.below(10 * MINUTE),
                96..99 => self.silence(6 * HOUR)?,
                _ => self.silence(9 * DAY)?,
            };
            self.pass(wait)?;
        }
        Ok(())
    }

    /// Both end their programs for up to so long, which may be so long that mailboxes are moved out of afterwards.
    fn silence(&mut self, most: Millis) -> Result<Millis, Broken> {
        self.trace.event(format_args!("a long silence"));
        for side in [0, 1] {
            self.end_program(side);
            self.restart_at[side] = None;
        }
        let silent = self.dice.between(most / 8, most);
        self.fault_at = self.now() + silent;
        self.pass(silent)?;
        self.start(0)?;
        self.start(1)?;
        Ok(self.dice.below(MINUTE))
    }

    fn deed(&mut self, side: usize) -> Result<(), Broken> {
        match self.dice.below(100) {
            0..40 => self.send(side),
            40..55 => self.show(side),
            55..65 => self.acknowledge(side),
            65..75 => self.send_file(side),
            75..80 => self.read_file(side),
            80..88 => self.ask(side),
            _ => self.answer_question(side),
        }
    }

    fn send(&mut self, side: usize) -> Result<(), Broken> {
        self.serial += 1;
        let length = *self.dice.pick(&[1, 200, 3000, 9000]);
        let text = Text::mark(self.serial) + &"a".repeat(length);
        let (lifetime, after_read) = self.timers();
        let message = Outgoing { text: &text, lifetime, after_read, audience: Audience::Coercer };
        let (Some(contact), Some(engine)) = (self.people[side].contact(), self.people[side].engine_mut()) else {
            return Ok(());
        };
        match engine.send(contact, &message) {
            Ok(id) => self.wrote(side, id, (lifetime, after_read), None),
            // The window is closed.
            Err(failure) if failure.kind() == Kind::PeerSilent => {}
            Err(failure) => return Err(unexpected("send", &failure)),
        }
        Ok(())
    }

    fn send_file(&mut self, side: usize) -> Result<(), Broken> {
        self.serial += 1;
        let size = 1 + self.dice.below(4 * ATTACHMENT_DATA_LEN as u64) as usize;
        let mut bytes = vec![0; size];
        self.dice.fill(&mut bytes);
        let (caption, timers) = (Text::mark(self.serial), self.timers());
        let (Some(contact), Some(engine)) = (self.people[side].contact(), self.people[side].engine_mut()) else {
            return Ok(());
        };
        let file = NewFile { kind: AttachmentKind::File, name: "a.bin", duration: 0, bytes: &bytes };
        let item = engine.seal_file(contact, &file).map_err(|failure| unexpected("seal_file", &failure))?;
        match engine.send_files(contact, &caption, vec![item], timers, Audience::Coercer) {
            Ok(id) => self.wrote(side, id, timers, Some(bytes)),
            Err(failure) if failure.kind() == Kind::PeerSilent => {}
            Err(failure) => return Err(unexpected("send_files", &failure)),
        }
        Ok(())
    }

    fn wrote(&mut self, side: usize, id: MessageId, timers: (u32, u32), file: Option<Vec<u8>>) {
        self.trace.event(format_args!("{side} sends {} as {}", self.serial, id.number));
        let is_right = self.people[side].engine.as_ref().is_some_and(|engine| self.book.is_right(engine));
        let mut text = Text::new((side, id.number), self.serial, self.now(), timers);
        (text.file, text.is_excused) = (file, !is_right);
        self.does(side, Pending::Wrote(Box::new(text)));
    }

    /// Lifetime and after-read timer, in seconds.
    fn timers(&mut self) -> (u32, u32) {
        let lifetime = *self.dice.pick(&[60, 600, 3600, 86_400, 86_400, 7 * 86_400]);
        (lifetime, *self.dice.pick(&[1, 30, 300, 86_400]))
    }

    fn show(&mut self, side: usize) -> Result<(), Broken> {
        let Some((contact, id)) = self.received(side, |state, _| state == MessageState::Unseen) else { return Ok(()) };
        let Some(engine) = self.people[side].engine_mut() else { return Ok(()) };
        let Some(text) = engine.show_message(contact, id) else { return Ok(()) };
        self.trace.event(format_args!("{side} shows {id:?}"));
        self.book.will_read(side, id);
        self.pass(0)?;
        // Nobody sees it before the program has gone on from its next turn.
        if self.people[side].engine.is_some() { self.book.reads(side, id, &text) } else { Ok(()) }
    }

    fn acknowledge(&mut self, side: usize) -> Result<(), Broken> {
        let contact = self.people[side].contact();
        if let (Some(contact), Some(engine)) = (contact, self.people[side].engine_mut()) {
            // There may be none.
            let done = engine.acknowledge(contact, None);
            self.trace.event(format_args!("{side} acknowledges {:?}", done.ok()));
        }
        Ok(())
    }

    fn read_file(&mut self, side: usize) -> Result<(), Broken> {
        let Some((contact, message)) = self.received(side, |_, is_whole| is_whole) else { return Ok(()) };
        let Some(engine) = self.people[side].engine_mut() else { return Ok(()) };
        let mut bytes = Vec::new();
        let read = engine.read_file(FileId { contact, message, item: 0 }, |part| {
            bytes.extend_from_slice(part);
            Ok(())
        });
        read.map_err(|failure| unexpected("read_file", &failure))?;
        let is_same = self.book.text(side, message).is_some_and(|text| text.file.as_ref() == Some(&bytes));
        if is_same { Ok(()) } else { Err(format!("{side} has other bytes than were sent in {message:?}")) }
    }

    /// A received message of which this is true: its state, and whether it is an attachment that is all here.
    fn received(&mut self, side: usize, is: impl Fn(MessageState, bool) -> bool) -> Option<(u64, MessageId)> {
        let (contact, engine) = (self.people[side].contact()?, self.people[side].engine.as_ref()?);
        let whole = |items: &[nightjar_protocol::conversation::Item]| {
            !items.is_empty() && items.iter().all(|item| item.progress == Progress::Whole)
        };
        let views = engine.conversation(contact)?.messages(engine.now());
        let of = views.filter(|it| it.id.direction == Direction::Received && is(it.state, whole(it.items)));
        let ids: Vec<MessageId> = of.map(|view| view.id).collect();
        (!ids.is_empty()).then(|| (contact, *self.dice.pick(&ids)))
    }

    fn ask(&mut self, side: usize) -> Result<(), Broken> {
        self.serial += 1;
        let normal = |text: &str| Word::normalise(&format!("{text} {}", self.serial)).expect("a word");
        let duress = self.dice.percent(60).then(|| normal("gate"));
        let question = NewQuestion { text: self.serial.to_string(), real: normal("well"), duress };
        let lifetime = *self.dice.pick(&[3600, 86_400]);
        let (Some(contact), Some(engine)) = (self.people[side].contact(), self.people[side].engine_mut()) else {
            return Ok(());
        };
        // One may be open.
        if let Ok(id) = engine.ask(contact, Some(&question), lifetime) {
            self.trace.event(format_args!("{side} asks {}", self.serial));
            self.does(side, Pending::Asked(id, question.duress.is_some()));
        }
        Ok(())
    }

    fn answer_question(&mut self, side: usize) -> Result<(), Broken> {
        let (Some(contact), Some(engine)) = (self.people[side].contact(), self.people[side].engine_mut()) else {
            return Ok(());
        };
        let mut open = engine.ledger().asked_by(contact).filter(|it| !it.is_waiting && it.attempts_left > 0);
        let Some((id, number)) = open.next().map(|it| (it.id, it.text.to_owned())) else { return Ok(()) };
        drop(open);
        let answer = *self.dice.pick(&[Answer::Right, Answer::Wrong, Answer::Wrong, Answer::Duress]);
        let typed = match answer {
            Answer::Right => format!("well {number}"),
            Answer::Duress => format!("gate {number}"),
            _ => return self.answer_wrongly(side, contact, id),
        };
        let typed = Word::normalise(&typed).expect("a word");
        if engine.answer_question(contact, id, &typed).is_ok() {
            self.trace.event(format_args!("{side} answers {number} with {answer:?}"));
            self.does(side, Pending::AnsweredQuestion(id, answer));
        }
        Ok(())
    }

    fn answer_wrongly(
        &mut self,
        side: usize,
        contact: u64,
        id: nightjar_protocol::message::QuestionId,
    ) -> Result<(), Broken> {
        let Some(engine) = self.people[side].engine_mut() else { return Ok(()) };
        if engine.answer_question(contact, id, &word(Answer::Wrong)).is_ok() {
            self.trace.event(format_args!("{side} answers wrongly"));
            self.does(side, Pending::AnsweredQuestion(id, Answer::Wrong));
        }
        Ok(())
    }
}
