//! What is said of what the engine tells: lines for people, events for programs. Nothing here changes anything.

use std::cell::Cell;

use nightjar_protocol::conversation::{Direction, Event as Happened, Expiry, MessageId, MessageState, Standing};
use nightjar_protocol::keys::UnixTime;

use super::files::FileNews;
use crate::args;
use crate::engine::{Engine, Notice, Owner};
use crate::event::{Event, State};
use crate::failure::Failure;
use crate::output::Output;
use crate::terminal::{Style, escape};

/// Says things.
pub(super) struct Presenter<'a> {
    pub(super) output: &'a Output,
    was_up: Cell<bool>,
    lost: Cell<bool>,
    skew_told: Cell<bool>,
    contest_told: Cell<bool>,
    /// What is said of attachments.
    pub(super) files: FileNews<'a>,
}

impl<'a> Presenter<'a> {
    pub(super) fn new(output: &'a Output) -> Self {
        let files = FileNews::new(output);
        let [was_up, lost, skew_told, contest_told] = [const { Cell::new(false) }; 4];
        Self { output, was_up, lost, skew_told, contest_told, files }
    }

    /// Tells of a notice.
    ///
    /// # Errors
    /// [`crate::failure::Kind::Output`].
    pub(super) fn tell(&self, engine: &Engine, notice: &Notice) -> Result<(), Failure> {
        if !matches!(notice, Notice::FileProgress(_)) {
            self.files.clear();
        }
        match notice {
            Notice::FileProgress(progress) => self.files.progress(engine, progress),
            Notice::FileTrouble { id, error } => {
                self.files.trouble(*id, *error);
                Ok(())
            }
            Notice::RelayUp { offset, restarted } => self.relay_up(*offset, *restarted),
            Notice::RelayDown(_) => self.relay_down(),
            Notice::RelayFull => {
                self.output.warn("relay-no-room", &[]);
                Ok(())
            }
            Notice::Joined(Owner::Invitation(_)) => {
                self.output.say(Style::Plain, "invite-taken", &[]);
                Ok(())
            }
            Notice::Paired { contact, standing, was } => self.paired(engine, *contact, *standing, *was),
            Notice::Mismatch { left, .. } => self.mismatch(*left),
            Notice::Contested(_) => self.contested(),
            Notice::Message { contact, event, text } => {
                self.message(engine, *contact, *event, text.as_ref().map(|text| text.as_str()))
            }
            Notice::Affair(event) => self.affair(engine, *event),
            Notice::Rejected(count) => {
                self.output.detail("relay-rejected", args![count = *count]);
                Ok(())
            }
            Notice::Joined(_)
            | Notice::InvitePublished(_)
            | Notice::Exhausted(_)
            | Notice::InviteExpired(_)
            | Notice::LookUp(_) => Ok(()),
        }
    }

    fn relay_up(&self, offset: i64, restarted: bool) -> Result<(), Failure> {
        let again = self.was_up.replace(true);
        if restarted {
            self.output.say(Style::Plain, "relay-renewed", &[]);
        } else if again && self.lost.get() {
            self.output.say(Style::Plain, "relay-back", &[]);
        }
        self.lost.set(false);
        if offset != 0 && !self.skew_told.replace(true) {
            let life = self.output.locale().life(offset.unsigned_abs());
            let key = if offset < 0 { "clock-ahead" } else { "clock-behind" };
            self.output.warn(key, args![life = &life]);
        }
        self.output.event(Event::RelayConnected { offset, restarted })
    }

    fn relay_down(&self) -> Result<(), Failure> {
        if self.was_up.get() && !self.lost.replace(true) {
            self.output.warn("relay-cut", &[]);
            return self.output.event(Event::RelayLost);
        }
        Ok(())
    }

    fn paired(&self, engine: &Engine, contact: u64, standing: Standing, was: Owner) -> Result<(), Failure> {
        let name = name(engine, contact);
        self.output.event(Event::PeerJoined { contact: name })?;
        match standing {
            Standing::Verified => {
                self.output.event(Event::ProofVerified { contact: name })?;
                match was {
                    Owner::Joining(_) => self.output.answer(Style::Good, "proof-verified", &[]),
                    _ => self.output.answer(Style::Good, "proof-verified-name", args![name = name]),
                }
            }
            Standing::Duress => {
                self.output.event(Event::ProofDuress { contact: name })?;
                self.output.answer(Style::Warn, "proof-duress", args![name = name])?;
                self.output.answer(Style::Warn, "proof-duress-rule", &[])
            }
            Standing::Unproved => {
                self.output.event(Event::ProofUnproved { contact: name })?;
                self.output.answer(Style::Warn, "proof-unproved", args![name = name])
            }
        }
    }

    /// Said once: whoever holds the invite can send as many answers as the mailbox takes.
    fn contested(&self) -> Result<(), Failure> {
        if self.contest_told.replace(true) {
            return Ok(());
        }
        self.output.warn("invite-contested", &[]);
        self.output.say(Style::Dim, "invite-contested-next", &[]);
        self.output.event(Event::InviteContested)
    }

    pub(super) fn mismatch(&self, left: u8) -> Result<(), Failure> {
        self.output.event(Event::ProofMismatch { left })?;
        if left == 0 {
            return self.output.answer(Style::Bad, "proof-mismatch-last", &[]);
        }
        self.output.answer(Style::Bad, "proof-mismatch", args![left = left])?;
        self.output.say(Style::Dim, "proof-mismatch-why", &[]);
        Ok(())
    }

    fn message(&self, engine: &Engine, contact: u64, event: Happened, text: Option<&str>) -> Result<(), Failure> {
        let name = name(engine, contact);
        let state = |id: MessageId| State { contact: name, id: id.number };
        match event {
            Happened::Accepted { id } => {
                self.output.detail("receipt-accepted", args![number = id.number]);
                self.output.event(Event::Accepted(state(id)))
            }
            Happened::Delivered { id } => {
                self.output.say(Style::Dim, "receipt-delivered", args![number = id.number]);
                self.output.event(Event::Delivered(state(id)))
            }
            Happened::Read { id } => {
                self.output.say(Style::Dim, "receipt-read", args![number = id.number]);
                self.output.event(Event::Read(state(id)))
            }
            Happened::Acknowledged { id } => {
                self.output.say(Style::Good, "receipt-acknowledged", args![name = name, number = id.number]);
                self.output.event(Event::Acknowledged(state(id)))
            }
            Happened::Erased { id } => {
                self.output.say(Style::Dim, "receipt-erased", args![number = id.number]);
                self.output.event(Event::Erased(state(id)))
            }
            Happened::Received { id } => match text {
                Some(text) => self.received(engine, contact, id, text),
                None if engine.has_files(contact, id) => self.files.announce(engine, contact, id),
                None => Ok(()),
            },
            Happened::Fetched { id } => self.files.fetched(name, id),
            Happened::Damaged { id, item } => self.files.damaged(name, id, item),
            Happened::Expired { id, expiry } => self.expired(name, id, expiry),
            _ => Ok(()),
        }
    }

    /// Shows a message.
    ///
    /// # Errors
    /// [`crate::failure::Kind::Output`].
    pub(super) fn received(&self, engine: &Engine, contact: u64, id: MessageId, text: &str) -> Result<(), Failure> {
        let name = name(engine, contact);
        let seen = engine.conversation(contact).and_then(|it| it.messages(engine.now()).find(|view| view.id == id));
        let (sent, remaining, after_read) =
            seen.map_or((0, 0, 0), |view| (view.sent_at.0, view.remaining, view.after_read));
        let UnixTime(now) = engine.now();
        self.output.event(Event::Received {
            state: State { contact: name, id: id.number },
            text: Some(text),
            bytes: text.len() as u64,
            sent,
            deadline: now.saturating_add(remaining),
            after_read,
        })?;
        let life = self.output.locale().life(remaining);
        self.output.answer(Style::Strong, "message-in", args![name = name, number = id.number, life = &life])?;
        // Attachments may have nothing written to them.
        if text.is_empty() { Ok(()) } else { self.output.result(&escape::block(text, "  ")) }
    }

    fn expired(&self, name: &str, id: MessageId, expiry: Expiry) -> Result<(), Failure> {
        let (reason, key) = match (id.direction, expiry) {
            (Direction::Sent, Expiry::Undelivered) => ("undelivered", "expired-own-undelivered"),
            (Direction::Sent, Expiry::Done) => ("read", "expired-own-read"),
            (Direction::Sent, _) => ("deadline", "expired-own-deadline"),
            (Direction::Received, Expiry::Seen) => ("after-read", "expired-read"),
            (Direction::Received, Expiry::Unseen) => ("unseen", "expired-unseen"),
            (Direction::Received, Expiry::Late) => ("late", "expired-late"),
            (Direction::Received, _) => ("incomplete", "expired-deadline"),
        };
        let direction = if id.direction == Direction::Sent { "out" } else { "in" };
        self.output.say(Style::Dim, key, args![name = name, number = id.number]);
        self.output.event(Event::Expired { state: State { contact: name, id: id.number }, direction, reason })
    }

    /// Lists the living messages of a contact.
    ///
    /// # Errors
    /// [`crate::failure::Kind::Output`].
    pub(super) fn list(&self, engine: &Engine, contact: u64) -> Result<(), Failure> {
        let name = name(engine, contact);
        let Some(conversation) = engine.conversation(contact) else { return Ok(()) };
        let mut any = false;
        for view in conversation.messages(engine.now()) {
            any = true;
            let life = self.output.locale().life(view.remaining);
            match view.id.direction {
                Direction::Received => {
                    self.output.answer(
                        Style::Strong,
                        "message-in",
                        args![name = name, number = view.id.number, life = &life],
                    )?;
                }
                Direction::Sent => {
                    let state = self.output.text(state_key(view.state), &[]);
                    self.output.answer(Style::Strong, "message-out", args![life = &life, state = &state])?;
                }
            }
            if let Some(text) = view.text.filter(|text| !text.is_empty()) {
                self.output.result(&escape::block(text, "  "))?;
            }
            for item in view.items {
                self.output.answer(Style::Plain, "file-item", args![what = &self.files.what(item)])?;
            }
        }
        if !any {
            self.output.answer(Style::Dim, "chat-none-alive", &[])?;
        }
        Ok(())
    }
}

/// A contact's name.
pub(super) fn name(engine: &Engine, contact: u64) -> &str {
    engine.state().contacts.get(&contact).map_or("", |it| it.name.as_str())
}

const fn state_key(state: MessageState) -> &'static str {
    match state {
        MessageState::Accepted => "state-accepted",
        MessageState::Delivered => "state-delivered",
        MessageState::Read => "state-read",
        MessageState::Acknowledged => "state-acknowledged",
        MessageState::Queued | MessageState::Unseen | MessageState::Seen => "state-waiting",
    }
}
