//! A load generator for the relay: pairs of clients that speak the link, on this machine alone. Spec: wire, "Link"; relay.
//!
//! How to run it, from the workspace's root:
//!
//! ```text
//! cargo build --release -p nightjar-relay
//! cargo run   --release -p nightjar-relay --example relay-load -- --suite quick
//! cargo run   --release -p nightjar-relay --example relay-load -- --workload saturate --pairs 100 --window 8 --messages 120000
//! ```
//! Each run starts a relay of its own (`--relay`, by default the one beside this program) with a configuration made
//! from what it prints for `gen-config`, quotas raised; `--set quotas.window=128` changes a key of it. The relay is
//! pinned to the first processor that may be used, the generator to the last. `--address HOST:PORT#KEY` takes a relay
//! that runs already, and `--server-pid` then says whose time and memory to read. A slow relay is fine, too: `--under
//! valgrind --under --tool=callgrind --messages 2000 --limit 300` profiles one.
//!
//! What a run does:
//!
//! - `saturate`: each pair keeps at most `--window` messages on their way, from the sender to the recipient.
//! - `paced`: `--rate` messages a second over all pairs, whether the relay keeps up or not. Who is late by more than
//!   the timer's grain has the wait counted.
//! - `store`: the recipients are away while `--messages` are stored, at most `--window` of a sender's unconfirmed;
//!   then they come back and drain their mailboxes.
//! - `idle`: `--pairs` connections with a mailbox and a subscription, and nothing to say.
//!
//! A message is sent when the relay confirmed it and delivered when the recipient has opened its frame; a recipient
//! acknowledges, once for each read of its socket, the last cell that came; with `--ack-within`, the last of those that
//! came in so many milliseconds. The payload is counted, not encrypted: a cell is 4096 bytes whatever is in it, and a
//! message that one does not hold takes several. So all of the link's cryptography is in these figures, and none of
//! what is between the two ends.
//!
//! How to read it: one line of JSON a run, on stdout and at the end of the file `--out`. The first tenth of the
//! messages warms up and is not counted.
//!
//! - `server_cpu_us_per_msg` is the relay's processor time, user and system, and the figure to compare. `msgs_per_s`
//!   is what two processors did together; where `client_cores` is near 1, the generator was the limit.
//! - `other_cores` says how busy the machine was with other things: if it is not near 0, the figures are noise.
//! - Latencies, in µs, run from the stamping of a cell to its opening.
//! - `frames_to_relay_per_msg` and `frames_from_relay_per_msg` say how well answers and acknowledgements share
//!   frames: a message takes at least one each way.
//! - `rss_bytes_per_stored_msg` and `rss_bytes_per_idle_conn` are growth of the relay's resident set, divided.
//!
//! Ticks of processor time are 10 ms: a run of less than a second says little. Without `/proc` the fields that it
//! gives are left out; without `taskset` nothing is pinned (`"pinned":false`); without `prlimit` the limit of open
//! files stays what it is.

mod client;
mod figures;
mod idle;
mod live;
mod options;
mod pair;
mod relay;
mod store;
mod suite;
mod system;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match suite::run(&options::Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("relay-load: {error:#}");
            ExitCode::from(USAGE)
        }
    }
}

const USAGE: u8 = 2;
