//! One end of a session: what it sends and what it opens. Spec: session, "State", "Sending", "Receiving".

use zeroize::Zeroize;

use super::Error;
use super::chains::{Chain, initial_keys, root_step};
use super::layout::{BODY_LEN, HEADER_LEN, Header, PREFIX_LEN, SEALED_HEADER_LEN, VERSION, read_body, write_body};
use super::skipped::{Overtaken, Skipped};
use crate::crypto::{NONCE_LEN, TAG_LEN, XNONCE_LEN, dh, dh_keypair, dh_public, open, seal, xopen, xseal};
use crate::keys::{AeadKey, DhPublic, DhSecret, Random, RootKey, UnixTime};
use crate::limits::{CELL_LEN, MAX_SKIP};
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
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Joiner = 1,
    Inviter = 2,
}

/// A cell's content: at most [`super::layout::CONTENT_MAX`] bytes, cleared when dropped.
pub struct Plaintext {
    buffer: Box<[u8; BODY_LEN + TAG_LEN]>,
    length: usize,
}

/// An authentic cell that is not accepted yet: dropping it leaves the session as it was.
pub struct Opened<'a> {
    session: &'a mut Session,
    step: Step,
    content: Plaintext,
    now: UnixTime,
}

/// What accepting a cell changes, on copies.
enum Step {
    /// The key was kept: of the present chain, or of the old one of that index.
    Kept { chain: Option<usize>, n: u32 },
    /// The present chain moves on.
    Advance(Advance),
    /// The peer has a new ratchet key: the present chain ends and the next one begins.
    Turn { rest: Overtaken, peer: DhPublic, root: RootKey, next_header: AeadKey, advance: Advance },
}

/// A chain after a message, with the keys that the message overtook.
struct Advance {
    chain: Chain,
    overtaken: Overtaken,
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
        let mut cell = Cell::from_bytes([0; CELL_LEN]);
        let (nonce, header, body) = parts_mut(cell.as_mut_bytes());
        write_body(body.first_chunk_mut().ok_or(Error::TooLong)?, content).map_err(|_| Error::TooLong)?;
        random.fill(nonce);
        let (key, chain) = match &self.sending {
            Some(chain) => chain.step().ok_or(Error::Exhausted)?,
            None => self.turn(random)?.step().ok_or(Error::Exhausted)?,
        };
        let n = chain.n.saturating_sub(1);
        let place = Header { dh: self.own_public, pn: self.previous, n };
        header.first_chunk_mut::<HEADER_LEN>().ok_or(Error::TooLong)?.copy_from_slice(&place.encode());
        let ad = self.associated(self.side);
        xseal(&chain.header, nonce, &ad, header).map_err(|_| Error::TooLong)?;
        let ad = whole_associated(&ad, nonce, header);
        seal(&key, &body_nonce(nonce), &ad, body).map_err(|_| Error::TooLong)?;
        self.sending = Some(chain);
        Ok(cell)
    }

    /// Opens a cell, at `now`. The session does not change unless the outcome is accepted.
    ///
    /// # Errors
    /// [`Error::Undecryptable`], whatever is wrong with the cell.
    pub fn open(&mut self, now: UnixTime, cell: &Cell) -> Result<Opened<'_>, Error> {
        let (key, step) = self.locate(now, cell.as_bytes()).ok_or(Error::Undecryptable)?;
        let content = self.open_body(&key, cell.as_bytes()).ok_or(Error::Undecryptable)?;
        Ok(Opened { session: self, step, content, now })
    }

    /// Opens a cell and accepts it.
    ///
    /// # Errors
    /// [`Error::Undecryptable`], whatever is wrong with the cell; nothing changed then.
    pub fn decrypt(&mut self, now: UnixTime, cell: &Cell) -> Result<Plaintext, Error> {
        Ok(self.open(now, cell)?.accept())
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

    /// Finds the key of a cell by its header, without a change.
    fn locate(&self, now: UnixTime, cell: &[u8; CELL_LEN]) -> Option<(AeadKey, Step)> {
        if let Some(chain) = &self.receiving
            && let Some(header) = self.open_header(&chain.header, cell)
        {
            if header.n < chain.n {
                let key = self.skipped.current_key(header.n, now)?.duplicate();
                return Some((key, Step::Kept { chain: None, n: header.n }));
            }
            let (key, advance) = advance(chain, header.n)?;
            return Some((key, Step::Advance(advance)));
        }
        if let Some(header) = self.open_header(&self.next_receiving_header, cell) {
            return self.locate_turn(&header);
        }
        self.skipped.old.iter().enumerate().find_map(|(index, old)| {
            let n = self.open_header(&old.header, cell)?.n;
            let key = self.skipped.old_key(index, n, now)?.duplicate();
            Some((key, Step::Kept { chain: Some(index), n }))
        })
    }

    /// The receiving half of a ratchet step.
    fn locate_turn(&self, header: &Header) -> Option<(AeadKey, Step)> {
        let rest = match &self.receiving {
            Some(chain) => overtake(chain, header.pn)?.1,
            None => Vec::new(),
        };
        if header.n > MAX_SKIP {
            return None;
        }
        let step = root_step(&self.root, &dh(&self.own, &header.dh).ok()?);
        let chain = Chain::new(self.next_receiving_header.duplicate(), step.chain);
        let (key, advance) = advance(&chain, header.n)?;
        Some((key, Step::Turn { rest, peer: header.dh, root: step.root, next_header: step.next_header, advance }))
    }

    fn open_header(&self, key: &AeadKey, cell: &[u8; CELL_LEN]) -> Option<Header> {
        let (nonce, sealed, _) = parts(cell);
        let mut header = *sealed;
        let plain = xopen(key, nonce, &self.associated(self.side.other()), &mut header).ok()?;
        Header::decode(plain.first_chunk()?).ok()
    }

    fn open_body(&self, key: &AeadKey, cell: &[u8; CELL_LEN]) -> Option<Plaintext> {
        let (nonce, header, body) = parts(cell);
        let ad = whole_associated(&self.associated(self.side.other()), nonce, header);
        let mut content = Plaintext { buffer: Box::new(*body), length: 0 };
        let plain = open(key, &body_nonce(nonce), &ad, content.buffer.as_mut_slice()).ok()?;
        content.length = read_body(plain.first_chunk()?).ok()?;
        Some(content)
    }

    /// version ‖ session id ‖ the sender's side.
    fn associated(&self, sender: Side) -> [u8; ASSOCIATED_LEN] {
        let mut out = [0; ASSOCIATED_LEN];
        let parts = [VERSION].into_iter().chain(self.id).chain([sender as u8]);
        out.iter_mut().zip(parts).for_each(|(place, byte)| *place = byte);
        out
    }
}

impl Opened<'_> {
    /// The content, which may still be refused by dropping this.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        self.content.as_bytes()
    }

    /// Takes the cell as received: its key is gone, and the chain moves on.
    #[must_use]
    pub fn accept(self) -> Plaintext {
        let Self { session, step, content, now } = self;
        match step {
            Step::Kept { chain, n } => session.skipped.spend(chain, n),
            Step::Advance(advance) => session.advance(advance, now),
            Step::Turn { rest, peer, root, next_header, advance } => {
                if let Some(ended) = session.receiving.take() {
                    session.skipped.add(rest, now);
                    session.skipped.retire(ended.header);
                }
                (session.root, session.peer, session.next_receiving_header) = (root, peer, next_header);
                if let Some(ended) = session.sending.take() {
                    session.previous = ended.n;
                }
                session.advance(advance, now);
            }
        }
        session.skipped.expire(now);
        content
    }
}

impl Session {
    fn advance(&mut self, advance: Advance, now: UnixTime) {
        self.skipped.add(advance.overtaken, now);
        self.receiving = Some(advance.chain);
    }
}

impl Plaintext {
    /// The content.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.buffer.get(3..).and_then(|rest| rest.get(..self.length)).unwrap_or_default()
    }
}

impl Drop for Plaintext {
    fn drop(&mut self) {
        self.buffer.zeroize();
    }
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::Joiner => Self::Inviter,
            Self::Inviter => Self::Joiner,
        }
    }
}

/// The key of message `n` of `chain`, and the chain after it. `None` beyond [`MAX_SKIP`], before anything is derived.
fn advance(chain: &Chain, n: u32) -> Option<(AeadKey, Advance)> {
    let (before, overtaken) = overtake(chain, n)?;
    let (key, chain) = before.as_ref().unwrap_or(chain).step()?;
    Some((key, Advance { chain, overtaken }))
}

/// The keys of the messages of `chain` before `n`, and the chain at `n` if it moved. `None` beyond [`MAX_SKIP`].
fn overtake(chain: &Chain, n: u32) -> Option<(Option<Chain>, Overtaken)> {
    let gap = n.checked_sub(chain.n).filter(|gap| *gap <= MAX_SKIP)?;
    let mut keys = Vec::with_capacity(gap as usize);
    let mut at: Option<Chain> = None;
    for _ in 0..gap {
        let chain = at.as_ref().unwrap_or(chain);
        let (key, next) = chain.step()?;
        keys.push((chain.n, Box::new(key)));
        at = Some(next);
    }
    Some((at, keys))
}

/// The nonce of a body: the first 12 of the cell's 24 random bytes. The key is used once anyway; should a state that
/// was restored from an old copy use it again, the nonce is another.
fn body_nonce(nonce: &[u8; XNONCE_LEN]) -> [u8; NONCE_LEN] {
    let mut out = [0; NONCE_LEN];
    out.iter_mut().zip(nonce).for_each(|(place, byte)| *place = *byte);
    out
}

fn whole_associated(
    ad: &[u8; ASSOCIATED_LEN],
    nonce: &[u8; XNONCE_LEN],
    header: &[u8; SEALED_HEADER_LEN],
) -> [u8; ASSOCIATED_LEN + PREFIX_LEN] {
    let mut out = [0; ASSOCIATED_LEN + PREFIX_LEN];
    let parts = ad.iter().chain(nonce).chain(header);
    out.iter_mut().zip(parts).for_each(|(place, byte)| *place = *byte);
    out
}

type Parts<'a> = (&'a [u8; XNONCE_LEN], &'a [u8; SEALED_HEADER_LEN], &'a [u8; BODY_LEN + TAG_LEN]);
type PartsMut<'a> = (&'a mut [u8; XNONCE_LEN], &'a mut [u8; SEALED_HEADER_LEN], &'a mut [u8; BODY_LEN + TAG_LEN]);

fn parts(cell: &[u8; CELL_LEN]) -> Parts<'_> {
    let split = cell.split_first_chunk().and_then(|(nonce, rest)| {
        let (header, body) = rest.split_first_chunk()?;
        Some((nonce, header, body.first_chunk()?))
    });
    #[expect(clippy::expect_used, reason = "the three lengths make CELL_LEN, by definition")]
    split.expect("constant lengths")
}

fn parts_mut(cell: &mut [u8; CELL_LEN]) -> PartsMut<'_> {
    let split = cell.split_first_chunk_mut().and_then(|(nonce, rest)| {
        let (header, body) = rest.split_first_chunk_mut()?;
        Some((nonce, header, body.first_chunk_mut()?))
    });
    #[expect(clippy::expect_used, reason = "the three lengths make CELL_LEN, by definition")]
    split.expect("constant lengths")
}

/// version ‖ session id ‖ the sender's side, in bytes.
const ASSOCIATED_LEN: usize = 1 + 32 + 1;
