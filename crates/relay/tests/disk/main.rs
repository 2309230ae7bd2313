//! The store on a disk: restarts, forgetting, damage, a full disk, crashes. Spec: relay, "Mailbox", "Epoch" and "What a relay
//! must not keep".

#[cfg(unix)]
mod crash;
mod damage;
mod folder;
mod forgets;
#[cfg(target_os = "linux")]
mod full;
mod model;
#[cfg(unix)]
mod pairs;
#[cfg(target_os = "linux")]
mod powercut;
mod restart;

use std::path::Path;

use nightjar_protocol::keys::{MailboxId, UnixTime};
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::wire::Cell;
use nightjar_relay::store::{Disk, Store};

/// A moment to start from.
const T: UnixTime = UnixTime(1_800_000_000);
/// A quota and a ceiling that no case means to reach.
const QUOTA: u32 = 100_000;
const CEILING: u64 = 64 * 1024 * 1024;

fn open(folder: &Path) -> Disk {
    Disk::open(folder, CEILING).unwrap()
}

fn id(byte: u8) -> MailboxId {
    MailboxId::from_bytes([byte; 32])
}

fn cell(byte: u8) -> Cell {
    Cell::from_bytes([byte; CELL_LEN])
}

/// Numbers and first bytes of the cells of a mailbox.
async fn seen(store: &Disk, mailbox: MailboxId, now: UnixTime) -> Vec<(u64, u8)> {
    let cells = store.read_after(mailbox, 0, 1000, now).await.unwrap();
    cells.iter().map(|stored| (stored.seq, stored.cell.as_bytes()[0])).collect()
}
