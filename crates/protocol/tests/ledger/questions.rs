//! Questions: prepared, asked once, answered in time, in any order of arrival.

use nightjar_protocol::ledger::{Error, Event, NewTransfer, Outcome, PreparedView};
use nightjar_protocol::limits::{LIFETIME_MAX, PREPARED_MAX, QUESTION_GRACE};
use nightjar_protocol::message::{self, QuestionId};

use super::world::{BROKER, DAY, DURESS, FAMILY, NOW, REAL, SENDER, WRONG, World, again, contact, question, transfer};

fn prepared(world: &World) -> Vec<QuestionId> {
    world.parties[SENDER].ledger.prepared(contact(FAMILY, SENDER)).map(|it: PreparedView| it.id).collect()
}

/// The family types a word to the question that it was asked last.
fn answer(world: &mut World, typed: &str) -> Result<(), Error> {
    let peer = world.peer(FAMILY, SENDER);
    let id = world.parties[FAMILY].ledger.asked_by(peer.contact).last().map(|it| it.id).ok_or(Error::NoQuestion)?;
    let (now, ledger) = (world.now, &mut world.parties[FAMILY].ledger);
    let posts = ledger.answer(now, &peer, id, &super::world::word(typed), &mut world.dice)?;
    world.say(FAMILY, posts);
    world.carry();
    Ok(())
}

#[test]
fn a_prepared_question_is_asked_once_and_in_its_turn() {
    let mut world = World::new(30);
    world.restarting = true;
    for text in ["하나님", "둘째", "셋째"] {
        world.prepare(text, None);
    }
    let all = prepared(&world);
    let first = world.ask(None, None).unwrap();
    assert_eq!((first, prepared(&world)), (all[0], all[1..].to_vec()));
    assert_eq!(world.ask(None, None), Err(Error::QuestionOpen));
    assert_eq!(prepared(&world), all[1..], "a question was used up by what was refused");
    world.carry();
    answer(&mut world, "하나님").unwrap();
    assert_eq!(prepared(&world), all[1..], "without a transfer the next one waits for its person");
    let id = world.open("10");
    world.carry();
    world.confirm(id, "4", Some(REAL)).unwrap();
    assert_eq!(prepared(&world), all[2..]);
    assert_eq!(world.view(SENDER, id).question, Some(all[1]));
    assert_eq!(world.view(FAMILY, id).question, Some(all[1]));
    world.parties[SENDER].ledger.drop_prepared(all[2]).unwrap();
    assert_eq!(world.parties[SENDER].ledger.drop_prepared(all[2]), Err(Error::Unknown));
    world.confirm(id, "4", Some("둘째")).unwrap();
    assert_eq!(world.view(FAMILY, id).question, None, "nothing is prepared any more");
    assert_eq!(world.ask(None, None), Err(Error::NoQuestion));
    world.ask(Some("넷째"), Some(id)).unwrap();
    world.carry();
    world.confirm(id, "2", Some("넷째")).unwrap();
    assert_eq!(world.ask(Some("다섯째"), Some(id)), Err(Error::Finished));
}

#[test]
fn an_answer_serves_one_question() {
    let mut world = World::new(31);
    let of_family = contact(FAMILY, SENDER);
    fn prepare(world: &mut World, contact: u64, text: &str, real: &str, duress: Option<&str>) -> Option<Error> {
        world.parties[SENDER].ledger.prepare(contact, &question(text, real, duress), &mut world.dice).err()
    }
    assert_eq!(prepare(&mut world, of_family, "?", REAL, Some(REAL)), Some(Error::SameWord));
    let bad = Some(Error::Message(message::Error::Question));
    assert_eq!(prepare(&mut world, of_family, "", REAL, None), bad);
    assert_eq!(prepare(&mut world, of_family, "a\u{202e}b", REAL, None), bad);
    assert_eq!(prepare(&mut world, of_family, "?", REAL, Some(DURESS)), None);
    for (real, duress) in [(REAL, None), (DURESS, None), (WRONG, Some(REAL)), (WRONG, Some(DURESS))] {
        assert_eq!(prepare(&mut world, of_family, "!", real, duress), Some(Error::WordUsed));
    }
    assert_eq!(
        prepare(&mut world, contact(BROKER, SENDER), "?", REAL, None),
        None,
        "another contact's answers are apart"
    );
    world.ask(None, None).unwrap();
    assert_eq!(prepare(&mut world, of_family, "?", REAL, None), Some(Error::WordUsed), "the open one has it");
    for n in 0..PREPARED_MAX {
        assert_eq!(prepare(&mut world, of_family, "?", &format!("word{n}"), None), None);
    }
    assert_eq!(prepare(&mut world, of_family, "?", "another", None), Some(Error::Full));
}

#[test]
fn the_duress_word_answers_a_question_too() {
    let [real, duress] = [REAL, DURESS].map(|typed| {
        let mut world = World::new(32);
        world.prepare(REAL, Some(DURESS));
        world.ask(None, None).unwrap();
        world.carry();
        answer(&mut world, typed).unwrap();
        let family = &mut world.parties[FAMILY];
        let seen = (core::mem::take(&mut family.events), family.ledger.snapshot().to_vec());
        (world.events(SENDER), seen)
    });
    let outcome = |events: &[Event]| match events {
        [Event::AnswerWas { outcome, about: None, .. }] => *outcome,
        other => panic!("{other:?}"),
    };
    assert_eq!((outcome(&real.0), outcome(&duress.0)), (Outcome::Verified, Outcome::Duress));
    assert_eq!(real.1, duress.1);
}

#[test]
fn a_question_about_a_transfer_wants_a_receipt() {
    let mut world = World::new(33);
    let id = world.open("10");
    world.carry();
    assert_eq!(answer(&mut world, REAL), Err(Error::WantsReceipt));
    assert_eq!(world.confirm(id, "10", None), Err(Error::QuestionOpen));
    world.confirm_quietly(id, "10", Some(REAL)).unwrap();
    assert_eq!(world.confirm(id, "10", Some(REAL)), Err(Error::Waiting));
    assert_eq!(world.confirm(id, "10", None), Err(Error::Waiting));
    world.carry();
    assert_eq!(world.confirm(id, "10", Some(REAL)), Err(Error::Finished));
}

/// Cells overtake each other: the question comes before the promise it is about.
#[test]
fn a_question_waits_for_its_promise() {
    let mut world = World::new(34);
    world.restarting = true;
    let id = world.open("10");
    world.parties[SENDER].queue.reverse();
    world.carry();
    assert!(matches!(world.events(FAMILY)[..], [Event::Asked { .. }, Event::Promised { .. }]));
    world.confirm(id, "10", Some(REAL)).unwrap();
    assert_eq!(world.view(SENDER, id).received, world.view(SENDER, id).apparent);
}

#[test]
fn a_question_expires_on_both_sides() {
    let mut world = World::new(35);
    world.restarting = true;
    let id = world.ask(Some(REAL), None).unwrap();
    world.carry();
    world.events(FAMILY);
    world.pass(3600);
    let over = |contact| Event::QuestionExpired { contact, id, about: None };
    assert_eq!(world.events(SENDER), [over(contact(FAMILY, SENDER))]);
    assert_eq!(world.events(FAMILY), [over(contact(SENDER, FAMILY))]);
    assert_eq!(answer(&mut world, REAL), Err(Error::NoQuestion));
    world.ask(Some(REAL), None).unwrap();
    world.pass(u64::from(QUESTION_GRACE) + 3600);
    assert!(world.parties[FAMILY].ledger.next_due().is_none());
    world.pass(u64::from(QUESTION_GRACE));
    assert!(world.parties[SENDER].ledger.next_due().is_none());
}

/// Answered in the last moment: the verdict still counts when it comes after the end.
#[test]
fn a_verdict_may_come_late() {
    let mut world = World::new(36);
    world.ask(Some(REAL), None).unwrap();
    world.carry();
    world.now = world.now.plus(3599);
    let peer = world.peer(FAMILY, SENDER);
    let id = world.parties[FAMILY].ledger.asked_by(peer.contact).next().unwrap().id;
    let now = world.now;
    let ledger = &mut world.parties[FAMILY].ledger;
    let posts = ledger.answer(now, &peer, id, &super::world::word(REAL), &mut world.dice).unwrap();
    world.say(FAMILY, posts);
    world.flush(FAMILY);
    world.pass(u64::from(QUESTION_GRACE));
    world.carry();
    assert!(world.events(FAMILY).contains(&Event::Matched {
        contact: peer.contact,
        id,
        about: None,
        matched: true,
        left: 0
    }));
}

#[test]
fn what_cannot_be_asked_or_opened() {
    let mut world = World::new(37);
    let (family, broker) = (world.peer(SENDER, FAMILY), world.peer(SENDER, BROKER));
    let ledger = &mut world.parties[SENDER].ledger;
    let asked = question("?", REAL, None);
    let good = || transfer("10");
    let long = "x".repeat(1025);
    let too_long = Error::Message(message::Error::TooLong);
    for (new, at, with, error) in [
        (good(), &family, Some(&asked), Error::SameContact),
        (NewTransfer { lifetime: 0, ..good() }, &broker, Some(&asked), Error::Lifetime),
        (NewTransfer { lifetime: LIFETIME_MAX + 1, ..good() }, &broker, Some(&asked), Error::Lifetime),
        (NewTransfer { note_to_family: long.clone(), ..good() }, &broker, Some(&asked), too_long),
        (NewTransfer { note_to_broker: long.clone(), ..good() }, &broker, Some(&asked), too_long),
        (good(), &broker, None, Error::NoQuestion),
    ] {
        let opened = ledger.open_transfer(NOW, &family, at, &new, with, &mut world.dice);
        assert_eq!(opened.err(), Some(error));
        assert_eq!(ledger.snapshot().len(), 7, "something was kept");
    }
    let mut ask = |about, lifetime| ledger.ask(NOW, &family, Some(&asked), about, lifetime, &mut world.dice).err();
    assert_eq!(ask(None, 0), Some(Error::Lifetime));
    assert_eq!(ask(None, LIFETIME_MAX + 1), Some(Error::Lifetime));
    let id = world.open("10");
    assert_eq!(world.ask(Some(WRONG), Some(id)), Err(Error::QuestionOpen));
    let order = world.order(id);
    assert_eq!(world.ask(Some(WRONG), Some(order)), Err(Error::QuestionOpen), "it goes by both names");
    let (now, ledger) = (world.now, &mut world.parties[SENDER].ledger);
    let foreign = ledger.ask(now, &broker, Some(&question("?", WRONG, None)), Some(id), 60, &mut world.dice);
    assert_eq!(foreign.err(), Some(Error::Unknown), "the broker is not asked for the family's receipt");
    world.now = world.now.plus(3 * DAY);
    world.parties[SENDER].ledger.tick(world.now);
    assert_eq!(world.ask(Some(WRONG), Some(id)), Err(Error::Expired));
}

#[test]
fn words_are_gone_when_the_question_is_over() {
    let mut world = World::new(38);
    world.prepare(REAL, Some(DURESS));
    let holds = |world: &World, text: &str| {
        let stored = world.parties[SENDER].ledger.snapshot();
        stored.windows(text.len()).any(|part| part == text.as_bytes())
    };
    assert!(holds(&world, REAL) && holds(&world, DURESS));
    world.ask(None, None).unwrap();
    world.carry();
    answer(&mut world, WRONG).unwrap();
    assert!(holds(&world, REAL), "two attempts are left");
    answer(&mut world, REAL).unwrap();
    assert!(!holds(&world, REAL) && !holds(&world, DURESS));
    assert!(again(&world.parties[SENDER].ledger).next_due().is_some());
}
