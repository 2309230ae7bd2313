//! Saving an attachment: the one way in which something of a message comes to lie on a disk in clear. The file appears at once
//! and whole, or not at all; what is there already is never overwritten.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::engine::{Engine, FileId};
use crate::failure::{Failure, Kind};
use crate::vault::{private, sync_folder};

/// Saves an attachment at `path`, readable by its owner alone.
///
/// # Errors
/// [`Kind::SaveExists`], [`Kind::SaveFailed`], and those of [`Engine::read_file`]. Nothing is left behind then.
pub(super) fn save(engine: &mut Engine, id: FileId, path: &Path) -> Result<(), Failure> {
    let failed = |error: io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::new(Kind::SaveExists).text("path", path.display()),
        _ => Failure::new(Kind::SaveFailed).text("path", path.display()).text("detail", error),
    };
    if path.symlink_metadata().is_ok() {
        return Err(failed(ErrorKind::AlreadyExists.into()));
    }
    let mut draft = Draft::beside(path).map_err(failed)?;
    engine.read_file(id, |share| draft.file.write_all(share).map_err(failed))?;
    draft.file.sync_all().and_then(|()| draft.publish(path)).map_err(failed)
}

/// A file that has no place yet: without a name where the system has such files, so that not even a kill leaves it behind.
struct Draft {
    file: File,
    folder: PathBuf,
    /// Its name for the time being; taken when it has its final one.
    name: Option<PathBuf>,
}

impl Draft {
    fn beside(path: &Path) -> io::Result<Self> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        if let Some(file) = nameless(&folder) {
            return Ok(Self { file, folder, name: None });
        }
        let name = folder.join(format!(".nightjar-{}.part", std::process::id()));
        let mut options = File::options();
        options.write(true).create_new(true);
        let file = private(&mut options).open(&name)?;
        Ok(Self { file, folder, name: Some(name) })
    }

    /// Gives the file its name, unless another has it.
    fn publish(mut self, path: &Path) -> io::Result<()> {
        match &self.name {
            None => name(&self.file, path)?,
            Some(part) => rename(part, path)?,
        }
        self.discard();
        // It is there; whether its name survives a power cut, not every file system lets one ask for.
        let _ = sync_folder(&self.folder);
        Ok(())
    }

    fn discard(&mut self) {
        if let Some(part) = self.name.take() {
            let _ = std::fs::remove_file(part);
        }
    }
}

/// Gives a file another name that no file has. A second name, then the first goes: unlike a rename, that overwrites nothing.
/// Where files have one name only, on many a memory stick, what comes in the moment between look and rename is lost.
fn rename(part: &Path, path: &Path) -> io::Result<()> {
    match std::fs::hard_link(part, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists && path.symlink_metadata().is_err() => {
            std::fs::rename(part, path)
        }
        linked => linked,
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.discard();
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn nameless(folder: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open};
    if !Path::new(OWN_FILES).exists() {
        return None;
    }
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    open(folder, flags, Mode::RUSR | Mode::WUSR).ok().map(File::from)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn name(file: &File, path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    use rustix::fs::{AtFlags, CWD, linkat};
    let own = format!("{OWN_FILES}/{}", file.as_raw_fd());
    Ok(linkat(CWD, own, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

/// Where a file without a name can be had by its number.
#[cfg(any(target_os = "linux", target_os = "android"))]
const OWN_FILES: &str = "/proc/self/fd";

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn nameless(_folder: &Path) -> Option<File> {
    None
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn name(_file: &File, _path: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}
