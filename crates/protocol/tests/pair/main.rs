//! Two conversations on a virtual clock through a simulated relay that loses, repeats and reorders, restarts, and whose
//! clients are away for long and are killed at any moment. `NIGHTJAR_SEEDS=50` runs fifty times as many worlds.

mod world;

use world::{Weather, World};

/// Link cuts, lost answers, restarts, kills: all that happens without malice. Whoever comes back in time gets everything.
#[test]
fn without_malice_every_message_arrives_exactly_once() {
    for seed in worlds(0, 10) {
        let mut world = World::new(seed, Weather { silent_loss: false, kills: true, restarts: true, long_away: false });
        world.run(500);
        world.settle();
        world.check(true);
    }
}

/// The relay also loses what it has accepted, and people are away beyond deadlines.
#[test]
fn whatever_the_relay_does_a_message_arrives_once_or_its_sender_is_told() {
    for seed in worlds(1_000_000, 10) {
        let mut world = World::new(seed, Weather { silent_loss: true, kills: true, restarts: true, long_away: true });
        world.run(500);
        world.settle();
        world.check(false);
    }
}

/// After whatever happened, both sides can still talk.
#[test]
fn a_conversation_is_never_stuck() {
    for seed in worlds(2_000_000, 5) {
        let mut world = World::new(seed, Weather { silent_loss: true, kills: true, restarts: true, long_away: true });
        world.run(300);
        world.settle();
        world.calm();
        for _ in 0..3 {
            for side in 0..2 {
                world.send(side, 5000, 3600, 60);
            }
            world.settle_briefly();
        }
        world.check_last_arrived(6);
    }
}

/// Both windows run full while the peer is away, everything expires, and still both find each other again.
#[test]
fn two_closed_windows_open_again() {
    let mut world = World::new(7, Weather::fair());
    world.part();
    for _ in 0..400 {
        world.pass(60);
        for side in 0..2 {
            world.send(side, 10, 3600, 60);
        }
    }
    world.pass(9 * 24 * 3600);
    world.settle();
    for _ in 0..3 {
        for side in 0..2 {
            world.send(side, 10, 3600, 60);
        }
        world.settle_briefly();
    }
    world.check_last_arrived(4);
    for _ in 0..100 {
        world.send(0, 10, 3600, 60);
    }
    world.settle_briefly();
    world.check_last_arrived(100);
}

/// Seeds from `first` on.
fn worlds(first: u64, count: u64) -> std::ops::Range<u64> {
    let times = std::env::var("NIGHTJAR_SEEDS").ok().map_or(1, |times| times.parse().expect("a number"));
    first..first + count * times
}
