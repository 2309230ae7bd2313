//! The program in the background of a case, and what a case needs to talk to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::limits::HELLO_LEN;
use nightjar_protocol::link::ClientHandshake;
use nightjar_protocol::noise::Ephemeral;
use nightjar_relay::key::OsRandom;

pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightjar-relay"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub fn outcome(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = program(arguments).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// A relay in the background; killed if a case fails.
pub struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    lines: Receiver<String>,
    /// What was read of its log.
    log: String,
}

impl Running {
    pub fn start(arguments: &[&str]) -> (Self, RelayAddress) {
        Self::of(&mut program(arguments))
    }

    pub fn of(command: &mut Command) -> (Self, RelayAddress) {
        Self::try_of(command).expect("the first line is the address")
    }

    /// `None` if it does not begin to serve.
    pub fn try_of(command: &mut Command) -> Option<(Self, RelayAddress)> {
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (said, lines) = channel();
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| said.send(line)));
        let mut running = Self { child, stdout, lines, log: String::new() };
        let address = running.line().parse().ok()?;
        Some((running, address))
    }

    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Waits for a line of the log that says this: the line.
    pub fn logs(&mut self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("no line with {text}: {}", self.log));
            self.log += &format!("{line}\n");
            if line.contains(text) {
                return line;
            }
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end: what else it said, and how it went.
    pub fn end(mut self) -> (Option<i32>, String, String) {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() > until => panic!("it does not end"),
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        let mut out = String::new();
        self.stdout.read_to_string(&mut out).unwrap();
        self.log.extend(self.lines.iter().map(|line| line + "\n"));
        (status.code(), out, std::mem::take(&mut self.log))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder of one case, removed with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("nightjar-relay-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A file of the folder with this in it: its name.
    pub fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.0.join(name), text).unwrap();
        self.file(name)
    }

    pub fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A connection on which nobody waits for ever.
pub fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Greets a relay as a client does, and then says nothing: the connection is open until it is dropped.
pub fn greet(address: &RelayAddress) -> TcpStream {
    let mut stream = connect(address.port());
    let (client, hello) =
        ClientHandshake::start(address.key(), address.access(), &Ephemeral::generate(&mut OsRandom)).unwrap();
    stream.write_all(&hello).unwrap();
    let mut welcome = [0; HELLO_LEN];
    stream.read_exact(&mut welcome).unwrap();
    assert!(client.read_welcome(&welcome).is_ok());
    stream
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The status and the body of what is answered.
pub fn http(port: u16, request: &str) -> (u16, String) {
    let mut stream = connect(port);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)).unwrap();
    (status.parse().unwrap(), body.to_owned())
}

pub fn get(port: u16, path: &str) -> (u16, String) {
    http(port, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
}

/// No case waits longer than this for what has to come: far above what it takes, so that a busy machine fails nothing.
pub const PATIENCE: Duration = Duration::from_secs(30);
