//! Packs a queue of items into frames: as many as fit, in order, with at most one cell.

use std::collections::VecDeque;
use std::sync::Arc;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::limits::{BATCH_LEN, BATCH_MAX, FRAME_PLAIN_LEN};
use crate::wire::{self, Cell, Frame};

/// Items in the order in which they are to go out, each encoded, some with a cell.
#[derive(Default)]
pub(super) struct Queue(VecDeque<(Item, Option<Arc<Cell>>)>);

/// An encoded command or reply. It may hold a read key, so it is cleared when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Item {
    bytes: [u8; ITEM_MAX],
    length: usize,
}

impl Queue {
    pub(super) fn push<T: bincode::Encode>(&mut self, item: &T, cell: Option<Arc<Cell>>) {
        let mut bytes = [0; ITEM_MAX];
        #[expect(clippy::expect_used, reason = "the longest command has 38 bytes; `the_longest_items_fit`")]
        let length = wire::encode_into(item, &mut bytes).expect("room for it");
        self.0.push_back((Item { bytes, length }, cell));
        bytes.zeroize();
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Lays out the next frame; `false` if nothing is queued.
    pub(super) fn frame(&mut self, frame: &mut [u8; FRAME_PLAIN_LEN]) -> Result<bool, wire::Error> {
        if self.0.is_empty() {
            return Ok(false);
        }
        let count = self.fitting();
        let items = self.0.iter().take(count);
        let cell = items.clone().find_map(|(_, cell)| cell.as_deref());
        Frame::compose(frame, items.map(|(item, _)| item.as_slice()), cell)?;
        self.0.drain(..count);
        Ok(true)
    }

    /// How many items from the front go into one frame.
    fn fitting(&self) -> usize {
        let (mut count, mut bytes, mut cells) = (0_usize, COUNT_LEN, 0_usize);
        for (item, cell) in self.0.iter().take(BATCH_MAX) {
            let (more, further) =
                (bytes.saturating_add(item.length), cells.saturating_add(usize::from(cell.is_some())));
            if more > BATCH_LEN || further > 1 {
                break;
            }
            (count, bytes, cells) = (count.saturating_add(1), more, further);
        }
        count
    }
}

impl Item {
    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// Bytes of an encoded item, at most.
const ITEM_MAX: usize = 40;
/// The encoded number of items, at most [`BATCH_MAX`]: one byte.
const COUNT_LEN: usize = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{MailboxId, ReadKey};
    use crate::wire::{Command, Reply};

    #[test]
    fn the_longest_items_fit() {
        let mut queue = Queue::default();
        let (read_key, mailbox) = (|| ReadKey::from_bytes([255; 32]), MailboxId::from_bytes([255; 32]));
        queue.push(&Command::Create { read_key: read_key(), ttl: u32::MAX }, None);
        queue.push(&Command::Append { mailbox, ttl: u32::MAX }, None);
        queue.push(&Command::Subscribe { slot: u16::MAX, read_key: read_key() }, None);
        queue.push(&Command::Acknowledge { slot: u16::MAX, up_to: u64::MAX }, None);
        queue.push(&Command::Unsubscribe { slot: u16::MAX }, None);
        queue.push(&Command::Delete { read_key: read_key() }, None);
        queue.push(&Reply::Push { slot: u16::MAX, seq: u64::MAX, ttl: u32::MAX }, None);
        assert_eq!(queue.0.iter().map(|(item, _)| item.length).max(), Some(38));
    }
}
