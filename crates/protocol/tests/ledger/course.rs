//! A transfer from order to end, and a question that is about nothing else.

use nightjar_protocol::ledger::{ClaimState, Event, Ledger, Outcome, Proof, ReceiptState, Status};
use nightjar_protocol::money::ClaimCode;

use super::world::{BROKER, DAY, DURESS, FAMILY, REAL, SENDER, WRONG, World, amount, contact};

#[test]
fn a_transfer_from_order_to_the_last_of_its_receipts() {
    let mut world = World::new(1);
    world.restarting = true;
    world.prepare("둘째", None);
    let id = world.open("3000");
    let order = world.order(id);
    assert_ne!(order, id, "the broker and the family know it by different names");
    world.carry();
    assert_eq!(world.events(BROKER), [Event::Ordered { id: order }]);
    let from = contact(SENDER, FAMILY);
    let [Event::Promised { id: promised }, Event::Asked { contact, id: first, about }] = world.events(FAMILY)[..]
    else {
        panic!("no promise, or no question")
    };
    assert_eq!((promised, contact, about), (id, from, Some(id)));
    let view = world.view(FAMILY, id);
    assert_eq!((view.amount, view.fee, view.note), (amount("3000"), None, "for the winter"));
    let view = world.view(BROKER, order);
    assert_eq!((view.amount, view.fee, view.note), (amount("3000"), Some(amount("90")), "by Friday"));

    let posts = world.parties[BROKER].ledger.funds_received(world.now, order).unwrap();
    world.say(BROKER, posts);
    world.carry();
    assert_eq!(world.events(SENDER), [Event::Funded { id }]);
    let code = world.code(id);
    world.claim(id, &code).unwrap();
    assert_eq!(world.events(SENDER), [Event::Claimed { id, accepted: true, left: 0 }]);
    assert_eq!(world.events(BROKER), [Event::Claimed { id: order, accepted: true, left: 0 }]);

    world.confirm(id, "2100", Some(REAL)).unwrap();
    let family = super::world::contact(FAMILY, SENDER);
    let was = |outcome, id, about| Event::AnswerWas { contact: family, id, about, outcome };
    assert_eq!(
        world.events(SENDER),
        [was(Outcome::Verified, first, Some(id)), Event::Receipt { id, number: 1, proof: Proof::Verified }]
    );
    let heard = world.events(FAMILY);
    assert_eq!(heard[0], Event::Matched { contact: from, id: first, about: Some(id), matched: true, left: 0 });
    let [_, Event::Asked { id: second, .. }] = heard[..] else {
        panic!("the prepared question did not come: {heard:?}")
    };
    let view = world.view(SENDER, id);
    assert_eq!((view.status, view.received.digits()), (Status::Open, "2100.00".into()));

    world.confirm(id, "900", Some("둘째")).unwrap();
    assert_eq!(
        world.events(SENDER),
        [
            was(Outcome::Verified, second, Some(id)),
            Event::Receipt { id, number: 2, proof: Proof::Verified },
            Event::TransferFinished { id }
        ]
    );
    assert_eq!(world.events(FAMILY)[1], Event::TransferFinished { id });
    for party in [SENDER, FAMILY] {
        let view = world.view(party, id);
        assert_eq!((view.status, view.received), (Status::Finished, amount("3000").into()));
    }
    let states: Vec<_> = world.view(FAMILY, id).receipts.iter().map(|it| it.state).collect();
    assert_eq!(states, [Some(ReceiptState::Proved); 2]);
}

#[test]
fn three_wrong_codes_and_no_fourth() {
    let mut world = World::new(2);
    let id = world.open("10");
    world.carry();
    let wrong = ClaimCode::parse("0000-0000-0098").or_else(|_| ClaimCode::parse("000000000001")).unwrap();
    for left in [2, 1, 0] {
        world.claim(id, &wrong).unwrap();
        assert_eq!(world.events(SENDER).last(), Some(&Event::Claimed { id, accepted: false, left }));
        assert_eq!(world.view(SENDER, id).claim, ClaimState::Wrong { left });
    }
    let code = world.code(id);
    assert_eq!(world.claim(id, &code), Err(nightjar_protocol::ledger::Error::Spent));
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
