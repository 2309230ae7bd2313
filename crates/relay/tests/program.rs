//! The program from outside: its first line, its exit codes, its counters.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::limits::HELLO_LEN;
use nightjar_protocol::link::ClientHandshake;
use nightjar_protocol::noise::Ephemeral;
use nightjar_relay::key::OsRandom;

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightjar-relay"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn outcome(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = program(arguments).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// A relay in the background; killed if a case fails.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Running {
    fn start(arguments: &[&str]) -> (Self, RelayAddress) {
        Self::of(&mut program(arguments))
    }

    fn of(command: &mut Command) -> (Self, RelayAddress) {
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut running = Self { child, stdout };
        let address = running.line().parse().expect("the first line is the address");
        (running, address)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end: what else it said, and how it went.
    fn end(mut self) -> (Option<i32>, String, String) {
        let until = Instant::now() + Duration::from_secs(30);
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() > until => panic!("it does not end"),
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        let (mut out, mut err) = (String::new(), String::new());
        self.stdout.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (status.code(), out, err)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder of one case, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("nightjar-relay-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_dev_relay_says_where_it_is_and_counts() {
    let (mut relay, address) = Running::start(&["serve", "--dev"]);
    assert!(address.host().to_string() == "127.0.0.1" && address.port() > 0);
    drop(TcpStream::connect(("127.0.0.1", address.port())).unwrap());
    relay.signal("-USR1");
    let counters: serde_json::Value = serde_json::from_str(&relay.line()).unwrap();
    for key in ["frames_in", "frames_out", "frame_lengths_in", "cells", "mailboxes", "frames_rejected", "connections"] {
        assert!(counters.get(key).is_some(), "{key}: {counters}");
    }
    relay.signal("-TERM");
    let (exit, out, err) = relay.end();
    assert_eq!(exit, Some(0), "{err}");
    let counters: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&counters["connections"], &counters["cells"]), (&1.into(), &0.into()));
    assert!(err.contains("serving") && err.contains("stopped"), "{err}");
    assert!(!err.contains(&address.port().to_string()), "{err}");
}

/// A connection that has shaken hands; `None` if the relay does not answer it within a moment.
fn greet(address: &RelayAddress) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", address.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let (client, hello) = ClientHandshake::start(address.key(), &Ephemeral::generate(&mut OsRandom)).unwrap();
    stream.write_all(&hello).unwrap();
    let mut welcome = [0; HELLO_LEN];
    stream.read_exact(&mut welcome).ok()?;
    client.read_welcome(&welcome).ok().map(|_| stream)
}

#[test]
fn it_says_so_if_it_may_not_open_as_many_files_as_it_is_to_serve() {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n 256 && exec \"$0\" serve --dev", env!("CARGO_BIN_EXE_nightjar-relay")]);
    let (relay, address) = Running::of(shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()));
    let crowd: Vec<_> = (0..96).map(|_| greet(&address).unwrap()).collect();
    assert!(greet(&address).is_none(), "the rest is for other things");
    drop(crowd);
    relay.signal("-TERM");
    let (exit, _, err) = relay.end();
    assert_eq!(exit, Some(0));
    assert!(err.contains("limit on open files") && !err.contains("cannot accept"), "{err}");
}

#[cfg(target_os = "linux")]
#[test]
fn without_descriptors_it_waits_and_then_goes_on() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};

    let (relay, address) = Running::start(&["serve", "--dev"]);
    // Taken away while it runs, as another part of it could.
    let few = Rlimit { current: Some(40), maximum: Some(40) };
    prlimit(Pid::from_raw(i32::try_from(relay.child.id()).unwrap()), Resource::Nofile, few).unwrap();
    let silent: Vec<_> = (0..64).map(|_| TcpStream::connect(("127.0.0.1", address.port())).unwrap()).collect();
    let mut crowd = vec![greet(&address).expect("the silent make way")];
    crowd.extend(std::iter::from_fn(|| greet(&address)));
    assert!((5..40).contains(&crowd.len()), "{}", crowd.len());
    drop(silent);
    drop(crowd);
    let again = std::iter::repeat_with(|| greet(&address)).take(15).flatten().next();
    assert!(again.is_some(), "there is room again");
    relay.signal("-TERM");
    let (exit, _, err) = relay.end();
    assert_eq!(exit, Some(0));
    assert_eq!(err.matches("cannot accept").count(), 1, "{err}");
}

#[test]
fn a_dev_relay_forgets_its_key_unless_it_is_given_a_file() {
    let folder = Folder::new("dev-key");
    let file = folder.file("key");
    let key = |arguments: &[&str]| {
        let (relay, address) = Running::start(arguments);
        relay.signal("-INT");
        assert_eq!(relay.end().0, Some(0));
        *address.key().as_bytes()
    };
    assert_ne!(key(&["serve", "--dev"]), key(&["serve", "--dev"]));
    let kept = ["serve", "--dev", "--bind", "127.0.0.2", "--key-file", &file, "--log", "off"];
    assert_eq!(key(&kept), key(&kept));
    assert_eq!(std::fs::metadata(&file).unwrap().len(), 32);
}

#[test]
fn a_configured_relay_serves_under_its_name() {
    let folder = Folder::new("config");
    let (config, key) = (folder.file("relay.toml"), folder.file("key"));
    let text = format!(
        "listen = \"127.0.0.1:0\"\naddress = \"relay.example.org:7170\"\nkey_file = \"{key}\"\n[store]\nkind = \"memory\"\n"
    );
    std::fs::write(&config, text).unwrap();
    assert_eq!(outcome(&["check-config", &config]), (Some(0), String::new(), String::new()));
    let (relay, address) = Running::start(&["serve", "--config", &config]);
    assert_eq!((address.host().to_string(), address.port()), ("relay.example.org".into(), 7170));
    relay.signal("-TERM");
    let (exit, out, _) = relay.end();
    assert_eq!((exit, out), (Some(0), String::new()), "counters are for --dev");
}

#[test]
fn mistakes_of_use_are_told_apart_from_failures() {
    let folder = Folder::new("mistakes");
    let config = folder.file("relay.toml");
    std::fs::write(&config, "listne = \"127.0.0.1:0\"").unwrap();
    let (missing, taken) = (folder.file("missing.toml"), std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let port = taken.local_addr().unwrap().port().to_string();
    for (arguments, exit, message) in [
        (&["serve"] as &[&str], 2, "--config"),
        (&["serve", "--dev", "--config", &config], 2, "cannot be used with"),
        (&["serve", "--dev", "--bind", "0.0.0.0"], 2, "no loopback address"),
        (&["serve", "--dev", "--bind", "192.0.2.1"], 2, "no loopback address"),
        (&["serve", "--dev", "--bind", "::"], 2, "no loopback address"),
        (&["serve", "--config", &config], 2, "did you mean `listen`?"),
        (&["check-config", &config], 2, "did you mean `listen`?"),
        (&["check-config", &missing], 2, "cannot read"),
        (&["serve", "--dev", "--port", &port], 1, "cannot serve at"),
        (&["nonsense"], 2, "nonsense"),
    ] {
        let (code, out, err) = outcome(arguments);
        assert_eq!((code, out.as_str()), (Some(exit), ""), "{arguments:?}: {err}");
        assert!(err.contains(message), "{arguments:?}: {err}");
    }
}

#[test]
fn the_generated_configuration_is_valid() {
    let folder = Folder::new("generated");
    let config = folder.file("relay.toml");
    let (exit, out, _) = outcome(&["gen-config"]);
    assert_eq!(exit, Some(0));
    std::fs::write(&config, out).unwrap();
    assert_eq!(outcome(&["check-config", &config]), (Some(0), String::new(), String::new()));
}
