//! One end of a session. Spec: session, "State".

use crate::keys::{DhPublic, DhSecret, RootKey};

/// What pairing hands over: all that a session starts from. A secret.
pub struct SessionSeed {
    /// The key that only both ends hold.
    pub root: RootKey,
    /// The handshake hash of the pairing: names the session, is no secret.
    pub id: [u8; 32],
    /// Which end this is, with the ratchet keys that were exchanged in the handshake.
    pub role: Role,
}

/// The two ends differ in who takes the first ratchet step.
pub enum Role {
    /// Made the invite.
    Inviter {
        /// This end's first ratchet key.
        own: DhSecret,
        /// The joiner's first ratchet key.
        peer: DhPublic,
    },
    /// Took the invite.
    Joiner {
        /// This end's first ratchet key.
        own: DhSecret,
        /// The inviter's first ratchet key.
        peer: DhPublic,
    },
}
