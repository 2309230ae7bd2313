//! Which slots are free: the lowest is taken first, so that the files stay short and neighbours are written together.

use std::collections::BTreeSet;

/// The slots of one kind.
#[derive(Default)]
pub(super) struct Slots {
    /// Free ones below `end`.
    free: BTreeSet<u32>,
    /// All from here on are free.
    end: u32,
}

impl Slots {
    /// Those that are left when the taken ones, given in ascending order, are.
    pub fn without(taken: impl IntoIterator<Item = u32>) -> Self {
        let mut slots = Self::default();
        for slot in taken {
            slots.free.extend(slots.end..slot);
            slots.end = slot + 1;
        }
        slots
    }

    /// Takes one; `None` if 2³² - 1 are taken.
    pub fn take(&mut self) -> Option<u32> {
        if let Some(slot) = self.free.pop_first() {
            return Some(slot);
        }
        let slot = self.end;
        self.end = self.end.checked_add(1)?;
        Some(slot)
    }

    /// Gives one back.
    pub fn free(&mut self, slot: u32) {
        self.free.insert(slot);
        while self.end.checked_sub(1).is_some_and(|last| self.free.remove(&last)) {
            self.end -= 1;
        }
    }

    /// All taken slots are below.
    pub const fn end(&self) -> u32 {
        self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_is_taken_first_and_the_end_comes_back() {
        let mut slots = Slots::without([1, 2, 5]);
        assert_eq!([slots.take(), slots.take(), slots.take(), slots.take()], [Some(0), Some(3), Some(4), Some(6)]);
        for slot in [3, 6, 5, 4] {
            slots.free(slot);
        }
        assert_eq!((slots.end(), slots.take()), (3, Some(3)), "0, 1 and 2 are taken");
    }
}
