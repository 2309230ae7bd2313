//! Affairs between three ledgers: whole transfers, questions, and courses of steps. `vectors/README.md`, "Courses", has
//! the steps.

use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::ledger::{Error, Event, Ledger, Outcome as Verdict, Peer, Post};
use nightjar_protocol::message::{Message, QuestionId, TransferId};
use nightjar_protocol::money::ClaimCode;
use nightjar_protocol::ratchet::Side;
use serde_json::{Map, Value, json};

use super::case::{Case, Fixed, Outcome, bytes, name, outputs};
use super::step::{asks, confirmation, event, look, party, text, transfer_of, word};

/// A transfer with one receipt, every byte of it. `typed` is the word of the family.
pub fn whole(case: &Case) -> Outcome {
    let mut affair = Affair::begin(case);
    let text = |key: &str| json!(case.text(key));
    affair.take(&json!({ "by": "sender", "do": "open", "promised": text("promised"), "note": text("note"),
        "question": text("question"), "real": text("real"), "duress": text("duress") }))?;
    affair.take(&json!({ "by": "broker", "do": "money" }))?;
    affair.take(&json!({ "by": "broker", "do": "claim" }))?;
    affair.take(&json!({ "by": "family", "do": "confirm", "came": text("came"), "note": text("note"),
        "evidence": "07*32", "word": text("typed") }))?;
    let sent = affair.ledgers[SENDER].transfers(NOW).next().expect("a transfer");
    let promised = affair.ledgers[FAMILY].transfers(NOW).next().expect("a promise");
    let outcome = affair.events[SENDER].iter().find_map(|event| match event {
        Event::AnswerWas { outcome: Verdict::Verified, .. } => Some("verified"),
        Event::AnswerWas { outcome: Verdict::Duress, .. } => Some("duress"),
        Event::AnswerWas { outcome: Verdict::Mismatch { .. }, .. } => Some("mismatch"),
        _ => None,
    });
    let state = promised.receipts.first().and_then(|receipt| receipt.state);
    outputs([
        ("said", affair.said.iter().map(without_deadline).collect()),
        ("verdict", json!(outcome)),
        ("received", json!(sent.received.to_string())),
        ("apparent", json!(sent.apparent.to_string())),
        ("status", json!(format!("{:?}", sent.status))),
        ("family_status", json!(format!("{:?}", promised.status))),
        ("family_receipt", json!(state.map(|state| format!("{state:?}")))),
        ("family_stores", json!(affair.ledgers[FAMILY].snapshot().len())),
    ])
}

/// A question of the sender's about nothing else, answered by each of `typed` in turn.
pub fn ask(case: &Case) -> Outcome {
    let mut affair = Affair::begin(case);
    let text = |key: &str| json!(case.text(key));
    affair.take(&json!({ "by": "sender", "do": "ask", "question": text("question"), "real": text("real"),
        "duress": text("duress") }))?;
    for typed in case.value("typed").as_array().expect("a list") {
        affair.take(&json!({ "by": "family", "do": "answer", "word": typed }))?;
    }
    let told = |events: &[Event]| {
        let told = events.iter().filter_map(|event| match event {
            Event::AnswerWas { outcome, .. } => Some(format!("{outcome:?}")),
            Event::Matched { matched, left, .. } => Some(format!("matched: {matched}, left: {left}")),
            _ => None,
        });
        json!(told.collect::<Vec<_>>())
    };
    let (verdicts, family) = (told(&affair.events[SENDER]), told(&affair.events[FAMILY]));
    let said = affair.said.iter().map(without_deadline).collect();
    outputs([("said", said), ("verdicts", verdicts), ("family_is_told", family)])
}

fn without_deadline(said: &Value) -> Value {
    json!({ "from": said["from"], "to": said["to"], "bytes": said["bytes"] })
}

/// `steps`, of which the last may be refused: then that is the case's outcome.
pub fn course(case: &Case) -> Outcome {
    let mut affair = Affair::begin(case);
    let steps = case.value("steps").as_array().expect("steps");
    let mut outcomes = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        affair.pass(step);
        let stored = |affair: &Affair| affair.ledgers.each_ref().map(|ledger| ledger.snapshot());
        let before = stored(&affair);
        match affair.take(step) {
            Ok(outcome) => outcomes.push(Value::Object(outcome)),
            Err(error) => {
                assert!(stored(&affair) == before, "a refused step changed the state");
                if index + 1 == steps.len() {
                    return Err(error);
                }
                outcomes.push(json!({ "refused": error }));
            }
        }
    }
    outputs([("steps", Value::Array(outcomes))])
}

/// The three parties, what they have said, and what happened.
struct Affair<'a> {
    case: &'a Case,
    ledgers: [Ledger; 3],
    dice: [Fixed; 3],
    now: UnixTime,
    said: Vec<Value>,
    events: [Vec<Event>; 3],
    /// How many of them had happened before the step.
    told: [usize; 3],
}

impl<'a> Affair<'a> {
    /// Nobody has said anything.
    fn begin(case: &'a Case) -> Self {
        let seed = |key: &str| Fixed::new(&case.bytes(key));
        let dice = [seed("sender_seed"), Fixed::new(b""), seed("family_seed")];
        let ledgers = [Ledger::new(), Ledger::new(), Ledger::new()];
        Self { case, ledgers, dice, now: NOW, said: Vec::new(), events: Default::default(), told: [0; 3] }
    }

    /// Time passes, first of all for the party of a step.
    fn pass(&mut self, step: &Value) {
        self.now = step.get("at").map_or(self.now, |at| NOW.plus(at.as_u64().expect("seconds")));
        let by = party(text(step, "by"));
        self.told = self.events.each_ref().map(Vec::len);
        self.events[by].extend(self.ledgers[by].tick(self.now));
    }

    /// A step, and all that is said on account of it, unless it is lost.
    fn take(&mut self, step: &Value) -> Result<Map<String, Value>, String> {
        let by = party(text(step, "by"));
        let said = self.said.len();
        let mut out = Map::new();
        for _ in 0..step.get("times").map_or(1, |times| times.as_u64().expect("a number")) {
            let posts = self.one(by, step, &mut out)?;
            self.carry(by, posts, step.get("lost").is_some());
        }
        if self.said.len() > said {
            out.insert("says".into(), self.said[said..].into());
        }
        for (party, before) in self.told.into_iter().enumerate() {
            let fresh: Vec<Value> = self.events[party][before..].iter().map(event).collect();
            if !fresh.is_empty() {
                out.insert(format!("{}_learns", NAMES[party]), fresh.into());
            }
        }
        Ok(out)
    }

    fn one(&mut self, by: usize, step: &Value, out: &mut Map<String, Value>) -> Result<Vec<Post>, String> {
        let now = self.now;
        let [to_sender, to_broker, to_family] = [SENDER, BROKER, FAMILY].map(|to| self.peer(by, to));
        let transfer = self.transfer(by, step);
        let question = self.ledgers[by].asked_by(SENDER as u64).last().map_or(QuestionId([0; 16]), |it| it.id);
        let (ledger, dice) = (&mut self.ledgers[by], &mut self.dice[by]);
        let posts = match text(step, "do") {
            "hear" => return Ok(self.hear(by, step)),
            "deliver" => return Ok(self.deliver(by, step)),
            "tick" => return Ok(Vec::new()),
            "look" => {
                look(ledger, now, out);
                return Ok(Vec::new());
            }
            "open" => {
                let broker = if step.get("same").is_some() { to_family } else { to_broker };
                let asked = asks(step)?;
                ledger.open_transfer(now, &to_family, &broker, &transfer_of(step)?, asked.as_ref(), dice).map(|it| it.1)
            }
            "prepare" => {
                let asked = asks(step)?.expect("a question");
                ledger.prepare(FAMILY as u64, &asked, dice).map(|_| Vec::new())
            }
            "ask" => {
                let about = step.get("about").map(|_| transfer);
                let lifetime = step.get("lifetime").map_or(3600, |it| it.as_u64().expect("seconds") as u32);
                ledger.ask(now, &to_family, asks(step)?.as_ref(), about, lifetime, dice).map(|it| it.1)
            }
            "answer" => ledger.answer(now, &to_sender, question, &word(step, "word")?, dice),
            "money" => ledger.funds_received(now, transfer),
            "claim" => {
                let code = self.code(step)?;
                self.ledgers[by].claim(now, transfer, &code)
            }
            "confirm" => {
                let typed = step.get("word").map(|_| word(step, "word")).transpose()?;
                ledger.confirm(now, &to_sender, transfer, &confirmation(step)?, typed.as_ref(), dice)
            }
            "dispute" => ledger.dispute(now, transfer, text(step, "note")),
            verb => panic!("unknown verb {verb}"),
        };
        posts.map_err(|error: Error| name(error))
    }

    /// A party hears bytes that nobody need have said.
    fn hear(&mut self, by: usize, step: &Value) -> Vec<Post> {
        let message = Message::decode(&bytes(text(step, "bytes"))).expect("a message");
        self.react(party(text(step, "from")), by, message)
    }

    /// Something that was said comes (again), perhaps with a change on the way.
    fn deliver(&mut self, by: usize, step: &Value) -> Vec<Post> {
        let said = &self.said[step["said"].as_u64().expect("an index") as usize];
        let (sayer, mut message) =
            (party(said["from"].as_str().expect("a party")), bytes(said["bytes"].as_str().unwrap()));
        let number = |key: &str| step[key].as_u64().expect("a place") as usize;
        if step.get("place").is_some() {
            let with = bytes(text(step, "with"));
            message.splice(number("place")..number("place") + with.len(), with);
        }
        if step.get("cut").is_some() {
            message.truncate(message.len() - number("cut"));
            message.extend(bytes(text(step, "append")));
        }
        let from = if step.get("from").is_some() { party(text(step, "from")) } else { sayer };
        self.react(from, by, Message::decode(&message).expect("a message"))
    }

    fn react(&mut self, from: usize, to: usize, message: Message) -> Vec<Post> {
        let peer = self.peer(to, from);
        let reaction = self.ledgers[to].handle(self.now, &peer, message, &mut self.dice[to]);
        self.events[to].extend(reaction.events);
        reaction.posts
    }

    /// What a party says is heard, and what comes of it, until nothing more is said.
    fn carry(&mut self, from: usize, posts: Vec<Post>, lost: bool) {
        for post in posts {
            let (to, bytes) = (post.contact as usize, post.message.encode().expect("a message"));
            self.said.push(json!({ "from": NAMES[from], "to": NAMES[to], "bytes": hex::encode(&bytes),
                "deadline": post.deadline.since(NOW) }));
            if !lost {
                let answers = self.react(from, to, post.message);
                self.carry(to, answers, false);
            }
        }
    }

    /// How one party knows another. The sender made both invites.
    fn peer(&self, at: usize, of: usize) -> Peer {
        let key = if at == BROKER || of == BROKER { "broker_session" } else { "family_session" };
        let session = if self.case.has(key) { self.case.array(key) } else { [0; 32] };
        Peer { contact: of as u64, session, side: if at == SENDER { Side::Inviter } else { Side::Joiner } }
    }

    /// The transfer that a party heard of last, or of that place among its own.
    fn transfer(&self, by: usize, step: &Value) -> TransferId {
        let all: Vec<TransferId> = self.ledgers[by].transfers(self.now).map(|it| it.id).collect();
        let place = step.get("transfer").map(|it| it.as_u64().expect("a place") as usize);
        let id = place.map_or(all.last(), |place| all.get(place));
        id.copied().unwrap_or(TransferId([0; 16]))
    }

    /// The code that the family was told, or another.
    fn code(&self, step: &Value) -> Result<ClaimCode, String> {
        if step.get("code").is_some() {
            return ClaimCode::parse(text(step, "code")).map_err(name);
        }
        let told = self.ledgers[FAMILY].transfers(self.now).filter_map(|it| Some(it.code?.duplicate())).last();
        Ok(told.expect("a code"))
    }
}

pub const NOW: UnixTime = UnixTime(1_800_000_000);
pub const SENDER: usize = 0;
const BROKER: usize = 1;
const FAMILY: usize = 2;
pub const NAMES: [&str; 3] = ["sender", "broker", "family"];
