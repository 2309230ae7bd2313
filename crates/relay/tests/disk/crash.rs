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
    let kills: usize = std::env::var("NIGHTJAR_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(5);
    let (folder, mut seeded, world) = (Folder::new("crash"), Seeded::new(), Arc::new(World::default()));
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
    for _ in 0..kills {
        std::thread::sleep(Duration::from_millis(50 + seeded.draw(300)));
        *world.relay.lock().unwrap() = None;
        relay.kill();
        relay = start();
        opened.push(relay.opened);
        *world.relay.lock().unwrap() = Some(relay.address.clone());
        world.quiet.store(pairs[3].book().accepted.len() > 7000, SeqCst);
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
    let accepted: usize = pairs.iter().map(|pair| pair.book().accepted.len()).sum();
    println!(
        "{kills} kills: {accepted} accepted, {} lost, opened again in {:?}",
        missing(),
        (opened[kills / 2], opened[kills - 1])
    );
    assert_eq!(missing(), 0, "accepted and lost");
    assert!(accepted > 100, "there was a load");
    for pair in &pairs {
        assert!(pair.book().wrong.is_empty(), "{:?}", pair.book().wrong);
    }
    assert_eq!(world.epochs.lock().unwrap().len(), 1, "all is there after each start, so the epoch stays");
}
