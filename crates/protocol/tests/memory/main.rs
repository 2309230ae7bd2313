//! The memory of a process that used the protocol's secrets: what is spent is not in it any more, and what was dropped
//! neither. It has the heap and the stack of the client: both are cleared (crypto, `on_clean_stack`).
//!
//! Linux only; elsewhere there is nothing to read a memory with.

#[cfg(target_os = "linux")]
mod cases;
#[cfg(target_os = "linux")]
mod look;
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_types, reason = "a memory is read as a file")]
mod scan;

use std::alloc::System;
use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static HEAP: ZeroAlloc<System> = ZeroAlloc(System);

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    look::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("SKIPPED: the memory of a process is read on Linux alone");
    ExitCode::SUCCESS
}
