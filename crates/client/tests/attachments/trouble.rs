//! Bad input and bad luck: a clear error, nothing half-written, and the rest of the mailbox as it was.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use nightjar_client::engine::{FileId, Showing};
use nightjar_client::failure::Kind;
use nightjar_protocol::conversation::{Event, Progress};
use nightjar_protocol::message::AttachmentKind;

use crate::basics::{bytes, save, send};
use crate::people::{World, both, theirs};
use crate::stage::relay::Relay;
use crate::stage::{Ended, Home, PASSPHRASE, Running, pair};

#[test]
fn a_hash_that_does_not_match_harms_nothing_else() {
    let world = World::new();
    let (mut sender, mut family) = world.wake();
    family.engine.show(Showing::Everybody);
    let mut items =
        [AttachmentKind::Photo, AttachmentKind::File, AttachmentKind::Voice].map(|kind| sender.seal(kind, b"river"));
    items[1].hash[0] ^= 1;
    let id = sender.send(items.into());
    sender.say("and a word");
    let damaged = Event::Damaged { id: theirs(id), item: 1 };
    both(&mut sender, &mut family, |_, family| {
        family.events.contains(&damaged) && family.progress(theirs(id)).iter().all(|it| *it != Progress::Fetching)
    });
    assert_eq!(family.progress(theirs(id)), [Progress::Whole, Progress::Damaged, Progress::Whole]);
    assert_eq!((family.read(id, 0), family.read(id, 2)), (b"river".to_vec(), b"river".to_vec()));
    let file = FileId { contact: family.contact(), message: theirs(id), item: 1 };
    let refused = family.engine.read_file(file, |_| panic!("something of it was shown")).unwrap_err();
    assert_eq!(refused.kind(), Kind::FileDamaged);
    both(&mut sender, &mut family, |_, family| family.texts == ["and a word"]);
    assert!(!sender.events.contains(&Event::Delivered { id }), "delivered was stated of what is damaged");
    let blobs = fs::read_dir(world.family.path().join("blobs")).unwrap().count();
    assert_eq!(blobs, 2, "what is damaged stays on the disk");
}

#[test]
fn a_text_overtakes_a_file_on_a_slow_link() {
    let world = World::new();
    let (mut sender, mut family) = world.wake();
    family.engine.show(Showing::Everybody);
    world.gate.slow_down(250_000);
    let id = sender.send_file(&bytes(2_000_000));
    both(&mut sender, &mut family, |sender, _| {
        matches!(sender.progress(id)[..], [Progress::Sending { cells: 1.., .. }])
    });
    sender.say("first things first");
    both(&mut sender, &mut family, |_, family| !family.texts.is_empty());
    assert!(!family.has(id) && !sender.is_uploaded(id), "the text waited for the file");
    world.gate.slow_down(0);
    both(&mut sender, &mut family, |_, family| family.has(id));
}

/// A file that has arrived, and a folder to save it in.
fn arrived(length: usize) -> (Relay, Home, Home, tempfile::TempDir) {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let folder = tempfile::tempdir().unwrap();
    let original = folder.path().join("original");
    fs::write(&original, bytes(length)).unwrap();
    send(&sender, "family", &[&original], &[]);
    fs::remove_file(&original).unwrap();
    let received = family.run(&["recv"]).end();
    assert_eq!(received.all("file.fetched").len(), 1, "{}", received.report());
    (relay, sender, family, folder)
}

/// Opens with a limit on the length of files, as a full disk would be.
fn save_on_a_full_disk(home: &Home, path: &Path) -> Ended {
    let mut command = Command::new("sh");
    // A write beyond the limit fails, instead of ending the program.
    command.args(["-c", "trap '' XFSZ; ulimit -f 400; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_nightjar")]);
    command.args(["open", "sender", "--json", "--passphrase-fd", "0", "--home"]).arg(home.path());
    command.arg("--save").arg(path);
    Running::spawn(command, &format!("{PASSPHRASE}\n")).end()
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let (_relay, _sender, family, folder) = arrived(900_000);
    let path = folder.path().join("plan");
    let full = save_on_a_full_disk(&family, &path);
    assert_eq!((full.exit, full.code()), (Some(1), Some("save-failed")), "{}", full.report());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "something was left there");
    // There is room again, and it is still to be had.
    assert_eq!(save(&family, "sender", &path).exit, Some(0));
    assert!(fs::read(&path).unwrap() == bytes(900_000));
}

#[test]
fn nothing_is_overwritten_and_names_are_the_recipient_s() {
    use std::os::unix::fs::PermissionsExt;
    let (_relay, _sender, family, folder) = arrived(10_000);
    let taken = folder.path().join("taken");
    fs::write(&taken, b"mine").unwrap();
    let refused = save(&family, "sender", &taken);
    assert_eq!((refused.exit, refused.code()), (Some(9), Some("save-exists")), "{}", refused.report());
    assert_eq!(fs::read(&taken).unwrap(), b"mine");
    std::os::unix::fs::symlink("nowhere", folder.path().join("link")).unwrap();
    assert_eq!(save(&family, "sender", &folder.path().join("link")).code(), Some("save-exists"));
    let nowhere = save(&family, "sender", &folder.path().join("no/such/folder"));
    assert_eq!((nowhere.exit, nowhere.code()), (Some(1), Some("save-failed")), "{}", nowhere.report());

    let saved = save(&family, "sender", folder.path());
    let path = saved.all("file.saved")[0]["path"].as_str().unwrap().to_owned();
    assert_eq!(Path::new(&path).parent(), Some(folder.path()));
    assert!(!path.contains("original"), "the sender chose a name on this disk: {path}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fs::read(&path).unwrap() == bytes(10_000));
    let none = family.run(&["open", "sender", "77"]).end();
    assert_eq!((none.exit, none.code()), (Some(2), Some("file-unknown")));
}

/// Tries to send, which fails: the code. Nothing is sent or kept.
fn refused(home: &Home, options: &[&str]) -> (i32, String) {
    let mut run = home.run(&[&["send", "family"], options].concat()).start();
    run.hang_up();
    let ended = run.end();
    assert!(ended.all("msg.queued").is_empty(), "{}", ended.report());
    let blobs = fs::read_dir(home.path().join("blobs")).map_or(0, Iterator::count);
    let known = home.state().contacts.values().next().unwrap().conversation.messages(Default::default()).count();
    assert_eq!((known, blobs > 1), (0, false));
    (ended.exit.unwrap(), ended.code().unwrap_or_else(|| panic!("{}", ended.report())).to_owned())
}

#[test]
fn what_cannot_be_sent_is_refused_by_name() {
    let relay = Relay::start();
    let (sender, _family) = pair(relay.address());
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("text"), b"no photo, no voice").unwrap();
    fs::write(path("empty"), b"").unwrap();
    File::create(path("huge")).unwrap().set_len(25 * 1024 * 1024 + 1).unwrap();
    for (option, name, exit, code) in [
        ("--file", "empty", 9, "file-empty"),
        ("--file", "huge", 9, "file-too-large"),
        ("--file", "missing", 2, "file-unreadable"),
        ("--file", ".", 2, "file-unreadable"),
        ("--photo", "text", 9, "photo-format"),
        ("--voice", "text", 9, "voice-format"),
    ] {
        assert_eq!(refused(&sender, &[option, &path(name)]), (exit, code.to_owned()), "{name}");
    }
    let text = path("text");
    let many = ["--file", &text].repeat(17);
    assert_eq!(refused(&sender, &many), (9, "files-too-many".to_owned()));
}

#[test]
fn a_file_that_changes_while_it_is_read_is_not_sent() {
    let relay = Relay::start();
    let (sender, _family) = pair(relay.address());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    fs::write(&path, bytes(20 << 20)).unwrap();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = File::options().append(true).open(&path).unwrap();
            // 25 MiB are not reached within an hour.
            while !over.load(SeqCst) {
                file.write_all(b"again\n").unwrap();
                thread::sleep(Duration::from_millis(1));
            }
        });
        let refusal = refused(&sender, &["--file", path.to_str().unwrap()]);
        over.store(true, SeqCst);
        assert_eq!(refusal, (9, "file-changed".to_owned()));
    });
}
