//! Where a relay is, which key it has, and the access key if it is private. Spec: invite, "Relay address".

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::str::FromStr;
use std::sync::Arc;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::Error;
use crate::base32;
use crate::keys::{AccessKey, DhPublic};

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

/// A relay's address: host, port and static key, and an access key if the relay is private.
///
/// `Display` and `Debug` leave the access key out, so that an address can be shown; only [`Self::text`] has it. A clone has no
/// copy of it: all share the one, which is cleared with the last of them.
#[derive(Clone)]
pub struct RelayAddress {
    host: Host,
    port: u16,
    key: DhPublic,
    access: Option<Arc<AccessKey>>,
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
        if port == 0 { Err(Error::Port) } else { Ok(Self { host, port, key, access: None }) }
    }

    /// The same relay with this access key, or with none.
    #[must_use]
    pub fn with_access(self, access: Option<AccessKey>) -> Self {
        Self { access: access.map(Arc::new), ..self }
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

    /// The access key, if the relay is private: a secret.
    #[must_use]
    pub fn access(&self) -> Option<&AccessKey> {
        self.access.as_deref()
    }

    /// Whether both name the same relay, whatever their access keys.
    #[must_use]
    pub fn is_same_relay(&self, other: &Self) -> bool {
        (&self.host, self.port, &self.key) == (&other.host, other.port, &other.key)
    }

    /// The one way to write this address: `host:port#key`, or `host:port#key.access`, which is a secret.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(ADDRESS_MAX));
        text.push_str(&self.to_string());
        if let Some(access) = &self.access {
            text.push('.');
            text.push_str(&access_text(access));
        }
        text
    }
}

impl PartialEq for RelayAddress {
    fn eq(&self, other: &Self) -> bool {
        let access = match (self.access(), other.access()) {
            (Some(one), Some(other)) => one.ct_eq(other).into(),
            (one, other) => one.is_none() && other.is_none(),
        };
        access && self.is_same_relay(other)
    }
}

impl Eq for RelayAddress {}

impl FromStr for RelayAddress {
    type Err = Error;

    /// Reads `host:port#key` or `host:port#key.access`; an IPv6 host stands in brackets.
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
        let (key, access) = key.split_once('.').map_or((key, None), |(key, access)| (key, Some(access)));
        let key = base32::decode(key).ok_or(Error::Key)?;
        let key = key.as_slice().try_into().map_err(|_| Error::Key)?;
        let access = access.map(parse_access).transpose()?;
        Ok(Self::new(host, parse_port(port)?, DhPublic::from_bytes(key))?.with_access(access))
    }
}

/// Reads an access key as it stands in an address: 26 characters of base32.
///
/// # Errors
/// [`Error::Access`].
pub fn parse_access(text: &str) -> Result<AccessKey, Error> {
    let bytes = base32::decode(text).ok_or(Error::Access)?;
    bytes.as_slice().try_into().map(AccessKey::from_bytes).map_err(|_| Error::Access)
}

/// Writes an access key as [`parse_access`] reads it: a secret.
#[must_use]
pub fn access_text(key: &AccessKey) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(base32::encoded_len(AccessKey::LEN)));
    base32::encode(key.as_bytes(), &mut text);
    text.make_ascii_lowercase();
    text
}

/// Decimal, without sign and leading zeros.
fn parse_port(text: &str) -> Result<u16, Error> {
    if text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::Port);
    }
    text.parse().map_err(|_| Error::Port)
}

impl fmt::Debug for RelayAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RelayAddress({self})")
    }
}

impl fmt::Display for RelayAddress {
    /// `host:port#key`, without the access key.
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
/// A name, a colon, five digits, a hash sign, 32 bytes in base32, a dot, and 16 bytes in base32.
const ADDRESS_MAX: usize =
    NAME_MAX + 1 + 5 + 1 + base32::encoded_len(DhPublic::LEN) + 1 + base32::encoded_len(AccessKey::LEN);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_no_access_key_and_shares_it_with_its_clones() {
        let public = format!("relay.example:4433#{}", "a".repeat(52));
        let one: RelayAddress = format!("{public}.{}", "b".repeat(24) + "ba").parse().unwrap();
        assert_eq!(one.to_string(), public);
        assert_eq!(format!("{one:?}"), format!("RelayAddress({public})"));
        assert!(one.text().starts_with(&public) && one.text().ends_with("bbba"));
        let other = one.clone();
        assert!(core::ptr::eq(one.access().unwrap(), other.access().unwrap()));
    }

    #[test]
    fn addresses_are_equal_with_their_access_keys_and_the_same_relay_without() {
        let open: RelayAddress = format!("relay.example:4433#{}", "a".repeat(52)).parse().unwrap();
        let with = |byte| open.clone().with_access(Some(AccessKey::from_bytes([byte; 16])));
        assert!(open == open.clone() && with(1) == with(1));
        assert!(open != with(1) && with(1) != open && with(1) != with(2));
        assert!(open.is_same_relay(&with(1)) && with(1).is_same_relay(&with(2)));
        let elsewhere = RelayAddress::new(open.host().clone(), 4434, *open.key()).unwrap();
        assert!(!open.is_same_relay(&elsewhere));
    }
}
