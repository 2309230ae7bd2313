//! The answerer: types one word, which runs in both slots. Spec: proof, "The answerer".

use bincode::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{CI, Error, M1_LEN, M2_LEN, M3_LEN, SLOTS, adb, message, pair, restore, sid, store, verdict};
use crate::cpace::{self, SHARE_LEN, Transcript};
use crate::crypto::{ConstantTimeEq, Element, GroupScalar};
use crate::keys::{Isk, Random};
use crate::nickname::Word;

/// One attempt's state, from message 2 until message 3: both keys and the tags that would confirm them. Used once.
pub struct Answerer(State);

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct State {
    isks: [[u8; 64]; 2],
    confirmations: [[u8; M3_LEN]; 2],
}

impl Answerer {
    /// Answers message 1 with message 2, 192 bytes. `context` and `attempt` are the asker's; `statement` is what is
    /// being proved (empty at first contact). One message 1 MUST NOT be answered twice.
    ///
    /// # Errors
    /// [`Error::Share`] if a share of message 1 is no valid group element. The attempt is spent all the same.
    pub fn answer(
        word: &Word,
        m1: &[u8; M1_LEN],
        context: &[u8],
        attempt: u32,
        statement: &[u8],
        random: &mut impl Random,
    ) -> Result<(Self, [u8; M2_LEN]), Error> {
        let [slot0, slot1] = SLOTS.map(|slot| Slot::open(word, sid(context, attempt, slot), random));
        let shares = [slot0.share, slot1.share];
        let adb = adb(&shares, statement);
        let [ya0, ya1] = pair(m1);
        let (isk0, tag0, confirmation0) = slot0.close(m1, &ya0, &adb)?;
        let (isk1, tag1, confirmation1) = slot1.close(m1, &ya1, &adb)?;
        let m2 = message(&[shares.as_flattened(), tag0.as_slice(), tag1.as_slice()]);
        let isks = [*isk0.as_bytes(), *isk1.as_bytes()];
        Ok((Self(State { isks, confirmations: [*confirmation0, *confirmation1] }), m2))
    }

    /// Takes message 3: the key that both sides hold, or `None` if the word did not match. Nothing tells the slot, so
    /// nothing tells on this side whether the word was the real one or the duress word.
    #[must_use]
    pub fn finish(self, m3: &[u8; M3_LEN]) -> Option<Isk> {
        let [first, second] = &self.0.confirmations;
        let [isk0, isk1] = &self.0.isks;
        let in_second = second.ct_eq(m3);
        let matched = first.ct_eq(m3) | in_second;
        let isk = verdict::select(isk0, isk1, in_second);
        bool::from(matched).then(|| Isk::from_bytes(*isk))
    }

    /// The state to store, 257 bytes, a secret. Who stores it MUST erase it when message 3 is handled.
    #[must_use]
    pub fn store(&self) -> Zeroizing<Vec<u8>> {
        store(&self.0)
    }

    /// Takes back what [`store`](Self::store) gave.
    ///
    /// # Errors
    /// [`Error::State`] if it gave nothing of the sort.
    pub fn restore(stored: &[u8]) -> Result<Self, Error> {
        restore(stored).map(Self)
    }
}

/// A slot's share until the key is made of it; the scalar goes with it.
struct Slot {
    scalar: GroupScalar,
    share: [u8; SHARE_LEN],
    sid: [u8; 32],
}

type Closed = (Isk, Zeroizing<[u8; 64]>, Zeroizing<[u8; 64]>);

impl Slot {
    fn open(word: &Word, sid: [u8; 32], random: &mut impl Random) -> Self {
        let generator = Element::from_uniform_bytes(&cpace::generator_hash(word.prs(), CI, &sid));
        let scalar = cpace::sample_scalar(random);
        let share = cpace::scalar_mult(&scalar, &generator);
        Self { scalar, share, sid }
    }

    /// The key, the tag to send and the tag to expect.
    fn close(self, m1: &[u8; M1_LEN], ya: &[u8; SHARE_LEN], adb: &[u8]) -> Result<Closed, Error> {
        let transcript = Transcript { ya, ada: m1, yb: &self.share, adb };
        let isk = cpace::isk(&self.scalar, ya, &self.sid, &transcript)?;
        let tag = cpace::tag(&isk, &self.sid, &self.share, adb);
        let confirmation = cpace::tag(&isk, &self.sid, ya, m1);
        Ok((isk, tag, confirmation))
    }
}
