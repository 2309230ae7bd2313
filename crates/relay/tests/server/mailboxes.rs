//! Commands, leases and quotas.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nightjar_protocol::keys::{MailboxId, UnixTime};
use nightjar_protocol::limits::{CELL_TTL_MAX, MAILBOX_TTL_MAX};
use nightjar_protocol::link::{Answer, Epoch, Event};
use nightjar_protocol::wire::{Cell, Command, Refusal};
use nightjar_relay::config::Config;
use nightjar_relay::store::{Created, Error, Memory, Store, Stored, Usage};

use tokio::io::AsyncWriteExt;

use super::harness::*;

const UNKNOWN: Answer = Answer::Refused(Refusal::Unknown);
const LIMIT: Answer = Answer::Refused(Refusal::Limit);
const UNAVAILABLE: Answer = Answer::Refused(Refusal::Unavailable);
const QUOTA: Answer = Answer::Refused(Refusal::Quota);

#[tokio::test]
async fn a_cell_goes_from_one_client_to_another() {
    let relay = Relay::start(|_| {}).await;
    let (mut reader, mut writer) = (relay.client().await, relay.client().await);
    assert_eq!(reader.ask(create(1)).await, Answer::Done);
    assert_eq!(writer.append(id(1), 60, 11).await, Answer::Done);
    assert_eq!(reader.ask(subscribe(0, 1)).await, Answer::Subscribed { waiting: 1 });
    assert_eq!(reader.pushed().await, (1, 11));
    assert_eq!(writer.append(id(1), 60, 12).await, Answer::Done);
    assert_eq!(reader.pushed().await, (2, 12), "a cell that arrives is pushed unasked");
    assert_eq!(reader.ask(acknowledge(0, 2)).await, Answer::Done);
    let stats = relay.stats();
    assert_eq!((stats.cells, stats.mailboxes, stats.cells_in, stats.cells_out), (0, 1, 2, 2));
    assert_eq!(reader.ask(delete(1)).await, Answer::Done);
    assert!(matches!(reader.next().await, Some(Event::Ended { slot: 0 })));
    assert_eq!(relay.stats().mailboxes, 0);
    assert_eq!(relay.stats().bytes, 0, "nothing is left");
}

#[tokio::test]
async fn what_is_not_acknowledged_is_pushed_again_after_a_cut() {
    let relay = Relay::start(|_| {}).await;
    let (mut reader, mut writer) = (relay.client().await, relay.client().await);
    reader.ask(create(1)).await;
    for byte in 1..=4 {
        writer.append(id(1), 60, byte).await;
    }
    reader.ask(subscribe(5, 1)).await;
    for seq in 1..=4 {
        assert_eq!(reader.pushed().await, (seq, seq as u8));
    }
    reader.ask(acknowledge(5, 2)).await;
    drop(reader);
    let mut reader = relay.client().await;
    assert_eq!(reader.ask(subscribe(0, 1)).await, Answer::Subscribed { waiting: 2 });
    assert_eq!((reader.pushed().await, reader.pushed().await), ((3, 3), (4, 4)), "in order, with the same numbers");
    assert!(reader.is_quiet().await);
    reader.ask(Command::Unsubscribe { slot: 0 }).await;
    assert_eq!(reader.ask(subscribe(0, 1)).await, Answer::Subscribed { waiting: 2 });
    assert_eq!(reader.pushed().await, (3, 3));
}

#[tokio::test]
async fn a_newer_subscription_takes_the_mailbox_over() {
    let relay = Relay::start(|_| {}).await;
    let (mut old, mut new) = (relay.client().await, relay.client().await);
    old.ask(create(1)).await;
    old.ask(subscribe(7, 1)).await;
    new.append(id(1), 60, 9).await;
    assert_eq!(old.pushed().await, (1, 9));
    assert_eq!(new.ask(subscribe(3, 1)).await, Answer::Subscribed { waiting: 1 });
    assert!(matches!(old.next().await, Some(Event::Ended { slot: 7 })));
    assert_eq!(new.pushed().await, (1, 9), "what the older one had not acknowledged");
    new.append(id(1), 60, 8).await;
    assert_eq!(new.pushed().await, (2, 8));
    assert!(old.is_quiet().await);
    assert_eq!(old.ask(acknowledge(7, 1)).await, UNKNOWN);
    assert_eq!(old.ask(Command::Unsubscribe { slot: 7 }).await, UNKNOWN);
    assert_eq!(relay.stats().cells, 2);
    assert_eq!(old.ask(subscribe(7, 1)).await, Answer::Subscribed { waiting: 2 }, "its slot is free again");
    assert!(matches!(new.next().await, Some(Event::Ended { slot: 3 })));
    assert_eq!(old.ask(subscribe(8, 1)).await, Answer::Subscribed { waiting: 2 }, "from itself, too");
    let mut ended = 0;
    while ended == 0 {
        ended += usize::from(matches!(old.next().await, Some(Event::Ended { slot: 7 })));
    }
}

#[tokio::test]
async fn numbers_out_of_their_limits_are_refused_and_change_nothing() {
    let relay = Relay::start(|_| {}).await;
    let mut client = relay.client().await;
    for (ttl, answer) in [(0, LIMIT), (MAILBOX_TTL_MAX + 1, LIMIT), (u32::MAX, LIMIT), (MAILBOX_TTL_MAX, Answer::Done)]
    {
        assert_eq!(client.ask(Command::Create { read_key: key(1), ttl }).await, answer, "{ttl}");
    }
    for (ttl, answer) in [(0, LIMIT), (CELL_TTL_MAX + 1, LIMIT), (CELL_TTL_MAX, Answer::Done)] {
        assert_eq!(client.append(id(1), ttl, 1).await, answer, "{ttl}");
        assert_eq!(client.append(id(2), ttl, 1).await, if answer == LIMIT { LIMIT } else { UNKNOWN }, "{ttl}");
    }
    for (slot, answer) in [(64, LIMIT), (u16::MAX, LIMIT), (63, Answer::Subscribed { waiting: 1 }), (63, LIMIT)] {
        assert_eq!(client.ask(subscribe(slot, 1)).await, answer, "{slot}");
    }
    assert_eq!(client.pushed().await, (1, 1));
    for (slot, up_to, answer) in
        [(0, 1, UNKNOWN), (64, 1, UNKNOWN), (63, 2, LIMIT), (63, u64::MAX, LIMIT), (63, 0, Answer::Done)]
    {
        assert_eq!(client.ask(acknowledge(slot, up_to)).await, answer, "{slot} {up_to}");
        assert_eq!(relay.stats().cells, 1);
    }
    assert_eq!(client.ask(acknowledge(63, 1)).await, Answer::Done);
    assert_eq!(relay.stats().cells, 0);
}

#[tokio::test]
async fn quotas_are_kept_and_neighbours_are_not_touched() {
    let relay = Relay::start(|config| {
        config.quotas.mailboxes_per_connection = 2;
        config.quotas.subscriptions_per_connection = 1;
        config.quotas.cells_per_mailbox = 3;
    })
    .await;
    let mut client = relay.client().await;
    for (byte, answer) in [(1, Answer::Done), (1, Answer::Done), (2, Answer::Done), (3, QUOTA), (1, Answer::Done)] {
        assert_eq!(client.ask(create(byte)).await, answer, "{byte}: renewing costs nothing");
    }
    let mut other = relay.client().await;
    assert_eq!(other.ask(create(3)).await, Answer::Done, "each connection has its own");
    for answer in [Answer::Done, Answer::Done, Answer::Done, Answer::Refused(Refusal::MailboxFull)] {
        assert_eq!(client.append(id(1), 60, 1).await, answer);
    }
    assert_eq!(client.append(id(2), 60, 1).await, Answer::Done);
    assert_eq!(client.ask(subscribe(0, 1)).await, Answer::Subscribed { waiting: 3 });
    assert_eq!(client.ask(subscribe(1, 2)).await, QUOTA);
    client.ask(Command::Unsubscribe { slot: 0 }).await;
    assert_eq!(client.ask(subscribe(1, 2)).await, Answer::Subscribed { waiting: 1 });
}

#[tokio::test]
async fn a_full_relay_refuses_and_keeps_what_it_has() {
    let relay = Relay::start(|config| config.quotas.bytes = 65_536).await;
    let mut client = relay.client().await;
    client.ask(create(1)).await;
    let mut held = 0;
    while client.append(id(1), 60, held).await == Answer::Done {
        held += 1;
    }
    assert!((10..16).contains(&held), "{held}");
    assert_eq!(client.append(id(1), 60, 0).await, Answer::Refused(Refusal::RelayFull));
    let mut made = 2;
    while client.ask(create(made)).await == Answer::Done {
        made += 1;
    }
    assert_eq!(client.ask(create(made)).await, Answer::Refused(Refusal::RelayFull));
    assert_eq!(client.ask(create(1)).await, Answer::Done, "renewing takes no room");
    client.ask(subscribe(0, 1)).await;
    for byte in 0..held {
        assert_eq!(client.pushed().await, (u64::from(byte) + 1, byte));
    }
}

#[tokio::test]
async fn a_window_bounds_what_is_lent() {
    let relay = Relay::start(|config| config.quotas.window = 3).await;
    let (mut reader, mut writer) = (relay.client().await, relay.client().await);
    reader.ask(create(1)).await;
    reader.ask(create(2)).await;
    for byte in 1..=7 {
        writer.append(id(1), 60, byte).await;
    }
    writer.append(id(2), 60, 77).await;
    reader.ask(subscribe(0, 1)).await;
    for seq in 1..=3 {
        assert_eq!(reader.pushed().await.0, seq);
    }
    assert!(reader.is_quiet().await, "the window is closed");
    reader.ask(subscribe(1, 2)).await;
    assert_eq!(reader.pushed().await, (1, 77), "and its neighbour's is not");
    reader.ask(acknowledge(0, 2)).await;
    assert_eq!((reader.pushed().await.0, reader.pushed().await.0), (4, 5));
    assert!(reader.is_quiet().await);
    reader.ask(acknowledge(0, 5)).await;
    assert_eq!((reader.pushed().await.0, reader.pushed().await.0), (6, 7));
}

#[tokio::test]
async fn a_backlog_arrives_whole_and_starves_nobody() {
    let relay = Relay::start(|config| config.quotas.window = 400).await;
    let (mut reader, mut writer) = (relay.client().await, relay.client().await);
    reader.ask(create(1)).await;
    reader.ask(create(2)).await;
    for _ in 0..300 {
        writer.queue_append(id(1), 60, cell(1));
    }
    writer.queue_append(id(2), 60, cell(2));
    writer.send().await;
    relay.until(|stats| stats.cells == 301).await;
    reader.queue(&subscribe(62, 1));
    reader.queue(&subscribe(63, 2));
    reader.send().await;
    assert_eq!(reader.next_answer().await, Answer::Subscribed { waiting: 300 });
    assert_eq!(reader.next_answer().await, Answer::Subscribed { waiting: 1 });
    let mut bytes = Vec::new();
    for _ in 0..301 {
        bytes.push(reader.pushed().await.1);
    }
    let turn = bytes.iter().position(|byte| *byte == 2).unwrap();
    assert!(turn < 32, "the one cell waited for {turn} others");
    assert!(reader.is_quiet().await);
}

#[tokio::test]
async fn cells_and_mailboxes_end_with_their_time() {
    let relay = Relay::start(|config| config.lifetimes.cell = 100).await;
    let (mut reader, mut writer) = (relay.client().await, relay.client().await);
    reader.ask(Command::Create { read_key: key(1), ttl: 300 }).await;
    writer.append(id(1), 50, 1).await;
    writer.append(id(1), 200, 2).await;
    relay.clock.jump(30 * 24 * 3600);
    assert_eq!(reader.ask(subscribe(0, 1)).await, Answer::Subscribed { waiting: 2 }, "a correction ends nothing");
    assert_eq!((reader.pushed().await.0, reader.pushed().await.0), (1, 2));
    relay.clock.advance(50);
    reader.ask(Command::Unsubscribe { slot: 0 }).await;
    assert_eq!(reader.ask(subscribe(0, 1)).await, Answer::Subscribed { waiting: 1 });
    assert_eq!(reader.pushed().await, (2, 2));
    relay.until(|stats| stats.cells == 1).await;
    relay.clock.advance(50);
    relay.until(|stats| stats.cells == 0).await;
    relay.clock.advance(249);
    assert!(reader.is_quiet().await);
    relay.clock.advance(1);
    assert_eq!(writer.append(id(1), 50, 3).await, UNKNOWN, "gone, erased or not");
    assert!(matches!(reader.next().await, Some(Event::Ended { slot: 0 })));
    assert_eq!(relay.stats().mailboxes, 0);
}

#[tokio::test]
async fn thousands_of_pipelined_frames_arrive_in_order() {
    const CELLS: u64 = 2000;
    let relay = Relay::start(|config| config.quotas.cells_per_mailbox = 5000).await;
    let (mut reader, mut writer) = (relay.client().await, relay.client().await);
    reader.ask(create(1)).await;
    reader.ask(subscribe(0, 1)).await;
    for number in 0..CELLS {
        writer.queue_append(id(1), 60, cell(number as u8));
    }
    let frames = writer.frames();
    let (mut answers, mut sending) = writer.stream.into_split();
    let sent = tokio::spawn(async move {
        sending.write_all(&frames).await.unwrap();
        sending
    });
    let answered = tokio::spawn(async move { tokio::io::copy(&mut answers, &mut tokio::io::sink()).await });
    for seq in 1..=CELLS {
        assert_eq!(reader.pushed().await, (seq, (seq - 1) as u8));
        if seq % 32 == 0 {
            reader.queue(&acknowledge(0, seq));
            reader.send().await;
            assert_eq!(reader.next_answer().await, Answer::Done);
        }
    }
    drop(sent.await.unwrap());
    answered.await.unwrap().unwrap();
    let stats = relay.stats();
    assert_eq!((stats.cells_in, stats.cells_out, stats.frames_rejected), (CELLS, CELLS, 0));
    assert_eq!((stats.frame_lengths_in.len(), stats.frame_lengths_out.len()), (1, 1));
}

/// A memory store that notes which operations it was asked for, and gives no answer to some.
struct Watched(Memory, Notes, Notes);

type Notes = Arc<Mutex<Vec<&'static str>>>;

impl Watched {
    fn note(&self, operation: &'static str) -> Result<(), Error> {
        self.1.lock().unwrap().push(operation);
        if self.2.lock().unwrap().contains(&operation) { Err(Error::Unavailable) } else { Ok(()) }
    }
}

impl Store for Watched {
    fn epoch(&self) -> Epoch {
        self.0.epoch()
    }
    async fn create(&self, id: MailboxId, ttl: u32, now: UnixTime) -> Result<Created, Error> {
        self.note("create")?;
        self.0.create(id, ttl, now).await
    }
    async fn renew(&self, id: MailboxId, ttl: Option<u32>, now: UnixTime) -> Result<u32, Error> {
        self.note("renew")?;
        self.0.renew(id, ttl, now).await
    }
    async fn append(&self, id: MailboxId, cell: Cell, ttl: u32, quota: u32, now: UnixTime) -> Result<u64, Error> {
        self.note("append")?;
        self.0.append(id, cell, ttl, quota, now).await
    }
    async fn read_after(&self, id: MailboxId, after: u64, most: usize, now: UnixTime) -> Result<Vec<Stored>, Error> {
        self.note("read_after")?;
        self.0.read_after(id, after, most, now).await
    }
    async fn acknowledge(&self, id: MailboxId, up_to: u64, now: UnixTime) -> Result<(), Error> {
        self.note("acknowledge")?;
        self.0.acknowledge(id, up_to, now).await
    }
    async fn delete(&self, id: MailboxId, now: UnixTime) -> Result<(), Error> {
        self.note("delete")?;
        self.0.delete(id, now).await
    }
    async fn expire(&self, now: UnixTime) -> Result<Vec<MailboxId>, Error> {
        self.0.expire(now).await
    }
    fn usage(&self) -> Usage {
        self.0.usage()
    }
}

fn watched(notes: &Notes, silent: &Notes) -> Watched {
    Watched(Memory::new(1 << 20, Epoch::default()), Arc::clone(notes), Arc::clone(silent))
}

#[tokio::test]
async fn a_store_that_is_down_costs_answers_and_no_subscription() {
    let (notes, silent) = (Notes::default(), Notes::default());
    let relay = Relay::with(Config::dev(), watched(&notes, &silent)).await;
    let (mut reader, mut writer) = (relay.client().await, relay.client().await);
    reader.ask(create(1)).await;
    writer.append(id(1), 60, 1).await;
    *silent.lock().unwrap() = vec!["create", "renew", "append", "acknowledge", "delete"];
    for command in [create(2), subscribe(0, 1), delete(1)] {
        assert_eq!(reader.ask(command).await, UNAVAILABLE);
    }
    assert_eq!(writer.append(id(1), 60, 2).await, UNAVAILABLE);
    silent.lock().unwrap().clear();
    assert_eq!(reader.ask(subscribe(0, 1)).await, Answer::Subscribed { waiting: 1 }, "the slot had stayed free");
    assert_eq!(reader.pushed().await, (1, 1));
    *silent.lock().unwrap() = vec!["acknowledge", "read_after"];
    assert_eq!(reader.ask(acknowledge(0, 1)).await, UNAVAILABLE);
    notes.lock().unwrap().clear();
    assert_eq!(writer.append(id(1), 60, 2).await, Answer::Done);
    while notes.lock().unwrap().iter().filter(|operation| **operation == "read_after").count() < 2 {
        assert!(reader.is_quiet().await, "nothing is pushed and nothing ends");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    silent.lock().unwrap().clear();
    assert_eq!(reader.pushed().await, (2, 2), "it is read again by itself");
    assert_eq!(reader.ask(acknowledge(0, 2)).await, Answer::Done);
    assert_eq!(relay.stats().cells, 0);
}

#[tokio::test]
async fn what_is_not_there_and_a_wrong_key_are_one_and_the_same() {
    let notes = Arc::default();
    let relay = Relay::with(Config::dev(), watched(&notes, &Notes::default())).await;
    let mut client = relay.client().await;
    client.ask(create(1)).await;
    client.ask(create(3)).await;
    client.append(id(1), 60, 1).await;
    client.ask(delete(3)).await;
    client.ask(Command::Create { read_key: key(4), ttl: 5 }).await;
    relay.clock.advance(5);
    // A mailbox's id is public to its writers: tried as a key, it is the key of nothing.
    let wrong = || nightjar_protocol::keys::ReadKey::from_bytes(*id(1).as_bytes());
    let mut answers = Vec::new();
    for read_key in [wrong(), key(2), key(3), key(4)] {
        let append = read_key.mailbox();
        notes.lock().unwrap().clear();
        let answer = (
            client.ask(Command::Subscribe { slot: 0, read_key: read_key.duplicate() }).await,
            client.ask(Command::Delete { read_key }).await,
            client.append(append, 60, 1).await,
        );
        answers.push((answer, notes.lock().unwrap().clone()));
    }
    assert_eq!(answers[0].0, (UNKNOWN, UNKNOWN, UNKNOWN));
    assert_eq!(answers[0].1, ["renew", "delete", "append"], "the same work");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(relay.stats().cells, 1);
}
