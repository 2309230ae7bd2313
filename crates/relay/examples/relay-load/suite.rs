//! One run after another: a relay, the workload, a line.

use std::fs::OpenOptions;
use std::io::Write;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::task::LocalSet;
use tokio::time::timeout;

use crate::client::Place;
use crate::figures::{Line, Tally};
use crate::options::{Kind, Options, Workload};
use crate::relay::Relay;
use crate::{idle, live, store, system};

/// Runs what is asked for: whether all runs came to their end. A run that fails has a line, too, which says why.
///
/// # Errors
/// If nothing can be run at all.
pub fn run(options: &Options) -> anyhow::Result<bool> {
    let processors = pin(options);
    let runs = options.runs();
    let most = runs.iter().map(|(_, workload)| workload.pairs as u64 * 2).max().unwrap_or(0);
    if !system::allow_files(most + SPARE_FILES) {
        eprintln!("relay-load: the limit of open files is too low for {most} connections; raise it with `ulimit -n`");
    }
    let mut out = match &options.out {
        None => None,
        Some(file) => {
            let opened = OpenOptions::new().append(true).create(true).open(file);
            Some(opened.with_context(|| format!("cannot write to {}", file.display()))?)
        }
    };
    let mut whole = true;
    for (rep, workload) in runs {
        let mut line = Line::new(options, rep, &workload);
        line.set("pinned", processors.is_some());
        if let Err(error) = one(options, processors, &workload, &mut line) {
            whole = false;
            line.set("error", format!("{error:#}"));
        }
        println!("{line}");
        eprintln!("{}", line.summary());
        if let Some(out) = &mut out {
            writeln!(out, "{line}")?;
        }
    }
    Ok(whole)
}

/// Takes the last processor and leaves the first to the relay; `None` if nothing is pinned.
fn pin(options: &Options) -> Option<u32> {
    if options.unpinned {
        return None;
    }
    let pinned = system::processors().filter(|(_, last)| system::pin(*last));
    if pinned.is_none() {
        eprintln!("relay-load: not pinned: it takes two processors, and `taskset`");
    }
    pinned.map(|(first, _)| first)
}

fn one(options: &Options, processor: Option<u32>, workload: &Workload, line: &mut Line) -> anyhow::Result<()> {
    let (address, pid, relay) = match &options.address {
        Some(address) => (address.clone(), options.server_pid, None),
        None => {
            let relay = Relay::start(options, processor)?;
            (relay.address().clone(), Some(relay.pid()), Some(relay))
        }
    };
    let place = Place::new(address)?;
    let tally = Rc::new(Tally::new(pid.map(|pid| pid.to_string()), workload));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let limit = Duration::from_secs(options.limit);
    let work = async {
        match workload.kind {
            Kind::Saturate | Kind::Paced => live::run(&place, workload, tally, line).await,
            Kind::Store => store::run(&place, workload, tally, line).await,
            Kind::Idle => idle::run(&place, workload, tally, line).await,
        }
    };
    let ended = LocalSet::new().block_on(&runtime, async { timeout(limit, work).await });
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.context(relay.map_or_else(String::new, |relay| relay.last_words()))),
        Err(_) => bail!("ran past {} s", options.limit),
    }
}

/// Descriptors beside the connections.
const SPARE_FILES: u64 = 64;
