//! Two people and a bad link, in this process: an engine each, which can be dropped at any moment as if it were killed.

use std::time::{Duration, Instant};

use nightjar_client::engine::{Engine, FileId, NewFile, Notice, Outgoing};
use nightjar_protocol::conversation::{Audience, Direction, Event, MessageId, Progress, ReceiptPolicy};
use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::message::{Attachment, AttachmentKind};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::stage::gate::Gate;
use crate::stage::relay::Relay;
use crate::stage::{Home, PATIENCE, pair};

/// A relay, the link to it, and two who have met over it.
pub struct World {
    pub relay: Relay,
    pub gate: Gate,
    pub sender: Home,
    pub family: Home,
}

/// One of the two, at work.
pub struct Person {
    pub engine: Engine,
    pub events: Vec<Event>,
    pub texts: Vec<String>,
    runtime: Runtime,
}

impl World {
    pub fn new() -> Self {
        let relay = Relay::start();
        let gate = Gate::start(relay.parsed().port());
        let (sender, family) = pair(&gate.address(relay.address()));
        Self { relay, gate, sender, family }
    }

    /// Both, connected.
    pub fn wake(&self) -> (Person, Person) {
        (Person::wake(&self.sender), Person::wake(&self.family))
    }
}

impl Person {
    /// Opens the vault and connects.
    pub fn wake(home: &Home) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut engine = Engine::open(home.vault()).unwrap();
        engine.set_receipt_policy(ReceiptPolicy { read: true, delay: (0, 0) });
        engine.transfer_files(true, true);
        runtime.block_on(async { engine.connect_all() });
        let mut person = Self { engine, events: Vec::new(), texts: Vec::new(), runtime };
        person.until(|person| person.engine.knows_time());
        person
    }

    pub fn contact(&self) -> u64 {
        *self.engine.state().contacts.keys().next().unwrap()
    }

    /// Does what comes up, for a moment.
    pub fn live(&mut self) {
        let turn = async { timeout(Duration::from_millis(2), self.engine.next()).await };
        let Ok(notices) = self.runtime.block_on(turn) else { return };
        for notice in notices.unwrap() {
            if let Notice::Message { event, text, .. } = notice {
                self.events.push(event);
                self.texts.extend(text.map(|text| text.to_string()));
            }
        }
    }

    /// Does what comes up until something is so.
    pub fn until(&mut self, over: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !over(self) {
            assert!(Instant::now() < deadline, "it does not happen: {:?}", self.events);
            self.live();
        }
    }

    /// Seals a file.
    pub fn seal(&mut self, kind: AttachmentKind, bytes: &[u8]) -> Attachment {
        let duration = u32::from(kind == AttachmentKind::Voice);
        let contact = self.contact();
        self.engine.seal_file(contact, &NewFile { kind, name: "plan", duration, bytes }).unwrap()
    }

    /// Sends what was sealed. It is in the vault when this returns, and on its way.
    pub fn send(&mut self, items: Vec<Attachment>) -> MessageId {
        let contact = self.contact();
        let id = self.engine.send_files(contact, "caption", items, (3600, 300), Audience::Contact).unwrap();
        let Self { engine, runtime, .. } = self;
        runtime.block_on(async { engine.turn() }).unwrap();
        id
    }

    /// Sends a text.
    pub fn say(&mut self, text: &str) {
        let contact = self.contact();
        let message = Outgoing { text, lifetime: 3600, after_read: 300, audience: Audience::Contact };
        self.engine.send(contact, &message).unwrap();
    }

    /// Sends one file.
    pub fn send_file(&mut self, bytes: &[u8]) -> MessageId {
        let item = self.seal(AttachmentKind::File, bytes);
        self.send(vec![item])
    }

    pub fn is_uploaded(&self, id: MessageId) -> bool {
        self.engine.is_uploaded(self.contact(), id)
    }

    /// Whether the other is known to have a message.
    pub fn is_delivered(&self, id: MessageId) -> bool {
        self.progress(id).iter().all(|progress| *progress == Progress::Sent)
    }

    /// How far the attachments of a message are.
    pub fn progress(&self, id: MessageId) -> Vec<Progress> {
        let mut messages = self.engine.conversation(self.contact()).unwrap().messages(UnixTime(0));
        let view = messages.find(|view| view.id == id);
        view.map_or_else(Vec::new, |view| view.items.iter().map(|item| item.progress).collect())
    }

    /// Whether all of a message of the other's is here.
    pub fn has(&self, id: MessageId) -> bool {
        let progress = self.progress(theirs(id));
        !progress.is_empty() && progress.iter().all(|it| *it == Progress::Whole)
    }

    /// An attachment of the other's, read.
    pub fn read(&mut self, id: MessageId, item: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let id = FileId { contact: self.contact(), message: theirs(id), item };
        self.engine
            .read_file(id, |share| {
                bytes.extend_from_slice(share);
                Ok(())
            })
            .unwrap();
        bytes
    }
}

/// Lets both live until something is so.
pub fn both(one: &mut Person, other: &mut Person, over: impl Fn(&Person, &Person) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !over(one, other) {
        assert!(Instant::now() < deadline, "it does not happen: {:?} {:?}", one.events, other.events);
        one.live();
        other.live();
    }
}

/// The same message as its recipient names it.
pub fn theirs(id: MessageId) -> MessageId {
    MessageId { direction: Direction::Received, ..id }
}
