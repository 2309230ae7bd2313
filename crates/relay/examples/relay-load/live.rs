//! Messages from senders to recipients who are there: `saturate` and `paced`. And how a crowd of clients connects, for the
//! other workloads, too.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Context;
use nightjar_protocol::wire::Command;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::client::{Client, Place};
use crate::figures::{Line, Tally, percentile};
use crate::options::{Kind, Workload};
use crate::pair::{Pace, Pair, TTL, pairs, receive, send};

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
    let per_message = |frames: &Cell<u64>| frames.get() as f64 / workload.messages as f64;
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

/// Connections made at a time.
const CONNECTING_AT_A_TIME: usize = 32;
pub const MIB: f64 = 1024.0 * 1024.0;
