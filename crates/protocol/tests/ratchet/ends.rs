//! The two ends of a session, and what they are made of.

use nightjar_protocol::crypto::{dh_keypair, xseal};
use nightjar_protocol::keys::{AeadKey, DhPublic, DhSecret, Random, RootKey, UnixTime};
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::ratchet::layout::{BODY_LEN, CONTENT_MAX, Header, PREFIX_LEN, SEALED_HEADER_LEN, VERSION};
use nightjar_protocol::ratchet::{Error, Role, Session, SessionSeed};
use nightjar_protocol::wire::Cell;

pub const NOW: UnixTime = UnixTime(1_800_000_000);

/// The two ends of a session; index 0 is the joiner.
pub struct Pair {
    pub ends: [Session; 2],
    dice: Dice,
    id: [u8; 32],
}

/// What a pair is made of, for tests that play the peer themselves.
pub struct Parts {
    pub root: RootKey,
    pub id: [u8; 32],
    pub joiner: DhSecret,
    joiner_public: DhPublic,
    inviter: DhSecret,
    pub inviter_public: DhPublic,
    dice: Dice,
}

impl Parts {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (joiner, joiner_public) = dh_keypair(&mut dice);
        let (inviter, inviter_public) = dh_keypair(&mut dice);
        let (root, id) = (RootKey::generate(&mut dice), *dice.bytes());
        Self { root, id, joiner, joiner_public, inviter, inviter_public, dice }
    }

    pub fn pair(&self) -> Pair {
        let seed = |role| SessionSeed { root: self.root.duplicate(), id: self.id, role };
        let joiner = Role::Joiner { own: self.joiner.duplicate(), peer: self.inviter_public };
        let inviter = Role::Inviter { own: self.inviter.duplicate(), peer: self.joiner_public };
        let ends = [joiner, inviter].map(|role| Session::start(seed(role)).unwrap());
        Pair { ends, dice: Dice(self.dice.0), id: self.id }
    }
}

impl Pair {
    pub fn new(seed: u64) -> Self {
        Parts::new(seed).pair()
    }

    pub fn encrypt(&mut self, side: usize, content: &[u8]) -> Cell {
        self.ends[side].encrypt(content, &mut self.dice).unwrap()
    }

    /// Restarts an end from what it stored.
    pub fn store(&mut self, side: usize) {
        let snapshot = self.ends[side].snapshot();
        self.ends[side] = Session::restore(&snapshot).unwrap();
        assert!(self.ends[side].snapshot() == snapshot);
    }

    pub fn refuses(&mut self, side: usize, now: UnixTime, cell: &Cell) {
        let before = self.ends[side].snapshot();
        assert_eq!(self.ends[side].decrypt(now, cell).err(), Some(Error::Undecryptable));
        assert!(self.ends[side].snapshot() == before, "a refused cell changed the state");
    }

    /// A cell of the joiner's with this header, and no body that opens.
    pub fn forge_header(&mut self, key: &AeadKey, header: &Header) -> Cell {
        let mut bytes = [0; CELL_LEN];
        self.dice.fill(&mut bytes);
        let nonce: [u8; 24] = bytes[..24].try_into().unwrap();
        let mut sealed = [0; SEALED_HEADER_LEN];
        sealed[..48].copy_from_slice(&header.encode());
        let ad = [&[VERSION][..], &self.id, &[1]].concat();
        xseal(key, &nonce, &ad, &mut sealed).unwrap();
        bytes[24..PREFIX_LEN].copy_from_slice(&sealed);
        Cell::from_bytes(bytes)
    }
}

pub struct Dice(pub u64);

impl Random for Dice {
    fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            *byte = (self.0 >> 24) as u8;
        }
    }
}

const _: () = assert!(BODY_LEN == CONTENT_MAX + 3 && BODY_LEN == 3992);
