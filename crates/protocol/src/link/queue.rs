//! Packs a queue of items into frames: as many as fit, in order, with at most one cell.

use std::collections::VecDeque;

use zeroize::Zeroizing;

use crate::limits::{BATCH_LEN, BATCH_MAX};
use crate::wire::{self, Cell, Frame};

/// Items in the order in which they are to go out, each encoded, some with a cell.
#[derive(Default)]
pub(super) struct Queue(VecDeque<(Zeroizing<Vec<u8>>, Option<Cell>)>);

impl Queue {
    pub(super) fn push<T: bincode::Encode>(&mut self, item: &T, cell: Option<Cell>) {
        #[expect(clippy::expect_used, reason = "commands and replies are fixed structures; each has an encoding")]
        self.0.push_back((wire::encode(item).expect("has an encoding"), cell));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The next frame, or `None` if nothing is queued.
    pub(super) fn frame(&mut self) -> Option<Result<Frame, wire::Error>> {
        if self.0.is_empty() {
            return None;
        }
        let count = self.fitting();
        let mut cell = None;
        let items: Vec<_> = self
            .0
            .drain(..count)
            .map(|(item, own)| {
                cell = own.or(cell.take());
                item
            })
            .collect();
        Some(Frame::compose(items.iter().map(|item| item.as_slice()), cell.as_ref()))
    }

    /// How many items from the front go into one frame.
    fn fitting(&self) -> usize {
        let (mut count, mut bytes, mut cells) = (0_usize, COUNT_LEN, 0_usize);
        for (item, cell) in self.0.iter().take(BATCH_MAX) {
            let (more, further) = (bytes.saturating_add(item.len()), cells.saturating_add(usize::from(cell.is_some())));
            if more > BATCH_LEN || further > 1 {
                break;
            }
            (count, bytes, cells) = (count.saturating_add(1), more, further);
        }
        count
    }
}

/// The encoded number of items, at most [`BATCH_MAX`]: one byte.
const COUNT_LEN: usize = 1;
