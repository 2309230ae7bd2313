//! Who may open a link: whoever knows the relay's key, or only who holds an access key, too. Spec: wire, "Access key".

use crate::crypto::hkdf_sha256;
use crate::keys::{AccessKey, DhPublic, Psk};
use crate::limits::ACCESS_KEYS_MAX;

/// Who may open a link to a relay.
pub struct Access(Vec<Psk>);

impl Access {
    /// Whoever knows the relay's key.
    #[must_use]
    pub const fn open() -> Self {
        Self(Vec::new())
    }

    /// Only who holds one of these keys of the relay whose static key is `relay`; without any, as [`Self::open`]. Nothing
    /// comes of more than [`ACCESS_KEYS_MAX`].
    #[must_use]
    pub fn of(keys: &[AccessKey], relay: &DhPublic) -> Option<Self> {
        (keys.len() <= ACCESS_KEYS_MAX).then(|| Self(keys.iter().map(|key| psk0(key, relay)).collect()))
    }

    /// What a hello can have been made with: one entry without a key, or one for each.
    pub(super) fn ways(&self) -> impl Iterator<Item = Option<&Psk>> {
        let open = self.0.is_empty().then_some(None);
        open.into_iter().chain(self.0.iter().map(Some))
    }
}

/// What an access key is in the handshake with the relay whose static key is `relay`.
pub(super) fn psk0(key: &AccessKey, relay: &DhPublic) -> Psk {
    Psk::from_bytes(*hkdf_sha256::<32>(relay.as_bytes(), &[key.as_bytes()], b"nightjar/v1/link-access"))
}
