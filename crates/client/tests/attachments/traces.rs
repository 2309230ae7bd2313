//! What attachments leave behind: sealed while they live, and nothing after.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::basics::{MARK, bytes, save, send};
use crate::stage::relay::Relay;
use crate::stage::{Chance, Home, Running, pair};

/// Whether any file of a vault's folder has these bytes in it.
fn is_in_clear(home: &Home, mark: &[u8]) -> bool {
    let mut folders = vec![home.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            assert!(!entry.file_name().to_string_lossy().contains("secret"), "a name in clear");
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false if fs::read(entry.path()).unwrap().windows(mark.len()).any(|window| window == mark) => {
                    return true;
                }
                false => {}
            }
        }
    }
    false
}

fn blobs(home: &Home) -> Vec<u64> {
    let Ok(entries) = fs::read_dir(home.path().join("blobs")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().metadata().unwrap().len()).collect()
}

const SECRET: &[u8] = b"the third stone from the well";

/// A file full of something that can be looked for.
fn secret(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("secret-map");
    fs::write(&path, SECRET.repeat(10_000)).unwrap();
    path
}

#[test]
fn nothing_lies_in_clear_and_the_vault_stays_small() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let folder = tempfile::tempdir().unwrap();
    let nothing = |home: &Home| {
        let marks: [&[u8]; 4] = [SECRET, b"secret-map", MARK.as_bytes(), &SECRET.repeat(200)[4000..4040]];
        assert!(marks.iter().all(|mark| !is_in_clear(home, mark)));
        assert!(fs::metadata(home.path().join("vault")).unwrap().len() <= 128 * 1024);
    };
    send(&sender, "family", &[&secret(folder.path())], &[]);
    // 72 cells are filled; padding makes it no more than an eighth longer.
    assert_eq!(blobs(&sender), [72 * 4096]);
    nothing(&sender);
    assert_eq!(family.run(&["recv"]).end().exit, Some(0));
    assert_eq!(blobs(&family), [72 * 4096]);
    nothing(&family);
    // The sender's copy goes when it is told that there is another.
    assert_eq!(sender.run(&["recv"]).end().all("msg.delivered").len(), 1);
    assert!(blobs(&sender).is_empty());
    // Opened and not saved, it still lies nowhere.
    assert_eq!(family.run(&["open", "sender"]).end().exit, Some(0));
    nothing(&family);
    assert_eq!(family.run(&["wipe", "--yes"]).end().exit, Some(0));
    assert!(!family.path().join("blobs").exists());
}

#[test]
fn what_is_over_is_nowhere() {
    let mut relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (secret(folder.path()), folder.path().join("copy"));
    send(&sender, "family", &[&file], &["--expires", "6s"]);
    let received = family.run(&["recv"]).end();
    assert_eq!((received.all("file.fetched").len(), blobs(&family).len()), (1, 1), "{}", received.report());
    thread::sleep(Duration::from_secs(6));
    let late = save(&family, "sender", &copy);
    assert_eq!((late.exit, late.code()), (Some(2), Some("file-unknown")), "{}", late.report());
    assert!(!copy.exists() && blobs(&family).is_empty());

    // One that nobody fetched: the relay forgets it by itself.
    send(&sender, "family", &[&file], &["--expires", "4s"]);
    assert!(relay.stats()["cells"].as_u64() > Some(70));
    thread::sleep(Duration::from_secs(5));
    assert_eq!(sender.run(&["recv"]).end().all("msg.expired").len(), 1);
    assert_eq!((blobs(&sender).len(), relay.stats()["cells"].as_u64()), (0, Some(0)));

    // And one that was opened: it goes with its timer.
    send(&sender, "family", &[&file], &["--after-read", "2s"]);
    assert_eq!(save(&family, "sender", &copy).exit, Some(0));
    assert!(fs::read(&copy).unwrap() == SECRET.repeat(10_000));
    thread::sleep(Duration::from_secs(2));
    let gone = family.run(&["recv"]).end();
    assert_eq!(blobs(&family).len(), 0, "{}", gone.report());
}

#[test]
fn killed_as_they_stand_both_go_on_and_leave_nothing_behind() {
    let (relay, mut chance) = (Relay::start(), Chance::new());
    let (sender, family) = pair(relay.address());
    let folder = tempfile::tempdir().unwrap();
    let (original, copy) = (folder.path().join("original"), folder.path().join("copy"));
    fs::write(&original, bytes(6_000_000)).unwrap();
    let file = original.to_str().unwrap();

    // Before it is taken on, while it is read and sealed: as if nothing had been.
    for _ in 0..3 {
        let run = sender.run(&["send", "family", "--file", file]).start();
        chance.pause(150);
        let early = run.kill();
        let is_queued =
            sender.state().contacts.values().any(|it| it.conversation.messages(Default::default()).count() > 0);
        if is_queued {
            break;
        }
        assert!(early.all("msg.accepted").is_empty(), "{}", early.report());
    }
    let known = |home: &Home| {
        let state = home.state();
        state.contacts.values().flat_map(|it| it.conversation.messages(Default::default())).count()
    };
    if known(&sender) == 0 {
        let mut run: Running = sender.run(&["send", "family", "--file", file]).start();
        run.hang_up();
        run.expect("msg.queued");
        chance.pause(100);
        run.kill();
    }
    assert_eq!(known(&sender), 1, "it was taken on, and is lost");
    for _ in 0..4 {
        let (ours, theirs) = (sender.run(&["recv"]).start(), family.run(&["recv"]).start());
        chance.pause(500);
        ours.kill();
        chance.pause(300);
        theirs.kill();
    }
    let ours = sender.run(&["recv"]).start();
    let opened = save(&family, "sender", &copy);
    assert_eq!(opened.exit, Some(0), "{}", opened.report());
    assert!(fs::read(&copy).unwrap() == bytes(6_000_000));
    ours.end_well();
    assert_eq!(sender.run(&["recv"]).end().exit, Some(0));
    assert!(blobs(&sender).is_empty() && blobs(&family).len() == 1, "{:?} {:?}", blobs(&sender), blobs(&family));
}
