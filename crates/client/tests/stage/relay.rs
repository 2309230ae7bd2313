//! Relays: one in a process of its own, which can be killed; one in this process, whose clock can be moved.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{SystemTime, UNIX_EPOCH};

use nightjar_client::random::OsRandom;
use nightjar_protocol::invite::{RelayAddress, access_text};
use nightjar_protocol::keys::{AccessKey, DhSecret, Random, UnixTime};
use nightjar_protocol::link::Epoch;
use nightjar_relay::clock::Clock;
use nightjar_relay::config::Config;
use nightjar_relay::server::Server;
use nightjar_relay::store::Memory;
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::Running;

/// A relay in a process of its own.
pub struct Relay {
    running: Option<Running>,
    address: String,
    folder: TempDir,
}

impl Relay {
    /// Starts one on a free port.
    pub fn start() -> Self {
        let mut relay = Self { running: None, address: String::new(), folder: tempfile::tempdir().unwrap() };
        relay.serve(0);
        relay
    }

    /// Starts one that only holders of one of these access keys can use.
    pub fn private(access_keys: &[AccessKey]) -> Self {
        let mut relay = Self { running: None, address: String::new(), folder: tempfile::tempdir().unwrap() };
        relay.admit(access_keys);
        relay.serve(0);
        relay
    }

    /// Has it take these access keys when it starts the next time.
    pub fn admit(&self, access_keys: &[AccessKey]) {
        let path = self.folder.path().join("access");
        let lines: String = access_keys.iter().map(|key| format!("{}\n", *access_text(key))).collect();
        fs::write(&path, lines).unwrap();
        fs::set_permissions(path, PermissionsExt::from_mode(0o600)).unwrap();
    }

    /// A file with its address and this access key, as a person keeps it.
    pub fn file(&self, name: &str, access: &AccessKey) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, self.parsed().with_access(Some(access.duplicate())).text().as_bytes()).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// `host:port#key`, and the first access key of a private one.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The same address, parsed.
    pub fn parsed(&self) -> RelayAddress {
        self.address.parse().unwrap()
    }

    /// Kills it, as `kill -9`: all that it stored is gone.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// Starts it again at the same place with the same key.
    pub fn restart(&mut self) {
        let before = self.parsed();
        self.serve(before.port());
        assert!(self.parsed().is_same_relay(&before));
    }

    /// Its counters.
    pub fn stats(&mut self) -> Value {
        let running = self.running.as_mut().unwrap();
        running.signal(Signal::USR1);
        serde_json::from_str(&running.line()).unwrap()
    }

    fn serve(&mut self, port: u16) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nightjar"));
        command.args(["dev-relay", "--port", &port.to_string(), "--key-file"]).arg(self.folder.path().join("key"));
        let access = self.folder.path().join("access");
        if access.exists() {
            command.arg("--access-key-file").arg(access);
        }
        let mut running = Running::spawn(command, "");
        self.address = running.line();
        self.running = Some(running);
    }
}

/// A relay in this process.
pub struct ClockedRelay {
    address: String,
    clock: Arc<Moved>,
    _runtime: Runtime,
}

/// The system's clock, moved.
struct Moved {
    wall: AtomicU64,
    steady: AtomicU64,
}

impl Clock for Moved {
    fn steady(&self) -> UnixTime {
        UnixTime(present().wrapping_add(self.steady.load(SeqCst)))
    }

    fn wall(&self) -> UnixTime {
        UnixTime(present().wrapping_add(self.wall.load(SeqCst)))
    }
}

impl ClockedRelay {
    /// Starts one whose time of day is so many seconds off this computer's.
    pub fn start(off: i64) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let clock = Arc::new(Moved { wall: off.cast_unsigned().into(), steady: 0.into() });
        let config = Config::dev();
        let store = Memory::new(config.quotas.bytes, Epoch(*OsRandom.bytes()));
        let secret = DhSecret::generate(&mut OsRandom);
        let bound = Server::bind(&config, secret, store, Arc::clone(&clock) as Arc<dyn Clock>);
        let server = runtime.block_on(bound).unwrap();
        let address = server.address().to_string();
        runtime.spawn(server.run(std::future::pending()));
        Self { address, clock, _runtime: runtime }
    }

    /// `host:port#key`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Moves its time of day to so many seconds off this computer's. Lives are measured by another clock.
    pub fn set(&self, off: i64) {
        self.clock.wall.store(off.cast_unsigned(), SeqCst);
    }
}

fn present() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
