//! What is due when: a hierarchical timer wheel (Varghese and Lauck, 1987). An entry is put in, taken out and found due in
//! constant time, however many others wait. Spec: relay, "Mailbox".
//!
//! Four levels of 64 slots: seconds, and steps of 64, 64² and 64³ seconds. An entry stands on the level of the highest step
//! in which its moment differs from the present, and comes down a level when that step begins.

use std::num::NonZeroU32;

use nightjar_protocol::keys::UnixTime;

/// Entries that are due at moments of their own.
pub(super) struct Wheel<T> {
    /// The moment up to which everything due has been taken out.
    elapsed: u64,
    /// For each level, which slots have entries, as bits.
    occupied: [u64; LEVELS],
    /// The first entry of each slot.
    slots: [[Link; SLOTS]; LEVELS],
    /// Entries that are due and have not been taken out.
    due: Link,
    entries: Vec<Entry<T>>,
    /// The first of the places in `entries` that are free.
    free: Link,
    /// How many places are taken.
    taken: usize,
}

/// Names an entry until it is taken out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Key(NonZeroU32);

struct Entry<T> {
    /// `None` if the place is free.
    value: Option<T>,
    expires: u64,
    list: List,
    previous: Link,
    next: Link,
}

/// An entry of a list, or its end.
type Link = Option<Key>;

/// The list that an entry stands in.
#[derive(Clone, Copy)]
enum List {
    Due,
    Slot { level: u8, slot: u8 },
}

impl<T> Wheel<T> {
    pub fn new() -> Self {
        let (occupied, slots) = ([0; LEVELS], [[None; SLOTS]; LEVELS]);
        Self { elapsed: 0, occupied, slots, due: None, entries: Vec::new(), free: None, taken: 0 }
    }

    /// Puts in an entry that is due at `expires`; `None` if there are 2³² of them.
    pub fn insert(&mut self, now: UnixTime, expires: UnixTime, value: T) -> Option<Key> {
        if self.taken == 0 {
            self.elapsed = now.0;
        }
        let entry = Entry { value: Some(value), expires: expires.0, list: List::Due, previous: None, next: None };
        let key = match self.free {
            Some(key) => {
                self.free = std::mem::replace(&mut self.entries[key.at()], entry).next;
                key
            }
            None => {
                let key = u32::try_from(self.entries.len() + 1).ok().and_then(NonZeroU32::new).map(Key)?;
                self.entries.push(entry);
                key
            }
        };
        self.taken += 1;
        self.link(key);
        Some(key)
    }

    /// Takes an entry out, due or not.
    pub fn remove(&mut self, key: Key) -> Option<T> {
        let value = self.entries.get_mut(key.at())?.value.take()?;
        self.unlink(key);
        self.entries[key.at()].next = self.free.replace(key);
        self.taken -= 1;
        Some(value)
    }

    /// Takes out an entry that is due at `now`.
    pub fn pop(&mut self, now: UnixTime) -> Option<T> {
        loop {
            if let Some(key) = self.due {
                return if self.entries[key.at()].expires <= now.0 { self.remove(key) } else { None };
            }
            let Some((level, slot, begins)) = self.next_slot().filter(|(.., begins)| *begins <= now.0) else {
                self.elapsed = self.elapsed.max(now.0);
                return None;
            };
            self.elapsed = begins;
            self.cascade(level, slot);
        }
    }

    /// The slot with entries that begins next, and when.
    fn next_slot(&self) -> Option<(usize, usize, u64)> {
        // All that is on a lower level comes before the next slot of a higher one.
        let level = self.occupied.iter().position(|occupied| *occupied != 0)?;
        let present = slot_of(self.elapsed, level);
        let ahead = self.occupied[level].rotate_right(present as u32).trailing_zeros() as usize;
        let slot = (present + ahead) % SLOTS;
        let turn = step(level) * SLOTS as u64;
        let begins = self.elapsed / turn * turn + slot as u64 * step(level);
        Some((level, slot, if slot < present { begins + turn } else { begins }))
    }

    /// Hands the entries of a slot that begins now to the levels below, or finds them due.
    fn cascade(&mut self, level: usize, slot: usize) {
        while let Some(key) = self.slots[level][slot] {
            self.unlink(key);
            self.link(key);
        }
    }

    /// Puts an entry at the head of the list where its moment belongs.
    fn link(&mut self, key: Key) {
        let list = self.list_of(self.entries[key.at()].expires);
        let next = self.head(list).replace(key);
        if let List::Slot { level, slot } = list {
            self.occupied[usize::from(level)] |= 1 << slot;
        }
        if let Some(next) = next {
            self.entries[next.at()].previous = Some(key);
        }
        let entry = &mut self.entries[key.at()];
        (entry.list, entry.previous, entry.next) = (list, None, next);
    }

    /// Takes an entry out of its list.
    fn unlink(&mut self, key: Key) {
        let Entry { list, previous, next, .. } = self.entries[key.at()];
        match previous {
            Some(previous) => self.entries[previous.at()].next = next,
            None => *self.head(list) = next,
        }
        if let Some(next) = next {
            self.entries[next.at()].previous = previous;
        }
        if let List::Slot { level, slot } = list
            && self.head(list).is_none()
        {
            self.occupied[usize::from(level)] &= !(1 << slot);
        }
    }

    /// Where an entry belongs now.
    fn list_of(&self, expires: u64) -> List {
        if expires <= self.elapsed {
            return List::Due;
        }
        let differs = ((expires ^ self.elapsed).ilog2() / BITS) as usize;
        let level = differs.min(TOP);
        // What is further ahead than the wheel reaches stands in its last slot, and is looked at again then.
        let reach = self.elapsed / step(TOP) + SLOTS as u64 - 1;
        let slot = if expires / step(TOP) > reach { reach as usize % SLOTS } else { slot_of(expires, level) };
        List::Slot { level: level as u8, slot: slot as u8 }
    }

    fn head(&mut self, list: List) -> &mut Link {
        match list {
            List::Due => &mut self.due,
            List::Slot { level, slot } => &mut self.slots[usize::from(level)][usize::from(slot)],
        }
    }
}

impl Key {
    const fn at(self) -> usize {
        self.0.get() as usize - 1
    }
}

const fn slot_of(moment: u64, level: usize) -> usize {
    (moment / step(level)) as usize % SLOTS
}

/// The seconds that one slot of a level stands for.
const fn step(level: usize) -> u64 {
    1 << (BITS as usize * level)
}

const LEVELS: usize = 4;
const TOP: usize = LEVELS - 1;
const BITS: u32 = 6;
const SLOTS: usize = 1 << BITS;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const START: u64 = (1 << 24) - 700;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u64),
        Remove(usize),
        Pass(u64),
    }

    /// Times of every order of magnitude, up to a year and a half.
    fn time() -> impl Strategy<Value = u64> {
        (0_u32..26, any::<u64>()).prop_map(|(bits, value)| value % (1 << bits))
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => time().prop_map(Step::Insert),
            2 => any::<usize>().prop_map(Step::Remove),
            2 => time().prop_map(Step::Pass),
        ];
        prop::collection::vec(step, 0..200)
    }

    proptest! {
        #[test]
        fn it_tells_what_a_sorted_set_tells(steps in steps()) {
            let (mut wheel, mut model, mut keys, mut now) = (Wheel::new(), BTreeSet::new(), Vec::new(), START);
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Insert(ttl) => {
                        let expires = now + ttl;
                        keys.push((expires, number, wheel.insert(UnixTime(now), UnixTime(expires), number).unwrap()));
                        model.insert((expires, number));
                    }
                    Step::Remove(which) if !keys.is_empty() => {
                        let (expires, number, key) = keys.swap_remove(which % keys.len());
                        prop_assert_eq!(wheel.remove(key), Some(number));
                        model.remove(&(expires, number));
                    }
                    Step::Remove(_) => {}
                    Step::Pass(seconds) => {
                        now += seconds;
                        let rest = model.split_off(&(now + 1, 0));
                        let due: BTreeSet<_> = std::iter::from_fn(|| wheel.pop(UnixTime(now))).collect();
                        prop_assert_eq!(due, model.iter().map(|(_, number)| *number).collect());
                        keys.retain(|(expires, ..)| *expires > now);
                        model = rest;
                    }
                }
                prop_assert_eq!(wheel.taken, model.len());
            }
        }
    }

    #[test]
    fn a_place_is_used_again() {
        let mut wheel = Wheel::new();
        let first = wheel.insert(UnixTime(START), UnixTime(START + 5), 'a');
        assert_eq!(wheel.remove(first.unwrap()), Some('a'));
        assert_eq!(wheel.remove(first.unwrap()), None);
        assert_eq!(wheel.insert(UnixTime(START), UnixTime(START + 9), 'b'), first);
        assert_eq!((wheel.pop(UnixTime(START + 8)), wheel.pop(UnixTime(START + 9))), (None, Some('b')));
        assert_eq!(wheel.entries.len(), 1);
    }

    #[test]
    fn an_entry_is_small() {
        assert!(size_of::<Entry<([u8; 32], u64)>>() <= 72);
    }
}
