//! Whole systems in one process, on a virtual clock: two clients, a relay, and a network that is against them.
//!
//! ```text
//! cargo run --release -p nightjar-client --example simulate -- --runs 3000 --first-seed 1
//! cargo run --release -p nightjar-client --example simulate -- --seed 42 --trace
//! ```
//! Each seed is a world: the engines of the client with all that they use, the links of both ends with real frames, and the
//! relay's sessions, mailboxes and store in memory. Sockets, files, the system's clocks and its randomness are not in it.
//! A seed decides everything, so the same seed has the same trace; the hash that is printed says so.
//!
//! What is promised, and checked after every step, is in `book`; which faults there are, in `world/weather.rs` and
//! `world/faults.rs`. Where the relay lies or its time of day jumps, a message may be lost or go early; it is still never
//! shown twice, no verdict is wrong, no attempt is had twice, no receipt says what did not happen, and no copy is given a
//! longer life than its own.

mod book;
mod dice;
mod net;
mod person;
mod relay;
mod run;
mod time;
mod trace;
mod world;

use std::process::ExitCode;

use clap::Parser;

/// Simulates two people, a relay and a hostile network, deterministically
#[derive(Parser)]
#[command(name = "simulate")]
struct Options {
    /// Worlds to run
    #[arg(long, default_value_t = 3000)]
    runs: u64,
    /// The seed of the first; each next one has the next
    #[arg(long, default_value_t = 1)]
    first_seed: u64,
    /// One world alone
    #[arg(long, conflicts_with_all = ["runs", "first_seed"])]
    seed: Option<u64>,
    /// End with the first world in which a promise is broken
    #[arg(long)]
    stop: bool,
    /// Print what happens in it
    #[arg(long, requires = "seed")]
    trace: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let (first, runs) = options.seed.map_or((options.first_seed, options.runs), |seed| (seed, 1));
    let sum = run::all(first, runs, (options.trace, options.stop));
    sum.print(first, runs);
    if sum.broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
