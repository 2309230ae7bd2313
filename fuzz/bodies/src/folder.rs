//! Folders for stores, and a runtime to ask them in.

use std::cell::LazyCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use tokio::runtime::{Builder, Runtime};

/// A folder that is there until this is dropped; in memory where the system has a place for that.
pub struct Folder(PathBuf);

impl Folder {
    /// A fresh name; the folder itself is for the store to make.
    #[must_use]
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let shared = Path::new("/dev/shm");
        let base = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Relaxed));
        Self(base.join(format!("nightjar-fuzz-{process}-{count}")))
    }

    /// One with these files.
    ///
    /// # Panics
    /// If they cannot be written.
    #[must_use]
    pub fn of(files: &[(String, Vec<u8>)]) -> Self {
        let folder = Self::new();
        fs::create_dir(&folder.0).expect("a folder");
        #[cfg(unix)]
        fs::set_permissions(&folder.0, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("its mode");
        for (name, bytes) in files {
            fs::write(folder.0.join(name), bytes).expect("a file");
        }
        folder
    }

    /// Its files, by name.
    ///
    /// # Panics
    /// If they cannot be read.
    #[must_use]
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut paths: Vec<_> =
            fs::read_dir(&self.0).expect("a folder").map(|file| file.expect("a file").path()).collect();
        paths.sort();
        let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        paths.iter().map(|path| (name(path), fs::read(path).expect("a file"))).collect()
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs a future on this thread.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: LazyCell<Runtime> =
            LazyCell::new(|| Builder::new_current_thread().enable_all().build().expect("a runtime"));
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}
