//! The cells that came last, in memory: who is subscribed gets them without a visit to the disk. Spec: relay, "Leases".

use std::collections::{HashMap, VecDeque};

use nightjar_protocol::wire::Cell;
use zeroize::Zeroize;

/// A bounded number of cells by slot; the oldest makes room.
#[derive(Default)]
pub(super) struct Recent {
    cells: HashMap<u32, Kept>,
    /// Slots and numbers, the oldest first; those forgotten meanwhile among them.
    order: VecDeque<(u32, u64)>,
}

/// A cell, wiped when it leaves: freed memory is the first that a seizure would search.
struct Kept {
    seq: u64,
    cell: Cell,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.cell.as_mut_bytes().zeroize();
    }
}

impl Recent {
    pub fn keep(&mut self, slot: u32, seq: u64, cell: Option<Cell>) {
        let Some(cell) = cell else { return };
        self.cells.insert(slot, Kept { seq, cell });
        self.order.push_back((slot, seq));
        while self.order.len() > MOST {
            let oldest = self.order.pop_front();
            if let Some((slot, seq)) = oldest
                && self.cells.get(&slot).is_some_and(|kept| kept.seq == seq)
            {
                self.cells.remove(&slot);
            }
        }
    }

    pub fn forget(&mut self, slot: u32) {
        self.cells.remove(&slot);
    }

    pub fn cell(&self, slot: u32, seq: u64) -> Option<Cell> {
        self.cells.get(&slot).filter(|kept| kept.seq == seq).map(|kept| kept.cell.clone())
    }
}

/// 8 MiB of cells.
const MOST: usize = 2048;
