//! What a restart finds: everything, and the same numbers; and who may not open a folder.

use nightjar_relay::store::disk::OpenError;
use nightjar_relay::store::{Created, Error};

use super::folder::Folder;
use super::*;

#[tokio::test]
async fn a_restart_finds_cells_numbers_lives_usage_and_epoch() {
    let folder = Folder::new("restart");
    let store = open(&folder.path);
    store.create(id(1), 100, T).await.unwrap();
    store.create(id(2), 50, T).await.unwrap();
    for byte in 1..=5 {
        store.append(id(1), cell(byte), 10 * u32::from(byte), QUOTA, T).await.unwrap();
    }
    store.append(id(2), cell(9), 10, QUOTA, T).await.unwrap();
    store.acknowledge(id(1), 2, T).await.unwrap();
    store.acknowledge(id(2), 1, T).await.unwrap();
    let (before, epoch) = (store.usage(), store.epoch());
    let read = store.read_after(id(1), 0, 1000, T).await.unwrap();
    drop(store);
    let store = open(&folder.path);
    assert_eq!((store.usage(), store.epoch()), (before, epoch));
    assert_eq!(store.read_after(id(1), 0, 1000, T).await.unwrap(), read, "numbers, lives and cells");
    assert_eq!(store.append(id(2), cell(8), 10, QUOTA, T).await, Ok(2), "a number is not given twice");
    assert_eq!(store.append(id(1), cell(8), 10, QUOTA, T).await, Ok(6));
    assert_eq!(store.renew(id(2), None, T.plus(49)).await, Ok(0), "as long as it was last given");
    assert_eq!(store.read_after(id(2), 0, 1, T.plus(98)).await, Ok(vec![]));
}

#[tokio::test]
async fn time_passes_while_it_is_closed() {
    let folder = Folder::new("closed");
    let store = open(&folder.path);
    store.create(id(1), 100, T).await.unwrap();
    store.create(id(2), 20, T).await.unwrap();
    store.append(id(1), cell(1), 10, QUOTA, T).await.unwrap();
    store.append(id(1), cell(2), 40, QUOTA, T).await.unwrap();
    drop(store);
    let store = open(&folder.path);
    let now = T.plus(30);
    assert_eq!(seen(&store, id(1), now).await, [(2, 2)]);
    assert_eq!(store.create(id(2), 20, now).await, Ok(Created::New), "it was gone");
    drop(store);
    let store = open(&folder.path);
    store.renew(id(1), None, now).await.unwrap();
    let gone = store.expire(T.plus(130)).await.unwrap();
    assert_eq!(gone, [id(1)], "whom a command named, and nobody else can be subscribed");
    assert_eq!(store.usage(), Default::default());
}

#[tokio::test]
async fn an_empty_store_keeps_its_epoch_and_every_folder_has_another() {
    let (folder, other) = (Folder::new("epoch"), Folder::new("epoch"));
    let epoch = open(&folder.path).epoch();
    assert_eq!(open(&folder.path).epoch(), epoch);
    assert_ne!(open(&other.path).epoch(), epoch);
}

#[tokio::test]
async fn files_stay_within_the_ceiling_and_what_is_freed_is_used_again() {
    const CEILING: u64 = 2 * 1024 * 1024;
    /// One group of slots more, and the journal.
    const SLACK: u64 = 130 * 4096 + 8 * 1024 * 1024;
    let folder = Folder::new("ceiling");
    let store = Disk::open(&folder.path, CEILING).unwrap();
    let cells = || std::fs::metadata(folder.path.join("cells")).unwrap().len();
    let mut lengths = Vec::new();
    for _ in 0..4 {
        store.create(id(1), 100, T).await.unwrap();
        while store.append(id(1), cell(1), 50, QUOTA, T).await.is_ok() {}
        assert_eq!(store.append(id(1), cell(1), 50, QUOTA, T).await, Err(Error::Full));
        lengths.push(cells());
        store.delete(id(1), T).await.unwrap();
    }
    assert!(lengths.iter().all(|length| *length == lengths[0] && *length <= CEILING + 130 * 4096), "{lengths:?}");
    let all: u64 = std::fs::read_dir(&folder.path).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
    assert!(all <= CEILING + SLACK, "{all}");
    drop(store);
    drop(open(&folder.path));
    assert!(cells() <= 4096, "an empty store gives back what it took");
}

#[test]
fn one_process_at_a_time_and_its_owner_alone() {
    let folder = Folder::new("rights");
    let store = open(&folder.path);
    assert!(matches!(Disk::open(&folder.path, CEILING), Err(OpenError::Locked)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.path), 0o700);
        let files: Vec<_> = std::fs::read_dir(&folder.path).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.len() >= 3 && files.iter().all(|file| mode(file) == 0o600), "{files:?}");
        drop(store);
        std::fs::set_permissions(&folder.path, PermissionsExt::from_mode(0o750)).unwrap();
        assert!(matches!(Disk::open(&folder.path, CEILING), Err(OpenError::Permissions)));
        std::fs::set_permissions(&folder.path, PermissionsExt::from_mode(0o700)).unwrap();
    }
    drop(open(&folder.path));
}
