//! The life of what is stored, kept beside it. Spec: relay, "Epoch".
//!
//! Markers, each a random value that whoever finds none puts there, all of them together the epoch. One server has one. A
//! cluster has 64, evenly spread over its slots, so that a primary that comes back empty takes one along as soon as it has
//! more than 511 slots in a row, and the epoch is another. What one primary loses less than wholly (the last moments before a
//! fail-over) changes nothing: that is what `replicas` is for.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use nightjar_protocol::crypto::sha256;
use nightjar_protocol::link::Epoch;
use redis::Value;

use super::names::{SLOTS, slot};
use super::node::{Live, Trouble};

/// The markers as they were last seen.
pub(super) struct Epochs {
    /// The markers' keys.
    keys: Vec<String>,
    seen: Mutex<Vec<Option<Vec<u8>>>>,
    /// What follows from those seen.
    current: AtomicU64,
}

impl Epochs {
    pub fn new(cluster: bool) -> Self {
        let count = if cluster { CLUSTER_MARKERS } else { 1 };
        let part = SLOTS / count;
        // For each part of the slots the lowest number that lies in it.
        let tag = |at: u16| (0_u32..).map(|number| number.to_string()).find(|tag| slot(tag.as_bytes()) / part == at);
        let keys = (0..count).filter_map(tag).map(|tag| format!("nj:{{{tag}}}:epoch")).collect();
        Self { keys, seen: Mutex::new(vec![None; count.into()]), current: AtomicU64::new(0) }
    }

    /// The epoch as it was last seen.
    pub fn current(&self) -> Epoch {
        Epoch(self.current.load(Relaxed).to_le_bytes())
    }

    /// Whether every marker has been seen.
    pub fn is_known(&self) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).iter().all(Option::is_some)
    }

    /// Looks at the markers that a server has, and puts those there that are missing.
    pub async fn look(&self, live: &Live) -> Result<(), Trouble> {
        let mut reading = redis::pipe();
        for key in &self.keys {
            reading.cmd("GET").arg(key);
        }
        let found = live.ask_all(&reading).await?;
        for (at, (key, found)) in self.keys.iter().zip(found).enumerate() {
            let value = match found {
                Ok(Value::BulkString(value)) => value,
                Ok(_) => put(key, live).await?,
                // Another server's.
                Err(Trouble::Moved) => continue,
                Err(trouble) => return Err(trouble),
            };
            self.saw(at, value);
        }
        Ok(())
    }

    fn saw(&self, at: usize, value: Vec<u8>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = seen.get_mut(at).filter(|known| known.as_ref() != Some(&value)) else { return };
        *known = Some(value);
        let parts: Vec<&[u8]> = seen.iter().map(|marker| marker.as_deref().unwrap_or_default()).collect();
        let digest = sha256(&parts);
        self.current.store(u64::from_le_bytes(*digest.first_chunk().unwrap_or(&[0; 8])), Relaxed);
    }
}

/// Puts a new marker where there is none: the one that is there then.
async fn put(key: &str, live: &Live) -> Result<Vec<u8>, Trouble> {
    let mut fresh = [0; 16];
    getrandom::fill(&mut fresh).map_err(|_| Trouble::Refused)?;
    match live.ask(redis::cmd("SET").arg(key).arg(&fresh).arg("NX").arg("GET")).await? {
        Value::BulkString(theirs) => Ok(theirs),
        _ => Ok(fresh.to_vec()),
    }
}

/// Markers of a cluster.
const CLUSTER_MARKERS: u16 = 64;
