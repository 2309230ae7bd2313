//! Photos that are cut off, lie, or are made to cost much.

use std::time::Duration;

use image::{DynamicImage, GrayImage, RgbImage};
use nightjar_client::media::photo::{self, Options};
use nightjar_client::media::{Error, FILE_MAX};

use super::corpus::*;
use super::{alone, error, prepare};

/// One of each, small.
fn files() -> [Vec<u8>; 4] {
    let picture = picture();
    [jpeg(&picture), png(&picture.clone().into()), webp(&picture), gif(&picture)]
}

#[test]
fn a_photo_that_is_cut_off_is_damaged() {
    for (number, file) in files().iter().enumerate() {
        // A GIF's last byte ends a film, of which no more than the first picture is looked at.
        let needed = if number == 3 { file.len() - 1 } else { file.len() };
        for length in 0..needed {
            let expected = if length < [3, 8, 12, 6][number] { Error::PhotoFormat } else { Error::PhotoDamaged };
            assert_eq!(error(&file[..length]), Some(expected), "{number}: {length}");
        }
        assert_eq!(error(&file[..needed]), None);
    }
}

/// Whatever a byte becomes: an error, or a photo. `prepare` looks for panics.
#[test]
fn a_changed_byte_breaks_nothing() {
    for file in files() {
        for at in 0..file.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = file.clone();
                changed[at] ^= change;
                if let Ok(photo) = prepare(&changed) {
                    assert!(photo.width <= photo::SIDE_SENT && photo.height <= photo::SIDE_SENT);
                    assert!(photo::inspect(&photo.bytes).is_ok());
                }
            }
        }
    }
}

/// Puts `bytes` over those at `at`.
fn with(file: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut changed = file.to_vec();
    changed[at..at + bytes.len()].copy_from_slice(bytes);
    changed
}

/// A JPEG of this height and width, with the data of a small one.
fn lying_jpeg(height: u16, width: u16) -> Vec<u8> {
    let file = jpeg(&picture());
    let frame = file.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    with(&file, frame + 5, &[height.to_be_bytes(), width.to_be_bytes()].concat())
}

/// A PNG of these sides in RGB, with the data of a small one.
fn lying_png(width: u32, height: u32) -> Vec<u8> {
    let file = png(&picture().into());
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [&file[..8], &chunk(b"IHDR", &header), &file[33..]].concat()
}

/// A GIF whose screen and picture have these sides, with the data of a small one.
fn lying_gif(screen: [u16; 2], picture_sides: [u16; 2]) -> Vec<u8> {
    let file = gif(&picture());
    let picture = 13 + (3 << ((file[10] & 7) + 1)) * usize::from(file[10] >> 7);
    let at = file[picture..].iter().position(|byte| *byte == 0x2c).unwrap() + picture;
    let sides = |[width, height]: [u16; 2]| [width.to_le_bytes(), height.to_le_bytes()].concat();
    with(&with(&file, 6, &sides(screen)), at + 5, &sides(picture_sides))
}

#[test]
fn a_size_beyond_the_limits_is_refused_at_once() {
    let webp = webp(&picture());
    for file in [
        lying_jpeg(65_535, 65_535),
        lying_jpeg(16, 16_385),
        lying_png(60_000, 60_000),
        lying_png(u32::MAX, 1),
        lying_png(10_000, 5_001),
        lying_gif([65_535, 65_535], [24, 16]),
        lying_gif([24, 16], [60_000, 60_000]),
        with(&webp, 21, &[0xff, 0xff, 0xff, 0x0f]),
    ] {
        assert_eq!(error(&file), Some(Error::PhotoTooLarge));
    }
}

#[test]
fn a_size_that_the_data_does_not_hold_is_damage() {
    let _alone = alone();
    let webp = webp(&picture());
    let files = [
        lying_jpeg(7_000, 7_000),
        lying_jpeg(16_000, 24),
        lying_jpeg(0, 24),
        lying_png(7_000, 7_000),
        lying_png(24, 17),
        lying_png(0, 16),
        lying_gif([7_000, 7_000], [7_000, 7_000]),
        lying_gif([24, 17], [24, 17]),
        with(&webp, 21, &[23, 0xc0, 0x04, 0]),
    ];
    for (number, file) in files.iter().enumerate() {
        assert_eq!(error(file), Some(Error::PhotoDamaged), "{number}");
    }
}

/// Millions of bytes in thousands, where a small picture's data or a comment ought to be.
#[test]
fn bombs_do_not_go_off() {
    let _alone = alone();
    let flat = png(&DynamicImage::from(GrayImage::new(16_000, 3_000)));
    let bomb: Vec<u8> =
        chunks(&flat).into_iter().filter(|(kind, _)| kind == b"IDAT").flat_map(|(_, data)| data.to_vec()).collect();
    assert!(bomb.len() < 1_000_000, "{}", bomb.len());
    let small = png(&picture().into());
    let head = &small[..33];
    let end = chunk(b"IEND", b"");
    // What is too much of a picture's data is not unpacked; a comment is not even looked at.
    let image = [head, &chunk(b"IDAT", &bomb), &end].concat();
    assert!(matches!(error(&image), None | Some(Error::PhotoDamaged)));
    let text = [b"Comment\0\0".as_slice(), &bomb].concat();
    let comment = [head, &chunk(b"zTXt", &text), &small[33..]].concat();
    let profile = [head, &chunk(b"iCCP", &text), &small[33..]].concat();
    let plain = prepare(&small).unwrap().bytes;
    assert!(prepare(&comment).unwrap().bytes == plain && prepare(&profile).unwrap().bytes == plain);
    // Eight bytes a pixel are more than memory is given for.
    let deep = [&small[..8], &chunk(b"IHDR", &[0, 0, 0x1b, 0x58, 0, 0, 0x1b, 0x58, 16, 6, 0, 0, 0])];
    let deep = [deep.concat(), chunk(b"IDAT", &bomb.repeat(9)), end].concat();
    assert_eq!(error(&deep), Some(Error::PhotoTooLarge));
}

#[test]
fn a_scan_after_the_other_is_refused() {
    let file = jpeg(&picture());
    let scan = file.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap();
    let (head, data) = file[..file.len() - 2].split_at(scan);
    let repeated = |progressive: bool, times: usize| {
        let mut head = head.to_vec();
        let frame = head.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        head[frame + 1] += u8::from(progressive) * 2;
        [head, data.repeat(times), vec![0xff, 0xd9]].concat()
    };
    assert!(repeated(false, 1) == file);
    assert_eq!(error(&repeated(false, 2)), Some(Error::PhotoFormat));
    assert_eq!(error(&repeated(true, 101)), Some(Error::PhotoFormat));
    // Within the limit the decoder is asked; a progressive scan of this kind does not exist.
    assert_eq!(error(&repeated(true, 2)), Some(Error::PhotoDamaged));
}

#[test]
fn telephones_formats_are_told_apart() {
    for brand in [b"heic", b"heix", b"mif1", b"avif", b"msf1"] {
        let major = [b"\0\0\0\x18ftyp".as_slice(), brand, b"\0\0\0\0MARK"].concat();
        let compatible = [b"\0\0\0\x1cftypxxxx\0\0\0\0isom".as_slice(), brand].concat();
        assert_eq!([error(&major), error(&compatible)], [Some(Error::PhotoHeic); 2]);
    }
    for other in [
        b"".as_slice(),
        b"MARK",
        b"\0\0\0\x18ftypisom\0\0\0\0mp42",
        b"BM\0\0",
        b"RIFF\0\0\0\0WAVE",
        b"II*\0",
        b"%PDF-1.7",
    ] {
        assert_eq!(error(other), Some(Error::PhotoFormat));
    }
}

#[test]
fn a_file_that_is_too_long_is_not_looked_at() {
    let mut file = jpeg(&picture());
    file.resize(FILE_MAX, 0);
    assert_eq!(error(&file), None);
    file.push(0);
    assert_eq!(error(&file), Some(Error::FileTooLarge));
    assert_eq!(photo::inspect(&file).err(), Some(Error::FileTooLarge));
}

#[test]
fn patience_ends() {
    let options = Options { patience: Duration::ZERO, ..Options::default() };
    let file = jpeg(&RgbImage::new(1000, 1000));
    assert_eq!(photo::prepare(&file, &options).err(), Some(Error::PhotoSlow));
}
