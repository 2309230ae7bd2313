//! What the logs do not say. Spec: relay, "What a relay must not keep".
//!
//! Alone in its process: which log lines are of interest is decided once for all threads.

use std::io;
use std::sync::{Arc, Mutex};

use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};
use nightjar_protocol::wire::Command;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tracing::level_filters::LevelFilter;

#[expect(dead_code, reason = "shared with the server's tests")]
#[path = "server/harness.rs"]
mod harness;

#[expect(dead_code, reason = "shared with what is asked of the program's files")]
#[path = "traces/writings.rs"]
mod writings;

use harness::*;
use writings::writings;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_name_no_client_no_mailbox_and_no_key() {
    let captured = Captured::default();
    let writer = captured.clone();
    let everything = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(everything).unwrap();

    let relay = Relay::start(|_| {}).await;
    let (mut reader, mut writer) = (relay.client().await, relay.client().await);
    let ports = [reader.stream.local_addr(), writer.stream.local_addr()].map(|address| address.unwrap().port());
    reader.ask(create(0xa7)).await;
    writer.append(id(0xa7), 60, 0x5c).await;
    reader.ask(subscribe(0, 0xa7)).await;
    reader.pushed().await;
    reader.ask(subscribe(0, 0xb8)).await;
    writer.ask(subscribe(1, 0xa7)).await;
    writer.ask(Command::Create { read_key: key(0xc9), ttl: 1 }).await;
    relay.clock.advance(1);
    relay.until(|stats| stats.mailboxes == 1).await;
    reader.stream.write_all(&[3; FRAME_LEN]).await.unwrap();
    assert!(reader.is_closed().await || reader.is_closed().await);
    let mut stranger = TcpStream::connect(relay.local).await.unwrap();
    stranger.write_all(&[1; HELLO_LEN]).await.unwrap();
    relay.until(|stats| stats.refused_hello == 1).await;
    let public = *relay.address.key().as_bytes();
    let listens = relay.local.port();
    relay.stop().await.unwrap();

    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap().to_ascii_lowercase();
    assert!(log.contains("connection ended") && log.contains("handshake failed"), "something was logged: {log}");
    let keys = [0xa7, 0xb8, 0xc9].map(|byte| (*key(byte).as_bytes(), *id(byte).as_bytes()));
    for bytes in keys.iter().flat_map(|(key, id)| [key, id]).chain([&public, &[0x5c; 32]]) {
        for writing in writings(bytes) {
            assert!(!log.contains(&writing), "{writing} is in the log:\n{log}");
        }
    }
    for port in ports.into_iter().chain([listens]) {
        assert!(!log.contains(&format!(":{port}")), "a port is in the log:\n{log}");
    }
    for place in ["127.0.0.1", "localhost", "::1", "peer", "addr"] {
        assert!(!log.contains(place), "{place} is in the log:\n{log}");
    }
}
