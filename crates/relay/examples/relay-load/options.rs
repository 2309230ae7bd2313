//! What can be asked of the generator, and the list of workloads that is run to compare relays.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::limits::PIECE_MAX;

/// Loads a relay on this machine and prints one line of JSON a run
#[derive(Parser)]
#[command(name = "relay-load")]
pub struct Options {
    /// The relay to start; by default the one beside this program
    #[arg(long, value_name = "PATH")]
    pub relay: Option<PathBuf>,
    /// A relay that runs already, instead of a fresh one each run
    #[arg(long, value_name = "HOST:PORT#KEY", conflicts_with = "relay")]
    pub address: Option<RelayAddress>,
    /// The process of that relay, to read its time and memory
    #[arg(long, value_name = "PID", requires = "address")]
    pub server_pid: Option<u32>,
    /// An argument for the relay after `serve --config FILE`; can be repeated
    #[arg(long, value_name = "ARG", allow_hyphen_values = true)]
    pub relay_arg: Vec<String>,
    /// A word to put before the relay's command, such as `valgrind`; can be repeated
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    pub under: Vec<String>,
    /// A key of the relay's configuration; can be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Where the relay keeps cells, if it can be told
    #[arg(long, default_value = "memory", value_name = "KIND")]
    pub store: String,
    /// Where to make the folder of a fresh relay; by default the system's place for temporary files
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,

    /// What to do, if no list is run
    #[arg(long, default_value = "saturate", value_name = "NAME")]
    pub workload: Kind,
    /// Pairs of a sender and a recipient; of `idle`, connections
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=9_000))]
    pub pairs: u32,
    /// Bytes of a message
    #[arg(long, default_value_t = 1024, value_parser = clap::value_parser!(u32).range(16..=65_536))]
    pub payload: u32,
    /// Messages in all
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub messages: u64,
    /// Messages of one pair on their way
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    pub window: u64,
    /// Messages a second over all pairs, for `paced`
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub rate: u32,
    /// Milliseconds for which a recipient may wait for more cells to acknowledge
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=10_000))]
    pub ack_within: u64,
    /// Run a list instead: `core` is saturate and paced, `once` store and idle, `full` both, `quick` two of `core`
    #[arg(long, value_name = "NAME")]
    pub suite: Option<Suite>,
    /// How often; `full` runs store and idle the first time only
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub reps: u32,
    /// Seconds after which a run is given up
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub limit: u64,
    /// Do not pin to processors
    #[arg(long)]
    pub unpinned: bool,
    /// What the figures are of
    #[arg(long, default_value = "nightjar", value_name = "NAME")]
    pub label: String,
    /// Append the lines to this file, too
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// What a run does; `main.rs` says more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Kind {
    /// As much as the windows let through
    Saturate,
    /// So many a second
    Paced,
    /// Store for recipients who are away, then drain
    Store,
    /// Connections with nothing to say
    Idle,
}

/// A list of workloads.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Suite {
    Full,
    Core,
    Once,
    Quick,
}

/// One run's measure of work.
#[derive(Clone, Copy)]
pub struct Workload {
    pub kind: Kind,
    pub pairs: usize,
    /// Bytes of a message.
    pub payload: usize,
    /// Messages in all.
    pub messages: u64,
    /// Messages of one pair on their way.
    pub window: u64,
    /// Messages a second over all pairs.
    pub rate: u32,
    /// How long a recipient may wait for more cells to acknowledge.
    pub patience: Duration,
}

impl Options {
    /// What to run, in order, with the number of the repetition.
    pub fn runs(&self) -> Vec<(u32, Workload)> {
        let patience = Duration::from_millis(self.ack_within);
        let list = |rep| self.list(rep).into_iter().map(move |workload| (rep, Workload { patience, ..workload }));
        (0..self.reps).flat_map(list).collect()
    }

    fn list(&self, rep: u32) -> Vec<Workload> {
        match self.suite {
            None => vec![Workload {
                kind: self.workload,
                pairs: self.pairs as usize,
                payload: self.payload as usize,
                messages: self.messages,
                window: self.window,
                rate: self.rate,
                patience: Duration::ZERO,
            }],
            Some(Suite::Full) if rep == 0 => [CORE, ONCE].concat(),
            Some(Suite::Full | Suite::Core) => CORE.to_vec(),
            Some(Suite::Once) => ONCE.to_vec(),
            Some(Suite::Quick) => QUICK.to_vec(),
        }
    }
}

impl Kind {
    /// As it stands in the figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Saturate => "saturate",
            Self::Paced => "paced",
            Self::Store => "store",
            Self::Idle => "idle",
        }
    }
}

impl Workload {
    /// Cells that one message takes.
    pub const fn pieces(&self) -> u64 {
        self.payload.div_ceil(PIECE_MAX) as u64
    }

    /// Messages of each pair: as even as the sum allows.
    pub fn shares(&self) -> impl Iterator<Item = u64> {
        let (all, pairs) = (self.messages, self.pairs as u64);
        (0..pairs).map(move |pair| all / pairs + u64::from(pair < all % pairs))
    }
}

const fn saturate(pairs: usize, payload: usize, messages: u64, window: u64) -> Workload {
    Workload { kind: Kind::Saturate, pairs, payload, messages, window, rate: 0, patience: Duration::ZERO }
}

const fn paced(messages: u64, rate: u32) -> Workload {
    Workload { kind: Kind::Paced, rate, ..saturate(100, 1024, messages, 0) }
}

/// What relays are compared by.
const CORE: &[Workload] = &[
    saturate(1, 1024, 20_000, 1),
    saturate(1, 1024, 100_000, 32),
    saturate(10, 1024, 100_000, 8),
    saturate(100, 1024, 120_000, 8),
    saturate(1000, 1024, 120_000, 4),
    saturate(1, 16_384, 20_000, 8),
    saturate(100, 16_384, 30_000, 4),
    paced(8_000, 2_000),
    paced(30_000, 10_000),
];
/// What needs no repetition.
const ONCE: &[Workload] = &[
    Workload { kind: Kind::Store, ..saturate(100, 1024, 100_000, 8) },
    Workload { kind: Kind::Idle, ..saturate(5000, 1024, 1, 8) },
];
const QUICK: &[Workload] = &[saturate(100, 1024, 120_000, 8), paced(8_000, 2_000)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_are_even_and_all_of_it() {
        let shares: Vec<_> = saturate(3, 1024, 11, 1).shares().collect();
        assert_eq!(shares, [4, 4, 3]);
    }

    #[test]
    fn a_message_takes_as_many_cells_as_the_longest_piece_allows() {
        let pieces = [16, 1024, 3900, 3901, 16_384].map(|payload| saturate(1, payload, 1, 1).pieces());
        assert_eq!(pieces, [1, 1, 1, 2, 5]);
    }

    #[test]
    fn the_whole_list_runs_its_long_part_once() {
        let options = Options::parse_from(["relay-load", "--suite", "full", "--reps", "2"]);
        let runs = options.runs();
        assert_eq!(runs.len(), 2 * CORE.len() + ONCE.len());
        assert!(runs.iter().all(|(rep, workload)| *rep == 0 || !matches!(workload.kind, Kind::Store | Kind::Idle)));
    }
}
