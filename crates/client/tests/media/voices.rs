//! What goes out of voice notes.

use nightjar_client::commands::demo::samples::{self, HEAD, SERIAL, SILENCE, page, voice_note};
use nightjar_client::media::{Error, FILE_MAX, voice};
use proptest::prelude::*;

use super::recorder::*;
use super::{contains, hex};

fn error(bytes: &[u8]) -> Option<Error> {
    let error = voice::prepare(bytes).err();
    assert_eq!(error, voice::inspect(bytes).err());
    error
}

fn duration(bytes: &[u8]) -> u64 {
    let voice = voice::prepare(bytes).unwrap();
    assert_eq!(voice::inspect(&voice.bytes), Ok(voice.duration_ms));
    voice.duration_ms
}

#[test]
fn nothing_but_sound_goes_out() {
    let silence = [SILENCE.as_slice(); 100];
    let padded = [&[SILENCE[0] | 3, 0x41, 12][..], &SILENCE[1..], b"MARK-PADDING"].concat();
    let mut packets = silence.to_vec();
    packets.push(&padded);
    let file = [note(&packets, 101 * 960), b"MARK-BEHIND".to_vec()].concat();
    let voice = voice::prepare(&file).unwrap();
    for mark in [b"MARK".as_slice(), SERIAL, &16_000_u32.to_le_bytes()] {
        assert!(contains(&file, mark) && !contains(&voice.bytes, mark), "{mark:?}");
    }
    assert_eq!(voice.duration_ms, (101 * 960 - 312) / 48);
    let demo = voice_note(10);
    let recorder = samples::RECORDER.as_bytes();
    assert!(contains(&demo, recorder) && !contains(&voice::prepare(&demo).unwrap().bytes, recorder));
}

/// Neither the serial number, nor how packets stand on pages, nor when the recording began leaves a trace.
#[test]
fn files_of_the_same_sound_come_out_the_same() {
    let packet = [[SILENCE[0]].as_slice(), &[7; 600]].concat();
    let packets: Vec<&[u8]> = (0..120).map(|number| if number % 3 == 0 { &packet[..] } else { &SILENCE }).collect();
    let written = |size: usize, begin: u64| {
        let (tags, count) = (tags(), packets.len().div_ceil(size));
        let mut pages = vec![(FIRST, 0, vec![HEAD.as_slice()]), (0, 0, vec![tags.as_slice()])];
        let mut position = begin;
        for (number, group) in packets.chunks(size).enumerate() {
            position += 960 * group.len() as u64;
            pages.push((if number + 1 == count { LAST } else { 0 }, position, group.to_vec()));
        }
        file(&pages)
    };
    let one = voice::prepare(&written(40, 0)).unwrap();
    for other in [written(1, 0), written(7, 0), written(33, 480_000), renumbered(&written(40, 0)), one.bytes.to_vec()] {
        assert!(voice::prepare(&other).unwrap().bytes == one.bytes);
    }
    assert_eq!(one.duration_ms, (120 * 960 - 312) / 48);
}

/// What an encoder wrote, to be sure that the checksum here is not wrong in the same way as there.
#[test]
fn a_page_of_another_program_is_read() {
    let head = "4f67675300020000000000000000cd102e48000000006c7358c701134f70757348656164010138\
                01803e0000000000";
    let head = hex(head);
    let renumbered = |page: &[u8]| patched(page, 0, |page| page[14..18].copy_from_slice(&head[14..18]));
    let rest = [page(0, 0, 1, &[&tags()]), page(LAST, 1920, 2, &[&SILENCE, &SILENCE])];
    let file = [head.clone(), renumbered(&rest[0]), renumbered(&rest[1])].concat();
    assert_eq!(duration(&file), (1920 - 312) / 48);
}

#[test]
fn no_changed_byte_and_no_cut_goes_unnoticed() {
    let file = note(&[&SILENCE, &[3, 1, 5], &[0xfb, 0x81, 9]], 960 + 480 + 960);
    assert_eq!(error(&file), None);
    for at in 0..file.len() {
        for change in [0x01, 0x10, 0x80, 0xff] {
            let mut changed = file.clone();
            changed[at] ^= change;
            assert!(matches!(error(&changed), Some(Error::VoiceDamaged | Error::VoiceFormat)), "{at}");
        }
        assert!(matches!(error(&file[..at]), Some(Error::VoiceDamaged | Error::VoiceFormat)), "{at}");
    }
}

#[test]
fn pages_are_all_there_and_in_order() {
    let file = voice_note(200);
    let starts = starts(&file);
    let pages: Vec<_> = starts.windows(2).map(|ends| &file[ends[0]..ends[1]]).collect();
    assert_eq!(pages.len(), 6);
    let without = |at: usize| {
        pages
            .iter()
            .enumerate()
            .filter(|(number, _)| *number != at)
            .flat_map(|(_, page)| page.to_vec())
            .collect::<Vec<_>>()
    };
    for at in 0..6 {
        assert!(matches!(error(&without(at)), Some(Error::VoiceDamaged | Error::VoiceFormat)), "{at}");
    }
    assert_eq!(
        error(&[pages[0], pages[1], pages[3], pages[2], pages[4], pages[5]].concat()),
        Some(Error::VoiceDamaged)
    );
    assert_eq!(
        error(&[pages[0], pages[1], pages[2], pages[2], pages[3], pages[4], pages[5]].concat()),
        Some(Error::VoiceDamaged)
    );
    // A second stream, behind the first or within it.
    assert_eq!(error(&file.repeat(2)), Some(Error::VoiceFormat));
    assert_eq!(error(&[pages[0], &renumbered(pages[0]), pages[1]].concat()), Some(Error::VoiceFormat));
}

#[test]
fn what_pages_say_must_agree() {
    let file = voice_note(200);
    let flags = |flags: u8| move |page: &mut [u8]| page[5] = flags;
    let position = |position: u64| move |page: &mut [u8]| page[6..14].copy_from_slice(&position.to_le_bytes());
    let version = |page: &mut [u8]| page[4] = 1;
    assert_eq!(error(&patched(&file, 5, position(200 * 960))), None);
    for (number, changed) in [
        (0, patched(&file, 0, flags(FIRST | LAST))),
        (1, patched(&file, 0, position(1))),
        (2, patched(&file, 1, position(1))),
        (3, patched(&file, 2, flags(1))),
        (4, patched(&file, 2, flags(8))),
        (5, patched(&file, 3, position(u64::MAX))),
        (6, patched(&file, 3, position(1 << 63))),
        (7, patched(&file, 3, position(0))),
        (8, patched(&file, 3, version)),
        (9, patched(&file, 5, flags(0))),
        (10, patched(&file, 3, flags(LAST))),
        (11, patched(&file, 2, |page| page[26 + 50] = 255)),
    ] {
        assert!(matches!(error(&changed), Some(Error::VoiceDamaged | Error::VoiceFormat)), "{number}");
    }
    assert_eq!(error(&patched(&file, 0, flags(0))), Some(Error::VoiceFormat));
    assert_eq!(error(&patched(&file, 2, flags(FIRST))), Some(Error::VoiceFormat));
}

#[test]
fn headers_are_those_of_a_voice_note() {
    assert_eq!(error(&headed(&HEAD)), None);
    let changed = |at: usize, byte: u8| {
        let mut head = HEAD;
        head[at] = byte;
        headed(&head)
    };
    let stereo = changed(9, 2);
    assert_eq!(error(&stereo), None);
    for file in [
        changed(0, b'o'),
        changed(8, 0),
        changed(8, 2),
        changed(9, 0),
        changed(9, 3),
        changed(18, 1),
        headed(&HEAD[..18]),
        headed(&[&HEAD[..], &[0]].concat()),
    ] {
        assert_eq!(error(&file), Some(Error::VoiceFormat));
    }
    for other in [b"".as_slice(), b"Ogg", b"RIFF", b"\xff\xf1", b"fLaC"] {
        assert_eq!(error(other), Some(Error::VoiceFormat));
    }
    let tagged = |tags: &[u8]| file(&[(FIRST, 0, vec![&HEAD]), (0, 0, vec![tags]), (LAST, 960, vec![&SILENCE])]);
    let whole = tags();
    assert_eq!(error(&tagged(&whole)), None);
    assert_eq!(error(&tagged(b"OpusTags\0\0\0\0\0\0\0\0")), None);
    assert_eq!(error(&tagged(&SILENCE)), Some(Error::VoiceFormat));
    for cut in 8..whole.len() - b"MARK-PADDING".len() {
        assert_eq!(error(&tagged(&whole[..cut])), Some(Error::VoiceDamaged), "{cut}");
    }
    assert_eq!(error(&tagged(b"OpusTags\0\0\0\0\xff\xff\xff\xff")), Some(Error::VoiceDamaged));
    assert_eq!(error(&tagged(b"OpusTags\xff\xff\xff\xff\0\0\0\0")), Some(Error::VoiceDamaged));
}

/// Tags with a picture of the sender take many pages.
#[test]
fn tags_may_be_long() {
    let tags = [tags(), vec![b'x'; 100_000]].concat();
    let audio = note(&[&SILENCE], 960);
    let audio = &audio[starts(&audio)[2]..];
    let mut file = page(FIRST, 0, 0, &[&HEAD]);
    let pieces: Vec<_> = tags.chunks(255 * 255).collect();
    for (number, piece) in pieces.iter().enumerate() {
        // A page that is full has no end of a packet on it, and no position.
        let mut page = page(u8::from(number > 0), 0, 1 + number as u32, &[piece]);
        if number + 1 < pieces.len() {
            page = patched_full(&page);
        }
        file.extend(page);
    }
    let last = patched(audio, 0, |page| page[18..22].copy_from_slice(&(1 + pieces.len() as u32).to_le_bytes()));
    file.extend(last);
    let voice = voice::prepare(&file).unwrap();
    assert_eq!(voice.duration_ms, (960 - 312) / 48);
    assert!(voice.bytes.len() < 200);
}

/// A page of one packet that fills it, with the lace that ends the packet taken away.
fn patched_full(page: &[u8]) -> Vec<u8> {
    // 255 laces of 255 and an empty one do not fit: the count says 255, and the empty one is still there.
    let page = [&page[..27 + 255], &page[27 + 256..]].concat();
    patched(&page, 0, |page| page[6..14].fill(0xff))
}

/// RFC 6716, table 2, in tenths of a millisecond.
#[test]
fn packets_last_as_long_as_they_say() {
    const FRAMES: [[u64; 4]; 8] = [
        [100, 200, 400, 600],
        [100, 200, 400, 600],
        [100, 200, 400, 600],
        [100, 200, 100, 200],
        [25, 50, 100, 200],
        [25, 50, 100, 200],
        [25, 50, 100, 200],
        [25, 50, 100, 200],
    ];
    for config in 0..32_u8 {
        let frame = FRAMES[usize::from(config / 4)][usize::from(config % 4)];
        let toc = config << 3;
        let many = u8::try_from(1200 / frame).unwrap();
        let packets = [vec![toc], vec![toc | 1, 5, 5], vec![toc | 2, 1, 9], vec![toc | 3, many]];
        for (packet, count) in packets.iter().zip([1, 2, 2, u64::from(many)]) {
            let total = 312 + frame * count * 48 / 10;
            // As many of them, and silence before them, that the 312 samples are skipped in.
            let file = note(&[&SILENCE, packet], 960 + frame * count * 48 / 10);
            assert_eq!(duration(&file), (960 + total - 2 * 312) / 48, "{config}: {packet:?}");
        }
    }
}

#[test]
fn packets_are_what_they_say() {
    let one = [vec![0xf8], vec![0; 1275]].concat();
    assert_eq!(error(&note(&[&one], 960)), None);
    let too_long = [vec![0xf8], vec![0; 1276]].concat();
    let too_long_twice = [vec![0xf9], vec![0; 2552]].concat();
    for packet in [
        b"".as_slice(),
        &too_long,
        &too_long_twice,
        &[0xf9, 1],
        &[0xfa],
        &[0xfa, 252],
        &[0xfa, 2, 0],
        &[0xfb],
        &[0xfb, 0],
        &[0xfb, 7],
        &[0xfb, 49],
        &[0x1b, 3],
        &[0x1b, 23],
        &[0x1b, 63],
        &[0xfb, 2, 0],
        &[0xfb, 0x82],
        &[0xfb, 0x82, 3, 0, 0],
        &[0xfb, 0x41],
        &[0xfb, 0x41, 1],
        &[0xfb, 0x41, 255],
        &[0xfb, 0x41, 255, 255, 0],
    ] {
        assert_eq!(error(&note(&[&SILENCE, packet, &SILENCE], 2880)), Some(Error::VoiceDamaged), "{packet:?}");
    }
}

/// Sound behind the end that the file gives is not played, and does not go out.
#[test]
fn what_is_cut_off_is_gone() {
    let secret = [[SILENCE[0]].as_slice(), b"MARK-SECRET"].concat();
    let file = note(&[&SILENCE, &SILENCE, &secret, &secret], 1900);
    let voice = voice::prepare(&file).unwrap();
    assert!(!contains(&voice.bytes, b"MARK"));
    assert_eq!(voice.duration_ms, (1900 - 312) / 48);
    assert!(voice::prepare(&voice.bytes).unwrap().bytes == voice.bytes);
    // Nothing to hear at all.
    assert_eq!(error(&note(&[&SILENCE], 312)), Some(Error::VoiceDamaged));
    assert_eq!(error(&note(&[&SILENCE], 0)), Some(Error::VoiceDamaged));
    assert_eq!(error(&note(&[], u64::MAX)), Some(Error::VoiceDamaged));
}

#[test]
fn an_hour_is_enough() {
    let hour = 3600 * 50;
    assert_eq!(duration(&voice_note(hour)), 3_600_000 - 7);
    assert_eq!(error(&voice_note(hour + 1)), Some(Error::VoiceTooLong));
    assert_eq!(error(&vec![0; FILE_MAX + 1]), Some(Error::FileTooLarge));
}

/// Packets of any configuration and length: those of one frame, and those of many with padding.
fn packets() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let content = proptest::collection::vec(any::<u8>(), 0..700);
    let packet = (0..32_u8, content, any::<Option<u8>>()).prop_map(|(config, content, padding)| match padding {
        None => [vec![config << 3], content].concat(),
        Some(padding) => {
            let padding = padding % 255;
            [vec![(config << 3) | 3, 0x41, padding], content, vec![b'p'; padding.into()]].concat()
        }
    });
    proptest::collection::vec(packet, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_comes_out_comes_out_again(packets in packets(), position in 0..200_000_u64, size in 1..30_usize) {
        let (tags, count) = (tags(), packets.len().div_ceil(size));
        let mut pages = vec![(FIRST, 0, vec![HEAD.as_slice()]), (0, 0, vec![tags.as_slice()])];
        for (number, group) in packets.chunks(size).enumerate() {
            let group: Vec<_> = group.iter().map(Vec::as_slice).collect();
            pages.push((if number + 1 == count { LAST } else { 0 }, position, group));
        }
        // Pages with more laces than fit are no pages.
        prop_assume!(pages.iter().all(|(_, _, group)| group.iter().map(|packet| packet.len() / 255 + 1).sum::<usize>() < 256));
        if let Ok(voice) = voice::prepare(&file(&pages)) {
            let again = voice::prepare(&voice.bytes).unwrap();
            prop_assert!(again.bytes == voice.bytes && again.duration_ms == voice.duration_ms);
        }
    }

    #[test]
    fn anything_may_follow_a_first_page(rest in proptest::collection::vec(any::<u8>(), 0..400)) {
        let file = [page(FIRST, 0, 0, &[&HEAD]), rest].concat();
        prop_assert!(matches!(error(&file), Some(Error::VoiceDamaged | Error::VoiceFormat)));
    }
}
