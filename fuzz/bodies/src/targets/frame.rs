//! A frame's plaintext, as the relay and the client read it: no panic, and what is read is written again the same.

use nightjar_protocol::limits::FRAME_PLAIN_LEN;
use nightjar_protocol::wire::{Command, Frame, Reply, encode};

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut frame = [0; FRAME_PLAIN_LEN];
    let length = data.len().min(FRAME_PLAIN_LEN);
    frame[..length].copy_from_slice(&data[..length]);
    again::<Command>(&frame);
    again::<Reply>(&frame);
}

fn again<T: bincode::Encode + bincode::Decode<()>>(bytes: &[u8; FRAME_PLAIN_LEN]) {
    let frame = Frame(bytes);
    let Ok(items) = frame.batch::<T>() else { return };
    let Ok(cell) = frame.cell(frame.cell(false).is_err()) else { return };
    let items: Vec<_> = items.iter().map(|item| encode(item).unwrap()).collect();
    let mut composed = [0xaa; FRAME_PLAIN_LEN];
    Frame::compose(&mut composed, items.iter().map(|item| item.as_slice()), cell.as_ref()).unwrap();
    assert!(composed == *bytes);
}
