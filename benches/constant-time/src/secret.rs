//! What valgrind is told. The compiler must not know the bytes, either: what it knows, it computes beforehand.

use std::ffi::c_void;
use std::hint::black_box;

use crabgrind::memcheck::{MemState, mark_mem, vbits};
use nightjar_protocol::keys::Random;

/// Makes all of a value undefined that lies in one piece.
pub fn secret<T>(value: T) -> T {
    let value = black_box(value);
    mark((&raw const value).cast(), size_of::<T>());
    black_box(value)
}

/// Makes bytes undefined that lie elsewhere, such as a string's. Their length stays known.
pub fn hide(bytes: &[u8]) {
    mark(black_box(bytes).as_ptr().cast(), bytes.len());
    black_box(bytes);
}

/// Whether some bit of these bytes is undefined, and so comes of a secret.
pub fn holds_secret(bytes: &[u8]) -> bool {
    let bits = vec![0; bytes.len()];
    let read = vbits(bytes.as_ptr().cast_mut().cast(), bits.as_ptr(), bytes.len());
    read.is_ok() && black_box(bits).iter().any(|bits| *bits != 0)
}

/// Draws that are the same each time, and known.
pub struct Plain(pub u8);

impl Random for Plain {
    fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            self.0 = self.0.wrapping_mul(5).wrapping_add(77);
            *byte = self.0;
        }
    }
}

/// The same, and secret.
pub struct Draws(pub u8);

impl Random for Draws {
    fn fill(&mut self, out: &mut [u8]) {
        let mut plain = Plain(self.0);
        plain.fill(out);
        self.0 = plain.0;
        hide(out);
    }
}

fn mark(start: *const c_void, len: usize) {
    // The bytes stay as they are: it is valgrind's knowledge of them that changes. The controls tell if it did not.
    let _ = mark_mem(start.cast_mut(), len, MemState::Undefined);
}
