//! Where one blob is: cells at offsets in a file, or in memory.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::wire::Cell;

use crate::vault::private;

/// A blob's bytes in memory: sealed like those on a disk.
pub(super) type Memory = Arc<Mutex<Vec<u8>>>;

/// Where a blob is.
pub(super) enum Store {
    /// A file, and where its cursor is.
    File(File, u64),
    Memory(Memory),
}

impl Store {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self::File(OpenOptions::new().read(true).write(true).open(path)?, 0))
    }

    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        Ok(Self::File(private(&mut options).open(path)?, 0))
    }

    pub(super) fn memory(memory: &Memory) -> Self {
        Self::Memory(Arc::clone(memory))
    }

    /// The cell at this offset; `None` beyond the end.
    pub(super) fn read(&mut self, offset: u64) -> io::Result<Option<Cell>> {
        let mut cell = Cell::from_bytes([0; CELL_LEN]);
        match self {
            Self::File(file, at) => {
                seek(file, at, offset)?;
                match file.read_exact(cell.as_mut_bytes()) {
                    Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                        *at = UNKNOWN;
                        return Ok(None);
                    }
                    read => read?,
                }
                *at += CELL_LEN as u64;
            }
            Self::Memory(memory) => {
                let memory = lock(memory);
                let bytes = usize::try_from(offset).ok().and_then(|at| memory.get(at..)?.first_chunk());
                match bytes {
                    Some(bytes) => *cell.as_mut_bytes() = *bytes,
                    None => return Ok(None),
                }
            }
        }
        Ok(Some(cell))
    }

    /// Writes a cell at this offset.
    pub(super) fn write(&mut self, offset: u64, cell: &Cell) -> io::Result<()> {
        match self {
            Self::File(file, at) => {
                seek(file, at, offset)?;
                *at = UNKNOWN;
                file.write_all(cell.as_bytes())?;
                *at = offset + CELL_LEN as u64;
            }
            Self::Memory(memory) => {
                let at = usize::try_from(offset).map_err(io::Error::other)?;
                let mut memory = lock(memory);
                if memory.len() < at + CELL_LEN {
                    memory.resize(at + CELL_LEN, 0);
                }
                memory[at..at + CELL_LEN].copy_from_slice(cell.as_bytes());
            }
        }
        Ok(())
    }

    /// What writes it all to the disk; nothing does for memory.
    pub(super) fn flush(&self) -> io::Result<Option<impl FnOnce() -> io::Result<()> + Send + 'static>> {
        let file = match self {
            Self::File(file, _) => file.try_clone()?,
            Self::Memory(_) => return Ok(None),
        };
        Ok(Some(move || file.sync_data()))
    }
}

/// Cells come in order more often than not: then the cursor is where it should be.
fn seek(file: &mut File, at: &mut u64, offset: u64) -> io::Result<()> {
    if *at != offset {
        file.seek(SeekFrom::Start(offset))?;
        *at = offset;
    }
    Ok(())
}

pub(super) fn lock<T>(memory: &Mutex<T>) -> MutexGuard<'_, T> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a cursor is after something went wrong.
const UNKNOWN: u64 = u64::MAX;
