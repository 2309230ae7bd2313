//! `doctor`: looks at everything that has to work, one thing a line, and says what to do about what does not.

use std::io::ErrorKind;
use std::process::ExitCode;
use std::time::Instant;

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{Random, ReadKey};
use nightjar_protocol::limits::{CELL_LEN, FRAME_LEN};
use nightjar_protocol::link::{ClientLink, Event as Said};
use nightjar_protocol::wire::{Cell, Command};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Context;
use super::online::{block_on, relay_failure};
use crate::args;
use crate::clock::Clock;
use crate::connection::{Down, greet};
use crate::event::Event;
use crate::failure::Failure;
use crate::harden;
use crate::locale::Arg;
use crate::random::OsRandom;
use crate::terminal::{Style, pad, width};

pub(super) fn run(context: &Context<'_>) -> Result<ExitCode, Failure> {
    context.output.say(Style::Strong, "doctor-title", &[]);
    let mut doctor = Doctor { context, concerns: 0, exit: 0 };
    doctor.computer()?;
    doctor.relay()?;
    match doctor.concerns {
        0 => context.output.answer(Style::Good, "doctor-all-well", &[])?,
        count => context.output.answer(Style::Warn, "doctor-some", args![count = count])?,
    }
    Ok(ExitCode::from(doctor.exit))
}

struct Doctor<'a> {
    context: &'a Context<'a>,
    concerns: u64,
    exit: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ok,
    Warning,
    Bad,
}

impl Doctor<'_> {
    /// One line: what was looked at, the verdict, what was found.
    fn line(&mut self, check: &str, verdict: Verdict, found: &str) -> Result<(), Failure> {
        let output = self.context.output;
        let (name, style) = match verdict {
            Verdict::Ok => ("ok", Style::Good),
            Verdict::Warning => ("warning", Style::Warn),
            Verdict::Bad => ("bad", Style::Bad),
        };
        self.concerns += u64::from(verdict != Verdict::Ok);
        output.event(Event::CheckDone { check, verdict: name, found })?;
        let label = output.text(&format!("doctor-check-{check}"), &[]);
        let mark = output.text(&format!("doctor-{name}"), &[]);
        let columns = CHECK_COLUMNS.max(width(&label));
        output.styled_result(style, &format!("  {}  {}  {found}", pad(&label, columns), pad(&mark, MARK_COLUMNS)))
    }

    fn found(
        &mut self,
        check: &str,
        verdict: Verdict,
        key: &str,
        args: &[(&'static str, Arg<'_>)],
    ) -> Result<(), Failure> {
        let found = self.context.output.text(key, args);
        self.line(check, verdict, &found)
    }

    /// A check that failed: what happened and what to do next.
    fn bad(&mut self, check: &str, failure: &Failure) -> Result<(), Failure> {
        let locale = self.context.output.locale();
        let found = format!("{} {}", failure.what(locale), failure.next(locale));
        self.exit = failure.kind().exit();
        self.line(check, Verdict::Bad, &found)
    }

    fn computer(&mut self) -> Result<(), Failure> {
        let folders = &self.context.folders;
        let path = folders.config.display().to_string();
        match folders.config.exists() {
            true => self.found("config", Verdict::Ok, "doctor-config-read", args![path = &path])?,
            false => self.found("config", Verdict::Ok, "doctor-config-none", &[])?,
        }
        self.home()?;
        match harden::lock_memory() {
            Ok(()) => self.found("memory", Verdict::Ok, "doctor-memory-locked", &[])?,
            Err(gap) => self.found("memory", Verdict::Warning, gap.key(), &[])?,
        }
        match harden::forbid_core_dumps() {
            Ok(()) => self.found("dumps", Verdict::Ok, "doctor-dumps-off", &[])?,
            Err(gap) => self.found("dumps", Verdict::Warning, gap.key(), &[])?,
        }
        let [a, b] = [*OsRandom.bytes::<32>(), *OsRandom.bytes::<32>()];
        let verdict = if a == b { Verdict::Bad } else { Verdict::Ok };
        self.found("random", verdict, "doctor-random-works", &[])
    }

    fn home(&mut self) -> Result<(), Failure> {
        let home = &self.context.folders.home;
        let path = home.display().to_string();
        match std::fs::metadata(home) {
            Ok(found) if is_private(&found) => {
                self.found("home", Verdict::Ok, "doctor-home-private", args![path = &path])?;
            }
            Ok(_) => self.found("home", Verdict::Warning, "doctor-home-open", args![path = &path])?,
            Err(_) => self.found("home", Verdict::Ok, "doctor-home-none", args![path = &path])?,
        }
        match crate::vault::size(home) {
            Some(bytes) => self.found("vault", Verdict::Ok, "doctor-vault-there", args![size = bytes / 1024]),
            None => self.found("vault", Verdict::Warning, "doctor-vault-none", &[]),
        }
    }

    fn relay(&mut self) -> Result<(), Failure> {
        let relay = match self.context.relay() {
            Ok(relay) => relay,
            Err(failure) => return self.bad("relay", &failure),
        };
        let shown = relay.to_string();
        self.found("relay", Verdict::Ok, "doctor-relay-given", args![relay = &shown])?;
        self.access(&relay)?;
        block_on(async { self.connection(&relay).await })
    }

    /// Whether the relay is private, and who can read its access key here.
    fn access(&mut self, relay: &RelayAddress) -> Result<(), Failure> {
        if relay.access().is_none() {
            return self.found("access", Verdict::Ok, "doctor-access-none", &[]);
        }
        let file = self.context.global.relay_file.as_ref().unwrap_or(&self.context.folders.config);
        let path = file.display().to_string();
        match std::fs::metadata(file).is_ok_and(|found| is_private(&found)) {
            true => self.found("access", Verdict::Ok, "doctor-access-held", args![path = &path]),
            false => self.found("access", Verdict::Warning, "doctor-access-open", args![path = &path]),
        }
    }

    async fn connection(&mut self, relay: &RelayAddress) -> Result<(), Failure> {
        let start = Instant::now();
        let (mut stream, mut link, welcome) = match greet(relay).await {
            Ok(up) => up,
            Err(down) => {
                let check =
                    if matches!(down, Down::HungUp | Down::WrongKey | Down::Refused) { "key" } else { "connect" };
                return self.bad(check, &relay_failure(relay, down));
            }
        };
        let millis = start.elapsed().as_millis();
        self.found("connect", Verdict::Ok, "doctor-connect-works", args![millis = millis as u64])?;
        self.found("key", Verdict::Ok, "doctor-key-fits", &[])?;
        let start = Instant::now();
        match there_and_back(&mut stream, &mut link).await {
            Some(()) => {
                let millis = start.elapsed().as_millis();
                self.found("trip", Verdict::Ok, "doctor-trip-works", args![millis = millis as u64])?;
            }
            None => self.bad("trip", &relay_failure(relay, Down::Cut))?,
        }
        let offset = Clock::default().follow(welcome.now);
        if Clock::is_skewed(offset) {
            let life = self.context.output.locale().life(offset.unsigned_abs());
            let key = if offset < 0 { "clock-ahead" } else { "clock-behind" };
            return self.found("clock", Verdict::Warning, key, args![life = &life]);
        }
        self.found("clock", Verdict::Ok, "doctor-clock-fits", args![seconds = offset.unsigned_abs()])
    }
}

/// Sends a cell of random bytes to a mailbox of its own and takes it back, then erases the mailbox.
async fn there_and_back(stream: &mut TcpStream, link: &mut ClientLink) -> Option<()> {
    let read_key = ReadKey::generate(&mut OsRandom);
    let cell = Cell::from_bytes(*OsRandom.bytes::<CELL_LEN>());
    link.queue(&Command::Create { read_key: read_key.duplicate(), ttl: 60 });
    link.queue_append(read_key.mailbox(), 60, cell.clone());
    link.queue(&Command::Subscribe { slot: 0, read_key: read_key.duplicate() });
    let trip = async {
        loop {
            let mut out = Vec::new();
            while link.write_frame(&mut out).map_err(|_| ErrorKind::InvalidData)? {}
            stream.write_all(&out).await?;
            let mut frame = [0; FRAME_LEN];
            stream.read_exact(&mut frame).await?;
            let said = link.read_frame(&frame).map_err(|_| ErrorKind::InvalidData)?;
            if said.iter().any(|event| matches!(event, Said::Pushed { cell: back, .. } if *back == cell)) {
                link.queue(&Command::Delete { read_key: read_key.duplicate() });
                let mut out = Vec::new();
                while link.write_frame(&mut out).map_err(|_| ErrorKind::InvalidData)? {}
                return stream.write_all(&out).await;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), trip).await.ok()?.ok()
}

#[cfg(unix)]
fn is_private(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode() & 0o077 == 0
}

/// Elsewhere the folder of the person's profile is private by the system's own rules.
#[cfg(not(unix))]
fn is_private(_: &std::fs::Metadata) -> bool {
    true
}

const CHECK_COLUMNS: usize = 18;
const MARK_COLUMNS: usize = 6;
