//! A session as bytes to be stored, and back. Spec: session, "State" (what is kept); the bytes are this program's own.

use bincode::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Error;
use super::chains::Chain;
use super::session::{Session, Side};
use super::skipped::{Keys, OldChain, Skipped, SkippedKey};
use crate::crypto::dh_public;
use crate::keys::{AeadKey, ChainKey, DhPublic, DhSecret, RootKey, UnixTime};
use crate::limits::{MAX_SKIP, MAX_SKIP_TOTAL};
use crate::wire::{decode, encode};

/// The version of the bytes below.
const VERSION: u8 = 1;
/// A snapshot in bytes, at most: every skipped key in a chain of its own, with room.
const SNAPSHOT_MAX: usize = 1024 + MAX_SKIP_TOTAL * 128;

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct Stored {
    id: [u8; 32],
    inviter: bool,
    root: [u8; 32],
    own: [u8; 32],
    peer: [u8; 32],
    sending: Option<StoredChain>,
    receiving: Option<StoredChain>,
    next_sending_header: [u8; 32],
    next_receiving_header: [u8; 32],
    previous: u32,
    old: Vec<StoredOld>,
    current: Vec<StoredKey>,
}

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct StoredChain {
    header: [u8; 32],
    key: [u8; 32],
    n: u32,
}

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct StoredOld {
    header: [u8; 32],
    keys: Vec<StoredKey>,
}

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct StoredKey {
    n: u32,
    key: [u8; 32],
    expires: u64,
}

impl Session {
    /// All of the state, a secret: version byte ‖ encoding.
    #[must_use]
    pub fn snapshot(&self) -> Zeroizing<Vec<u8>> {
        let stored = Stored {
            id: self.id,
            inviter: self.side == Side::Inviter,
            root: *self.root.as_bytes(),
            own: *self.own.as_bytes(),
            peer: *self.peer.as_bytes(),
            sending: self.sending.as_ref().map(store_chain),
            receiving: self.receiving.as_ref().map(store_chain),
            next_sending_header: *self.next_sending_header.as_bytes(),
            next_receiving_header: *self.next_receiving_header.as_bytes(),
            previous: self.previous,
            old: self.skipped.old.iter().map(store_old).collect(),
            current: store_keys(&self.skipped.current),
        };
        #[expect(clippy::expect_used, reason = "every value of the type has an encoding")]
        let body = encode(&stored).expect("encodes");
        let mut out = Zeroizing::new(Vec::with_capacity(body.len().saturating_add(1)));
        out.push(VERSION);
        out.extend_from_slice(&body);
        out
    }

    /// The session that a snapshot was taken of.
    ///
    /// # Errors
    /// [`Error::Snapshot`] if the bytes are none, of another version, or hold more than the limits allow.
    pub fn restore(snapshot: &[u8]) -> Result<Self, Error> {
        let Some((&VERSION, body)) = snapshot.split_first() else { return Err(Error::Snapshot) };
        let stored: Stored = decode::<_, SNAPSHOT_MAX>(body).map_err(|_| Error::Snapshot)?;
        let own = DhSecret::from_bytes(stored.own);
        let skipped = Skipped {
            old: stored.old.iter().map(restore_old).collect::<Result<_, _>>()?,
            current: restore_keys(&stored.current)?,
        };
        if skipped.len() > MAX_SKIP_TOTAL {
            return Err(Error::Snapshot);
        }
        Ok(Self {
            id: stored.id,
            side: if stored.inviter { Side::Inviter } else { Side::Joiner },
            root: RootKey::from_bytes(stored.root),
            own_public: dh_public(&own),
            own,
            peer: DhPublic::from_bytes(stored.peer),
            sending: stored.sending.as_ref().map(restore_chain),
            receiving: stored.receiving.as_ref().map(restore_chain),
            next_sending_header: AeadKey::from_bytes(stored.next_sending_header),
            next_receiving_header: AeadKey::from_bytes(stored.next_receiving_header),
            previous: stored.previous,
            skipped,
        })
    }
}

fn store_chain(chain: &Chain) -> StoredChain {
    StoredChain { header: *chain.header.as_bytes(), key: *chain.key.as_bytes(), n: chain.n }
}

fn restore_chain(stored: &StoredChain) -> Chain {
    Chain { header: AeadKey::from_bytes(stored.header), key: ChainKey::from_bytes(stored.key), n: stored.n }
}

fn store_old(chain: &OldChain) -> StoredOld {
    StoredOld { header: *chain.header.as_bytes(), keys: store_keys(&chain.keys) }
}

fn restore_old(stored: &StoredOld) -> Result<OldChain, Error> {
    Ok(OldChain { header: AeadKey::from_bytes(stored.header), keys: restore_keys(&stored.keys)? })
}

fn store_keys(keys: &Keys) -> Vec<StoredKey> {
    let store = |(n, skipped): (&u32, &SkippedKey)| StoredKey {
        n: *n,
        key: *skipped.key.as_bytes(),
        expires: skipped.expires.0,
    };
    keys.iter().map(store).collect()
}

fn restore_keys(stored: &[StoredKey]) -> Result<Keys, Error> {
    if stored.len() > MAX_SKIP as usize || !stored.is_sorted_by(|a, b| a.n < b.n) {
        return Err(Error::Snapshot);
    }
    let restore = |stored: &StoredKey| {
        let key = Box::new(AeadKey::from_bytes(stored.key));
        (stored.n, SkippedKey { key, expires: UnixTime(stored.expires) })
    };
    Ok(stored.iter().map(restore).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(numbers: impl IntoIterator<Item = u32>) -> Result<Keys, Error> {
        let keys: Vec<_> = numbers.into_iter().map(|n| StoredKey { n, key: [7; 32], expires: 1 }).collect();
        restore_keys(&keys)
    }

    #[test]
    fn stored_keys_ascend_and_are_no_more_than_a_chain_may_have() {
        assert_eq!(numbered(0..MAX_SKIP).map(|keys| keys.len()), Ok(MAX_SKIP as usize));
        assert_eq!(numbered(0..=MAX_SKIP).err(), Some(Error::Snapshot));
        assert_eq!(numbered([1, 1]).err(), Some(Error::Snapshot));
        assert_eq!(numbered([2, 1]).err(), Some(Error::Snapshot));
    }
}
