//! This program starts itself to be looked at: the victim goes through a case, and the test reads its memory.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};
use nightjar_protocol::crypto::on_clean_stack;

use super::cases::{CASES, Case, Run, Secret};
use super::scan::Memory;

/// Walks the cases, or is the victim of one.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, name] = arguments.as_slice()
        && word == VICTIM
    {
        victim(name);
        return ExitCode::SUCCESS;
    }
    let trials = CASES.iter().map(|(name, run)| Trial::test(*name, move || look_at(name, *run))).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Goes through a case, waits with what lives, drops it, waits again. The test reads this process's memory meanwhile.
fn victim(name: &str) {
    let (_, run) = CASES.iter().find(|(it, _)| *it == name).unwrap();
    let alive = on_clean_stack::<STACK, _>(|| run(&seed()).alive);
    wait("alive");
    on_clean_stack::<STACK, _>(|| drop(alive));
    wait("over");
}

fn wait(state: &str) {
    println!("{state}");
    let mut byte = [0];
    std::io::stdin().read_exact(&mut byte).unwrap();
}

fn look_at(name: &str, run: Run) -> Result<(), Failed> {
    let Case { spent, living, .. } = run(&seed());
    let mut victim = Victim::start(name);
    victim.reaches("alive");
    let memory = victim.memory();
    for (what, secret) in &living {
        if !memory.as_ref().is_none_or(|memory| secret.iter().any(|piece| !memory.find(piece).is_empty())) {
            return Err(format!("{what} is not found while it lives: the scan looks in the wrong place").into());
        }
    }
    victim.finds_nothing("alive", &spent)?;
    victim.goes_on();
    victim.reaches("over");
    victim.finds_nothing("over", &spent)?;
    victim.finds_nothing("over", &living)?;
    victim.goes_on();
    Ok(())
}

/// A process of this program's that can be looked at.
struct Victim(Child, BufReader<std::process::ChildStdout>);

impl Victim {
    fn start(name: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let mut child =
            command.args([VICTIM, name]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("this program");
        let said = BufReader::new(child.stdout.take().unwrap());
        Self(child, said)
    }

    fn memory(&self) -> Option<Memory> {
        Memory::of(self.0.id())
    }

    fn reaches(&mut self, state: &str) {
        let mut line = String::new();
        self.1.read_line(&mut line).unwrap();
        assert_eq!(line.trim_end(), state);
    }

    fn goes_on(&mut self) {
        self.0.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    fn finds_nothing(&self, state: &str, secrets: &[Secret]) -> Result<(), Failed> {
        let Some(memory) = self.memory() else { return Ok(()) };
        let mut left = Vec::new();
        for (what, secret) in secrets {
            for place in secret.iter().flat_map(|piece| memory.find(piece)) {
                left.push(format!("{what}: {place} {}", memory.around(&place)));
            }
        }
        if left.is_empty() { Ok(()) } else { Err(format!("{state}, and left are:\n{}", left.join("\n")).into()) }
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What all randomness of a case is drawn from.
fn seed() -> Vec<u8> {
    b"memory".to_vec()
}

const VICTIM: &str = "--victim-of-a-scan";
const STACK: usize = 256 * 1024;
