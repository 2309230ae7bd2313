//! The real program: exit codes, and what goes to which stream.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const RELAY: &str = "127.0.0.1:7400#abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrsq";
const PASSPHRASE: &str = "four random words here";

/// Runs the program in `home` with `input` on standard input.
fn run(home: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightjar"));
    command.args(arguments).env_clear().env("NIGHTJAR_HOME", home).env("LANG", "en_US.UTF-8");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    // A program that does not want the input may be gone already.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

fn set_up(home: &Path) -> Output {
    run(home, &["setup", "--no-input", "--relay", RELAY, "--passphrase-fd", "0"], &format!("{PASSPHRASE}\n"))
}

fn home() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

#[track_caller]
fn assert_exit(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}{}", stdout(output), stderr(output));
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[test]
fn setup_makes_a_vault_and_wipe_destroys_it() {
    let folder = home();
    let home = folder.path().join("home");
    let made = set_up(&home);
    assert_exit(&made, 0);
    assert!(stdout(&made).starts_with("✓ The vault is ready, in "));
    assert_eq!(fs::metadata(home.join("vault")).unwrap().len(), 64 * 1024);
    assert!(fs::read_to_string(home.join("config.toml")).unwrap().contains(RELAY));
    assert_exit(&set_up(&home), 2);
    assert_exit(&run(&home, &["wipe", "--no-input"], ""), 4);
    assert!(home.join("vault").exists());
    let wiped = run(&home, &["wipe", "--yes", "--json"], "");
    assert_exit(&wiped, 0);
    assert_eq!(stdout(&wiped), "{\"v\":1,\"event\":\"vault.wiped\",\"files\":2}\n");
    assert!(stderr(&wiped).contains("traces can remain"));
    assert!(!home.exists());
    assert_exit(&run(&home, &["wipe", "--yes"], ""), 2);
}

#[test]
fn what_is_kept_is_private_and_shows_no_passphrase() {
    let home = home();
    let made = set_up(home.path());
    assert_exit(&made, 0);
    for entry in fs::read_dir(home.path()).unwrap() {
        let entry = entry.unwrap();
        let (metadata, bytes) = (entry.metadata().unwrap(), fs::read(entry.path()).unwrap());
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777, 0o600);
        assert!(!bytes.windows(PASSPHRASE.len()).any(|window| window == PASSPHRASE.as_bytes()));
    }
    assert!(!(stdout(&made) + &stderr(&made)).contains(PASSPHRASE));
}

#[test]
fn setup_refuses_what_would_not_protect() {
    let home = home();
    for weak in ["", "\n", "short\n", "aaaaaaaaaaaaaaa\n"] {
        let code = if weak.is_empty() { 2 } else { 9 };
        let arguments = ["setup", "--no-input", "--relay", RELAY, "--passphrase-fd", "0"];
        assert_exit(&run(home.path(), &arguments, weak), code);
    }
    assert_exit(&run(home.path(), &["setup", "--no-input", "--relay", RELAY], ""), 4);
    assert_exit(&run(home.path(), &["setup", "--no-input"], ""), 4);
    assert_exit(&run(home.path(), &["setup", "--no-input", "--relay", "host:1"], ""), 2);
    assert_exit(&run(home.path(), &["setup", "--ephemeral", "--relay", RELAY], ""), 2);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn usage_errors_suggest_and_repeat_no_secret() {
    let home = home();
    let said = |arguments: &[&str]| {
        let output = run(home.path(), arguments, "");
        assert_exit(&output, 2);
        assert_eq!(stdout(&output), "");
        stderr(&output)
    };
    assert!(said(&["invit"]).contains("Did you mean invite?"));
    assert!(said(&["invite", "--exprires", "5m"]).contains("Did you mean --expires?"));
    assert!(said(&["invite", "--expires", "5"]).contains("30s, 5m, 24h, 7d"));
    assert!(said(&["send", "kim", "--expires", "8d"]).contains("from 1s to 7d"));
    assert!(said(&["--lang", "fr", "peers"]).contains("en, ko, zh"));
    assert!(said(&["invite", "--digits", "--link"]).contains("do not go together"));
    assert!(said(&["chat"]).contains("<CONTACT>"));
    assert!(said(&[]).contains("No command was given"));
    assert!(said(&["peers", "\x1b[2J"]).contains("␛[2J"));
    let code = said(&["join", "4821-7305-6619-42"]);
    assert!(code.contains("does not belong on the command line") && !code.contains("4821"), "{code}");
    let text = said(&["send", "kim", "meet at noon"]);
    assert!(text.contains("does not belong on the command line") && !text.contains("noon"), "{text}");
}

#[test]
fn errors_are_events_too() {
    let home = home();
    let output = run(home.path(), &["--json", "chat"], "");
    assert_exit(&output, 2);
    let event: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!((&event["event"], &event["code"], &event["exit"]), (&"error".into(), &"usage".into(), &2.into()));
    assert!(event["hint"].as_str().unwrap().contains("--help"));
}

#[test]
fn the_language_is_chosen_by_option_file_and_environment() {
    let home = home();
    let help = |arguments: &[&str]| {
        let output = run(home.path(), arguments, "");
        assert_exit(&output, 0);
        stdout(&output)
    };
    assert!(help(&["--help"]).contains("Usage: nightjar"));
    assert!(help(&["--lang", "ko", "--help"]).contains("사용법: nightjar"));
    assert!(help(&["invite", "--lang=zh", "-h"]).contains("用法： nightjar invite"));
    fs::write(home.path().join("config.toml"), "lang = 'ko'\n").unwrap();
    assert!(help(&["--help"]).contains("사용법"));
    assert!(help(&["--lang", "en", "--help"]).contains("Usage"));
    let output = run(home.path(), &["jion"], "");
    assert!(stderr(&output).contains("혹시 join 인가요?"), "{}", stderr(&output));
}

#[test]
fn a_bad_file_stops_all_but_what_mends_it() {
    let home = home();
    fs::write(home.path().join("config.toml"), "relai = 'x'\n").unwrap();
    let output = run(home.path(), &["setup"], "");
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("Did you mean “relay”?"));
    assert_exit(&run(home.path(), &["completions", "bash"], ""), 0);
    assert_exit(&run(home.path(), &["wipe", "--yes"], ""), 0);
}

#[test]
fn completions_for_every_shell() {
    let home = home();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = run(home.path(), &["completions", shell], "");
        assert_exit(&output, 0);
        assert!(stdout(&output).contains("code-stdin") && stderr(&output).is_empty());
    }
}

#[test]
fn manual_pages() {
    let home = home();
    let output = run(home.path(), &["man"], "");
    assert_exit(&output, 0);
    assert!(stdout(&output).contains(".TH nightjar 1"));
    let folder = home.path().join("man");
    assert_exit(&run(home.path(), &["man", "--out", folder.to_str().unwrap()], ""), 0);
    let pages: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(pages.contains(&"nightjar.1".into()) && pages.contains(&"nightjar-invite.1".into()));
    assert!(pages.contains(&"nightjar-transfer.1".into()) && pages.contains(&"nightjar-transfer-new.1".into()));
    assert!(!pages.iter().any(|page| page.to_string_lossy().contains("dev-relay")));
}

#[test]
fn colours_only_where_asked_for() {
    let home = home();
    let painted = |arguments: &[&str]| stderr(&run(home.path(), arguments, "")).contains('\x1b');
    assert!(!painted(&["invit"]));
    assert!(painted(&["invit", "--color", "always"]));
    assert!(!painted(&["invit", "--color", "never"]));
}

#[cfg(unix)]
#[test]
fn nobody_reads_into_a_full_disk() {
    let home = home();
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightjar"));
    command.args(["completions", "bash"]).env("NIGHTJAR_HOME", home.path()).stderr(Stdio::null());
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    assert_eq!(command.stdout(full).status().unwrap().code(), Some(1));
}
