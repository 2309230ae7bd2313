//! What a person does with attachments when nothing goes wrong.

use std::fs;
use std::path::Path;

use crate::stage::relay::Relay;
use crate::stage::{Ended, Home, pair};

/// Bytes that no two cells have in common.
pub fn bytes(length: usize) -> Vec<u8> {
    (0_u64..).flat_map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()).take(length).collect()
}

/// Sends files, with `MARK` written to them.
pub fn send(home: &Home, to: &str, files: &[&Path], more: &[&str]) -> Ended {
    let mut options = vec!["send", to];
    for file in files {
        options.extend(["--file", file.to_str().unwrap()]);
    }
    options.extend(more);
    let mut run = home.run(&options).typed(MARK).start();
    run.hang_up();
    run.end_well()
}

/// Opens the oldest message and saves what is in it.
pub fn save(home: &Home, from: &str, path: &Path) -> Ended {
    home.run(&["open", from, "--save", path.to_str().unwrap()]).end()
}

pub const MARK: &str = "what grandmother wrote on the back";

#[test]
fn a_file_arrives_as_it_was_sent() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let folder = tempfile::tempdir().unwrap();
    let (original, copy) = (folder.path().join("plan.bin"), folder.path().join("copy"));
    fs::write(&original, bytes(300_000)).unwrap();

    let sent = send(&sender, "family", &[&original], &[]);
    assert_eq!(sent.all("file.progress").last().unwrap()["done"], 300_000, "{}", sent.report());
    let received = family.run(&["recv"]).end();
    assert_eq!(received.exit, Some(0), "{}", received.report());
    let offered = received.all("file.offered");
    assert_eq!((offered.len(), &offered[0]["kind"], &offered[0]["bytes"]), (1, &"file".into(), &300_000.into()));
    assert_eq!(received.all("file.fetched").len(), 1, "{}", received.report());
    assert!(!received.report().contains(MARK) && !received.report().contains("plan.bin"), "shown before it is opened");

    let opened = save(&family, "sender", &copy);
    assert_eq!(opened.exit, Some(0), "{}", opened.report());
    assert_eq!(opened.all("msg.received")[0]["text"], MARK);
    assert_eq!(opened.all("file.opened")[0]["name"], "plan.bin");
    assert!(fs::read(&copy).unwrap() == bytes(300_000));
    let ours = sender.run(&["recv"]).end();
    assert_eq!((ours.all("msg.delivered").len(), ours.all("msg.read").len()), (1, 1), "{}", ours.report());
}
