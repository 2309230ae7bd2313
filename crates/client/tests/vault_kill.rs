//! A process that is killed while it commits leaves either the old content or the new one, whole.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nightjar_client::random::OsRandom;
use nightjar_client::vault::{KdfParams, Passphrase, Vault};
use nightjar_protocol::keys::Random;

const HOME: &str = "VAULT_KILL_TEST_HOME";
const KILLS: u64 = 25;

/// What commit number `n` writes: its length and every byte follow from the number.
fn content(n: u64) -> Vec<u8> {
    let length = 8 + (n * 7919 % 200_000) as usize;
    n.to_be_bytes().into_iter().cycle().take(length).collect()
}

fn number(payload: &[u8]) -> u64 {
    let n = payload.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    assert!(n == 0 && payload.is_empty() || payload == content(n), "content of no commit");
    n
}

fn open(home: &Path) -> Vault {
    Vault::open(home, &Passphrase::new("kill test")).unwrap()
}

/// The child: commits until it is killed, and reports each commit that returned.
#[test]
#[ignore = "run by the other test, to be killed"]
fn commit_forever() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let mut vault = open(Path::new(&home));
    let mut n = number(vault.payload());
    loop {
        n += 1;
        vault.commit(&content(n)).unwrap();
        println!("committed {n}");
    }
}

fn spawn(home: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "commit_forever", "--ignored", "--nocapture"]).env(HOME, home);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn a_killed_commit_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    drop(Vault::create_with(home, &Passphrase::new("kill test"), KdfParams::LEAST).unwrap());
    let mut before = 0;
    for _ in 0..KILLS {
        let mut child = spawn(home);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let report = |line: String| line.split_once("committed ")?.1.parse::<u64>().ok();
        // From the first commit on, so that the kill falls among them.
        let mut reported = lines.by_ref().find_map(report).unwrap();
        // A commit takes milliseconds, most of them between the write and the rename.
        let delay = u16::from_be_bytes(*OsRandom.bytes());
        std::thread::sleep(Duration::from_micros(u64::from(delay) * 2));
        child.kill().unwrap();
        child.wait().unwrap();
        reported = lines.filter_map(report).last().unwrap_or(reported);
        let found = number(open(home).payload());
        assert!(found >= reported && found <= reported + 1, "reported {reported}, found {found}");
        assert!(found > before);
        assert!(!home.join("vault.new").exists());
        before = found;
    }
}
