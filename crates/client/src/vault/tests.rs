//! Content survives what it must survive, and nothing opens that should not.

use std::fs;
use std::path::Path;

use super::format::{BLOCK, HEADER_LEN};
use super::*;

const PASSPHRASE: &str = "correct horse 꼬맹이";

fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE)
}

fn create(home: &Path) -> Vault {
    Vault::create_with(home, &passphrase(), KdfParams::LEAST).unwrap()
}

/// A folder with a closed vault that holds `payload`.
fn closed(payload: &[u8]) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    create(home.path()).commit(payload).unwrap();
    home
}

fn open(home: &Path) -> Result<Vec<u8>, Error> {
    Vault::open(home, &passphrase()).map(|vault| vault.payload().to_vec())
}

#[test]
fn what_was_committed_last_is_there() {
    let home = closed(b"one");
    let mut vault = Vault::open(home.path(), &passphrase()).unwrap();
    assert_eq!(vault.payload(), b"one");
    vault.commit(b"two").unwrap();
    drop(vault);
    assert_eq!(open(home.path()).unwrap(), b"two");
    assert!(matches!(Vault::create(home.path(), &passphrase()), Err(Error::Exists)));
    assert!(matches!(open(&home.path().join("elsewhere")), Err(Error::Missing)));
}

#[test]
fn memory_leaves_nothing() {
    let mut vault = Vault::ephemeral();
    vault.commit(b"one").unwrap();
    assert_eq!((vault.payload(), vault.is_ephemeral()), (&b"one"[..], true));
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_changes_nothing() {
    let home = closed(b"one");
    let before = fs::read(home.path().join("vault")).unwrap();
    for wrong in ["", "correct horse", "Correct horse 꼬맹이"] {
        assert!(matches!(Vault::open(home.path(), &Passphrase::new(wrong)), Err(Error::Wrong)));
    }
    assert_eq!(fs::read(home.path().join("vault")).unwrap(), before);
    assert_eq!(open(home.path()).unwrap(), b"one");
}

#[test]
fn hangul_may_be_composed_or_not() {
    let home = closed(b"one");
    let decomposed: String = PASSPHRASE.nfd().collect();
    assert_ne!(decomposed, PASSPHRASE);
    assert!(Vault::open(home.path(), &Passphrase::new(&decomposed)).is_ok());
}

#[test]
fn one_process_at_a_time() {
    let home = tempfile::tempdir().unwrap();
    let vault = create(home.path());
    assert!(matches!(open(home.path()), Err(Error::InUse)));
    assert!(matches!(Vault::destroy(home.path()), Err(Error::InUse)));
    drop(vault);
    assert!(open(home.path()).is_ok());
}

#[test]
fn damage_is_told_and_left_alone() {
    let home = closed(b"one");
    let path = home.path().join("vault");
    let whole = fs::read(&path).unwrap();
    let mut damaged: Vec<Vec<u8>> = [0, 1, 8, 63, 64, 80, 100, BLOCK - 1].map(|length| whole[..length].to_vec()).into();
    damaged.push([whole.clone(), vec![0; BLOCK]].concat());
    damaged.push(vec![0x5a; BLOCK]);
    damaged.extend([0, 8, 9, 11, 13, 19, 23, 24, 39, 40, HEADER_LEN - 1, HEADER_LEN, 1000, BLOCK - 1].map(|at| {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        flipped
    }));
    for bytes in damaged {
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(open(home.path()), Err(Error::Wrong | Error::Damaged | Error::Version)));
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(open(home.path()).unwrap(), b"one");
}

#[test]
fn no_file_makes_it_spend_more_than_the_bounds() {
    let home = closed(b"one");
    let path = home.path().join("vault");
    let whole = fs::read(&path).unwrap();
    for (at, number) in [(12, u32::MAX), (12, 8), (16, 17), (16, 0), (20, 5), (20, 0)] {
        let mut bytes = whole.clone();
        bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
        fs::write(&path, &bytes).unwrap();
        let start = std::time::Instant::now();
        assert!(matches!(open(home.path()), Err(Error::Damaged)));
        assert!(start.elapsed().as_millis() < 20, "it worked before it looked");
    }
    assert!(KdfParams::STANDARD.are_bounded() && KdfParams::LEAST.are_bounded() && KdfParams::MOST.are_bounded());
}

#[test]
fn the_length_says_little_and_the_nonce_is_fresh() {
    let home = tempfile::tempdir().unwrap();
    let mut vault = create(home.path());
    let fits = BLOCK - format::OVERHEAD;
    let mut nonces = std::collections::BTreeSet::new();
    for (length, blocks) in [(0, 1), (1, 1), (1, 1), (fits, 1), (fits + 1, 2), (3 * BLOCK, 4)] {
        vault.commit(&vec![7; length]).unwrap();
        let bytes = fs::read(home.path().join("vault")).unwrap();
        assert_eq!(bytes.len(), blocks * BLOCK);
        assert!(nonces.insert(bytes[40..64].to_vec()));
    }
    assert!(matches!(vault.commit(&vec![0; PAYLOAD_MAX + 1]), Err(Error::TooLong)));
    assert_eq!(vault.payload().len(), 3 * BLOCK);
    assert_eq!(PAYLOAD_MAX + format::OVERHEAD, format::FILE_MAX);
}

#[test]
fn what_a_kill_left_behind_is_removed() {
    let home = closed(b"one");
    fs::write(home.path().join("vault.new"), b"half of it").unwrap();
    assert_eq!(open(home.path()).unwrap(), b"one");
    assert!(!home.path().join("vault.new").exists());
}

#[test]
fn destroying_leaves_nothing() {
    let home = closed(b"one");
    fs::write(home.path().join("vault.new"), b"half of it").unwrap();
    assert_eq!(Vault::destroy(home.path()).unwrap(), 2);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    assert!(matches!(Vault::destroy(home.path()), Err(Error::Missing)));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it_and_old_bytes_are_overwritten() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let home = parent.path().join("home");
    let mut vault = create(&home);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&home), mode(&home.join("vault")), mode(&home.join("vault.lock"))), (0o700, 0o600, 0o600));
    // A second name keeps the old bytes in reach.
    fs::hard_link(home.join("vault"), parent.path().join("old")).unwrap();
    vault.commit(b"two").unwrap();
    assert!(fs::read(parent.path().join("old")).unwrap().iter().all(|byte| *byte == 0));
}

#[cfg(unix)]
#[test]
fn a_planted_link_is_not_followed() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("target");
    fs::write(&target, b"mine").unwrap();
    let mut vault = create(home.path());
    std::os::unix::fs::symlink(&target, home.path().join("vault.new")).unwrap();
    assert!(vault.commit(b"one").is_err());
    assert_eq!(fs::read(&target).unwrap(), b"mine");
    vault.commit(b"one").unwrap();
}

#[test]
fn weak_passphrases_are_refused() {
    for weak in ["", "short", "          ", "aaaaaaaaaaaaaaaa", "abababababab", "꼬맹이", "         abcd"] {
        assert!(!Passphrase::new(weak).is_acceptable(), "{weak}");
    }
    for good in ["correct horse", "할머니 꼬맹이", "0123456789"] {
        assert!(Passphrase::new(good).is_acceptable(), "{good}");
    }
}
