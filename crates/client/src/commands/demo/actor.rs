//! A process on the stage: told by its standard input, heard by its standard output, one JSON object a line.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What went wrong, for whoever watches.
pub(super) type Outcome<T> = Result<T, String>;

/// A running process.
pub(super) struct Actor {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    heard: Vec<Value>,
    /// Events before this one were waited for already.
    next: usize,
    aside: Arc<Mutex<String>>,
}

impl Actor {
    /// Starts this program with these arguments and says these lines to it.
    pub(super) fn start(arguments: &[OsString], lines: &[&str]) -> Outcome<Self> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let (sender, received) = channel();
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        break;
                    }
                }
            });
        }
        let aside = Arc::new(Mutex::new(String::new()));
        if let Some(mut stderr) = child.stderr.take() {
            let aside = Arc::clone(&aside);
            std::thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(count @ 1..) = stderr.read(&mut buffer) {
                    let text = String::from_utf8_lossy(buffer.get(..count).unwrap_or_default()).into_owned();
                    aside.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
                }
            });
        }
        let stdin = child.stdin.take();
        let mut actor = Self { child, stdin, lines: received, heard: Vec::new(), next: 0, aside };
        for line in lines {
            actor.say(line)?;
        }
        Ok(actor)
    }

    /// The process's number.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Says a line to it.
    pub(super) fn say(&mut self, line: &str) -> Outcome<()> {
        let stdin = self.stdin.as_mut().ok_or("it does not listen any more")?;
        writeln!(stdin, "{line}").and_then(|()| stdin.flush()).map_err(|error| error.to_string())
    }

    /// The next line, as it is.
    pub(super) fn line(&self, patience: Duration) -> Outcome<String> {
        self.lines.recv_timeout(patience).map_err(|_| "it said nothing in time".to_owned())
    }

    /// Waits for an event of this name that `wanted` accepts, after the last one that was waited for.
    pub(super) fn hear(
        &mut self,
        event: &str,
        patience: Duration,
        mut wanted: impl FnMut(&Value) -> bool,
    ) -> Outcome<Value> {
        let until = Instant::now() + patience;
        loop {
            while let Some(heard) = self.heard.get(self.next) {
                self.next += 1;
                if heard["event"] == event && wanted(heard) {
                    return Ok(heard.clone());
                }
            }
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => self.heard.extend(serde_json::from_str::<Value>(&line)),
                Err(RecvTimeoutError::Timeout) => return Err(format!("{event} did not come in time")),
                Err(RecvTimeoutError::Disconnected) => return Err(format!("it ended before {event}")),
            }
        }
    }

    /// Takes the whole of what it said since the last time, without waiting.
    pub(super) fn drain(&mut self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// Whether an event of this name was heard at any time.
    pub(super) fn has_heard(&self, event: &str) -> bool {
        self.heard.iter().any(|heard| heard["event"] == event)
    }

    /// Ends its input and waits for its exit code.
    pub(super) fn end(&mut self, patience: Duration) -> Outcome<i32> {
        self.stdin = None;
        let until = Instant::now() + patience;
        loop {
            while let Ok(line) = self.lines.try_recv() {
                self.heard.extend(serde_json::from_str::<Value>(&line));
            }
            match self.child.try_wait().map_err(|error| error.to_string())? {
                Some(status) => return Ok(status.code().unwrap_or(-1)),
                None if Instant::now() >= until => return Err("it did not end in time".to_owned()),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    /// Kills it, with no chance to say goodbye.
    pub(super) fn kill(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// What it said aside.
    pub(super) fn aside(&self) -> String {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        self.kill();
    }
}
