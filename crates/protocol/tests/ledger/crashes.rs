//! Every step may be lost before it was stored, and is then taken again: nothing is judged, said or counted twice.

use nightjar_protocol::conversation::{Conversation, Error as TalkError};
use nightjar_protocol::keys::{Random, UnixTime};
use nightjar_protocol::ledger::{Event, Ledger, Outcome, Post, Proof, Status};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::message::Message;

use super::world::{BROKER, DURESS, FAMILY, REAL, SENDER, WRONG, World, amount, confirmation, contact, word};

/// All that a party stores in one commit.
struct Stored {
    ledger: Vec<u8>,
    talks: Vec<Vec<u8>>,
    queue: Vec<(u64, Vec<u8>, UnixTime)>,
    events: usize,
    said: usize,
}

fn store(world: &World, party: usize) -> Stored {
    let party = &world.parties[party];
    let post = |post: &Post| (post.contact, post.message.encode().unwrap().to_vec(), post.deadline);
    Stored {
        ledger: party.ledger.snapshot().to_vec(),
        talks: party.talks.iter().map(|(_, talk)| talk.snapshot().to_vec()).collect(),
        queue: party.queue.iter().map(post).collect(),
        events: party.events.len(),
        said: party.said.len(),
    }
}

fn take_back(world: &mut World, party: usize, stored: &Stored) {
    let party = &mut world.parties[party];
    party.ledger = Ledger::restore(&stored.ledger).unwrap();
    for ((_, talk), bytes) in party.talks.iter_mut().zip(&stored.talks) {
        *talk = Conversation::restore(bytes).unwrap();
    }
    let post = |(contact, bytes, deadline): &(u64, Vec<u8>, UnixTime)| Post {
        contact: *contact,
        message: Message::decode(bytes).unwrap(),
        deadline: *deadline,
    };
    party.queue = stored.queue.iter().map(post).collect();
    party.events.truncate(stored.events);
    party.said.truncate(stored.said);
}

/// A step of one party: now and then it is lost, and taken again from what was stored.
fn step<R>(world: &mut World, party: usize, mut act: impl FnMut(&mut World) -> R) -> R {
    while world.dice.bytes::<1>()[0] < 100 {
        let stored = store(world, party);
        let _ = act(world);
        take_back(world, party, &stored);
    }
    let result = act(world);
    let stored = store(world, party);
    take_back(world, party, &stored);
    result
}

/// What a party's queue and outboxes hold reaches the others, some of it twice: whether there was anything.
fn flush(world: &mut World, party: usize) -> bool {
    let mut cells = step(world, party, |world| {
        let (now, World { parties, dice, .. }) = (world.now, world);
        let it = &mut parties[party];
        for post in it.queue.drain(..) {
            let (_, talk) = it.talks.iter_mut().find(|(of, _)| contact(*of, party) == post.contact).unwrap();
            talk.send(now, &post.message, post.deadline, dice).unwrap();
        }
        let talks = it.talks.iter_mut();
        let cells = talks.flat_map(|(of, talk)| {
            talk.tick(now, dice);
            let queued: Vec<_> = talk.outbox(now, EPOCH).map(|queued| (queued.seq, queued.cell.clone())).collect();
            let _: Vec<_> = queued.iter().map(|(seq, _)| talk.accepted(*seq, EPOCH)).collect();
            queued.into_iter().map(|(_, cell)| (*of, cell)).collect::<Vec<_>>()
        });
        cells.collect::<Vec<_>>()
    });
    let any = !cells.is_empty();
    if world.dice.bytes::<1>()[0] < 128 {
        cells.reverse();
    }
    for (of, cell) in cells {
        for first in [true, false] {
            let taken = step(world, of, |world| {
                let peer = world.peer(of, party);
                let (now, World { parties, dice, .. }) = (world.now, world);
                let it = &mut parties[of];
                let (_, talk) = it.talks.iter_mut().find(|(from, _)| *from == party).unwrap();
                let handled = talk.handle(now, &cell, dice)?;
                let Some(message) = handled.said else { return Ok(()) };
                let reaction = it.ledger.handle(now, &peer, message, dice);
                it.queue.extend(reaction.posts);
                it.events.extend(reaction.events);
                Ok(())
            });
            assert_eq!(taken, if first { Ok(()) } else { Err(TalkError::Undecryptable) });
        }
    }
    any
}

fn carry(world: &mut World) {
    while (0..3).any(|party| flush(world, party)) {}
}

fn confirm(world: &mut World, text: &str, typed: &str) {
    let id = world.parties[FAMILY].ledger.transfers(world.now).next().unwrap().id;
    let peer = world.peer(FAMILY, SENDER);
    step(world, FAMILY, |world| {
        let (now, World { parties, dice, .. }) = (world.now, world);
        let it = &mut parties[FAMILY];
        let typed = word(typed);
        let posts = it.ledger.confirm(now, &peer, id, &confirmation(text), Some(&typed), dice).unwrap();
        it.queue.extend(posts);
    });
    carry(world);
}

#[test]
fn nothing_is_counted_twice() {
    for seed in 100..140 {
        let mut world = World::new(seed);
        world.prepare("둘째", Some(DURESS));
        world.prepare("넷째", None);
        step(&mut world, SENDER, |world| {
            world.open_asking("3000", REAL, "첫째");
        });
        carry(&mut world);
        let id = world.parties[SENDER].ledger.transfers(world.now).next().unwrap().id;
        let (order, code) = (world.order(id), world.code(id));
        for code in ["000000000098", &code.text()] {
            step(&mut world, BROKER, |world| {
                let code = nightjar_protocol::money::ClaimCode::parse(code).unwrap();
                let posts = world.parties[BROKER].ledger.claim(world.now, order, &code).unwrap();
                world.parties[BROKER].queue.extend(posts);
            });
            carry(&mut world);
        }
        for (text, typed) in [("1000", WRONG), ("1000", REAL), ("500", DURESS), ("1500", "넷째")] {
            confirm(&mut world, text, typed);
        }
        let view = world.view(SENDER, id);
        assert_eq!((view.received, view.apparent), (amount("2500").into(), amount("3000").into()), "seed {seed}");
        assert_eq!((view.status, world.view(FAMILY, id).status), (Status::Finished, Status::Finished));
        let proofs: Vec<_> = view.receipts.iter().filter_map(|receipt| receipt.proof).collect();
        assert_eq!(proofs, [Proof::Verified, Proof::Duress, Proof::Verified]);
        let outcomes: Vec<_> = world.parties[SENDER].events.iter().filter_map(outcome).collect();
        assert_eq!(outcomes, [Outcome::Mismatch { left: 2 }, Outcome::Verified, Outcome::Duress, Outcome::Verified]);
        let claims: Vec<_> = world.parties[SENDER].events.iter().filter_map(claimed).collect();
        assert_eq!(claims, [(false, 2), (true, 0)]);
        assert_eq!(world.parties[SENDER].ledger.prepared(contact(FAMILY, SENDER)).count(), 0);
        for party in &world.parties {
            assert!(!party.events.iter().any(|event| matches!(event, Event::Refused { .. })), "something came twice");
        }
    }
}

fn outcome(event: &Event) -> Option<Outcome> {
    match event {
        Event::AnswerWas { outcome, .. } => Some(*outcome),
        _ => None,
    }
}

fn claimed(event: &Event) -> Option<(bool, u8)> {
    match event {
        Event::Claimed { accepted, left, .. } => Some((*accepted, *left)),
        _ => None,
    }
}

const EPOCH: Epoch = Epoch([9; 8]);
