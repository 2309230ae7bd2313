//! Where a relay is and which key it has. Spec: invite, "Relay address".

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

use super::Error;
use crate::base32;
use crate::keys::DhPublic;
use zeroize::Zeroizing;

/// A relay's host: a name, or an address written out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Host {
    /// A name of 1 to 253 bytes in labels of 1 to 63 lower-case letters, digits and inner hyphens. The last label is
    /// not all digits, so that no name looks like an IPv4 address.
    Name(HostName),
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address.
    V6(Ipv6Addr),
}

/// A checked host name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostName(String);

/// A relay's address: host, port and static key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelayAddress {
    host: Host,
    port: u16,
    key: DhPublic,
}

impl HostName {
    /// Takes a name in capitals or small letters.
    ///
    /// # Errors
    /// [`Error::Host`] if it is no name as [`Host::Name`] has it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > NAME_MAX {
            return Err(Error::Host);
        }
        let name = text.to_ascii_lowercase();
        let last = name.rsplit('.').next().unwrap_or_default();
        if !name.split('.').all(is_label) || last.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::Host);
        }
        Ok(Self(name))
    }

    /// The name in small letters, 1 to 253 bytes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_label(label: &str) -> bool {
    (1..=LABEL_MAX).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl Host {
    /// Reads a name, an IPv4 address, or an IPv6 address without brackets.
    ///
    /// # Errors
    /// [`Error::Host`] if it is none of them.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Ok(address) = text.parse() {
            return Ok(Self::V4(address));
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::V6(address));
        }
        HostName::parse(text).map(Self::Name)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name.as_str()),
            Self::V4(address) => address.fmt(f),
            Self::V6(address) => address.fmt(f),
        }
    }
}

impl RelayAddress {
    /// Puts an address together.
    ///
    /// # Errors
    /// [`Error::Port`] if the port is 0.
    pub fn new(host: Host, port: u16, key: DhPublic) -> Result<Self, Error> {
        if port == 0 { Err(Error::Port) } else { Ok(Self { host, port, key }) }
    }

    /// The host; its `Display` has no brackets.
    #[must_use]
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// The TCP port, never 0.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The relay's static X25519 key.
    #[must_use]
    pub const fn key(&self) -> &DhPublic {
        &self.key
    }
}

impl FromStr for RelayAddress {
    type Err = Error;

    /// Reads `host:port#key`; an IPv6 host stands in brackets.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() > ADDRESS_MAX {
            return Err(Error::TooLong);
        }
        let (place, key) = text.split_once('#').ok_or(Error::Address)?;
        let (host, port) = place.rsplit_once(':').ok_or(Error::Address)?;
        let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(inner) => Host::V6(inner.parse().map_err(|_| Error::Host)?),
            None if host.contains(':') => return Err(Error::Host),
            None => Host::parse(host)?,
        };
        let key = base32::decode(key).ok_or(Error::Key)?;
        let key = key.as_slice().try_into().map_err(|_| Error::Key)?;
        Self::new(host, parse_port(port)?, DhPublic::from_bytes(key))
    }
}

/// Decimal, without sign and leading zeros.
fn parse_port(text: &str) -> Result<u16, Error> {
    if text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::Port);
    }
    text.parse().map_err(|_| Error::Port)
}

impl fmt::Display for RelayAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = Zeroizing::new(String::with_capacity(base32::encoded_len(DhPublic::LEN)));
        base32::encode(self.key.as_bytes(), &mut key);
        match &self.host {
            Host::V6(address) => write!(f, "[{address}]:{}#", self.port)?,
            host => write!(f, "{host}:{}#", self.port)?,
        }
        f.write_str(&key.to_ascii_lowercase())
    }
}

/// RFC 1035, section 2.3.4, in text form.
pub(super) const NAME_MAX: usize = 253;
const LABEL_MAX: usize = 63;
/// A name, a colon, five digits, a hash sign, and 32 bytes in base32.
const ADDRESS_MAX: usize = NAME_MAX + 1 + 5 + 1 + base32::encoded_len(DhPublic::LEN);
