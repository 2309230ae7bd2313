//! The files: keys that nobody else may read, a folder that the store may write to, and room on its disk.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::Finding;
use crate::access;
use crate::config::Quotas;
use crate::key::{self, Error};

/// The relay's key: there, its owner's alone, and a key.
pub(super) fn key(file: &Path) -> Finding {
    let place = file.display();
    match key::load(file) {
        Ok(_) => Finding::good("key", format!("{place} is its owner's alone. Keep a copy elsewhere")),
        Err(Error::Io(error)) if error.kind() == ErrorKind::NotFound => match file.parent().map(write_to) {
            Some(Ok(())) => Finding::good("key", format!("{place} is not there; the first start makes it")),
            Some(Err(error)) => Finding::bad("key", format!("{place} cannot be made: {error}"), MAKE_FOLDER),
            None => Finding::bad("key", format!("{place} is no file"), "Set key_file to one."),
        },
        Err(error) => Finding::bad("key", format!("{place}: {error}"), AS_RELAY),
    }
}

/// The access keys, if the relay is to be private: there, their owner's alone, and keys.
pub(super) fn access(file: &Path) -> Option<Finding> {
    let place = file.display();
    (!file.as_os_str().is_empty()).then(|| match access::load(file) {
        Ok(keys) => Finding::good("access keys", format!("{} in {place}, which is its owner's alone", keys.len())),
        Err(error) => Finding::bad("access keys", format!("{place}: {error}"), AS_RELAY),
    })
}

/// Another secret, if there is to be one: there, and its owner's alone.
pub(super) fn secret(what: &'static str, file: &Path) -> Option<Finding> {
    if file.as_os_str().is_empty() {
        return None;
    }
    let place = file.display();
    Some(match fs::File::open(file).and_then(|file| file.metadata()) {
        Ok(found) if key::private(&found) => Finding::good(what, format!("{place} is its owner's alone")),
        Ok(_) => Finding::bad(what, format!("others may read or write {place}"), format!("chmod 600 {place}")),
        Err(error) => Finding::bad(what, format!("{place} cannot be read: {error}"), AS_RELAY),
    })
}

/// The folder of the disk's store, and the room on its disk for as much as the quotas allow.
pub(super) fn store(folder: &Path, quotas: &Quotas) -> Vec<Finding> {
    let place = folder.display();
    // A folder that is not there is made below one that is.
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(folder);
    if let Err(error) = write_to(there) {
        return vec![Finding::bad("store folder", format!("{place} cannot be written to: {error}"), MAKE_FOLDER)];
    }
    let mut findings = vec![match fs::metadata(folder) {
        Ok(found) if !key::private(&found) => {
            Finding::fair("store folder", format!("others may look into {place}"), format!("chmod 700 {place}"))
        }
        Ok(_) => Finding::good("store folder", format!("{place} can be written to, and by its owner alone")),
        Err(_) => Finding::good("store folder", format!("{place} is not there; the first start makes it")),
    }];
    findings.extend(room(there, folder, quotas.bytes));
    findings
}

#[cfg(unix)]
fn room(there: &Path, folder: &Path, quota: u64) -> Option<Finding> {
    let disk = rustix::fs::statvfs(there).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let taken: u64 = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|file| file.metadata().ok())
        .map(|file| file.len())
        .sum();
    let found = format!("{} MiB are free, and {} MiB taken by the store", free >> 20, taken >> 20);
    Some(if free.saturating_add(taken) >= quota {
        Finding::good("disk", found)
    } else {
        Finding::fair("disk", found, format!("quotas.bytes allows {} MiB. Set less, or make room.", quota >> 20))
    })
}

#[cfg(not(unix))]
fn room(_: &Path, _: &Path, _: u64) -> Option<Finding> {
    None
}

/// Whether a file can be made here; it is gone again afterwards.
fn write_to(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".nightjar-relay-doctor-{}", std::process::id()));
    fs::OpenOptions::new().write(true).create_new(true).open(&probe)?;
    fs::remove_file(probe)
}

const MAKE_FOLDER: &str = "Make the folder, give it to the relay's user, and ask again as that user.";
const AS_RELAY: &str = "Give it to the relay's user with mode 600, and ask again as that user.";
