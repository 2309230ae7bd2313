//! Ogg pages (RFC 3533): one logical stream, read strictly and written in one way.

use zeroize::Zeroizing;

use super::Error;

/// The pages of a file, each checked against its checksum and against the one before.
pub(super) struct Pages<'a> {
    rest: &'a [u8],
    serial: [u8; 4],
    number: u32,
}

/// A page.
pub(super) struct Page<'a> {
    /// Nothing follows.
    pub(super) last: bool,
    /// Samples up to the end of the last packet that ends here, if one does.
    pub(super) position: Option<u64>,
    laces: &'a [u8],
    body: &'a [u8],
}

impl<'a> Pages<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        let serial = bytes.strip_prefix(MAGIC).ok_or(Error::VoiceFormat)?.get(10..).and_then(<[u8]>::first_chunk);
        Ok(Self { rest: bytes, serial: *serial.ok_or(Error::VoiceDamaged)?, number: 0 })
    }

    /// The next page. `continues` says whether it must begin with the rest of a packet.
    pub(super) fn next(&mut self, continues: bool) -> Result<Page<'a>, Error> {
        let whole = self.rest;
        let header: &[u8; HEADER_LEN] = self.take(HEADER_LEN)?.first_chunk().ok_or(Error::VoiceDamaged)?;
        let &[m0, m1, m2, m3, 0, flags, ref fields @ .., count] = header else { return Err(Error::VoiceDamaged) };
        let (position, fields) = fields.split_first_chunk::<8>().ok_or(Error::VoiceDamaged)?;
        let (serial, fields) = fields.split_first_chunk::<4>().ok_or(Error::VoiceDamaged)?;
        let (number, sum) = fields.split_first_chunk::<4>().ok_or(Error::VoiceDamaged)?;
        let laces = self.take(count.into())?;
        let body = self.take(laces.iter().map(|lace| usize::from(*lace)).sum())?;
        let after = whole.get(HEADER_LEN..whole.len() - self.rest.len()).ok_or(Error::VoiceDamaged)?;
        let begin = header.get(..SUM_AT).unwrap_or_default();
        let counted = checksum(&[begin, &[0; 4], &[count], after]);
        if [m0, m1, m2, m3] != *MAGIC || counted.to_le_bytes() != *sum {
            return Err(Error::VoiceDamaged);
        }
        let (first, last) = (flags & FIRST != 0, flags & LAST != 0);
        // A second stream, beside this one or behind it, is music and not a voice note.
        let another = *serial != self.serial || first != (self.number == 0);
        if another || last && self.rest.starts_with(MAGIC) {
            return Err(Error::VoiceFormat);
        }
        let position = position_of(*position, laces.iter().any(|lace| *lace < 255))?;
        let flagged = flags & !(FIRST | LAST) == if continues { CONTINUED } else { 0 };
        if !flagged || u32::from_le_bytes(*number) != self.number {
            return Err(Error::VoiceDamaged);
        }
        self.number = self.number.checked_add(1).ok_or(Error::VoiceDamaged)?;
        Ok(Page { last, position, laces, body })
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        self.rest.split_off(..length).ok_or(Error::VoiceDamaged)
    }
}

/// A position stands where a packet ends, and only there.
fn position_of(bytes: [u8; 8], ends: bool) -> Result<Option<u64>, Error> {
    match (i64::from_le_bytes(bytes), ends) {
        (-1, false) => Ok(None),
        (position, true) => u64::try_from(position).map(Some).map_err(|_| Error::VoiceDamaged),
        _ => Err(Error::VoiceDamaged),
    }
}

impl<'a> Page<'a> {
    /// Packets and parts of packets, each with whether it ends here.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (&'a [u8], bool)> {
        let mut rest = self.body;
        self.laces.chunk_by(|lace, _| *lace == 255).map(move |laces| {
            let length = laces.iter().map(|lace| usize::from(*lace)).sum();
            // The body is as long as all laces together.
            (rest.split_off(..length).unwrap_or_default(), laces.last().is_some_and(|lace| *lace < 255))
        })
    }
}

/// Pages of a file that is made.
pub(super) struct Writer {
    out: Zeroizing<Vec<u8>>,
    number: u32,
}

impl Writer {
    /// For a file of at most this many bytes.
    pub(super) fn new(room: usize) -> Self {
        Self { out: Zeroizing::new(Vec::with_capacity(room)), number: 0 }
    }

    /// Adds a page of whole packets, which together have at most [`LACES_MAX`] laces. The serial number is zero.
    pub(super) fn page(&mut self, flags: u8, position: u64, packets: &[&[u8]]) {
        let start = self.out.len();
        let count: usize = packets.iter().map(|packet| laces(packet.len())).sum();
        self.out.extend_from_slice(MAGIC);
        self.out.extend_from_slice(&[0, flags]);
        self.out.extend_from_slice(&position.to_le_bytes());
        self.out.extend_from_slice(&[0; 4]);
        self.out.extend_from_slice(&self.number.to_le_bytes());
        self.out.extend_from_slice(&[0; 4]);
        self.out.push(u8::try_from(count).unwrap_or(u8::MAX));
        for packet in packets {
            self.out.extend(std::iter::repeat_n(255, packet.len() / 255));
            self.out.extend(u8::try_from(packet.len() % 255));
        }
        packets.iter().for_each(|packet| self.out.extend_from_slice(packet));
        let sum = checksum(&[self.out.get(start..).unwrap_or_default()]);
        if let Some(place) = self.out.get_mut(start + SUM_AT..start + SUM_AT + 4) {
            place.copy_from_slice(&sum.to_le_bytes());
        }
        self.number += 1;
    }

    pub(super) fn finish(self) -> Zeroizing<Vec<u8>> {
        self.out
    }
}

/// Laces of a packet of this length. A packet that fills its last lace is followed by an empty one.
pub(super) const fn laces(length: usize) -> usize {
    length / 255 + 1
}

/// CRC-32 with the polynomial 0x04c11db7, from zero, neither reflected nor inverted.
fn checksum(parts: &[&[u8]]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        let [high, ..] = sum.to_be_bytes();
        (sum << 8) ^ TABLE.get(usize::from(high ^ byte)).copied().unwrap_or_default()
    };
    parts.iter().copied().flatten().fold(0, step)
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut sum = (index as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            sum = (sum << 1) ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 };
            bit += 1;
        }
        table[index] = sum;
        index += 1;
    }
    table
};

const MAGIC: &[u8; 4] = b"OggS";

/// Bytes of a page before its laces.
pub(super) const HEADER_LEN: usize = 27;
/// Laces of a page at most.
pub(super) const LACES_MAX: usize = 255;

/// Where the checksum stands.
const SUM_AT: usize = 22;

/// The page begins with the rest of a packet.
const CONTINUED: u8 = 1;
/// The page is the first.
pub(super) const FIRST: u8 = 2;
/// The page is the last.
pub(super) const LAST: u8 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_ogg_s() {
        // CRC-32/CKSUM of these bytes is 0x765e7680; it is the same but for being inverted at the end.
        assert_eq!(checksum(&[b"1234", b"56789"]), !0x765e_7680);
    }
}
