//! A frame's plaintext, as the relay and the client read it: no panic, and what is read is written again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nightjar_protocol::limits::FRAME_PLAIN_LEN;
use nightjar_protocol::wire::{Command, Frame, Reply, encode};

fuzz_target!(|data: &[u8]| {
    let mut frame = Frame::empty();
    let length = data.len().min(FRAME_PLAIN_LEN);
    frame.as_mut_bytes()[..length].copy_from_slice(&data[..length]);
    again::<Command>(&frame);
    again::<Reply>(&frame);
});

fn again<T: bincode::Encode + bincode::Decode<()>>(frame: &Frame) {
    let Ok(items) = frame.batch::<T>() else { return };
    let Ok(cell) = frame.cell(frame.cell(false).is_err()) else { return };
    let items: Vec<_> = items.iter().map(|item| encode(item).unwrap()).collect();
    let composed = Frame::compose(items.iter().map(|item| item.as_slice()), cell.as_ref()).unwrap();
    assert!(composed.as_bytes() == frame.as_bytes());
}
