//! Voice notes: Ogg Opus (RFC 7845) of one or two channels. What a person sends is taken apart into its packets and put
//! together anew, so that nothing of the file but its sound goes out: no tags, no name of a program or a day, no serial
//! number, no padding, no pages cut as one program cuts them, nothing behind the end.

mod packet;
mod page;

use std::time::Duration;

use zeroize::Zeroizing;

use super::{Error, FILE_MAX};
use page::{Pages, Writer};

/// The longest voice note.
pub const DURATION_MAX: Duration = Duration::from_secs(60 * 60);

/// A voice note that is fit to be sent.
pub struct Voice {
    /// The file: at most [`FILE_MAX`] bytes, nothing in it but the sound.
    pub bytes: Zeroizing<Vec<u8>>,
    /// How long it is, in milliseconds.
    pub duration_ms: u64,
}

/// Makes a voice note fit to be sent. What comes out depends on the sound alone, and is taken again unchanged.
///
/// # Errors
/// [`Error::VoiceFormat`], [`Error::VoiceDamaged`], [`Error::VoiceTooLong`], [`Error::FileTooLarge`].
pub fn prepare(bytes: &[u8]) -> Result<Voice, Error> {
    let sound = Sound::read(bytes)?;
    let bytes = sound.write();
    if bytes.len() > FILE_MAX {
        return Err(Error::FileTooLarge);
    }
    Ok(Voice { bytes, duration_ms: sound.duration_ms() })
}

/// How long a received voice note is, in milliseconds: by the packets that are in it, whatever it claims.
///
/// # Errors
/// As [`prepare`].
pub fn inspect(bytes: &[u8]) -> Result<u64, Error> {
    Sound::read(bytes).map(|sound| sound.duration_ms())
}

/// What is heard.
struct Sound {
    head: Head,
    /// The packets' bytes, one after the other.
    audio: Zeroizing<Vec<u8>>,
    packets: Vec<Packet>,
    /// Samples of all packets.
    total: u64,
    /// Samples at the end that are not heard; fewer than the last packet has.
    trim: u64,
}

struct Packet {
    start: usize,
    end: usize,
    samples: u16,
}

/// The identification header (RFC 7845, 5.1), as far as it reaches the ear.
struct Head {
    channels: u8,
    skip: [u8; 2],
    gain: [u8; 2],
}

impl Sound {
    fn read(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > FILE_MAX {
            return Err(Error::FileTooLarge);
        }
        let mut pages = Pages::new(bytes)?;
        let mut scratch = Zeroizing::new(Vec::with_capacity(bytes.len()));
        header(&mut pages, &mut scratch)?;
        let head = Head::decode(&scratch)?;
        scratch.clear();
        header(&mut pages, &mut scratch)?;
        check_tags(&scratch)?;
        scratch.clear();
        let audio = Zeroizing::new(Vec::with_capacity(bytes.len()));
        let mut sound = Self { head, audio, packets: Vec::new(), total: 0, trim: 0 };
        sound.collect(&mut pages, &mut scratch)?;
        sound.cut()?;
        Ok(sound)
    }

    /// Takes up the packets of all pages. Positions must not go back; otherwise only the last one says anything that the
    /// packets do not: how much of them is not to be heard. A recording may begin at any position, and a recorder's clock
    /// may run a little apart from its microphone's.
    fn collect(&mut self, pages: &mut Pages<'_>, scratch: &mut Zeroizing<Vec<u8>>) -> Result<(), Error> {
        let mut before = None::<u64>;
        loop {
            let page = pages.next(!scratch.is_empty())?;
            let start = self.total;
            for (piece, ends) in page.pieces() {
                scratch.extend_from_slice(piece);
                if ends {
                    self.take(scratch)?;
                    scratch.clear();
                }
            }
            if let Some(position) = page.position {
                let passed = position.checked_sub(before.unwrap_or(0)).ok_or(Error::VoiceDamaged)?;
                if page.last {
                    self.trim = self.total.saturating_sub(start).saturating_sub(passed);
                }
                before = Some(position);
            }
            if page.last {
                return if scratch.is_empty() { Ok(()) } else { Err(Error::VoiceDamaged) };
            }
        }
    }

    fn take(&mut self, packet: &[u8]) -> Result<(), Error> {
        let start = self.audio.len();
        let samples = packet::append(packet, &mut self.audio)?;
        self.total = self.total.saturating_add(samples.into());
        if self.total > DURATION_MAX.as_secs().saturating_mul(RATE) {
            return Err(Error::VoiceTooLong);
        }
        self.packets.push(Packet { start, end: self.audio.len(), samples });
        Ok(())
    }

    /// Leaves out the packets that nobody hears. Something must remain.
    fn cut(&mut self) -> Result<(), Error> {
        while let Some(packet) = self.packets.pop_if(|packet| u64::from(packet.samples) <= self.trim) {
            self.trim = self.trim.saturating_sub(packet.samples.into());
            self.total = self.total.saturating_sub(packet.samples.into());
        }
        if self.length() > self.head.skipped() { Ok(()) } else { Err(Error::VoiceDamaged) }
    }

    /// Samples from the first packet's beginning to the end.
    const fn length(&self) -> u64 {
        self.total.saturating_sub(self.trim)
    }

    fn duration_ms(&self) -> u64 {
        self.length().saturating_sub(self.head.skipped()) * 1000 / RATE
    }

    /// The file: a page for each header, then pages that end with the packet that completes a second, or before the one
    /// that does not fit.
    fn write(&self) -> Zeroizing<Vec<u8>> {
        let mut writer = Writer::new(self.room());
        writer.page(page::FIRST, 0, &[&self.head.encode()]);
        writer.page(0, 0, &[&TAGS]);
        let (mut group, mut laces) = (Vec::new(), 0);
        let (mut begin, mut position) = (0, 0_u64);
        for packet in &self.packets {
            let bytes = self.audio.get(packet.start..packet.end).unwrap_or_default();
            let more = page::laces(bytes.len());
            if laces + more > page::LACES_MAX || position - begin >= RATE {
                writer.page(0, position, &group);
                group.clear();
                (laces, begin) = (0, position);
            }
            group.push(bytes);
            laces += more;
            position += u64::from(packet.samples);
        }
        writer.page(page::LAST, self.length(), &group);
        writer.finish()
    }

    /// Bytes that the file takes at most. Two pages in a row that are not of a second have more laces than one can hold.
    fn room(&self) -> usize {
        let laces: usize = self.packets.iter().map(|packet| page::laces(packet.end - packet.start)).sum();
        let seconds = usize::try_from(self.total / RATE).unwrap_or(usize::MAX);
        let pages = seconds.saturating_add(2 * laces / page::LACES_MAX).saturating_add(4);
        pages.saturating_mul(page::HEADER_LEN + 1).saturating_add(laces + self.audio.len() + HEAD_LEN + TAGS.len())
    }
}

/// Reads one of the two headers, each of which ends its last page, at no time.
fn header(pages: &mut Pages<'_>, out: &mut Zeroizing<Vec<u8>>) -> Result<(), Error> {
    loop {
        let page = pages.next(!out.is_empty())?;
        let mut pieces = page.pieces();
        let (piece, ends) = pieces.next().ok_or(Error::VoiceDamaged)?;
        out.extend_from_slice(piece);
        if page.last || pieces.next().is_some() || page.position.is_some_and(|position| position != 0) {
            return Err(Error::VoiceDamaged);
        }
        if ends {
            return Ok(());
        }
    }
}

/// Checks that a comment header (RFC 7845, 5.2) is one. What it says is of no interest.
fn check_tags(bytes: &[u8]) -> Result<(), Error> {
    let mut rest = bytes.strip_prefix(b"OpusTags").ok_or(Error::VoiceFormat)?;
    let mut number = |skips: bool| {
        let bytes = *rest.split_off(..4)?.first_chunk()?;
        let number = u32::from_le_bytes(bytes);
        if skips {
            rest.split_off(..usize::try_from(number).ok()?)?;
        }
        Some(number)
    };
    number(true).ok_or(Error::VoiceDamaged)?;
    let count = number(false).ok_or(Error::VoiceDamaged)?;
    (0..count).try_for_each(|_| number(true).map(drop)).ok_or(Error::VoiceDamaged)
}

impl Head {
    fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let fields = bytes.strip_prefix(b"OpusHead").ok_or(Error::VoiceFormat)?;
        match *fields {
            [1, channels @ 1..=2, s0, s1, _, _, _, _, g0, g1, 0] => {
                Ok(Self { channels, skip: [s0, s1], gain: [g0, g1] })
            }
            _ => Err(Error::VoiceFormat),
        }
    }

    /// Without the rate that the sound had before it was encoded: players do without, and it tells of a device.
    const fn encode(&self) -> [u8; HEAD_LEN] {
        let ([s0, s1], [g0, g1]) = (self.skip, self.gain);
        [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', 1, self.channels, s0, s1, 0, 0, 0, 0, g0, g1, 0]
    }

    /// Samples at the beginning that are not heard.
    fn skipped(&self) -> u64 {
        u16::from_le_bytes(self.skip).into()
    }
}

/// Samples a second, whatever the sound was recorded with.
const RATE: u64 = 48_000;

const HEAD_LEN: usize = 19;

/// No vendor, no comments.
const TAGS: [u8; 16] = *b"OpusTags\0\0\0\0\0\0\0\0";
