//! Why a store on the disk does not open, or fails later. Spec: relay, "Mailbox".
//!
//! No text names a file's content, a mailbox or a key.

use std::io;

use rusqlite::ErrorCode;

use crate::store::Error;

/// Why the files of a store cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The system refuses, or the device has no room.
    #[error("its files: {0}")]
    Io(#[from] io::Error),
    /// The database refuses.
    #[error("its database does not answer ({0:?})")]
    Database(ErrorCode),
    /// Another process has it open.
    #[error("another process uses it")]
    Locked,
    /// Others may enter the folder.
    #[error("others may enter the folder; chmod 700 it")]
    Permissions,
    /// A later version wrote it.
    #[error("it is of version {0}, which is later than this program's; use the program that wrote it")]
    Version(u32),
    /// A file is not what was written.
    #[error("{0} is damaged; move the folder away to begin with an empty store")]
    Damaged(&'static str),
}

impl OpenError {
    /// Whether there was no room.
    pub(super) fn is_full(&self) -> bool {
        match self {
            Self::Io(error) => matches!(
                error.kind(),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
            ),
            Self::Database(code) => *code == ErrorCode::DiskFull,
            _ => false,
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged("its database"),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(code) => Self::Database(code),
            // A column of another type, a table that is not there: not what we wrote.
            None => Self::Damaged("its database"),
        }
    }
}

impl From<OpenError> for Error {
    fn from(error: OpenError) -> Self {
        if error.is_full() { Self::Full } else { Self::Unavailable }
    }
}
