//! The course of a storm: calm, an attack, calm again; what the others noticed, and whether that is within bounds.

use std::time::{Duration, Instant};

use nightjar_relay::config::Quotas;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::attacks::{Scale, carry_out};
use super::pairs::{Waits, newcomer};
use super::relay::Relay;

/// How the storm is judged.
#[derive(Clone, Copy)]
pub struct Bounds {
    /// How many times as long the others may wait while it lasts, at the 99th percentile; `None`: nothing is timed.
    pub ratio: Option<f64>,
    /// What they may wait in any case, in microseconds: below this it is the machine's noise.
    pub floor: u64,
    /// Bytes of resident memory, at most.
    pub resident: u64,
    /// How long the relay may take to be rid of what an attack left.
    pub recovery: Duration,
}

/// One attack and the calm on both sides of it: a line of figures, whose `passed` is the verdict.
pub fn attack(
    name: &str,
    relay: &mut Relay,
    waits: &Waits,
    scale: Scale,
    calm: Duration,
    bounds: Bounds,
) -> anyhow::Result<Value> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    waits.take();
    std::thread::sleep(calm);
    let (before, taken, counted) = (waits.take(), relay.taken(), relay.counters()?);
    let open = counted["connections_open"].as_u64().unwrap_or(0);
    let (error, newcomer, resident, descriptors) = under_attack(name, relay, scale, &runtime);
    let (during, cores) = (waits.take(), relay.taken().cores_since(&taken));
    let recovered = relay.settles(open, bounds.recovery)?;
    std::thread::sleep(calm / 2);
    let (after, counters) = (waits.take(), relay.counters()?);
    // Two calms differ as the machine's other work does: the less calm one says what is noise.
    let (restless, floor) = (before.p99.max(after.p99) as f64, bounds.floor as f64);
    let mut broken = waits.failures();
    broken.extend(error);
    for (holds, what) in [
        (recovered, "it has not recovered"),
        (resident <= bounds.resident, "it took too much memory"),
        (newcomer.is_some(), "nobody new was served"),
        (during.count > 0 && after.count > 0, "the others were not served"),
        (
            bounds.ratio.is_none_or(|ratio| during.p99 as f64 <= (restless * ratio).max(floor)),
            "the others waited too long",
        ),
    ] {
        broken.extend((!holds).then(|| what.to_owned()));
    }
    let grown = |key: &str| counters[key].as_u64().unwrap_or(0).saturating_sub(counted[key].as_u64().unwrap_or(0));
    let refusals: Value = COUNTED.iter().map(|key| ((*key).to_owned(), json!(grown(key)))).collect();
    Ok(json!({
        "attack": name,
        "p50_before_us": before.p50, "p99_before_us": before.p99,
        "p50_during_us": during.p50, "p99_during_us": during.p99, "p99_after_us": after.p99,
        "p99_ratio": (during.p99 as f64 / restless.max(1.0) * 100.0).round() / 100.0,
        "messages_during": during.count,
        "newcomer_ms": newcomer.map(|wait| wait.as_millis() as u64),
        "rss_bytes": resident, "relay_cores": (cores * 100.0).round() / 100.0, "descriptors": descriptors,
        "refusals": refusals, "recovered": recovered, "passed": broken.is_empty(), "broken": broken,
    }))
}

/// Carries out an attack and looks at the relay meanwhile: what went wrong, how long somebody new waited, the most memory and
/// descriptors.
fn under_attack(
    name: &str,
    relay: &Relay,
    scale: Scale,
    runtime: &Runtime,
) -> (Option<String>, Option<Duration>, u64, usize) {
    let address = relay.address.clone();
    let arrival = std::thread::spawn(move || {
        std::thread::sleep(scale.lasts / 2);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        runtime.block_on(newcomer(&address))
    });
    let (mut resident, mut descriptors) = (0, 0);
    let outcome = runtime.block_on(async {
        let attack = carry_out(name, &relay.address, scale);
        let watch = async {
            loop {
                let taken = relay.taken();
                (resident, descriptors) = (taken.resident.max(resident), taken.descriptors.max(descriptors));
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::select! {
            outcome = attack => outcome,
            () = watch => Ok(()),
        }
    });
    let newcomer = arrival.join().ok().flatten();
    (outcome.err().map(|error| error.to_string()), newcomer, resident, descriptors)
}

/// What a relay with these quotas may take: what it stores, what its connections' buffers hold, what each of them costs, and
/// the program itself.
pub fn ceiling(quotas: &Quotas) -> u64 {
    let connections = u64::from(quotas.connections) + u64::from(quotas.newcomers);
    quotas.bytes + quotas.connection_bytes + connections * CONNECTION_COST + PROGRAM_COST
}

/// Waits for the first messages, so that an attack finds a relay at work.
pub fn warm_up(waits: &Waits) -> bool {
    let until = Instant::now() + Duration::from_secs(20);
    while waits.take().count == 0 {
        if Instant::now() > until {
            return false;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    true
}

/// What a relay counts that an attack may meet.
const COUNTED: [&str; 8] = [
    "refused_busy",
    "refused_network",
    "refused_hello",
    "made_way",
    "frames_rejected",
    "slow_readers",
    "commands_refused",
    "connections",
];
const CONNECTION_COST: u64 = 15_000;
const PROGRAM_COST: u64 = 32 << 20;
