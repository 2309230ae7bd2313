//! Courses: what a conversation makes of steps at given times. Its peer is a session alone, so that a step can say what no
//! conversation would. `vectors/README.md`, "Courses", has the steps.

use nightjar_protocol::conversation::envelope::Envelope;
use nightjar_protocol::conversation::{
    Audience, Conversation, Direction, Error, Event, Handled, MessageId, ReceiptPolicy, Standing,
};
use nightjar_protocol::crypto::dh_keypair;
use nightjar_protocol::keys::{Random, ReadKey, RootKey, UnixTime};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::message::Message;
use nightjar_protocol::ratchet::{Role, Session, SessionSeed};
use nightjar_protocol::wire::Cell;
use serde_json::{Map, Value, json};

use super::case::{Case, Fixed, Outcome, bytes, name, outputs};

/// `steps`, of which the last may be refused: then that is the case's outcome.
pub fn run(case: &Case) -> Outcome {
    let mut course = Course::begin(case)?;
    let steps = case.value("steps").as_array().expect("steps");
    let mut outcomes = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let before = course.own.snapshot();
        match course.take(step) {
            Ok(outcome) => outcomes.push(Value::Object(outcome)),
            Err(error) => {
                assert!(course.own.snapshot() == before, "a refused step changed the state");
                if index + 1 == steps.len() {
                    return Err(name(error));
                }
                outcomes.push(json!({ "refused": name(error) }));
            }
        }
    }
    outputs([("steps", Value::Array(outcomes))])
}

/// The conversation (the inviter's), its peer's session, and what has happened.
pub struct Course {
    pub own: Conversation,
    peer: Session,
    random: Fixed,
    now: UnixTime,
    /// The highest number of a cell that the peer was given.
    given: u64,
    cells: Vec<Cell>,
}

impl Course {
    /// Randomness, in this order: both ratchet keys, joiner's first; root; session id; the mailboxes' read keys.
    pub fn begin(case: &Case) -> Result<Self, String> {
        let mut random = Fixed::new(b"handle");
        let (joiner, joiner_public) = dh_keypair(&mut random);
        let (inviter, inviter_public) = dh_keypair(&mut random);
        let (root, id) = (RootKey::generate(&mut random), *random.bytes());
        let seed = |role| SessionSeed { root: root.duplicate(), id, role };
        let peer = Session::start(seed(Role::Joiner { own: joiner, peer: inviter_public })).map_err(name)?;
        let (own, other) = (ReadKey::generate(&mut random), ReadKey::generate(&mut random));
        let role = Role::Inviter { own: inviter, peer: joiner_public };
        let standing = if case.has("duress") { Standing::Duress } else { Standing::Verified };
        let mut own = Conversation::start(seed(role), own, other.mailbox(), standing).map_err(name)?;
        own.set_receipt_policy(ReceiptPolicy { read: !case.has("read_off"), delay: (0, 0) });
        let now = UnixTime(if case.has("now") { case.number("now") } else { NOW.0 });
        Ok(Self { own, peer, random, now, given: 0, cells: Vec::new() })
    }

    fn take(&mut self, step: &Value) -> Result<Map<String, Value>, Error> {
        if let Some(at) = step.get("at") {
            self.now = NOW.plus(at.as_u64().expect("seconds"));
        }
        let times = step.get("times").map_or(1, |times| times.as_u64().expect("a number"));
        let mut events = Vec::new();
        let mut out = Map::new();
        for time in 0..times {
            events.extend(self.one(step, time, &mut out)?);
        }
        let said = self.given_to_peer();
        if times > 1 {
            out.insert("says".into(), json!(said.len()));
        } else if !said.is_empty() {
            out.insert("says".into(), said.into());
        }
        if !events.is_empty() {
            out.insert("events".into(), events.into_iter().map(event).collect());
        }
        Ok(out)
    }

    fn one(&mut self, step: &Value, time: u64, out: &mut Map<String, Value>) -> Result<Vec<Event>, Error> {
        let number = |key: &str| step.get(key).and_then(Value::as_u64).unwrap_or_else(|| panic!("no {key}"));
        let received = || MessageId { direction: Direction::Received, number: number("message") };
        let item = || step.get("item").map_or(0, |item| item.as_u64().expect("a number") as u8);
        let text = |key: &str| step.get(key).and_then(Value::as_str).unwrap_or_default();
        let now = self.now;
        match text("do") {
            "peer" => return self.hear(&bytes(text("envelope")), time),
            "peer again" => {
                let cell = self.cells[number("cell") as usize].clone();
                return Ok(self.own.handle(now, &cell, &mut self.random)?.events);
            }
            "text" => {
                let timers = (number("lifetime") as u32, number("after_read") as u32);
                let audience = if step.get("coercer").is_some() { Audience::Coercer } else { Audience::Contact };
                self.own.send_text(now, text("text"), timers, audience, &mut self.random)?;
            }
            "attach" => {
                let Ok(Message::Attachments(all)) = Message::decode(&bytes(text("bytes"))) else { panic!("bytes") };
                self.own.send_attachments(now, all, Audience::Contact, &mut self.random)?;
            }
            "show" => {
                let shown = self.own.show(now, received(), &mut self.random).map(str::to_owned);
                out.insert("text".into(), json!(shown));
            }
            "acknowledge" => self.own.acknowledge(now, received(), &mut self.random)?,
            "fetched" => return Ok(self.own.fetched(now, received(), item(), &mut self.random).into_iter().collect()),
            "damaged" => return Ok(self.own.failed(received(), item()).into_iter().collect()),
            "tick" => return Ok(self.own.tick(now, &mut self.random)),
            "rotate" => return self.own.rotate(now, &mut self.random),
            "relay" => return Ok(self.relay(&bytes(text("epoch")), out)),
            "look" => self.look(out),
            verb => panic!("unknown verb {verb}"),
        }
        Ok(Vec::new())
    }

    /// The peer seals an envelope. Of several of one kind each has the next number of a cell and of a message.
    pub fn hear(&mut self, envelope: &[u8], time: u64) -> Result<Vec<Event>, Error> {
        let mut envelope = envelope.to_vec();
        if time > 0 {
            let mut next = Envelope::decode(&envelope).expect("an envelope");
            next.seq += time;
            next.piece.message += time;
            envelope = next.encode().expect("an envelope").to_vec();
        }
        let cell = self.peer.encrypt(&envelope, &mut self.random).expect("a cell");
        self.cells.push(cell.clone());
        let Handled { events, .. } = self.own.handle(self.now, &cell, &mut self.random)?;
        Ok(events)
    }

    /// A relay, in this epoch of its store, takes all that waits for it.
    fn relay(&mut self, epoch: &[u8], out: &mut Map<String, Value>) -> Vec<Event> {
        let epoch = Epoch(epoch.try_into().expect("8 bytes"));
        let queued: Vec<(u64, u32)> = self.own.outbox(self.now, epoch).map(|it| (it.seq, it.ttl)).collect();
        out.insert("appended".into(), queued.iter().map(|(seq, ttl)| json!({ "seq": seq, "ttl": ttl })).collect());
        queued.into_iter().filter_map(|(seq, _)| self.own.accepted(seq, epoch)).collect()
    }

    /// What a person can see.
    fn look(&self, out: &mut Map<String, Value>) {
        let lines = self.own.messages(self.now).map(|line| {
            json!({ "way": format!("{:?}", line.id.direction), "message": line.id.number, "text": line.text,
                "state": format!("{:?}", line.state), "left": line.remaining })
        });
        out.insert("lines".into(), lines.collect());
        out.insert("own_mailboxes".into(), json!(self.own.own_mailboxes().count()));
    }

    /// What was sealed since: the peer opens it.
    fn given_to_peer(&mut self) -> Vec<Value> {
        let waiting = self.own.outbox(self.now, Epoch([0xff; 8]));
        let fresh: Vec<(u64, Cell)> =
            waiting.filter(|it| it.seq > self.given).map(|it| (it.seq, it.cell.clone())).collect();
        let open = |(seq, cell): (u64, Cell)| {
            self.given = seq;
            let content = self.peer.decrypt(self.now, &cell).expect("a cell for the peer");
            json!(hex::encode(content.as_bytes()))
        };
        fresh.into_iter().map(open).collect()
    }
}

/// An event by its name, with what it is about.
pub fn event(event: Event) -> Value {
    let mut out = Map::new();
    let (what, id) = match event {
        Event::Accepted { id } => ("accepted", Some(id)),
        Event::Delivered { id } => ("delivered", Some(id)),
        Event::Read { id } => ("read", Some(id)),
        Event::Acknowledged { id } => ("acknowledged", Some(id)),
        Event::Erased { id } => ("erased", Some(id)),
        Event::Received { id } => ("received", Some(id)),
        Event::Fetched { id } => ("fetched", Some(id)),
        Event::Damaged { id, .. } => ("damaged", Some(id)),
        Event::Expired { id, expiry } => {
            out.insert("expiry".into(), json!(format!("{expiry:?}")));
            ("expired", Some(id))
        }
        Event::PeerMoved => ("peer moved", None),
        Event::Retired { .. } => ("retired", None),
        other => panic!("an event without a name here: {other:?}"),
    };
    out.insert("event".into(), json!(what));
    out.extend(id.map(|id| ("message".to_owned(), json!(id.number))));
    Value::Object(out)
}

const NOW: UnixTime = UnixTime(1_800_000_000);
