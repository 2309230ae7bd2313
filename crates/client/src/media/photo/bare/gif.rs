//! GIF (89a): the screen, the first picture and its transparency stay. Comments, applications' blocks and the rest of a
//! film go; whether the film is whole is not looked at.

use super::{Bare, Error, Kind, Rest, check_size};

pub(super) fn read(bytes: &[u8]) -> Result<Bare, Error> {
    let mut rest = Rest(bytes);
    let screen = rest.array::<13>()?;
    let &[_, _, _, _, _, _, w0, w1, h0, h1, flags, _, _] = screen;
    let size = (u16::from_le_bytes([w0, w1]).into(), u16::from_le_bytes([h0, h1]).into());
    let mut bare = Bare::new(Kind::Gif, size, bytes.len().saturating_add(1))?;
    bare.keep(screen);
    bare.keep(rest.take(table_length(flags))?);
    let mut control = None;
    loop {
        let start = rest.0;
        match rest.byte()? {
            EXTENSION => {
                let label = rest.byte()?;
                blocks(&mut rest)?;
                if label == CONTROL {
                    control = Some(passed(start, &rest)?);
                }
            }
            PICTURE => {
                let &[_, _, _, _, w0, w1, h0, h1, flags] = rest.array()?;
                check_size(u16::from_le_bytes([w0, w1]).into(), u16::from_le_bytes([h0, h1]).into())?;
                rest.take(table_length(flags))?;
                rest.byte()?;
                blocks(&mut rest)?;
                bare.keep(control.unwrap_or_default());
                bare.keep(passed(start, &rest)?);
                bare.keep(&[TRAILER]);
                return Ok(bare);
            }
            _ => return Err(Error::PhotoDamaged),
        }
    }
}

/// Passes over blocks up to the empty one.
fn blocks(rest: &mut Rest<'_>) -> Result<(), Error> {
    loop {
        match rest.byte()? {
            0 => return Ok(()),
            length => drop(rest.take(usize::from(length))?),
        }
    }
}

/// What was read since `start` was left.
fn passed<'a>(start: &'a [u8], rest: &Rest<'_>) -> Result<&'a [u8], Error> {
    start.get(..start.len().saturating_sub(rest.0.len())).ok_or(Error::PhotoDamaged)
}

/// Bytes of the colours that follow a descriptor with these flags.
const fn table_length(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

const EXTENSION: u8 = 0x21;
const CONTROL: u8 = 0xf9;
const PICTURE: u8 = 0x2c;
const TRAILER: u8 = 0x3b;
