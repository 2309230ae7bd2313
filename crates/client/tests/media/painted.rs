//! Photos from the other side, and how they look on a terminal.

use image::{Rgba, RgbaImage};
use nightjar_client::media::Error;
use nightjar_client::media::photo::{self, Cells, Facts, Format};
use nightjar_client::terminal::depth::Depth;

use super::corpus::*;
use super::prepare;

const ROOM: Cells = Cells { columns: 80, rows: 24 };

#[test]
fn what_goes_out_is_taken_in() {
    let sent = prepare(&jpeg(&picture())).unwrap();
    let facts = Facts { format: Format::Jpeg, width: 24, height: 16 };
    assert_eq!(photo::inspect(&sent.bytes), Ok(facts));
    assert_eq!(photo::paint(&sent.bytes, ROOM, Depth::Millions).unwrap().len(), 8);
}

/// A peer's photo has nothing in it but the picture.
#[test]
fn what_nobody_sends_is_not_taken() {
    let (picture, told) = (picture(), exif(6));
    let (plain, other) = (jpeg(&picture), png(&picture.clone().into()));
    let refused = [
        (gif(&picture), Error::PhotoFormat),
        (webp(&picture), Error::PhotoFormat),
        (b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), Error::PhotoHeic),
        (laden_jpeg(&plain, &told), Error::PhotoDamaged),
        (laden_png(&other, &told), Error::PhotoDamaged),
        ([&plain[..2], &segment(0xfe, b""), &plain[2..]].concat(), Error::PhotoDamaged),
        ([&other[..33], &chunk(b"tEXt", b"a\0b"), &other[33..]].concat(), Error::PhotoDamaged),
        ([&plain[..], &[0]].concat(), Error::PhotoDamaged),
        ([&other[..], &[0]].concat(), Error::PhotoDamaged),
        ([&plain[..2], &[0xff], &plain[2..]].concat(), Error::PhotoDamaged),
        (plain[..plain.len() - 1].to_vec(), Error::PhotoDamaged),
        (Vec::new(), Error::PhotoFormat),
    ];
    for (file, error) in refused {
        assert_eq!(photo::inspect(&file), Err(error));
        assert_eq!(photo::paint(&file, ROOM, Depth::Palette).err(), Some(error));
    }
}

/// Two columns and three rows, the last of which stands alone; one pixel shows what is behind.
fn small() -> Vec<u8> {
    let pixels =
        [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [200, 100, 50, 0], [255, 255, 255, 255], [0, 0, 0, 255]];
    png(&RgbaImage::from_fn(2, 3, |x, y| Rgba(pixels[(y * 2 + x) as usize])).into())
}

#[test]
fn pixels_become_half_blocks() {
    let lines =
        |depth| photo::paint(&small(), ROOM, depth).unwrap().iter().map(|line| line.to_string()).collect::<Vec<_>>();
    assert_eq!(
        lines(Depth::Millions),
        [
            "\x1b[38;2;255;0;0m\x1b[48;2;0;0;255m▀\x1b[38;2;0;255;0m\x1b[48;2;0;0;0m▀\x1b[0m",
            "\x1b[38;2;255;255;255m▀\x1b[38;2;0;0;0m▀\x1b[0m",
        ]
    );
    assert_eq!(
        lines(Depth::Palette),
        ["\x1b[38;5;196m\x1b[48;5;21m▀\x1b[38;5;46m\x1b[48;5;16m▀\x1b[0m", "\x1b[38;5;231m▀\x1b[38;5;16m▀\x1b[0m",]
    );
}

/// The proportions of cells are one to two, so those of half blocks are one to one.
#[test]
fn photos_fit_into_their_room() {
    let photo = prepare(&jpeg(&image::RgbImage::new(400, 100))).unwrap();
    for ((columns, rows), (width, height)) in [
        ((80, 24), (80, 10)),
        ((80, 5), (40, 5)),
        ((1, 1), (1, 1)),
        ((0, 0), (1, 1)),
        ((1000, 1000), (400, 50)),
        ((10, 1), (8, 1)),
    ] {
        let lines = photo::paint(&photo.bytes, Cells { columns, rows }, Depth::Palette).unwrap();
        assert_eq!(lines.len(), height, "{columns} × {rows}");
        for line in lines {
            assert_eq!(line.chars().filter(|c| *c == '▀').count(), width, "{columns} × {rows}");
            assert!(line.ends_with("\x1b[0m") && !line.contains('\n'));
        }
    }
}
