//! Messages from senders to recipients who are there: `saturate` and `paced`. And the two loops, a sender's and a
//! recipient's, that `store` uses too.

use std::cell::Cell as Shared;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, bail};
use nightjar_protocol::keys::{MailboxId, Random, ReadKey};
use nightjar_protocol::limits::{CELL_LEN, FRAME_LEN};
use nightjar_protocol::link::Event;
use nightjar_protocol::wire::{Cell, Command};
use nightjar_relay::key::OsRandom;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::client::{Client, Place, refusal};
use crate::figures::{Line, Tally, percentile};
use crate::options::{Kind, Workload};

/// A sender, a mailbox and its recipient.
pub struct Pair {
    key: ReadKey,
    mailbox: MailboxId,
    /// Messages of this pair, and cells of one message.
    share: u64,
    pieces: u64,
    delivered: Shared<u64>,
    news: Notify,
}

/// When a sender may send.
#[derive(Clone, Copy)]
pub enum Pace {
    /// At most so many messages that are not delivered.
    Delivered(u64),
    /// At most so many messages that are not confirmed.
    Confirmed(u64),
    /// One each interval, the first after a while.
    Every(Duration, Duration),
}

/// Runs the workload: figures for the line. Frames are those of the whole run, the warming up and the subscribing included.
pub async fn run(place: &Place, workload: &Workload, tally: Rc<Tally>, line: &mut Line) -> anyhow::Result<()> {
    let pairs = pairs(workload);
    let (mut recipients, mut senders) = (JoinSet::new(), JoinSet::new());
    for (client, pair) in crowd(place, &pairs, Side::Recipient).await?.into_iter().zip(&pairs) {
        recipients.spawn_local(receive(client, Rc::clone(pair), Rc::clone(&tally)));
    }
    let clients = crowd(place, &pairs, Side::Sender).await?;
    sleep(Duration::from_millis(300)).await;
    for (at, (client, pair)) in clients.into_iter().zip(&pairs).enumerate() {
        let pace = match workload.kind {
            Kind::Paced => {
                let every = Duration::from_secs_f64(workload.pairs as f64 / f64::from(workload.rate));
                Pace::Every(every, every.mul_f64(at as f64 / workload.pairs as f64))
            }
            _ => Pace::Delivered(workload.window),
        };
        senders.spawn_local(send(client, Rc::clone(pair), Rc::clone(&tally), pace));
    }
    // Connections stay open until the last figure is taken.
    let _open = (all(&mut recipients).await?, all(&mut senders).await?);
    let per_message = |frames: &Shared<u64>| frames.get() as f64 / workload.messages as f64;
    line.figure("frames_to_relay_per_msg", per_message(&place.traffic().to_relay), 2);
    line.figure("frames_from_relay_per_msg", per_message(&place.traffic().from_relay), 2);
    figures(&tally, line)
}

fn figures(tally: &Tally, line: &mut Line) -> anyhow::Result<()> {
    let end = tally.mark();
    let (start, count) = tally.since_warm().context("too few messages to warm up")?;
    let span = start.until(&end);
    let each = |seconds: Option<f64>| seconds.map(|seconds| seconds * 1e6 / count as f64);
    let cores = |seconds: Option<f64>| seconds.map(|seconds| seconds / span.wall);
    line.set("messages", count).figure("wall_s", span.wall, 3).figure("msgs_per_s", count as f64 / span.wall, 0);
    let latencies = tally.latencies();
    for (name, part) in [("p50_us", 0.5), ("p90_us", 0.9), ("p99_us", 0.99), ("p999_us", 0.999), ("max_us", 1.0)] {
        line.figure(name, percentile(&latencies, part), 1);
    }
    line.figure("server_cpu_us_per_msg", each(span.server), 2).figure("server_cores", cores(span.server), 2);
    line.figure("client_cpu_us_per_msg", each(span.own), 2).figure("client_cores", cores(span.own), 2);
    line.figure("other_cores", span.server.and(cores(span.others)), 2);
    line.figure("rss_mib", tally.resident().map(|bytes| bytes / MIB), 1).set("out_of_order", tally.odd());
    Ok(())
}

/// The pairs of a workload, with mailboxes that nobody knows yet.
pub fn pairs(workload: &Workload) -> Vec<Rc<Pair>> {
    let pair = |share| {
        let key = ReadKey::generate(&mut OsRandom);
        let (mailbox, pieces) = (key.mailbox(), workload.pieces());
        Rc::new(Pair { key, mailbox, share, pieces, delivered: Shared::new(0), news: Notify::new() })
    };
    workload.shares().map(pair).collect()
}

/// What a client connects for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// To append.
    Sender,
    /// To make the mailbox.
    Owner,
    /// To make the mailbox and read it.
    Recipient,
}

/// A client for each pair, in their order; so many connect at a time.
pub async fn crowd(place: &Place, pairs: &[Rc<Pair>], side: Side) -> anyhow::Result<Vec<Client>> {
    let turns = Rc::new(Semaphore::new(CONNECTING_AT_A_TIME));
    let mut arrivals = JoinSet::new();
    for (at, pair) in pairs.iter().enumerate() {
        let (place, pair, turns) = (place.clone(), Rc::clone(pair), Rc::clone(&turns));
        arrivals.spawn_local(async move {
            let _turn = turns.acquire().await?;
            let mut client = place.connect().await?;
            let create = Command::Create { read_key: pair.key.duplicate(), ttl: TTL };
            let subscribe = Command::Subscribe { slot: 0, read_key: pair.key.duplicate() };
            match side {
                Side::Sender => {}
                Side::Owner => client.ask(&[create]).await?,
                Side::Recipient => client.ask(&[create, subscribe]).await?,
            }
            Ok((at, client))
        });
    }
    let mut clients = all(&mut arrivals).await?;
    clients.sort_unstable_by_key(|(at, _)| *at);
    Ok(clients.into_iter().map(|(_, client)| client).collect())
}

/// Waits for all tasks; the first that fails ends it.
pub async fn all<T: 'static>(tasks: &mut JoinSet<anyhow::Result<T>>) -> anyhow::Result<Vec<T>> {
    let mut results = Vec::with_capacity(tasks.len());
    while let Some(result) = tasks.join_next().await {
        results.push(result??);
    }
    Ok(results)
}

/// Sends a pair's share and waits until all of it is confirmed.
pub async fn send(mut client: Client, pair: Rc<Pair>, tally: Rc<Tally>, pace: Pace) -> anyhow::Result<Client> {
    let mut letter = Letter::new(&pair);
    let mut confirmed = 0;
    let mut due = Instant::now();
    if let Pace::Every(_, first) = pace {
        due += first;
    }
    loop {
        let mut burst = 0;
        while letter.sent < pair.share && burst < BURST {
            let now = Instant::now();
            let late = match pace {
                Pace::Delivered(window) if letter.sent - pair.delivered.get() < window => Duration::ZERO,
                Pace::Confirmed(window) if letter.sent - confirmed / pair.pieces < window => Duration::ZERO,
                Pace::Every(every, _) if due <= now => {
                    due += every;
                    now + every - due
                }
                _ => break,
            };
            letter.queue(&mut client, tally.now(), late);
            burst += pair.pieces;
        }
        if confirmed == pair.share * pair.pieces {
            return Ok(client);
        }
        let more = letter.sent < pair.share;
        tokio::select! {
            biased;
            exchanged = client.exchange() => exchanged?,
            () = pair.news.notified(), if more && matches!(pace, Pace::Delivered(_)) => {}
            () = sleep_until(due), if more && matches!(pace, Pace::Every(..)) => {}
        }
        for event in client.events.drain(..) {
            match event {
                Event::Answered { answer, .. } => match refusal(answer) {
                    None => confirmed += 1,
                    Some(refusal) => bail!("an append was refused: {refusal:?}"),
                },
                Event::Pushed { .. } | Event::Ended { .. } => bail!("a sender has no subscription"),
            }
        }
    }
}

/// Receives and acknowledges a pair's share.
pub async fn receive(mut client: Client, pair: Rc<Pair>, tally: Rc<Tally>) -> anyhow::Result<Client> {
    let (mut cells, mut messages) = (0, 0);
    loop {
        let (before, mut last) = (messages, None);
        for event in client.events.drain(..) {
            match event {
                Event::Pushed { slot, seq, cell } => {
                    let (stamp, number) = stamps(&cell);
                    if number != cells {
                        tally.out_of_order();
                    }
                    cells = number + 1;
                    if cells % pair.pieces == 0 {
                        messages += 1;
                        tally.took(tally.now().saturating_sub(stamp));
                    }
                    last = Some((slot, seq));
                }
                Event::Answered { answer, .. } => match refusal(answer) {
                    None => {}
                    Some(refusal) => bail!("an acknowledgement was refused: {refusal:?}"),
                },
                Event::Ended { .. } => bail!("a subscription ended"),
            }
        }
        if let Some((slot, up_to)) = last {
            client.link.queue(&Command::Acknowledge { slot, up_to });
        }
        if messages > before {
            pair.delivered.set(messages);
            tally.delivered(messages - before);
            pair.news.notify_one();
        }
        if messages >= pair.share {
            client.flush().await?;
            return Ok(client);
        }
        client.exchange().await?;
    }
}

/// Messages in the making: cells as random as a relay would see them, stamped with the time and their number.
struct Letter {
    bytes: [u8; CELL_LEN],
    mailbox: MailboxId,
    pieces: u64,
    sent: u64,
}

impl Letter {
    fn new(pair: &Pair) -> Self {
        let mut bytes = [0; CELL_LEN];
        OsRandom.fill(&mut bytes);
        Self { bytes, mailbox: pair.mailbox, pieces: pair.pieces, sent: 0 }
    }

    /// Queues the next message, stamped with nanoseconds, or earlier if it should have gone out earlier.
    fn queue(&mut self, client: &mut Client, now: u64, late: Duration) {
        let wait = if late > GRAIN { u64::try_from(late.as_nanos()).unwrap_or(u64::MAX) } else { 0 };
        for piece in 0..self.pieces {
            if let Some((stamp, rest)) = self.bytes.split_first_chunk_mut() {
                *stamp = now.saturating_sub(wait).to_le_bytes();
                if let Some(number) = rest.first_chunk_mut() {
                    *number = (self.sent * self.pieces + piece).to_le_bytes();
                }
            }
            client.link.queue_append(self.mailbox, TTL, Cell::from_bytes(self.bytes));
        }
        self.sent += 1;
    }
}

fn stamps(cell: &Cell) -> (u64, u64) {
    let split = cell.as_bytes().split_first_chunk().and_then(|(stamp, rest)| Some((stamp, rest.first_chunk()?)));
    split.map_or((0, 0), |(stamp, number)| (u64::from_le_bytes(*stamp), u64::from_le_bytes(*number)))
}

/// Seconds that mailboxes and cells live: longer than any run.
const TTL: u32 = 3600;
/// Connections made at a time.
const CONNECTING_AT_A_TIME: usize = 32;
/// Cells queued before they are written: 128 KiB of frames.
const BURST: u64 = (128 * 1024_u64).div_ceil(FRAME_LEN as u64);
/// What a timer may be late by without the wait being counted.
const GRAIN: Duration = Duration::from_millis(2);
pub const MIB: f64 = 1024.0 * 1024.0;
