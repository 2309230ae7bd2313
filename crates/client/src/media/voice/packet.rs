//! Opus packets (RFC 6716, 3): how long they are heard, and what of them is sound.

use zeroize::Zeroizing;

use super::Error;

/// Adds a packet to `out`, without its padding: the number of its samples at 48 kHz.
pub(super) fn append(packet: &[u8], out: &mut Zeroizing<Vec<u8>>) -> Result<u16, Error> {
    let (toc, frames) = packet.split_first().ok_or(Error::VoiceDamaged)?;
    let samples = frame_samples(toc >> 3);
    let mut rest = frames;
    let count = match toc & 3 {
        0 => {
            check(rest.len())?;
            1
        }
        1 => {
            equal(rest.len(), 2)?;
            2
        }
        2 => {
            unequal(&mut rest, 1)?;
            2
        }
        _ => return append_many(*toc, frames, samples, out),
    };
    out.extend_from_slice(packet);
    Ok(samples * count)
}

/// A packet that says how many frames it has (3.2.5).
fn append_many(toc: u8, frames: &[u8], samples: u16, out: &mut Zeroizing<Vec<u8>>) -> Result<u16, Error> {
    let (flags, mut rest) = frames.split_first().ok_or(Error::VoiceDamaged)?;
    let count = flags & 0x3f;
    let samples = samples.checked_mul(count.into()).filter(|samples| (1..=SAMPLES_MAX).contains(samples));
    let samples = samples.ok_or(Error::VoiceDamaged)?;
    if flags & PADDED != 0 {
        let padding = padding(&mut rest)?;
        rest = rest
            .get(..rest.len().saturating_sub(padding))
            .filter(|_| padding <= rest.len())
            .ok_or(Error::VoiceDamaged)?;
    }
    let sound = rest;
    if flags & VARIABLE == 0 {
        equal(rest.len(), count.into())?
    } else {
        unequal(&mut rest, count - 1)?
    }
    out.extend_from_slice(&[toc, flags & !PADDED]);
    out.extend_from_slice(sound);
    Ok(samples)
}

/// Reads how many bytes of padding stand at the packet's end.
fn padding(rest: &mut &[u8]) -> Result<usize, Error> {
    let mut padding = 0_usize;
    loop {
        match rest.split_off_first().ok_or(Error::VoiceDamaged)? {
            255 => padding = padding.saturating_add(254),
            length => return Ok(padding.saturating_add((*length).into())),
        }
    }
}

/// Checks frames of equal lengths.
fn equal(length: usize, count: usize) -> Result<(), Error> {
    if length.is_multiple_of(count) { check(length / count) } else { Err(Error::VoiceDamaged) }
}

/// Checks frames whose lengths, but for the last, stand before them.
fn unequal(rest: &mut &[u8], lengths: u8) -> Result<(), Error> {
    let mut sum = 0;
    for _ in 0..lengths {
        let mut byte = || rest.split_off_first().copied().map(usize::from).ok_or(Error::VoiceDamaged);
        let length = match byte()? {
            short @ 0..252 => short,
            long => long + 4 * byte()?,
        };
        check(length)?;
        sum += length;
    }
    check(rest.len().checked_sub(sum).ok_or(Error::VoiceDamaged)?)
}

fn check(frame: usize) -> Result<(), Error> {
    if frame <= FRAME_MAX { Ok(()) } else { Err(Error::VoiceDamaged) }
}

/// Samples of a frame: 10 to 60 ms of speech, 10 or 20 of both, 2.5 to 20 of music (table 2).
const fn frame_samples(config: u8) -> u16 {
    match config {
        0..12 if config & 3 == 3 => 2880,
        0..12 => 480 << (config & 3),
        12..16 => 480 << (config & 1),
        _ => 120 << (config & 3),
    }
}

/// Bytes of a frame at most.
const FRAME_MAX: usize = 1275;

/// 120 ms.
const SAMPLES_MAX: u16 = 5760;

const VARIABLE: u8 = 0x80;
const PADDED: u8 = 0x40;
