//! Blobs on a disk and in memory: what is written is there again, and nothing of it in clear.

use nightjar_protocol::wire::Cell;

use super::*;

const MARK: &[u8] = b"the third stone from the well";

fn layout() -> Layout {
    Layout::new(3 * 4052 - 10).unwrap()
}

fn keys() -> Keys {
    Keys::received(&AeadKey::from_bytes([7; 32]), 1, 2, 3)
}

fn share(index: u32) -> Vec<u8> {
    MARK.iter().copied().cycle().take(layout().data(index).len()).collect()
}

fn places() -> (tempfile::TempDir, [Blobs; 2]) {
    let home = tempfile::tempdir().unwrap();
    let on_disk = Blobs::beside(home.path());
    (home, [on_disk, Blobs::ephemeral()])
}

#[test]
fn what_was_written_is_there_again_in_any_order() {
    let (_home, places) = places();
    for mut blobs in places {
        assert!(!blobs.has(keys().name()));
        let mut blob = blobs.open(&keys(), layout()).unwrap();
        for index in [2, 0] {
            blob.write(index, &share(index)).unwrap();
        }
        blob.sync().unwrap();
        drop(blob);
        let mut again = blobs.open(&keys(), layout()).unwrap();
        assert_eq!(again.read(0).unwrap().data(), share(0));
        assert_eq!(again.read(2).unwrap().data(), share(2));
        assert!(matches!(again.read(1), Err(Error::Missing)), "a cell that was never written");
        assert!(again.write(3, b"").is_err() && again.write(1, b"short").is_err());
        let mut other = blobs.open(&Keys::sent(&AeadKey::from_bytes([7; 32]), 1), layout()).unwrap();
        assert!(matches!(other.read(0), Err(Error::Missing)), "two blobs in one place");
    }
}

#[test]
fn a_cell_that_was_moved_or_changed_is_not_there() {
    let home = tempfile::tempdir().unwrap();
    let mut blobs = Blobs::beside(home.path());
    let mut blob = blobs.open(&keys(), layout()).unwrap();
    (0..3).for_each(|index| blob.write(index, &share(index)).unwrap());
    let path = files(&home.path().join(FOLDER)).unwrap().remove(0);
    let mut bytes = fs::read(&path).unwrap();
    assert_eq!(bytes.len(), 3 * CELL_LEN);
    assert!(!bytes.windows(MARK.len()).any(|window| window == MARK), "in clear on the disk");
    bytes.copy_within(..CELL_LEN, CELL_LEN);
    bytes[2 * CELL_LEN + 100] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let mut blob = blobs.open(&keys(), layout()).unwrap();
    assert_eq!(blob.read(0).unwrap().data(), share(0));
    assert!(matches!(blob.read(1), Err(Error::Missing)) && matches!(blob.read(2), Err(Error::Missing)));
}

/// Who finds the disk and has kept the relay's cells cannot tell by the key, nor by a name, that they belong together.
#[test]
fn the_content_key_opens_nothing_on_the_disk() {
    let home = tempfile::tempdir().unwrap();
    let content = AeadKey::from_bytes([7; 32]);
    let mut blobs = Blobs::beside(home.path());
    blobs.open(&keys(), layout()).unwrap().write(0, &share(0)).unwrap();
    let path = files(&home.path().join(FOLDER)).unwrap().remove(0);
    let cell: [u8; CELL_LEN] = fs::read(&path).unwrap()[..CELL_LEN].try_into().unwrap();
    assert!(Opener::new(&content, layout()).open(Cell::from_bytes(cell)).is_err());
    assert!(!path.file_name().unwrap().to_string_lossy().contains("0707"), "named by the content key");
}

#[test]
fn what_nobody_needs_goes() {
    let (home, places) = places();
    for mut blobs in places {
        let other = Keys::sent(&AeadKey::from_bytes([8; 32]), 1);
        for keys in [&keys(), &other] {
            blobs.open(keys, layout()).unwrap().write(0, &share(0)).unwrap();
        }
        blobs.keep_only(&[other.name()].into()).unwrap();
        assert!(!blobs.has(keys().name()) && blobs.has(other.name()));
        blobs.remove(other.name()).unwrap();
        blobs.remove(other.name()).unwrap();
        assert!(!blobs.has(other.name()));
    }
    assert!(exist(home.path()));
    fs::write(home.path().join(FOLDER).join("left behind"), b"x").unwrap();
    assert_eq!(destroy(home.path()).unwrap(), 1);
    assert!(!exist(home.path()));
    assert_eq!(destroy(home.path()).unwrap(), 0);
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_them() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    drop(Blobs::beside(home.path()).open(&keys(), layout()).unwrap());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = home.path().join(FOLDER);
    assert_eq!((mode(&folder), mode(&files(&folder).unwrap()[0])), (0o700, 0o600));
}
