//! What a call leaves behind on the stack. A key that is moved leaves its bytes where it was, and libraries copy theirs as
//! they please; nothing but the next calls overwrites that, some of it never.

use core::hint::black_box;

/// Does `work`, then clears the `DEPTH` bytes of the stack that it used. What it returns should not be a secret by value:
/// that is copied on the way out. `DEPTH` has to be what `work` takes at most, and far less than a thread has.
pub fn on_clean_stack<const DEPTH: usize, T>(work: impl FnOnce() -> T) -> T {
    let done = apart(work);
    clear::<DEPTH>();
    done
}

/// In frames of its own, below the caller's: where [`clear`] has its own afterwards.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn clear<const DEPTH: usize>() {
    let mut below = [0_u8; DEPTH];
    // Somebody might look: the zeros have to be written.
    black_box(&mut below);
}
