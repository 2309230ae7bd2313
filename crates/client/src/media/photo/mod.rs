//! Photos (design, "Photos, voice, documents"). What a person sends is decoded and encoded afresh, so that nothing of the
//! file but what it shows goes out: no place, no camera, no time, no thumbnail of what was cut away, no colour profile
//! (colours are taken to be sRGB), nothing behind the end.
//!
//! ```text
//! file ─ bare ─▶ the parts that make up the picture ─ decode ─▶ pixels ─ canvas ─▶ smaller, upright ─ encode ─▶ Photo
//! ```
//! `bare` is what makes this safe: no decoder ever sees a file as it came, only the few parts that pictures need, after
//! their sizes were held against the limits.

mod bare;
mod canvas;
mod decode;
mod encode;
mod paint;

use std::time::Duration;

use zeroize::Zeroizing;

use super::{Error, FILE_MAX};
use bare::Bare;
pub use paint::{Cells, paint};

/// The most pixels of a photo that is decoded.
pub const PIXELS_MAX: u32 = 50_000_000;

/// The longest side, in pixels, of a photo that is decoded.
pub const SIDE_MAX: u32 = 16_384;

/// The longer side, in pixels, of a photo that goes out, unless all of it was asked for.
pub const SIDE_SENT: u32 = 1600;

/// How long decoding may take before the caller is told so.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How a photo is prepared.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Keep every pixel instead of at most [`SIDE_SENT`] on the longer side.
    pub full_size: bool,
    /// How long to wait.
    pub patience: Duration,
}

/// What photos travel as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For everything that is opaque.
    Jpeg,
    /// For what shows through somewhere.
    Png,
}

/// A photo that is fit to be sent.
pub struct Photo {
    /// The file: at most [`FILE_MAX`] bytes, nothing in it but the picture.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// What it is.
    pub format: Format,
}

/// What a photo says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// What it is.
    pub format: Format,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// Makes a photo fit to be sent. JPEG, PNG, WebP and GIF are read, known by what is in them and not by a name; of what
/// moves, the first picture is taken. Colour behind full transparency is blackened: nobody who looks at the photo knows
/// that it is there.
///
/// The work is done on a thread. If that is not done in time it is left to itself: what it costs is bounded by the
/// limits, some hundred megabytes and some seconds, but it cannot be stopped. Buffers inside the decoders are freed
/// without being cleared; those of this room are cleared.
///
/// # Errors
/// Every `Photo…` of [`Error`], [`Error::FileTooLarge`], [`Error::Thread`].
pub fn prepare(bytes: &[u8], options: &Options) -> Result<Photo, Error> {
    let bare = Bare::read(bytes)?;
    let longest = if options.full_size { SIDE_MAX } else { SIDE_SENT };
    decode::within(options.patience, move || {
        let orientation = bare.orientation();
        encode::encode(decode::decode(bare)?.into_eight_bits().shrunk(longest).upright(orientation))
    })
}

/// What a received photo is, without decoding it. Only JPEG and PNG are taken, and only with nothing in them but the
/// picture, as [`prepare`] makes them: a peer has no reason to send more, and no decoder gets to see it.
///
/// # Errors
/// [`Error::PhotoFormat`], [`Error::PhotoDamaged`], [`Error::PhotoTooLarge`], [`Error::FileTooLarge`].
pub fn inspect(bytes: &[u8]) -> Result<Facts, Error> {
    received(bytes).map(|(facts, _)| facts)
}

fn received(bytes: &[u8]) -> Result<(Facts, Bare), Error> {
    let bare = Bare::read(bytes)?;
    let format = match bare.kind() {
        bare::Kind::Jpeg => Format::Jpeg,
        bare::Kind::Png => Format::Png,
        bare::Kind::Gif | bare::Kind::WebP => return Err(Error::PhotoFormat),
    };
    // Reading only leaves things out, so equal lengths mean that nothing was.
    if bare.len() != bytes.len() {
        return Err(Error::PhotoDamaged);
    }
    let (width, height) = bare.size();
    Ok((Facts { format, width, height }, bare))
}

impl Default for Options {
    fn default() -> Self {
        Self { full_size: false, patience: PATIENCE }
    }
}

impl Format {
    /// What a file's name ends in.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}
