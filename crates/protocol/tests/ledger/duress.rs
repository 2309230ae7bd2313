//! Nothing that the family or the broker can observe depends on the verdict.

use nightjar_protocol::ledger::{Event, Outcome, Proof, Status};
use nightjar_protocol::message::{Answer, CashReceipt, Message, Reason, Refusal, TransferId, Verdict};

use super::world::{BROKER, DURESS, FAMILY, Party, REAL, SENDER, WRONG, World, amount};

/// All that can be seen at a party: what it and others said to it, how much it stores, when something is next due.
#[derive(PartialEq, Eq, Debug)]
struct Seen {
    said: Vec<(usize, usize)>,
    stored: usize,
    talks: Vec<usize>,
    due: Option<u64>,
    events: Vec<Event>,
}

fn seen(party: &Party) -> Seen {
    Seen {
        said: party.said.iter().map(|(to, bytes)| (*to, bytes.len())).collect(),
        stored: party.ledger.snapshot().len(),
        talks: party.talks.iter().map(|(_, talk)| talk.snapshot().len()).collect(),
        due: party.ledger.next_due().map(|due| due.0),
        events: party.events.clone(),
    }
}

/// A transfer with one receipt under `typed`, for all of it or a part, and what may come after it.
fn run(typed: &str, came: &str) -> (World, TransferId) {
    let mut world = World::new(5);
    world.prepare("둘째", Some("셋째"));
    let id = world.open("3000");
    world.carry();
    let code = world.code(id);
    world.claim(id, &code).unwrap();
    world.confirm(id, came, Some(typed)).unwrap();
    (world, id)
}

#[test]
fn a_coerced_receipt_looks_like_any_other() {
    for came in ["3000", "2100", "3000.01"] {
        let [(real, id), (duress, same)] = [REAL, DURESS].map(|typed| run(typed, came));
        assert_eq!(id, same);
        for party in [FAMILY, BROKER] {
            assert_eq!(seen(&real.parties[party]), seen(&duress.parties[party]), "{came}");
        }
        // What the sender says to the family differs in M3, and in what is drawn at random behind it: not in form.
        let [one, other] = [&real, &duress].map(|world| &world.parties[SENDER].said);
        assert_eq!(one.len(), other.len());
        for ((to, one), (as_well, other)) in one.iter().zip(other) {
            assert_eq!((to, one.len()), (as_well, other.len()));
            assert!(*to == FAMILY || one == other, "the broker hears something else");
        }
        let [one, other] = [&real, &duress].map(|world| world.parties[BROKER].ledger.snapshot());
        assert!(one == other);
    }
}

#[test]
fn the_sender_alone_knows_what_it_was() {
    let (mut world, id) = run(DURESS, "3000");
    let events = world.events(SENDER);
    assert!(events.iter().any(|event| matches!(event, Event::AnswerWas { outcome: Outcome::Duress, .. })));
    assert!(events.contains(&Event::Receipt { id, number: 1, proof: Proof::Duress }));
    let view = world.view(SENDER, id);
    assert_eq!((view.status, view.received.minor(), view.apparent), (Status::Finished, 0, amount("3000").into()));
    assert_eq!(world.view(FAMILY, id).received, amount("3000").into());
    let total = world.parties[SENDER].ledger.totals(world.now)[0];
    assert_eq!((total.received.minor(), total.open), (0, amount("3000").into()));
}

/// The next question comes by itself after either word, in the same breath as the verdict; after a mismatch it does not.
#[test]
fn the_next_question_follows_either_word_and_no_other() {
    for (typed, comes) in [(REAL, true), (DURESS, true), (WRONG, false)] {
        let (world, id) = run(typed, "2100");
        let said = &world.parties[SENDER].said;
        let last: Vec<_> = said.iter().rev().take(2).map(|(_, bytes)| Message::decode(bytes).unwrap()).collect();
        match &last[..] {
            [Message::Question(question), Message::Verdict(_)] if comes => assert_eq!(question.about, Some(id)),
            [Message::Verdict(Verdict { attempt: 1, .. }), _] if !comes => {}
            _ => panic!("{typed}: the wrong thing was said last"),
        }
    }
}

/// A family's program that does not stop where it should hears the same after either word, whatever it says.
#[test]
fn a_modified_family_hears_the_same() {
    let heard = [REAL, DURESS].map(|typed| {
        let (mut world, id) = run(typed, "3000");
        let spent = world.parties[FAMILY].said.iter().find_map(|(_, bytes)| match Message::decode(bytes).unwrap() {
            Message::Answer(answer) => Some(answer),
            _ => None,
        });
        let before = world.parties[SENDER].queue.len();
        let Answer { id: question, m2, .. } = spent.unwrap();
        let answer = |attempt, number| {
            Message::Answer(Answer { id: question, attempt, m2, receipt: Some(receipt(id, number, "1")) })
        };
        for message in [
            Message::CashReceipt(receipt(id, 2, "1")),
            Message::CashReceipt(receipt(id, 1, "1")),
            answer(1, 2),
            answer(2, 2),
            answer(1, 1),
        ] {
            world.hear(SENDER, FAMILY, message);
        }
        let posts = &world.parties[SENDER].queue[before..];
        posts.iter().map(|post| (post.message.encode().unwrap().to_vec(), post.deadline)).collect::<Vec<_>>()
    });
    assert_eq!(heard[0], heard[1]);
    let reasons: Vec<_> = heard[0]
        .iter()
        .map(|(bytes, _)| match Message::decode(bytes).unwrap() {
            Message::Refusal(Refusal { reason, .. }) => reason,
            _ => panic!("no refusal"),
        })
        .collect();
    assert_eq!(reasons, [Reason::Finished, Reason::Finished, Reason::Spent, Reason::Spent, Reason::Spent]);
}

/// The broker's claim is judged alike before and after whatever the family says.
#[test]
fn the_broker_hears_nothing_of_the_family() {
    let said = [None, Some(REAL), Some(DURESS), Some(WRONG)].map(|typed| {
        let mut world = World::new(6);
        let id = world.open("3000");
        world.carry();
        if let Some(typed) = typed {
            world.confirm(id, "3000", Some(typed)).unwrap();
        }
        let code = world.code(id);
        world.claim(id, &code).unwrap();
        let said = world.parties[SENDER].said.iter().filter(|(to, _)| *to == BROKER);
        (said.cloned().collect::<Vec<_>>(), world.parties[BROKER].ledger.snapshot().to_vec())
    });
    assert!(said.iter().all(|one| *one == said[0]));
}

fn receipt(transfer: TransferId, number: u8, text: &str) -> CashReceipt {
    let note = nightjar_protocol::message::Body::new("");
    let at = super::world::NOW;
    CashReceipt { transfer, number, amount: amount(text), note, at, evidence: Vec::new() }
}
