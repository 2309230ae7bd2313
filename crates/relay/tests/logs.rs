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

use harness::*;

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

/// Every way in which these bytes could have been written down, a part of them enough.
fn writings(bytes: &[u8; 32]) -> Vec<String> {
    const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let grouped = |bytes: &[u8], bits: usize, alphabet: &[u8]| -> String {
        let bit = |at: usize| usize::from(bytes[at / 8] >> (7 - at % 8) & 1);
        let group = |from: usize| (from..from + bits).fold(0, |value, at| value << 1 | bit(at));
        (0..bytes.len() * 8 / bits).map(|at| char::from(alphabet[group(at * bits)])).collect()
    };
    let mut all = Vec::new();
    for part in bytes.windows(6) {
        all.push(hex::encode(part));
        all.push(part.iter().map(u8::to_string).collect::<Vec<_>>().join(", "));
    }
    for part in bytes.windows(10) {
        all.push(grouped(part, 5, BASE32));
    }
    for part in bytes.windows(9) {
        all.push(grouped(part, 6, BASE64));
        all.push(grouped(part, 6, BASE64).replace('+', "-").replace('/', "_"));
    }
    all.into_iter().map(|text| text.to_ascii_lowercase()).collect()
}

#[test]
fn the_search_finds_what_is_there() {
    let bytes = [0xfb, 0xef, 0xbe, 1, 2, 3, 4, 5, 6, 7, 8, 9].repeat(3)[..32].try_into().unwrap();
    let written = writings(&bytes);
    for text in ["fbefbe010203", "251, 239, 190, 1, 2, 3", "++++aqid", "----aqid", "7px34aic"] {
        assert!(written.iter().any(|writing| writing.starts_with(text)), "{text}");
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
