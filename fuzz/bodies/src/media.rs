//! Photos and voice notes to start from.

use std::io::Cursor;
use std::sync::LazyLock;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use nightjar_client::commands::demo::samples::{checksum, exif, voice_note};

/// A voice note of two pages of sound.
pub fn voice() -> &'static [u8] {
    static VOICE: LazyLock<Vec<u8>> = LazyLock::new(|| voice_note(60));
    &VOICE
}

/// The same file with right sums wherever a page begins: what is behind them is what is to be tried.
pub fn summed(mut file: Vec<u8>) -> Vec<u8> {
    let mut at = 0;
    while let Some(page) = file.get_mut(at..).filter(|page| page.len() > 26 && page.starts_with(b"OggS")) {
        let laces = page.iter().skip(27).take(page[26].into());
        let length = 27 + usize::from(page[26]) + laces.map(|lace| usize::from(*lace)).sum::<usize>();
        let Some(page) = page.get_mut(..length) else { break };
        page[22..26].fill(0);
        let sum = checksum(page).to_le_bytes();
        page[22..26].copy_from_slice(&sum);
        at += length;
    }
    file
}

/// A small picture in one of the formats that are read, with an Exif block where there is a place for one.
pub fn photo(number: u8) -> &'static [u8] {
    static PHOTOS: LazyLock<[Vec<u8>; 6]> = LazyLock::new(|| {
        let image = RgbaImage::from_fn(20, 12, |x, y| Rgba([x as u8 * 12, y as u8 * 20, 99, 255 - (x * y) as u8]));
        let opaque = DynamicImage::from(DynamicImage::from(image.clone()).to_rgb8());
        let image = DynamicImage::from(image);
        let grey = DynamicImage::from(image.to_luma8());
        let jpeg = write(&opaque, ImageFormat::Jpeg);
        let exif = [b"Exif\0\0".as_slice(), &exif(6)].concat();
        let told = [&jpeg[..2], &[0xff, 0xe1], &(exif.len() as u16 + 2).to_be_bytes(), &exif, &jpeg[2..]].concat();
        let (png, webp) = (write(&image, ImageFormat::Png), write(&image, ImageFormat::WebP));
        [
            told,
            write(&grey, ImageFormat::Jpeg),
            png,
            write(&grey, ImageFormat::Png),
            webp,
            write(&image, ImageFormat::Gif),
        ]
    });
    &PHOTOS[usize::from(number) % PHOTOS.len()]
}

fn write(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}
