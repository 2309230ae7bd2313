//! The asker: knows the answer, may have set a duress word, and alone learns the verdict. Spec: proof, "The asker".

use bincode::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::verdict::{self, Opened};
use super::{CI, Concluded, Error, M1_LEN, M2_LEN, SLOTS, adb, message, pair, restore, sid, store};
use crate::cpace::{self, SHARE_LEN, Transcript};
use crate::crypto::{Choice, ConditionallySelectable, ConstantTimeEq, Element, GroupScalar};
use crate::keys::Random;
use crate::nickname::Word;

/// One attempt's state, from message 1 until message 2. It is used once: [`finish`](Self::finish) takes it away,
/// whatever comes of it, and what was stored of it MUST be gone before the reply to message 2 leaves.
pub struct Asker(State);

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct State {
    slots: [Slot; 2],
    real_slot: u8,
}

#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
struct Slot {
    scalar: [u8; 32],
    share: [u8; SHARE_LEN],
    sid: [u8; 32],
}

impl Asker {
    /// Starts an attempt and gives message 1, 64 bytes. `context` binds the proof to where it happens, `attempt` counts
    /// from 1. Which word runs in which slot, and whether there is a duress word, changes neither the length nor the steps.
    ///
    /// # Errors
    /// [`Error::SameWord`] if both words normalise alike.
    pub fn start(
        real: &Word,
        duress: Option<&Word>,
        context: &[u8],
        attempt: u32,
        random: &mut impl Random,
    ) -> Result<(Self, [u8; M1_LEN]), Error> {
        if duress.is_some_and(|duress| duress.ct_eq(real).into()) {
            return Err(Error::SameWord);
        }
        let [coin] = *random.bytes::<1>();
        let filler = random.bytes::<32>();
        let other = duress.map_or(filler.as_slice(), Word::prs);
        let real_slot = coin & 1;
        let slots = SLOTS.map(|slot| {
            let real_here = slot.ct_eq(&real_slot);
            Slot::open(real.prs(), other, real_here, sid(context, attempt, slot), random)
        });
        let asker = Self(State { slots, real_slot });
        let m1 = asker.m1();
        Ok((asker, m1))
    }

    /// Takes message 2 and decides. `statement` is what the answerer was to prove (empty at first contact).
    ///
    /// # Errors
    /// [`Error::Share`] if a share of message 2 is no valid group element. The attempt is spent all the same.
    pub fn finish(self, m2: &[u8; M2_LEN], statement: &[u8], random: &mut impl Random) -> Result<Concluded, Error> {
        let m1 = self.m1();
        let (shares, tags) = m2.split_at(M1_LEN);
        let (shares, tags) = (pair(shares), pair(tags));
        let adb = adb(&shares, statement);
        let [slot0, slot1] = &self.0.slots;
        let [share0, share1] = &shares;
        let [tag0, tag1] = &tags;
        let opened = [slot0.close(&m1, share0, tag0, &adb)?, slot1.close(&m1, share1, tag1, &adb)?];
        Ok(verdict::conclude(&opened, Choice::from(self.0.real_slot), random))
    }

    /// The state to store, 194 bytes, a secret. Who stores it MUST erase it when message 2 is handled.
    #[must_use]
    pub fn store(&self) -> Zeroizing<Vec<u8>> {
        store(&self.0)
    }

    /// Takes back what [`store`](Self::store) gave.
    ///
    /// # Errors
    /// [`Error::State`] if it gave nothing of the sort.
    pub fn restore(stored: &[u8]) -> Result<Self, Error> {
        let state: State = restore(stored)?;
        if state.real_slot > 1 { Err(Error::State) } else { Ok(Self(state)) }
    }

    fn m1(&self) -> [u8; M1_LEN] {
        let [slot0, slot1] = &self.0.slots;
        message(&[&slot0.share, &slot1.share])
    }
}

impl Slot {
    /// Both words' generators are hashed and one is taken, so that nothing tells which word this slot runs on.
    fn open(real: &[u8], other: &[u8], real_here: Choice, sid: [u8; 32], random: &mut impl Random) -> Self {
        let real = cpace::generator_hash(real, CI, &sid);
        let other = cpace::generator_hash(other, CI, &sid);
        let hash = Zeroizing::new(<[u8; 64]>::conditional_select(&other, &real, real_here));
        let scalar = cpace::sample_scalar(random);
        let share = cpace::scalar_mult(&scalar, &Element::from_uniform_bytes(&hash));
        Self { scalar: *scalar.as_bytes(), share, sid }
    }

    fn close(&self, m1: &[u8; M1_LEN], yb: &[u8; SHARE_LEN], tag: &[u8; 64], adb: &[u8]) -> Result<Opened, Error> {
        let scalar = GroupScalar::from_bytes(&self.scalar);
        let transcript = Transcript { ya: &self.share, ada: m1, yb, adb };
        let isk = cpace::isk(&scalar, yb, &self.sid, &transcript)?;
        let matched = cpace::tag(&isk, &self.sid, yb, adb).ct_eq(tag);
        let confirmation = cpace::tag(&isk, &self.sid, &self.share, m1);
        Ok(Opened { matched, isk, confirmation })
    }
}
