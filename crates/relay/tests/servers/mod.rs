//! Redis servers of our own for tests: on a free loopback port, in a folder that goes with them. They end with the test, also
//! when the whole process is killed: a shell waits for the end of its input, which is a pipe from us.

#![cfg(unix)]
#![allow(dead_code, reason = "each test binary takes what it needs of this")]

pub mod group;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use nightjar_protocol::keys::{DhSecret, Random};
use nightjar_relay::key::OsRandom;
use nightjar_relay::store::Redis;
use nightjar_relay::store::redis::{OpenError, Settings};
use tokio::time::sleep;

/// Whether there is a `redis-server` here. Where changes are accepted (`CI` is set), there has to be.
pub fn are_here() -> bool {
    static HERE: LazyLock<bool> = LazyLock::new(|| {
        let here =
            Command::new("redis-server").arg("--version").stdout(Stdio::null()).status().is_ok_and(|s| s.success());
        assert!(here || std::env::var_os("CI").is_none(), "there is no redis-server, and CI is set");
        if !here {
            eprintln!("SKIPPED: there is no redis-server here");
        }
        here
    });
    *HERE
}

/// A server; ended with `kill -9` when dropped.
pub struct Server {
    pub port: u16,
    folder: PathBuf,
    options: Vec<String>,
    guard: Option<(Child, u32)>,
}

impl Server {
    /// One that keeps nothing on a disk and has these options besides.
    pub async fn start(options: &[&str]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("nightjar-redis-{}-{}", std::process::id(), NUMBER.fetch_add(1, Relaxed));
        let folder = std::env::temp_dir().join(name);
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let mut server = Self { port: free_port(), folder, options, guard: None };
        server.resume().await;
        server
    }

    /// Starts it again, at the same place.
    pub async fn resume(&mut self) {
        const GUARD: &str =
            "\"$@\" >/dev/null 2>&1 </dev/null & echo $!; cat >/dev/null; kill -9 $!; rmdir \"$0\" 2>/dev/null";
        let port = self.port.to_string();
        let mut shell = Command::new("sh");
        std::fs::create_dir_all(&self.folder).unwrap();
        shell.args(["-c", GUARD]).arg(&self.folder).args([
            "redis-server",
            "--port",
            &port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
        ]);
        shell.args(["--appendonly", "no", "--dir"]).arg(&self.folder).args(&self.options);
        let mut guard = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut pid = String::new();
        BufReader::new(guard.stdout.take().unwrap()).read_line(&mut pid).unwrap();
        self.guard = Some((guard, pid.trim().parse().unwrap()));
        for _ in 0..3000 {
            if self.cli(&["PING"]).await.is_some_and(|answer| answer == "PONG") {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("redis-server does not answer");
    }

    pub fn pid(&self) -> u32 {
        self.guard.as_ref().expect("it runs").1
    }

    /// Sends it a signal, for instance `-STOP`.
    pub fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.pid().to_string()]).status().unwrap().success());
    }

    /// Ends it at once, without a word.
    pub fn kill(&mut self) {
        let Some((mut guard, _)) = self.guard.take() else { return };
        drop(guard.stdin.take());
        let _ = guard.wait();
    }

    /// What `redis-cli` prints for a command; nothing if there is no answer.
    pub async fn cli(&self, command: &[&str]) -> Option<String> {
        let mut cli = Command::new("redis-cli");
        cli.args(["-p", &self.port.to_string()]).args(command).stderr(Stdio::null());
        let output = tokio::task::spawn_blocking(move || cli.output()).await.unwrap().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    pub fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn settings(&self) -> Settings {
        settings(vec![self.place()])
    }

    /// A store in it, for a relay of this secret.
    pub async fn open(&self, secret: u8) -> Result<Redis, OpenError> {
        Redis::open(&self.settings(), &DhSecret::from_bytes([secret; 32])).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// With more patience than a busy machine needs.
pub fn settings(nodes: Vec<String>) -> Settings {
    Settings {
        nodes,
        cluster: false,
        username: String::new(),
        password_file: PathBuf::new(),
        database: 0,
        replicas: 0,
        timeout: Duration::from_secs(20),
    }
}

/// A store that is empty: of a relay that there was not yet, in a server for all that ask.
pub async fn empty_store() -> Option<Redis> {
    static SHARED: tokio::sync::OnceCell<Server> = tokio::sync::OnceCell::const_new();
    if !are_here() {
        return None;
    }
    let server = SHARED.get_or_init(|| Server::start(&[])).await;
    Some(Redis::open(&server.settings(), &DhSecret::from_bytes(*OsRandom.bytes())).await.unwrap())
}

/// Below the ports that systems give to outgoing connections, so that it is still free when a server comes back to it; with
/// 10000 more, where a cluster's servers speak to each other.
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let port = 20_000 + ((std::process::id() * 101 + NEXT.fetch_add(1, Relaxed)) % 2_000) as u16;
        if [port, port + 10_000].iter().all(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()) {
            return port;
        }
    }
}
