//! A private relay: who gets in, who does not, and what either can tell. Spec: wire, "Access key".

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::AccessKey;
use nightjar_protocol::limits::HELLO_LEN;
use nightjar_protocol::link::{Answer, ClientHandshake, Error, HandshakeRefusal, refusal};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::Command;
use nightjar_relay::key::OsRandom;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::*;

fn access(byte: u8) -> AccessKey {
    AccessKey::from_bytes([byte; 16])
}

fn with(relay: &Relay, byte: Option<u8>) -> RelayAddress {
    relay.address.clone().with_access(byte.map(access))
}

async fn gets_in(relay: &Relay, byte: Option<u8>) -> bool {
    match Client::connect(&with(relay, byte)).await {
        Ok(mut client) => client.ask(Command::Ping).await == Answer::Done,
        Err(error) => {
            assert_eq!(error, Error::Declined(HandshakeRefusal::Handshake));
            false
        }
    }
}

#[tokio::test]
async fn only_who_holds_an_access_key_gets_in() {
    let relay = Relay::private(vec![access(1), access(2)]).await;
    assert!(relay.address.access().is_some() && relay.address == with(&relay, Some(1)), "the first one is handed out");
    assert!(gets_in(&relay, Some(1)).await && gets_in(&relay, Some(2)).await);
    assert!(!gets_in(&relay, Some(3)).await && !gets_in(&relay, None).await);
    assert_eq!(relay.until(|stats| stats.refused_hello == 2).await.refused_hello, 2);
    let open = Relay::start(|_| {}).await;
    assert!(open.address.access().is_none() && gets_in(&open, None).await && !gets_in(&open, Some(1)).await);
}

#[tokio::test]
async fn an_access_key_is_replaced_while_others_talk() {
    let relay = Relay::private(vec![access(1)]).await;
    let mut early = relay.client().await;
    relay.admit(vec![access(2), access(1)]);
    assert!(gets_in(&relay, Some(1)).await && gets_in(&relay, Some(2)).await);
    relay.admit(vec![access(2)]);
    assert!(!gets_in(&relay, Some(1)).await && gets_in(&relay, Some(2)).await);
    assert_eq!(early.ask(create(1)).await, Answer::Done, "what stands is not cut off");
    assert!(!relay.admits(Vec::new()), "a relay does not become open by an empty file");
    assert!(!relay.admits((0..9).map(access).collect()), "nine are too many");
    assert!(gets_in(&relay, Some(2)).await);
}

#[tokio::test]
async fn a_stranger_is_told_the_same_whatever_the_cause() {
    let relay = Relay::private(vec![access(1)]).await;
    let ephemeral = || Ephemeral::generate(&mut OsRandom);
    let key = relay.address.key();
    let (_, missing) = ClientHandshake::start(key, None, &ephemeral()).unwrap();
    let (_, wrong) = ClientHandshake::start(key, Some(&access(9)), &ephemeral()).unwrap();
    for hello in [missing, wrong, [7; HELLO_LEN]] {
        let mut stream = TcpStream::connect(relay.local).await.unwrap();
        stream.write_all(&hello).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut told = Vec::new();
        stream.read_to_end(&mut told).await.unwrap();
        assert_eq!(told, refusal(HandshakeRefusal::Handshake));
    }
}

#[tokio::test]
async fn who_replays_a_hello_gets_nothing_done() {
    let relay = Relay::private(vec![access(1)]).await;
    let (_, hello) =
        ClientHandshake::start(relay.address.key(), relay.address.access(), &Ephemeral::generate(&mut OsRandom))
            .unwrap();
    let mut stream = TcpStream::connect(relay.local).await.unwrap();
    stream.write_all(&hello).await.unwrap();
    let mut welcome = [0; HELLO_LEN];
    stream.read_exact(&mut welcome).await.unwrap();
    // The next frame would have to be sealed; one of somebody else's link is as good as any.
    let mut other = relay.client().await;
    other.queue(&create(5));
    stream.write_all(&other.frames()).await.unwrap();
    assert_eq!(stream.read(&mut [0]).await.unwrap_or(0), 0, "the connection ends");
    let stats = relay.until(|stats| stats.frames_rejected == 1).await;
    assert_eq!((stats.commands_done, stats.mailboxes), (0, 0));
}
