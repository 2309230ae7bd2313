//! Names, sums and bounds of what is stored.

use nightjar_protocol::ledger::{Error, Ledger, NameError, handle};
use nightjar_protocol::limits::AMOUNT_MAX;
use nightjar_protocol::money::{Amount, Sum};

use super::world::{BROKER, DAY, FAMILY, REAL, SENDER, WRONG, World, amount, contact};

#[test]
fn a_transfer_goes_by_the_beginning_of_its_names() {
    let mut world = World::new(40);
    let id = world.open("10");
    world.carry();
    let order = world.order(id);
    for (party, of, is) in [(SENDER, id, id), (SENDER, order, id), (BROKER, order, order), (FAMILY, id, id)] {
        let name = handle(&of);
        assert_eq!(name.len(), 8);
        let ledger = &world.parties[party].ledger;
        for text in [&name[..4], &name[..7], &name, &name.to_uppercase()] {
            assert_eq!(ledger.find(text), Ok(is));
        }
        for text in [&name[..3], "", &format!("{name}a"), "0000", "!!!!", "가나"] {
            assert_eq!(ledger.find(text), Err(NameError::Unknown), "{text}");
        }
    }
    assert_eq!(world.parties[BROKER].ledger.find(&handle(&id)), Err(NameError::Unknown));
}

#[test]
fn a_beginning_that_two_transfers_share_names_neither() {
    let mut world = World::new(41);
    let ids: Vec<_> = (0..3).map(|n| world.open_asking("10", &format!("real{n}"), &format!("duress{n}"))).collect();
    world.carry();
    // Names are drawn at random: two that begin alike are made by telling a family of them.
    let (now, peer) = (world.now, world.peer(FAMILY, SENDER));
    let alike = {
        let mut bytes = ids[0].0;
        bytes[4] ^= 0xff;
        nightjar_protocol::message::TransferId(bytes)
    };
    let promise = nightjar_protocol::message::Promise {
        id: alike,
        amount: amount("1"),
        fee: None,
        code: world.code(ids[0]),
        note: nightjar_protocol::message::Body::new(""),
        sent_at: now,
        expires: now.plus(DAY),
    };
    let message = nightjar_protocol::message::Message::Promise(promise);
    drop(world.parties[FAMILY].ledger.handle(now, &peer, message, &mut world.dice));
    let ledger = &world.parties[FAMILY].ledger;
    assert_eq!(ledger.find(&handle(&ids[0])[..4]), Err(NameError::Ambiguous));
    assert_eq!(ledger.find(&handle(&ids[0])), Ok(ids[0]));
    assert_eq!(ledger.find(&handle(&alike)), Ok(alike));
}

#[test]
fn totals_add_up_what_each_party_said() {
    let mut world = World::new(42);
    let first = world.open("3000");
    let second = world.open_asking("500.50", "둘째", "셋째");
    world.carry();
    let code = world.code(first);
    world.claim(first, &code).unwrap();
    world.confirm(first, "2100", Some(REAL)).unwrap();
    world.confirm(first, "100", None).unwrap();
    world.confirm(second, "500.50", Some("셋째")).unwrap();
    let sum = |text| Sum::from(amount(text));
    let [total] = world.parties[SENDER].ledger.totals(world.now)[..] else { panic!("one broker, one currency") };
    assert_eq!((total.broker, total.currency.code()), (contact(BROKER, SENDER), "CNY"));
    assert_eq!((total.ordered, total.claimed), (sum("3500.50"), sum("3000")));
    assert_eq!((total.received, total.open), (sum("2100"), sum("1400.50")), "duress and unproved count for nothing");
    world.pass(3 * DAY);
    let [total] = world.parties[SENDER].ledger.totals(world.now)[..] else { panic!("one broker, one currency") };
    assert_eq!((total.received, total.open.minor()), (sum("2100"), 0));
}

#[test]
fn the_largest_receipts_do_not_overflow() {
    let mut world = World::new(43);
    let most = Amount::new(AMOUNT_MAX, amount("1").currency()).unwrap();
    for n in 0..8 {
        world.prepare(&format!("word{n}"), None);
    }
    let id = world.open(&most.digits());
    world.carry();
    world.confirm(id, "0.01", Some(REAL)).unwrap();
    world.confirm(id, &most.digits(), Some("word0")).unwrap();
    let view = world.view(SENDER, id);
    assert_eq!(view.received.minor(), u128::from(AMOUNT_MAX) + 1, "more than was promised is shown as such");
    assert_eq!(world.parties[SENDER].ledger.totals(world.now)[0].open.minor(), 0);
    assert_eq!(world.confirm(id, "1", Some("word1")), Err(Error::Finished));
}

#[test]
fn snapshots_are_strict() {
    let mut world = World::new(44);
    world.prepare("둘째", None);
    let id = world.open("10");
    world.carry();
    world.confirm_quietly(id, "10", Some(WRONG)).unwrap();
    for party in &world.parties {
        let stored = party.ledger.snapshot();
        assert!(Ledger::restore(&stored).is_ok());
        let (body, long) = (&stored[1..], [&stored[..], &[0]].concat());
        for bytes in [&stored[..stored.len() - 1], &long, &[&[2], body].concat(), &[]] {
            assert_eq!(Ledger::restore(bytes).err(), Some(Error::Snapshot));
        }
    }
    // The name of the first order, and the fee's tag and the code behind it: no transfer under a name twice.
    let stored = world.parties[SENDER].ledger.snapshot();
    let (order, at) = (world.order(id).0, |name: &[u8]| stored.windows(16).position(|part| part == name).unwrap());
    let mut twice = stored.to_vec();
    let place = at(&order);
    twice[place..place + 16].copy_from_slice(&id.0);
    assert_eq!(Ledger::restore(&twice).err(), Some(Error::Snapshot));
}
