//! Whether what is done with a secret depends on it. Each case runs in a process of its own under valgrind, which is told
//! that the secret's bytes are undefined, and reports every jump and every address that comes of them. `run` builds and
//! starts this. What it can and cannot say: README.md beside it.

mod boxes;
mod controls;
mod exchange;
mod memcheck;
mod proof;
mod secret;
mod text;

use std::process::ExitCode;

use memcheck::Report;

/// One thing that is done with a secret.
struct Case {
    name: &'static str,
    /// The reports that there have to be: the function that each is in, and how often. There must be no others.
    pins: &'static [Pin],
    /// Does it, and tells whether what came of it holds something of the secret for valgrind: if it does not, no report
    /// means nothing.
    work: fn() -> bool,
}

/// A function, and how many reports come from it.
type Pin = (&'static str, usize);

fn main() -> ExitCode {
    match std::env::args().nth(1) {
        Some(name) => one(&name),
        None => all(),
    }
}

/// The work of one case: under valgrind, this is what is looked at.
fn one(name: &str) -> ExitCode {
    match cases().find(|case| case.name == name) {
        Some(case) if (case.work)() => ExitCode::SUCCESS,
        Some(_) => ExitCode::from(memcheck::UNREACHED),
        None => ExitCode::FAILURE,
    }
}

fn all() -> ExitCode {
    let (mut looked, mut unexpected) = (0, 0);
    println!("{:10} {:>8} {:>8}  case", "verdict", "expected", "found");
    for case in cases() {
        let faults = match memcheck::look(case.name) {
            Ok(reports) => judge(case, &reports),
            Err(why) => {
                println!("{:10} {:>8} {:>8}  {}", "FAILED", expected(case), "?", case.name);
                vec![why]
            }
        };
        faults.iter().for_each(|fault| println!("    {fault}"));
        looked += 1;
        unexpected += usize::from(!faults.is_empty());
    }
    println!("{looked} cases, {unexpected} unexpected");
    if unexpected == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn cases() -> impl Iterator<Item = &'static Case> {
    [controls::CASES, boxes::CASES, exchange::CASES, text::CASES, proof::CASES].into_iter().flatten()
}

/// Prints a case's line, and gives what is wrong with it.
fn judge(case: &Case, reports: &[Report]) -> Vec<String> {
    let found: usize = reports.iter().map(|report| report.times).sum();
    let strangers = reports.iter().filter(|report| !case.pins.iter().any(|pin| report.is_in(pin.0)));
    let mut faults: Vec<_> = strangers.take(STRANGERS_SHOWN).map(Report::to_string).collect();
    for (function, expected) in case.pins {
        let times: usize = reports.iter().filter(|report| report.is_in(function)).map(|report| report.times).sum();
        if times != *expected {
            faults.push(format!("{times} in {function}, not {expected}"));
        }
    }
    let verdict = if faults.is_empty() { "ok" } else { "UNEXPECTED" };
    println!("{verdict:10} {:>8} {found:>8}  {}", expected(case), case.name);
    faults
}

fn expected(case: &Case) -> usize {
    case.pins.iter().map(|pin| pin.1).sum()
}

/// Reports of a case that are printed although nothing is pinned for them. One is enough to fail.
const STRANGERS_SHOWN: usize = 8;
