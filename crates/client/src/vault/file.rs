//! The vault on disk: one process at a time, replaced as a whole, readable by its owner alone.
//!
//! `vault` is the file, `vault.new` exists while it is being replaced, `vault.lock` carries the lock and stays empty.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use nightjar_protocol::keys::{AeadKey, Random};
use zeroize::Zeroizing;

use super::format::{self, FILE_MAX, Header, KdfParams, OVERHEAD};
use super::{Error, Keep, Passphrase};
use crate::random::OsRandom;

/// Bytes that a vault can hold.
pub const PAYLOAD_MAX: usize = FILE_MAX - OVERHEAD;

/// A vault file that this process has opened and locked.
pub(super) struct SealedFile {
    home: PathBuf,
    header: Header,
    key: AeadKey,
    _lock: File,
}

/// Whether there is a vault in the folder `home`.
#[must_use]
pub fn exists(home: &Path) -> bool {
    home.join(NAME).symlink_metadata().is_ok()
}

/// The vault's length in bytes, if there is one in the folder `home`.
#[must_use]
pub fn size(home: &Path) -> Option<u64> {
    fs::metadata(home.join(NAME)).ok().map(|found| found.len())
}

impl SealedFile {
    pub(super) fn create(home: &Path, passphrase: &Passphrase, params: KdfParams) -> Result<Self, Error> {
        make_folder(home)?;
        let lock = lock(home)?;
        if exists(home) {
            return Err(Error::Exists);
        }
        remove_leftover(home)?;
        let header = Header { params, salt: *OsRandom.bytes() };
        let key = header.key(passphrase)?;
        let mut this = Self { home: home.to_owned(), header, key, _lock: lock };
        this.commit(&[])?;
        Ok(this)
    }

    pub(super) fn open(home: &Path, passphrase: &Passphrase) -> Result<(Self, Zeroizing<Vec<u8>>), Error> {
        if !exists(home) {
            return Err(Error::Missing);
        }
        let lock = lock(home)?;
        remove_leftover(home)?;
        let bytes = read(&home.join(NAME))?;
        let header = Header::parse(&bytes)?;
        let key = header.key(passphrase)?;
        let payload = format::open(&key, bytes)?;
        Ok((Self { home: home.to_owned(), header, key, _lock: lock }, payload))
    }
}

impl Keep for SealedFile {
    /// New file beside the old one, synced, renamed over it, folder synced; then the old bytes are overwritten
    /// through the handle that still reaches them.
    fn commit(&mut self, payload: &[u8]) -> Result<(), Error> {
        let bytes = format::seal(&self.header, &self.key, payload, &mut OsRandom)?;
        let (name, new) = (self.home.join(NAME), self.home.join(NEW));
        let old = open_to_scrub(&name)?;
        let written = write_new(&new, &bytes).and_then(|()| fs::rename(&new, &name));
        if let Err(error) = written {
            // What is left of it says nothing, but takes room on a disk that may be full.
            let _ = fs::remove_file(&new);
            return Err(error.into());
        }
        sync_folder(&self.home)?;
        if let Some(mut old) = old {
            // The new content is safe already; this is best effort, as the documentation says.
            let _ = scrub(&mut old);
        }
        Ok(())
    }
}

/// See [`super::Vault::destroy`].
pub(super) fn destroy(home: &Path) -> Result<u64, Error> {
    if !home.is_dir() || !(exists(home) || home.join(NEW).exists()) {
        return Err(Error::Missing);
    }
    let lock = lock(home)?;
    let mut removed = 0;
    for name in [NAME, NEW] {
        let path = home.join(name);
        match OpenOptions::new().write(true).open(&path) {
            Ok(mut file) => scrub(&mut file)?,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            // It may be read-only; removing it is still possible.
            Err(_) => {}
        }
        fs::remove_file(&path)?;
        removed += 1;
    }
    fs::remove_file(home.join(LOCK))?;
    drop(lock);
    sync_folder(home)?;
    Ok(removed)
}

fn lock(home: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    let lock = private(&mut options).open(home.join(LOCK))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Error::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// A process that was killed while it replaced the vault leaves this behind. Nothing in it is needed.
fn remove_leftover(home: &Path) -> Result<(), Error> {
    match fs::remove_file(home.join(NEW)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Reads the file, whose length is checked before anything is allocated for it.
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let file = File::open(path)?;
    let length = usize::try_from(file.metadata()?.len()).map_err(|_| Error::Damaged)?;
    if length > FILE_MAX {
        return Err(Error::Damaged);
    }
    let mut bytes = Vec::with_capacity(length);
    file.take(FILE_MAX as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    // Never through a link or into a file that somebody else made.
    options.write(true).create_new(true);
    let mut file = private(&mut options).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn open_to_scrub(path: &Path) -> std::io::Result<Option<File>> {
    match OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        opened => Ok(opened.ok()),
    }
}

/// A file that is open cannot be replaced on Windows.
#[cfg(not(unix))]
fn open_to_scrub(_path: &Path) -> std::io::Result<Option<File>> {
    Ok(None)
}

pub(crate) fn scrub(file: &mut File) -> std::io::Result<()> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(0))?;
    std::io::copy(&mut std::io::repeat(0).take(length), file)?;
    file.sync_data()
}

/// Replaces the small file `path` whole, readable by its owner alone; makes its folder if need be.
pub(crate) fn replace_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
    make_folder(folder)?;
    let new = path.with_extension("new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    write_new(&new, bytes)?;
    fs::rename(&new, path)?;
    sync_folder(folder)
}

#[cfg(unix)]
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Makes the folder if it is not there, closed to others.
pub(crate) fn make_folder(home: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(home)
}

/// Makes a rename in the folder survive a power cut.
#[cfg(unix)]
pub(crate) fn sync_folder(home: &Path) -> std::io::Result<()> {
    File::open(home)?.sync_all()
}

/// Folders cannot be synced on Windows; its rename is journalled.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_home: &Path) -> std::io::Result<()> {
    Ok(())
}

const NAME: &str = "vault";
const NEW: &str = "vault.new";
const LOCK: &str = "vault.lock";
