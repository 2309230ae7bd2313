//! Carries out the steps of a case and compares, after each, what every connection was told. Spec: relay, "Commands".

use std::collections::BTreeMap;
use std::time::Duration;

use nightjar_protocol::link::Epoch;
use nightjar_relay::config::Config;
use nightjar_relay::store::Memory;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep};

use crate::harness::{PATIENCE, Relay};
use crate::list;
use crate::raw::Raw;

type Object = Map<String, Value>;

/// Runs the steps of a case.
pub async fn run(input: &Object, steps: &[Value], ends: &[Value]) -> Result<(), String> {
    let config = Config { quotas: changed(input, "quotas")?, lifetimes: changed(input, "lifetimes")?, ..Config::dev() };
    let epoch = input.get("epoch").and_then(Value::as_str).unwrap_or("0000000000000001");
    let mut stage = Stage { relay: start(&config, epoch).await, config, now: 0, connections: BTreeMap::new() };
    for (index, (step, end)) in steps.iter().zip(ends).enumerate() {
        let (step, end) = (object(step)?, object(end)?);
        stage.step(step, end).await.map_err(|error| format!("step {index}: {error}"))?;
    }
    Ok(())
}

/// The relay of a case and its connections.
struct Stage {
    config: Config,
    relay: Relay,
    now: u64,
    connections: BTreeMap<String, Raw>,
}

impl Stage {
    async fn step(&mut self, step: &Object, end: &Object) -> Result<(), String> {
        let at = step.get("at").and_then(Value::as_u64).ok_or("no time")?;
        self.relay.clock.advance(at.checked_sub(self.now).ok_or("time goes back")?);
        self.now = at;
        if let Some(connection) = step.get("close") {
            self.connections.remove(&connection.to_string()).ok_or("no such connection")?;
            return self.compare(None, end).await;
        }
        if let Some(epoch) = step.get("restart").and_then(Value::as_str) {
            self.connections.clear();
            let relay = start(&self.config, epoch).await;
            relay.clock.advance(at);
            std::mem::replace(&mut self.relay, relay).stop().await.map_err(|error| error.to_string())?;
            return self.compare(None, end).await;
        }
        let Some(name) = step.get("connection").map(Value::to_string) else { return self.compare(None, end).await };
        let welcome = if self.connections.contains_key(&name) {
            None
        } else {
            let connection = Raw::connect(&self.relay).await;
            let welcome = connection.welcome.clone();
            self.connections.insert(name.clone(), connection);
            Some(welcome)
        };
        let said = end.get("welcome").map(bytes).transpose()?;
        if welcome != said {
            return Err(format!("welcome {:?}", welcome.map(hex::encode)));
        }
        self.say(&name, step).await?;
        self.compare(Some(&name), end).await
    }

    /// What a connection says in this step; its answers are then there.
    async fn say(&mut self, name: &str, step: &Object) -> Result<(), String> {
        let connection = self.connections.get_mut(name).ok_or("no such connection")?;
        if let Some(frame) = step.get("frame") {
            connection.frame(bytes(frame)?).await;
            connection.read_until(usize::MAX).await;
            return Ok(());
        }
        let commands = list(step, "commands")?.iter().map(bytes).collect::<Result<Vec<_>, _>>()?;
        let cell = step.get("cell").map(bytes).transpose()?;
        connection.say(&commands, cell).await;
        if step.contains_key("end") {
            connection.end().await;
        }
        connection.read_until(if step.contains_key("end") { usize::MAX } else { commands.len() }).await;
        Ok(())
    }

    /// Compares what came with what has to, waiting for what has to; what came beyond it is an error.
    async fn compare(&mut self, speaker: Option<&str>, end: &Object) -> Result<(), String> {
        let news = end.get("news").map(object).transpose()?;
        let closed = end.get("closed").map(|closed| closed.as_array().ok_or("no list")).transpose()?;
        for (name, connection) in &mut self.connections {
            let due = match news.and_then(|news| news.get(name)) {
                Some(due) => due.as_array().ok_or("no list")?.iter().map(bytes).collect::<Result<Vec<_>, _>>()?,
                None => Vec::new(),
            };
            let patience = Instant::now() + PATIENCE;
            while !connection.closed && connection.news.len() < due.len() && Instant::now() < patience {
                connection.settle().await;
                sleep(Duration::from_millis(5)).await;
            }
            connection.settle().await;
            // Slots are independent of each other; what one is told has its order.
            connection.news.sort_by_key(|(slot, _)| *slot);
            let told: Vec<_> = std::mem::take(&mut connection.news).into_iter().map(|(_, bytes)| bytes).collect();
            same(&format!("news of {name}"), &told, &due)?;
            let due = match end.get("answers") {
                Some(_) if speaker == Some(name) => {
                    list(end, "answers")?.iter().map(bytes).collect::<Result<Vec<_>, _>>()?
                }
                _ => Vec::new(),
            };
            same(&format!("answers to {name}"), &std::mem::take(&mut connection.answers), &due)?;
            let is_to_close =
                closed.is_some_and(|closed| closed.iter().any(|closed| closed.as_u64() == name.parse().ok()));
            if connection.closed != is_to_close {
                return Err(format!("connection {name}: closed {}", connection.closed));
            }
        }
        self.connections.retain(|_, connection| !connection.closed);
        Ok(())
    }
}

async fn start(config: &Config, epoch: &str) -> Relay {
    let epoch = hex::decode(epoch).expect("hex").try_into().expect("8 bytes");
    Relay::with(config.clone(), Memory::new(config.quotas.bytes, Epoch(epoch))).await
}

fn same(what: &str, told: &[Vec<u8>], due: &[Vec<u8>]) -> Result<(), String> {
    let shown =
        |all: &[Vec<u8>]| all.iter().map(|one| hex::encode(&one[..one.len().min(24)])).collect::<Vec<_>>().join(" ");
    if told == due { Ok(()) } else { Err(format!("{what}: {}, not {}", shown(told), shown(due))) }
}

/// The settings of a relay for tests, with those that the case changes.
fn changed<T: DeserializeOwned>(input: &Object, table: &str) -> Result<T, String> {
    let mut settings = serde_json::to_value(Config::dev()).map_err(|error| error.to_string())?;
    if let (Some(changes), Some(settings)) = (input.get(table), settings[table].as_object_mut()) {
        settings.extend(object(changes)?.clone());
    }
    serde_json::from_value(settings[table].take()).map_err(|error| error.to_string())
}

fn object(value: &Value) -> Result<&Object, String> {
    value.as_object().ok_or_else(|| format!("{value} is no object"))
}

/// Hex, or `byte*count`, or both joined by `+`.
fn bytes(value: &Value) -> Result<Vec<u8>, String> {
    let text = value.as_str().ok_or_else(|| format!("{value} is no text"))?;
    let mut out = Vec::new();
    for part in text.split('+').filter(|part| !part.is_empty()) {
        let (bytes, count) = part.split_once('*').unwrap_or((part, "1"));
        let bytes = hex::decode(bytes).map_err(|error| error.to_string())?;
        out.extend(bytes.repeat(count.parse().map_err(|_| format!("no count: {count}"))?));
    }
    Ok(out)
}
