//! SIGKILL at random moments under load: what was accepted is delivered, and nothing is shown twice.
//!
//! The short form runs with the other tests. `NIGHTJAR_KILLS=100 cargo test -p nightjar-relay --test disk crash -- --nocapture`
//! is the long one; `NIGHTJAR_SEED` chooses the moments.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use super::folder::Folder;
use super::pairs::{Pair, Relay, Seeded, World};

#[test]
fn a_killed_relay_loses_nothing_it_accepted() {
    let many: Option<usize> = std::env::var("NIGHTJAR_KILLS").ok().and_then(|kills| kills.parse().ok());
    let kills = many.unwrap_or(5);
    // The long form on a device, where between an answer and its cell there is more time to be killed in.
    let folder = if many.is_some() { Folder::on_disk("crash") } else { Folder::new("crash") };
    let (mut seeded, world) = (Seeded::new(), Arc::new(World::default()));
    std::fs::create_dir(&folder.path).unwrap();
    let start = || Relay::start(&folder.path.join("store"), &folder.path.join("key"));
    let mut relay = start();
    *world.relay.lock().unwrap() = Some(relay.address.clone());
    let pairs: Vec<_> = (1..=4).map(Pair::new).collect();
    pairs.iter().for_each(|pair| pair.create(&world));
    let mut threads = Vec::new();
    for (number, pair) in pairs.iter().enumerate() {
        let (sender, at) = (Arc::clone(pair), Arc::clone(&world));
        threads.push(std::thread::spawn(move || sender.send(&at)));
        // The last one's recipient comes when all is over: cells that lie through every crash.
        if number < 3 {
            let (receiver, at) = (Arc::clone(pair), Arc::clone(&world));
            threads.push(std::thread::spawn(move || receiver.receive(&at)));
        }
    }
    let mut opened = Vec::new();
    let accepted = || pairs.iter().map(|pair| pair.book().accepted.len()).sum::<usize>();
    for _ in 0..kills {
        let (before, patience) = (accepted(), Instant::now() + Duration::from_secs(20));
        while accepted() < before + 20 && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(seeded.draw(300)));
        *world.relay.lock().unwrap() = None;
        relay.kill();
        relay = start();
        opened.push(relay.opened);
        *world.relay.lock().unwrap() = Some(relay.address.clone());
    }
    std::thread::sleep(Duration::from_millis(200));
    world.quiet.store(true, SeqCst);
    let (last, at) = (Arc::clone(&pairs[3]), Arc::clone(&world));
    threads.push(std::thread::spawn(move || last.receive(&at)));
    let until = Instant::now() + Duration::from_secs(60);
    let missing = || pairs.iter().map(|pair| pair.book().missing()).sum::<usize>();
    while missing() > 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    world.over.store(true, SeqCst);
    relay.kill();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    opened.sort_unstable();
    let (accepted, lost, half, longest) = (accepted(), missing(), opened[kills / 2], opened[kills - 1]);
    println!("{kills} kills: {accepted} accepted, {lost} lost, opened again in {half:?}, at most {longest:?}");
    assert_eq!(lost, 0, "accepted and lost");
    assert!(accepted > 20 * kills, "there was a load");
    for pair in &pairs {
        assert!(pair.book().wrong.is_empty(), "{:?}", pair.book().wrong);
    }
    assert_eq!(world.epochs.lock().unwrap().len(), 1, "all is there after each start, so the epoch stays");
}
