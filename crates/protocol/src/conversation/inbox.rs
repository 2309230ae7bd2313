//! Which cells of the peer have come, and messages of which some pieces have. Spec: messages, "Receiving".

use bincode::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Error;
use super::envelope::{Envelope, Piece};
use crate::keys::UnixTime;
use crate::limits::{LIFETIME_MAX, PARTIALS_MAX, PIECES_MAX, WINDOW_MAX};
use crate::message::Message;

/// What has come.
#[derive(Encode, Decode)]
pub(super) struct Inbox {
    /// All cells up to this number have come, or were given up by the peer.
    floor: u64,
    /// Cells above it that have come, ascending.
    above: Vec<u64>,
    partials: Vec<Partial>,
}

/// A message that is not whole yet.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct Partial {
    message: u64,
    #[zeroize(skip)]
    deadline: UnixTime,
    #[zeroize(skip)]
    expires: UnixTime,
    pieces: Vec<Option<Vec<u8>>>,
}

impl Inbox {
    pub(super) const fn new() -> Self {
        Self { floor: 0, above: Vec::new(), partials: Vec::new() }
    }

    /// All cells up to this number have come, or were given up.
    pub(super) const fn floor(&self) -> u64 {
        self.floor
    }

    /// Bit i: cell `floor + 2 + i` has come.
    pub(super) fn seen(&self) -> u64 {
        let place = |seq: &u64| seq.checked_sub(self.floor.saturating_add(2)).and_then(|i| u32::try_from(i).ok());
        let bits = self.above.iter().filter_map(place).filter_map(|i| 1_u64.checked_shl(i));
        bits.fold(0, |seen, bit| seen | bit)
    }

    /// Whether this cell may be taken, and the message that it completes. Changes nothing.
    ///
    /// # Errors
    /// [`Error::Repeated`] for a cell or piece that came before, [`Error::Ahead`] for a number beyond the window,
    /// [`Error::Piece`] for a piece at odds with the others of its message, [`Error::Message`].
    pub(super) fn check(&self, envelope: &Envelope) -> Result<Option<Message>, Error> {
        let floor = self.floor.max(envelope.oldest.saturating_sub(1));
        if envelope.seq <= self.floor || self.above.binary_search(&envelope.seq).is_ok() {
            return Err(Error::Repeated);
        }
        if envelope.seq.saturating_sub(floor) > WINDOW_MAX {
            return Err(Error::Ahead);
        }
        let piece = &envelope.piece;
        let partial = self.partials.iter().find(|partial| partial.message == piece.message);
        if let Some(partial) = partial {
            partial.check(piece)?;
        }
        let have = |index: u8| match partial {
            _ if index == piece.index => Some(piece.bytes.as_slice()),
            Some(partial) => partial.pieces.get(usize::from(index))?.as_deref(),
            None => None,
        };
        let Some(parts) = (0..piece.count).map(have).collect::<Option<Vec<&[u8]>>>() else { return Ok(None) };
        let whole = Zeroizing::new(parts.concat());
        Ok(Some(Message::decode(&whole)?))
    }

    /// Notes a cell that was checked, and keeps its piece unless the message is whole.
    /// Returns the number of a message that was dropped to make room.
    pub(super) fn note(&mut self, now: UnixTime, envelope: Envelope, whole: bool) -> Option<u64> {
        self.floor = self.floor.max(envelope.oldest.saturating_sub(1));
        let at = self.above.partition_point(|seq| *seq < envelope.seq);
        self.above.insert(at, envelope.seq);
        self.settle();
        let piece = &envelope.piece;
        if whole {
            self.partials.retain(|partial| partial.message != piece.message);
            return None;
        }
        let at = self.partials.iter().position(|partial| partial.message == piece.message);
        let (at, dropped) = match at {
            Some(at) => (at, None),
            None => self.open_partial(now, piece),
        };
        let place = self.partials.get_mut(at).and_then(|partial| partial.pieces.get_mut(usize::from(piece.index)));
        if let Some(place) = place {
            *place = Some(piece.bytes.clone());
        }
        dropped
    }

    /// Drops pieces whose message has had its time: the messages' numbers.
    pub(super) fn expire(&mut self, now: UnixTime) -> Vec<u64> {
        let over: Vec<u64> = self.partials.iter().filter(|p| p.expires <= now).map(|p| p.message).collect();
        self.partials.retain(|partial| partial.expires > now);
        let latest = now.plus(u64::from(LIFETIME_MAX));
        self.partials.iter_mut().for_each(|partial| partial.expires = partial.expires.min(latest));
        over
    }

    pub(super) fn next_deadline(&self) -> Option<UnixTime> {
        self.partials.iter().map(|partial| partial.expires).min()
    }

    /// Whether a stored inbox can be one.
    pub(super) fn is_sound(&self) -> bool {
        let window = self.floor.saturating_add(2)..=self.floor.saturating_add(WINDOW_MAX);
        self.above.is_sorted_by(|a, b| a < b)
            && self.above.iter().all(|seq| window.contains(seq))
            && self.partials.len() <= PARTIALS_MAX
            && self.partials.iter().all(|partial| partial.pieces.len() <= usize::from(PIECES_MAX))
    }

    fn open_partial(&mut self, now: UnixTime, piece: &Piece) -> (usize, Option<u64>) {
        let dropped = (self.partials.len() >= PARTIALS_MAX).then(|| self.partials.remove(0).message);
        let expires = piece.deadline.min(now.plus(u64::from(LIFETIME_MAX)));
        let pieces = (0..piece.count).map(|_| None).collect();
        self.partials.push(Partial { message: piece.message, deadline: piece.deadline, expires, pieces });
        (self.partials.len().saturating_sub(1), dropped)
    }

    /// Raises the floor over what has come.
    fn settle(&mut self) {
        let mut floor = self.floor;
        self.above.retain(|seq| {
            if *seq == floor.saturating_add(1) {
                floor = *seq;
            }
            *seq > floor
        });
        self.floor = floor;
    }
}

impl Partial {
    fn check(&self, piece: &Piece) -> Result<(), Error> {
        if usize::from(piece.count) != self.pieces.len() || piece.deadline != self.deadline {
            return Err(Error::Piece);
        }
        match self.pieces.get(usize::from(piece.index)) {
            Some(None) => Ok(()),
            _ => Err(Error::Repeated),
        }
    }
}
