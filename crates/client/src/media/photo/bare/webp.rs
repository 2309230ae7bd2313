//! WebP (RFC 9649): one lossy or lossless picture and its transparency stay, in a file made anew around them. Of a film
//! the first picture is taken, by itself.

use super::{Bare, Error, Kind, Rest};

/// The parts of the first picture.
#[derive(Default)]
struct Parts<'a> {
    alpha: Option<&'a [u8]>,
    lossy: Option<&'a [u8]>,
    lossless: Option<&'a [u8]>,
    exif: Option<&'a [u8]>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Bare, Error> {
    let mut rest = Rest(bytes);
    let &[_, _, _, _, s0, s1, s2, s3] = rest.array()?;
    let mut inside = Rest(rest.take(length([s0, s1, s2, s3])?)?);
    inside.take(4)?;
    let mut parts = Parts::default();
    parts.collect(&mut inside, true)?;
    let mut bare = parts.assemble(bytes.len())?;
    if let Some(exif) = parts.exif {
        bare.turn(exif);
    }
    Ok(bare)
}

impl<'a> Parts<'a> {
    /// Takes the first of each part, and at the top those of the first picture of a film.
    fn collect(&mut self, rest: &mut Rest<'a>, top: bool) -> Result<(), Error> {
        while !rest.0.is_empty() {
            let (kind, content) = chunk(rest)?;
            let place = match kind {
                b"ALPH" => &mut self.alpha,
                b"VP8 " => &mut self.lossy,
                b"VP8L" => &mut self.lossless,
                b"EXIF" => &mut self.exif,
                b"ANMF" if top && self.lossy.or(self.lossless).is_none() => {
                    let mut frame = Rest(content);
                    frame.take(FRAME_HEADER)?;
                    self.collect(&mut frame, false)?;
                    continue;
                }
                _ => continue,
            };
            place.get_or_insert(content);
        }
        Ok(())
    }

    /// A file of one picture. `length` is that of the file the parts are from.
    fn assemble(&self, length: usize) -> Result<Bare, Error> {
        let (size, kind, content) = match (self.lossy, self.lossless) {
            (Some(lossy), None) => (lossy_size(lossy)?, b"VP8 ", lossy),
            (None, Some(lossless)) => (lossless_size(lossless)?, b"VP8L", lossless),
            _ => return Err(Error::PhotoDamaged),
        };
        let mut bare = Bare::new(Kind::WebP, size, length.saturating_add(HEADERS))?;
        bare.keep(b"RIFF\0\0\0\0WEBP");
        if let (Some(alpha), b"VP8 ") = (self.alpha, kind) {
            let [w0, w1, w2, _] = size.0.saturating_sub(1).to_le_bytes();
            let [h0, h1, h2, _] = size.1.saturating_sub(1).to_le_bytes();
            keep(&mut bare, b"VP8X", &[HAS_ALPHA, 0, 0, 0, w0, w1, w2, h0, h1, h2]);
            keep(&mut bare, b"ALPH", alpha);
        }
        keep(&mut bare, kind, content);
        let inside = u32::try_from(bare.len().saturating_sub(8)).map_err(|_| Error::FileTooLarge)?;
        if let Some(place) = bare.bytes.get_mut(4..8) {
            place.copy_from_slice(&inside.to_le_bytes());
        }
        Ok(bare)
    }
}

/// The next chunk, which is padded to an even length.
fn chunk<'a>(rest: &mut Rest<'a>) -> Result<(&'a [u8; 4], &'a [u8]), Error> {
    let kind = rest.array()?;
    let length = length(*rest.array()?)?;
    let content = rest.take(length)?;
    if length % 2 == 1 {
        rest.byte()?;
    }
    Ok((kind, content))
}

fn length(bytes: [u8; 4]) -> Result<usize, Error> {
    usize::try_from(u32::from_le_bytes(bytes)).map_err(|_| Error::PhotoDamaged)
}

fn keep(bare: &mut Bare, kind: &[u8; 4], content: &[u8]) {
    // No file is longer than FILE_MAX.
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    bare.keep(kind);
    bare.keep(&length.to_le_bytes());
    bare.keep(content);
    if length % 2 == 1 {
        bare.keep(&[0]);
    }
}

/// Out of the header of a key frame (RFC 6386, 9.1).
fn lossy_size(content: &[u8]) -> Result<(u32, u32), Error> {
    let &[_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..] = content else { return Err(Error::PhotoDamaged) };
    let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3fff);
    Ok((side([w0, w1]), side([h0, h1])))
}

fn lossless_size(content: &[u8]) -> Result<(u32, u32), Error> {
    let &[0x2f, b0, b1, b2, b3, ..] = content else { return Err(Error::PhotoDamaged) };
    let bits = u32::from_le_bytes([b0, b1, b2, b3]);
    Ok(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
}

/// What stands before the chunks of a film's picture.
const FRAME_HEADER: usize = 16;

/// What a file made anew can have more than the old one: RIFF and WEBP, VP8X, the headers of two chunks, and padding.
const HEADERS: usize = 12 + 18 + 2 * 9;

const HAS_ALPHA: u8 = 0x10;
