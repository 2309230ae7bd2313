//! Messages under fire: sender, recipient and relay are killed while cells flow. What was taken on is never lost, and
//! nothing is shown as new a second time.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use nightjar_client::engine::Engine;
use nightjar_protocol::conversation::{Direction, MessageId, MessageState};
use nightjar_protocol::keys::UnixTime;

use tokio::time::{sleep, timeout};

use crate::stage::relay::Relay;
use crate::stage::{Chance, Ended, Home, PATIENCE, Running, pair};

/// What one of the two wrote and what the other has seen of it.
#[derive(Default)]
struct Ledger {
    /// Messages that the sender's program took on.
    queued: BTreeMap<u64, String>,
    /// Messages that the recipient's program showed.
    shown: BTreeMap<u64, String>,
}

impl Ledger {
    /// Takes down what a program took on of the lines that were typed.
    fn wrote(&mut self, ended: &Ended, typed: &[String]) {
        let numbers = ended.all("msg.queued");
        for (event, line) in numbers.iter().zip(typed) {
            assert!(self.queued.insert(event["id"].as_u64().unwrap(), line.clone()).is_none());
        }
    }

    /// Takes down what a program showed: nothing twice.
    fn read(&mut self, ended: &Ended) {
        for event in ended.all("msg.received") {
            let (id, text) = (event["id"].as_u64().unwrap(), event["text"].as_str().unwrap().to_owned());
            assert_eq!(self.shown.insert(id, text), None, "{id} was shown twice: {}", ended.report());
        }
    }

    /// Every message taken on was shown. Who is killed between writing "shown" down and showing finds the message in
    /// the list of living ones: it is never shown as new a second time.
    fn settle(&self, writer: &Home, reader: &Home) {
        let texts: BTreeSet<&String> = self.shown.values().collect();
        assert_eq!(texts.len(), self.shown.len(), "a text came twice");
        let state = reader.state();
        let contact = state.contacts.values().next().unwrap();
        let kept: BTreeMap<u64, String> = contact
            .conversation
            .messages(UnixTime(0))
            .filter_map(|view| Some((view.id.number, view.text?.to_owned())))
            .collect();
        for (id, text) in &self.queued {
            let found = self.shown.get(id).or_else(|| kept.get(id));
            assert_eq!(found, Some(text), "message {id} is lost; where it was written: {:?}", fate(writer, *id));
        }
    }
}

/// What the writer's vault knows of a message.
fn fate(writer: &Home, id: u64) -> Option<MessageState> {
    let state = writer.state();
    let contact = state.contacts.values().next().unwrap();
    let sent = MessageId { direction: Direction::Sent, number: id };
    contact.conversation.messages(UnixTime(0)).find(|view| view.id == sent).map(|view| view.state)
}

/// Types numbered lines.
fn write(chat: &mut Running, numbers: std::ops::Range<u32>) -> Vec<String> {
    let lines: Vec<String> = numbers.map(|number| format!("line {number:04}")).collect();
    lines.iter().for_each(|line| chat.type_line(line));
    lines
}

#[test]
fn nothing_is_lost_or_doubled_when_both_ends_are_killed() {
    let (relay, mut chance) = (Relay::start(), Chance::new());
    let (sender, family) = pair(relay.address());
    let (mut there, mut back) = (Ledger::default(), Ledger::default());
    for round in 0..8 {
        let mut ours = sender.run(&["chat", "family"]).start();
        let mut theirs = family.run(&["chat", "sender"]).start();
        let wrote = write(&mut ours, round * 6..round * 6 + 6);
        let answered = write(&mut theirs, 1000 + round * 2..1000 + round * 2 + 2);
        chance.pause(1500);
        let (ours, theirs) = if chance.below(2) == 0 {
            let ours = ours.kill();
            chance.pause(300);
            (ours, theirs.kill())
        } else {
            let theirs = theirs.kill();
            chance.pause(300);
            (ours.kill(), theirs)
        };
        there.wrote(&ours, &wrote);
        there.read(&theirs);
        back.wrote(&theirs, &answered);
        back.read(&ours);
        drop((sender.state(), family.state()));
    }
    let ours = sender.run(&["chat", "family"]).start();
    let theirs = family.run(&["chat", "sender"]).start();
    let (ours, theirs) = until_quiet(ours, theirs);
    there.read(&theirs);
    back.read(&ours);
    assert!(there.queued.len() > 6 && !back.queued.is_empty(), "too few were taken on to say anything");
    there.settle(&sender, &family);
    back.settle(&family, &sender);
}

/// Lets both talk until neither has had news for a while, and ends them in good order.
fn until_quiet(mut ours: Running, mut theirs: Running) -> (Ended, Ended) {
    let deadline = Instant::now() + PATIENCE;
    let mut quiet = Instant::now();
    while quiet.elapsed() < Duration::from_secs(5) && Instant::now() < deadline {
        let news = [&mut ours, &mut theirs].map(|program| program.next_within(Duration::from_millis(50)));
        if news.iter().any(Option::is_some) {
            quiet = Instant::now();
        }
    }
    ours.type_line("/quit");
    theirs.type_line("/quit");
    (ours.end_well(), theirs.end_well())
}

#[test]
fn what_may_leave_is_what_the_vault_knows() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let mut send = sender.run(&["send", "family"]).typed("a receipt is owed for this").start();
    send.hang_up();
    send.end_well();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sealed = runtime.block_on(async {
        let mut engine = Engine::open(family.vault()).unwrap();
        engine.connect_all();
        let contact = *engine.state().contacts.keys().next().unwrap();
        let conversation = |engine: &Engine| {
            let it = engine.conversation(contact).unwrap();
            (it.messages(UnixTime(0)).count(), it.next_receipt_due().is_some())
        };
        let arriving = async {
            while conversation(&engine).0 == 0 {
                engine.next().await.unwrap();
            }
        };
        timeout(PATIENCE, arriving).await.expect("a message");
        // The receipt is sealed by a turn, soon, which moves the ratchet. A cell that left without the vault knowing
        // would be followed, after a kill, by another cell under the same key.
        let deadline = Instant::now() + PATIENCE;
        while conversation(&engine).1 {
            assert!(Instant::now() < deadline, "the receipt is never sealed");
            sleep(Duration::from_millis(20)).await;
            engine.turn().unwrap();
        }
        engine.state().encode().unwrap()
    });
    assert!(*sealed == *family.vault().payload());
}

#[test]
fn nothing_is_lost_when_the_relay_is_killed() {
    let mut relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let mut ledger = Ledger::default();

    // Messages wait at the relay, nobody is there, and the relay forgets everything.
    for text in ["one", "two", "three"] {
        let mut send = sender.run(&["send", "family"]).typed(text).start();
        send.hang_up();
        ledger.wrote(&send.end_well(), &[text.to_owned()]);
    }
    assert!(relay.stats()["cells"].as_u64() >= Some(3));
    relay.kill();
    relay.restart();
    assert_eq!(relay.stats()["cells"], 0);

    let mut ours = sender.run(&["chat", "family"]).start();
    let mut theirs = family.run(&["chat", "sender"]).start();
    for text in ["one", "two", "three"] {
        theirs.expect_where("msg.received", |event| event["text"] == text);
    }

    // And again, while both are there and write.
    let mut wrote = Vec::new();
    for round in 0..3 {
        wrote.extend(write(&mut ours, round * 4..round * 4 + 2));
        thread::sleep(Duration::from_millis(u64::from(round) * 30));
        relay.kill();
        wrote.extend(write(&mut ours, round * 4 + 2..round * 4 + 4));
        thread::sleep(Duration::from_millis(300));
        relay.restart();
        let last = wrote.last().unwrap().clone();
        theirs.expect_where("msg.received", |event| event["text"] == *last);
    }
    let (ours, theirs) = until_quiet(ours, theirs);
    ledger.wrote(&ours, &wrote);
    ledger.read(&theirs);
    assert_eq!(ledger.queued.len(), 15);
    assert!(ours.all("relay.connected").iter().filter(|event| event["restarted"] == true).count() == 3);
    ledger.settle(&sender, &family);
}
