//! A disk without room: a clear refusal, nothing accepted and lost, and it goes on by itself when there is room again.
//!
//! The case runs in a mount namespace of its own, on a file system of a few MiB in memory. Where the system does not give one
//! to this user, it says so and shows nothing.

use std::process::Command;
use std::time::{Duration, Instant};

use nightjar_relay::store::{Error, Usage};

use super::folder::Folder;
use super::*;

#[test]
fn a_full_disk_refuses_and_heals() {
    let folder = Folder::new("full");
    std::fs::create_dir(&folder.path).unwrap();
    let script = "mount -t tmpfs -o size=4m,mode=700 none \"$1\" || exit 77; exec \"$0\" --exact full::inside --ignored --nocapture";
    let mut shell = Command::new("unshare");
    shell.args(["--map-root-user", "--mount", "sh", "-c", script]).arg(std::env::current_exe().unwrap());
    let ran = shell.arg(&folder.path).env(PLACE, &folder.path).output();
    let Ok(output) = ran.map(|output| (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()))
    else {
        println!("SKIPPED: no mount namespaces here");
        return;
    };
    match output {
        (Some(0), text) => assert!(text.contains("1 passed"), "{text}"),
        (Some(77), _) => println!("SKIPPED: this user may not mount"),
        (_, text) if text.is_empty() => println!("SKIPPED: no mount namespaces here"),
        (code, text) => panic!("{code:?}: {text}"),
    }
}

#[tokio::test]
#[ignore = "a_full_disk_refuses_and_heals runs it where a disk can be full"]
async fn inside() {
    let _ = tracing_subscriber::fmt().with_writer(std::io::stderr).try_init();
    let place = std::path::PathBuf::from(std::env::var_os(PLACE).unwrap());
    let (ballast, folder) = (place.join("ballast"), place.join("store"));
    std::fs::write(&ballast, vec![1; 2 * 1024 * 1024]).unwrap();
    let store = open(&folder);
    let epoch = store.epoch();
    store.create(id(1), 1000, T).await.unwrap();
    let mut accepted = fill(&store, Vec::new()).await;
    assert!(accepted.len() > 50, "{} fit", accepted.len());
    assert_eq!(numbers(&store).await, accepted, "all that was accepted is there");

    std::fs::remove_file(&ballast).unwrap();
    accepted.push(heals(&store).await);
    assert_eq!(numbers(&store).await, accepted);

    accepted = fill(&store, accepted).await;
    assert_eq!(numbers(&store).await, accepted);
    let half = accepted[accepted.len() / 2];
    until(async || store.acknowledge(id(1), half, T).await).await;
    accepted.retain(|seq| *seq > half);
    accepted.push(heals(&store).await);
    assert_eq!(numbers(&store).await, accepted, "to acknowledge makes room");
    let usage = store.usage();
    assert_eq!(usage.cells, accepted.len() as u64);

    drop(store);
    let store = open(&folder);
    assert_eq!((store.epoch(), store.usage()), (epoch, usage));
    assert_eq!(numbers(&store).await, accepted);
    until(async || store.delete(id(1), T).await).await;
    assert_eq!(store.usage(), Usage::default());
}

/// Appends until there is no room, and some more: the numbers accepted in all.
async fn fill(store: &Disk, mut accepted: Vec<u64>) -> Vec<u64> {
    let mut refused = 0;
    while refused < 20 {
        match store.append(id(1), cell(7), 500, QUOTA, T).await {
            Ok(seq) => accepted.push(seq),
            Err(error) => {
                assert!(matches!(error, Error::Full | Error::Unavailable), "{error}");
                refused += usize::from(error == Error::Full);
            }
        }
    }
    accepted
}

/// Waits until a cell is accepted again: its number.
async fn heals(store: &Disk) -> u64 {
    until(async || store.append(id(1), cell(7), 500, QUOTA, T).await).await
}

async fn until<T>(attempt: impl AsyncFn() -> Result<T, Error>) -> T {
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        match attempt().await {
            Ok(done) => return done,
            Err(error) => assert!(Instant::now() < patience, "it does not heal: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn numbers(store: &Disk) -> Vec<u64> {
    let cells = until(async || store.read_after(id(1), 0, 10_000, T).await).await;
    assert!(cells.iter().all(|stored| *stored.cell == cell(7)));
    cells.iter().map(|stored| stored.seq).collect()
}

const PLACE: &str = "NIGHTJAR_FULL_PLACE";
