//! A folder of one case. In memory where the system has a place for that: a sync costs nothing there, and what the cases of
//! these files show does not depend on the device.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A folder that is there until this is dropped.
pub struct Folder {
    pub path: PathBuf,
}

impl Folder {
    /// A fresh name; the folder itself is for the store to make.
    pub fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let shared = Path::new("/dev/shm");
        let base = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Relaxed));
        Self { path: base.join(format!("nightjar-relay-{name}-{process}-{count}")) }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
