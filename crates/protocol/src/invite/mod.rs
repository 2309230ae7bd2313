//! An invite: what one person hands to another so that both find the same mailbox. Spec: invite.
//!
//! As a link it carries 16 random bytes and the relay's address; as a spoken code, 12 random digits. Both have a
//! checksum, so that a slip of the hand is noticed before anything is sent.

mod address;
mod code;
mod keys;
mod link;

pub use address::{Host, RelayAddress, access_text, parse_access};
pub use code::Code;
pub use keys::InviteKeys;
pub use link::{Link, SCHEME};

use zeroize::Zeroizing;

use crate::keys::Random;

/// An invite in either form.
pub enum Invite {
    /// To be sent or scanned; names its relay.
    Link(Link),
    /// To be said aloud; the relay is the one that both have configured.
    Code(Code),
}

/// Why a text is no invite or no address. All but [`Error::Version`] and [`Error::NoRelay`] are slips of whoever typed
/// or copied it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Fewer characters than an invite has.
    #[error("too short")]
    TooShort,
    /// More characters than an invite has.
    #[error("too long")]
    TooLong,
    /// A spoken code with something in it that is neither digit, space nor hyphen.
    #[error("not digits")]
    NotDigits,
    /// The last two digits of a spoken code do not fit the rest.
    #[error("check digits do not fit")]
    CheckDigits,
    /// A link does not begin with `nightjar:`.
    #[error("not a nightjar link")]
    Scheme,
    /// A link or key with a character outside base32, or a length or last character that no bytes encode to.
    #[error("not base32")]
    Base32,
    /// A link's checksum does not fit the rest.
    #[error("checksum does not fit")]
    Checksum,
    /// A link of a version that this program does not know.
    #[error("unknown version")]
    Version,
    /// A link's checksum fits and its contents do not: made by a faulty program, not mistyped.
    #[error("malformed link")]
    Malformed,
    /// An address without a `:port` or a `#key`.
    #[error("not host:port#key")]
    Address,
    /// A host that is neither a name in lower-case letters, digits and hyphens, nor an IPv4 or `[IPv6]` address.
    #[error("not a host")]
    Host,
    /// A port that is not 1 to 65535, written without leading zeros.
    #[error("not a port")]
    Port,
    /// A key that is not 32 bytes in base32.
    #[error("not a key")]
    Key,
    /// An access key that is not 16 bytes in base32.
    #[error("not an access key")]
    Access,
    /// A spoken code names no relay, and none is configured.
    #[error("no relay is configured")]
    NoRelay,
}

impl Invite {
    /// Draws the secret of a link to `relay`.
    pub fn generate_link(relay: RelayAddress, random: &mut impl Random) -> Self {
        Self::Link(Link::generate(relay, random))
    }

    /// Draws a spoken code.
    pub fn generate_code(random: &mut impl Random) -> Self {
        Self::Code(Code::generate(random))
    }

    /// Reads either form, with white space around it.
    ///
    /// # Errors
    /// [`Error`], as [`Link::parse`] if it begins as a link does, otherwise as [`Code::parse`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text.contains(':') {
            true => Link::parse(text).map(Self::Link),
            false => Code::parse(text).map(Self::Code),
        }
    }

    /// The one way to write this invite: `NIGHTJAR:…` or `4821-7305-6619-44`. A secret.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        match self {
            Self::Link(link) => link.text(),
            Self::Code(code) => code.text(),
        }
    }

    /// The relay at which this invite is used: the link's own, or for a code the configured one.
    ///
    /// # Errors
    /// [`Error::NoRelay`] for a code when none is configured.
    pub fn relay<'a>(&'a self, configured: Option<&'a RelayAddress>) -> Result<&'a RelayAddress, Error> {
        match self {
            Self::Link(link) => Ok(link.relay()),
            Self::Code(_) => configured.ok_or(Error::NoRelay),
        }
    }

    /// Stretches the secret. For a code this is Argon2id: some 64 MiB and tenths of a second.
    ///
    /// # Errors
    /// [`Error::NoRelay`] as [`Invite::relay`].
    pub fn keys(&self, configured: Option<&RelayAddress>) -> Result<InviteKeys, Error> {
        let relay = self.relay(configured)?.key();
        Ok(match self {
            Self::Link(link) => link.keys(),
            Self::Code(code) => code.keys(relay),
        })
    }
}
