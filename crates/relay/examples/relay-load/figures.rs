//! What is counted during a run, and the line of JSON that comes of it. Fields that could not be measured are left out.

use std::cell::{Cell, RefCell};
use std::time::Instant;

use serde_json::{Map, Value};

use crate::options::{Kind, Options, Workload};
use crate::system;

/// What the clients of one run count together.
pub struct Tally {
    begin: Instant,
    delivered: Cell<u64>,
    odd: Cell<u64>,
    /// Messages that warm up.
    warm: u64,
    warmed: Cell<Option<Mark>>,
    latencies: RefCell<Vec<u64>>,
    /// The relay's process.
    server: Option<String>,
}

/// A moment, and the processor seconds used up to it: the relay's, our own, everybody's.
#[derive(Clone, Copy)]
pub struct Mark {
    pub at: Instant,
    pub server: Option<f64>,
    own: Option<f64>,
    all: Option<f64>,
}

/// What two marks are apart, in seconds.
pub struct Span {
    pub wall: f64,
    pub server: Option<f64>,
    pub own: Option<f64>,
    /// Processor time that was neither the relay's nor ours.
    pub others: Option<f64>,
}

impl Tally {
    pub fn new(server: Option<String>, workload: &Workload) -> Self {
        Self {
            begin: Instant::now(),
            delivered: Cell::new(0),
            odd: Cell::new(0),
            warm: (workload.messages / 10).max(1),
            warmed: Cell::new(None),
            latencies: RefCell::default(),
            server,
        }
    }

    /// Nanoseconds since the run began.
    pub fn now(&self) -> u64 {
        u64::try_from(self.begin.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Counts messages that were delivered.
    pub fn delivered(&self, count: u64) {
        let before = self.delivered.get();
        self.delivered.set(before + count);
        if before < self.warm && before + count >= self.warm {
            self.warmed.set(Some(self.mark()));
        }
    }

    /// Counts nanoseconds from the stamp to the opening.
    pub fn took(&self, latency: u64) {
        if self.delivered.get() >= self.warm {
            self.latencies.borrow_mut().push(latency);
        }
    }

    /// Counts a cell that came when another was due.
    pub fn out_of_order(&self) {
        self.odd.update(|cells| cells + 1);
    }

    pub fn odd(&self) -> u64 {
        self.odd.get()
    }

    /// When it was warm, if it was, and how many messages were delivered since.
    pub fn since_warm(&self) -> Option<(Mark, u64)> {
        self.warmed.get().map(|mark| (mark, self.delivered.get() - self.warm))
    }

    /// Latencies in µs, ascending.
    pub fn latencies(&self) -> Vec<f64> {
        let mut latencies = self.latencies.take();
        latencies.sort_unstable();
        latencies.into_iter().map(|nanos| nanos as f64 / 1e3).collect()
    }

    pub fn mark(&self) -> Mark {
        Mark {
            at: Instant::now(),
            server: self.server.as_deref().and_then(system::cpu_seconds),
            own: system::cpu_seconds("self"),
            all: system::busy_seconds(),
        }
    }

    /// The relay's resident set in bytes.
    pub fn resident(&self) -> Option<f64> {
        self.server.as_deref().and_then(system::resident_kib).map(|kib| kib * 1024.0)
    }
}

impl Mark {
    pub fn until(&self, later: &Self) -> Span {
        let apart = |from: Option<f64>, to: Option<f64>| Some(to? - from?);
        let (server, own) = (apart(self.server, later.server), apart(self.own, later.own));
        let others = apart(self.all, later.all).and_then(|all| Some(all - server? - own?));
        Span { wall: (later.at - self.at).as_secs_f64(), server, own, others }
    }
}

/// The value below or at which this part of the ascending values lies; 0 of none.
pub fn percentile(ascending: &[f64], part: f64) -> f64 {
    let last = ascending.len().saturating_sub(1);
    ascending.get((last as f64 * part) as usize).copied().unwrap_or(0.0)
}

/// The line of one run.
pub struct Line(Map<String, Value>);

impl Line {
    /// What was run, before its figures.
    pub fn new(options: &Options, rep: u32, workload: &Workload) -> Self {
        let mut line = Self(Map::new());
        let paced = workload.kind == Kind::Paced;
        line.set("bench", "relay").set("label", options.label.as_str()).set("driver", "nightjar");
        line.set("store", options.store.as_str()).set("workload", workload.kind.name()).set("rep", rep);
        line.set("pairs", workload.pairs).set("payload", workload.payload).set("window", workload.window);
        line.set("rate", if paced { workload.rate } else { 0 }).set("pieces", workload.pieces());
        line.set("ack_within_ms", options.ack_within);
        line
    }

    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// A figure with so many decimals; none if it was not measured.
    pub fn figure(&mut self, name: &str, value: impl Into<Option<f64>>, decimals: i32) -> &mut Self {
        if let Some(value) = value.into() {
            let scale = 10_f64.powi(decimals);
            self.set(name, (value * scale).round() / scale);
        }
        self
    }

    /// For people: what it was and the figures that matter most.
    pub fn summary(&self) -> String {
        let names = ["workload", "pairs", "payload", "window", "rate", "error", "msgs_per_s", "p50_us", "p99_us"];
        let more = ["store_msgs_per_s", "drain_msgs_per_s", "connects_per_s", "server_cpu_us_per_connect"];
        let rest = ["rss_bytes_per_idle_conn", "rss_bytes_per_stored_msg", "server_cpu_us_per_msg", "server_cores"];
        let all = names.iter().chain(&more).chain(&rest).chain(&["client_cores", "other_cores"]);
        let said = all.filter_map(|name| Some(format!("{name} {}", self.0.get(*name)?.to_string().trim_matches('"'))));
        said.collect::<Vec<_>>().join(" · ")
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(&self.0).map_err(|_| std::fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_seen() {
        let values: Vec<f64> = (1..=101).map(f64::from).collect();
        let [half, most, last] = [0.5, 0.99, 1.0].map(|part| percentile(&values, part));
        assert_eq!((half, most, last, percentile(&[], 0.5)), (51.0, 100.0, 101.0, 0.0));
    }
}
