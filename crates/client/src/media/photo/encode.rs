//! Encoding: the only place that a photo's bytes on the wire come from (design, "Photos, voice, documents").

use std::io::{self, Write};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageEncoder};
use zeroize::Zeroizing;

use super::canvas::Canvas;
use super::{Error, FILE_MAX, Format, Photo};

/// A JPEG of what is opaque, a PNG of what is not.
pub(super) fn encode(canvas: Canvas) -> Result<Photo, Error> {
    let canvas = canvas.into_plain_alpha();
    let (width, height) = canvas.size();
    let format = match canvas.image() {
        DynamicImage::ImageRgba8(_) => Format::Png,
        _ => Format::Jpeg,
    };
    let (pixels, colour) = (canvas.image().as_bytes(), canvas.image().color().into());
    let mut out = Bounded::new(pixels.len());
    let done = match format {
        Format::Jpeg => JpegEncoder::new_with_quality(&mut out, QUALITY).write_image(pixels, width, height, colour),
        Format::Png => PngEncoder::new_with_quality(&mut out, CompressionType::Default, FilterType::Adaptive)
            .write_image(pixels, width, height, colour),
    };
    // Nothing but the room for it can be missing: the pixels are there.
    done.map_err(|_| Error::FileTooLarge)?;
    Ok(Photo { bytes: out.0, width, height, format })
}

/// A file that does not grow beyond the room it was given, and so leaves no copy of its beginning behind.
struct Bounded(Zeroizing<Vec<u8>>);

impl Bounded {
    /// Room for a file of this many bytes of pixels. A picture of nothing but noise takes more than its pixels.
    fn new(pixels: usize) -> Self {
        let room = pixels.saturating_mul(2).saturating_add(4096).min(FILE_MAX);
        Self(Zeroizing::new(Vec::with_capacity(room)))
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.0.capacity().saturating_sub(self.0.len()) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Of the JPEG encoder's hundred: faces and handwriting are clear, and a photo of 1600 pixels has some hundred kilobytes.
const QUALITY: u8 = 80;
