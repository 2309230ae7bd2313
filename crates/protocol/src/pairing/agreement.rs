//! What both sides hold after the handshake, and the keys that come of it. Spec: pairing, "Keys".

use bincode::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Established;
use crate::crypto::{hkdf_sha256, hkdf_sha512};
use crate::keys::{AeadKey, DhPublic, DhSecret, Isk, MailboxId, Psk, ReadKey, RootKey, SharedSecret};
use crate::ratchet::{Role, SessionSeed};

/// Everything but the ISK. Without that it is a channel for further attempts, and no session. Stored as it is.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub(super) struct Agreement {
    #[zeroize(skip)]
    pub(super) side: Side,
    /// The handshake hash: the context of attempts 2 and 3, and the name of the session.
    pub(super) h: [u8; 32],
    pub(super) ss2: [u8; 32],
    pub(super) r_inviter: [u8; 32],
    pub(super) r_joiner: [u8; 32],
    /// Our own first ratchet key, private.
    pub(super) ratchet: [u8; 32],
    #[zeroize(skip)]
    pub(super) peer_ratchet: DhPublic,
    /// The read key of our mailbox.
    pub(super) own_mailbox: [u8; 32],
    #[zeroize(skip)]
    pub(super) peer_mailbox: MailboxId,
}

/// Whose copy of the agreement it is.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(super) enum Side {
    Inviter,
    Joiner,
}

/// One key per direction for attempts 2 and 3.
pub(super) struct Channel {
    pub(super) to_joiner: AeadKey,
    pub(super) to_inviter: AeadKey,
}

/// psk2 of the handshake, from the hash after message 1 and the secret encapsulated in it.
pub(super) fn psk2(h1: &[u8; 32], ss1: &SharedSecret) -> Psk {
    Psk::from_bytes(*hkdf_sha256::<32>(h1, &[ss1.as_bytes()], b"nightjar/v1/noise-psk2/mlkem768"))
}

impl Agreement {
    /// A second copy: the machines work on one and keep the other until all is well.
    pub(super) fn duplicate(&self) -> Self {
        Self { ..*self }
    }

    /// HKDF-SHA512(h, ss2 ‖ r_inviter ‖ r_joiner, "nightjar/v1/retry", 64), first half to the joiner.
    pub(super) fn channel(&self) -> Channel {
        let keys = hkdf_sha512::<64>(&self.h, &[&self.ss2, &self.r_inviter, &self.r_joiner], b"nightjar/v1/retry");
        let half = |from| {
            let mut key = [0; 32];
            key.iter_mut().zip(keys.iter().skip(from)).for_each(|(to, from)| *to = *from);
            AeadKey::from_bytes(key)
        };
        Channel { to_joiner: half(0), to_inviter: half(32) }
    }

    /// HKDF-SHA512(h, ISK ‖ ss2 ‖ r_inviter ‖ r_joiner, "nightjar/v1/root").
    pub(super) fn root(&self, isk: &Isk) -> RootKey {
        let ikm = [isk.as_bytes().as_slice(), &self.ss2, &self.r_inviter, &self.r_joiner];
        RootKey::from_bytes(*hkdf_sha512::<32>(&self.h, &ikm, b"nightjar/v1/root"))
    }

    /// The session that the ISK opens.
    pub(super) fn establish(&self, isk: &Isk) -> Established {
        let (own, peer) = (DhSecret::from_bytes(self.ratchet), self.peer_ratchet);
        let role = match self.side {
            Side::Inviter => Role::Inviter { own, peer },
            Side::Joiner => Role::Joiner { own, peer },
        };
        Established {
            seed: SessionSeed { root: self.root(isk), id: self.h, role },
            peer_mailbox: self.peer_mailbox,
            own_mailbox: ReadKey::from_bytes(self.own_mailbox),
        }
    }
}
