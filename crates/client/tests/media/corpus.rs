//! Photos with something to hide. A mark is a string that nothing else has; `MARK` begins all of them.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, Rgb, RgbImage};
use nightjar_client::commands::demo::samples;

/// Four colours, so that no turn or flip of them is another: width 24, height 16.
pub fn picture() -> RgbImage {
    RgbImage::from_fn(24, 16, |x, y| match (x < 12, y < 8) {
        (true, true) => Rgb([220, 30, 30]),
        (false, true) => Rgb([30, 200, 40]),
        (true, false) => Rgb([40, 50, 210]),
        (false, false) => Rgb([240, 230, 60]),
    })
}

pub fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 95).encode_image(image).unwrap();
    file
}

pub fn png(image: &DynamicImage) -> Vec<u8> {
    let mut file = Vec::new();
    let colour: ExtendedColorType = image.color().into();
    PngEncoder::new(&mut file).write_image(image.as_bytes(), image.width(), image.height(), colour).unwrap();
    file
}

pub fn webp(image: &RgbImage) -> Vec<u8> {
    let mut file = Vec::new();
    WebPEncoder::new_lossless(&mut file).encode(image, image.width(), image.height(), ExtendedColorType::Rgb8).unwrap();
    file
}

pub fn gif(image: &RgbImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = GifEncoder::new(&mut file);
    encoder.encode(image, image.width(), image.height(), ExtendedColorType::Rgb8).unwrap();
    drop(encoder);
    file.into_inner()
}

/// An Exif block with marks: place, camera, time, and a thumbnail in a second directory.
pub fn exif(orientation: u16) -> Vec<u8> {
    let mut block = samples::exif(orientation);
    // The first directory has four entries; behind it stands where the next one is.
    let second = u32::try_from(block.len()).unwrap().to_be_bytes();
    block[8 + 2 + 4 * 12..][..4].copy_from_slice(&second);
    let thumbnail = [b"\xff\xd8MARK-THUMBNAIL".as_slice(), &jpeg(&RgbImage::new(8, 8))].concat();
    let at = u32::try_from(block.len() + 2 + 2 * 12 + 4).unwrap().to_be_bytes();
    let length = u32::try_from(thumbnail.len()).unwrap().to_be_bytes();
    let entry = |tag: u16, value: [u8; 4]| [&tag.to_be_bytes()[..], &[0, 4, 0, 0, 0, 1], &value].concat();
    block.extend([&[0, 2][..], &entry(0x0201, at), &entry(0x0202, length), &[0; 4], &thumbnail].concat());
    block
}

/// Everything that [`exif`] says, besides marks.
pub fn told() -> Vec<Vec<u8>> {
    let place = |parts: [u32; 3]| {
        parts.iter().zip([1, 1, 100_u32]).flat_map(|(part, of)| [*part, of]).flat_map(u32::to_be_bytes).collect()
    };
    let (latitude, longitude): (Vec<u8>, Vec<u8>) = (place(samples::LATITUDE), place(samples::LONGITUDE));
    vec![
        latitude,
        longitude,
        samples::CAMERA.into(),
        samples::TAKEN.into(),
        b"Exif".into(),
        b"MM\0*".into(),
        b"MARK".into(),
    ]
}

pub fn segment(code: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, code], &length[..], content].concat()
}

/// A JPEG with this Exif block, and what else a JPEG can carry.
pub fn laden_jpeg(plain: &[u8], exif: &[u8]) -> Vec<u8> {
    let parts = [
        (0xe1, [b"Exif\0\0", exif].concat()),
        (0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>MARK-XMP</x:xmpmeta>".to_vec()),
        (0xe1, b"http://ns.adobe.com/xmp/extension/\0MARK-EXTENDED".to_vec()),
        (0xe2, b"ICC_PROFILE\0\x01\x01MARK-ICC".to_vec()),
        (0xe2, b"MPF\0MARK-MPF".to_vec()),
        (0xed, b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x09MARK-IPTC".to_vec()),
        (0xe0, b"JFXX\0\x10MARK-JFXX".to_vec()),
        (0xef, b"MARK-APP15".to_vec()),
        (0xfe, b"MARK-COMMENT".to_vec()),
    ];
    let mut file = plain[..2].to_vec();
    parts.iter().for_each(|(code, content)| file.extend(segment(*code, content)));
    // Between the frame header and the scan, and with filling in front.
    let scan = plain.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap();
    file.extend(
        [&plain[2..scan], &[0xff, 0xff], &segment(0xfe, b"MARK-LATE"), &plain[scan..], b"MARK-BEHIND"].concat(),
    );
    file
}

pub fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let sum = [kind.as_slice(), content].concat().iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 })
    });
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length[..], kind, content, &(!sum).to_be_bytes()].concat()
}

/// What the chunks of a PNG are, with their contents.
pub fn chunks(file: &[u8]) -> Vec<([u8; 4], &[u8])> {
    let (mut rest, mut found) = (&file[8..], Vec::new());
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        found.push((rest[4..8].try_into().unwrap(), &rest[8..8 + length]));
        rest = &rest[12 + length..];
    }
    found
}

/// zlib without compression, so that marks can be searched for.
pub fn stored(content: &[u8]) -> Vec<u8> {
    let (a, b) = content.iter().fold((1_u32, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (b + a) % 65521)
    });
    let length = u16::try_from(content.len()).unwrap();
    [&[0x78, 1, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), content, &((b << 16) | a).to_be_bytes()]
        .concat()
}

/// A PNG with this Exif block, and what else a PNG can carry.
pub fn laden_png(plain: &[u8], exif: &[u8]) -> Vec<u8> {
    let mut file = plain[..33].to_vec();
    let early: [(&[u8; 4], Vec<u8>); 9] = [
        (b"iCCP", [b"MARK-NAME\0\0".as_slice(), &stored(b"MARK-PROFILE")].concat()),
        (b"pHYs", vec![0, 0, 0x0b, 0x13, 0, 0, 0x0b, 0x13, 1]),
        (b"eXIf", exif.to_vec()),
        (b"tEXt", b"Comment\0MARK-TEXT".to_vec()),
        (b"zTXt", [b"Author\0\0".as_slice(), &stored(b"MARK-COMPRESSED")].concat()),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0MARK-XMP".to_vec()),
        (b"tIME", vec![7, 0xe9, 5, 5, 12, 34, 56]),
        (b"acTL", vec![0, 0, 0, 1, 0, 0, 0, 0]),
        (b"prVt", b"MARK-PRIVATE".to_vec()),
    ];
    early.iter().for_each(|(kind, content)| file.extend(chunk(kind, content)));
    let end = plain.len() - 12;
    file.extend_from_slice(&plain[33..end]);
    file.extend(
        [chunk(b"fdAT", b"\0\0\0\x01MARK-FILM"), chunk(b"tEXt", b"a\0MARK-LATE"), plain[end..].to_vec()].concat(),
    );
    file.extend(b"MARK-BEHIND");
    file
}

/// A chunk of RIFF.
pub fn piece(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    [kind.as_slice(), &length, content, &vec![0; content.len() % 2]].concat()
}

pub fn riff(pieces: &[Vec<u8>]) -> Vec<u8> {
    piece(b"RIFF", &[b"WEBP".as_slice(), &pieces.concat()].concat())
}

/// A WebP with this Exif block, and what else a WebP can carry.
pub fn laden_webp(plain: &[u8], exif: &[u8]) -> Vec<u8> {
    let all = piece(b"VP8X", &[0x2c, 0, 0, 0, 23, 0, 0, 15, 0, 0]);
    let mut file = riff(&[
        all,
        piece(b"ICCP", b"MARK-ICC"),
        plain[12..].to_vec(),
        piece(b"EXIF", exif),
        piece(b"XMP ", b"MARK-XMP"),
        piece(b"PRIV", b"MARK-PRIVATE"),
    ]);
    file.extend(b"MARK-BEHIND");
    file
}

/// A GIF with what a GIF can carry: comments, XMP, text, and a second picture.
pub fn laden_gif(plain: &[u8]) -> Vec<u8> {
    let table = 3 << ((plain[10] & 7) + 1);
    let start = 13 + if plain[10] & 0x80 == 0 { 0 } else { table };
    let extension =
        |label: u8, content: &[u8]| [&[0x21, label, u8::try_from(content.len()).unwrap()], content, &[0]].concat();
    let (comment, late) = (extension(0xfe, b"MARK-COMMENT"), extension(0xfe, b"MARK-LATE"));
    let text = extension(1, b"MARK-PLAIN-TEXT");
    let xmp = [&[0x21, 0xff, 11][..], b"XMP DataXMP", b"\x08MARK-XMP\0"].concat();
    let (picture, trailer) = plain[start..].split_at(plain.len() - start - 1);
    [&plain[..start], &comment, &xmp, &text, picture, &late, picture, trailer, b"MARK-BEHIND"].concat()
}
