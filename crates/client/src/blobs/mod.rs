//! The bytes of attachments, sealed: a file for each in a folder beside the vault, or memory where nothing is to be stored.
//! Spec: attachments, "Erasing".
//!
//! A blob is laid out in the cells of its attachment, under a key of its own, which is made of the content key in the vault:
//! without the vault a file says how large it is, padded, and no more. A cell that cannot be opened is one that is not there,
//! so a blob itself knows how far it is, whatever ended the program that wrote it.

mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use nightjar_protocol::attachment::{self, Layout, Opened, Opener, Sealer};
use nightjar_protocol::crypto::hkdf_sha256;
use nightjar_protocol::keys::AeadKey;
use nightjar_protocol::limits::CELL_LEN;

use crate::random::OsRandom;
use crate::vault::{make_folder, scrub, sync_folder};
use store::{Memory, Store, lock};

/// All blobs of a vault. Whoever has the vault open has them alone. A clone is another handle to the same blobs.
#[derive(Clone)]
pub struct Blobs {
    place: Place,
}

#[derive(Clone)]
enum Place {
    Folder(PathBuf),
    Memory(Arc<Mutex<BTreeMap<Name, Memory>>>),
}

/// What a blob's file is called: it tells nothing to who does not have the vault.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name([u8; 16]);

/// Which blob, and what opens it.
pub struct Keys {
    name: Name,
    key: AeadKey,
}

/// A blob at hand.
pub struct Blob {
    store: Store,
    sealer: Sealer,
    opener: Opener,
    is_synced: bool,
}

/// Why a cell of a blob is not to be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It was never written, or is no longer what was written.
    #[error("a part is missing")]
    Missing,
    /// The file system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Keys {
    /// Of an attachment of this side's to a contact: its content key was drawn here, for it alone.
    #[must_use]
    pub fn sent(content: &AeadKey, contact: u64) -> Self {
        Self::derive(content, &[b"sent", &contact.to_be_bytes()])
    }

    /// Of an attachment from a contact. Its content key is of the contact's choice, and may be that of another attachment.
    #[must_use]
    pub fn received(content: &AeadKey, contact: u64, message: u64, item: u8) -> Self {
        Self::derive(content, &[b"received", &contact.to_be_bytes(), &message.to_be_bytes(), &[item]])
    }

    /// The blob's name.
    #[must_use]
    pub const fn name(&self) -> Name {
        self.name
    }

    fn derive(content: &AeadKey, whose: &[&[u8]]) -> Self {
        let info = |what: &[u8]| [what, &whose.concat()].concat();
        let ikm: &[&[u8]] = &[content.as_bytes()];
        let name = hkdf_sha256::<16>(b"", ikm, &info(b"nightjar/blob-name/v1"));
        let key = hkdf_sha256::<32>(b"", ikm, &info(b"nightjar/blob/v1"));
        Self { name: Name(*name), key: AeadKey::from_bytes(*key) }
    }
}

impl Name {
    fn text(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Blobs {
    /// The blobs beside the vault in the folder `home`. Nothing is made before there is something to keep.
    #[must_use]
    pub fn beside(home: &Path) -> Self {
        Self { place: Place::Folder(home.join(FOLDER)) }
    }

    /// Blobs in memory: nothing reaches the disk, and they are gone with the process.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self { place: Place::Memory(Arc::default()) }
    }

    /// Whether there is a blob of this name, of whatever length.
    #[must_use]
    pub fn has(&self, name: Name) -> bool {
        match &self.place {
            Place::Folder(folder) => folder.join(name.text()).symlink_metadata().is_ok(),
            Place::Memory(blobs) => lock(blobs).contains_key(&name),
        }
    }

    /// Opens a blob, and makes it if it is not there.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(&mut self, keys: &Keys, layout: Layout) -> io::Result<Blob> {
        let store = match &mut self.place {
            Place::Folder(folder) => {
                let path = folder.join(keys.name.text());
                match Store::open(&path) {
                    Err(error) if error.kind() == ErrorKind::NotFound => {
                        make_folder(folder)?;
                        let store = Store::create(&path)?;
                        sync_folder(folder)?;
                        store
                    }
                    opened => opened?,
                }
            }
            Place::Memory(blobs) => Store::memory(lock(blobs).entry(keys.name).or_default()),
        };
        let (sealer, opener) = (Sealer::new(&keys.key, layout), Opener::new(&keys.key, layout));
        Ok(Blob { store, sealer, opener, is_synced: true })
    }

    /// Removes a blob. What the file system lets be overwritten is, by and by: the key has gone already.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn remove(&mut self, name: Name) -> io::Result<()> {
        match &mut self.place {
            Place::Folder(folder) => remove(&folder.join(name.text())),
            Place::Memory(blobs) => {
                lock(blobs).remove(&name);
                Ok(())
            }
        }
    }

    /// Removes what a program that was killed left behind: all blobs but these.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn keep_only(&mut self, names: &BTreeSet<Name>) -> io::Result<()> {
        match &mut self.place {
            Place::Folder(folder) => {
                let kept: BTreeSet<String> = names.iter().map(|name| name.text()).collect();
                let stray =
                    |file: &PathBuf| file.file_name().is_none_or(|name| !kept.contains(&*name.to_string_lossy()));
                files(folder)?.iter().filter(|file| stray(file)).try_for_each(|file| remove(file))
            }
            Place::Memory(blobs) => {
                lock(blobs).retain(|name, _| names.contains(name));
                Ok(())
            }
        }
    }
}

impl Blob {
    /// The layout of the cells.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.opener.layout()
    }

    /// A cell.
    ///
    /// # Errors
    /// [`Error::Missing`] if it was never written, or was changed since.
    pub fn read(&mut self, index: u32) -> Result<Opened, Error> {
        let cell = self.store.read(offset(index))?.ok_or(Error::Missing)?;
        match self.opener.open(cell) {
            Ok(opened) if opened.index() == index => Ok(opened),
            _ => Err(Error::Missing),
        }
    }

    /// Writes a cell. It is not safe before [`Self::sync`].
    ///
    /// # Errors
    /// Those of the file system; [`ErrorKind::InvalidInput`] if the layout has no such cell.
    pub fn write(&mut self, index: u32, data: &[u8]) -> io::Result<()> {
        let refused = |error: attachment::Error| io::Error::new(ErrorKind::InvalidInput, error);
        let cell = self.sealer.seal(index, data, &mut OsRandom).map_err(refused)?;
        self.is_synced = false;
        self.store.write(offset(index), &cell)
    }

    /// Makes what was written survive a power cut.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn sync(&mut self) -> io::Result<()> {
        self.flush()?.map_or(Ok(()), |flush| flush())
    }

    /// What makes that which was written so far survive a power cut, to be carried out elsewhere: a disk takes its time.
    /// `None` if there is nothing to be done.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn flush(&mut self) -> io::Result<Option<impl FnOnce() -> io::Result<()> + Send + 'static>> {
        match std::mem::replace(&mut self.is_synced, true) {
            true => Ok(None),
            false => self.store.flush(),
        }
    }

    /// Whether all that was written has been handed to a flush.
    #[must_use]
    pub const fn is_flushed(&self) -> bool {
        self.is_synced
    }
}

/// Whether there is a folder of blobs in the folder `home`.
#[must_use]
pub fn exist(home: &Path) -> bool {
    home.join(FOLDER).symlink_metadata().is_ok()
}

/// Overwrites and removes all blobs in the folder `home`: how many files. On SSDs and on file systems that copy on write,
/// overwriting is best effort.
///
/// # Errors
/// Those of the file system.
pub fn destroy(home: &Path) -> io::Result<u64> {
    let folder = home.join(FOLDER);
    let mut removed = 0;
    for file in files(&folder)? {
        if let Ok(mut file) = fs::OpenOptions::new().write(true).open(&file) {
            scrub(&mut file)?;
        }
        fs::remove_file(&file)?;
        removed += 1;
    }
    match fs::remove_dir(&folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(removed),
    }
}

/// The files in the folder; none if it is not there.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries?.map(|entry| entry.map(|entry| entry.path())).collect(),
    }
}

/// Removes a file, and overwrites it in a thread: a large one takes its time, and who waits has other things to do.
fn remove(path: &Path) -> io::Result<()> {
    let file = fs::OpenOptions::new().write(true).open(path);
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if let Ok(mut file) = file {
        std::thread::spawn(move || scrub(&mut file));
    }
    Ok(())
}

const fn offset(index: u32) -> u64 {
    index as u64 * CELL_LEN as u64
}

const FOLDER: &str = "blobs";

#[cfg(test)]
mod tests;
