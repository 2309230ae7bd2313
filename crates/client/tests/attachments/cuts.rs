//! A transfer goes on wherever it was broken off: at every frame of a small file, at random bytes of a large one, with the
//! programs killed as they stand, and with a relay that forgot everything.

use std::collections::BTreeSet;

use nightjar_protocol::conversation::Progress;
use nightjar_protocol::limits::ATTACHMENT_DATA_LEN;

use crate::basics::{bytes, send};
use crate::people::{Person, World, both};
use crate::stage::tap::Way;
use crate::stage::{Chance, Home};

/// Cells of the small file: nine that are filled, and one of padding.
const CELLS: usize = 10;

fn small(seed: usize) -> Vec<u8> {
    bytes(9 * ATTACHMENT_DATA_LEN - 7 + seed)[seed..].to_vec()
}

#[test]
fn the_sender_goes_on_after_a_cut_at_every_frame() {
    let world = World::new();
    let mut family = Person::wake(&world.family);
    let mut left_off = BTreeSet::new();
    for (frames, is_killed) in (0..CELLS + 6).flat_map(|frames| [(frames, true), (frames, false)]) {
        let (file, cuts) = (small(frames), world.gate.broken());
        world.gate.break_after(Way::Up, frames, !is_killed);
        let mut sender = Person::wake(&world.sender);
        let id = sender.send_file(&file);
        // Killed as it stands when the link breaks, or when it has noticed.
        sender.until(|sender| match is_killed {
            true => world.gate.broken() > cuts,
            false => sender.engine.down().is_some(),
        } || sender.is_uploaded(id));
        drop(sender);
        world.gate.mend();
        let mut sender = Person::wake(&world.sender);
        match sender.progress(id)[..] {
            [Progress::Sending { cells, .. }] => drop(left_off.insert(cells)),
            ref other => panic!("{other:?}"),
        }
        both(&mut sender, &mut family, |sender, family| family.has(id) && sender.is_delivered(id));
        assert!(family.read(id, 0) == file, "after {frames} frames");
    }
    assert!(world.gate.broken() >= 2 * CELLS as u64, "{}", world.gate.broken());
    assert!(left_off.len() >= CELLS - 1, "it was not cut at every cell: {left_off:?}");
}

#[test]
fn the_recipient_goes_on_after_a_cut_at_every_frame() {
    let world = World::new();
    let mut sender = Person::wake(&world.sender);
    for (frames, is_killed) in (0..CELLS + 6).flat_map(|frames| [(frames, true), (frames, false)]) {
        let (file, cuts) = (small(frames), world.gate.broken());
        let id = sender.send_file(&file);
        sender.until(|sender| sender.is_uploaded(id));
        world.gate.break_after(Way::Down, frames, false);
        let mut family = Person::wake(&world.family);
        family.until(|family| match is_killed {
            true => world.gate.broken() > cuts,
            false => family.engine.down().is_some(),
        } || family.has(id));
        drop(family);
        world.gate.mend();
        let mut family = Person::wake(&world.family);
        family.until(|family| family.has(id));
        assert!(family.read(id, 0) == file, "after {frames} frames");
        both(&mut sender, &mut family, |sender, _| sender.is_delivered(id));
    }
    assert!(world.gate.broken() >= 2 * CELLS as u64, "{}", world.gate.broken());
}

#[test]
fn a_large_file_gets_through_a_link_that_breaks_all_the_time() {
    let (mut world, mut chance) = (World::new(), Chance::new());
    let file = bytes(400 * ATTACHMENT_DATA_LEN);
    // A relay lends 64 cells before it waits for an acknowledgement: a link that never lets one back gets nowhere.
    world.gate.break_always(60, 200);
    let (mut sender, mut family) = world.wake();
    let id = sender.send_file(&file);
    let (mut kills, mut restarts) = (0, 0);
    while !(family.has(id) && sender.is_delivered(id)) {
        match chance.below(10) {
            0 => sender = replace(sender, &world.sender, &mut kills),
            1 => family = replace(family, &world.family, &mut kills),
            2 if restarts < 2 && kills > 2 => {
                world.relay.kill();
                world.relay.restart();
                restarts += 1;
            }
            _ => {}
        }
        for _ in 0..chance.below(100) {
            sender.live();
            family.live();
        }
    }
    assert!(family.read(id, 0) == file);
    assert!(world.gate.broken() > 10, "{} cuts, {kills} kills, {restarts} restarts", world.gate.broken());
}

/// Killed, and another program in its place.
fn replace(person: Person, home: &Home, kills: &mut u32) -> Person {
    drop(person);
    *kills += 1;
    Person::wake(home)
}

#[test]
fn a_link_that_breaks_in_the_greeting_is_not_taken_for_somebody_in_between() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan");
    std::fs::write(&path, bytes(100)).unwrap();
    world.gate.break_greetings(3);
    let sent = send(&world.sender, "family", &[&path], &[]);
    assert_eq!(sent.exit, Some(0), "{}", sent.report());
    // Where nothing else ever happens, it may be just that.
    world.gate.break_greetings(u32::MAX);
    let refused = world.sender.run(&["recv"]).end();
    assert_eq!((refused.exit, refused.code()), (Some(12), Some("relay-key")), "{}", refused.report());
}

#[test]
fn a_relay_that_began_anew_gets_it_all_again() {
    let mut world = World::new();
    let file = bytes(40 * ATTACHMENT_DATA_LEN);
    let mut sender = Person::wake(&world.sender);
    let id = sender.send_file(&file);
    sender.until(|sender| sender.is_uploaded(id));
    world.relay.kill();
    world.relay.restart();
    assert_eq!(world.relay.stats()["cells"], 0);
    let mut family = Person::wake(&world.family);
    both(&mut sender, &mut family, |_, family| family.has(id));
    assert!(family.read(id, 0) == file);
    // Nothing of it stays with the relay.
    both(&mut sender, &mut family, |sender, _| sender.is_delivered(id));
    both(&mut sender, &mut family, |sender, family| sender.engine.is_sent() && family.engine.is_sent());
    // The session has two mailboxes, and the invite two until its time is up: that somebody took it is not to show.
    assert_eq!(world.relay.stats()["mailboxes"], 4, "{}", world.relay.stats());
}
