//! The `nightjar` program: everything is in the library, but for the heap that clears what is given back to it.

use std::alloc::System;
use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

/// What is ours is cleared where it is dropped. What libraries hold of it (a handshake's keys, a message while it is put
/// into a sentence) is cleared when they free it.
#[global_allocator]
static HEAP: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    nightjar_client::run()
}
