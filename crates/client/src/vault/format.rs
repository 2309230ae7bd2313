//! The bytes of a vault file.
//!
//! ```text
//! magic 8 ‖ version u8 ‖ zero 3 ‖ m u32be (KiB) ‖ t u32be ‖ p u32be ‖ salt 16 ‖ nonce 24      the header, 64 bytes
//! XChaCha20-Poly1305(key, nonce, ad = header, length u32be ‖ payload ‖ zeros) ‖ tag 16        the rest
//! key = Argon2id(passphrase, salt, m, t, p), 32 bytes
//! ```
//! The file's length is a multiple of 64 KiB, so that it says little about what is inside.

use nightjar_protocol::crypto::{TAG_LEN, XNONCE_LEN, argon2id, xopen, xseal};
use nightjar_protocol::keys::{AeadKey, Random};
use zeroize::Zeroizing;

use super::{Error, Passphrase};

/// The work that a guess at the passphrase costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KdfParams {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// What stands in front of the sealed part and is authenticated with it; without the nonce, which is fresh each time.
#[derive(Clone, Copy)]
pub(super) struct Header {
    pub(super) params: KdfParams,
    pub(super) salt: [u8; SALT_LEN],
}

impl KdfParams {
    /// What a vault is made with: 256 MiB, three passes; about a second.
    pub const STANDARD: Self = Self { memory: 256 * 1024, passes: 3, lanes: 1 };
    /// The least that a vault may be made with: 19 MiB, two passes.
    pub const LEAST: Self = Self { memory: 19 * 1024, passes: 2, lanes: 1 };
    /// The most that a file can make this program spend: 1 GiB, 16 passes, 4 lanes.
    pub const MOST: Self = Self { memory: 1024 * 1024, passes: 16, lanes: 4 };

    /// Whether these are within bounds; nothing is allocated for them before that is known.
    #[must_use]
    pub const fn are_bounded(self) -> bool {
        let (least, most) = (Self::LEAST, Self::MOST);
        self.memory >= least.memory
            && self.memory <= most.memory
            && self.passes >= least.passes
            && self.passes <= most.passes
            && self.lanes >= least.lanes
            && self.lanes <= most.lanes
    }
}

impl Header {
    /// The key that `passphrase` yields.
    pub(super) fn key(&self, passphrase: &Passphrase) -> Result<AeadKey, Error> {
        let KdfParams { memory, passes, lanes } = self.params;
        if !self.params.are_bounded() {
            return Err(Error::Damaged);
        }
        let key = argon2id(passphrase.as_bytes(), &self.salt, memory, passes, lanes).map_err(|_| Error::Damaged)?;
        Ok(AeadKey::from_bytes(*key))
    }

    /// The header's bytes, up to the nonce.
    fn write(&self, out: &mut Vec<u8>) {
        let KdfParams { memory, passes, lanes } = self.params;
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[VERSION, 0, 0, 0]);
        for number in [memory, passes, lanes] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.extend_from_slice(&self.salt);
    }

    /// Reads a header, and refuses what is none before anything costly happens.
    pub(super) fn parse(file: &[u8]) -> Result<Self, Error> {
        let magic = file.first_chunk::<{ MAGIC.len() }>().ok_or(Error::Damaged)?;
        let version = *file.get(MAGIC.len()).ok_or(Error::Damaged)?;
        if *magic != MAGIC {
            return Err(Error::Damaged);
        }
        if version != VERSION {
            return Err(Error::Version);
        }
        if file.get(9..12) != Some(&[0; 3]) || !file.len().is_multiple_of(BLOCK) || file.len() > FILE_MAX {
            return Err(Error::Damaged);
        }
        let number = |at: usize| {
            let bytes = file.get(at..).and_then(|rest| rest.first_chunk::<4>());
            bytes.map(|bytes| u32::from_be_bytes(*bytes)).ok_or(Error::Damaged)
        };
        let params = KdfParams { memory: number(12)?, passes: number(16)?, lanes: number(20)? };
        let salt = *file.get(24..).and_then(|rest| rest.first_chunk()).ok_or(Error::Damaged)?;
        if params.are_bounded() { Ok(Self { params, salt }) } else { Err(Error::Damaged) }
    }
}

/// The whole file: `payload` sealed under a fresh nonce.
pub(super) fn seal(header: &Header, key: &AeadKey, payload: &[u8], random: &mut impl Random) -> Result<Vec<u8>, Error> {
    let length = u32::try_from(payload.len()).map_err(|_| Error::TooLong)?;
    let total = (HEADER_LEN + 4 + payload.len() + TAG_LEN).next_multiple_of(BLOCK);
    if total > FILE_MAX {
        return Err(Error::TooLong);
    }
    // Reserved at once: growing would leave copies of the payload behind.
    let mut file = Vec::with_capacity(total);
    header.write(&mut file);
    let nonce = random.bytes::<XNONCE_LEN>();
    file.extend_from_slice(nonce.as_slice());
    file.extend_from_slice(&length.to_be_bytes());
    file.extend_from_slice(payload);
    file.resize(total, 0);
    let (header, sealed) = file.split_at_mut(HEADER_LEN);
    xseal(key, &nonce, header, sealed).map_err(|_| Error::Damaged)?;
    Ok(file)
}

/// The payload of a file whose header was parsed.
pub(super) fn open(key: &AeadKey, mut file: Vec<u8>) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (header, sealed) = file.split_at_mut_checked(HEADER_LEN).ok_or(Error::Damaged)?;
    let nonce = *header.last_chunk::<XNONCE_LEN>().ok_or(Error::Damaged)?;
    let text = xopen(key, &nonce, header, sealed).map_err(|_| Error::Wrong)?;
    let payload = unpad(text).map(|payload| Zeroizing::new(payload.to_vec()));
    zeroize::Zeroize::zeroize(&mut file);
    payload
}

fn unpad(text: &[u8]) -> Result<&[u8], Error> {
    let (length, rest) = text.split_first_chunk().ok_or(Error::Damaged)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Error::Damaged)?;
    let (payload, padding) = rest.split_at_checked(length).ok_or(Error::Damaged)?;
    if padding.iter().any(|byte| *byte != 0) { Err(Error::Damaged) } else { Ok(payload) }
}

const MAGIC: [u8; 8] = *b"NJVAULT\0";
const VERSION: u8 = 1;
pub(super) const SALT_LEN: usize = 16;
pub(super) const HEADER_LEN: usize = 64;
/// The file's length is a multiple of this.
pub(super) const BLOCK: usize = 64 * 1024;
/// The file's length at most: 64 MiB.
pub(super) const FILE_MAX: usize = 1024 * BLOCK;
pub(super) const OVERHEAD: usize = HEADER_LEN + 4 + TAG_LEN;
