//! Clients that break the rules: each at the price of its own connection, and of nobody else's.

use std::time::Duration;

use nightjar_protocol::keys::DhPublic;
use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};
use nightjar_protocol::link::{Answer, Error, HandshakeRefusal, refusal};
use nightjar_protocol::wire::Command;
use nightjar_relay::config::Seconds;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::harness::*;

/// Reads until the relay ends the connection: what it said.
async fn until_closed(stream: &mut TcpStream) -> Vec<u8> {
    let mut said = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("the relay closes");
    said
}

#[tokio::test]
async fn garbage_instead_of_a_hello_is_told_so_and_closed() {
    let relay = Relay::start(|_| {}).await;
    let lost =
        b"GET / HTTP/1.1\r\nHost: relay.example.org\r\nUser-Agent: a-browser-that-is-lost\r\nAccept: text/html\r\n\r\n";
    assert!(lost.len() > HELLO_LEN, "and it says more than a hello");
    for garbage in [&[0; HELLO_LEN], &[0xff; HELLO_LEN], lost.as_slice()] {
        let mut stream = TcpStream::connect(relay.local).await.unwrap();
        stream.write_all(garbage).await.unwrap();
        assert_eq!(until_closed(&mut stream).await, refusal(HandshakeRefusal::Handshake));
    }
    let other = DhPublic::from_bytes([9; 32]);
    let hello = Client::greet(TcpStream::connect(relay.local).await.unwrap(), &other).await;
    assert_eq!(hello.err(), Some(Error::Declined(HandshakeRefusal::Handshake)), "the key of another relay");
    let stats = relay.until(|stats| stats.connections_open == 0).await;
    assert_eq!((stats.refused_hello, stats.connections), (4, 4));
    relay.client().await;
}

#[tokio::test]
async fn a_frame_that_is_garbage_or_broken_off_costs_the_connection() {
    let relay = Relay::start(|_| {}).await;
    let mut witness = relay.client().await;
    witness.ask(create(1)).await;
    witness.ask(subscribe(0, 1)).await;
    for (rejected, spoil) in [
        (|frame: &mut Vec<u8>| frame.fill(0xa5)) as fn(&mut Vec<u8>),
        |frame| frame[0] ^= 1,
        |frame| frame[FRAME_LEN - 1] ^= 1,
        |frame| frame.truncate(FRAME_LEN - 1),
        |frame| frame.truncate(1),
        |frame| drop(frame.drain(..FRAME_LEN)),
    ]
    .into_iter()
    .enumerate()
    {
        let mut client = relay.client().await;
        client.queue_append(id(1), 60, cell(66));
        client.queue_append(id(1), 60, cell(66));
        let mut frames = client.frames();
        if rejected != 5 {
            frames.truncate(FRAME_LEN);
        }
        spoil(&mut frames);
        client.stream.write_all(&frames).await.unwrap();
        client.stream.shutdown().await.unwrap();
        assert!(client.is_closed().await);
        relay.until(|stats| stats.frames_rejected == rejected as u64 + 1).await;
    }
    assert!(witness.is_quiet().await, "nothing of it was carried out");
    assert_eq!(witness.append(id(1), 60, 1).await, Answer::Done);
    assert_eq!(witness.pushed().await, (1, 1));
    let stats = relay.stats();
    assert_eq!(stats.frame_lengths_in, [1, FRAME_LEN - 1, FRAME_LEN], "a frame broken off is seen as such");
    assert_eq!(stats.frame_lengths_out, [FRAME_LEN]);
}

#[tokio::test]
async fn what_came_before_a_bad_frame_stands() {
    let relay = Relay::start(|_| {}).await;
    let mut client = relay.client().await;
    client.ask(create(1)).await;
    client.queue_append(id(1), 60, cell(1));
    client.queue_append(id(1), 60, cell(2));
    let mut frames = client.frames();
    frames[FRAME_LEN] ^= 1;
    client.stream.write_all(&frames).await.unwrap();
    relay.until(|stats| stats.frames_rejected == 1).await;
    assert_eq!(relay.stats().cells, 1);
}

#[tokio::test(start_paused = true)]
async fn a_silent_handshake_is_closed_after_its_time() {
    let relay = Relay::start(|_| {}).await;
    let before = Instant::now();
    let mut silent = TcpStream::connect(relay.local).await.unwrap();
    let mut slow = TcpStream::connect(relay.local).await.unwrap();
    slow.write_all(&[1; HELLO_LEN - 1]).await.unwrap();
    let said = (silent.read(&mut [0]).await.unwrap_or(0), slow.read(&mut [0]).await.unwrap_or(0));
    assert_eq!(said, (0, 0));
    let waited = before.elapsed();
    assert!(waited >= Duration::from_secs(10) && waited < Duration::from_secs(12), "{waited:?}");
    assert_eq!(relay.stats().refused_hello, 2);
}

#[tokio::test]
async fn a_client_that_says_nothing_is_closed_and_one_that_pings_is_not() {
    let relay = Relay::start(|_| {}).await;
    let mut client = relay.client().await;
    client.ask(Command::Ping).await;
    // From here on time passes whenever nobody has anything to do.
    tokio::time::pause();
    let before = Instant::now();
    client.stream.write_all(&[7; FRAME_LEN - 1]).await.unwrap();
    assert_eq!(client.stream.read(&mut [0]).await.unwrap_or(0), 0, "half a frame is nothing");
    let waited = before.elapsed();
    assert!(waited >= Duration::from_secs(119) && waited < Duration::from_secs(125), "{waited:?}");
    assert_eq!(relay.stats().idle, 1);

    tokio::time::resume();
    let mut client = relay.client().await;
    for _ in 0..5 {
        assert_eq!(client.ask(Command::Ping).await, Answer::Done);
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(100)).await;
        tokio::time::resume();
    }
    assert_eq!(client.ask(Command::Ping).await, Answer::Done);
    assert_eq!(relay.stats().idle, 1);
}

/// The cap, and the answers to one read: nine frames of commands, each answered by two frames at most.
const QUEUE_MOST: u64 = (64 * 1024 + 19 * FRAME_LEN) as u64;

#[tokio::test]
async fn a_slow_reader_is_cut_off_and_its_cells_stay() {
    const CELLS: u32 = 1500;
    let relay = Relay::start(|config| {
        config.quotas.cells_per_mailbox = CELLS;
        config.quotas.window = u16::MAX;
        config.timeouts.write = Seconds(1);
    })
    .await;
    let mut writer = relay.client().await;
    writer.ask(create(1)).await;
    writer.append_many(id(1), CELLS).await;
    let mut slow = relay.narrow_client().await;
    slow.queue(&subscribe(0, 1));
    slow.send().await;
    let stats = relay.until(|stats| stats.slow_readers == 1).await;
    assert_eq!(stats.cells, u64::from(CELLS), "not acknowledged, not lost");
    assert!(stats.queued_most <= QUEUE_MOST, "{}", stats.queued_most);
    let mut reader = relay.client().await;
    assert_eq!(reader.ask(subscribe(0, 1)).await, Answer::Subscribed { waiting: CELLS });
    assert_eq!(reader.pushed().await.0, 1);
}

#[tokio::test]
async fn a_client_that_asks_and_never_reads_is_not_read_for_ever() {
    let relay = Relay::start(|config| config.timeouts.write = Seconds(1)).await;
    let mut client = relay.narrow_client().await;
    // Each frame of these asks for a frame of answers.
    let asking = async {
        loop {
            for _ in 0..64 {
                client.queue(&Command::Ping);
            }
            let frames = client.frames();
            if client.stream.write_all(&frames).await.is_err() {
                return;
            }
        }
    };
    timeout(PATIENCE, asking).await.expect("cut off");
    let stats = relay.until(|stats| stats.slow_readers == 1).await;
    assert!(stats.queued_most <= QUEUE_MOST, "{}", stats.queued_most);
}

#[tokio::test]
async fn no_room_is_said_and_room_is_given_again() {
    let relay = Relay::start(|config| config.quotas.connections = 2).await;
    let (first, mut second) = (relay.client().await, relay.client().await);
    for _ in 0..3 {
        assert_eq!(Client::connect(&relay.address).await.err(), Some(Error::Declined(HandshakeRefusal::Busy)));
    }
    assert_eq!(second.ask(Command::Ping).await, Answer::Done);
    drop(first);
    let stats = relay.until(|stats| stats.connections_open == 1).await;
    assert_eq!((stats.connections, stats.refused_busy), (2, 3));
    // The place is free a moment after it is counted as free.
    let again = async { while Client::connect(&relay.address).await.is_err() {} };
    timeout(PATIENCE, again).await.expect("room again");
}
