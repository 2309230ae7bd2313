//! What Redis gets to see in place of mailbox ids and cells. Spec: relay, "What a relay must not keep".
//!
//! Both keys come from the relay's static secret, so all relays of one cluster agree on them, and nobody who has Redis alone
//! (its memory, its files, its slow log) can tell which mailbox is which, or open what was once sealed twice. Who has Redis
//! and the secret can. Redis sees how many cells a mailbox has, when they come, and when they are gone.

use std::fmt;

use nightjar_protocol::crypto::{TAG_LEN, XNONCE_LEN, hkdf_sha256, hmac_sha256, xopen, xseal};
use nightjar_protocol::keys::{AeadKey, DhSecret, MailboxId};
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::wire::Cell;
use zeroize::Zeroizing;

use super::super::Error;

/// The keys that names and cells go through.
pub(super) struct Names {
    naming: Zeroizing<[u8; 32]>,
    sealing: AeadKey,
}

/// A mailbox as Redis knows it: 16 bytes of an HMAC of its id, as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Tag([u8; 32]);

impl Names {
    pub fn new(secret: &DhSecret) -> Self {
        let derive = |info| hkdf_sha256::<32>(SALT, &[secret.as_bytes()], info);
        Self { naming: derive(b"names"), sealing: AeadKey::from_bytes(*derive(b"cells")) }
    }

    pub fn tag(&self, id: MailboxId) -> Tag {
        let name = hmac_sha256(&*self.naming, &[id.as_bytes()]);
        let mut digits = [0; 32];
        for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(name.iter()) {
            *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
        }
        Tag(digits)
    }

    /// Seals a cell for its stay: a random nonce, then the sealed bytes. The number it will have is not known yet, so a Redis
    /// that lies can change the order of a mailbox's cells, and nothing else.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the system has no randomness.
    pub fn seal(&self, tag: Tag, cell: &Cell) -> Result<Vec<u8>, Error> {
        let mut nonce = [0; XNONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| Error::Unavailable)?;
        let mut sealed = Vec::with_capacity(XNONCE_LEN + CELL_LEN + TAG_LEN);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(cell.as_bytes());
        sealed.extend_from_slice(&[0; TAG_LEN]);
        let (_, body) = sealed.split_at_mut(XNONCE_LEN);
        xseal(&self.sealing, &nonce, &tag.0, body).map_err(|_| Error::Unavailable)?;
        Ok(sealed)
    }

    /// Opens what [`Self::seal`] made for the same mailbox; nothing if it is anything else.
    pub fn open(&self, tag: Tag, sealed: &mut [u8]) -> Option<Cell> {
        let (nonce, body) = sealed.split_first_chunk_mut::<XNONCE_LEN>()?;
        let cell = xopen(&self.sealing, nonce, &tag.0, body).ok()?;
        Some(Cell::from_bytes(*cell.first_chunk().filter(|_| cell.len() == CELL_LEN)?))
    }
}

impl Tag {
    /// The tag that stands in a channel's name.
    pub fn of_channel(channel: &[u8]) -> Option<Self> {
        let (prefix, rest) = channel.split_first_chunk::<4>()?;
        let digits = rest.strip_suffix(b"}")?.try_into().ok()?;
        (prefix == b"nj:{").then_some(Self(digits))
    }

    /// The slot of all its keys in a cluster.
    pub fn slot(self) -> u16 {
        slot(&self.0)
    }

    pub fn mailbox(self) -> String {
        format!("nj:{self}:m")
    }

    pub fn index(self) -> String {
        format!("nj:{self}:i")
    }

    /// What stands before a cell's number.
    pub fn cells(self) -> String {
        format!("nj:{self}:")
    }

    pub fn channel(self) -> String {
        format!("nj:{self}")
    }
}

/// In the braces that make it a hash tag.
impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}", str::from_utf8(&self.0).map_err(|_| fmt::Error)?)
    }
}

/// The slot of a hash tag: CRC-16/XMODEM, 14 bits of it, as Redis Cluster has it.
pub(super) fn slot(tag: &[u8]) -> u16 {
    let crc = tag.iter().fold(0_u16, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| if crc >> 15 == 1 { (crc << 1) ^ 0x1021 } else { crc << 1 })
    });
    crc % SLOTS
}

/// Slots of a cluster.
pub(super) const SLOTS: u16 = 16_384;
const SALT: &[u8] = b"nightjar/relay/redis/v1";
const DIGITS: &[u8; 16] = b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_redis() {
        // `CLUSTER KEYSLOT` of a server.
        assert_eq!([slot(b"123456789"), slot(b"foo"), slot(b"")], [12_739, 12_182, 0]);
    }

    #[test]
    fn names_and_cells_are_those_of_one_secret_and_one_mailbox() {
        let [ours, theirs] = [1, 2].map(|byte| Names::new(&DhSecret::from_bytes([byte; 32])));
        let (id, cell) = (MailboxId::from_bytes([7; 32]), Cell::from_bytes([9; CELL_LEN]));
        let (tag, other) = (ours.tag(id), ours.tag(MailboxId::from_bytes([8; 32])));
        assert!(tag != theirs.tag(id) && tag != other && Tag::of_channel(tag.channel().as_bytes()) == Some(tag));
        let seal = || ours.seal(tag, &cell).unwrap();
        assert_ne!(seal(), seal());
        assert!(ours.open(tag, &mut seal()) == Some(cell.clone()));
        assert!(ours.open(other, &mut seal()).is_none() && theirs.open(tag, &mut seal()).is_none());
        for length in 0..80 {
            assert!(ours.open(tag, &mut seal()[..length]).is_none());
        }
    }
}
