//! What a relay leaves behind: after a run of everything, no log line, no metric and no file of the program names a client, a
//! mailbox or a read key. Spec: relay, "What a relay must not keep".

#![cfg(unix)]

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use nightjar_protocol::keys::ReadKey;
use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::{Answer, Error, HandshakeRefusal};
use nightjar_protocol::wire::{Command, Refusal};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

#[expect(dead_code, reason = "shared with the server's tests")]
#[path = "../server/harness.rs"]
mod harness;
#[expect(dead_code, reason = "shared with the program's tests")]
#[path = "../program/harness.rs"]
mod outside;
mod writings;

use harness::{Client, cell};
use nightjar_protocol::invite::RelayAddress;
use outside::{Folder, Running, free_port, get, program};
use writings::{addresses, raw, writings};

/// What is looked for: keys, ids and addresses, as they were used.
#[derive(Default)]
struct Known {
    bytes: Vec<[u8; 32]>,
    places: Vec<SocketAddr>,
}

/// Clients of one run, each from an address that nothing else has.
struct Clients {
    relay: RelayAddress,
    next: u8,
    known: Known,
}

impl Clients {
    async fn stream(&mut self) -> TcpStream {
        self.next += 1;
        self.from(Ipv4Addr::new(127, 93, 171, self.next)).await
    }

    async fn from(&mut self, ip: Ipv4Addr) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((ip, 0))).unwrap();
        let stream = socket.connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.relay.port()))).await.unwrap();
        self.known.places.push(stream.local_addr().unwrap());
        stream
    }

    async fn client(&mut self) -> Client {
        let stream = self.stream().await;
        Client::greet(stream, self.relay.key()).await.unwrap()
    }

    /// A key that looks like none, remembered with its id.
    fn key(&mut self, number: u8) -> ReadKey {
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = (at as u8).wrapping_mul(59).wrapping_add(number.wrapping_mul(113)) ^ 0x5a;
        }
        let key = ReadKey::from_bytes(bytes);
        self.known.bytes.extend([bytes, *key.mailbox().as_bytes()]);
        key
    }
}

/// Every command, and every refusal of one.
async fn commands(clients: &mut Clients) {
    let (mut reader, mut writer) = (clients.client().await, clients.client().await);
    let keys: Vec<_> = (0..6).map(|number| clients.key(number)).collect();
    let create = |at: usize, ttl| Command::Create { read_key: keys[at].duplicate(), ttl };
    let subscribe = |at: usize, slot| Command::Subscribe { slot, read_key: keys[at].duplicate() };
    for (command, answer) in [
        (create(0, 600), Answer::Done),
        (create(1, 1), Answer::Done),
        (create(2, 600), Answer::Done),
        (create(3, 600), Answer::Refused(Refusal::Quota)),
        (create(0, 0), Answer::Refused(Refusal::Limit)),
        (subscribe(0, 0), Answer::Subscribed { waiting: 0 }),
        (subscribe(4, 1), Answer::Refused(Refusal::Unknown)),
        (Command::Delete { read_key: keys[5].duplicate() }, Answer::Refused(Refusal::Unknown)),
        (Command::Acknowledge { slot: 0, up_to: 9 }, Answer::Refused(Refusal::Limit)),
    ] {
        assert_eq!(reader.ask(command).await, answer);
    }
    let mut answers = Vec::new();
    for byte in 0..4 {
        answers.push(writer.append(keys[0].mailbox(), 600, byte).await);
    }
    assert_eq!(answers[2..], [Answer::Done, Answer::Refused(Refusal::MailboxFull)]);
    assert_eq!(writer.append(keys[4].mailbox(), 600, 1).await, Answer::Refused(Refusal::Unknown));
    while writer.append(keys[2].mailbox(), 600, 7).await == Answer::Done {}
    for seq in 1..=2 {
        assert_eq!(reader.pushed().await.0, seq);
    }
    assert_eq!(reader.ask(Command::Acknowledge { slot: 0, up_to: 2 }).await, Answer::Done);
    let taken_over = Command::Subscribe { slot: 5, read_key: keys[0].duplicate() };
    assert!(matches!(writer.ask(taken_over).await, Answer::Subscribed { .. }));
    writer.ask(Command::Unsubscribe { slot: 5 }).await;
    assert_eq!(writer.ask(Command::Delete { read_key: keys[2].duplicate() }).await, Answer::Done);
    assert_eq!(writer.ask(Command::Ping).await, Answer::Done);
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    assert_eq!(reader.ask(subscribe(1, 6)).await, Answer::Refused(Refusal::Unknown), "expired");
}

/// Everybody who is not let in, and everybody who is thrown out.
async fn refusals(clients: &mut Clients) {
    let crowded = Ipv4Addr::new(127, 94, 13, 201);
    let mut held = Vec::new();
    for _ in 0..2 {
        let stream = clients.from(crowded).await;
        held.push(Client::greet(stream, clients.relay.key()).await.unwrap());
    }
    let stream = clients.from(crowded).await;
    let refused = Client::greet(stream, clients.relay.key()).await.err();
    assert_eq!(refused, Some(Error::Declined(HandshakeRefusal::Busy)), "its network has its share");
    let mut silent = Vec::new();
    for _ in 0..5 {
        silent.push(clients.stream().await);
    }
    assert_eq!(silent[0].read(&mut [0]).await.unwrap_or(0), 0, "it made way");
    let mut stranger = clients.stream().await;
    stranger.write_all(&[7; HELLO_LEN]).await.unwrap();
    stranger.read_to_end(&mut Vec::new()).await.unwrap();
    for spoil in [0, FRAME_LEN - 1] {
        let mut client = clients.client().await;
        client.queue_append(clients.key(9).mailbox(), 60, cell(1));
        let mut frame = client.frames();
        frame[spoil] ^= 1;
        client.stream.write_all(&frame).await.unwrap();
        assert!(client.is_closed().await);
    }
    let mut cut = clients.client().await;
    cut.queue(&Command::Ping);
    let frame = cut.frames();
    cut.stream.write_all(&frame[..100]).await.unwrap();
    drop(cut);
    // The silent ones reach the end of the time for a hello.
    for stream in &mut silent[1..] {
        let _ = stream.read(&mut [0]).await;
    }
}

/// Starts the program with a store on disk, or without if it has none.
fn start(folder: &Folder, metrics: u16) -> (Running, RelayAddress) {
    let settings = [
        format!("metrics.listen=127.0.0.1:{metrics}"),
        "quotas.limit_loopback=true".into(),
        "quotas.connections_per_network=2".into(),
        "quotas.newcomers=4".into(),
        "quotas.mailboxes_per_connection=3".into(),
        "quotas.cells_per_mailbox=3".into(),
        "timeouts.hello=4".into(),
    ];
    let mut arguments: Vec<String> = ["serve", "--dev", "--log", "trace"].map(str::to_owned).to_vec();
    arguments.extend(settings.into_iter().flat_map(|setting| ["--set".to_owned(), setting]));
    let (store, key) = (folder.file("store"), folder.file("key"));
    let with = |more: &[&str]| {
        let mut command =
            program(&arguments.iter().map(String::as_str).chain(more.iter().copied()).collect::<Vec<_>>());
        command.current_dir(folder.file(""));
        command
    };
    let stored = Running::try_of(&mut with(&["--key-file", &key, "--store-folder", &store]));
    stored.unwrap_or_else(|| Running::of(&mut with(&["--key-file", &key])))
}

/// All that is below a folder: the names of files, and what is in them.
fn files(folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.insert(path.display().to_string(), std::fs::read(&path).unwrap());
        }
    }
}

/// What of the known is in these bytes, in any writing.
fn found(known: &Known, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
    let mut found: Vec<_> = known.bytes.iter().flat_map(writings).filter(|writing| text.contains(writing)).collect();
    found.extend(addresses(&known.places).into_iter().filter(|writing| text.contains(writing)));
    found.extend(raw(&known.bytes, &known.places, bytes));
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_everything_leaves_no_trace_of_anybody() {
    let (folder, metrics) = (Folder::new("traces"), free_port());
    let (relay, address) = start(&folder, metrics);
    let mut clients = Clients { relay: address, next: 0, known: Known::default() };
    commands(&mut clients).await;
    let mut said = BTreeMap::from([("metrics in between".to_owned(), get(metrics, "/metrics").1.into_bytes())]);
    files(Path::new(&folder.file("")), &mut said);
    refusals(&mut clients).await;
    let mut last = clients.client().await;
    last.ask(Command::Ping).await;
    let page = get(metrics, "/metrics").1;
    for refused in ["connections_made_way", "connections_refused_network", "frames_rejected", "hellos_refused"] {
        assert!(!page.contains(&format!("{refused}_total 0\n")), "{refused} was to be counted:\n{page}");
    }
    said.insert("metrics at the end".into(), page.into_bytes());
    relay.signal("-USR1");
    relay.signal("-TERM");
    assert!(last.is_closed().await, "it drains");
    drop(last);
    let (exit, out, log) = tokio::task::spawn_blocking(|| relay.end()).await.unwrap();
    assert_eq!(exit, Some(0), "{log}");
    for told in ["handshake failed", "connection ended", "Violation", "Drained"] {
        assert!(log.contains(told), "{told} was to be in the log:\n{log}");
    }
    said.extend([("stdout".to_owned(), out.into_bytes()), ("stderr".to_owned(), log.into_bytes())]);
    files(Path::new(&folder.file("")), &mut said);
    for (source, bytes) in &said {
        let (named, in_name) = (found(&clients.known, bytes), found(&clients.known, source.as_bytes()));
        assert!(named.is_empty() && in_name.is_empty(), "{source}: {named:?} {in_name:?}");
    }
}

#[test]
fn the_search_finds_what_is_planted() {
    let places = vec![SocketAddr::from((IpAddr::V4(Ipv4Addr::new(127, 93, 171, 8)), 40_123))];
    let known = Known { bytes: vec![std::array::from_fn(|at| at as u8 * 7 + 1)], places };
    assert!(found(&known, b"connection ended in 127 ms, 93 frames").is_empty());
    for planted in [
        "from 127.93.171.8",
        "from 127.93.171.0/24",
        "[::ffff:7f5d:ab08]",
        "7F5DAB08",
        "peer [127, 93, 171, 8]",
        "id=01080f161d24",
        "port 40123",
        "x:40123",
    ] {
        assert!(!found(&known, planted.as_bytes()).is_empty(), "{planted}");
    }
    for planted in [&[0, 0, 127, 93, 171, 8, 0][..], &[9, 1, 8, 15, 22, 29, 36, 9]] {
        assert!(!found(&known, planted).is_empty(), "{planted:?}");
    }
}
