//! The relay under attack: a process of its own, and what can be seen of it from outside.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use nightjar_protocol::invite::RelayAddress;
use serde_json::Value;

/// A relay that runs until this is dropped.
pub struct Relay {
    pub address: RelayAddress,
    child: Child,
    stdout: BufReader<ChildStdout>,
}

/// What a relay has taken of the machine; zeros where the system does not say.
#[derive(Clone, Copy)]
pub struct Taken {
    at: Instant,
    pub resident: u64,
    pub descriptors: usize,
    processor: Duration,
}

impl Relay {
    /// Starts one: `command` runs the program and is given its arguments.
    pub fn start(mut command: Command, settings: &[(&str, u64)]) -> anyhow::Result<Self> {
        command.args(["serve", "--dev", "--log", "warn"]);
        for (key, value) in settings {
            command.args(["--set", &format!("{key}={value}")]);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cannot start a relay")?;
        let mut stdout = BufReader::new(child.stdout.take().context("its stdout")?);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let address = line.trim_end().parse().map_err(|_| anyhow::anyhow!("it says no address"))?;
        Ok(Self { address, child, stdout })
    }

    /// Its counters.
    pub fn counters(&mut self) -> anyhow::Result<Value> {
        let sent = Command::new("kill").args(["-USR1", &self.child.id().to_string()]).status()?;
        anyhow::ensure!(sent.success(), "the relay is gone");
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }

    /// Waits until it has no more connections open than these: whether that came to pass.
    pub fn settles(&mut self, open: u64, within: Duration) -> anyhow::Result<bool> {
        let until = Instant::now() + within;
        while self.counters()?["connections_open"].as_u64() > Some(open) {
            if Instant::now() > until {
                return Ok(false);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(true)
    }

    pub fn taken(&self) -> Taken {
        let of = |file: &str| std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).unwrap_or_default();
        let field = |text: &str, at: usize| text.split(' ').nth(at).and_then(|field| field.parse().ok()).unwrap_or(0);
        let stat = of("stat");
        let after_name = stat.rsplit(") ").next().unwrap_or_default();
        let ticks: u64 = field(after_name, 11) + field(after_name, 12);
        let descriptors = std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).map_or(0, Iterator::count);
        let resident = field(&of("statm"), 1) * PAGE;
        Taken { at: Instant::now(), resident, descriptors, processor: Duration::from_millis(ticks * TICK_MS) }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Taken {
    /// The processors it had since an earlier moment.
    pub fn cores_since(&self, before: &Self) -> f64 {
        (self.processor - before.processor).as_secs_f64() / self.at.duration_since(before.at).as_secs_f64()
    }
}

/// Bytes a page and milliseconds a tick, as Linux gives them on the machines that this runs on.
const PAGE: u64 = 4096;
const TICK_MS: u64 = 10;
