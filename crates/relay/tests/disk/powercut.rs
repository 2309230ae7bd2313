//! Power cuts under load: what had been accepted is in a copy of the device, made while the relay stands still. What was not
//! synced is not in the copy, so this shows what SIGKILL cannot.
//!
//! Needs root and loop devices: `NIGHTJAR_CUTS=50 cargo test -p nightjar-relay --test disk power -- --ignored --nocapture`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use super::folder::Folder;
use super::pairs::{Book, Pair, Relay, Seeded, World};

#[test]
#[ignore = "needs root and loop devices"]
fn a_power_cut_loses_nothing_that_was_accepted() {
    let cuts: usize = std::env::var("NIGHTJAR_CUTS").ok().and_then(|cuts| cuts.parse().ok()).unwrap_or(50);
    let mut seeded = Seeded::new();
    let (mut accepted, mut opened) = (0, Vec::new());
    for _ in 0..cuts {
        let (count, took) = cut(50 + seeded.draw(700));
        accepted += count;
        opened.push(took);
    }
    opened.sort_unstable();
    println!("{cuts} cuts: {accepted} accepted, 0 lost, opened again in {:?}", (opened[cuts / 2], opened[cuts - 1]));
    assert!(accepted > cuts * 10, "there was a load");
}

/// One device, one load, one cut after so many milliseconds: how many were accepted, and how long the relay took to open.
fn cut(after: u64) -> (usize, Duration) {
    let base = Folder::new("power");
    std::fs::create_dir(&base.path).unwrap();
    let at = |name: &str| base.path.join(name);
    let (device, copy) = (Mounted::new(&at("device.img"), &at("device")), at("copy.img"));
    let world = Arc::new(World::default());
    let relay = Relay::start(&at("device").join("store"), &at("key"));
    *world.relay.lock().unwrap() = Some(relay.address.clone());
    let pairs: Vec<_> = (1..=3).map(Pair::new).collect();
    pairs.iter().for_each(|pair| pair.create(&world));
    let mut threads = Vec::new();
    for (number, pair) in pairs.iter().enumerate() {
        let (sender, there) = (Arc::clone(pair), Arc::clone(&world));
        threads.push(std::thread::spawn(move || sender.send(&there)));
        // The last one has only a sender.
        if number < 2 {
            let (receiver, there) = (Arc::clone(pair), Arc::clone(&world));
            threads.push(std::thread::spawn(move || receiver.receive(&there)));
        }
    }
    std::thread::sleep(Duration::from_millis(after));
    let mut promised: Vec<Book> = pairs.iter().map(|pair| pair.book().clone()).collect();
    relay.signal("-STOP");
    copy_at_rest(&at("device.img"), &copy);
    world.over.store(true, SeqCst);
    relay.kill();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    drop(device);
    // What a recipient saw until the cut was seen, though it was not counted yet when the promises were.
    for (book, pair) in promised.iter_mut().zip(&pairs) {
        book.keep_what_was_seen(&pair.book());
    }

    let (accepted, epochs) =
        (promised.iter().map(|book| book.accepted.len()).sum(), world.epochs.lock().unwrap().clone());
    let restored = Mounted::of(&copy, &at("restored"));
    let relay = Relay::start(&at("restored").join("store"), &at("key"));
    examine(promised, &relay, epochs);
    let opened = relay.opened;
    relay.kill();
    drop(restored);
    (accepted, opened)
}

/// Copies a device that nobody writes to any more but the system, with what it has begun: again, until it stood still while it
/// was copied. A power cut is one moment, and a copy is not.
fn copy_at_rest(device: &Path, copy: &Path) {
    loop {
        run("cp", &["--sparse=always", text(device), text(copy)]);
        std::thread::sleep(Duration::from_millis(50));
        if Command::new("cmp").arg("-s").args([device, copy]).status().unwrap().success() {
            return;
        }
    }
}

/// Reads all that the relay has: what was accepted and not shown has to be there, what was acknowledged must not.
fn examine(promised: Vec<Book>, relay: &Relay, epochs: BTreeSet<[u8; 8]>) {
    let world = Arc::new(World::default());
    *world.relay.lock().unwrap() = Some(relay.address.clone());
    let pairs: Vec<_> = (1..=3).map(Pair::new).collect();
    let mut threads = Vec::new();
    for (pair, mut book) in pairs.iter().zip(promised) {
        // Everything that was on its way may have come twice.
        let outbox = book.unanswered();
        book.repeated.extend(outbox);
        *pair.book() = book;
        let (receiver, there) = (Arc::clone(pair), Arc::clone(&world));
        threads.push(std::thread::spawn(move || receiver.receive(&there)));
    }
    let until = Instant::now() + Duration::from_secs(20);
    let missing = || pairs.iter().map(|pair| pair.book().missing()).sum::<usize>();
    let greeted = || !world.epochs.lock().unwrap().is_empty();
    while (missing() > 0 || !greeted()) && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(10));
    }
    // And a moment for what should not come.
    std::thread::sleep(Duration::from_millis(100));
    world.over.store(true, SeqCst);
    assert_eq!(missing(), 0, "accepted and lost");
    relay.signal("-KILL");
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    for pair in &pairs {
        assert!(pair.book().wrong.is_empty(), "{:?}", pair.book().wrong);
    }
    assert_eq!(*world.epochs.lock().unwrap(), epochs, "nothing is lost, so the epoch stays");
}

/// A file system in a file, mounted.
struct Mounted {
    folder: PathBuf,
}

impl Mounted {
    /// A fresh one, whose journal waits for minutes unless somebody syncs.
    fn new(image: &Path, folder: &Path) -> Self {
        run("truncate", &["-s", "96M", text(image)]);
        run("mkfs.ext4", &["-q", text(image)]);
        let mounted = Self::of(image, folder);
        run("sync", &[]);
        mounted
    }

    fn of(image: &Path, folder: &Path) -> Self {
        std::fs::create_dir(folder).unwrap();
        run("mount", &["-o", "loop,commit=300", text(image), text(folder)]);
        Self { folder: folder.to_owned() }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        run("umount", &[text(&self.folder)]);
    }
}

fn run(program: &str, arguments: &[&str]) {
    assert!(Command::new(program).args(arguments).status().unwrap().success(), "{program} {arguments:?}");
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
