//! What an attacker without a secret can do to a relay, one function an attack. Each ends by itself.

use std::time::{Duration, Instant};

use anyhow::ensure;
use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::Random;
use nightjar_protocol::link::{Answer, ClientHandshake};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Command, Refusal};
use nightjar_relay::key::OsRandom;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::client::{Client, cell, connect, connect_narrow, key};

/// How much of it.
#[derive(Clone, Copy)]
pub struct Scale {
    /// Sockets at a time of the attacks that hold many.
    pub sockets: usize,
    /// Connections at a time of the attacks that work hard.
    pub busy: usize,
    /// Cells of a mailbox that is filled: the relay's quota.
    pub cells: usize,
    /// How long an attack goes on.
    pub lasts: Duration,
}

/// The attacks, by name.
pub const ALL: [&str; 8] =
    ["silent", "half-open", "never-reads", "creates", "mailbox-flood", "garbage", "mutated", "handshakes"];

/// Carries one out. What it learns and a relay that holds up does not do is an error.
pub async fn carry_out(name: &str, relay: &RelayAddress, scale: Scale) -> anyhow::Result<()> {
    match name {
        "silent" => silent(relay, scale).await,
        "half-open" => half_open(relay, scale).await,
        "never-reads" => crowd(relay, scale, never_reads).await,
        "creates" => crowd(relay, scale, creates).await,
        "mailbox-flood" => mailbox_flood(relay, scale).await,
        "garbage" => crowd(relay, scale, garbage).await,
        "mutated" => crowd(relay, scale, mutated).await,
        "handshakes" => handshakes(relay, scale).await,
        other => anyhow::bail!("no such attack: {other}"),
    }
}

/// Connections that say nothing at all. They have to be gone after the time for a hello.
async fn silent(relay: &RelayAddress, scale: Scale) -> anyhow::Result<()> {
    let mut waiting = JoinSet::new();
    for _ in 0..scale.sockets {
        let mut stream = connect(relay).await?;
        waiting.spawn(async move { timeout(HELLO + SLACK, stream.read(&mut [0])).await.is_ok() });
    }
    let gone = waiting.join_all().await.into_iter().filter(|gone| *gone).count();
    ensure!(gone == scale.sockets, "{} of {} silent connections are still open", scale.sockets - gone, scale.sockets);
    Ok(())
}

/// Connections that say hello, and nothing after that.
async fn half_open(relay: &RelayAddress, scale: Scale) -> anyhow::Result<()> {
    let until = Instant::now() + scale.lasts;
    let mut held = Vec::new();
    while held.len() < scale.sockets / 2 && Instant::now() < until {
        held.push(Client::greet(relay).await);
    }
    sleep(until.saturating_duration_since(Instant::now())).await;
    Ok(())
}

/// Many who do the same again and again, until it is over. What happens to them is their business.
async fn crowd<F>(relay: &RelayAddress, scale: Scale, each: impl Fn(RelayAddress) -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let mut busy = JoinSet::new();
    let over = sleep(scale.lasts);
    tokio::pin!(over);
    loop {
        while busy.len() < scale.busy {
            busy.spawn(each(relay.clone()));
        }
        tokio::select! {
            () = &mut over => return Ok(()),
            _ = busy.join_next() => {}
        }
    }
}

/// Asks and asks, and reads no answer.
async fn never_reads(relay: RelayAddress) -> anyhow::Result<()> {
    let mut client = Client::greet_over(connect_narrow(&relay).await?, &relay).await?;
    loop {
        for _ in 0..64 {
            client.link.queue(&Command::Ping);
        }
        client.send().await?;
        sleep(Duration::from_millis(10)).await;
    }
}

/// Makes mailboxes until it is refused.
async fn creates(relay: RelayAddress) -> anyhow::Result<()> {
    let mut client = Client::greet(&relay).await?;
    let mut refused = false;
    while !refused {
        for _ in 0..64 {
            client.link.queue(&Command::Create { read_key: key(), ttl: 5 });
        }
        client.send().await?;
        refused = client.answers(64).await?.iter().any(|answer| *answer != Answer::Done);
    }
    Ok(())
}

/// Fills a mailbox, and one cell more: that has to be refused by name, and the next mailbox has to have room.
async fn mailbox_flood(relay: &RelayAddress, scale: Scale) -> anyhow::Result<()> {
    let (mut client, full, other) = (Client::greet(relay).await?, key(), key());
    client.create(&full, 60).await?;
    client.create(&other, 60).await?;
    for mailbox in std::iter::repeat_n(full.mailbox(), scale.cells + 1).chain([other.mailbox()]) {
        client.link.queue_append(mailbox, 60, cell(2));
        if client.link.unanswered() == 256 {
            client.send().await?;
            let answers = client.answers(256).await?;
            ensure!(answers.iter().all(|answer| *answer == Answer::Done), "refused before it was full");
        }
    }
    client.send().await?;
    let last = client.answers(client.link.unanswered()).await?;
    let expected = [Answer::Refused(Refusal::MailboxFull), Answer::Done];
    ensure!(last.ends_with(&expected), "the last answers are {:?}", last.iter().rev().take(3).collect::<Vec<_>>());
    client.ask(&Command::Delete { read_key: full }).await?;
    client.ask(&Command::Delete { read_key: other }).await?;
    Ok(())
}

/// Random bytes instead of a hello.
async fn garbage(relay: RelayAddress) -> anyhow::Result<()> {
    let mut stream = connect(&relay).await?;
    let bytes = OsRandom.bytes::<1000>();
    let [length, ..] = *OsRandom.bytes::<1>();
    stream.write_all(&bytes[..usize::from(length) * 3 + 96]).await?;
    let _ = timeout(SLACK, stream.read(&mut [0; 96])).await;
    Ok(())
}

/// Some good frames, and one that is changed in one place.
async fn mutated(relay: RelayAddress) -> anyhow::Result<()> {
    let mut client = Client::greet(&relay).await?;
    client.ask(&Command::Ping).await?;
    client.link.queue(&Command::Ping);
    let mut frame = client.frames()?;
    let [high, low, bit] = *OsRandom.bytes::<3>();
    let at = usize::from(u16::from_be_bytes([high, low])) % frame.len();
    frame[at] ^= 1 << (bit % 8);
    client.stream.write_all(&frame).await?;
    let answered = timeout(SLACK, client.read()).await?;
    ensure!(answered.is_err(), "a changed frame was answered");
    Ok(())
}

/// One good hello, over and over, as fast as connections can be made: the relay computes, the attacker does not.
async fn handshakes(relay: &RelayAddress, scale: Scale) -> anyhow::Result<()> {
    let (_, hello) = ClientHandshake::start(relay.key(), relay.access(), &Ephemeral::generate(&mut OsRandom))?;
    let until = Instant::now() + scale.lasts;
    let mut held: std::collections::VecDeque<TcpStream> = std::collections::VecDeque::new();
    while Instant::now() < until {
        let mut stream = connect(relay).await?;
        stream.write_all(&hello).await?;
        held.push_back(stream);
        if held.len() > scale.sockets {
            held.pop_front();
        }
        // Two thousand a second: more would measure this machine's two ends of the same wire.
        if held.len().is_multiple_of(2) {
            sleep(Duration::from_millis(1)).await;
        }
    }
    Ok(())
}

/// The time for a hello, as the relay has it by default.
const HELLO: Duration = Duration::from_secs(10);
const SLACK: Duration = Duration::from_secs(5);
