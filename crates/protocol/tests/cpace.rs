//! A second opinion on CPace: another implementation, over random inputs.

use nightjar_protocol::cpace::{self, SHARE_LEN, Transcript};
use nightjar_protocol::crypto::{Element, GroupScalar};
use nightjar_protocol::keys::Random;
use pakery_cpace::generator::generator_string;
use pakery_cpace::{CpaceInitiator, CpaceMode, CpaceResponder, transcript};
use pakery_crypto::CpaceRistretto255 as Suite;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};

/// The randomness that proptest chose, as the other implementation wants it: the same 64 bytes again and again.
struct Given([u8; 64]);

impl rand_core::TryRng for Given {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_le_bytes([self.0[0], self.0[1], self.0[2], self.0[3]]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        self.try_next_u32().map(u64::from)
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        out.copy_from_slice(&self.0[..out.len()]);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Given {}

impl Random for Given {
    fn fill(&mut self, out: &mut [u8]) {
        out.copy_from_slice(&self.0[..out.len()]);
    }
}

fn octets(most: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..most)
}

fn seed() -> impl Strategy<Value = [u8; 64]> {
    proptest::array::uniform32(any::<(u8, u8)>()).prop_map(|pairs| {
        let mut out = [0; 64];
        for (chunk, (a, b)) in out.chunks_mut(2).zip(pairs) {
            chunk.copy_from_slice(&[a, b]);
        }
        out
    })
}

fn ours(prs: &[u8], ci: &[u8], sid: &[u8], seed: [u8; 64]) -> (GroupScalar, [u8; SHARE_LEN]) {
    let scalar = cpace::sample_scalar(&mut Given(seed));
    let share = cpace::scalar_mult(&scalar, &Element::from_uniform_bytes(&cpace::generator_hash(prs, ci, sid)));
    (scalar, share)
}

proptest! {
    #[test]
    fn generator_strings_agree(prs in octets(300), ci in octets(200), sid in octets(200)) {
        prop_assert_eq!(cpace::generator_string(&prs, &ci, &sid).to_vec(), generator_string::<Suite>(&prs, &ci, &sid));
    }

    #[test]
    fn our_initiator_agrees_with_their_responder(
        prs in octets(200), ci in octets(40), sid in octets(40), ada in octets(200), adb in octets(200),
        a in seed(), b in seed(),
    ) {
        let (ya, share_a) = ours(&prs, &ci, &sid, a);
        let mode = CpaceMode::InitiatorResponder;
        let (share_b, theirs) =
            CpaceResponder::<Suite>::respond(&share_a, &prs, &ci, &sid, &ada, &adb, mode, &mut Given(b)).unwrap();
        let yb: [u8; SHARE_LEN] = share_b.try_into().unwrap();
        let transcript = Transcript { ya: &share_a, ada: &ada, yb: &yb, adb: &adb };
        let isk = cpace::isk(&ya, &yb, &sid, &transcript).unwrap();
        prop_assert!(isk.as_bytes().as_slice() == theirs.isk.as_bytes());
        prop_assert_eq!(yb, ours(&prs, &ci, &sid, b).1);
        prop_assert_eq!(transcript.encode().to_vec(), transcript::transcript_ir(&share_a, &ada, &yb, &adb));
    }

    #[test]
    fn our_responder_agrees_with_their_initiator(
        prs in octets(200), ci in octets(40), sid in octets(40), ada in octets(200), adb in octets(200),
        a in seed(), b in seed(),
    ) {
        let (share_a, state) = CpaceInitiator::<Suite>::start(&prs, &ci, &sid, &ada, &mut Given(a)).unwrap();
        let (yb, share_b) = ours(&prs, &ci, &sid, b);
        let theirs = state.finish(&share_b, &adb, CpaceMode::InitiatorResponder).unwrap();
        let ya: [u8; SHARE_LEN] = share_a.try_into().unwrap();
        let isk = cpace::isk(&yb, &ya, &sid, &Transcript { ya: &ya, ada: &ada, yb: &share_b, adb: &adb }).unwrap();
        prop_assert!(isk.as_bytes().as_slice() == theirs.isk.as_bytes());
    }

    /// Most strings of 32 bytes are no share; the two agree on which are.
    #[test]
    fn the_same_shares_are_refused(x in proptest::array::uniform32(any::<u8>()), clear in any::<bool>(), a in seed()) {
        let mut x = x;
        if clear {
            // An even number below the prime: an encoding about half the time.
            x[0] &= 0xfe;
            x[31] &= 0x3f;
        }
        let (_, state) = CpaceInitiator::<Suite>::start(b"prs", b"", b"", b"", &mut Given(a)).unwrap();
        let theirs = state.finish(&x, b"", CpaceMode::InitiatorResponder).is_ok();
        let scalar = cpace::sample_scalar(&mut Given(a));
        prop_assert_eq!(cpace::scalar_mult_vfy(&scalar, &x).is_ok(), theirs);
    }
}
