//! A relay's start, end, and start again.

use std::time::Duration;

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::DhSecret;
use nightjar_protocol::limits::FRAME_LEN;
use nightjar_protocol::link::{Answer, Epoch, Event};
use nightjar_protocol::wire::{Command, Refusal};
use nightjar_relay::config::{Config, Seconds};
use nightjar_relay::server::serve;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::harness::*;

#[tokio::test]
async fn the_welcome_names_the_epoch_and_the_time_of_day() {
    let relay = Relay::start(|_| {}).await;
    relay.clock.jump(1000);
    let welcome = relay.client().await.welcome;
    assert_eq!((welcome.epoch, welcome.now), (Epoch(*b"epoch 01"), T.plus(1000)));
}

#[tokio::test]
async fn a_restart_forgets_and_says_so() {
    let secret = DhSecret::from_bytes([8; 32]);
    let mut seen = Vec::new();
    for _ in 0..2 {
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, listens) = oneshot::channel::<RelayAddress>();
        let secret = secret.duplicate();
        let run = tokio::spawn(async move {
            let on_ready = |address: &RelayAddress, _| {
                ready.send(address.clone()).unwrap();
                Ok(())
            };
            serve(&Config::dev(), secret, async { drop(stopped.await) }, on_ready).await
        });
        let address = listens.await.unwrap();
        let mut client = Client::connect(&address).await.unwrap();
        assert_eq!(client.append(id(1), 60, 1).await, Answer::Refused(Refusal::Unknown));
        client.ask(create(1)).await;
        assert_eq!(client.append(id(1), 60, 1).await, Answer::Done);
        seen.push((client.welcome.epoch, *address.key()));
        stop.send(()).unwrap();
        assert!(client.is_closed().await);
        drop(client);
        assert_eq!(run.await.unwrap().unwrap().cells, 1);
    }
    assert!(seen[0].1 == seen[1].1, "the same key");
    assert_ne!(seen[0].0, seen[1].0, "another epoch");
}

#[tokio::test]
async fn other_settings_hold_for_the_connections_to_come() {
    let relay = Relay::start(|config| config.quotas.cells_per_mailbox = 1).await;
    let mut before = relay.client().await;
    before.ask(create(1)).await;
    assert_eq!(before.append(id(1), 60, 1).await, Answer::Done);
    let mut config = Config::dev();
    config.quotas.cells_per_mailbox = 2;
    config.timeouts.idle = Seconds(1);
    relay.adopt(&config);
    assert_eq!(before.append(id(1), 60, 1).await, Answer::Refused(Refusal::MailboxFull));
    let mut after = relay.client().await;
    assert_eq!(after.append(id(1), 60, 1).await, Answer::Done);
    relay.until(|stats| stats.idle == 1).await;
    assert!(after.is_closed().await && before.is_quiet().await);
}

#[tokio::test]
async fn a_stop_answers_for_all_that_was_done() {
    let relay = Relay::start(|config| config.quotas.cells_per_mailbox = 100_000).await;
    let address = relay.address.clone();
    let mut client = relay.client().await;
    client.ask(create(1)).await;
    for _ in 0..2000 {
        client.queue_append(id(1), 60, cell(1));
    }
    let frames = client.frames();
    let Client { stream, .. } = &mut client;
    let (mut answers, mut sending) = stream.split();
    // Enough to have begun, and more on the way.
    sending.write_all(&frames[..FRAME_LEN * 20]).await.unwrap();
    relay.until(|stats| stats.cells_in > 0).await;
    let run = relay.stop();
    let sending = async {
        let _ = sending.write_all(&frames[FRAME_LEN * 20..]).await;
        let _ = sending.shutdown().await;
    };
    let mut said = Vec::new();
    let reading = tokio::io::AsyncReadExt::read_to_end(&mut answers, &mut said);
    let (_, read) = tokio::join!(sending, reading);
    read.expect("an orderly end, not a reset");
    assert_eq!(said.len() % FRAME_LEN, 0, "whole frames only");
    let mut done = 0;
    for frame in said.as_chunks().0 {
        for event in client.read(frame) {
            assert!(matches!(event, Event::Answered { answer: Answer::Done, .. }));
            done += 1;
        }
    }
    let stats = run.await.unwrap();
    assert_eq!(stats.cells_in, done, "each cell that was taken in was answered for");
    assert!(done >= 1);
    assert_eq!(stats.connections_open, 0);
    assert!(TcpStream::connect((address.host().to_string(), address.port())).await.is_err(), "nobody listens");
}

#[tokio::test]
async fn a_stop_cuts_no_frame_short() {
    const CELLS: u32 = 1500;
    let relay = Relay::start(|config| {
        config.quotas.cells_per_mailbox = CELLS;
        config.quotas.window = u16::MAX;
        config.timeouts.drain = Seconds(30);
    })
    .await;
    let mut writer = relay.client().await;
    writer.ask(create(1)).await;
    writer.append_many(id(1), CELLS).await;
    let mut reader = relay.client().await;
    reader.queue(&subscribe(0, 1));
    reader.send().await;
    // Until the socket takes no more, and the queue behind it is full.
    let mut before = 0;
    while before == 0 || relay.stats().cells_out > before {
        before = relay.stats().cells_out;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let run = relay.stop();
    let mut pushed = 0;
    while let Some(event) = reader.next().await {
        pushed += u64::from(matches!(event, Event::Pushed { .. }));
    }
    drop((reader, writer));
    let stats = run.await.unwrap();
    assert!(pushed < CELLS.into(), "it stopped on the way");
    assert_eq!(pushed, stats.cells_out, "all that was queued arrived");
}

#[tokio::test]
async fn a_stop_does_not_wait_for_the_idle_or_for_those_who_have_not_said_hello() {
    let relay = Relay::start(|_| {}).await;
    let mut idle = relay.client().await;
    idle.ask(Command::Ping).await;
    let _silent = TcpStream::connect(relay.local).await.unwrap();
    relay.until(|stats| stats.connections == 2).await;
    let run = relay.stop();
    assert!(idle.is_closed().await);
    drop(idle);
    let stats = tokio::time::timeout(PATIENCE, run).await.expect("an end").unwrap();
    assert_eq!((stats.connections_open, stats.refused_hello), (0, 0));
}
