//! PNG (W3C, third edition): the header, the palette, simple transparency and the picture's data stay; every other chunk
//! goes, compressed texts and profiles unopened.

use super::{Bare, Error, Kind, Rest};

/// A part of the file.
struct Chunk<'a> {
    kind: &'a [u8; 4],
    content: &'a [u8],
    /// All of it with its length and its checksum, which the decoder looks at.
    whole: &'a [u8],
}

pub(super) fn read(bytes: &[u8]) -> Result<Bare, Error> {
    let (signature, chunks) = bytes.split_at_checked(8).ok_or(Error::PhotoDamaged)?;
    let mut rest = Rest(chunks);
    let Chunk { kind, content, whole } = Chunk::read(&mut rest)?;
    let (b"IHDR", &[w0, w1, w2, w3, h0, h1, h2, h3, depth, colour, _, _, _]) = (kind, content) else {
        return Err(Error::PhotoDamaged);
    };
    let size = (u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]));
    let mut bare = Bare::new(Kind::Png, size, bytes.len())?;
    bare.keep(signature);
    bare.keep(whole);
    let mut data = 0_u64;
    loop {
        let Chunk { kind, content, whole } = Chunk::read(&mut rest)?;
        match kind {
            b"IDAT" => data = data.saturating_add(u64::try_from(content.len()).unwrap_or(u64::MAX)),
            b"PLTE" | b"tRNS" | b"IEND" => {}
            b"eXIf" => bare.turn(content),
            // A capital in front: the picture cannot be shown without it.
            [b'A'..=b'Z', ..] => return Err(Error::PhotoDamaged),
            _ => {}
        }
        if matches!(kind, b"IDAT" | b"PLTE" | b"tRNS" | b"IEND") {
            bare.keep(whole);
        }
        if kind == b"IEND" {
            break;
        }
    }
    // Deflate makes at most 1032 bytes of one.
    let needed = row_length(size.0, depth, colour) * u64::from(size.1);
    if data.saturating_mul(1032) < needed { Err(Error::PhotoDamaged) } else { Ok(bare) }
}

impl<'a> Chunk<'a> {
    fn read(rest: &mut Rest<'a>) -> Result<Self, Error> {
        let start = rest.0;
        let length = usize::try_from(u32::from_be_bytes(*rest.array()?)).map_err(|_| Error::PhotoDamaged)?;
        let kind = rest.array()?;
        let content = rest.take(length)?;
        rest.array::<4>()?;
        let whole = start.get(..length.saturating_add(FRAME_LEN)).ok_or(Error::PhotoDamaged)?;
        Ok(Self { kind, content, whole })
    }
}

/// Bytes of a row of pixels. What is no colour type counts least; the decoder refuses it.
fn row_length(width: u32, depth: u8, colour: u8) -> u64 {
    let samples = match colour {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    };
    (u64::from(width) * samples * u64::from(depth)).div_ceil(8)
}

/// What a chunk has around its content: length, kind and checksum.
const FRAME_LEN: usize = 12;
