//! Buffers between two uses. A connection has one only while bytes are in it: ten thousand of them may be idle, and the
//! allocator would spend a tenth of a busy relay's time on making and unmaking them. What lies in one that waits is
//! ciphertext of the link.

use std::cell::RefCell;

use nightjar_protocol::limits::FRAME_LEN;

/// What a fresh buffer has room for, in bytes: what is read at a time.
pub(crate) const LEN: usize = 9 * FRAME_LEN;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer with room for at least [`LEN`] bytes.
pub(crate) fn take() -> Vec<u8> {
    SPARE.with_borrow_mut(Vec::pop).unwrap_or_else(|| Vec::with_capacity(LEN))
}

/// Takes a buffer back, whatever is in it.
pub(crate) fn give(mut buffer: Vec<u8>) {
    if (LEN..=LARGEST).contains(&buffer.capacity()) {
        buffer.clear();
        SPARE.with_borrow_mut(|spare| {
            if spare.len() < SPARE_MOST {
                spare.push(buffer);
            }
        });
    }
}

/// One that grew beyond this is not kept.
const LARGEST: usize = 2 * LEN;
/// Buffers kept by each thread: one to read into, one to write from.
const SPARE_MOST: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_empty_and_odd_ones_are_let_go() {
        give(Vec::with_capacity(LEN - 1));
        give(Vec::with_capacity(LARGEST + 1));
        let mut first = take();
        assert!(first.capacity() >= LEN && first.capacity() <= LARGEST);
        first.extend([1; 100]);
        let place = first.as_ptr();
        give(first);
        let again = take();
        assert_eq!((again.as_ptr(), again.len()), (place, 0));
    }
}
