//! The real program at a real terminal: what shows, and what must not.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

const RELAY: &str = "127.0.0.1:7400#abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrsq";

/// A terminal with the program on it.
struct Screen {
    master: File,
    slave: File,
    child: Child,
    raw: Vec<u8>,
    shown: String,
    /// How much of what was shown has been waited for.
    seen: usize,
}

impl Screen {
    /// `None` where there is no `setsid` to give the program a terminal of its own.
    fn start(home: &Path, arguments: &[&str]) -> Option<Self> {
        let master: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).ok()?;
        grantpt(&master).ok()?;
        unlockpt(&master).ok()?;
        let name = ptsname(&master, Vec::new()).ok()?;
        let slave = File::options().read(true).write(true).open(name.to_str().ok()?).ok()?;
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait", env!("CARGO_BIN_EXE_nightjar")]).args(arguments);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("NIGHTJAR_HOME", home).env("LANG", "C");
        let end = || slave.try_clone().unwrap();
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().ok()?;
        Some(Self { master: master.into(), slave, child, raw: Vec::new(), shown: String::new(), seen: 0 })
    }

    /// Reads until `text` shows, after what was waited for before.
    fn wait_for(&mut self, text: &str) {
        let mut bytes = [0; 256];
        loop {
            if let Some(at) = self.shown[self.seen..].find(text) {
                self.seen += at + text.len();
                return;
            }
            let mut ready = [PollFd::new(&self.master, PollFlags::IN)];
            let count = poll(&mut ready, Some(&Timespec { tv_sec: 60, tv_nsec: 0 })).unwrap();
            assert!(count > 0, "no “{text}” in:\n{}", self.shown);
            let count = self.master.read(&mut bytes).unwrap();
            self.raw.extend_from_slice(&bytes[..count]);
            // A read may end in the middle of a character; what is whole is enough to look at.
            self.shown = self.raw.utf8_chunks().map(|chunk| chunk.valid()).collect();
        }
    }

    fn type_in(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).unwrap();
    }

    fn exit(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

#[test]
fn a_passphrase_does_not_show() {
    let home = tempfile::tempdir().unwrap();
    let Some(mut screen) = Screen::start(home.path(), &["setup"]) else { return };
    screen.wait_for("Relay:");
    screen.type_in("nonsense\n");
    screen.wait_for("is not the address of a relay");
    screen.wait_for("Relay:");
    screen.type_in(&format!("{RELAY}\n"));
    for (first, again, answer) in [
        ("tooshort1\n", None, "Too short"),
        ("할머니의 비밀 정원\n", Some("다른 비밀 정원\n"), "not the same"),
        ("할머니의 비밀 정웒\x7f원\n", Some("할머니의 비밀 정원\n"), "The vault is ready"),
    ] {
        screen.wait_for("New passphrase:");
        screen.type_in(first);
        if let Some(again) = again {
            screen.wait_for("Once more:");
            screen.type_in(again);
        }
        screen.wait_for(answer);
    }
    assert_eq!(screen.exit(), Some(0));
    for secret in ["tooshort1", "비밀", "정원"] {
        assert!(!screen.shown.contains(secret), "{}", screen.shown);
    }
}

#[test]
fn giving_up_switches_echo_on_again() {
    let home = tempfile::tempdir().unwrap();
    let Some(mut screen) = Screen::start(home.path(), &["setup", "--relay", RELAY]) else { return };
    screen.wait_for("New passphrase:");
    screen.type_in("half of it\x03");
    screen.wait_for("Interrupted");
    assert_eq!(screen.exit(), Some(130));
    assert!(tcgetattr(&screen.slave).unwrap().local_modes.contains(LocalModes::ECHO | LocalModes::ICANON));
    assert!(!screen.shown.contains("half"));
}

#[test]
fn wiping_takes_a_yes() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("config.toml"), "lang = 'ko'\n").unwrap();
    let Some(mut screen) = Screen::start(home.path(), &["wipe"]) else { return };
    screen.wait_for("(예/아니오)");
    screen.type_in("글쎄\n");
    screen.wait_for("(예/아니오)");
    screen.type_in("아니오\n");
    screen.wait_for("아무것도 하지 않았습니다");
    assert_eq!(screen.exit(), Some(9));
    assert!(home.path().join("config.toml").exists());
    let mut screen = Screen::start(home.path(), &["wipe"]).unwrap();
    screen.wait_for("(예/아니오)");
    screen.type_in("예\n");
    screen.wait_for("없앴습니다");
    assert_eq!(screen.exit(), Some(0));
    assert!(!home.path().exists());
}
