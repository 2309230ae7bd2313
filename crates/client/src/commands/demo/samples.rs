//! What the demonstration sends besides words: a photo that tells where it was taken, and a voice note with a name in it.
//! The tests of `media` take them, too. Real files, drawn and assembled here so that the repository needs none.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageResult, Rgb, RgbImage};

/// Where the photo claims to have been taken: degrees, minutes and hundredths of seconds, north and east.
pub const LATITUDE: [u32; 3] = [37, 33, 5911];
/// See [`LATITUDE`].
pub const LONGITUDE: [u32; 3] = [126, 58, 4107];
/// What the photo claims to have been taken with, and when.
pub const CAMERA: &str = "Nightjar Demo Camera";
/// See [`CAMERA`].
pub const TAKEN: &str = "2025:05:05 12:34:56";
/// What the voice note has in its tags.
pub const RECORDER: &str = "Nightjar Demo Recorder";

/// A JPEG of a village under the sun with an Exif block: place, camera, time.
///
/// # Errors
/// None that an encoder in memory is known to have.
pub fn jpeg_with_location() -> ImageResult<Vec<u8>> {
    let mut plain = Vec::new();
    JpegEncoder::new_with_quality(&mut plain, 90).encode_image(&RgbImage::from_fn(WIDTH, HEIGHT, grainy))?;
    let exif = [b"Exif\0\0".as_slice(), &exif(1)].concat();
    let length = u16::try_from(exif.len() + 2).unwrap_or(u16::MAX).to_be_bytes();
    // Behind the two bytes that begin every JPEG.
    plain.splice(2..2, [&[0xff, 0xe1], length.as_slice(), &exif].concat());
    Ok(plain)
}

/// A block of TIFF directories as a telephone writes it: maker, orientation, time and place.
#[must_use]
pub fn exif(orientation: u16) -> Vec<u8> {
    let camera = [CAMERA.as_bytes(), &[0]].concat();
    let taken = [TAKEN.as_bytes(), &[0]].concat();
    let place = |parts: [u32; 3]| {
        parts.iter().zip([1, 1, 100_u32]).flat_map(|(part, of)| [*part, of]).flat_map(u32::to_be_bytes).collect()
    };
    let (latitude, longitude): (Vec<u8>, Vec<u8>) = (place(LATITUDE), place(LONGITUDE));
    let ifd_len = |entries: u32| 2 + 12 * entries + 4;
    let (gps, data) = (8 + ifd_len(4), 8 + ifd_len(4) + ifd_len(4));
    let mut at = data;
    let mut entry = |tag: u16, kind: u16, count: usize, length: usize| {
        let here = at;
        at += u32::try_from(length).unwrap_or(0);
        field(tag, kind, u32::try_from(count).unwrap_or(0), here.to_be_bytes())
    };
    let maker = entry(0x010f, 2, camera.len(), camera.len());
    let time = entry(0x0132, 2, taken.len(), taken.len());
    let (north, east) = (entry(2, 5, 3, latitude.len()), entry(4, 5, 3, longitude.len()));
    let [high, low] = orientation.to_be_bytes();
    let main = [maker, field(0x0112, 3, 1, [high, low, 0, 0]), time, field(0x8825, 4, 1, gps.to_be_bytes())].concat();
    let gps = [field(1, 2, 2, *b"N\0\0\0"), north, field(3, 2, 2, *b"E\0\0\0"), east].concat();
    let parts: [&[u8]; 10] =
        [b"MM\0*\0\0\0\x08", &[0, 4], &main, &[0; 4], &[0, 4], &gps, &[0; 4], &camera, &taken, &latitude];
    [parts.concat(), longitude].concat()
}

/// A field of a directory: its value, or where that stands.
fn field(tag: u16, kind: u16, count: u32, value: [u8; 4]) -> Vec<u8> {
    [tag.to_be_bytes().as_slice(), &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
}

/// A picture as a sensor sees it in the evening: without its grain it would be a tenth of a photo's size.
fn grainy(x: u32, y: u32) -> Rgb<u8> {
    let mixed = (x ^ y.rotate_left(16)).wrapping_mul(0x9e37_79b1);
    let grain = (mixed ^ (mixed >> 15)).wrapping_mul(0x85eb_ca77) >> 28;
    let Rgb(colour) = colour(x, y);
    Rgb(colour.map(|light| light.saturating_add(grain as u8).saturating_sub(8)))
}

/// A sky, a sun, hills and a house.
fn colour(x: u32, y: u32) -> Rgb<u8> {
    let (across, down) = (f64::from(x) / f64::from(WIDTH), f64::from(y) / f64::from(HEIGHT));
    let hill = 0.62 + 0.08 * (across * 9.0).sin();
    let sun = (across - 0.78).powi(2) * 1.8 + (down - 0.22).powi(2);
    let (in_wall, in_roof) = ((0.25..0.45).contains(&across), (down - 0.45) * 0.75 > (across - 0.35).abs());
    let shade = |light: f64, dark: f64| {
        // Between 0 and 255.
        (light + (dark - light) * down).clamp(0.0, 255.0) as u8
    };
    match () {
        () if in_roof && down < 0.60 => Rgb([156, 60, 48]),
        () if in_wall && (0.60..0.78).contains(&down) => Rgb([236, 224, 196]),
        () if down > hill => Rgb([shade(120.0, 40.0), shade(190.0, 110.0), shade(90.0, 50.0)]),
        () if sun < 0.008 => Rgb([255, 226, 120]),
        () => Rgb([shade(90.0, 220.0), shade(150.0, 235.0), shade(230.0, 250.0)]),
    }
}

/// A voice note of this many packets of 20 ms of silence, in Ogg Opus, with tags and a serial number.
#[must_use]
pub fn voice_note(packets: usize) -> Vec<u8> {
    let vendor = u32::try_from(RECORDER.len()).unwrap_or(0).to_le_bytes();
    let tags = [b"OpusTags".as_slice(), &vendor, RECORDER.as_bytes(), &[0; 4]].concat();
    let mut file = [page(2, 0, 0, &[&HEAD]), page(0, 0, 1, &[&tags])].concat();
    let mut position = 0;
    let silence = vec![SILENCE.as_slice(); packets];
    let mut groups = (2_u32..).zip(silence.chunks(50)).peekable();
    while let Some((number, group)) = groups.next() {
        position += 960 * u64::try_from(group.len()).unwrap_or(0);
        let flags = if groups.peek().is_none() { 4 } else { 0 };
        file.extend(page(flags, position, number, group));
    }
    file
}

/// An Ogg page of whole packets.
#[must_use]
pub fn page(flags: u8, position: u64, number: u32, packets: &[&[u8]]) -> Vec<u8> {
    let lace = |packet: &&[u8]| [vec![255; packet.len() / 255], u8::try_from(packet.len() % 255).into_iter().collect()];
    let laces = packets.iter().flat_map(lace).flatten().collect::<Vec<u8>>();
    let count = u8::try_from(laces.len()).unwrap_or(u8::MAX);
    let fields = [position.to_le_bytes().as_slice(), SERIAL, &number.to_le_bytes(), &[0; 4]].concat();
    let mut page = [b"OggS\0", [flags].as_slice(), &fields, &[count], &laces, &packets.concat()].concat();
    let sum = checksum(&page).to_le_bytes();
    page.splice(22..26, sum);
    page
}

/// Ogg's checksum of a page whose own place for it is zero.
#[must_use]
pub fn checksum(page: &[u8]) -> u32 {
    page.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum, _| (sum << 1) ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 })
    })
}

/// One channel, 312 samples to skip, recorded at 16 kHz.
pub const HEAD: [u8; 19] = *b"OpusHead\x01\x01\x38\x01\x80\x3e\0\0\0\0\0";

/// What an encoder makes of 20 ms of nothing.
pub const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];

/// A number that would tell one recording from another.
pub const SERIAL: &[u8; 4] = b"\xde\xad\xbe\xef";

const WIDTH: u32 = 1440;
const HEIGHT: u32 = 960;
