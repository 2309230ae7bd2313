//! What goes wrong is told apart: each has its own exit code, its own name for programs, its own words in each language.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use nightjar_client::failure::{Failure, Kind};
use nightjar_client::locale::{Lang, Locale};
use nightjar_client::random::OsRandom;
use nightjar_protocol::invite::{Invite, RelayAddress};

use crate::stage::relay::{ClockedRelay, Relay};
use crate::stage::{Ended, Home, PASSPHRASE, PATIENCE, code_of, run};

const LANGUAGES: [(Lang, &str); 2] = [(Lang::En, "en"), (Lang::Ko, "ko")];
const MARK: char = '¤';

/// A failure in each language: its exit code, its name, and the first line that the person reads, which is returned.
fn told(exit: i32, code: &str, each: impl Fn(&str) -> Ended) -> [String; 2] {
    LANGUAGES.map(|(lang, name)| {
        let ended = each(name);
        assert_eq!((ended.exit, ended.code()), (Some(exit), Some(code)), "{}", ended.report());
        assert_eq!(ended.all("error").len(), 1, "{}", ended.report());
        let told = ended.stderr.lines().find_map(|line| line.strip_prefix("✗ ")).expect("a line that says it");
        let (locale, failure) = (Locale::new(lang), marked(code));
        for words in [failure.what(&locale), failure.next(&locale)] {
            // Between arguments, the words are those of the language's file.
            assert!(words.split(MARK).all(|words| ended.stderr.contains(words)), "{words}\n{}", ended.report());
        }
        told.to_owned()
    })
}

/// The failure of this name, with a mark in place of every argument.
fn marked(code: &str) -> Failure {
    let kind = Kind::ALL.iter().find(|kind| kind.code() == code).unwrap();
    Failure::new(*kind).text("relay", MARK).text("what", MARK)
}

fn join(code: &str, lang: &str, more: &[&str]) -> Ended {
    run(&["join", "--code-stdin", "--lang", lang]).with(more).typed(code).end()
}

/// An invite that nobody made.
fn invented(relay: &str) -> String {
    let relay: RelayAddress = relay.parse().unwrap();
    Invite::generate_link(relay, &mut OsRandom).text().to_string()
}

fn all_differ(told: &[[String; 2]]) {
    for language in 0..LANGUAGES.len() {
        let lines: BTreeSet<_> = told.iter().map(|lines| &lines[language]).collect();
        assert_eq!(lines.len(), told.len(), "{lines:?}");
    }
    assert!(told.iter().all(|[en, ko]| en.is_ascii() && ko.chars().any(|c| ('가'..='힣').contains(&c))), "{told:?}");
}

#[test]
fn every_trouble_with_an_invite_has_words_of_its_own() {
    let relay = Relay::start();
    let address = relay.address();
    let link = ["invite", "--relay", address, "--link"];

    let mut open = run(&link).start();
    let used = code_of(&mut open);
    let mut first = run(&["join", "--code-stdin"]).typed(&used).start();
    first.expect("proof.unproved");

    let home = Home::new();
    let mut waiting = home.run(&link).with(&["--no-wait", "--name", "one"]).start();
    let absent = [code_of(&mut waiting), {
        waiting.end_well();
        let mut waiting = home.run(&link).with(&["--no-wait", "--name", "two"]).start();
        let code = code_of(&mut waiting);
        waiting.end_well();
        code
    }];

    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (place, key) = address.split_once('#').unwrap();
    let down = invented(&format!("{closed}#{key}"));
    let other = Relay::start();
    let (_, other_key) = other.address().split_once('#').unwrap();
    let impostor = invented(&format!("{place}#{other_key}"));

    all_differ(&[
        told(7, "invite-used", |lang| join(&used, lang, &[])),
        told(11, "invite-unknown", |lang| join(&invented(address), lang, &[])),
        told(3, "relay-unreachable", |lang| join(&down, lang, &[])),
        told(12, "relay-refused", |lang| join(&impostor, lang, &[])),
        told(5, "peer-absent", |lang| join(&absent[usize::from(lang == "ko")], lang, &["--timeout", "1s"])),
        told(8, "invite-expired", expired(|code, lang| join(code, lang, &[]))),
        told(2, "invite-mistyped", |lang| join("4821-7305-6619-43", lang, &[])),
    ]);
}

/// An invite whose time is over, looked up in a language.
fn expired(look_up: impl Fn(&str, &str) -> Ended) -> impl Fn(&str) -> Ended {
    move |lang| {
        let relay = ClockedRelay::start(0);
        let invite = ["invite", "--relay", relay.address(), "--link", "--expires", "30s"];
        let mut inviter = run(&invite).start();
        let code = code_of(&mut inviter);
        relay.set(40);
        look_up(&code, lang)
    }
}

#[test]
fn a_mistyped_code_is_refused_before_anything_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let relay = format!("{}#{}", listener.local_addr().unwrap(), "a".repeat(52));
    for code in ["4821-7305-6619-43", "4821-7305-6691-42", "4821", "nightjar:abc", "", "hello"] {
        let ended = run(&["join", "--code-stdin", "--relay", &relay]).typed(code).end();
        assert_eq!((ended.exit, ended.code()), (Some(2), Some("invite-mistyped")), "{code}: {}", ended.report());
    }
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "somebody connected");
}

#[test]
fn a_wrong_passphrase_costs_the_same_work_and_leaves_the_vault_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    let (memory, made) = measured(&["setup", "--relay", &format!("localhost:1#{}", "a".repeat(52))], home, PASSPHRASE);
    assert_eq!(made.exit, Some(0), "{}", made.report());
    let vault = folder.path().join("vault");
    let before = std::fs::read(&vault).unwrap();
    let (with_right, right) = measured(&["peers"], home, PASSPHRASE);
    let (with_wrong, wrong) = measured(&["peers"], home, "correct horse battery stable");
    assert_eq!((right.exit, right.code()), (Some(0), None));
    assert_eq!((wrong.exit, wrong.code()), (Some(10), Some("vault-wrong")));
    assert!(before == std::fs::read(&vault).unwrap());
    if cfg!(target_os = "linux") {
        // The work is Argon2's memory: 256 MiB, whatever is typed.
        for peak in [memory, with_right, with_wrong] {
            assert!((256 * 1024..320 * 1024).contains(&peak), "{peak} KiB");
        }
    }
    let told = told(10, "vault-wrong", |lang| Home::new().wrongly(&["peers", "--lang", lang]));
    all_differ(&[told]);
}

/// Runs a command on a vault at `home`: the most memory that it ever had, in KiB, and how it ended.
fn measured(options: &[&str], home: &str, passphrase: &str) -> (u64, Ended) {
    // `--home` given last wins over the one for runs without a vault.
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_nightjar"));
    command.args(options).args(["--json", "--home", home, "--passphrase-fd", "0"]);
    let running = crate::stage::Running::spawn(command, &format!("{passphrase}\n"));
    let (status, mut peak) = (format!("/proc/{}/status", running.pid()), 0);
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let Some(line) = text.lines().find_map(|line| line.strip_prefix("VmHWM:")) else { break };
        peak = peak.max(line.trim().trim_end_matches(" kB").parse().unwrap());
        std::thread::sleep(Duration::from_millis(2));
    }
    (peak, running.end())
}

#[test]
fn without_input_it_says_what_is_missing() {
    let told = told(4, "input-needed", |lang| run(&["join", "--no-input", "--lang", lang]).end());
    all_differ(&[told]);
    let home = Home::new();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_nightjar"));
    command.args(["peers", "--json", "--no-input", "--home"]).arg(home.path());
    let ended = crate::stage::Running::spawn(command, "").end();
    assert_eq!((ended.exit, ended.code()), (Some(4), Some("input-needed")), "{}", ended.report());
}

#[test]
fn ctrl_c_ends_a_wait_with_130() {
    let relay = Relay::start();
    let mut inviter = run(&["invite", "--relay", relay.address(), "--link"]).start();
    let code = code_of(&mut inviter);
    inviter.interrupt();
    let ended = inviter.end();
    assert_eq!((ended.exit, ended.code()), (Some(130), Some("interrupted")), "{}", ended.report());
    let mut joiner = run(&["join", "--code-stdin"]).typed(&code).start();
    joiner.expect("relay.connected");
    std::thread::sleep(Duration::from_millis(300));
    joiner.interrupt();
    let ended = joiner.end();
    assert_eq!((ended.exit, ended.code()), (Some(130), Some("interrupted")), "{}", ended.report());
}
