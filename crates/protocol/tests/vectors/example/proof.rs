//! The proof once more, slot by slot, from its text. Spec: example; proof, "Messages".

use nightjar_protocol::cpace::{self, Transcript, lv_cat};
use nightjar_protocol::crypto::{Element, GroupScalar, sha256};
use nightjar_protocol::keys::Random;
use nightjar_protocol::nickname::Word;
use serde_json::{Value, json};

use crate::case::hex;

/// What an asker draws, and what comes of it before it is answered.
pub struct Asked {
    pub real_slot: u8,
    pub sids: [[u8; 32]; 2],
    pub m1: [u8; 64],
    filler: [u8; 32],
    generators: [Element; 2],
    scalars: [GroupScalar; 2],
}

/// What an answerer computes.
pub struct Answered {
    pub m2: [u8; 192],
    pub isks: [[u8; 64]; 2],
    /// What either slot's T_S has to be.
    pub confirmations: [[u8; 64]; 2],
    sids: [[u8; 32]; 2],
    generators: [Element; 2],
}

impl Asked {
    /// Draws in the order of the spec.
    pub fn start(
        (real, duress): (&Word, Option<&Word>),
        context: &[u8],
        attempt: u32,
        random: &mut impl Random,
    ) -> Self {
        let real_slot = random.bytes::<1>()[0] & 1;
        let filler = *random.bytes::<32>();
        let scalars = [0, 1].map(|_| GroupScalar::from_uniform_bytes(&random.bytes::<64>()));
        let sids = sids(context, attempt);
        let other = duress.map_or(filler.as_slice(), Word::prs);
        let generators = [0, 1].map(|slot| {
            let prs = if slot == real_slot { real.prs() } else { other };
            generator(prs, &sids[usize::from(slot)])
        });
        let m1 = shares(&scalars, &generators);
        Self { real_slot, sids, m1, filler, generators, scalars }
    }

    /// T_S of a slot: what M3 is, if that slot matched.
    pub fn confirmation(&self, slot: usize, m2: &[u8; 192]) -> [u8; 64] {
        let (ya, yb) = (share(&self.m1, slot), share(m2, slot));
        let transcript = Transcript { ya: &ya, ada: &self.m1, yb: &yb, adb: &m2[..64] };
        let isk = cpace::isk(&self.scalars[slot], &yb, &self.sids[slot], &transcript).unwrap();
        *cpace::tag(&isk, &self.sids[slot], &ya, &self.m1)
    }

    pub fn values(&self) -> Value {
        json!({
            "real_slot": self.real_slot, "filler": hex(&self.filler), "m1": hex(&self.m1),
            "sid_0": hex(&self.sids[0]), "sid_1": hex(&self.sids[1]),
            "g_0": hex(&self.generators[0].encode()), "g_1": hex(&self.generators[1].encode()),
            "y_0": hex(self.scalars[0].as_bytes()), "y_1": hex(self.scalars[1].as_bytes()),
        })
    }
}

impl Answered {
    /// Answers with one word in both slots.
    pub fn answer(word: &Word, m1: &[u8; 64], context: &[u8], attempt: u32, random: &mut impl Random) -> Self {
        let scalars = [0, 1].map(|_| GroupScalar::from_uniform_bytes(&random.bytes::<64>()));
        let sids = sids(context, attempt);
        let generators = sids.map(|sid| generator(word.prs(), &sid));
        let shares = shares(&scalars, &generators);
        let mut m2 = [0; 192];
        m2[..64].copy_from_slice(&shares);
        let (mut isks, mut confirmations) = ([[0; 64]; 2], [[0; 64]; 2]);
        for slot in [0, 1] {
            let (ya, yb) = (share(m1, slot), share(&shares, slot));
            let transcript = Transcript { ya: &ya, ada: m1, yb: &yb, adb: &shares };
            let isk = cpace::isk(&scalars[slot], &ya, &sids[slot], &transcript).unwrap();
            m2[64 + 64 * slot..][..64].copy_from_slice(&*cpace::tag(&isk, &sids[slot], &yb, &shares));
            confirmations[slot] = *cpace::tag(&isk, &sids[slot], &ya, m1);
            isks[slot] = *isk.as_bytes();
        }
        Self { m2, isks, confirmations, sids, generators }
    }

    pub fn values(&self) -> Value {
        json!({
            "m2": hex(&self.m2), "isk_0": hex(&self.isks[0]), "isk_1": hex(&self.isks[1]),
            "g_0": hex(&self.generators[0].encode()), "g_1": hex(&self.generators[1].encode()),
            "sid_0": hex(&self.sids[0]), "sid_1": hex(&self.sids[1]),
            "t_s_0": hex(&self.confirmations[0]), "t_s_1": hex(&self.confirmations[1]),
        })
    }
}

fn sids(context: &[u8], attempt: u32) -> [[u8; 32]; 2] {
    [0, 1].map(|slot| sha256(&[&lv_cat(&[b"nightjar/proof-sid/v1", context, &attempt.to_be_bytes(), &[slot]])]))
}

fn generator(prs: &[u8], sid: &[u8; 32]) -> Element {
    Element::from_uniform_bytes(&cpace::generator_hash(prs, &lv_cat(&[b"asker", b"answerer"]), sid))
}

fn shares(scalars: &[GroupScalar; 2], generators: &[Element; 2]) -> [u8; 64] {
    let shares = [0, 1].map(|slot| cpace::scalar_mult(&scalars[slot], &generators[slot]));
    shares.as_flattened().try_into().unwrap()
}

fn share(message: &[u8], slot: usize) -> [u8; 32] {
    message[32 * slot..][..32].try_into().unwrap()
}
