//! The key schedule: from the root of pairing to the key of one message. Spec: session, "Keys".

use zeroize::Zeroizing;

use crate::crypto::{hkdf_sha256, hmac_sha256};
use crate::keys::{AeadKey, ChainKey, RootKey, SharedSecret};

/// What both ends derive before the first step.
pub struct InitialKeys {
    /// The first root key.
    pub root: RootKey,
    /// Seals the headers of the joiner's first chain (HKA in Signal's text).
    pub joiner_header: AeadKey,
    /// Seals the headers of the inviter's first chain (NHKB in Signal's text).
    pub inviter_header: AeadKey,
}

/// What one Diffie-Hellman step of the root chain yields.
pub struct RootStep {
    /// The next root key.
    pub root: RootKey,
    /// The first key of the new chain.
    pub chain: ChainKey,
    /// Seals the headers of the chain after the new one, in the same direction.
    pub next_header: AeadKey,
}

/// The initial keys of the session `id` from the root that pairing ended in.
#[must_use]
pub fn initial_keys(root: &RootKey, id: &[u8; 32]) -> InitialKeys {
    let (root, joiner, inviter) = thirds(&hkdf_sha256(id, &[root.as_bytes()], b"nightjar/v1/session"));
    InitialKeys {
        root: RootKey::from_bytes(root),
        joiner_header: AeadKey::from_bytes(joiner),
        inviter_header: AeadKey::from_bytes(inviter),
    }
}

/// One step of the root chain.
#[must_use]
pub fn root_step(root: &RootKey, shared: &SharedSecret) -> RootStep {
    let (root, chain, header) = thirds(&hkdf_sha256(root.as_bytes(), &[shared.as_bytes()], b"nightjar/v1/ratchet"));
    RootStep {
        root: RootKey::from_bytes(root),
        chain: ChainKey::from_bytes(chain),
        next_header: AeadKey::from_bytes(header),
    }
}

/// One step of a chain: the key of the message at this place, and the chain's next key.
#[must_use]
pub fn chain_step(chain: &ChainKey) -> (AeadKey, ChainKey) {
    let message = hmac_sha256(chain.as_bytes(), &[&[0x01]]);
    let next = hmac_sha256(chain.as_bytes(), &[&[0x02]]);
    (AeadKey::from_bytes(*message), ChainKey::from_bytes(*next))
}

fn thirds(okm: &Zeroizing<[u8; 96]>) -> ([u8; 32], [u8; 32], [u8; 32]) {
    let (parts, _) = okm.as_chunks::<32>();
    match parts {
        [a, b, c] => (*a, *b, *c),
        _ => unreachable!("96 bytes are three times 32"),
    }
}

/// A chain in use: the key of its headers, its present key, and the number of its next message.
pub(super) struct Chain {
    pub(super) header: AeadKey,
    pub(super) key: ChainKey,
    pub(super) n: u32,
}

impl Chain {
    /// A chain at its beginning.
    pub(super) const fn new(header: AeadKey, key: ChainKey) -> Self {
        Self { header, key, n: 0 }
    }

    /// The key of the next message, and the chain after it. Nothing changes: whoever is content with the outcome
    /// puts the new chain in the old one's place.
    ///
    /// `None` at the end of numbers.
    pub(super) fn step(&self) -> Option<(AeadKey, Self)> {
        let n = self.n.checked_add(1)?;
        let (message, key) = chain_step(&self.key);
        Some((message, Self { header: self.header.duplicate(), key, n }))
    }
}
