//! Opening a cell without a change, and accepting it. Spec: session, "Receiving".

use super::Error;
use super::cell::{Plaintext, associated, open_body, open_header};
use super::chains::{Chain, root_step};
use super::layout::Header;
use super::session::Session;
use super::skipped::Overtaken;
use crate::crypto::dh;
use crate::keys::{AeadKey, DhPublic, RootKey, UnixTime};
use crate::limits::MAX_SKIP;
use crate::wire::Cell;

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

/// Whose key opened a header.
enum Found<'a> {
    /// The present chain.
    Present(&'a Chain, Header),
    /// The chain that the peer's next ratchet key begins.
    Next(Header),
}

/// A chain after a message, with the keys that the message overtook.
struct Advance {
    chain: Chain,
    overtaken: Overtaken,
}

impl Session {
    /// Opens a cell, at `now`. The session does not change unless the outcome is accepted.
    ///
    /// # Errors
    /// [`Error::Undecryptable`], whatever is wrong with the cell.
    pub fn open(&mut self, now: UnixTime, cell: &Cell) -> Result<Opened<'_>, Error> {
        let ad = associated(&self.id, self.side.other() as u8);
        let try_header = |key: &AeadKey| open_header(cell.as_bytes(), &ad, key);
        let (key, step) = self.locate(now, try_header).ok_or(Error::Undecryptable)?;
        let content = open_body(cell.as_bytes(), &ad, &key).ok_or(Error::Undecryptable)?;
        Ok(Opened { session: self, step, content, now })
    }

    /// Opens a cell and accepts it.
    ///
    /// # Errors
    /// [`Error::Undecryptable`], whatever is wrong with the cell; nothing changed then.
    pub fn decrypt(&mut self, now: UnixTime, cell: &Cell) -> Result<Plaintext, Error> {
        Ok(self.open(now, cell)?.accept())
    }

    /// Finds the key of a cell by its header, without a change.
    fn locate(&self, now: UnixTime, try_header: impl Fn(&AeadKey) -> Option<Header>) -> Option<(AeadKey, Step)> {
        let present = || {
            let chain = self.receiving.as_ref()?;
            Some(Found::Present(chain, try_header(&chain.header)?))
        };
        let next = || try_header(&self.next_receiving_header).map(Found::Next);
        // The keys exclude each other, so the order decides nothing but the time: once this end has sent, a step is
        // the likely answer, and before that there can be none.
        let found = if self.sending.is_some() { next().or_else(present) } else { present().or_else(next) };
        match found {
            Some(Found::Present(chain, header)) => self.locate_present(now, chain, &header),
            Some(Found::Next(header)) => self.locate_turn(&header),
            None => self.skipped.old.iter().enumerate().find_map(|(index, old)| {
                let n = try_header(&old.header)?.n;
                let key = self.skipped.old_key(index, n, now)?.duplicate();
                Some((key, Step::Kept { chain: Some(index), n }))
            }),
        }
    }

    fn locate_present(&self, now: UnixTime, chain: &Chain, header: &Header) -> Option<(AeadKey, Step)> {
        if header.n < chain.n {
            let key = self.skipped.current_key(header.n, now)?.duplicate();
            return Some((key, Step::Kept { chain: None, n: header.n }));
        }
        let (key, advance) = advance(chain, header.n)?;
        Some((key, Step::Advance(advance)))
    }

    /// The receiving half of a ratchet step.
    fn locate_turn(&self, header: &Header) -> Option<(AeadKey, Step)> {
        // Both bounds before any key is derived.
        let ended = self.receiving.as_ref();
        let gap = header.pn.checked_sub(ended.map_or(header.pn, |chain| chain.n))?;
        if gap > MAX_SKIP || header.n > MAX_SKIP {
            return None;
        }
        let rest = ended.map_or(Some(Vec::new()), |chain| Some(overtake(chain, header.pn)?.1))?;
        let step = root_step(&self.root, &dh(&self.own, &header.dh).ok()?);
        let chain = Chain::new(self.next_receiving_header.duplicate(), step.chain);
        let (key, advance) = advance(&chain, header.n)?;
        Some((key, Step::Turn { rest, peer: header.dh, root: step.root, next_header: step.next_header, advance }))
    }

    fn advance(&mut self, advance: Advance, now: UnixTime) {
        self.skipped.add(advance.overtaken, now);
        self.receiving = Some(advance.chain);
    }
}

impl Opened<'_> {
    /// The content, which may still be refused by dropping this.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        self.content.as_bytes()
    }

    /// Takes the cell as received: its key is gone, and the chain moves on.
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
