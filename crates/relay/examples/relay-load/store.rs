//! Cells for recipients who are away, and how they get them when they come back: `store`.

use std::rc::Rc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::client::Place;
use crate::figures::{Line, Tally};
use crate::live::{MIB, Side, all, crowd};
use crate::options::Workload;
use crate::pair::{Pace, pairs, receive, send};

/// Runs the workload: figures for the line.
pub async fn run(place: &Place, workload: &Workload, tally: Rc<Tally>, line: &mut Line) -> anyhow::Result<()> {
    let pairs = pairs(workload);
    drop(crowd(place, &pairs, Side::Owner).await?);
    let clients = crowd(place, &pairs, Side::Sender).await?;
    sleep(SETTLING).await;
    let (empty, begun) = (tally.resident(), tally.mark());
    let mut senders = JoinSet::new();
    for (client, pair) in clients.into_iter().zip(&pairs) {
        senders.spawn_local(send(client, Rc::clone(pair), Rc::clone(&tally), Pace::Confirmed(workload.window)));
    }
    let senders = all(&mut senders).await?;
    let stored = tally.mark();
    sleep(RESTING).await;
    let full = tally.resident();
    drop(senders);
    let back = tally.mark();
    let mut recipients = JoinSet::new();
    for (client, pair) in crowd(place, &pairs, Side::Recipient).await?.into_iter().zip(&pairs) {
        recipients.spawn_local(receive(client, Rc::clone(pair), Rc::clone(&tally)));
    }
    let _open = all(&mut recipients).await?;
    let drained = tally.mark();
    sleep(RESTING).await;
    let count = workload.messages as f64;
    let (storing, draining) = (begun.until(&stored), back.until(&drained));
    let growth = full.and_then(|full| Some((full - empty?) / count));
    line.set("messages", workload.messages).figure("store_msgs_per_s", count / storing.wall, 0);
    line.figure("store_server_cpu_us_per_msg", storing.server.map(|seconds| seconds * 1e6 / count), 2);
    line.figure("rss_bytes_per_stored_msg", growth, 0).figure("drain_msgs_per_s", count / draining.wall, 0);
    line.figure("drain_server_cpu_us_per_msg", draining.server.map(|seconds| seconds * 1e6 / count), 2);
    for (name, bytes) in [("rss_before_mib", empty), ("rss_full_mib", full), ("rss_drained_mib", tally.resident())] {
        line.figure(name, bytes.map(|bytes| bytes / MIB), 1);
    }
    line.set("out_of_order", tally.odd());
    Ok(())
}

/// For the relay to forget the connections that closed.
const SETTLING: Duration = Duration::from_millis(500);
/// Before memory is read.
const RESTING: Duration = Duration::from_millis(1500);
