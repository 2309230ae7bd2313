//! Ogg Opus files as programs write them, and as none does.

use nightjar_client::commands::demo::samples::{HEAD, SERIAL, SILENCE, checksum, page};

pub const FIRST: u8 = 2;
pub const LAST: u8 = 4;

/// Tags that say something.
pub fn tags() -> Vec<u8> {
    let text = |text: &str| [&u32::try_from(text.len()).unwrap().to_le_bytes()[..], text.as_bytes()].concat();
    let comments = [text("TITLE=MARK-TITLE"), text("DATE=MARK-DATE"), text("LOCATION=MARK-PLACE")].concat();
    [b"OpusTags".as_slice(), &text("MARK-VENDOR"), &3_u32.to_le_bytes(), &comments, b"MARK-PADDING"].concat()
}

/// Pages with right numbers and sums: what is on them, each with its flags and its position.
pub fn file(pages: &[(u8, u64, Vec<&[u8]>)]) -> Vec<u8> {
    (0..).zip(pages).flat_map(|(number, (flags, position, packets))| page(*flags, *position, number, packets)).collect()
}

/// A file of these packets, all on one page, which ends at `position`.
pub fn note(packets: &[&[u8]], position: u64) -> Vec<u8> {
    file(&[(FIRST, 0, vec![&HEAD]), (0, 0, vec![&tags()]), (LAST, position, packets.to_vec())])
}

/// A file with another first packet, and two packets of silence.
pub fn headed(head: &[u8]) -> Vec<u8> {
    file(&[(FIRST, 0, vec![head]), (0, 0, vec![&tags()]), (LAST, 1920, vec![&SILENCE; 2])])
}

/// Where the pages of a file begin, and where the last one ends.
pub fn starts(file: &[u8]) -> Vec<usize> {
    let mut starts = vec![0];
    while let Some(at) = starts.last().copied().filter(|at| *at < file.len()) {
        let count = usize::from(file[at + 26]);
        let body: usize = file[at + 27..][..count].iter().map(|lace| usize::from(*lace)).sum();
        starts.push(at + 27 + count + body);
    }
    starts
}

/// Changes a page, and makes its sum right again.
pub fn patched(file: &[u8], number: usize, patch: impl Fn(&mut [u8])) -> Vec<u8> {
    let (starts, mut file) = (starts(file), file.to_vec());
    let page = &mut file[starts[number]..starts[number + 1]];
    patch(page);
    page[22..26].fill(0);
    let sum = checksum(page).to_le_bytes();
    page[22..26].copy_from_slice(&sum);
    file
}

/// The same with another serial number.
pub fn renumbered(file: &[u8]) -> Vec<u8> {
    let pages = starts(file).len() - 1;
    (0..pages).fold(file.to_vec(), |file, number| {
        patched(&file, number, |page| {
            assert_eq!(page[14..18], *SERIAL);
            page[14..18].copy_from_slice(b"abcd");
        })
    })
}
