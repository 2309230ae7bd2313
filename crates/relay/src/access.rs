//! Who may open a link to this relay, and the file of its access keys: one a line in base32, readable by its owner alone.
//! Spec: wire, "Access key".

use std::fs::File;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::Path;

use nightjar_protocol::crypto::dh_public;
use nightjar_protocol::invite::{RelayAddress, access_text, parse_access};
use nightjar_protocol::keys::{AccessKey, DhSecret};
use nightjar_protocol::limits::{ACCESS_KEYS_MAX, HELLO_LEN};
use nightjar_protocol::link::{self, Access, RelayHandshake};
use zeroize::Zeroizing;

use crate::config::{self, Config};
use crate::key::{OsRandom, private};

/// What a relay opens links with: its static key, and its access keys if it is private.
pub struct Keys {
    secret: DhSecret,
    access: Access,
    /// As read, the one that is handed out first.
    held: Vec<AccessKey>,
}

/// Why a file of access keys cannot be used. Never with what is in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Others may read or write it.
    #[error("others may read or write it; chmod 600 it")]
    Permissions,
    /// A line that is none.
    #[error("line {0} is no access key; gen-access-key makes one")]
    Line(usize),
    /// The relay would be open to anybody.
    #[error("there is no access key in it; gen-access-key makes one")]
    Empty,
    /// Each costs a greeting that is none's an exchange more.
    #[error("a relay has {ACCESS_KEYS_MAX} access keys at most")]
    Many,
}

impl Keys {
    /// A relay that only holders of one of these keys can use. Nothing comes of none, or of more than [`ACCESS_KEYS_MAX`].
    #[must_use]
    pub fn private(secret: DhSecret, held: Vec<AccessKey>) -> Option<Self> {
        let access = Access::of(&held, &dh_public(&secret))?;
        (!held.is_empty()).then_some(Self { secret, access, held })
    }

    /// The same relay with other access keys. Nothing comes of it if the relay would be opened or closed.
    pub(crate) fn changed(&self, held: Vec<AccessKey>) -> Option<Self> {
        match (self.held.is_empty(), held.is_empty()) {
            (true, true) => Some(self.secret.duplicate().into()),
            (false, false) => Self::private(self.secret.duplicate(), held),
            _ => None,
        }
    }

    /// What to hand out for a relay that listens at `local`, with the first access key if there is one.
    ///
    /// # Errors
    /// As [`Config::relay_address`].
    pub fn address(&self, config: &Config, local: SocketAddr) -> Result<RelayAddress, config::Error> {
        let first = self.held.first().map(AccessKey::duplicate);
        Ok(config.relay_address(local, dh_public(&self.secret))?.with_access(first))
    }

    /// The static key: a store that several relays share derives its own from it.
    #[cfg(feature = "redis")]
    pub(crate) const fn secret(&self) -> &DhSecret {
        &self.secret
    }

    /// Reads a client's hello.
    ///
    /// # Errors
    /// As [`RelayHandshake::read_hello`].
    pub(crate) fn read_hello(&self, hello: &[u8; HELLO_LEN]) -> Result<RelayHandshake, link::Error> {
        RelayHandshake::read_hello(&self.secret, &self.access, hello)
    }
}

/// A relay that anybody may use who knows its key.
impl From<DhSecret> for Keys {
    fn from(secret: DhSecret) -> Self {
        Self { secret, access: Access::open(), held: Vec::new() }
    }
}

/// Reads a file of access keys: one a line, the one to hand out first; empty lines and those that begin with `#` say nothing.
///
/// # Errors
/// [`Error`], as each case says. A file without a key is one: a relay that is to be private is never open.
pub fn load(path: &Path) -> Result<Vec<AccessKey>, Error> {
    let file = File::open(path)?;
    if !private(&file.metadata()?) {
        return Err(Error::Permissions);
    }
    // Room from the start: a string that grows leaves its contents behind.
    let mut text = Zeroizing::new(String::with_capacity(FILE_MAX + 1));
    match file.take(FILE_MAX as u64 + 1).read_to_string(&mut text)? {
        0..=FILE_MAX => parse(&text),
        _ => Err(Error::Many),
    }
}

fn parse(text: &str) -> Result<Vec<AccessKey>, Error> {
    let mut keys = Vec::new();
    for (line, number) in text.lines().map(str::trim).zip(1..) {
        if !line.is_empty() && !line.starts_with('#') {
            keys.push(parse_access(line).map_err(|_| Error::Line(number))?);
        }
    }
    match keys.len() {
        0 => Err(Error::Empty),
        1..=ACCESS_KEYS_MAX => Ok(keys),
        _ => Err(Error::Many),
    }
}

/// A new access key as it stands in the file.
#[must_use]
pub fn generate() -> Zeroizing<String> {
    access_text(&AccessKey::generate(&mut OsRandom))
}

/// Bytes of the file, at most: keys and what is said about them.
const FILE_MAX: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_key_a_line_and_the_first_is_handed_out() {
        let (one, two) = (generate(), generate());
        let keys = parse(&format!("# new\n{}\r\n\n  # old\n {} \n", one.to_uppercase(), *two)).unwrap();
        assert_eq!(keys.iter().map(|key| access_text(key).to_string()).collect::<Vec<_>>(), [one.as_str(), &two]);
        let keys = Keys::private(DhSecret::generate(&mut OsRandom), keys).unwrap();
        let address = keys.address(&Config::dev(), "127.0.0.1:7".parse().unwrap()).unwrap();
        assert!(address.text().ends_with(&format!(".{}", *one)));
        assert!(!address.to_string().contains(one.as_str()));
    }

    #[test]
    fn a_file_that_would_leave_the_relay_open_is_refused() {
        let key = generate();
        for text in ["", "\n\n", "# nothing yet\n"] {
            assert!(matches!(parse(text), Err(Error::Empty)), "{text:?}");
        }
        for text in ["a", "key = 'x'", &key[1..], &format!("{}a", *key), &format!("{} # new", *key)] {
            assert!(matches!(parse(text), Err(Error::Line(1))), "{text:?}");
        }
        let many = |count: usize| parse(&[key.as_str()].repeat(count).join("\n"));
        assert!(many(ACCESS_KEYS_MAX).is_ok() && matches!(many(ACCESS_KEYS_MAX + 1), Err(Error::Many)));
        assert!(Keys::private(DhSecret::generate(&mut OsRandom), Vec::new()).is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("nightjar-relay-access-{}", std::process::id()));
        std::fs::write(&path, generate().as_bytes()).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        assert!(matches!(load(&path), Err(Error::Permissions)));
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        assert_eq!(load(&path).unwrap().len(), 1);
        std::fs::remove_file(path).unwrap();
    }
}
