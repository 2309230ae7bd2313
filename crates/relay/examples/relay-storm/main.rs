//! Attacks a relay of its own, on this machine alone, and measures what those notice who behave.
//!
//! ```text
//! cargo run --release -p nightjar-relay --example relay-storm
//! cargo run --release -p nightjar-relay --example relay-storm -- --only silent --only handshakes --sockets 2000
//! ```
//! The relay is this program again, in a process of its own, with the quotas that an operator has by default, but for 64 MiB of
//! cells and mailboxes. Pairs exchange messages at a paced rate from start to end, in a thread of their own; on Linux the attacks have a
//! lower priority than they and the relay. Each attack comes between two calms; everything comes from loopback, which is no
//! network, as it would through a proxy or an onion service.
//!
//! One line of JSON an attack: how long the pairs waited from the moment a message was due to its push, before, during and after;
//! how long somebody new waited until he had made a mailbox (`newcomer_ms`); the relay's memory, processors and descriptors;
//! what it refused. `broken` says which bound does not hold: the pairs' p99 during the attack is at most twice that of the less
//! calm of both calms, or below the floor of noise (`--floor-ms`, for attacker, pairs and relay share the machine's
//! processors); memory is below the sum of the quotas; after the attack its connections are gone; no pair is ever cut off.
//! Any of them makes the exit 1.
//!
//! What it cannot do without the rights of an administrator: connections that end without a word because a network is gone. To the
//! relay they are `half-open` ones: nothing comes any more, and the idle time-out ends them.

mod attacks;
mod client;
mod course;
mod pairs;
mod relay;

use std::io::Write;
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::Parser;
use nightjar_relay::config::Quotas;

use attacks::{ALL, Scale};
use course::{Bounds, attack, ceiling, warm_up};
use relay::Relay;

#[derive(Parser)]
#[command(about = "Attack a relay, and measure what those notice who behave")]
struct Options {
    /// Only this attack; may be given again
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(ALL))]
    only: Vec<String>,
    /// Sockets at a time of the attacks that hold many
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..=15_000))]
    sockets: u32,
    /// Seconds of an attack
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// Pairs that behave
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    pairs: u32,
    /// Milliseconds that they may wait whatever it was before
    #[arg(long, default_value_t = 10)]
    floor_ms: u64,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    // The relay is this program under another name.
    if arguments.nth(1).is_some_and(|first| first == RELAY) {
        return nightjar_relay::program::run(std::env::args_os().take(1).chain(arguments));
    }
    match storm(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "relay-storm: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn storm(options: &Options) -> anyhow::Result<bool> {
    raise_files();
    let quotas = Quotas { bytes: 64 << 20, mailboxes: 32 << 10, ..Quotas::default() };
    let settings = [
        ("quotas.bytes", quotas.bytes),
        ("quotas.mailboxes", quotas.mailboxes),
        ("quotas.hellos_per_second", quotas.hellos_per_second.into()),
        ("quotas.bytes_per_second", quotas.bytes_per_second.into()),
        // Attacks that leave connections behind are over with these, and not two minutes later.
        ("timeouts.idle", IDLE.as_secs()),
        ("timeouts.write", 5),
    ];
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(RELAY);
    let mut relay = Relay::start(command, &settings)?;
    let pairs = options.pairs as usize;
    let waits = pairs::start(relay.address.clone(), pairs, Duration::from_millis(50))?;
    lower_priority();
    anyhow::ensure!(warm_up(&waits), "no message arrives: {:?}", waits.failures());
    let scale = Scale {
        sockets: options.sockets as usize,
        busy: 200,
        cells: quotas.cells_per_mailbox as usize,
        lasts: Duration::from_secs(options.seconds),
    };
    let recovery = IDLE + Duration::from_secs(5);
    let bounds = Bounds { ratio: Some(2.0), floor: options.floor_ms * 1000, resident: ceiling(&quotas), recovery };
    let mut passed = true;
    for name in ALL.into_iter().filter(|name| options.only.is_empty() || options.only.iter().any(|only| only == name)) {
        let figures = attack(name, &mut relay, &waits, scale, CALM, bounds)?;
        passed &= figures["passed"] == true;
        writeln!(std::io::stdout(), "{figures}")?;
    }
    Ok(passed)
}

/// From here on, this thread and those that it starts have what the relay and the pairs leave: an attacker has a machine of
/// his own.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(15);
}

/// As many sockets as may be.
fn raise_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

/// The first argument of the process that is the relay.
const RELAY: &str = "relay";
const IDLE: Duration = Duration::from_secs(20);
const CALM: Duration = Duration::from_secs(4);
