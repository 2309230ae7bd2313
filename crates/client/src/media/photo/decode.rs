//! Decoding, within limits of time and memory (design, "Photos, voice, documents").

use std::io::Cursor;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use image::codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder};
use image::{DynamicImage, ImageDecoder, ImageError, Limits, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::bare::{Bare, Kind};
use super::canvas::Canvas;
use super::{Error, SIDE_MAX};

/// Does `work` on a thread and waits for it no longer than `patience`. A decoder that panics has found something that
/// it cannot make sense of.
pub(super) fn within<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let thread = thread::Builder::new().name("photo".to_owned());
    // Nobody may be waiting any more.
    thread.spawn(move || drop(sender.send(work()))).map_err(|_| Error::Thread)?;
    receiver.recv_timeout(patience).map_err(|error| match error {
        RecvTimeoutError::Timeout => Error::PhotoSlow,
        RecvTimeoutError::Disconnected => Error::PhotoDamaged,
    })?
}

/// The picture's pixels.
pub(super) fn decode(bare: Bare) -> Result<Canvas, Error> {
    let file = Cursor::new(bare.bytes());
    let image = match bare.kind() {
        Kind::Jpeg => jpeg(bare.bytes()),
        Kind::Png => PngDecoder::with_limits(file, limits()).map_err(refused).and_then(pixels),
        Kind::Gif => GifDecoder::new(file).map_err(refused).and_then(pixels),
        Kind::WebP => WebPDecoder::new(file).map_err(refused).and_then(pixels),
    };
    let canvas = Canvas::new(image?);
    // The file was checked against its own header; a decoder that reads another size there has read another file.
    if canvas.size() == bare.size() { Ok(canvas) } else { Err(Error::PhotoDamaged) }
}

fn pixels(mut decoder: impl ImageDecoder) -> Result<DynamicImage, Error> {
    decoder.set_limits(limits()).map_err(refused)?;
    if decoder.total_bytes() > ALLOCATION_MAX {
        return Err(Error::PhotoTooLarge);
    }
    DynamicImage::from_decoder(decoder).map_err(refused)
}

/// `image` decodes JPEG with the same library, but has it make something of whatever it finds. What is missing within
/// the data of a picture that is not progressive still comes out grey: JPEG has no checksum.
fn jpeg(bytes: &[u8]) -> Result<DynamicImage, Error> {
    let options = DecoderOptions::default().set_strict_mode(true).jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = decoder.decode().map_err(|_| Error::PhotoDamaged)?;
    let (width, height) = decoder.dimensions().ok_or(Error::PhotoDamaged)?;
    let side = |side: usize| u32::try_from(side).map_err(|_| Error::PhotoDamaged);
    let image = RgbImage::from_raw(side(width)?, side(height)?, pixels).ok_or(Error::PhotoDamaged)?;
    Ok(image.into())
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(ALLOCATION_MAX);
    limits
}

fn refused(error: ImageError) -> Error {
    if matches!(error, ImageError::Limits(_)) { Error::PhotoTooLarge } else { Error::PhotoDamaged }
}

/// Bytes of decoded pixels at most: enough for four bytes a pixel at the limit, and not for eight.
const ALLOCATION_MAX: u64 = 256 * 1024 * 1024;
