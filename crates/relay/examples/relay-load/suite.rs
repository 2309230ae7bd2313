//! One run after another: a relay, the workload, a line.

use std::fs::OpenOptions;
use std::io::Write;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
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
        Ok(Err(error)) => match relay.map_or_else(String::new, |relay| relay.last_words()) {
            words if words.is_empty() => Err(error),
            words => Err(anyhow!("{error:#}; the relay's last words: {words}")),
        },
        Err(_) => bail!("ran past {} s", options.limit),
    }
}

/// Descriptors beside the connections.
const SPARE_FILES: u64 = 64;

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use clap::Parser;
    use nightjar_protocol::keys::DhSecret;
    use nightjar_relay::config::Config;
    use nightjar_relay::key::OsRandom;
    use nightjar_relay::server::serve;
    use serde_json::Value;

    use super::*;

    /// A relay in the background, for as long as the tests run.
    fn relay() -> String {
        let (ready, listens) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let secret = DhSecret::generate(&mut OsRandom);
            runtime.block_on(serve(&Config::dev(), secret, std::future::pending(), |address, _| {
                let _ = ready.send(address.to_string());
                Ok(())
            }))
        });
        listens.recv().unwrap()
    }

    fn run(address: &str, words: &str) -> Value {
        let words = ["relay-load", "--address", address].into_iter().chain(words.split(' '));
        let options = Options::parse_from(words);
        let [(rep, workload)] = options.runs()[..] else { panic!("one run") };
        let mut line = Line::new(&options, rep, &workload);
        if let Err(error) = one(&options, None, &workload, &mut line) {
            line.set("error", format!("{error:#}"));
        }
        serde_json::from_str(&line.to_string()).unwrap()
    }

    #[test]
    fn every_workload_comes_to_its_end_and_loses_nothing() {
        let address = relay();
        for (words, field, expected) in [
            ("--workload saturate --pairs 3 --window 4 --messages 100", "messages", 90),
            ("--workload saturate --pairs 2 --messages 20 --payload 16384", "pieces", 5),
            ("--workload paced --pairs 4 --rate 2000 --messages 100", "messages", 90),
            ("--workload paced --pairs 2 --rate 2000 --messages 200 --ack-within 20", "messages", 180),
            ("--workload store --pairs 3 --messages 300", "messages", 300),
        ] {
            let line = run(&address, words);
            assert_eq!((line.get("error"), &line[field], &line["out_of_order"]), (None, &expected.into(), &0.into()));
            assert!(line.get("server_cores").is_none(), "nobody said which process it is: {line}");
        }
    }

    #[test]
    fn connections_with_nothing_to_say_are_counted() {
        let line = run(&relay(), "--workload idle --pairs 20");
        assert_eq!((line.get("error"), &line["connections"]), (None, &20.into()));
    }

    #[test]
    fn a_run_that_cannot_be_says_why() {
        let listening = relay();
        let key = listening.split_once('#').unwrap().1;
        for (address, words, why) in [
            (format!("192.0.2.1:7170#{key}"), "--pairs 1", "no loopback address"),
            (format!("localhost:7170#{key}"), "--pairs 1", "not by a name"),
            (listening.replace(key, &"a".repeat(key.len())), "--pairs 1", "handshake"),
            (listening.clone(), "--workload paced --rate 1 --messages 100 --limit 1", "ran past 1 s"),
        ] {
            let line = run(&address, words);
            assert!(line["error"].as_str().is_some_and(|error| error.contains(why)), "{line}");
        }
    }
}
