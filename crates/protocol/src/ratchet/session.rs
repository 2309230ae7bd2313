//! One end of a session: what it sends and what it opens. Spec: session, "State" and "Sending".

use super::Error;
use super::cell::{associated, lay_out, seal_cell};
use super::chains::{Chain, initial_keys, root_step};
use super::layout::Header;
use super::skipped::Skipped;
use crate::crypto::{dh, dh_keypair, dh_public};
use crate::keys::{AeadKey, DhPublic, DhSecret, Random, RootKey, UnixTime};
use crate::wire::Cell;

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

/// One end of a session. All of it is secret; [`Session::snapshot`] is the only way to store it.
pub struct Session {
    pub(super) id: [u8; 32],
    pub(super) side: Side,
    pub(super) root: RootKey,
    pub(super) own: DhSecret,
    pub(super) own_public: DhPublic,
    pub(super) peer: DhPublic,
    /// `None`: the next message takes the sending half of the ratchet step first.
    pub(super) sending: Option<Chain>,
    pub(super) receiving: Option<Chain>,
    pub(super) next_sending_header: AeadKey,
    pub(super) next_receiving_header: AeadKey,
    /// Messages in the sending chain before the present one.
    pub(super) previous: u32,
    pub(super) skipped: Skipped,
}

/// Which end of the session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Took the invite.
    Joiner = 1,
    /// Made it.
    Inviter = 2,
}

impl Session {
    /// Starts a session. Both ends can send at once.
    ///
    /// # Errors
    /// [`Error::PeerKey`] if the peer's ratchet key is of low order.
    pub fn start(seed: SessionSeed) -> Result<Self, Error> {
        let keys = initial_keys(&seed.root, &seed.id);
        let (side, own, peer) = match seed.role {
            Role::Joiner { own, peer } => (Side::Joiner, own, peer),
            Role::Inviter { own, peer } => (Side::Inviter, own, peer),
        };
        // The joiner's first sending chain is the inviter's first receiving chain.
        let step = root_step(&keys.root, &dh(&own, &peer).map_err(|_| Error::PeerKey)?);
        let first = Some(Chain::new(keys.joiner_header, step.chain));
        let (sending, receiving, next_sending_header, next_receiving_header) = match side {
            Side::Joiner => (first, None, step.next_header, keys.inviter_header),
            Side::Inviter => (None, first, keys.inviter_header, step.next_header),
        };
        Ok(Self {
            id: seed.id,
            side,
            root: step.root,
            own_public: dh_public(&own),
            own,
            peer,
            sending,
            receiving,
            next_sending_header,
            next_receiving_header,
            previous: 0,
            skipped: Skipped::default(),
        })
    }

    /// Seals `content`, at most [`super::layout::CONTENT_MAX`] bytes, in a cell. The state that comes of it has to be
    /// stored before the cell leaves.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::Exhausted`].
    pub fn encrypt(&mut self, content: &[u8], random: &mut impl Random) -> Result<Cell, Error> {
        let mut cell = lay_out(content, random).map_err(|_| Error::TooLong)?;
        let (key, chain) = match &self.sending {
            Some(chain) => chain.step(),
            None => self.turn(random)?.step(),
        }
        .ok_or(Error::Exhausted)?;
        let header = Header { dh: self.own_public, pn: self.previous, n: chain.n.saturating_sub(1) };
        seal_cell(&mut cell, &associated(&self.id, self.side as u8), &chain.header, &header, &key);
        self.sending = Some(chain);
        Ok(cell)
    }

    /// Names the session, at both ends alike. No secret.
    #[must_use]
    pub const fn id(&self) -> &[u8; 32] {
        &self.id
    }

    /// Which end this is.
    #[must_use]
    pub const fn side(&self) -> Side {
        self.side
    }

    /// Drops skipped keys that are too old.
    pub fn expire(&mut self, now: UnixTime) {
        self.skipped.expire(now);
    }

    /// When [`Session::expire`] has something to drop.
    #[must_use]
    pub fn next_expiry(&self) -> Option<UnixTime> {
        self.skipped.next_expiry()
    }

    /// Skipped keys that are kept, in all.
    #[must_use]
    pub fn skipped_keys(&self) -> usize {
        self.skipped.len()
    }

    /// The sending half of a ratchet step: a fresh key of our own, and the chain that it begins.
    fn turn(&mut self, random: &mut impl Random) -> Result<Chain, Error> {
        let (own, own_public) = dh_keypair(random);
        let step = root_step(&self.root, &dh(&own, &self.peer).map_err(|_| Error::PeerKey)?);
        let header = core::mem::replace(&mut self.next_sending_header, step.next_header);
        (self.root, self.own, self.own_public) = (step.root, own, own_public);
        Ok(Chain::new(header, step.chain))
    }
}

impl Side {
    /// The other end.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Joiner => Self::Inviter,
            Self::Inviter => Self::Joiner,
        }
    }
}
