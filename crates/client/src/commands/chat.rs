//! `chat`: lines in, lines out, until the person leaves. Each line is a message; a line that starts with `/` is a command.

use std::time::Duration;

use nightjar_protocol::conversation::{Audience, Direction, MessageId, MessageState, Standing};
use nightjar_protocol::limits::{AFTER_READ_DEFAULT, LIFETIME_DEFAULT};
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use super::answer::Typing;
use super::online::{Online, block_on};
use super::present::name;
use super::{Context, ack, answer, contact};
use crate::args;
use crate::cli::{Chat, duration};
use crate::engine::{Notice, Outgoing, Showing};
use crate::event::{Event, State};
use crate::failure::{Failure, Kind};
use crate::prompt;
use crate::terminal::Style;

/// How long messages live, in seconds.
#[derive(Clone, Copy)]
pub(super) struct Timers {
    /// From sending.
    pub(super) lifetime: u32,
    /// From being shown.
    pub(super) after_read: u32,
}

impl Default for Timers {
    fn default() -> Self {
        Self { lifetime: LIFETIME_DEFAULT, after_read: AFTER_READ_DEFAULT }
    }
}

impl Timers {
    /// Options first, then the configuration, then the defaults.
    pub(super) fn choose(context: &Context<'_>, lifetime: Option<u32>, after_read: Option<u32>) -> Self {
        let Self { lifetime: life, after_read: after } = Self::default();
        Self {
            lifetime: lifetime.or(context.config.expires).unwrap_or(life),
            after_read: after_read.or(context.config.after_read).unwrap_or(after),
        }
    }
}

pub(super) fn run(context: &Context<'_>, options: &Chat) -> Result<(), Failure> {
    let mut online = Online::open(context, false)?;
    let contact = contact(&online.engine, &options.contact)?;
    let timers = Timers::choose(context, options.expires, options.after_read);
    block_on(async {
        online.connect(contact).await?;
        talk(online, contact, timers).await
    })
}

/// Talks with a contact until the person leaves.
///
/// # Errors
/// [`Kind::Interrupted`], [`Kind::RelayKey`] and failures of the vault.
pub(super) async fn talk(online: Online<'_>, contact: u64, timers: Timers) -> Result<(), Failure> {
    let mut talk = Talk { online, contact, timers, typing: None };
    talk.online.engine.transfer_files(true, true);
    talk.online.presenter.files.keep_still();
    talk.online.hear_time().await?;
    talk.open()?;
    let mut lines = typed_lines();
    let mut interrupt = talk.online.interrupt();
    let interrupt = interrupt.pressed();
    tokio::pin!(interrupt);
    let left = loop {
        tokio::select! {
            notices = talk.online.engine.next() => talk.tell(&notices?)?,
            line = lines.recv() => match line {
                Some(line) if talk.line(&line)? => {}
                _ => break Ok(()),
            },
            () = &mut interrupt => break Err(Kind::Interrupted.into()),
        }
    };
    talk.online.settle(SETTLE).await?;
    talk.online.context.output.say(Style::Dim, "chat-bye", &[]);
    left
}

struct Talk<'a> {
    online: Online<'a>,
    contact: u64,
    timers: Timers,
    /// An answer that is being typed.
    typing: Option<Typing>,
}

impl Talk<'_> {
    /// Says with whom this is, and shows what came since the last time.
    fn open(&mut self) -> Result<(), Failure> {
        let output = self.online.context.output;
        let engine = &mut self.online.engine;
        engine.show(Showing::Contact(self.contact));
        let who = name(engine, self.contact).to_owned();
        let (life, after) = (self.timers.lifetime.into(), self.timers.after_read.into());
        let (life, after) = (output.locale().life(life), output.locale().life(after));
        output.say(Style::Plain, "chat-open", args![name = &who, life = &life, after = &after]);
        match engine.conversation(self.contact).map(|it| it.standing()) {
            Some(Standing::Unproved) => output.warn("chat-unverified", args![name = &who]),
            Some(Standing::Duress) => output.warn("chat-duress", args![name = &who]),
            _ => {}
        }
        show_unseen(&mut self.online, self.contact)?;
        self.online.presenter.still_open(&self.online.engine, self.contact).map(drop)
    }

    fn tell(&mut self, notices: &[Notice]) -> Result<(), Failure> {
        for notice in notices {
            self.online.presenter.tell(&self.online.engine, notice)?;
            if self.online.is_hopeless(notice) {
                return Err(self.online.absent());
            }
        }
        Ok(())
    }

    /// Does what a line says; `false` to leave.
    fn line(&mut self, line: &str) -> Result<bool, Failure> {
        if let Some(typing) = self.typing.take() {
            self.typing = answer::go_on(&mut self.online, self.contact, typing, line)?;
            return Ok(true);
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "" => {}
            "/quit" => return Ok(false),
            "/help" => self.help()?,
            "/list" => self.online.presenter.list(&self.online.engine, self.contact)?,
            "/clear" => self.online.context.output.clear_screen()?,
            "/answer" => self.typing = answer::begin(&self.online, self.contact)?,
            "/ack" => self.acknowledge(rest.trim())?,
            "/coercer" => self.send(rest, Audience::Coercer)?,
            "/expires" => self.set(duration::message(rest.trim()), |timers| &mut timers.lifetime, "chat-expires"),
            "/after-read" => {
                self.set(duration::after_read(rest.trim()), |timers| &mut timers.after_read, "chat-after-read");
            }
            command if command.starts_with('/') => {
                self.online.context.output.warn("chat-unknown", args![command = command]);
            }
            _ => self.send(line, Audience::Contact)?,
        }
        Ok(true)
    }

    fn set(&mut self, seconds: Result<u32, duration::Error>, which: fn(&mut Timers) -> &mut u32, key: &str) {
        let output = self.online.context.output;
        match seconds {
            Ok(seconds) => {
                *which(&mut self.timers) = seconds;
                let life = output.locale().life(seconds.into());
                output.say(Style::Plain, key, args![life = &life]);
            }
            Err(_) => output.warn("chat-duration", &[]),
        }
    }

    fn help(&self) -> Result<(), Failure> {
        let output = self.online.context.output;
        output.answer(Style::Plain, "chat-help", &[])?;
        for key in ["help", "life", "after", "list", "ack", "answer", "coercer", "clear", "quit"] {
            output.answer(Style::Plain, &format!("chat-help-{key}"), &[])?;
        }
        Ok(())
    }

    /// Acknowledges a message. What cannot be is said, and the talk goes on.
    fn acknowledge(&mut self, number: &str) -> Result<(), Failure> {
        let number = (!number.is_empty()).then(|| number.parse().unwrap_or(u64::MAX));
        match ack::acknowledge(&mut self.online, self.contact, number) {
            Err(failure) if failure.kind() == Kind::MessageUnknown => {
                self.online.context.output.fail(&failure);
                Ok(())
            }
            done => done,
        }
    }

    /// Sends a line. What cannot be sent is said, and the talk goes on.
    fn send(&mut self, text: &str, audience: Audience) -> Result<(), Failure> {
        let Timers { lifetime, after_read } = self.timers;
        let output = self.online.context.output;
        match self.online.engine.send(self.contact, &Outgoing { text, lifetime, after_read, audience }) {
            Ok(id) => {
                self.online.engine.turn()?;
                queued(&self.online, self.contact, id)
            }
            Err(failure) => {
                output.fail(&failure);
                Ok(())
            }
        }
    }
}

/// Tells programs that a message is on its way, and which number it has.
pub(super) fn queued(online: &Online<'_>, contact: u64, id: MessageId) -> Result<(), Failure> {
    let state = State { contact: name(&online.engine, contact), id: id.number };
    online.context.output.event(Event::Queued(state))
}

/// Shows the messages of a contact that came while nobody looked: how many.
pub(super) fn show_unseen(online: &mut Online<'_>, contact: u64) -> Result<usize, Failure> {
    let Some(conversation) = online.engine.conversation(contact) else { return Ok(0) };
    let unseen = |id: MessageId, state| id.direction == Direction::Received && state == MessageState::Unseen;
    let views = conversation.messages(online.engine.now());
    let waiting: Vec<_> = views.filter(|view| unseen(view.id, view.state)).map(|view| view.id).collect();
    for id in waiting.iter().copied() {
        // Attachments are announced: opening them is a step of its own.
        if online.engine.has_files(contact, id) {
            online.presenter.files.announce(&online.engine, contact, id)?;
            continue;
        }
        if let Some(text) = online.engine.show_message(contact, id) {
            online.engine.turn()?;
            online.presenter.received(&online.engine, contact, id, &text)?;
        }
    }
    Ok(waiting.len())
}

/// The lines of standard input, read by a thread: nothing else can wait for a terminal everywhere.
fn typed_lines() -> mpsc::Receiver<Zeroizing<String>> {
    let (sender, lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        while let Ok(Some(line)) = prompt::standard_line(LINE_MAX) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    lines
}

/// A typed line in bytes: a text and a command before it.
const LINE_MAX: usize = nightjar_protocol::limits::TEXT_MAX + 64;
const SETTLE: Duration = Duration::from_secs(6);
