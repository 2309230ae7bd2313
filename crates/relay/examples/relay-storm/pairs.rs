//! Pairs that behave: each message is appended, confirmed, pushed and acknowledged, at a paced rate. How long they wait is what
//! an attack is judged by.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::link::{Answer, Event};
use nightjar_protocol::wire::Command;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::client::{Client, cell, key};

/// Waits from the moment at which a message was due to the push, and what went wrong.
#[derive(Clone, Default)]
pub struct Waits(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    waits: Vec<Duration>,
    failed: Vec<String>,
}

/// The middle and the hundredth-worst of some waits, in microseconds.
#[derive(Clone, Copy, Default)]
pub struct Percentiles {
    pub count: usize,
    pub p50: u64,
    pub p99: u64,
}

impl Waits {
    /// What was seen since this was last asked.
    pub fn take(&self) -> Percentiles {
        let mut waits = std::mem::take(&mut self.seen().waits);
        waits.sort_unstable();
        let at = |share: usize| waits.get(waits.len() * share / 100).map_or(0, |wait| wait.as_micros() as u64);
        Percentiles { count: waits.len(), p50: at(50), p99: at(99) }
    }

    /// Pairs that were cut off or refused, which none is to be.
    pub fn failures(&self) -> Vec<String> {
        self.seen().failed.clone()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts pairs in a thread of their own, each with a message every `period`.
pub fn start(relay: RelayAddress, pairs: usize, period: Duration) -> anyhow::Result<Waits> {
    let waits = Waits::default();
    let (seen, runtime) = (waits.clone(), tokio::runtime::Builder::new_current_thread().enable_all().build()?);
    std::thread::spawn(move || {
        runtime.block_on(async {
            let mut running = tokio::task::JoinSet::new();
            for _ in 0..pairs {
                let (relay, seen) = (relay.clone(), seen.clone());
                running.spawn(async move {
                    let Err(error) = pair(&relay, period, &seen).await;
                    seen.seen().failed.push(error.to_string());
                });
                tokio::time::sleep(period / pairs as u32).await;
            }
            while running.join_next().await.is_some() {}
        });
    });
    Ok(waits)
}

async fn pair(relay: &RelayAddress, period: Duration, waits: &Waits) -> anyhow::Result<std::convert::Infallible> {
    let (mut reader, mut writer, key) = (Client::greet(relay).await?, Client::greet(relay).await?, key());
    reader.create(&key, 3600).await?;
    reader.ask(&Command::Subscribe { slot: 0, read_key: key.duplicate() }).await?;
    let mut tick = interval(period);
    // Who is late because the last message was late has its wait counted, too.
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    loop {
        let due = tick.tick().await;
        writer.link.queue_append(key.mailbox(), 60, cell(1));
        writer.send().await?;
        let pushed = async {
            let seq = pushed(&mut reader).await?;
            waits.seen().waits.push(due.elapsed());
            Ok(seq)
        };
        let confirmed = async {
            let answer = writer.answers(1).await?;
            anyhow::ensure!(answer == [Answer::Done], "a message was refused: {answer:?}");
            Ok(())
        };
        let (seq, ()) = timeout(PATIENCE, async { tokio::try_join!(pushed, confirmed) }).await??;
        reader.link.queue(&Command::Acknowledge { slot: 0, up_to: seq });
        reader.send().await?;
    }
}

async fn pushed(reader: &mut Client) -> anyhow::Result<u64> {
    loop {
        for event in reader.read().await? {
            match event {
                Event::Pushed { seq, .. } => return Ok(seq),
                Event::Ended { .. } => anyhow::bail!("a subscription ended"),
                Event::Answered { .. } => {}
            }
        }
    }
}

/// How long one who is new waits until he is served; `None` if he is not within a while.
pub async fn newcomer(relay: &RelayAddress) -> Option<Duration> {
    let start = Instant::now();
    let served = async {
        loop {
            let served = async { Client::greet(relay).await?.create(&key(), 60).await };
            if served.await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    };
    timeout(PATIENCE, served).await.ok()?;
    Some(start.elapsed())
}

const PATIENCE: Duration = Duration::from_secs(20);
