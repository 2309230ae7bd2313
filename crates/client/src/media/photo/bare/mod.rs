//! The parts of a photo's file that make up the picture, and nothing else (design, "Photos, voice, documents"). Reading
//! a file here finds what is cut off and what claims more than it holds, before anything is decoded.

mod gif;
mod jpeg;
mod png;
mod webp;

use image::metadata::Orientation;
use zeroize::Zeroizing;

use super::{Error, FILE_MAX, PIXELS_MAX, SIDE_MAX};

/// A file that holds one picture and no word about it.
pub(super) struct Bare {
    kind: Kind,
    width: u32,
    height: u32,
    orientation: Orientation,
    bytes: Zeroizing<Vec<u8>>,
}

/// The formats that are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
    Gif,
    WebP,
}

impl Bare {
    /// Reads a file. It is told by its first bytes.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > FILE_MAX {
            return Err(Error::FileTooLarge);
        }
        match bytes {
            [0xff, 0xd8, 0xff, ..] => jpeg::read(bytes),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => png::read(bytes),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => gif::read(bytes),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp::read(bytes),
            [_, _, _, _, b'f', b't', b'y', b'p', brands @ ..] if is_heif(brands) => Err(Error::PhotoHeic),
            _ => Err(Error::PhotoFormat),
        }
    }

    /// A picture of this size, if that is within the limits; nothing in its file yet. `most` is how long it can get.
    fn new(kind: Kind, (width, height): (u32, u32), most: usize) -> Result<Self, Error> {
        check_size(width, height)?;
        let bytes = Zeroizing::new(Vec::with_capacity(most));
        Ok(Self { kind, width, height, orientation: Orientation::NoTransforms, bytes })
    }

    /// Takes up the orientation of an Exif block, if it has one. Nothing else in there is looked at.
    fn turn(&mut self, exif: &[u8]) {
        let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
        self.orientation = Orientation::from_exif_chunk(tiff).unwrap_or(self.orientation);
    }

    /// Adds to the file.
    fn keep(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) const fn kind(&self) -> Kind {
        self.kind
    }

    /// Width and height, before the picture is turned upright.
    pub(super) const fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    pub(super) const fn orientation(&self) -> Orientation {
        self.orientation
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Holds what a header claims against the limits.
fn check_size(width: u32, height: u32) -> Result<(), Error> {
    if width == 0 || height == 0 {
        return Err(Error::PhotoDamaged);
    }
    let pixels = u64::from(width) * u64::from(height);
    if width > SIDE_MAX || height > SIDE_MAX || pixels > u64::from(PIXELS_MAX) {
        return Err(Error::PhotoTooLarge);
    }
    Ok(())
}

/// Whether a file type box, from its major brand on, names a brand of the HEIF family.
fn is_heif(brands: &[u8]) -> bool {
    const FAMILY: [&[u8; 4]; 13] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"miaf", b"avif",
        b"avis",
    ];
    brands.as_chunks::<4>().0.iter().take(16).any(|brand| FAMILY.contains(&brand))
}

/// What is left of a file.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        self.0.split_off(..length).ok_or(Error::PhotoDamaged)
    }

    fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Error> {
        self.take(N)?.first_chunk().ok_or(Error::PhotoDamaged)
    }

    fn byte(&mut self) -> Result<u8, Error> {
        self.0.split_off_first().copied().ok_or(Error::PhotoDamaged)
    }
}
