//! Files that are not what was written: a clear error, or what is whole and a new epoch. Never other cells, never silence.

use nightjar_relay::store::Error;
use nightjar_relay::store::disk::OpenError;

use super::folder::Folder;
use super::*;

const MAILBOXES: u8 = 3;
const CELLS: u8 = 20;

/// A closed store with some cells; its epoch.
async fn stored(folder: &Folder) -> nightjar_protocol::link::Epoch {
    let store = open(&folder.path);
    for byte in 0..MAILBOXES {
        store.create(id(byte), 1000, T).await.unwrap();
        for number in 0..CELLS {
            store.append(id(byte), cell(number), 500, QUOTA, T).await.unwrap();
        }
    }
    store.epoch()
}

/// Opens what may be damaged and reads everything: all that is there has to be what was written, and if anything is missing
/// the epoch has to be another. `false` if it does not open.
async fn examine(folder: &Folder, epoch: nightjar_protocol::link::Epoch) -> bool {
    let store = match Disk::open(&folder.path, CEILING) {
        Ok(store) => store,
        Err(OpenError::Damaged(_) | OpenError::Version(_) | OpenError::Database(_)) => return false,
        Err(error) => panic!("an unclear error: {error}"),
    };
    let mut whole = 0;
    for byte in 0..MAILBOXES {
        match store.read_after(id(byte), 0, 1000, T).await {
            Ok(cells) => {
                assert!(cells.iter().all(|stored| *stored.cell == cell((stored.seq - 1) as u8)), "another cell");
                assert!(cells.iter().all(|stored| stored.expires == T.plus(500)));
                whole += cells.len();
            }
            Err(error) => assert_eq!(error, Error::Unknown),
        }
    }
    assert_eq!(store.usage().cells, whole as u64, "what cannot be read is not kept");
    let all = usize::from(MAILBOXES) * usize::from(CELLS);
    assert!(whole == all || store.epoch() != epoch, "{} cells are lost, and nothing says so", all - whole);
    let again = store.epoch();
    drop(store);
    assert_eq!(open(&folder.path).epoch(), again, "what is left is whole");
    true
}

fn copy(from: &Folder, name: &str) -> Folder {
    let to = Folder::new(name);
    std::fs::create_dir(&to.path).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&to.path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    for file in std::fs::read_dir(&from.path).unwrap().map(|file| file.unwrap()) {
        std::fs::copy(file.path(), to.path.join(file.file_name())).unwrap();
    }
    to
}

/// Damages a file of a copy: what becomes of it.
async fn after(
    from: &Folder,
    file: &str,
    epoch: nightjar_protocol::link::Epoch,
    damage: impl Fn(&mut Vec<u8>),
) -> bool {
    let folder = copy(from, "damaged");
    let path = folder.path.join(file);
    let mut bytes = std::fs::read(&path).unwrap();
    damage(&mut bytes);
    std::fs::write(&path, bytes).unwrap();
    examine(&folder, epoch).await
}

#[tokio::test]
async fn a_flipped_bit_or_a_cut_is_an_error_or_a_new_epoch() {
    let folder = Folder::new("whole");
    let epoch = stored(&folder).await;
    assert!(examine(&copy(&folder, "copy"), epoch).await, "a copy is as good");
    let mut opened = [0, 0];
    for file in ["cells", "heads.db"] {
        let length = std::fs::metadata(folder.path.join(file)).unwrap().len() as usize;
        for step in 0..60 {
            let place = (step * 7919 * 97 + step) % length;
            opened[usize::from(after(&folder, file, epoch, |bytes| bytes[place] ^= 1 << (step % 8)).await)] += 1;
        }
        for part in 0..10 {
            opened[usize::from(after(&folder, file, epoch, |bytes| bytes.truncate(length * part / 10)).await)] += 1;
        }
    }
    assert!(opened[0] > 0 && opened[1] > 0, "errors and new epochs both occur: {opened:?}");
}

#[tokio::test]
async fn each_part_of_the_file_of_cells_is_told_from_the_others() {
    let folder = Folder::new("parts");
    let epoch = stored(&folder).await;
    const GROUP: usize = 4096;
    for (place, opens) in
        [(0, false), (9, false), (20, false), (50, false), (GROUP, true), (2 * GROUP, true), (3 * GROUP, true)]
    {
        assert_eq!(after(&folder, "cells", epoch, |bytes| bytes[place] ^= 1).await, opens, "byte {place}");
    }
    let folder = copy(&folder, "no-cells");
    std::fs::remove_file(folder.path.join("cells")).unwrap();
    assert!(examine(&folder, epoch).await);
}

#[tokio::test]
async fn a_cut_journal_does_not_pass_for_a_whole_one() {
    let folder = Folder::new("journal");
    let store = open(&folder.path);
    store.create(id(1), 1000, T).await.unwrap();
    for number in 0..20 {
        store.append(id(1), cell(number), 500, QUOTA, T).await.unwrap();
    }
    let epoch = store.epoch();
    // As a crash leaves it: the journal is not moved into the database yet.
    let crashed = copy(&folder, "crashed");
    let journal = crashed.path.join("heads.db-wal");
    let length = std::fs::metadata(&journal).unwrap().len();
    assert!(length > 20 * 4096);
    {
        let whole = open(&copy(&crashed, "whole").path);
        assert_eq!((whole.epoch(), whole.usage()), (epoch, store.usage()));
    }
    for part in 1..10 {
        let cut = copy(&crashed, "cut");
        std::fs::OpenOptions::new()
            .write(true)
            .open(cut.path.join("heads.db-wal"))
            .unwrap()
            .set_len(length * part / 10)
            .unwrap();
        match Disk::open(&cut.path, CEILING) {
            Ok(cut) => assert!(cut.epoch() != epoch && cut.usage().cells < 20, "{part} tenths"),
            Err(error) => assert!(matches!(error, OpenError::Damaged(_)), "{error}"),
        }
    }
}

#[tokio::test]
async fn a_cell_that_is_damaged_while_it_runs_is_dropped_and_the_epoch_says_so() {
    let folder = Folder::new("running");
    let _ = stored(&folder).await;
    let store = open(&folder.path);
    let epoch = store.epoch();
    let path = folder.path.join("cells");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[3 * 4096 + 100] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let mut lost = 0;
    for byte in 0..MAILBOXES {
        lost += usize::from(CELLS) - seen(&store, id(byte), T).await.len();
    }
    assert_eq!((lost, store.epoch() != epoch), (1, true));
    assert_eq!(store.usage().cells, u64::from(MAILBOXES) * u64::from(CELLS) - 1);
    let epoch = store.epoch();
    drop(store);
    assert_eq!(open(&folder.path).epoch(), epoch);
}

#[tokio::test]
async fn a_later_version_is_refused_by_its_name() {
    let folder = Folder::new("later");
    let epoch = stored(&folder).await;
    for (file, place) in [("cells", 8), ("heads.db", 63)] {
        let folder = copy(&folder, "version");
        let path = folder.path.join(file);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[place] = 2;
        std::fs::write(&path, bytes).unwrap();
        let error = Disk::open(&folder.path, CEILING).err().unwrap();
        assert!(matches!(error, OpenError::Version(2)), "{error}");
    }
    assert!(examine(&folder, epoch).await);
}
