//! Damaged cells change nothing. Cells that are authentic and wrong are in `vectors/pairing/`, one fault a file.

use nightjar_protocol::pairing::{Error, Inviter, Joiner};
use nightjar_protocol::wire::Cell;

use super::people::{NOW, REAL, WRONG, asked, invite, word};

/// A cell with one bit flipped, at places all over it.
fn damaged(cell: &Cell) -> impl Iterator<Item = Cell> {
    (0..4096).step_by(97).chain([23, 24, 4095]).map(|at| {
        let mut bytes = *cell.as_bytes();
        bytes[at] ^= 1 << (at % 8);
        Cell::from_bytes(bytes)
    })
}

/// A cell that ends early, as far as a cell can: zeros from `at` on.
fn cut(cell: &Cell, at: usize) -> Cell {
    let mut bytes = *cell.as_bytes();
    bytes[at..].fill(0);
    Cell::from_bytes(bytes)
}

fn refused(inviter: &mut Inviter, joiner: &mut Joiner, cell: &Cell) {
    let before = (inviter.snapshot(), joiner.snapshot());
    let mut random = super::people::Seeded(99);
    for cell in damaged(cell).chain([0, 24, 2048, 4080].map(|at| cut(cell, at))) {
        assert_eq!(inviter.handle(NOW, &cell, &mut random).err(), Some(Error::Undecryptable));
        assert!(matches!(joiner.handle(&cell).err(), Some(Error::Undecryptable | Error::State)));
    }
    assert_eq!((&*inviter.snapshot(), &*joiner.snapshot()), (&*before.0, &*before.1));
}

#[test]
fn damaged_cells_change_nothing_at_any_step() {
    let (mut inviter, mut joiner, mut random) = asked(21);
    for bundle in damaged(&inviter.bundle().unwrap()) {
        assert_eq!(Joiner::open(NOW, &bundle, &invite(21)).err(), Some(Error::Undecryptable));
    }
    for typed in [WRONG, WRONG, REAL] {
        let sent = joiner.answer(NOW, &word(typed), &mut random).unwrap();
        refused(&mut inviter, &mut joiner, &sent);
        let step = inviter.handle(NOW, &sent, &mut random).unwrap();
        refused(&mut inviter, &mut joiner, &step.reply);
        joiner.handle(&step.reply).unwrap();
    }
}

#[test]
fn a_cell_of_another_place_changes_nothing() {
    let (mut inviter, mut joiner, mut random) = asked(22);
    let (mut stranger, mut other, _) = asked(23);
    let bundle = inviter.bundle().unwrap();
    assert_eq!(Joiner::open(NOW, &bundle, &invite(23)).err(), Some(Error::Undecryptable));
    let foreign = other.answer(NOW, &word(REAL), &mut random).unwrap();
    let sent = joiner.answer(NOW, &word(REAL), &mut random).unwrap();
    let before = (inviter.snapshot(), joiner.snapshot());
    for cell in [&bundle, &foreign] {
        assert_eq!(inviter.handle(NOW, cell, &mut random).err(), Some(Error::Undecryptable));
    }
    let reply = stranger.handle(NOW, &foreign, &mut random).unwrap().reply;
    for cell in [&bundle, &foreign, &reply] {
        assert_eq!(joiner.handle(cell).err(), Some(Error::Undecryptable));
    }
    // Its own message 1, sent back to it, is authentic and no reply.
    assert_eq!(joiner.handle(&sent).err(), Some(Error::Kind));
    assert_eq!((&*inviter.snapshot(), &*joiner.snapshot()), (&*before.0, &*before.1));
}
