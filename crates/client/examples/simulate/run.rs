//! Runs worlds, on as many threads as there are processors, and adds up what happened in them.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use crate::trace::Lines;
use crate::world::World;

/// How one world ended.
pub struct Ended {
    pub hash: u64,
    pub events: u64,
    pub faults: BTreeMap<&'static str, u64>,
    #[cfg_attr(not(test), expect(dead_code, reason = "compared in tests"))]
    pub lines: Lines,
    pub counts: BTreeMap<&'static str, u64>,
    pub broken: Option<String>,
}

/// How many worlds ended.
#[derive(Default)]
pub struct Sum {
    pub broken: u64,
    events: u64,
    faults: BTreeMap<&'static str, u64>,
    counts: BTreeMap<&'static str, u64>,
    hash: u64,
}

/// Runs the world of a seed.
pub fn one(seed: u64, lines: Lines) -> Ended {
    let mut world = World::new(seed, lines);
    let broken = match catch_unwind(AssertUnwindSafe(|| world.run())) {
        Ok(Ok(())) => None,
        Ok(Err(broken)) => Some(broken),
        Err(_) => Some("something panicked".to_owned()),
    };
    let counts = world.counts();
    let (hash, events, faults, lines) = world.into_trace().end();
    Ended { hash, events, faults, lines, counts, broken }
}

/// Runs the worlds of `runs` seeds from `first` on. What breaks a promise is printed at once, with how to see it again.
pub fn all(first: u64, runs: u64, (is_traced, stops): (bool, bool)) -> Sum {
    let (next, sum) = (AtomicU64::new(first), Mutex::new(Sum::default()));
    let threads = thread::available_parallelism().map_or(1, |count| count.get()).min(runs as usize);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Relaxed);
                    let is_over = stops && sum.lock().expect("no thread panics").broken > 0;
                    if seed >= first + runs || is_over {
                        return;
                    }
                    let ended = one(seed, if is_traced { Lines::Printed } else { Lines::Forgotten });
                    ended.report(seed);
                    sum.lock().expect("no thread panics").add(seed, ended);
                }
            });
        }
    });
    sum.into_inner().expect("no thread panics")
}

impl Ended {
    fn report(&self, seed: u64) {
        if let Some(broken) = &self.broken {
            println!("seed {seed}: BROKEN: {broken}");
            println!("  again: cargo run --release -p nightjar-client --example simulate -- --seed {seed} --trace");
        }
    }
}

impl Sum {
    fn add(&mut self, seed: u64, ended: Ended) {
        self.broken += u64::from(ended.broken.is_some());
        self.events += ended.events;
        for (sum, of) in [(&mut self.faults, ended.faults), (&mut self.counts, ended.counts)] {
            of.into_iter().for_each(|(kind, count)| *sum.entry(kind).or_default() += count);
        }
        // Threads end in any order.
        self.hash = self.hash.wrapping_add((ended.hash ^ seed).wrapping_mul(ODD).rotate_left(29));
    }

    /// Prints it.
    pub fn print(&self, first: u64, runs: u64) {
        println!("runs {runs}, seeds {first} to {}, events {}", first + runs - 1, self.events);
        let list = |all: &BTreeMap<&str, u64>| {
            all.iter().map(|(kind, count)| format!("  {kind}: {count}\n")).collect::<String>()
        };
        print!("what happened\n{}", list(&self.counts));
        print!("faults injected: {}\n{}", self.faults.values().sum::<u64>(), list(&self.faults));
        println!("invariants broken: {}", self.broken);
        println!("trace hash: {:016x}", self.hash);
    }
}

const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_promise_is_broken() {
        let sum = all(1, RUNS, (false, false));
        sum.print(1, RUNS);
        assert_eq!(sum.broken, 0);
    }

    /// As many as take less than a minute without optimisation.
    const RUNS: u64 = 200;

    #[test]
    fn a_seed_is_the_same_world_each_time() {
        for seed in 1..=12 {
            let (first, again) = (one(seed, Lines::Kept(Vec::new())), one(seed, Lines::Kept(Vec::new())));
            assert_eq!(first.lines, again.lines);
            assert_eq!((first.hash, first.broken), (again.hash, again.broken));
        }
    }
}
