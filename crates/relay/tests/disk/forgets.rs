//! What is erased is in no file any more: neither the cell, nor the key that opens it, nor who the mailbox was. The files are
//! searched while the store is open, and after.

use std::collections::{BTreeMap, HashSet};

use super::folder::Folder;
use super::*;

/// Cells in each of the four mailboxes.
const CELLS: u8 = 25;

/// All files of the store, as they are now.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

/// Every key in the file of cells: 32 bytes of the two key pages of each group that are not zeros.
fn keys(files: &BTreeMap<String, Vec<u8>>) -> Vec<[u8; 32]> {
    let groups = files["cells"][4096..].chunks(130 * 4096);
    let pages = groups.flat_map(|group| group[..group.len().min(2 * 4096)].chunks_exact(32));
    pages.map(|key| <[u8; 32]>::try_from(key).unwrap()).filter(|key| *key != [0; 32]).collect()
}

/// Places where one of the needles, or half of it, is found.
fn found(files: &BTreeMap<String, Vec<u8>>, needles: &[[u8; 32]]) -> usize {
    let halves: HashSet<&[u8]> = needles.iter().flat_map(|needle| needle.chunks(16)).collect();
    let mut begins = vec![false; 1 << 16];
    halves.iter().for_each(|half| begins[usize::from(half[0]) << 8 | usize::from(half[1])] = true);
    let likely = |window: &&[u8]| begins[usize::from(window[0]) << 8 | usize::from(window[1])];
    let hits = |file: &Vec<u8>| file.windows(16).filter(likely).filter(|window| halves.contains(window)).count();
    files.values().map(hits).sum()
}

/// A cell that can be told from all others wherever a part of it lies.
fn marked(mailbox: u8, number: u8) -> Cell {
    let marker = marker(mailbox, number);
    let mut bytes = [0; CELL_LEN];
    bytes.iter_mut().zip(marker.iter().cycle()).for_each(|(place, byte)| *place = *byte);
    Cell::from_bytes(bytes)
}

fn marker(mailbox: u8, number: u8) -> [u8; 32] {
    nightjar_protocol::crypto::sha256(&[b"marked", &[mailbox, number]])
}

fn mailbox(byte: u8) -> MailboxId {
    MailboxId::from_bytes(nightjar_protocol::crypto::sha256(&[b"mailbox", &[byte]]))
}

async fn fill(store: &Disk) {
    for byte in 1..=4 {
        store.create(mailbox(byte), 1000, T).await.unwrap();
        for number in 0..CELLS {
            let ttl = if byte == 2 { 10 } else { 500 };
            store.append(mailbox(byte), marked(byte, number), ttl, QUOTA, T).await.unwrap();
        }
    }
}

#[tokio::test]
async fn acknowledged_expired_and_deleted_leave_nothing_in_any_file() {
    let folder = Folder::new("forgets");
    let store = open(&folder.path);
    fill(&store).await;
    let full = files(&folder.path);
    let all = keys(&full);
    assert_eq!(all.len(), 4 + 4 * usize::from(CELLS), "a key a mailbox and a key a cell");
    assert!(found(&full, &all) >= 2 * all.len(), "the search finds keys that are there");

    store.acknowledge(mailbox(1), CELLS.into(), T).await.unwrap();
    store.expire(T.plus(10)).await.unwrap();
    store.delete(mailbox(3), T.plus(10)).await.unwrap();
    let markers: Vec<_> = (1..=4).flat_map(|byte| (0..CELLS).map(move |number| marker(byte, number))).collect();
    let ids: Vec<_> = (1..=4).map(|byte| *mailbox(byte).as_bytes()).collect();
    for closed in [false, true] {
        let store = (!closed).then_some(&store);
        let now = files(&folder.path);
        let left = keys(&now);
        assert_eq!(left.len(), 3 + usize::from(CELLS), "mailboxes 1, 2 and 4, and the cells of 4");
        let gone: Vec<_> = all.iter().filter(|key| !left.contains(key)).copied().collect();
        assert_eq!(gone.len(), 1 + 3 * usize::from(CELLS));
        assert_eq!(found(&now, &gone), 0, "keys of what is gone");
        assert!(found(&now, &left) >= 2 * left.len(), "keys of what is there");
        assert_eq!(found(&now, &markers), 0, "no cell as it is, stored or gone");
        assert_eq!(found(&now, &ids), 0, "no mailbox id, stored or gone");
        if let Some(store) = store {
            assert_eq!(store.usage().cells, u64::from(CELLS));
        }
    }
    drop(store);
    let store = open(&folder.path);
    let cells = store.read_after(mailbox(4), 0, 100, T.plus(10)).await.unwrap();
    assert_eq!(cells.len(), usize::from(CELLS));
    assert!(cells.iter().zip(0..).all(|(stored, number)| *stored.cell == marked(4, number)));
}

#[tokio::test]
async fn a_slot_that_is_used_again_has_nothing_of_what_was_there() {
    let folder = Folder::new("again");
    let store = open(&folder.path);
    fill(&store).await;
    let all = keys(&files(&folder.path));
    for byte in 1..=4 {
        store.delete(mailbox(byte), T).await.unwrap();
    }
    fill(&store).await;
    let now = files(&folder.path);
    assert_eq!(keys(&now).len(), all.len());
    assert_eq!(found(&now, &all), 0);
}
