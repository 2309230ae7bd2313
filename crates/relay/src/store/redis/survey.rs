//! What servers say of themselves, for `doctor` to judge. It changes nothing.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use redis::Value;
use tokio::time::timeout;

use super::node::{Live, Place, text};
use super::{OpenError, Settings};

/// What one server says of itself.
pub struct Survey {
    /// Where it is, `host:port`.
    pub place: String,
    /// What it answered; nothing if it did not.
    pub facts: Option<Facts>,
}

/// What a server answered.
#[derive(Default)]
pub struct Facts {
    /// `INFO`, and of a cluster's server `CLUSTER INFO`.
    pub info: BTreeMap<String, String>,
    /// `CONFIG GET` of the settings that matter here; empty if the user may not ask.
    pub settings: BTreeMap<String, String>,
    /// How many seconds its clock is ahead of ours.
    pub ahead: i64,
    /// How many watch every command (`MONITOR`), if it says.
    pub monitors: Option<usize>,
    /// Whether it carries out scripts for us.
    pub scripts: bool,
}

/// Asks every server: those named, and of a cluster all that those know.
///
/// # Errors
/// As [`super::Redis::open`], but for silence: a server that does not answer has no facts.
pub async fn survey(settings: &Settings) -> Result<Vec<Survey>, OpenError> {
    let (dial, mut places) = (settings.dial()?, settings.places()?);
    if !settings.cluster {
        places.truncate(1);
    }
    let (mut at, mut surveys) = (0, Vec::new());
    while let Some(place) = places.get(at).cloned() {
        at += 1;
        let facts = match timeout(settings.timeout, dial.connect(&place, None)).await {
            Ok(Ok(live)) => {
                for other in others(&live, settings.cluster).await {
                    if !places.contains(&other) {
                        places.push(other);
                    }
                }
                Some(ask(&live).await)
            }
            _ => None,
        };
        surveys.push(Survey { place: place.to_string(), facts });
    }
    Ok(surveys)
}

async fn ask(live: &Live) -> Facts {
    let mut facts = Facts::default();
    for question in [redis::cmd("INFO"), redis::cmd("CLUSTER").arg("INFO").to_owned()] {
        let answer = live.ask(&question).await.unwrap_or_default();
        let lines = text(&answer).unwrap_or_default().lines().filter_map(|line| line.split_once(':'));
        facts.info.extend(lines.map(|(name, value)| (name.to_owned(), value.trim().to_owned())));
    }
    for name in ASKED {
        if let Ok(Value::Map(found)) = live.ask(redis::cmd("CONFIG").arg("GET").arg(name)).await {
            let known =
                found.iter().filter_map(|(name, value)| Some((text(name)?.to_owned(), text(value)?.to_owned())));
            facts.settings.extend(known);
        }
    }
    if let Ok(Value::Array(time)) = live.ask(&redis::cmd("TIME")).await {
        let theirs: Option<i64> = time.first().and_then(text).and_then(|seconds| seconds.parse().ok());
        let ours = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        facts.ahead = theirs.unwrap_or(0).saturating_sub(i64::try_from(ours).unwrap_or(i64::MAX));
    }
    if let Ok(clients) = live.ask(redis::cmd("CLIENT").arg("LIST")).await {
        let flags =
            |line: &str| line.split(' ').any(|part| part.strip_prefix("flags=").is_some_and(|f| f.contains('O')));
        facts.monitors = text(&clients).map(|lines| lines.lines().filter(|line| flags(line)).count());
    }
    facts.scripts = live.ask(redis::cmd("EVAL").arg("return 1").arg(0)).await.is_ok();
    facts
}

/// The other servers of a cluster, replicas too.
async fn others(live: &Live, cluster: bool) -> Vec<Place> {
    if !cluster {
        return Vec::new();
    }
    let nodes = live.ask(redis::cmd("CLUSTER").arg("NODES")).await.unwrap_or_default();
    let place = |line: &str| {
        let (host, port) = line.split(' ').nth(1)?.split('@').next()?.rsplit_once(':')?;
        Some(Place { host: host.to_owned(), port: port.parse().ok()? })
    };
    text(&nodes).unwrap_or_default().lines().filter_map(place).filter(|place| !place.host.is_empty()).collect()
}

/// The settings of a server that matter here.
const ASKED: [&str; 11] = [
    "maxmemory",
    "maxmemory-policy",
    "appendonly",
    "save",
    "slowlog-log-slower-than",
    "slowlog-max-len",
    "latency-monitor-threshold",
    "notify-keyspace-events",
    "protected-mode",
    "bind",
    "client-output-buffer-limit",
];
