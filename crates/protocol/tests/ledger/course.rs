//! A transfer from order to end, and a question that is about nothing else.

use nightjar_protocol::ledger::{ClaimState, Error, Event, Ledger, Outcome, Proof, ReceiptState, Status};
use nightjar_protocol::money::ClaimCode;

use super::world::{BROKER, DAY, DURESS, FAMILY, REAL, SENDER, WRONG, World, amount, contact};

/// Each party sees its part of it.
#[test]
fn everybody_is_told_what_concerns_them() {
    let mut world = World::new(1);
    world.restarting = true;
    let id = world.open("3000");
    let order = world.order(id);
    assert_ne!(order, id, "the broker and the family know it by different names");
    world.carry();
    assert_eq!(world.events(BROKER), [Event::Ordered { id: order }]);
    let [Event::Promised { id: promised }, Event::Asked { contact: from, about, .. }] = world.events(FAMILY)[..] else {
        panic!("no promise, or no question")
    };
    assert_eq!((promised, from, about), (id, contact(SENDER, FAMILY), Some(id)));
    let view = world.view(FAMILY, id);
    assert_eq!((view.amount, view.fee, view.note), (amount("3000"), None, "for the winter"));
    let view = world.view(BROKER, order);
    assert_eq!((view.amount, view.fee, view.note), (amount("3000"), Some(amount("90")), "by Friday"));
    assert!(view.code.is_none() && world.view(SENDER, id).code.is_none());
    let code = world.code(id);
    assert!(!world.parties[BROKER].ledger.snapshot().windows(10).any(|part| part == digits(&code)));

    let posts = world.parties[BROKER].ledger.funds_received(world.now, order).unwrap();
    world.say(BROKER, posts);
    assert_eq!(world.parties[BROKER].ledger.funds_received(world.now, order).err(), Some(Error::Finished));
    world.carry();
    assert_eq!(world.events(SENDER), [Event::Funded { id }]);
    world.claim(id, &code).unwrap();
    assert_eq!(world.events(SENDER), [Event::Claimed { id, accepted: true, left: 0 }]);
    assert_eq!(world.events(BROKER), [Event::Claimed { id: order, accepted: true, left: 0 }]);
    assert_eq!(
        (world.view(SENDER, id).claim, world.view(BROKER, order).status),
        (ClaimState::Accepted, Status::Finished)
    );
}

#[test]
fn cash_that_comes_in_parts_adds_up() {
    let mut world = World::new(2);
    world.restarting = true;
    world.prepare("둘째", None);
    let id = world.open("3000");
    world.carry();
    let first = world.view(FAMILY, id).question.unwrap();
    world.events(FAMILY);
    world.confirm(id, "2100", Some(REAL)).unwrap();
    let of = contact(FAMILY, SENDER);
    let was = |id, about| Event::AnswerWas { contact: of, id, about, outcome: Outcome::Verified };
    let came = |number| Event::Receipt { id, number, proof: Proof::Verified };
    assert_eq!(world.events(SENDER), [was(first, Some(id)), came(1)]);
    let heard = world.events(FAMILY);
    let [Event::Matched { matched: true, left: 0, .. }, Event::Asked { id: second, .. }] = heard[..] else {
        panic!("the prepared question did not come: {heard:?}")
    };
    let view = world.view(SENDER, id);
    assert_eq!((view.status, view.received.digits()), (Status::Open, "2100.00".into()));

    world.confirm(id, "900", Some("둘째")).unwrap();
    assert_eq!(world.events(SENDER), [was(second, Some(id)), came(2), Event::TransferFinished { id }]);
    assert_eq!(world.events(FAMILY)[1], Event::TransferFinished { id });
    for party in [SENDER, FAMILY] {
        let view = world.view(party, id);
        assert_eq!((view.status, view.received), (Status::Finished, amount("3000").into()));
    }
    let states: Vec<_> = world.view(FAMILY, id).receipts.iter().map(|it| it.state).collect();
    assert_eq!(states, [Some(ReceiptState::Proved); 2]);
}

#[test]
fn is_it_still_you() {
    let mut world = World::new(3);
    world.restarting = true;
    let peer = world.peer(FAMILY, SENDER);
    let mut outcomes = Vec::new();
    for typed in [WRONG, REAL] {
        if outcomes.is_empty() {
            world.prepare(REAL, Some(DURESS));
            world.ask(None, None).unwrap();
            world.carry();
        }
        let asked = world.parties[FAMILY].ledger.asked_by(peer.contact).next().map(|it| it.id).unwrap();
        let now = world.now;
        let typed = super::world::word(typed);
        let ledger = &mut world.parties[FAMILY].ledger;
        let posts = ledger.answer(now, &peer, asked, &typed, &mut world.dice).unwrap();
        world.say(FAMILY, posts);
        world.carry();
        outcomes.extend(world.events(SENDER));
    }
    let family = contact(FAMILY, SENDER);
    let kinds: Vec<_> = outcomes
        .iter()
        .map(|event| match event {
            Event::AnswerWas { contact, outcome, .. } if *contact == family => *outcome,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, [Outcome::Mismatch { left: 2 }, Outcome::Verified]);
}

#[test]
fn every_party_hears_of_the_end_and_forgets() {
    let mut world = World::new(4);
    world.restarting = true;
    let id = world.open("10");
    world.carry();
    let order = world.order(id);
    for party in [SENDER, BROKER, FAMILY] {
        world.events(party);
    }
    world.pass(3 * DAY);
    assert!(world.events(SENDER).contains(&Event::TransferExpired { id }));
    assert_eq!(world.events(BROKER), [Event::TransferExpired { id: order }]);
    assert!(world.events(FAMILY).contains(&Event::TransferExpired { id }));
    assert_eq!(world.view(FAMILY, id).status, Status::Expired);
    world.pass(7 * DAY);
    assert_eq!(world.events(BROKER), [Event::Forgotten { id: order }]);
    assert_eq!(world.events(FAMILY), [Event::Forgotten { id }]);
    world.pass(23 * DAY);
    assert_eq!(world.events(SENDER), [Event::Forgotten { id }]);
    for party in &world.parties {
        assert!(party.ledger.next_due().is_none());
        assert_eq!(party.ledger.snapshot().len(), Ledger::new().snapshot().len());
    }
}

/// The digits of a code as they are stored.
fn digits(code: &ClaimCode) -> Vec<u8> {
    code.text().bytes().filter(u8::is_ascii_digit).take(10).map(|digit| digit - b'0').collect()
}
