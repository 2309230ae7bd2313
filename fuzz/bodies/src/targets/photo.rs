//! Photos: no panic, and what comes out is what a receiver takes, of the size it is said to have, and can be drawn.

use crate::input::patch;
use crate::media::photo;
use nightjar_client::media::photo::{Cells, Facts, Options, inspect, paint, prepare};
use nightjar_client::terminal::depth::Depth;

/// Tries an input.
pub fn run(data: &[u8]) {
    let Some((mode, rest)) = data.split_first() else { return };
    let file = if mode % 8 == 7 { rest.to_vec() } else { patch(photo(*mode), rest) };
    let room = Cells { columns: 9, rows: 4 };
    let drawn = paint(&file, room, Depth::Palette);
    assert!(drawn.is_err() || inspect(&file).is_ok());
    let Ok(photo) = prepare(&file, &Options::default()) else { return assert!(drawn.is_err()) };
    let facts = Facts { format: photo.format, width: photo.width, height: photo.height };
    assert_eq!(inspect(&photo.bytes), Ok(facts));
    assert!(paint(&photo.bytes, room, Depth::Millions).is_ok());
}
