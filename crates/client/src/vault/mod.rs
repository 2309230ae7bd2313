//! The vault: the one thing this program keeps, a sealed file, or nothing but memory. What is inside is the caller's
//! business; it is written whole each time, and either the old or the new content survives a crash.

mod file;
mod format;

use std::path::{Path, PathBuf};

use nightjar_protocol::keys::AeadKey;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

pub use file::{PAYLOAD_MAX, exists, size};
pub(crate) use file::{make_folder, private, replace_private, scrub, sync_folder};
pub use format::KdfParams;

/// An open vault. While it lives, no other process can open it.
pub struct Vault {
    payload: Zeroizing<Vec<u8>>,
    home: Option<PathBuf>,
    keep: Option<Box<dyn Keep>>,
}

/// What makes the content of a vault outlive the program: a sealed file, unless a simulation brings a disk of its own.
pub trait Keep: Send {
    /// Replaces the content. When this returns, the new one survives a power cut.
    ///
    /// # Errors
    /// Those of [`Vault::commit`].
    fn commit(&mut self, payload: &[u8]) -> Result<(), Error>;
}

/// The payload of a vault file's bytes, under the key that is made of its work factor and salt: all that opening a vault
/// does after the file was read, so that it can be tried without the work.
///
/// # Errors
/// [`Error::Damaged`], [`Error::Version`], [`Error::Wrong`].
#[doc(hidden)]
pub fn open_bytes(
    file: Vec<u8>,
    key: impl FnOnce(KdfParams, &[u8; 16]) -> AeadKey,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let header = format::Header::parse(&file)?;
    format::open(&key(header.params, &header.salt), file)
}

/// What opens a vault, composed (NFC) so that it does not depend on how a keyboard composes Hangul.
pub struct Passphrase(Zeroizing<String>);

/// What the vault refuses.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is none in this folder.
    #[error("no vault")]
    Missing,
    /// There is one in this folder already.
    #[error("a vault exists")]
    Exists,
    /// Another process has it open.
    #[error("in use by another process")]
    InUse,
    /// The passphrase does not open it, or the file was changed; nobody can tell which.
    #[error("does not open")]
    Wrong,
    /// The file is no vault, or not all of one.
    #[error("not a whole vault file")]
    Damaged,
    /// The file is of a version that this program does not know.
    #[error("unknown version")]
    Version,
    /// The payload is longer than [`PAYLOAD_MAX`].
    #[error("payload too long")]
    TooLong,
    /// The file system refuses.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Vault {
    /// Makes an empty vault in the folder `home`, which is made too if need be.
    ///
    /// # Errors
    /// [`Error::Exists`], [`Error::InUse`], [`Error::Io`].
    pub fn create(home: &Path, passphrase: &Passphrase) -> Result<Self, Error> {
        Self::create_with(home, passphrase, KdfParams::STANDARD)
    }

    /// As [`Self::create`], with another work factor. Tests use it; no command does.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn create_with(home: &Path, passphrase: &Passphrase, params: KdfParams) -> Result<Self, Error> {
        let file = file::SealedFile::create(home, passphrase, params)?;
        Ok(Self { home: Some(home.to_owned()), ..Self::kept_by(file, Zeroizing::default()) })
    }

    /// Opens the vault in the folder `home`.
    ///
    /// # Errors
    /// All but [`Error::Exists`]. A wrong passphrase takes as long as a right one and leaves the file as it is.
    pub fn open(home: &Path, passphrase: &Passphrase) -> Result<Self, Error> {
        let (file, payload) = file::SealedFile::open(home, passphrase)?;
        Ok(Self { home: Some(home.to_owned()), ..Self::kept_by(file, payload) })
    }

    /// A vault that is kept by `keep`, and holds `payload`.
    #[must_use]
    pub fn kept_by(keep: impl Keep + 'static, payload: Zeroizing<Vec<u8>>) -> Self {
        Self { payload, home: None, keep: Some(Box::new(keep)) }
    }

    /// A vault in memory: nothing reaches the disk, and it is gone with the process.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self { payload: Zeroizing::default(), home: None, keep: None }
    }

    /// Whether it is in memory only.
    #[must_use]
    pub const fn is_ephemeral(&self) -> bool {
        self.keep.is_none()
    }

    /// The folder that it is in, if it is in one.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// What was committed last; empty at first.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Replaces the content. When this returns, the new content survives a power cut and the old one is overwritten
    /// as far as the file system allows.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::Io`]: the old content is still there, in the file and in [`Self::payload`].
    pub fn commit(&mut self, payload: &[u8]) -> Result<(), Error> {
        if payload.len() > PAYLOAD_MAX {
            return Err(Error::TooLong);
        }
        if let Some(keep) = &mut self.keep {
            keep.commit(payload)?;
        }
        self.payload = Zeroizing::new(payload.to_vec());
        Ok(())
    }

    /// Overwrites and removes the vault in the folder `home`, whether or not it can be opened. Returns how many files
    /// went. On SSDs and on file systems that copy on write, overwriting is best effort.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::InUse`], [`Error::Io`].
    pub fn destroy(home: &Path) -> Result<u64, Error> {
        file::destroy(home)
    }
}

impl Passphrase {
    /// Takes what was typed.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        // NFC is never more than three times as long (Unicode, UAX 15), so the string does not move.
        let mut composed = Zeroizing::new(String::with_capacity(typed.len().saturating_mul(3)));
        composed.extend(typed.nfc());
        Self(composed)
    }

    /// Whether it is long enough to be worth anything: [`Self::LEAST`] keystrokes, of which a Hangul syllable takes
    /// two or three, and not all of them alike.
    #[must_use]
    pub fn is_acceptable(&self) -> bool {
        let strokes = self.0.nfd().filter(|c| !c.is_whitespace()).count();
        let mut distinct = Zeroizing::new(['\0'; Self::DISTINCT]);
        let mut found = 0;
        for c in self.0.nfd() {
            if found < Self::DISTINCT && !distinct.contains(&c) {
                distinct[found] = c;
                found += 1;
            }
        }
        strokes >= Self::LEAST && found == Self::DISTINCT
    }

    /// Whether both are the same.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        use nightjar_protocol::crypto::ConstantTimeEq;
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }

    /// Keystrokes that a passphrase has at least.
    pub const LEAST: usize = 10;
    /// Different characters that a passphrase has at least.
    const DISTINCT: usize = 4;

    fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl From<Error> for crate::failure::Failure {
    fn from(error: Error) -> Self {
        use crate::failure::Kind;
        match error {
            Error::Missing => Kind::VaultMissing.into(),
            Error::Exists => Kind::VaultExists.into(),
            Error::InUse => Kind::VaultInUse.into(),
            Error::Wrong => Kind::VaultWrong.into(),
            Error::Damaged => Kind::VaultDamaged.into(),
            Error::Version => Kind::VaultVersion.into(),
            Error::TooLong => Self::internal("the vault is full"),
            Error::Io(error) => Self::new(Kind::VaultIo).text("detail", error),
        }
    }
}

#[cfg(test)]
mod tests;
