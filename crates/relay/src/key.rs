//! The relay's static key and the file it lives in: 32 bytes as they are, readable by their owner alone.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use nightjar_protocol::keys::{DhSecret, Random};
use zeroize::Zeroizing;

/// The operating system's generator.
pub struct OsRandom;

impl Random for OsRandom {
    #[expect(clippy::expect_used, reason = "a relay without randomness must not go on")]
    fn fill(&mut self, out: &mut [u8]) {
        getrandom::fill(out).expect("the system's random generator");
    }
}

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be read or made.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It has another length than 32 bytes.
    #[error("a key file has 32 bytes")]
    Length,
    /// Others may read or write it.
    #[error("others may read or write it; chmod 600 it")]
    Permissions,
}

/// Reads the key, or makes one if there is no such file.
///
/// # Errors
/// [`Error`], as each case says.
pub fn load_or_generate(path: &Path) -> Result<DhSecret, Error> {
    match File::open(path) {
        Ok(file) => read(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => generate(path),
        Err(error) => Err(error.into()),
    }
}

/// Reads the key.
///
/// # Errors
/// [`Error`], as each case says.
pub fn load(path: &Path) -> Result<DhSecret, Error> {
    read(File::open(path)?)
}

fn read(mut file: File) -> Result<DhSecret, Error> {
    if !private(&file.metadata()?) {
        return Err(Error::Permissions);
    }
    let mut bytes = Zeroizing::new([0; DhSecret::LEN + 1]);
    let mut length = 0;
    while length < bytes.len() {
        match file.read(&mut bytes[length..])? {
            0 => break,
            more => length += more,
        }
    }
    match bytes.first_chunk() {
        Some(key) if length == DhSecret::LEN => Ok(DhSecret::from_bytes(*key)),
        _ => Err(Error::Length),
    }
}

/// Makes the file only if there is none, and returns when it is on the disk: an invite may name the key at once.
fn generate(path: &Path) -> Result<DhSecret, Error> {
    let key = DhSecret::generate(&mut OsRandom);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(key.as_bytes())?;
    file.sync_all()?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(key)
}

/// Whether a file or folder is its owner's alone, where the system says so.
#[cfg(unix)]
pub(crate) fn private(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 == 0
}

#[cfg(not(unix))]
pub(crate) fn private(_: &std::fs::Metadata) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[expect(clippy::expect_used, reason = "a test's helper")]
    fn folder(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("nightjar-relay-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        folder
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = folder("key");
        let path = folder.join("key");
        let made = load_or_generate(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let read = load_or_generate(&path).unwrap();
        assert!(made.as_bytes() == read.as_bytes());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_key_that_others_can_read_or_of_another_length_is_refused() {
        let folder = folder("bad-key");
        let path = folder.join("key");
        load_or_generate(&path).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        assert!(matches!(load_or_generate(&path), Err(Error::Permissions)));
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        for length in [0, 31, 33, 64] {
            std::fs::write(&path, vec![7; length]).unwrap();
            assert!(matches!(load_or_generate(&path), Err(Error::Length)), "{length}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
