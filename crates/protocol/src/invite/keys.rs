//! The keys that an invite's secret is stretched to. Spec: invite, "Keys".

use crate::crypto::hkdf_sha256;
use crate::keys::{AeadKey, DhPublic, Psk, ReadKey};

/// What both sides derive from the invite; whoever carries it can too.
pub struct InviteKeys {
    /// Reads the mailbox in which the bundle waits.
    pub rendezvous: ReadKey,
    /// Seals the bundle.
    pub bundle: AeadKey,
    /// Seals the cells of the first attempt, so that they look like all others.
    pub pairing: AeadKey,
    /// psk0 of the Noise handshake.
    pub psk0: Psk,
}

impl InviteKeys {
    /// Four times HKDF-SHA256 over `ikm`, salted with the relay's key.
    pub(super) fn derive(ikm: &[u8], relay: &DhPublic) -> Self {
        let key = |info: &[u8]| *hkdf_sha256::<32>(relay.as_bytes(), &[ikm], info);
        Self {
            rendezvous: ReadKey::from_bytes(key(b"nightjar/v1/invite/rendezvous")),
            bundle: AeadKey::from_bytes(key(b"nightjar/v1/invite/bundle")),
            pairing: AeadKey::from_bytes(key(b"nightjar/v1/invite/pairing")),
            psk0: Psk::from_bytes(key(b"nightjar/v1/invite/psk0")),
        }
    }
}
