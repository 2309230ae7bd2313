//! The store on a disk: durable appends a second, the time of a paced one, and what a hundred thousand cells cost.
//!
//! `cargo bench -p nightjar-relay --bench disk [-- FOLDER]`; without a folder, one in the current folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use nightjar_protocol::keys::{MailboxId, UnixTime};
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::wire::Cell;
use nightjar_relay::store::{Disk, Store};

const T: UnixTime = UnixTime(1_800_000_000);
const APPENDERS: usize = 1024;
const TTL: u32 = 3600;

fn main() {
    let place = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let folder = place.map_or_else(|| PathBuf::from("."), PathBuf::from).join("nightjar-relay-bench");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let store = fresh(&folder);
    let first = runtime.block_on(saturate(&store, Duration::from_secs(5)));
    let again = runtime.block_on(saturate(&store, Duration::from_secs(5)));
    println!("durable appends of {APPENDERS} appenders: {first:.0}/s into a new file, {again:.0}/s into freed slots");
    for rate in [100, 1000] {
        let mut times = runtime.block_on(paced(&store, rate));
        times.sort_unstable();
        let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
        println!("paced, {rate}/s: p50 {:?}, p99 {:?}", at(50), at(99));
    }
    drop(store);
    let store = fresh(&folder);
    let before = resident();
    runtime.block_on(fill(&store, 100_000));
    println!("100000 cells: {} bytes resident more than without", resident().saturating_sub(before));
    drop(store);
    let bytes = size(&folder);
    println!("100000 cells: {bytes} bytes on the disk, {} a cell", bytes / 100_000);
    let start = Instant::now();
    let store = Disk::open(&folder, u64::MAX).expect("a store");
    println!("100000 cells: opened in {:?}; {} resident", start.elapsed(), resident());
    assert_eq!(store.usage().cells, 100_000);
    drop(store);
    std::fs::remove_dir_all(folder).expect("the folder");
}

fn fresh(folder: &Path) -> Arc<Disk> {
    let _ = std::fs::remove_dir_all(folder);
    Arc::new(Disk::open(folder, u64::MAX).expect("a store"))
}

fn id(number: usize) -> MailboxId {
    MailboxId::from_bytes([number as u8; 32])
}

/// Many append at a time, each the next when its last is accepted; every 32nd acknowledges what it appended.
async fn saturate(store: &Arc<Disk>, span: Duration) -> f64 {
    let (appended, start) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    let appenders: Vec<_> = (0..APPENDERS)
        .map(|number| {
            let (store, appended) = (Arc::clone(store), Arc::clone(&appended));
            tokio::spawn(async move {
                let mut name = [0; 32];
                name[..8].copy_from_slice(&number.to_le_bytes());
                let id = MailboxId::from_bytes(name);
                store.create(id, TTL, T).await.expect("room");
                while start.elapsed() < span {
                    let mut last = 0;
                    for _ in 0..32 {
                        last = store.append(id, cell(), TTL, u32::MAX, T).await.expect("room");
                        appended.fetch_add(1, Relaxed);
                    }
                    store.acknowledge(id, last, T).await.expect("a mailbox");
                }
            })
        })
        .collect();
    for appender in appenders {
        appender.await.expect("an appender");
    }
    appended.load(Relaxed) as f64 / start.elapsed().as_secs_f64()
}

/// One append after another at a rate, whatever the last took.
async fn paced(store: &Arc<Disk>, rate: u32) -> Vec<Duration> {
    store.create(id(1), TTL, T).await.expect("room");
    let mut tick = tokio::time::interval(Duration::from_secs(1) / rate);
    let mut appends = Vec::new();
    for _ in 0..3 * rate {
        tick.tick().await;
        let store = Arc::clone(store);
        appends.push(tokio::spawn(async move {
            let start = Instant::now();
            store.append(id(1), cell(), TTL, u32::MAX, T).await.expect("room");
            start.elapsed()
        }));
    }
    let mut times = Vec::new();
    for append in appends {
        times.push(append.await.expect("an append"));
    }
    times
}

async fn fill(store: &Arc<Disk>, cells: usize) {
    for number in 0..100 {
        store.create(id(number), TTL, T).await.expect("room");
    }
    let appenders: Vec<_> = (0..100)
        .map(|number| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                for _ in 0..cells / 100 {
                    store.append(id(number), cell(), TTL, u32::MAX, T).await.expect("room");
                }
            })
        })
        .collect();
    for appender in appenders {
        appender.await.expect("an appender");
    }
}

fn cell() -> Cell {
    Cell::from_bytes([7; CELL_LEN])
}

fn size(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).expect("the folder");
    files.map(|file| file.and_then(|file| file.metadata()).map_or(0, |data| data.len())).sum()
}

/// Bytes of this process in memory, where the system says.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse().ok()).map_or(0, |kib: u64| kib * 1024)
}
