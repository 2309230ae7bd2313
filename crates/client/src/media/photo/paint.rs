//! Photos on a terminal (design, "Photos, voice, documents"): lines of half blocks, the upper half in the foreground's
//! colour and the lower one in the background's.

use std::fmt::Write;

use image::{DynamicImage, RgbImage};
use zeroize::Zeroizing;

use super::canvas::fit;
use super::{Error, PATIENCE, decode, received};
use crate::terminal::depth::Depth;

/// Room on a terminal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cells {
    /// Cells of a line.
    pub columns: u16,
    /// Lines.
    pub rows: u16,
}

/// Draws a received photo within `room`, in its proportions if cells are twice as high as wide, and not larger than it
/// is. Lines have no line ends, and leave the colours as they found them. What shows through is drawn on black.
///
/// # Errors
/// Those of [`inspect`](super::inspect), [`Error::PhotoSlow`], [`Error::Thread`].
pub fn paint(bytes: &[u8], room: Cells, depth: Depth) -> Result<Vec<Zeroizing<String>>, Error> {
    let (_, bare) = received(bytes)?;
    decode::within(PATIENCE, move || {
        let size = fit(bare.size(), (room.columns.max(1).into(), u32::from(room.rows.max(1)) * 2));
        let canvas = decode::decode(bare)?.into_eight_bits().fitted(size).into_opaque();
        let DynamicImage::ImageRgb8(image) = canvas.image() else { return Err(Error::PhotoDamaged) };
        Ok((0..size.1).step_by(2).map(|y| line(image, y, depth)).collect())
    })
}

/// The rows of pixels `y` and `y + 1`. The last one may stand alone.
fn line(image: &RgbImage, y: u32, depth: Depth) -> Zeroizing<String> {
    let cells = usize::try_from(image.width()).unwrap_or_default();
    let mut out = Zeroizing::new(String::with_capacity(cells * CELL_MAX + RESET.len()));
    for x in 0..image.width() {
        let colour = |y| image.get_pixel_checked(x, y).map(|pixel| pixel.0);
        let (upper, lower) = (colour(y), colour(y + 1));
        if let Some(colour) = upper {
            set(&mut out, '3', colour, depth);
        }
        if let Some(colour) = lower {
            set(&mut out, '4', colour, depth);
        }
        out.push('▀');
    }
    out.push_str(RESET);
    out
}

/// Chooses a colour: `3` for the foreground, `4` for the background.
fn set(out: &mut String, ground: char, colour: [u8; 3], depth: Depth) {
    let [red, green, blue] = colour;
    // Writing to a string does not fail.
    let _ = match depth {
        Depth::Millions => write!(out, "\x1b[{ground}8;2;{red};{green};{blue}m"),
        Depth::Palette => write!(out, "\x1b[{ground}8;5;{}m", nearest(colour)),
    };
}

/// The nearest of the palette's 240 fixed colours: a cube of six levels a side, and a ramp of 24 greys.
fn nearest(colour: [u8; 3]) -> u8 {
    let [red, green, blue] =
        colour.map(|channel| (0_u8..6).min_by_key(|step| level(*step).abs_diff(channel)).unwrap_or(0));
    let sum: u16 = colour.into_iter().map(u16::from).sum();
    let grey = u8::try_from((sum / 3).saturating_sub(3) / 10).unwrap_or(0).min(23);
    let distance = |other: [u8; 3]| -> u32 {
        other.into_iter().zip(colour).map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum()
    };
    if distance([8 + 10 * grey; 3]) < distance([level(red), level(green), level(blue)]) {
        232 + grey
    } else {
        16 + 36 * red + 6 * green + blue
    }
}

/// How bright a step of the cube is.
const fn level(step: u8) -> u8 {
    if step == 0 { 0 } else { 55 + 40 * step }
}

/// Bytes of a cell at most: two colours of millions, and the block.
const CELL_MAX: usize = 2 * "\x1b[38;2;255;255;255m".len() + '▀'.len_utf8();

const RESET: &str = "\x1b[0m";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_palette_is_met_where_it_can_be() {
        for (colour, index) in [
            ([0, 0, 0], 16),
            ([255, 255, 255], 231),
            ([255, 0, 0], 196),
            ([95, 135, 175], 67),
            ([8, 8, 8], 232),
            ([238, 238, 238], 255),
            ([128, 128, 128], 244),
        ] {
            assert_eq!(nearest(colour), index, "{colour:?}");
        }
    }
}
