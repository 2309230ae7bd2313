//! Killed at any moment, a machine comes out the same; no attempt comes back; what is spent is gone from what is stored.

use nightjar_protocol::crypto::GroupScalar;
use nightjar_protocol::keys::Random;
use nightjar_protocol::pairing::{Error, Inviter, InviterOutcome, Joiner, JoinerStep};

use super::people::{
    DURESS, EXPIRES, NOW, REAL, Seeded, WRONG, asked, assert_joined, assert_mismatch, attempt, invite, question, word,
};

fn revived(inviter: &mut Inviter, joiner: &mut Joiner) {
    *inviter = Inviter::restore(&inviter.snapshot()).unwrap();
    *joiner = Joiner::restore(&joiner.snapshot()).unwrap();
}

#[test]
fn killed_at_every_boundary_the_outcome_is_the_same() {
    for typed in [[REAL, REAL, REAL], [DURESS, REAL, REAL], [WRONG, REAL, REAL], [WRONG, WRONG, DURESS], [WRONG; 3]] {
        let runs = [false, true].map(|kill| {
            let (mut inviter, mut joiner, mut random) = asked(11);
            let mut seen = Vec::new();
            for typed in typed {
                if kill {
                    revived(&mut inviter, &mut joiner);
                }
                let sent = joiner.answer(NOW, &word(typed), &mut random).unwrap();
                if kill {
                    revived(&mut inviter, &mut joiner);
                    // Stored and not sent: the same bytes go out.
                    assert!(joiner.pending().unwrap() == Some(sent.clone()));
                }
                let step = inviter.handle(NOW, &sent, &mut random).unwrap();
                if kill {
                    revived(&mut inviter, &mut joiner);
                    assert!(inviter.pending() == Some((step.reply.clone(), step.to)));
                }
                let other = joiner.handle(&step.reply).unwrap();
                seen.extend([sent, step.reply]);
                if !matches!(step.outcome, InviterOutcome::Mismatch { .. }) {
                    let (InviterOutcome::Verified(one) | InviterOutcome::Duress(one), JoinerStep::Verified(other)) =
                        (step.outcome, other)
                    else {
                        panic!("sides differ");
                    };
                    assert_joined(one, other, &mut random);
                    break;
                }
            }
            seen
        });
        assert!(runs[0] == runs[1]);
    }
}

#[test]
fn a_stored_attempt_is_spent_and_an_unstored_one_never_left() {
    let (mut inviter, mut joiner, mut random) = asked(12);
    for left in [2, 1, 0] {
        let before = joiner.snapshot();
        let sent = joiner.answer(NOW, &word(WRONG), &mut random).unwrap();
        // Killed before it was stored: nothing left, so nothing is spent, and the old state may answer afresh.
        assert_eq!(Joiner::restore(&before).unwrap().attempts_left(), left + 1);
        // Killed after: it is spent, whether or not the cell left, and no second answer can be made to the offer.
        let mut stored = Joiner::restore(&joiner.snapshot()).unwrap();
        assert_eq!(stored.attempts_left(), left);
        assert_eq!(stored.answer(NOW, &word(REAL), &mut random).err(), Some(Error::State));

        let step = inviter.handle(NOW, &sent, &mut random).unwrap();
        let mut stored = Inviter::restore(&inviter.snapshot()).unwrap();
        assert_eq!(stored.attempts_left(), left);
        let again = stored.handle(NOW, &sent, &mut random).unwrap();
        assert!(matches!(again.outcome, InviterOutcome::Repeated) && again.reply == step.reply);
        joiner = Joiner::restore(&joiner.snapshot()).unwrap();
        assert!(matches!(joiner.handle(&step.reply).unwrap(), JoinerStep::Mismatch { .. }));
        assert_eq!(Joiner::restore(&joiner.snapshot()).unwrap().attempts_left(), left);
    }
}

#[test]
fn a_snapshot_is_strict() {
    let (mut inviter, mut joiner, mut random) = asked(13);
    let mut inviters = vec![inviter.snapshot()];
    let mut joiners = vec![joiner.snapshot()];
    for _ in 0..3 {
        let sent = joiner.answer(NOW, &word(WRONG), &mut random).unwrap();
        joiners.push(joiner.snapshot());
        let step = inviter.handle(NOW, &sent, &mut random).unwrap();
        inviters.push(inviter.snapshot());
        joiner.handle(&step.reply).unwrap();
        joiners.push(joiner.snapshot());
    }
    for bytes in inviters {
        assert!(Joiner::restore(&bytes).is_err(), "taken for a joiner's");
        assert!(faults(&bytes).iter().all(|bytes| Inviter::restore(bytes).err() == Some(Error::Snapshot)));
        assert_eq!(*Inviter::restore(&bytes).unwrap().snapshot(), *bytes);
    }
    for bytes in joiners {
        assert!(Inviter::restore(&bytes).is_err(), "taken for an inviter's");
        assert!(faults(&bytes).iter().all(|bytes| Joiner::restore(bytes).err() == Some(Error::Snapshot)));
        assert_eq!(*Joiner::restore(&bytes).unwrap().snapshot(), *bytes);
    }
}

/// Empty, short by one, long by one, of another version.
fn faults(bytes: &[u8]) -> [Vec<u8>; 4] {
    let mut version = bytes.to_vec();
    version[0] ^= 3;
    [Vec::new(), bytes[..bytes.len() - 1].to_vec(), [bytes, &[0]].concat(), version]
}

/// Writes down all that is drawn.
struct Recorder(Seeded, Vec<Vec<u8>>);

impl Random for Recorder {
    fn fill(&mut self, out: &mut [u8]) {
        self.0.fill(out);
        self.1.push(out.to_vec());
    }
}

impl Recorder {
    /// The secrets drawn so far: keys, and scalars as they are and reduced. Not nonces, which are public.
    fn secrets(&self) -> Vec<Vec<u8>> {
        let long = self.1.iter().filter(|draw| draw.len() >= 32);
        long.flat_map(|draw| match <&[u8; 64]>::try_from(draw.as_slice()) {
            Ok(wide) => vec![draw.clone(), GroupScalar::from_uniform_bytes(wide).as_bytes().to_vec()],
            Err(_) => vec![draw.clone()],
        })
        .collect()
    }
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// How many of the secrets a snapshot holds.
fn count(snapshot: &[u8], secrets: &[Vec<u8>]) -> usize {
    secrets.iter().filter(|secret| holds(snapshot, secret)).count()
}

#[test]
fn the_inviter_stores_no_secret_that_is_spent() {
    for typed in [REAL, DURESS, WRONG] {
        let keys = invite(14);
        let mut random = Recorder(Seeded(14), Vec::new());
        let mut inviter = Inviter::create(NOW, EXPIRES, Some(question(Some(DURESS))), &keys, &mut random).unwrap();
        let mut joiner = Joiner::open(NOW, &inviter.bundle().unwrap(), &keys).unwrap();
        let made = random.secrets();
        let stored = inviter.snapshot();
        // The X25519 key, the ML-KEM seed, the read key, two scalars: the search finds what is there.
        assert_eq!(count(&stored, &made), 5);
        assert!(holds(&stored, REAL.as_bytes()) && holds(&stored, DURESS.as_bytes()));
        assert!(holds(&stored, keys.psk0.as_bytes()));

        let answer = joiner.answer(NOW, &word(typed), &mut Seeded(15)).unwrap();
        inviter.handle(NOW, &answer, &mut random).unwrap();
        let stored = inviter.snapshot();
        assert_eq!(count(&stored, &made), 1, "of the bundle's secrets only the read key is left");
        assert!(!holds(&stored, keys.psk0.as_bytes()));
        let over = typed != WRONG;
        assert_eq!(holds(&stored, REAL.as_bytes()), !over);
        assert_eq!(holds(&stored, DURESS.as_bytes()), !over);
        if over {
            assert_eq!(count(&stored, &random.secrets()), 1, "the offer of attempt 2 is void");
        }
    }
}

#[test]
fn the_joiner_stores_no_secret_that_is_spent_and_never_the_word() {
    let (mut inviter, mut joiner, mut judge) = asked(16);
    let mut random = Recorder(Seeded(17), Vec::new());
    let answer = joiner.answer(NOW, &word(WRONG), &mut random).unwrap();
    let (made, stored) = (random.secrets(), joiner.snapshot());
    // ML-KEM seed, ratchet key, read key, r, ephemeral. The scalars are spent, and so is the encapsulation's message.
    assert_eq!(count(&stored, &made), 5);
    assert!(!holds(&stored, WRONG.as_bytes()));

    let step = inviter.handle(NOW, &answer, &mut judge).unwrap();
    joiner.handle(&step.reply).unwrap();
    assert_eq!(count(&joiner.snapshot(), &made), 3, "ratchet key, read key, r");

    let answer = joiner.answer(NOW, &word(REAL), &mut random).unwrap();
    assert_eq!(count(&joiner.snapshot(), &random.secrets()), 3);
    assert!(!holds(&joiner.snapshot(), REAL.as_bytes()));
    let step = inviter.handle(NOW, &answer, &mut judge).unwrap();
    assert!(matches!(joiner.handle(&step.reply).unwrap(), JoinerStep::Verified(_)));
    assert_eq!(count(&joiner.snapshot(), &random.secrets()), 0);
    assert!(joiner.snapshot().len() < 16, "nothing is left but the fact");
}

#[test]
fn restored_after_the_end_nothing_can_be_tried() {
    let (mut inviter, mut joiner, mut random) = asked(18);
    for left in [2, 1, 0] {
        assert_mismatch(attempt(&mut inviter, &mut joiner, WRONG, &mut random), left);
        revived(&mut inviter, &mut joiner);
    }
    assert_eq!(joiner.answer(NOW, &word(REAL), &mut random).err(), Some(Error::State));
    assert_eq!((inviter.attempts_left(), joiner.attempts_left()), (0, 0));
}
