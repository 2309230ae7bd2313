//! The store in memory, with its timer wheel, under any operations at any times: it does what plain maps do, and holds no
//! more than it may.

use nightjar_protocol::link::Epoch;
use nightjar_relay::store::Memory;

use crate::folder::block_on;
use crate::input::Input;
use crate::mailboxes::Model;

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    // Of mailboxes or of cells, or of both, there are soon too many.
    let ceiling = [1 << 30, 40 * 1024, 8 * 1024][usize::from(input.byte() % 3)];
    let (store, mut model) = (Memory::new(ceiling, Epoch(*b"epoch 01")), Model::new(ceiling, 4096 + 128));
    block_on(async {
        for _ in 0..300 {
            if input.is_empty() {
                break;
            }
            model.step(&store, &mut input).await;
        }
        model.compare(&store).await;
    });
}
