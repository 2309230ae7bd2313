//! What goes out of photos.

use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use nightjar_client::commands::demo::samples;
use nightjar_client::media::photo::{self, Format, Options};

use super::corpus::*;
use super::{alone, contains, hex, prepare};

/// What the encoder's JPEG consists of.
const JPEG: [u8; 10] = [0xd8, 0xe0, 0xc0, 0xdb, 0xdb, 0xc4, 0xc4, 0xc4, 0xc4, 0xda];

/// Checks that a file that goes out has nothing in it but what its picture needs.
fn assert_bare(bytes: &[u8], format: Format) {
    for told in told() {
        assert!(!contains(bytes, &told), "{:?}", String::from_utf8_lossy(&told));
    }
    if format == Format::Png {
        let kinds: Vec<_> = chunks(bytes).into_iter().map(|(kind, _)| kind).collect();
        assert!(kinds.iter().all(|kind| [b"IHDR", b"IDAT", b"IEND"].contains(&kind)), "{kinds:?}");
        return;
    }
    let (mut at, mut kinds) = (2, vec![bytes[1]]);
    while kinds.last() != Some(&0xda) {
        assert_eq!(bytes[at], 0xff);
        kinds.push(bytes[at + 1]);
        at += 2 + usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
    }
    assert_eq!(kinds, JPEG);
    // Of the data the end alone may look like a marker.
    let ends = bytes[at..].windows(2).filter(|pair| pair[0] == 0xff && pair[1] != 0).count();
    assert!(ends == 1 && bytes.ends_with(&[0xff, 0xd9]));
    assert!(bytes[6..20].starts_with(b"JFIF\0") && bytes[4..6] == [0, 16], "no thumbnail");
}

/// The file with everything in it and the one with nothing in it come out the same, to the byte.
#[test]
fn nothing_but_pixels_matters() {
    let (picture, told) = (picture(), exif(1));
    let plain = [jpeg(&picture), png(&picture.clone().into()), webp(&picture), gif(&picture)];
    let laden =
        [laden_jpeg(&plain[0], &told), laden_png(&plain[1], &told), laden_webp(&plain[2], &told), laden_gif(&plain[3])];
    for (plain, laden) in plain.iter().zip(&laden) {
        assert!(laden.windows(4).filter(|window| window == b"MARK").count() >= 4);
        let (one, other) = (prepare(plain).unwrap(), prepare(laden).unwrap());
        assert_bare(&other.bytes, other.format);
        assert!(one.bytes == other.bytes);
        assert_eq!((other.width, other.height, other.format), (24, 16, Format::Jpeg));
    }
}

#[test]
fn the_demonstration_s_photo_loses_its_place() {
    let sample = samples::jpeg_with_location().unwrap();
    for told in told().iter().filter(|told| *told != b"MARK") {
        assert!(contains(&sample, told), "{told:?}");
    }
    let photo = prepare(&sample).unwrap();
    assert_bare(&photo.bytes, photo.format);
    assert_eq!((photo.width, photo.height), (1440, 960));
}

/// Where a stored pixel belongs, as Exif has it: for each orientation, what the first row and the first column are.
fn upright(orientation: u16, (x, y): (u32, u32), (width, height): (u32, u32)) -> (u32, u32) {
    let (right, bottom) = (width - 1, height - 1);
    match orientation {
        1 => (x, y),
        2 => (right - x, y),
        3 => (right - x, bottom - y),
        4 => (x, bottom - y),
        5 => (y, x),
        6 => (right - y, x),
        7 => (right - y, bottom - x),
        _ => (y, bottom - x),
    }
}

#[test]
fn photos_stand_upright() {
    let picture = picture();
    for orientation in 1..=8 {
        let (width, height) = if orientation < 5 { (24, 16) } else { (16, 24) };
        let stored = RgbImage::from_fn(width, height, |x, y| {
            let (x, y) = upright(orientation, (x, y), (24, 16));
            *picture.get_pixel(x, y)
        });
        let told = exif(orientation);
        let files = [
            laden_jpeg(&jpeg(&stored), &told),
            laden_png(&png(&stored.clone().into()), &told),
            laden_webp(&webp(&stored), &told),
        ];
        for file in files {
            let photo = prepare(&file).unwrap();
            assert_bare(&photo.bytes, photo.format);
            assert_eq!((photo.width, photo.height), (24, 16), "{orientation}");
            let shown = image::load_from_memory(&photo.bytes).unwrap().to_rgb8();
            for (x, y) in [(3, 3), (20, 3), (3, 12), (20, 12)] {
                assert!(near(*shown.get_pixel(x, y), *picture.get_pixel(x, y)), "{orientation}: {x} {y}");
            }
        }
    }
}

fn near(Rgb(one): Rgb<u8>, Rgb(other): Rgb<u8>) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) < 24)
}

#[test]
fn an_orientation_that_does_not_exist_turns_nothing() {
    for orientation in [0, 9, 255, u16::MAX] {
        let photo = prepare(&laden_jpeg(&jpeg(&picture()), &exif(orientation))).unwrap();
        assert_eq!((photo.width, photo.height), (24, 16));
    }
}

#[test]
fn large_photos_shrink_unless_told_otherwise() {
    let _alone = alone();
    let full = Options { full_size: true, ..Options::default() };
    for (size, sent) in [
        ((3200, 1200), (1600, 600)),
        ((1200, 6400), (300, 1600)),
        ((1601, 1), (1600, 1)),
        ((1600, 1600), (1600, 1600)),
        ((5, 9000), (1, 1600)),
    ] {
        let file = jpeg(&RgbImage::from_fn(size.0, size.1, |x, y| Rgb([(x / 9) as u8, (y / 7) as u8, 90])));
        let photo = prepare(&file).unwrap();
        assert_eq!((photo.width, photo.height), sent);
        assert_eq!(image::load_from_memory(&photo.bytes).unwrap().dimensions(), sent);
        let whole = photo::prepare(&file, &full).unwrap();
        assert_eq!((whole.width, whole.height), size);
    }
}

/// A gradient stays one: shrinking neither shifts nor darkens.
#[test]
fn shrinking_keeps_the_picture() {
    let _alone = alone();
    let file = jpeg(&RgbImage::from_fn(5000, 1000, |x, y| Rgb([(x / 20) as u8, (y / 4) as u8, 128])));
    let photo = prepare(&file).unwrap();
    let shown = image::load_from_memory(&photo.bytes).unwrap().to_rgb8();
    for (x, y) in [(10, 10), (800, 160), (1590, 310), (400, 300)] {
        let (red, green) = ((x * 5000 / 1600 / 20) as u8, (y * 1000 / 320 / 4) as u8);
        assert!(near(*shown.get_pixel(x, y), Rgb([red, green, 128])), "{x} {y}");
    }
}

#[test]
fn what_shows_through_is_a_png_and_hides_nothing() {
    let secret = Rgba([1, 222, 33, 0]);
    let image = RgbaImage::from_fn(8, 8, |x, y| match (x, y) {
        (0..4, _) => secret,
        (4, _) => Rgba([200, 100, 50, 128]),
        _ => Rgba([10, 20, 30, 255]),
    });
    let photo = prepare(&laden_png(&png(&image.into()), &exif(1))).unwrap();
    assert_eq!(photo.format, Format::Png);
    assert_bare(&photo.bytes, photo.format);
    let shown = image::load_from_memory(&photo.bytes).unwrap().to_rgba8();
    assert_eq!(*shown.get_pixel(1, 1), Rgba([0, 0, 0, 0]));
    assert_eq!(*shown.get_pixel(6, 1), Rgba([10, 20, 30, 255]));
    let Rgba([red, green, blue, alpha]) = *shown.get_pixel(4, 4);
    assert!(near(Rgb([red, green, blue]), Rgb([200, 100, 50])) && alpha == 128);
}

#[test]
fn an_alpha_channel_without_transparency_makes_no_png() {
    let image = RgbaImage::from_pixel(8, 8, Rgba([10, 200, 30, 255]));
    assert_eq!(prepare(&png(&image.into())).unwrap().format, Format::Jpeg);
}

/// A transparent edge takes no colour from what is hidden beside it.
#[test]
fn hidden_colour_does_not_bleed() {
    let _alone = alone();
    let image =
        RgbaImage::from_fn(3300, 4, |x, _| if x < 1650 { Rgba([255, 0, 0, 0]) } else { Rgba([0, 0, 255, 255]) });
    let photo = prepare(&png(&image.into())).unwrap();
    let shown = image::load_from_memory(&photo.bytes).unwrap().to_rgba8();
    assert_eq!((photo.width, photo.height), (1600, 2));
    assert!(shown.pixels().all(|pixel| pixel[0] < 8), "red shows");
}

#[test]
fn every_kind_of_pixel_is_read() {
    let picture = DynamicImage::from(picture());
    for image in [
        DynamicImage::from(picture.to_luma8()),
        picture.to_luma_alpha8().into(),
        picture.to_luma16().into(),
        picture.to_rgb16().into(),
        picture.to_rgba16().into(),
    ] {
        let mut file = std::io::Cursor::new(Vec::new());
        image.write_to(&mut file, ImageFormat::Png).unwrap();
        let photo = prepare(file.get_ref()).unwrap();
        let shown = image::load_from_memory(&photo.bytes).unwrap().to_rgb8();
        assert!(near(*shown.get_pixel(20, 12), *image.to_rgb8().get_pixel(20, 12)), "{:?}", image.color());
    }
}

/// By cwebp and cjpeg: what the encoders here cannot make.
#[test]
fn other_programs_files_are_read() {
    // Eight pixels a side; the right half shows through.
    let webp =
        hex("524946466400000057454250565038580a00000010000000070000070000414c50480c000000010ff0c0ff888850f888fe07\
         5650382032000000d001009d012a0800080000c01225a00274ba01f80003b000fef2a97ffdbb3faecfebb3feedbffeb60feb\
         60feb60ffeb40000");
    let told = riff(&[webp[12..].to_vec(), piece(b"EXIF", &exif(1))]);
    let photo = prepare(&told).unwrap();
    let shown = image::load_from_memory(&photo.bytes).unwrap().to_rgba8();
    for (x, alpha) in [(1, 255), (6, 128)] {
        let Rgba([red, green, blue, shows]) = *shown.get_pixel(x, 4);
        assert!(near(Rgb([red, green, blue]), Rgb([200, 60, 30])) && shows == alpha, "{x}");
    }
    // Progressive, dark on the left, light on the right.
    let jpeg =
        hex("ffd8ffe000104a46494600010100000100010000ffdb0043000302020302020303030304030304050805050404050a070706\
         080c0a0c0c0b0a0b0b0d0e12100d0e110e0b0b1016101113141515150c0f171816141812141514ffc2000b08000800100101\
         1100ffc4001500010100000000000000000000000000000708ffda000801010000000109bc3fffc400141001000000000000\
         00000000000000000010ffda00080101000105023fffc40014100100000000000000000000000000000010ffda0008010100\
         063f023fffc40014100100000000000000000000000000000010ffda0008010100013f213fffda0008010100000010ff00ff\
         c40014100100000000000000000000000000000010ffda0008010100013f103fffd9");
    let photo = prepare(&laden_jpeg(&jpeg, &exif(2))).unwrap();
    let shown = image::load_from_memory(&photo.bytes).unwrap().to_rgb8();
    assert!(near(*shown.get_pixel(2, 4), Rgb([220; 3])) && near(*shown.get_pixel(13, 4), Rgb([40; 3])));
}

/// The first picture is taken, where the canvas is larger, too; a lie about the canvas costs nothing.
#[test]
fn of_a_film_the_first_picture_goes_out() {
    let (first, second) = (webp(&picture()), webp(&RgbImage::from_pixel(30, 30, Rgb([9, 9, 9]))));
    let frame = |file: &[u8], sides: [u8; 2]| {
        piece(b"ANMF", &[&[0, 0, 0, 0, 0, 0, sides[0] - 1, 0, 0, sides[1] - 1, 0, 0, 0, 0, 0, 0], &file[12..]].concat())
    };
    let film = riff(&[
        piece(b"VP8X", &[0x0a, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        piece(b"ANIM", &[0; 6]),
        frame(&first, [24, 16]),
        frame(&second, [30, 30]),
        piece(b"EXIF", &exif(1)),
    ]);
    assert!(prepare(&film).unwrap().bytes == prepare(&first).unwrap().bytes);
}

#[test]
fn a_name_ends_as_the_format_does() {
    assert_eq!([Format::Jpeg.extension(), Format::Png.extension()], ["jpg", "png"]);
}
