//! Connections with a mailbox, a subscription and nothing to say: `idle`.

use std::rc::Rc;
use std::time::Duration;

use tokio::time::sleep;

use crate::client::Place;
use crate::figures::{Line, Tally};
use crate::live::{MIB, Side, crowd};
use crate::options::Workload;
use crate::pair::pairs;

/// Runs the workload: figures for the line.
pub async fn run(place: &Place, workload: &Workload, tally: Rc<Tally>, line: &mut Line) -> anyhow::Result<()> {
    let (empty, begun) = (tally.resident(), tally.mark());
    let pairs = pairs(workload);
    let _open = crowd(place, &pairs, Side::Recipient).await?;
    let connected = tally.mark();
    sleep(SETTLING).await;
    let (full, settled) = (tally.resident(), tally.mark());
    sleep(IDLE).await;
    let idle = settled.until(&tally.mark());
    let count = workload.pairs as f64;
    let (connecting, settling) = (begun.until(&connected), begun.until(&settled));
    line.set("connections", workload.pairs).figure("connects_per_s", count / connecting.wall, 0);
    line.figure("server_cpu_us_per_connect", settling.server.map(|seconds| seconds * 1e6 / count), 1);
    line.figure("client_cpu_us_per_connect", connecting.own.map(|seconds| seconds * 1e6 / count), 1);
    line.figure("rss_bytes_per_idle_conn", full.and_then(|full| Some((full - empty?) / count)), 0);
    line.figure("rss_before_mib", empty.map(|bytes| bytes / MIB), 1);
    line.figure("rss_mib", full.map(|bytes| bytes / MIB), 1);
    line.figure("idle_server_cores", idle.server.map(|seconds| seconds / idle.wall), 4);
    Ok(())
}

/// For what the handshakes left to be put away; its time is counted to the connecting.
const SETTLING: Duration = Duration::from_millis(2500);
/// How long the connections are watched.
const IDLE: Duration = Duration::from_secs(3);
