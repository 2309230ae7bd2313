//! Cells of an attachment in any order, twice, changed, of another attachment, and with any contents under the right key: no
//! panic; what opens is of the layout's making, and when every place is there once, the bytes are those that were sealed.

use std::collections::BTreeMap;

use crate::input::{Input, cell, patch};
use crate::people::Seeded;
use nightjar_protocol::attachment::{Error, Layout, Opener, Sealer};
use nightjar_protocol::crypto::{TAG_LEN, xseal};
use nightjar_protocol::keys::AeadKey;
use nightjar_protocol::limits::{ATTACHMENT_DATA_LEN, ATTACHMENT_MAX, CELL_LEN};
use nightjar_protocol::wire::Cell;

/// Bytes of one that is laid out in full; larger ones have their layouts tried, not all of their cells.
const SMALL: usize = 11 * ATTACHMENT_DATA_LEN;

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let mode = input.byte();
    let size = u32::from_be_bytes(std::array::from_fn(|_| input.byte()));
    match Layout::new(size) {
        Ok(layout) => try_layout(layout),
        Err(error) => assert!(error == Error::Size && (size == 0 || size > ATTACHMENT_MAX)),
    }
    let bytes: Vec<u8> = (0..size as usize % SMALL + 1).map(|place| (place * 7 / 5) as u8).collect();
    let layout = Layout::new(bytes.len() as u32).unwrap();
    let (key, mut random) = (AeadKey::from_bytes([mode; 32]), Seeded(u64::from(size)));
    let (sealer, opener) = (Sealer::new(&key, layout), Opener::new(&key, layout));
    let mut shares: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
    while !input.is_empty() {
        let Some(index) = input.place(layout.cells() as usize).map(|place| place as u32) else { return };
        let right = sealer.seal(index, &bytes[layout.data(index)], &mut random).unwrap();
        let right_again = right.clone();
        let (came, is_right, is_fit) = match input.byte() % 8 {
            0 => (cell(&patch(right.as_bytes(), input.short())), false, false),
            1 => made(&key, layout, &patch(&plain(index, &bytes[layout.data(index)]), input.short())),
            2 => made(&key, layout, input.string()),
            3 => (contents(&AeadKey::from_bytes([!mode; 32]), &plain(index, b"")), false, false),
            _ => (right, true, true),
        };
        // What was changed may be what it was.
        let is_right_after_all = came == right_again;
        match opener.open(came) {
            Ok(opened) => {
                assert!(is_fit || is_right_after_all, "a place that there is not, or padding that says something");
                let share = shares.entry(opened.index()).or_insert_with(|| opened.data().to_vec());
                assert_eq!(share.len(), layout.data(opened.index()).len());
                if is_right {
                    assert!(opened.index() == index && *opened.data() == bytes[layout.data(index)]);
                    share.copy_from_slice(opened.data());
                }
            }
            Err(error) => assert!(!is_right && matches!(error, Error::Foreign | Error::Index | Error::Padding)),
        }
    }
    assert!(shares.keys().all(|index| *index < layout.cells()));
    if mode % 2 == 0 {
        // The rest comes late, and what was forged comes again as it should be.
        for index in 0..layout.cells() {
            let late = sealer.seal(index, &bytes[layout.data(index)], &mut random).unwrap();
            shares.insert(index, opener.open(late).unwrap_or_else(|error| panic!("{error}")).data().to_vec());
        }
        assert!(shares.values().flatten().eq(&bytes));
    }
}

/// Shares join without a gap and end with the last byte; padding adds less than an eighth.
fn try_layout(layout: Layout) {
    let (filled, cells) = (layout.filled(), layout.cells());
    assert!(filled >= 1 && filled <= cells && (cells - filled) * 8 <= filled);
    assert_eq!((layout.data(0).start, layout.data(filled - 1).end), (0, layout.size() as usize));
    assert!((1..cells.min(64)).all(|index| layout.data(index).start == layout.data(index - 1).end));
    assert!(filled == cells || layout.data(filled).is_empty());
}

/// What a cell seals.
fn plain(index: u32, share: &[u8]) -> Vec<u8> {
    let mut plain = [&index.to_be_bytes(), share].concat();
    plain.resize(4 + ATTACHMENT_DATA_LEN, 0);
    plain
}

/// A cell that opens to these bytes, and whether it may: its place is there, and what is not data is zero.
fn made(key: &AeadKey, layout: Layout, plain: &[u8]) -> (Cell, bool, bool) {
    let mut whole = plain.to_vec();
    whole.resize(4 + ATTACHMENT_DATA_LEN, 0);
    let index = u32::from_be_bytes(std::array::from_fn(|at| whole[at]));
    let is_fit = index < layout.cells() && whole[4 + layout.data(index).len()..].iter().all(|byte| *byte == 0);
    (contents(key, plain), false, is_fit)
}

/// A cell that opens to these bytes, cut off or filled up with zeros.
fn contents(key: &AeadKey, plain: &[u8]) -> Cell {
    let mut bytes = [3; CELL_LEN];
    let (nonce, body) = bytes.split_first_chunk_mut().unwrap();
    let room = body.len() - TAG_LEN;
    body.fill(0);
    body[..room].iter_mut().zip(plain).for_each(|(place, byte)| *place = *byte);
    xseal(key, nonce, b"nightjar/attachment/v1", body).unwrap();
    Cell::from_bytes(bytes)
}
