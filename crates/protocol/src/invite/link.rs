//! The link form: `NIGHTJAR:` and base32, small enough for a QR code in alphanumeric mode. Spec: invite, "Link".

use core::net::{Ipv4Addr, Ipv6Addr};

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::address::{Host, HostName, NAME_MAX};
use super::{Error, InviteKeys, RelayAddress};
use crate::base32;
use crate::crypto::sha256;
use crate::keys::{AccessKey, DhPublic, Random};

/// What a link begins with, in capitals or small letters.
pub const SCHEME: &str = "NIGHTJAR:";

/// A link: 16 random bytes and the address of the relay where they are good, its access key included.
pub struct Link {
    secret: Secret,
    relay: RelayAddress,
}

#[derive(Zeroize, ZeroizeOnDrop)]
struct Secret([u8; SECRET_LEN]);

impl Link {
    /// Draws the secret of a link to `relay`.
    pub fn generate(relay: RelayAddress, random: &mut impl Random) -> Self {
        Self { secret: Secret(*random.bytes()), relay }
    }

    /// Reads a link, with white space around it.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::Scheme`], [`Error::Base32`], [`Error::TooShort`], [`Error::Checksum`],
    /// [`Error::Version`] or [`Error::Malformed`], the first that applies.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.len() > LINK_MAX {
            return Err(Error::TooLong);
        }
        let (scheme, body) = text.split_at_checked(SCHEME.len()).ok_or(Error::Scheme)?;
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return Err(Error::Scheme);
        }
        let bytes = base32::decode(body).ok_or(Error::Base32)?;
        let (payload, sum) = bytes.split_last_chunk::<SUM_LEN>().ok_or(Error::TooShort)?;
        if checksum(payload) != *sum {
            return Err(Error::Checksum);
        }
        match payload.split_first() {
            Some((&VERSION, fields)) => Self::decode(fields, false).ok_or(Error::Malformed),
            Some((&VERSION_ACCESS, fields)) => Self::decode(fields, true).ok_or(Error::Malformed),
            Some(_) => Err(Error::Version),
            None => Err(Error::TooShort),
        }
    }

    /// The one way to write this link, all capitals. A secret.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let mut bytes = self.encode();
        let sum = checksum(&bytes);
        bytes.extend(sum);
        let capacity = SCHEME.len().saturating_add(base32::encoded_len(bytes.len()));
        let mut text = Zeroizing::new(String::with_capacity(capacity));
        text.push_str(SCHEME);
        base32::encode(&bytes, &mut text);
        text
    }

    /// The relay that the link names.
    #[must_use]
    pub const fn relay(&self) -> &RelayAddress {
        &self.relay
    }

    /// Stretches the secret with HKDF.
    #[must_use]
    pub fn keys(&self) -> InviteKeys {
        InviteKeys::derive(&self.secret.0, self.relay.key())
    }

    fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(PAYLOAD_MAX.saturating_add(SUM_LEN)));
        bytes.push(if self.relay.access().is_some() { VERSION_ACCESS } else { VERSION });
        bytes.extend(self.secret.0);
        bytes.extend(self.relay.key().as_bytes());
        bytes.extend(self.relay.access().into_iter().flat_map(AccessKey::as_bytes));
        bytes.extend(self.relay.port().to_be_bytes());
        match self.relay.host() {
            Host::Name(name) => {
                bytes.push(NAME);
                bytes.extend(name.as_str().bytes());
            }
            Host::V4(address) => {
                bytes.push(V4);
                bytes.extend(address.octets());
            }
            Host::V6(address) => {
                bytes.push(V6);
                bytes.extend(address.octets());
            }
        }
        bytes
    }

    fn decode(fields: &[u8], has_access: bool) -> Option<Self> {
        let (secret, rest) = fields.split_first_chunk()?;
        let secret = Secret(*secret);
        let (key, rest) = rest.split_first_chunk()?;
        let (access, rest) = match has_access {
            true => rest.split_first_chunk().map(|(access, rest)| (Some(AccessKey::from_bytes(*access)), rest))?,
            false => (None, rest),
        };
        let (port, rest) = rest.split_first_chunk()?;
        let (kind, host) = rest.split_first()?;
        let host = match *kind {
            NAME => Host::Name(canonical_name(host)?),
            V4 => Host::V4(Ipv4Addr::from(<[u8; 4]>::try_from(host).ok()?)),
            V6 => Host::V6(Ipv6Addr::from(<[u8; 16]>::try_from(host).ok()?)),
            _ => return None,
        };
        let relay = RelayAddress::new(host, u16::from_be_bytes(*port), DhPublic::from_bytes(*key)).ok()?;
        Some(Self { secret, relay: relay.with_access(access) })
    }
}

/// A name as [`Link::encode`] writes it: in small letters already.
fn canonical_name(bytes: &[u8]) -> Option<HostName> {
    let name = HostName::parse(core::str::from_utf8(bytes).ok()?).ok()?;
    (name.as_str().as_bytes() == bytes).then_some(name)
}

/// The first bytes of a hash of a label and the payload: against slips, not against forgers.
fn checksum(payload: &[u8]) -> [u8; SUM_LEN] {
    let [a, b, c, d, ..] = sha256(&[b"nightjar/v1/invite/checksum", payload]);
    [a, b, c, d]
}

/// Of a link to a relay without an access key, and to one with.
const VERSION: u8 = 1;
const VERSION_ACCESS: u8 = 2;
const SECRET_LEN: usize = 16;
const SUM_LEN: usize = 4;
const NAME: u8 = 1;
const V4: u8 = 4;
const V6: u8 = 6;
const PAYLOAD_MAX: usize = 1 + SECRET_LEN + DhPublic::LEN + AccessKey::LEN + 2 + 1 + NAME_MAX;
const LINK_MAX: usize = SCHEME.len() + base32::encoded_len(PAYLOAD_MAX + SUM_LEN);
