//! The folder of a store: made if it is not there, for its owner alone, for one process at a time. Spec: relay, "Mailbox".

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::OpenError;

/// A folder that this process alone uses, for as long as this lives.
pub(super) struct Folder {
    path: PathBuf,
    /// Locked; the system lets go of it when the process ends, however it ends.
    lock: File,
}

impl Folder {
    /// Takes the folder.
    ///
    /// # Errors
    /// [`OpenError::Locked`], [`OpenError::Permissions`], [`OpenError::Io`].
    pub fn take(path: &Path) -> Result<Self, OpenError> {
        if !path.is_dir() {
            make(path)?;
        }
        if !private(path)? {
            return Err(OpenError::Permissions);
        }
        let lock = open(&path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), lock }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Locked),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// The place of a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Holds room back, so that there is some to erase with when there is none left to store with: a database writes before
    /// it deletes.
    pub fn hold_reserve(&self) -> io::Result<()> {
        let path = self.file(RESERVE);
        if path.metadata().is_ok_and(|held| held.len() == RESERVE_LEN as u64) {
            return Ok(());
        }
        let mut file = open(&path)?;
        let held = file.write_all(&vec![0; RESERVE_LEN]).and_then(|()| file.sync_all());
        if held.is_err() {
            self.release_reserve();
        }
        held
    }

    /// Gives back the room that was held.
    pub fn release_reserve(&self) {
        let _ = std::fs::remove_file(self.file(RESERVE));
    }

    /// Returns when the names of its files are on the disk.
    pub fn sync(&self) -> io::Result<()> {
        sync(&self.path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Closing does not unlock while a process that is just being started still holds a copy.
        let _ = self.lock.unlock();
    }
}

/// Opens a file for reading and writing; a new one is for its owner alone.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), sync)
}

#[cfg(unix)]
fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Elsewhere a folder cannot be opened as a file; its names are the file system's affair.
#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn private(path: &Path) -> io::Result<bool> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path)?.permissions());
    Ok(mode & 0o077 == 0)
}

/// Elsewhere a folder has the rights of the one it is in.
#[cfg(not(unix))]
fn private(_: &Path) -> io::Result<bool> {
    Ok(true)
}

const RESERVE: &str = "reserve";
/// Enough for the journal of the largest batch of erasures.
const RESERVE_LEN: usize = 1024 * 1024;
