//! JPEG (ITU-T T.81): tables, the frame header and its scans stay; applications' segments and comments go, and so does
//! whatever follows the end. Of the applications' segments those two stay that say which colours the numbers are.

use super::{Bare, Error, Kind, Rest};

pub(super) fn read(bytes: &[u8]) -> Result<Bare, Error> {
    let mut rest = Rest(bytes.get(2..).ok_or(Error::PhotoDamaged)?);
    let (mut head, mut exif) = (Vec::new(), None);
    // Everything up to the frame header is held back, because that is where the picture's size is found.
    let (mut bare, most) = loop {
        let code = marker(&mut rest)?;
        let segment = segment(&mut rest, code)?;
        match code {
            BASELINE..=PROGRESSIVE => {
                let mut bare = Bare::new(Kind::Jpeg, frame(segment)?, bytes.len())?;
                bare.keep(&[0xff, START]);
                head.push((code, segment));
                head.drain(..).for_each(|(code, segment)| keep(&mut bare, code, segment));
                break (bare, if code == PROGRESSIVE { SCANS_MAX } else { 1 });
            }
            // Lossless, hierarchical and arithmetic coding: nobody's camera makes them.
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return Err(Error::PhotoFormat),
            _ if stays(code, segment) => head.push((code, segment)),
            APP_1 if exif.is_none() && segment.starts_with(b"Exif\0\0") => exif = Some(segment),
            _ => {}
        }
    };
    let data = scans(&mut bare, &mut rest, &mut exif, most)?;
    // A block takes at least one bit.
    let blocks = u64::from(bare.width.div_ceil(8)) * u64::from(bare.height.div_ceil(8));
    if u64::try_from(data).is_ok_and(|data| data.saturating_mul(8) < blocks) {
        return Err(Error::PhotoDamaged);
    }
    if let Some(exif) = exif {
        bare.turn(exif);
    }
    Ok(bare)
}

/// Keeps everything from behind the frame header to the end of the picture, which has `most` scans at most: the number
/// of bytes of its data.
fn scans<'a>(bare: &mut Bare, rest: &mut Rest<'a>, exif: &mut Option<&'a [u8]>, most: u32) -> Result<usize, Error> {
    let (mut count, mut data) = (0, 0);
    loop {
        let code = marker(rest)?;
        match code {
            END if count > 0 => {
                bare.keep(&[0xff, END]);
                return Ok(data);
            }
            RESTART_FIRST..=RESTART_LAST => continue,
            BASELINE..=PROGRESSIVE => return Err(Error::PhotoDamaged),
            _ => {}
        }
        let segment = segment(rest, code)?;
        if code == SCAN {
            count += 1;
            if count > most {
                return Err(Error::PhotoFormat);
            }
            keep(bare, code, segment);
            let coded = rest.take(data_length(rest.0))?;
            bare.keep(coded);
            data += coded.len();
        } else if stays(code, segment) {
            keep(bare, code, segment);
        } else if code == APP_1 && exif.is_none() && segment.starts_with(b"Exif\0\0") {
            *exif = Some(segment);
        }
    }
}

/// The next marker. Any number of 0xff may stand before it.
fn marker(rest: &mut Rest<'_>) -> Result<u8, Error> {
    if rest.byte()? != 0xff {
        return Err(Error::PhotoDamaged);
    }
    loop {
        match rest.byte()? {
            0xff => {}
            code => return Ok(code),
        }
    }
}

/// What stands behind a marker, without its length. Markers that have nothing behind them have no place here.
fn segment<'a>(rest: &mut Rest<'a>, code: u8) -> Result<&'a [u8], Error> {
    if matches!(code, 0..0xc0 | RESTART_FIRST..=END) {
        return Err(Error::PhotoDamaged);
    }
    let length = usize::from(u16::from_be_bytes(*rest.array()?));
    rest.take(length.checked_sub(2).ok_or(Error::PhotoDamaged)?)
}

/// Width and height out of a frame header.
fn frame(segment: &[u8]) -> Result<(u32, u32), Error> {
    let &[precision, h0, h1, w0, w1, components, ..] = segment else { return Err(Error::PhotoDamaged) };
    if precision != 8 || !matches!(components, 1 | 3 | 4) {
        return Err(Error::PhotoFormat);
    }
    Ok((u16::from_be_bytes([w0, w1]).into(), u16::from_be_bytes([h0, h1]).into()))
}

/// Bytes up to the marker that ends a scan. Restarts are part of it.
fn data_length(bytes: &[u8]) -> usize {
    let ends = |pair: &[u8; 2]| pair[0] == 0xff && !matches!(pair[1], 0 | RESTART_FIRST..=RESTART_LAST);
    bytes.array_windows().position(ends).unwrap_or(bytes.len())
}

/// Tables, and what tells YCbCr from RGB and CMYK: JFIF without a thumbnail, and Adobe's transform.
fn stays(code: u8, segment: &[u8]) -> bool {
    match code {
        HUFFMAN | QUANTISATION | INTERVAL => true,
        APP_0 => segment.len() == 14 && segment.starts_with(b"JFIF\0"),
        APP_14 => segment.len() == 12 && segment.starts_with(b"Adobe"),
        _ => false,
    }
}

fn keep(bare: &mut Bare, code: u8, segment: &[u8]) {
    // The length was read from two bytes, so it fits in two.
    let length = u16::try_from(segment.len().saturating_add(2)).unwrap_or(u16::MAX).to_be_bytes();
    bare.keep(&[0xff, code, length[0], length[1]]);
    bare.keep(segment);
}

/// Scans of a progressive picture at most. It has about ten; each costs a pass over the whole picture, however few bytes
/// it has, so that without a limit a small file could keep a machine busy for hours. Other pictures have one: they could
/// have one a colour, but hardly any does, and the decoder shows some of those wrong.
const SCANS_MAX: u32 = 100;

const BASELINE: u8 = 0xc0;
const PROGRESSIVE: u8 = 0xc2;
const HUFFMAN: u8 = 0xc4;
const RESTART_FIRST: u8 = 0xd0;
const RESTART_LAST: u8 = 0xd7;
const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const QUANTISATION: u8 = 0xdb;
const INTERVAL: u8 = 0xdd;
const APP_0: u8 = 0xe0;
const APP_1: u8 = 0xe1;
const APP_14: u8 = 0xee;
