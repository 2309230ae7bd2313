//! The memory of the real program, read from outside: what is over is not in it any more.
//!
//! The program forbids that to other processes of its user, so that these tests need root (or `CAP_SYS_PTRACE`) and
//! Linux. Without the right they fail and say so; `NIGHTJAR_NO_MEMORY_TESTS=1` does without them.
#![cfg(target_os = "linux")]

#[path = "../stage/mod.rs"]
mod stage;

mod expiry;
mod pairing;
mod passphrase;
#[path = "../../../protocol/tests/memory/scan.rs"]
mod scan;
mod words;

use std::thread;
use std::time::Duration;

use scan::Memory;
use stage::Running;

/// A secret and what to call it.
type Secret<'a> = (&'a str, &'a [u8]);

/// Fails unless all of these are in a program's memory now: the scan finds what is there.
fn there(running: &Running, secrets: &[Secret<'_>]) {
    let Some(memory) = Memory::of(running.pid()) else { return };
    for (what, secret) in secrets {
        assert!(!memory.find(secret).is_empty(), "{what}: the scan looks in the wrong place");
    }
    // And does not find what is not: a text as long as any, that was never anywhere.
    let nothing: Vec<u8> = CONTROL.iter().map(|byte| byte ^ 0x5a).collect();
    assert_eq!(memory.find(&nothing), Vec::<String>::new());
}

/// Fails if a piece of one of these is in a program's memory, once it had a moment to settle.
fn gone(running: &Running, secrets: &[Secret<'_>]) {
    thread::sleep(SETTLED);
    let Some(memory) = Memory::of(running.pid()) else { return };
    let mut left = Vec::new();
    for (what, secret) in secrets {
        for place in memory.find(secret) {
            left.push(format!("{what}: {place} {}", memory.around(&place)));
        }
    }
    assert!(left.is_empty(), "{} pieces are left:\n{}", left.len(), left.join("\n"));
}

/// Behind the event that says so, the state is written once more.
const SETTLED: Duration = Duration::from_secs(2);
/// Masked, lest it be found in this program by mistake.
const CONTROL: &[u8] = b"nobody ever says this sentence to anybody in this place";
