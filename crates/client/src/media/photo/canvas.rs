//! Pixels, cleared when they are dropped (design, "Photos, voice, documents").

use std::mem;

use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage, RgbaImage};
use zeroize::Zeroize;

/// A decoded picture.
pub(super) struct Canvas(DynamicImage);

impl Canvas {
    pub(super) const fn new(image: DynamicImage) -> Self {
        Self(image)
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (self.0.width(), self.0.height())
    }

    /// The same in 8 bits a channel: RGB if it is opaque, else RGBA, in which colour is multiplied by how opaque it is.
    /// So nothing bleeds out of what cannot be seen, neither into its neighbours nor to whoever looks for it.
    pub(super) fn into_eight_bits(mut self) -> Self {
        if !self.0.color().has_alpha() {
            return Self(self.take_rgb().into());
        }
        let mut image = self.take_rgba();
        if image.pixels().all(|pixel| pixel[3] == u8::MAX) {
            return Self::new(image.into()).into_opaque();
        }
        for pixel in image.pixels_mut() {
            let alpha = u16::from(pixel[3]);
            for channel in &mut pixel.0[..3] {
                *channel = u8::try_from((u16::from(*channel) * alpha + 127) / 255).unwrap_or(u8::MAX);
            }
        }
        Self(image.into())
    }

    /// Colour as it was before it was multiplied; black where nothing shows. RGB stays as it is.
    pub(super) fn into_plain_alpha(mut self) -> Self {
        if let DynamicImage::ImageRgba8(image) = &mut self.0 {
            for pixel in image.pixels_mut() {
                let alpha = u16::from(pixel[3]);
                for channel in &mut pixel.0[..3] {
                    let whole = (u16::from(*channel) * 255 + alpha / 2).checked_div(alpha).unwrap_or(0);
                    *channel = u8::try_from(whole).unwrap_or(u8::MAX);
                }
            }
        }
        self
    }

    /// The same on black.
    pub(super) fn into_opaque(mut self) -> Self {
        Self(self.take_rgb().into())
    }

    /// The same with no side longer than `longest`.
    pub(super) fn shrunk(self, longest: u32) -> Self {
        let (width, height) = self.size();
        self.fitted(fit((width, height), (longest, longest)))
    }

    /// The same in this size, which is not larger. What shrinks a lot is first brought near by averaging blocks: a good
    /// filter needs sixteen bytes a pixel.
    pub(super) fn fitted(mut self, (width, height): (u32, u32)) -> Self {
        if self.size() == (width, height) {
            return self;
        }
        if self.0.width() / 3 > width && self.0.height() / 3 > height {
            self = Self(self.0.thumbnail_exact(width * 2, height * 2));
        }
        Self(self.0.resize_exact(width, height, FilterType::Lanczos3))
    }

    /// The same as it was seen by whoever held the camera.
    pub(super) fn upright(self, orientation: Orientation) -> Self {
        let flipped = |turned: DynamicImage| Self(Self(turned).0.fliph());
        match orientation {
            Orientation::NoTransforms => self,
            Orientation::Rotate90 => Self(self.0.rotate90()),
            Orientation::Rotate180 => Self(self.0.rotate180()),
            Orientation::Rotate270 => Self(self.0.rotate270()),
            Orientation::FlipHorizontal => Self(self.0.fliph()),
            Orientation::FlipVertical => Self(self.0.flipv()),
            Orientation::Rotate90FlipH => flipped(self.0.rotate90()),
            Orientation::Rotate270FlipH => flipped(self.0.rotate270()),
        }
    }

    pub(super) const fn image(&self) -> &DynamicImage {
        &self.0
    }

    fn take_rgb(&mut self) -> RgbImage {
        match &mut self.0 {
            DynamicImage::ImageRgb8(image) => mem::take(image),
            other => other.to_rgb8(),
        }
    }

    fn take_rgba(&mut self) -> RgbaImage {
        match &mut self.0 {
            DynamicImage::ImageRgba8(image) => mem::take(image),
            other => other.to_rgba8(),
        }
    }
}

/// The largest size of the proportions of `from` that is within `into`, and not larger than `from`.
pub(super) fn fit(from: (u32, u32), into: (u32, u32)) -> (u32, u32) {
    let ((width, height), (most_width, most_height)) = (from, into);
    if width <= most_width && height <= most_height {
        return from;
    }
    let scale = |side: u32, by: u32, of: u32| {
        let scaled = (u64::from(side) * u64::from(by) + u64::from(of) / 2) / u64::from(of.max(1));
        u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
    };
    if u64::from(width) * u64::from(most_height) >= u64::from(height) * u64::from(most_width) {
        (most_width, scale(height, most_width, width).min(most_height))
    } else {
        (scale(width, most_height, height).min(most_width), most_height)
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        match &mut self.0 {
            DynamicImage::ImageLuma8(image) => (**image).zeroize(),
            DynamicImage::ImageLumaA8(image) => (**image).zeroize(),
            DynamicImage::ImageRgb8(image) => (**image).zeroize(),
            DynamicImage::ImageRgba8(image) => (**image).zeroize(),
            DynamicImage::ImageLuma16(image) => (**image).zeroize(),
            DynamicImage::ImageLumaA16(image) => (**image).zeroize(),
            DynamicImage::ImageRgb16(image) => (**image).zeroize(),
            DynamicImage::ImageRgba16(image) => (**image).zeroize(),
            // No format that is read decodes to anything else.
            _ => {}
        }
    }
}
