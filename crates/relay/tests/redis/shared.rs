//! Two relays over one Redis: a client may reach either.

use nightjar_protocol::link::{Answer, Event};
use nightjar_protocol::wire::{Command, Refusal};
use nightjar_relay::config::Config;
use nightjar_relay::store::Redis;

use crate::harness::{Client, Relay, acknowledge, create, delete, id, key, subscribe};
use crate::servers::{Server, are_here};

/// Two relays of one cluster, and their Redis; nothing where there is none.
async fn two() -> Option<(Server, [Relay<Redis>; 2])> {
    if !are_here() {
        return None;
    }
    let server = Server::start(&[]).await;
    let (one, two) = (server.open(7).await.unwrap(), server.open(7).await.unwrap());
    let relays = [Relay::with(Config::dev(), one).await, Relay::with(Config::dev(), two).await];
    Some((server, relays))
}

async fn has_ended(client: &mut Client, slot: u16) -> bool {
    matches!(client.next().await, Some(Event::Ended { slot: ended }) if ended == slot)
}

#[tokio::test]
async fn what_is_appended_at_one_is_pushed_at_the_other() {
    let Some((_server, [here, there])) = two().await else { return };
    let (mut reader, mut writer) = (here.client().await, there.client().await);
    assert!(reader.welcome.epoch == writer.welcome.epoch, "one life of what is stored");
    assert_eq!(reader.ask(create(1)).await, Answer::Done);
    assert_eq!(writer.append(id(1), 60, 1).await, Answer::Done);
    assert_eq!(reader.ask(subscribe(3, 1)).await, Answer::Subscribed { waiting: 1 });
    assert_eq!(reader.pushed().await, (1, 1));
    for byte in 2..50 {
        assert_eq!(writer.append(id(1), 60, byte).await, Answer::Done);
        assert_eq!(reader.pushed().await, (byte.into(), byte));
    }
    let mut neighbour = here.client().await;
    assert_eq!(neighbour.append(id(1), 60, 50).await, Answer::Done);
    assert_eq!(reader.pushed().await, (50, 50));
    assert_eq!(reader.ask(acknowledge(3, 50)).await, Answer::Done);
    assert!(reader.is_quiet().await);
    reader.ask(Command::Unsubscribe { slot: 3 }).await;
    assert_eq!(writer.ask(subscribe(0, 1)).await, Answer::Subscribed { waiting: 0 });
}

#[tokio::test]
async fn the_newest_subscription_ends_the_others_wherever_they_are() {
    let Some((_server, [here, there])) = two().await else { return };
    let mut former = here.client().await;
    former.ask(create(1)).await;
    former.ask(subscribe(0, 1)).await;
    for relay in [&there, &here, &there, &there, &here] {
        let mut newer = relay.client().await;
        assert!(matches!(newer.ask(subscribe(5, 1)).await, Answer::Subscribed { .. }));
        // The slot may be another by then.
        assert!(matches!(former.next().await, Some(Event::Ended { .. })));
        assert!(newer.is_quiet().await);
        former = newer;
    }
    here.client().await.append(id(1), 60, 9).await;
    assert_eq!(former.pushed().await, (1, 9), "the last one stands");
}

#[tokio::test]
async fn what_is_deleted_or_over_at_one_ends_at_the_other() {
    let Some((_server, [here, there])) = two().await else { return };
    let (mut reader, mut other) = (here.client().await, there.client().await);
    for byte in [1, 2] {
        reader.ask(Command::Create { read_key: key(byte), ttl: 100 }).await;
        reader.ask(subscribe(byte.into(), byte)).await;
    }
    assert_eq!(other.ask(delete(1)).await, Answer::Done);
    assert!(has_ended(&mut reader, 1).await);
    assert_eq!(reader.append(id(1), 60, 1).await, Answer::Refused(Refusal::Unknown));
    // A mailbox made again at once is another, and its subscription is not ended by what was said of the former.
    reader.ask(create(1)).await;
    reader.ask(subscribe(1, 1)).await;
    other.append(id(1), 60, 7).await;
    assert_eq!(reader.pushed().await, (1, 7));
    // Renewed at the other, it lives on here.
    for relay in [&here, &there] {
        relay.clock.advance(90);
    }
    other.ask(Command::Create { read_key: key(2), ttl: 100 }).await;
    for relay in [&here, &there] {
        relay.clock.advance(50);
    }
    other.append(id(2), 60, 8).await;
    assert_eq!(reader.pushed().await, (1, 8));
    there.clock.advance(50);
    assert!(has_ended(&mut reader, 2).await, "gone by the clock of one, it is gone for all");
}

#[tokio::test]
async fn subscriptions_survive_a_server_that_kept_all_and_clients_learn_of_one_that_did_not() {
    if !are_here() {
        return;
    }
    let mut server = Server::start(&["--appendonly", "yes", "--appendfsync", "always"]).await;
    let relays = [server.open(7).await.unwrap(), server.open(7).await.unwrap()];
    let [here, there] = relays.map(|store| Relay::with(Config::dev(), store));
    let (here, there) = (here.await, there.await);
    let (mut reader, mut writer) = (here.client().await, there.client().await);
    reader.ask(create(1)).await;
    reader.ask(subscribe(0, 1)).await;
    server.kill();
    assert_eq!(writer.append(id(1), 60, 1).await, Answer::Refused(Refusal::Unavailable));
    server.resume().await;
    while writer.append(id(1), 60, 2).await != Answer::Done {}
    assert_eq!(reader.pushed().await.1, 2, "read again after the connection came back");
    while writer.append(id(1), 60, 3).await != Answer::Done {}
    assert_eq!(reader.pushed().await.1, 3);

    let epoch = reader.welcome.epoch;
    server.cli(&["FLUSHALL"]).await.unwrap();
    server.kill();
    server.resume().await;
    assert!(matches!(reader.next().await, Some(Event::Ended { slot: 0 }) | None));
    while reader.next().await.is_some() {}
    let mut again = here.client().await;
    assert!(again.welcome.epoch != epoch, "the new welcome says so");
    while there.client().await.welcome.epoch != again.welcome.epoch {
        let _ = writer.append(id(1), 60, 4).await;
    }
    assert_eq!(again.ask(subscribe(0, 1)).await, Answer::Refused(Refusal::Unknown));
}
