//! One process and one server: full, gone, hanging, back; and what is left in it and in its files.

use std::time::Duration;

use nightjar_protocol::keys::{DhSecret, MailboxId, UnixTime};
use nightjar_protocol::limits::CELL_LEN;
use nightjar_relay::store::redis::OpenError;
use nightjar_relay::store::{Created, Error, Redis, Store};
use tokio::time::sleep;

use crate::harness::{T, cell, id};
use crate::servers::{Server, are_here, free_port, settings};

const QUOTA: u32 = 1000;

async fn append(store: &Redis, byte: u8) -> Result<u64, Error> {
    store.append(id(1), cell(byte), 60, QUOTA, T).await
}

async fn numbers(store: &Redis) -> Result<Vec<u64>, Error> {
    Ok(store.read_after(id(1), 0, 1000, T).await?.iter().map(|stored| stored.seq).collect())
}

/// Repeats an operation until the store answers: what it answers then.
async fn until_it_answers<A>(mut operation: impl AsyncFnMut() -> Result<A, Error>) -> Result<A, Error> {
    for _ in 0..3000 {
        match operation().await {
            Err(Error::Unavailable) => sleep(Duration::from_millis(10)).await,
            answer => return answer,
        }
    }
    panic!("the store never answers again");
}

#[tokio::test]
async fn a_server_without_memory_refuses_what_takes_room_and_nothing_else() {
    if !are_here() {
        return;
    }
    let server = Server::start(&["--maxmemory", "6mb", "--maxmemory-policy", "noeviction"]).await;
    let store = server.open(1).await.unwrap();
    store.create(id(1), 3600, T).await.unwrap();
    let mut held = 0;
    while append(&store, 1).await.is_ok() {
        held += 1;
    }
    assert!((10..6 * 1024 * 1024 / CELL_LEN as u64).contains(&held), "{held}");
    let cells = held;
    // The server's memory is also its connections': what is refused to a cell may be there for a mailbox yet.
    let refused = loop {
        held += 1;
        match store.create(MailboxId::from_bytes([held.to_le_bytes(); 4].concat().try_into().unwrap()), 3600, T).await {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(refused, Error::Full);
    assert_eq!(append(&store, 1).await, Err(Error::Full));
    assert_eq!(store.create(id(1), 3600, T).await, Ok(Created::Renewed), "renewing takes no room");
    let before = numbers(&store).await.unwrap();
    assert_eq!(before, (1..=cells).collect::<Vec<_>>(), "nothing made room for it");
    store.acknowledge(id(1), 100, T).await.unwrap();
    assert_eq!(append(&store, 2).await.unwrap(), before.last().unwrap() + 1);
}

#[tokio::test]
async fn a_server_that_is_gone_or_hangs_is_unavailable_until_it_is_back() {
    if !are_here() {
        return;
    }
    let mut server = Server::start(&[]).await;
    let mut settings = server.settings();
    settings.timeout = Duration::from_millis(300);
    let store = Redis::open(&settings, &DhSecret::from_bytes([1; 32])).await.unwrap();
    store.create(id(1), 3600, T).await.unwrap();
    append(&store, 1).await.unwrap();
    let epoch = store.epoch();

    server.signal("-STOP");
    for _ in 0..5 {
        assert_eq!(numbers(&store).await, Err(Error::Unavailable));
    }
    server.signal("-CONT");
    assert_eq!(until_it_answers(|| numbers(&store)).await, Ok(vec![1]));
    assert!(store.epoch() == epoch, "it is the same life");

    server.kill();
    assert_eq!(append(&store, 1).await, Err(Error::Unavailable));
    assert_eq!(store.create(id(1), 3600, T).await, Err(Error::Unavailable));
    assert_eq!(store.expire(T.plus(3600)).await, Err(Error::Unavailable));
    server.resume().await;
    assert_eq!(until_it_answers(|| append(&store, 1)).await, Err(Error::Unknown), "it kept nothing");
    assert!(store.epoch() != epoch, "and says so before it answers");
    let other = server.open(1).await.unwrap();
    assert!(store.epoch() == other.epoch());
    store.create(id(1), 3600, T).await.unwrap();
    append(&store, 1).await.unwrap();
}

#[tokio::test]
async fn what_a_server_keeps_on_its_disk_is_there_again_and_no_number_is_given_twice() {
    if !are_here() {
        return;
    }
    let mut server = Server::start(&["--appendonly", "yes", "--appendfsync", "always"]).await;
    let store = server.open(1).await.unwrap();
    let before = store.epoch();
    store.create(id(1), 3600, T).await.unwrap();
    append(&store, 1).await.unwrap();
    server.kill();
    server.resume().await;
    assert_eq!(until_it_answers(|| numbers(&store)).await, Ok(vec![1]));
    assert!(store.epoch() == before);
    let later = until_it_answers(|| append(&store, 2)).await.unwrap();
    assert!(later > 1 << 20, "{later}: as far from the last as nothing lost can be");
    assert_eq!(append(&store, 3).await, Ok(later + 1));
}

#[tokio::test]
async fn neither_ids_nor_cells_can_be_found_in_the_server_or_its_files() {
    if !are_here() {
        return;
    }
    let server =
        Server::start(&["--appendonly", "yes", "--appendfsync", "always", "--slowlog-log-slower-than", "0"]).await;
    let store = server.open(1).await.unwrap();
    let mut marker = [0; CELL_LEN];
    for (at, byte) in marker.iter_mut().enumerate() {
        *byte = b"a cell of ours, in the clear. "[at % 30];
    }
    store.create(id(1), 3600, T).await.unwrap();
    let marked = nightjar_protocol::wire::Cell::from_bytes(marker);
    store.append(id(1), marked.clone(), 60, QUOTA, T).await.unwrap();
    store.watch(id(1), T).await.unwrap();
    assert!(*store.read_after(id(1), 0, 9, T).await.unwrap()[0].cell == marked);
    let mut seen = server.cli(&["--no-raw", "SLOWLOG", "GET", "128"]).await.unwrap().into_bytes();
    seen.extend(server.cli(&["--no-raw", "KEYS", "*"]).await.unwrap().into_bytes());
    server.cli(&["SAVE"]).await.unwrap();
    let mut folders = vec![server.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { seen.extend(std::fs::read(path).unwrap()) }
        }
    }
    let finds = |what: &[u8]| seen.windows(what.len()).any(|window| window == what);
    assert!(finds(b"nj:{") && finds(b"EVALSHA"), "there is something to look through");
    let raw = id(1);
    let escaped: String = raw.as_bytes().iter().map(|byte| format!("\\x{byte:02x}")).collect();
    for what in [&raw.as_bytes()[..8], hex::encode(&raw.as_bytes()[..8]).as_bytes(), escaped.as_bytes()] {
        assert!(!finds(what), "an id");
    }
    assert!(!finds(b"in the clear"), "a cell");
}

#[tokio::test]
async fn a_cell_does_not_outlive_its_time_by_the_servers_clock_whatever_the_relays_says() {
    if !are_here() {
        return;
    }
    let server = Server::start(&[]).await;
    let store = server.open(1).await.unwrap();
    let future = UnixTime(T.0 + 1_000_000_000);
    store.create(id(1), 3600, future).await.unwrap();
    store.append(id(1), cell(1), 1, QUOTA, future).await.unwrap();
    store.append(id(1), cell(2), 50, QUOTA, future).await.unwrap();
    let key = async |pattern: &str| server.cli(&["KEYS", pattern]).await;
    let second: i64 = server.cli(&["PTTL", &key("nj:*:2").await.unwrap()]).await.unwrap().parse().unwrap();
    assert!((1..=50_000).contains(&second), "{second}");
    while key("nj:*:1").await.is_some_and(|key| !key.is_empty()) {
        sleep(Duration::from_millis(50)).await;
    }
    let read = store.read_after(id(1), 0, 9, future).await.unwrap();
    assert_eq!(read.iter().map(|stored| stored.seq).collect::<Vec<_>>(), [2], "the relay's clock stands still");
}

#[tokio::test]
async fn what_cannot_be_reached_is_said_at_the_start() {
    let nowhere = settings(vec![format!("127.0.0.1:{}", free_port())]);
    let secret = DhSecret::from_bytes([1; 32]);
    assert!(matches!(Redis::open(&nowhere, &secret).await, Err(OpenError::Silent)));
    for place in ["127.0.0.1", ":6379", "127.0.0.1:port"] {
        assert!(matches!(Redis::open(&settings(vec![place.into()]), &secret).await, Err(OpenError::Place)), "{place}");
    }
    let mut locked = settings(vec!["127.0.0.1:1".into()]);
    locked.password_file = "/nowhere/at/all".into();
    assert!(matches!(Redis::open(&locked, &secret).await, Err(OpenError::Password(_))));
}

#[tokio::test]
async fn a_password_comes_from_a_file() {
    if !are_here() {
        return;
    }
    let server = Server::start(&[]).await;
    let file = server.folder().join("password");
    std::fs::write(&file, "a password\n").unwrap();
    server.cli(&["CONFIG", "SET", "requirepass", "a password"]).await.unwrap();
    assert!(matches!(server.open(1).await, Err(OpenError::Silent)));
    let mut settings = server.settings();
    settings.password_file = file;
    let secret = DhSecret::from_bytes([1; 32]);
    let store = Redis::open(&settings, &secret).await.unwrap();
    assert_eq!(store.create(id(1), 60, T).await, Ok(Created::New));
}
