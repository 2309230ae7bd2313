//! The file of keys and sealed cells: slots of equal length, written in place, so that zeros over a key leave nothing of it
//! in this file or another. Spec: relay, "What a relay must not keep".
//!
//! ```text
//! header page: what it is, version, the store's key, a check · in its second half the number of the last commit
//! group 0:     page of 128 mailboxes' keys · page of 128 cells' keys · 128 pages of sealed cells
//! group 1:     …
//! ```
//! A key of zeros is none. The tag of a sealed cell is in its head: so a cell takes one page exactly.

use std::fs::File;
use std::io;

use nightjar_protocol::crypto::sha256;
use nightjar_protocol::keys::{AeadKey, Random};
use nightjar_protocol::limits::CELL_LEN;
use zeroize::Zeroizing;

use super::error::OpenError;
use super::folder::{Folder, open};
use crate::key::OsRandom;

/// What a slot holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    Mailbox = 0,
    Cell = 1,
}

/// The file, open.
pub(super) struct CellFile {
    file: File,
    /// Without positioned reads and writes the position has one user at a time.
    #[cfg(not(unix))]
    position: std::sync::Mutex<()>,
}

/// The key under which the store writes down mailbox ids: 32 bytes.
pub(super) type StoreKey = Zeroizing<[u8; 32]>;

impl CellFile {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// [`OpenError::Damaged`], [`OpenError::Version`], [`OpenError::Io`].
    pub fn open(folder: &Folder) -> Result<(Self, StoreKey), OpenError> {
        let path = folder.file("cells");
        if !path.exists() {
            // Whole or not at all: a header of which a part is written would be a damaged one.
            let fresh = folder.file("cells.new");
            let file = open(&fresh)?;
            let made = Self::of(file);
            made.write(header(&OsRandom.bytes()).as_slice(), 0)?;
            made.note_commit(0)?;
            made.file.sync_all()?;
            drop(made);
            std::fs::rename(fresh, &path)?;
            folder.sync()?;
        }
        let file = Self::of(open(&path)?);
        let key = file.store_key()?;
        Ok((file, key))
    }

    const fn of(file: File) -> Self {
        Self {
            file,
            #[cfg(not(unix))]
            position: std::sync::Mutex::new(()),
        }
    }

    fn store_key(&self) -> Result<StoreKey, OpenError> {
        let mut page = Zeroizing::new([0; HEADER_LEN]);
        match self.read(page.as_mut_slice(), 0) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(DAMAGED),
            read => read?,
        }
        let (key, version) = parse(&page).ok_or(DAMAGED)?;
        if version > VERSION {
            return Err(OpenError::Version(version));
        }
        if *page == *header(&key) { Ok(key) } else { Err(DAMAGED) }
    }

    /// The key in a slot, if there is one.
    pub fn key(&self, kind: Kind, slot: u32) -> io::Result<Option<AeadKey>> {
        let mut key = Zeroizing::new([0; AeadKey::LEN]);
        match self.read(key.as_mut_slice(), key_place(kind, slot)) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
            Ok(()) => Ok((*key != [0; AeadKey::LEN]).then(|| AeadKey::from_bytes(*key))),
        }
    }

    pub fn put_key(&self, kind: Kind, slot: u32, key: &AeadKey) -> io::Result<()> {
        self.write(key.as_bytes(), key_place(kind, slot))
    }

    /// Overwrites a key. It is gone for good after [`Self::sync`].
    pub fn erase_key(&self, kind: Kind, slot: u32) -> io::Result<()> {
        self.write(&[0; AeadKey::LEN], key_place(kind, slot))
    }

    /// A page of keys, to look for those that belong to nothing.
    pub fn key_page(&self, kind: Kind, group: u32) -> io::Result<Zeroizing<[u8; PAGE_LEN]>> {
        let mut page = Zeroizing::new([0; PAGE_LEN]);
        let place = key_place(kind, group * SLOTS_PER_GROUP);
        let there = self.length()?.saturating_sub(place).min(PAGE_LEN as u64) as usize;
        self.read(page.get_mut(..there).unwrap_or_default(), place)?;
        Ok(page)
    }

    /// Writes a page of keys again, as it is, so that the next [`Self::sync`] has to store it.
    pub fn rewrite_key_page(&self, kind: Kind, group: u32) -> io::Result<()> {
        let page = self.key_page(kind, group)?;
        match self.write(page.as_slice(), key_place(kind, group * SLOTS_PER_GROUP)) {
            // A page that is on the disk needs no room: this one is a hole, without a key that could come back.
            Err(error) if error.kind() == io::ErrorKind::StorageFull && *page == [0; PAGE_LEN] => Ok(()),
            written => written,
        }
    }

    pub fn put_body(&self, slot: u32, body: &[u8; CELL_LEN]) -> io::Result<()> {
        self.write(body, body_place(slot))
    }

    /// A sealed cell, into the place for it.
    pub fn read_body(&self, slot: u32, body: &mut [u8; CELL_LEN]) -> io::Result<()> {
        self.read(body, body_place(slot))
    }

    /// Notes that a commit was stored. Needs no sync: a crash of the process keeps it, and a loss of power may lose it.
    pub fn note_commit(&self, number: u64) -> io::Result<()> {
        self.write(&number.to_le_bytes(), COMMIT_PLACE)
    }

    /// The last commit that was noted.
    ///
    /// # Errors
    /// [`OpenError::Damaged`] if the file ends before it, [`OpenError::Io`].
    pub fn noted_commit(&self) -> Result<u64, OpenError> {
        let mut number = [0; 8];
        match self.read(&mut number, COMMIT_PLACE) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(DAMAGED),
            read => Ok(read.map(|()| u64::from_le_bytes(number))?),
        }
    }

    /// Groups that the file reaches into.
    pub fn groups(&self) -> io::Result<u32> {
        let groups = self.length()?.saturating_sub(HEADER_PAGES).div_ceil(GROUP_LEN);
        u32::try_from(groups).map_err(io::Error::other)
    }

    /// Gives back what is behind so many groups.
    pub fn shorten(&self, groups: u32) -> io::Result<()> {
        let length = HEADER_PAGES + u64::from(groups) * GROUP_LEN;
        if self.length()? > length { self.file.set_len(length) } else { Ok(()) }
    }

    /// Returns when all that was written is on the disk.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    #[cfg(unix)]
    fn write(&self, bytes: &[u8], place: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(&self.file, bytes, place)
    }

    #[cfg(unix)]
    fn read(&self, bytes: &mut [u8], place: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, bytes, place)
    }

    #[cfg(not(unix))]
    fn write(&self, bytes: &[u8], place: u64) -> io::Result<()> {
        use io::{Seek, Write};
        let _alone = self.position.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (&self.file).seek(io::SeekFrom::Start(place))?;
        (&self.file).write_all(bytes)
    }

    #[cfg(not(unix))]
    fn read(&self, bytes: &mut [u8], place: u64) -> io::Result<()> {
        use io::{Read, Seek};
        let _alone = self.position.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (&self.file).seek(io::SeekFrom::Start(place))?;
        (&self.file).read_exact(bytes)
    }
}

/// The first half of the header page: 8 bytes that say what it is, version, key, and the first 16 bytes of their hash.
fn header(key: &[u8; 32]) -> Zeroizing<[u8; HEADER_LEN]> {
    let version = VERSION.to_le_bytes();
    let check = sha256(&[MAGIC, &version, key]);
    let mut page = Zeroizing::new([0; HEADER_LEN]);
    let bytes = [MAGIC.as_slice(), &version, key, &check].into_iter().flatten();
    page.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
    page
}

fn parse(page: &[u8; HEADER_LEN]) -> Option<(StoreKey, u32)> {
    let (magic, rest) = page.split_first_chunk::<8>()?;
    let (version, rest) = rest.split_first_chunk()?;
    let key = Zeroizing::new(*rest.first_chunk()?);
    (magic == MAGIC).then(|| (key, u32::from_le_bytes(*version)))
}

/// Where a slot's group begins, and which of the group it is.
const fn group(slot: u32) -> (u64, u64) {
    (HEADER_PAGES + (slot / SLOTS_PER_GROUP) as u64 * GROUP_LEN, (slot % SLOTS_PER_GROUP) as u64)
}

const fn key_place(kind: Kind, slot: u32) -> u64 {
    let (place, within) = group(slot);
    place + kind as u64 * PAGE_LEN as u64 + within * AeadKey::LEN as u64
}

const fn body_place(slot: u32) -> u64 {
    let (place, within) = group(slot);
    place + 2 * PAGE_LEN as u64 + within * CELL_LEN as u64
}

/// Slots of each kind in a group: as many keys as fit on a page.
pub(super) const SLOTS_PER_GROUP: u32 = (PAGE_LEN / AeadKey::LEN) as u32;
pub(super) const PAGE_LEN: usize = 4096;
const MAGIC: &[u8; 8] = b"nightjar";
const VERSION: u32 = 1;
/// What is read of the header: the rest of the first 2048 bytes is zeros, and so is what follows the number of the commit.
const HEADER_LEN: usize = 512;
const HEADER_PAGES: u64 = PAGE_LEN as u64;
/// In another sector than the key, which is never written again.
const COMMIT_PLACE: u64 = 2048;
const GROUP_LEN: u64 = (2 * PAGE_LEN + SLOTS_PER_GROUP as usize * CELL_LEN) as u64;
const DAMAGED: OpenError = OpenError::Damaged("the file of its cells");
