//! Keys of messages that others overtook: bounded per chain, in all, and by age. Spec: session, "Skipped keys".

use std::collections::{BTreeMap, VecDeque};

use crate::keys::{AeadKey, UnixTime};
use crate::limits::{MAX_SKIP, MAX_SKIP_TOTAL, SKIPPED_TTL};

/// The key of one message that has not come yet. Boxed, so that moving it in a map leaves no copy behind.
pub(super) struct SkippedKey {
    pub(super) key: Box<AeadKey>,
    pub(super) expires: UnixTime,
}

/// Keys that a message has just overtaken, with their numbers.
pub(super) type Overtaken = Vec<(u32, Box<AeadKey>)>;

/// Skipped keys of one chain by message number.
pub(super) type Keys = BTreeMap<u32, SkippedKey>;

/// A chain that the peer has left: its header key is kept as long as a key of it is.
pub(super) struct OldChain {
    pub(super) header: AeadKey,
    pub(super) keys: Keys,
}

/// All skipped keys, the oldest in front.
#[derive(Default)]
pub(super) struct Skipped {
    pub(super) old: VecDeque<OldChain>,
    pub(super) current: Keys,
}

impl Skipped {
    /// The key of message `n` of the present chain, unless it is too old.
    pub(super) fn current_key(&self, n: u32, now: UnixTime) -> Option<&AeadKey> {
        living(&self.current, n, now)
    }

    /// The key of message `n` of an old chain.
    pub(super) fn old_key(&self, chain: usize, n: u32, now: UnixTime) -> Option<&AeadKey> {
        living(&self.old.get(chain)?.keys, n, now)
    }

    /// Drops the key of a message that came.
    pub(super) fn spend(&mut self, chain: Option<usize>, n: u32) {
        let Some(index) = chain else {
            self.current.remove(&n);
            return;
        };
        if let Some(old) = self.old.get_mut(index) {
            old.keys.remove(&n);
        }
        self.old.retain(|chain| !chain.keys.is_empty());
    }

    /// Keeps keys of the present chain.
    pub(super) fn add(&mut self, keys: Overtaken, now: UnixTime) {
        let expires = now.plus(SKIPPED_TTL);
        self.current.extend(keys.into_iter().map(|(n, key)| (n, SkippedKey { key, expires })));
        while self.current.len() > MAX_SKIP as usize {
            self.current.pop_first();
        }
        while self.len() > MAX_SKIP_TOTAL {
            self.drop_oldest();
        }
    }

    /// The peer went on to its next chain: what is left of the present one becomes old, under its header key.
    pub(super) fn retire(&mut self, header: AeadKey) {
        let keys = core::mem::take(&mut self.current);
        if !keys.is_empty() {
            self.old.push_back(OldChain { header, keys });
        }
    }

    /// Drops what is too old at `now`. A key never lives longer than [`SKIPPED_TTL`] from `now`, even if the clock
    /// was ahead when it was kept.
    pub(super) fn expire(&mut self, now: UnixTime) {
        let latest = now.plus(SKIPPED_TTL);
        for keys in self.old.iter_mut().map(|chain| &mut chain.keys).chain([&mut self.current]) {
            keys.retain(|_, skipped| skipped.expires > now);
            keys.values_mut().for_each(|skipped| skipped.expires = skipped.expires.min(latest));
        }
        self.old.retain(|chain| !chain.keys.is_empty());
    }

    /// When the next key becomes too old.
    pub(super) fn next_expiry(&self) -> Option<UnixTime> {
        let chains = self.old.iter().map(|chain| &chain.keys).chain([&self.current]);
        chains.flat_map(BTreeMap::values).map(|skipped| skipped.expires).min()
    }

    /// Keys kept in all.
    pub(super) fn len(&self) -> usize {
        self.old.iter().map(|chain| chain.keys.len()).fold(self.current.len(), usize::saturating_add)
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.old.front_mut() else {
            self.current.pop_first();
            return;
        };
        oldest.keys.pop_first();
        if oldest.keys.is_empty() {
            self.old.pop_front();
        }
    }
}

fn living(keys: &Keys, n: u32, now: UnixTime) -> Option<&AeadKey> {
    keys.get(&n).filter(|skipped| skipped.expires > now).map(|skipped| &*skipped.key)
}
