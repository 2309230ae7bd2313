//! Who comes in, and what the ones who are in may take from the others. Spec: relay, "Networks" and "Quotas".

use std::io::Write;
use std::time::Duration;

use nightjar_protocol::limits::FRAME_LEN;
use nightjar_protocol::link::{Answer, Error, HandshakeRefusal};
use nightjar_protocol::wire::{Command, Refusal};
use nightjar_relay::config::Seconds;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

use super::harness::*;

const BUSY: Option<Error> = Some(Error::Declined(HandshakeRefusal::Busy));

#[tokio::test]
async fn silence_locks_nobody_out() {
    let relay = Relay::start(|config| {
        config.quotas.newcomers = 8;
        config.quotas.connections = 4;
    })
    .await;
    let mut early = relay.client().await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(relay.local).await.unwrap());
    }
    relay.until(|stats| stats.made_way >= 92).await;
    let mut late = relay.client().await;
    assert_eq!(late.ask(Command::Ping).await, Answer::Done);
    assert_eq!(early.ask(Command::Ping).await, Answer::Done);
    let stats = relay.stats();
    assert!(stats.made_way <= 93 && stats.refused_busy == 0, "the last ones may yet speak: {stats:?}");
    assert_eq!(stats.connections_open, 102 - stats.made_way);
}

#[tokio::test]
async fn a_network_has_its_share_and_another_its_own() {
    let relay = Relay::start(|config| {
        config.quotas.limit_loopback = true;
        config.quotas.connections_per_network = 2;
    })
    .await;
    let from = async |address: &str| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
        Client::greet(socket.connect(relay.local).await.unwrap(), relay.address.key()).await
    };
    let (first, mut second) = (from("127.0.0.1").await.unwrap(), from("127.0.0.1").await.unwrap());
    assert_eq!(from("127.0.0.1").await.err(), BUSY);
    let mut neighbour = from("127.0.0.2").await.unwrap();
    assert_eq!((neighbour.ask(Command::Ping).await, second.ask(Command::Ping).await), (Answer::Done, Answer::Done));
    let stats = relay.stats();
    assert_eq!((stats.connections, stats.refused_network, stats.refused_busy), (3, 1, 0));
    drop(first);
    let again = async { while from("127.0.0.1").await.is_err() {} };
    tokio::time::timeout(PATIENCE, again).await.expect("who left is not counted");
}

#[tokio::test]
async fn mailboxes_are_made_at_a_rate() {
    let relay = Relay::start(|config| config.quotas.mailboxes_per_minute = 2).await;
    let mut client = relay.client().await;
    let quota = Answer::Refused(Refusal::Quota);
    for (byte, answer) in [(1, Answer::Done), (1, Answer::Done), (2, Answer::Done), (3, quota), (2, Answer::Done)] {
        assert_eq!(client.ask(create(byte)).await, answer, "{byte}: renewing costs nothing");
    }
    assert_eq!(relay.client().await.ask(create(4)).await, Answer::Done, "each connection has its own");
    relay.clock.advance(29);
    assert_eq!(client.ask(create(3)).await, quota);
    relay.clock.advance(1);
    assert_eq!((client.ask(create(3)).await, client.ask(create(5)).await), (Answer::Done, quota));
}

#[tokio::test]
async fn empty_mailboxes_do_not_take_the_room_of_cells() {
    let relay = Relay::start(|config| config.quotas.mailboxes = 3).await;
    let (mut flood, mut client) = (relay.client().await, relay.client().await);
    client.ask(create(1)).await;
    let full = Answer::Refused(Refusal::RelayFull);
    for (byte, answer) in [(2, Answer::Done), (3, Answer::Done), (4, full), (3, Answer::Done)] {
        assert_eq!(flood.ask(create(byte)).await, answer, "{byte}");
    }
    assert_eq!(client.append(id(1), 60, 1).await, Answer::Done);
    assert_eq!(flood.ask(delete(3)).await, Answer::Done);
    assert_eq!(client.ask(create(5)).await, Answer::Done);
}

#[tokio::test]
async fn who_sends_too_much_waits_and_nobody_else() {
    const FRAMES: usize = 1000;
    let relay = Relay::start(|config| config.quotas.bytes_per_second = 65_536).await;
    let (mut busy, mut other) = (relay.client().await, relay.client().await);
    busy.ask(create(1)).await;
    for _ in 0..FRAMES {
        busy.queue_append(id(1), 60, cell(1));
    }
    let frames = busy.frames();
    let sending = async { busy.stream.write_all(&frames).await.unwrap() };
    let others = async {
        // A minute's worth has been sent, four seconds' worth is taken in.
        let stats = relay.until(|stats| stats.cells >= 4 * 65_536 / FRAME_LEN as u64).await;
        assert!(stats.cells < FRAMES as u64 / 2, "{}", stats.cells);
        for _ in 0..20 {
            assert_eq!(other.ask(Command::Ping).await, Answer::Done);
        }
        assert!(relay.stats().cells < FRAMES as u64 / 2);
        // From here on time passes whenever nobody has anything to do.
        tokio::time::pause();
    };
    let ((), ()) = tokio::join!(sending, others);
    for _ in 0..FRAMES {
        assert_eq!(busy.next_answer().await, Answer::Done, "late, and whole");
    }
    assert_eq!(relay.stats().cells, FRAMES as u64);
}

#[tokio::test]
async fn buffers_have_an_end_and_those_who_hold_them_are_cut_off() {
    const CELLS: u32 = 300;
    const SLOW: usize = 24;
    const MOST: u64 = 1 << 20;
    let relay = Relay::start(|config| {
        (config.quotas.connections, config.quotas.connection_bytes) = (64, MOST);
        config.quotas.window = u16::MAX;
        config.timeouts.write = Seconds(1);
    })
    .await;
    let mut writer = relay.client().await;
    let mut slow = Vec::new();
    for byte in 0..SLOW as u8 {
        slow.push(relay.narrow_client().await);
        writer.ask(create(byte)).await;
        writer.append_many(id(byte), CELLS).await;
    }
    for (slot, client) in slow.iter_mut().enumerate() {
        client.queue(&subscribe(0, slot as u8));
        client.send().await;
    }
    let mut most = 0;
    relay
        .until(|stats| {
            most = most.max(stats.buffered);
            stats.slow_readers > SLOW as u64 / 2
        })
        .await;
    assert!((MOST / 2..=MOST).contains(&most), "{most}");
    assert_eq!(writer.ask(Command::Ping).await, Answer::Done, "whoever behaves has only waited");
    drop(slow);
    relay.until(|stats| stats.connections_open == 1).await;
    assert_eq!(writer.ask(Command::Ping).await, Answer::Done);
    relay.until(|stats| stats.buffered == 0).await;
}

#[tokio::test]
async fn a_busy_connection_starves_no_other_on_its_thread() {
    const FRAMES: usize = 4000;
    let relay = Relay::start(|config| config.quotas.cells_per_mailbox = FRAMES as u32).await;
    let (mut busy, mut other) = (relay.client().await, relay.client().await);
    busy.ask(create(1)).await;
    other.ask(Command::Ping).await;
    for _ in 0..FRAMES {
        busy.queue_append(id(1), 60, cell(1));
    }
    let frames = busy.frames();
    let mut stream = busy.stream.into_std().unwrap();
    stream.set_nonblocking(false).unwrap();
    let mut answers = stream.try_clone().unwrap();
    // From threads of their own, so that there is always more to read.
    let sending = std::thread::spawn(move || stream.write_all(&frames).map(|()| stream));
    std::thread::spawn(move || std::io::copy(&mut answers, &mut std::io::sink()));
    relay.until(|stats| stats.cells > 0).await;
    assert_eq!(other.ask(Command::Ping).await, Answer::Done);
    let taken = relay.stats().cells;
    relay.until(|stats| stats.cells == FRAMES as u64).await;
    assert!(taken < FRAMES as u64 / 2, "the other waited for {taken} frames");
    drop(sending.join().unwrap().unwrap());
    tokio::time::sleep(Duration::ZERO).await;
}
