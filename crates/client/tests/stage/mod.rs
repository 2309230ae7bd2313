//! A stage for tests from outside: the real program in processes of its own, a relay among them, and people who type.
//!
//! Secrets go over standard input, which the program reads line by line. Everything waits for what has to happen with a
//! patience far above what it takes, so that a busy machine fails nothing; whatever is still there at the end is killed.

#![allow(dead_code, reason = "each test binary uses its part")]

pub mod gate;
pub mod link;
pub mod relay;
pub mod tap;
pub mod transfer;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use nightjar_client::engine::State;
use nightjar_client::vault::{self, KdfParams, Passphrase, Vault};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// No wait is longer than this for what has to come.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Opens every vault on the stage.
pub const PASSPHRASE: &str = "correct horse battery staple";

/// A folder with a vault in it. The vault is made with the least work that is allowed, so that opening it takes little.
pub struct Home {
    folder: TempDir,
}

/// What a person types, and with which options.
pub struct Run<'a> {
    home: Option<&'a Home>,
    options: Vec<&'a str>,
    typed: String,
}

/// A program at work.
pub struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    seen: Vec<Value>,
    stderr: Arc<Mutex<String>>,
    /// Reads standard error to its end.
    aside: Option<thread::JoinHandle<()>>,
}

/// How a program ended.
pub struct Ended {
    /// Its exit code; `None` if it was killed.
    pub exit: Option<i32>,
    /// All events, in order.
    pub events: Vec<Value>,
    /// What it said to the person.
    pub stderr: String,
}

impl Home {
    /// A new one.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = Passphrase::new(PASSPHRASE);
        drop(Vault::create_with(folder.path(), &passphrase, KdfParams::LEAST).unwrap());
        Self { folder }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The program with this vault, its passphrase typed.
    pub fn run<'a>(&'a self, options: &[&'a str]) -> Run<'a> {
        let run = Run { home: Some(self), options: options.to_vec(), typed: String::new() };
        run.typed(PASSPHRASE)
    }

    /// Runs a command to its end, with a passphrase that is not this vault's.
    pub fn wrongly(&self, options: &[&str]) -> Ended {
        Run { home: Some(self), options: options.to_vec(), typed: String::new() }.typed("a wrong passphrase").end()
    }

    /// What the vault holds: fails if it does not open. No program may be at work with it.
    pub fn vault(&self) -> Vault {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match Vault::open(self.path(), &Passphrase::new(PASSPHRASE)) {
                // A process that another test starts at this moment has this one's files until it becomes its own.
                Err(vault::Error::InUse) if Instant::now() < deadline => thread::sleep(Duration::from_millis(5)),
                opened => return opened.expect("the vault opens"),
            }
        }
    }

    /// What is in the vault, read.
    pub fn state(&self) -> State {
        State::decode(self.vault().payload()).expect("the vault is whole")
    }

    /// Whether the vault's decrypted content holds these bytes.
    pub fn holds(&self, bytes: &[u8]) -> bool {
        self.vault().payload().windows(bytes.len()).any(|window| window == bytes)
    }
}

/// The program without any vault.
pub fn run<'a>(options: &[&'a str]) -> Run<'a> {
    Run { home: None, options: options.to_vec(), typed: String::new() }
}

impl<'a> Run<'a> {
    /// Types a line.
    pub fn typed(mut self, line: &str) -> Self {
        self.typed.push_str(line);
        self.typed.push('\n');
        self
    }

    /// Adds options.
    pub fn with(mut self, options: &[&'a str]) -> Self {
        self.options.extend(options);
        self
    }

    /// Starts it. Its standard input stays open for more.
    pub fn start(self) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nightjar"));
        command.args(&self.options).args(["--json", "--reveal"]);
        match self.home {
            Some(home) => command.arg("--home").arg(home.path()).args(["--passphrase-fd", "0"]),
            None => command.args(["--ephemeral", "--home", "/nonexistent"]),
        };
        Running::spawn(command, &self.typed)
    }

    /// Runs it to its end, with nothing more to read; the end has to be a good one.
    pub fn end_well(self) -> Ended {
        let ended = self.end();
        assert_eq!(ended.exit, Some(0), "{}", ended.report());
        ended
    }

    /// Runs it to its end, with nothing more to read.
    pub fn end(self) -> Ended {
        let mut running = self.start();
        running.hang_up();
        running.end()
    }
}

impl Running {
    /// Starts any command, and types.
    pub fn spawn(mut command: Command, typed: &str) -> Self {
        for variable in ["NIGHTJAR_HOME", "NIGHTJAR_RELAY", "LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"] {
            command.env_remove(variable);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let stderr = Arc::new(Mutex::new(String::new()));
        let (kept, mut aside) = (Arc::clone(&stderr), child.stderr.take().unwrap());
        let aside = thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = aside.read(&mut bytes) {
                kept.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        let mut running =
            Self { stdin: child.stdin.take(), child, lines, seen: Vec::new(), stderr, aside: Some(aside) };
        running.say(typed);
        running
    }

    /// Types a line.
    pub fn type_line(&mut self, line: &str) {
        self.say(&format!("{line}\n"));
    }

    /// Ends the standard input.
    pub fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// The next event of this name that fits; those before it are only kept.
    pub fn expect_where(&mut self, name: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.next_within(deadline.saturating_duration_since(Instant::now())) {
                Some(event) if event["event"] == name && fits(&event) => return event,
                Some(_) => {}
                None => panic!("no {name} came: {}", self.report()),
            }
        }
    }

    /// The next event of this name.
    pub fn expect(&mut self, name: &str) -> Value {
        self.expect_where(name, |_| true)
    }

    /// The next line of standard output, whatever it is.
    pub fn line(&mut self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no line came: {}", self.report()))
    }

    /// The next event, if one comes within this time.
    pub fn next_within(&mut self, time: Duration) -> Option<Value> {
        match self.lines.recv_timeout(time) {
            Ok(line) => {
                let event: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line}"));
                self.seen.push(event.clone());
                Some(event)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ended {
        let deadline = Instant::now() + PATIENCE;
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "it does not end: {}", self.report());
            thread::sleep(Duration::from_millis(5));
        }
        self.ended()
    }

    /// Waits for its end, which has to be a good one.
    pub fn end_well(self) -> Ended {
        let ended = self.end();
        assert_eq!(ended.exit, Some(0), "{}", ended.report());
        ended
    }

    /// Kills it where it stands, as `kill -9`.
    pub fn kill(mut self) -> Ended {
        self.signal(Signal::KILL);
        self.ended()
    }

    /// Ctrl-C.
    pub fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// Its process number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, if it still runs.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        // It may have ended by itself in this moment; as nobody has waited for it, the number is still its own.
        let _ = kill_process(pid, signal);
    }

    fn say(&mut self, text: &str) {
        if let Some(stdin) = &mut self.stdin {
            // A program that has ended hears nothing more, and says why elsewhere.
            let _ = stdin.write_all(text.as_bytes()).and_then(|()| stdin.flush());
        }
    }

    fn ended(&mut self) -> Ended {
        let exit = self.child.wait().unwrap().code();
        while self.next_within(PATIENCE).is_some() {}
        self.aside.take().map(thread::JoinHandle::join);
        Ended { exit, events: std::mem::take(&mut self.seen), stderr: self.stderr.lock().unwrap().clone() }
    }

    fn report(&self) -> String {
        let seen: String = self.seen.iter().fold(String::new(), |mut text, event| {
            let _ = writeln!(text, "{event}");
            text
        });
        format!("\n{seen}{}", self.stderr.lock().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// The events of this name.
    pub fn all(&self, name: &str) -> Vec<&Value> {
        self.events.iter().filter(|event| event["event"] == name).collect()
    }

    /// The code of the failure that it ended with.
    pub fn code(&self) -> Option<&str> {
        self.all("error").last().and_then(|event| event["code"].as_str())
    }

    /// Everything it said.
    pub fn report(&self) -> String {
        format!("exit {:?}\n{:#?}\n{}", self.exit, self.events, self.stderr)
    }
}

/// What `invite` shows to be handed over.
pub fn code_of(inviter: &mut Running) -> String {
    inviter.expect("invite.created")["code"].as_str().unwrap().to_owned()
}

/// Two people who know each other: the one who invited calls the other `family`, who calls them `sender`.
pub fn pair(relay: &str) -> (Home, Home) {
    let (sender, family) = (Home::new(), Home::new());
    acquaint(relay, &sender, (&family, "family"), Some("nightingale"));
    (sender, family)
}

/// Three people, two of whom know the sender: `family`, who is verified, and `broker`, who is not. Both call the other
/// `sender`, and know nothing of each other.
pub fn trio(relay: &str) -> (Home, Home, Home) {
    let (sender, family, broker) = (Home::new(), Home::new(), Home::new());
    acquaint(relay, &sender, (&family, "family"), Some("nightingale"));
    acquaint(relay, &sender, (&broker, "broker"), None);
    (sender, family, broker)
}

/// Has one invite the other, whom they call by this name; with a question, if there is an answer.
fn acquaint(relay: &str, sender: &Home, (other, name): (&Home, &str), answer: Option<&str>) {
    let mut invite = sender.run(&["invite", "--relay", relay, "--link", "--name", name]);
    if let Some(answer) = answer {
        invite = invite.with(&["--ask", "Who?", "--answer-fd", "0"]).typed(answer);
    }
    let mut inviter = invite.start();
    let code = code_of(&mut inviter);
    let join = ["join", "--keep", "--name", "sender", "--code-stdin", "--answer-fd", "0"];
    let joiner = other.run(&join).typed(&code).typed(answer.unwrap_or_default()).start();
    let (inviter, joiner) = (inviter.end_well(), joiner.end_well());
    let verified = [&inviter, &joiner].map(|it| it.all("proof.verified").len());
    assert_eq!(verified, [usize::from(answer.is_some()); 2]);
}

/// Moments at which things happen, drawn anew in each run and reproduced by `NIGHTJAR_SEED`.
pub struct Chance(u64);

impl Chance {
    /// Says its seed, which a failing test shows.
    pub fn new() -> Self {
        let given = std::env::var("NIGHTJAR_SEED").ok().and_then(|seed| seed.parse().ok());
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let seed = given.unwrap_or(now.as_nanos() as u64);
        eprintln!("NIGHTJAR_SEED={seed}");
        Self(seed)
    }

    /// Below `most` (splitmix64).
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }

    /// Waits for up to so many milliseconds.
    pub fn pause(&mut self, most: u64) {
        thread::sleep(Duration::from_millis(self.below(most)));
    }
}
