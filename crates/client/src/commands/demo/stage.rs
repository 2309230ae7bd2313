//! The stage: a folder that goes away afterwards, the relay, the people, and a voice that tells what happens.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nightjar_protocol::keys::Random;
use serde_json::Value;

use super::actor::{Actor, Outcome};
use super::money::Deal;
use super::wire::Wire;
use crate::args;
use crate::failure::Failure;
use crate::locale::Arg;
use crate::output::Output;
use crate::random::OsRandom;
use crate::terminal::Style;

/// All that the steps share.
pub(super) struct Stage<'a> {
    pub(super) output: &'a Output,
    speed: u8,
    folder: PathBuf,
    pub(super) relay: Option<Actor>,
    pub(super) address: String,
    /// The relay's counters when it was killed, to be added to those of the next one.
    pub(super) saw_before: (u64, Vec<u64>),
    pub(super) sender: Option<Actor>,
    pub(super) family: Option<Actor>,
    pub(super) code: String,
    pub(super) deal: Deal,
    /// The parents' way to the relay.
    wire: Option<Wire>,
    /// A number that no program knows beforehand: what carries it was said in this run.
    pub(super) mark: String,
}

impl<'a> Stage<'a> {
    pub(super) fn set(output: &'a Output, speed: u8) -> Result<Self, Failure> {
        let name: String = OsRandom.bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
        let folder = std::env::temp_dir().join(format!("nightjar-demo-{name}"));
        create_private(&folder)?;
        Ok(Self {
            output,
            speed,
            folder,
            relay: None,
            address: String::new(),
            saw_before: (0, Vec::new()),
            sender: None,
            family: None,
            code: String::new(),
            deal: Deal::default(),
            wire: None,
            mark: u64::from_be_bytes(*OsRandom.bytes()).to_string(),
        })
    }

    /// A folder or file of the stage's.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A text of the demonstration's.
    pub(super) fn text(&self, key: &str) -> String {
        self.output.text(key, &[])
    }

    /// A text of the demonstration's with this run's number in it.
    pub(super) fn marked(&self, key: &str) -> String {
        format!("{} {}", self.text(key), self.output.text("demo-mark", args![number = self.mark.as_str()]))
    }

    /// Tells what happened, and leaves time to read it.
    pub(super) fn tell(&self, key: &str, args: &[(&'static str, Arg<'_>)]) -> Outcome<()> {
        let line = self.output.text(key, args);
        self.output.result(&format!("  {line}")).map_err(|_| "nobody listens".to_owned())?;
        self.pause(1400);
        Ok(())
    }

    /// Tells of a message that arrived.
    pub(super) fn tell_message(&self, from: &str, to: &str, text: &str) -> Outcome<()> {
        let (from, to) = (self.text(from), self.text(to));
        self.tell("demo-sent", args![from = &from, to = &to, text = text])
    }

    /// Waits, less at a higher speed.
    pub(super) fn pause(&self, millis: u64) {
        std::thread::sleep(Duration::from_millis(millis / u64::from(self.speed)));
    }

    /// Seconds at speed 1, fewer at a higher one, but at least two: timers count whole seconds.
    pub(super) fn seconds(&self, at_speed_one: u32) -> u32 {
        (at_speed_one / u32::from(self.speed)).max(2)
    }

    /// Starts the program for a person: `home`, or nothing kept; a command; what it is told at first.
    pub(super) fn person(&self, home: Option<&str>, command: &[&str], lines: &[&str]) -> Outcome<Actor> {
        let address = match &self.wire {
            Some(wire) if home == Some("parents") => self.address_at(wire.port()),
            _ => self.address.clone(),
        };
        let mut arguments: Vec<OsString> = ["--json", "--reveal", "--relay", &address].map(OsString::from).into();
        match home {
            Some(home) => {
                arguments.extend(["--home".into(), self.path(home).into(), "--passphrase-fd".into(), "0".into()]);
            }
            None => arguments.extend(["--home".into(), self.path("nobody").into()]),
        }
        arguments.extend(command.iter().map(OsString::from));
        let said: Vec<&str> = home.map(|_| PASSPHRASE).into_iter().chain(lines.iter().copied()).collect();
        Actor::start(&arguments, &said)
    }

    /// Runs the program for a person to its end: the exit code, and the process for its events.
    pub(super) fn person_ends(&self, home: &str, command: &[&str], lines: &[&str]) -> Outcome<(i32, Actor)> {
        let mut actor = self.person(Some(home), command, lines)?;
        let code = actor.end(PATIENCE)?;
        Ok((code, actor))
    }

    /// Starts the relay: on a free port first, later on the same.
    pub(super) fn start_relay(&mut self) -> Outcome<()> {
        let port = self.port().unwrap_or(0).to_string();
        let arguments = [
            "dev-relay".into(),
            "--port".into(),
            port.into(),
            "--key-file".into(),
            self.path("relay.key").into_os_string(),
            "--stats-every".into(),
            "1".into(),
        ];
        let relay = Actor::start(&arguments, &[])?;
        let address = relay.line(PATIENCE)?;
        if !self.address.is_empty() && self.address != address {
            return Err(format!("the relay came back as {address}"));
        }
        self.address = address;
        self.relay = Some(relay);
        Ok(())
    }

    /// Lays the way that the parents take to the relay, and that can be cut.
    pub(super) fn lay_wire(&mut self) -> Outcome<()> {
        self.wire = Some(Wire::lay(self.port().ok_or("there is no relay")?)?);
        Ok(())
    }

    /// The way that can be cut.
    pub(super) fn wire(&self) -> Outcome<&Wire> {
        self.wire.as_ref().ok_or_else(|| "there is no way to cut".to_owned())
    }

    fn port(&self) -> Option<u16> {
        self.address.split('#').next()?.rsplit(':').next()?.parse().ok()
    }

    /// The relay as it is found at another port.
    fn address_at(&self, port: u16) -> String {
        let key = self.address.split('#').nth(1).unwrap_or_default();
        format!("127.0.0.1:{port}#{key}")
    }

    /// The relay's newest counters.
    pub(super) fn counters(&mut self) -> Outcome<Value> {
        let relay = self.relay.as_mut().ok_or("there is no relay")?;
        drop(relay.drain());
        let line = relay.line(PATIENCE)?;
        serde_json::from_str(&line).map_err(|error| error.to_string())
    }

    /// The sender's process.
    pub(super) fn sender(&mut self) -> Outcome<&mut Actor> {
        self.sender.as_mut().ok_or_else(|| "the sender is not there".to_owned())
    }

    /// The family's process.
    pub(super) fn family(&mut self) -> Outcome<&mut Actor> {
        self.family.as_mut().ok_or_else(|| "the family is not there".to_owned())
    }

    /// Shows what the processes said aside, when a step did not happen.
    pub(super) fn complain(&self) {
        let actors = [("demo-relay", &self.relay), ("demo-sender", &self.sender), ("demo-family", &self.family)];
        for (who, actor) in actors {
            if let Some(actor) = actor {
                let who = self.text(who);
                for line in actor.aside().lines().rev().take(8).collect::<Vec<_>>().into_iter().rev() {
                    self.output.aside(&format!("  {who} | {}", *crate::terminal::escape::line(line)));
                }
            }
        }
    }

    /// What lies in the folder, by name.
    pub(super) fn exists(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Tells something with a style, at once.
    pub(super) fn show(&self, style: Style, line: &str) -> Outcome<()> {
        self.output.styled_result(style, &format!("  {line}")).map_err(|_| "nobody listens".to_owned())
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        (self.sender, self.family, self.relay) = (None, None, None);
        // Nothing of value is in it: both vaults hold invented names.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[cfg(unix)]
fn create_private(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt;
    Ok(std::fs::DirBuilder::new().mode(0o700).create(folder)?)
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> Result<(), Failure> {
    Ok(std::fs::create_dir(folder)?)
}

/// Nobody's passphrase.
const PASSPHRASE: &str = "only for this demonstration";
/// How long anything may take: generous, because a slow computer is no failure.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
