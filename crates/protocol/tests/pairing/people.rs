//! Two people, an invite, and the cells between them.

use nightjar_protocol::crypto::ConstantTimeEq;
use nightjar_protocol::invite::{InviteKeys, Link, RelayAddress};
use nightjar_protocol::keys::{DhPublic, Random, UnixTime};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::pairing::{Established, Inviter, InviterOutcome, Joiner, JoinerStep, Question};
use nightjar_protocol::ratchet::Session;

/// A seeded generator (SplitMix64), so that a failure can be seen again.
pub struct Seeded(pub u64);

impl Random for Seeded {
    fn fill(&mut self, out: &mut [u8]) {
        out.fill_with(|| {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z ^ (z >> 31)).to_le_bytes()[0]
        });
    }
}

pub const NOW: UnixTime = UnixTime(1_800_000_000);
pub const EXPIRES: UnixTime = UnixTime(NOW.0 + 1800);
pub const QUESTION: &str = "할머니가 부르던 내 별명은?";
pub const REAL: &str = "꼬맹이";
pub const DURESS: &str = "바람돌이";
pub const WRONG: &str = "왕눈이";

pub fn word(text: &str) -> Word {
    Word::normalise(text).unwrap()
}

/// The keys of the invite that a seed draws.
pub fn invite(seed: u64) -> InviteKeys {
    let address: RelayAddress = format!("relay.example:4433#{}", "a".repeat(52)).parse().unwrap();
    assert_eq!(address.key(), &DhPublic::from_bytes([0; 32]));
    Link::generate(address, &mut Seeded(seed)).keys()
}

pub fn question(duress: Option<&str>) -> Question {
    Question { text: QUESTION.into(), answer: word(REAL), duress: duress.map(word) }
}

/// An inviter with a question and a duress word, and a joiner who has opened the bundle.
pub fn asked(seed: u64) -> (Inviter, Joiner, Seeded) {
    pair(Some(question(Some(DURESS))), seed)
}

pub fn pair(question: Option<Question>, seed: u64) -> (Inviter, Joiner, Seeded) {
    let (keys, mut random) = (invite(seed), Seeded(seed));
    let inviter = Inviter::create(NOW, EXPIRES, question, &keys, &mut random).unwrap();
    let joiner = Joiner::open(NOW, &inviter.bundle().unwrap(), &keys).unwrap();
    (inviter, joiner, random)
}

/// One attempt, without loss: what each side made of it.
pub fn attempt(
    inviter: &mut Inviter,
    joiner: &mut Joiner,
    typed: &str,
    random: &mut Seeded,
) -> (InviterOutcome, JoinerStep) {
    let answer = joiner.answer(NOW, &word(typed), random).unwrap();
    let step = inviter.handle(NOW, &answer, random).unwrap();
    assert!(step.to == joiner.mailbox().unwrap().mailbox());
    (step.outcome, joiner.handle(&step.reply).unwrap())
}

/// Asserts that both ends hold one session, by using it, and know each other's mailbox.
pub fn assert_joined(inviter: Established, joiner: Established, random: &mut Seeded) {
    assert!(bool::from(inviter.seed.root.ct_eq(&joiner.seed.root)));
    assert_eq!(inviter.seed.id, joiner.seed.id);
    assert!(inviter.own_mailbox.mailbox() == joiner.peer_mailbox);
    assert!(joiner.own_mailbox.mailbox() == inviter.peer_mailbox);
    let (mut inviter, mut joiner) = (Session::start(inviter.seed).unwrap(), Session::start(joiner.seed).unwrap());
    let cell = joiner.encrypt(b"here", random).unwrap();
    assert_eq!(inviter.decrypt(NOW, &cell).unwrap().as_bytes(), b"here");
    let cell = inviter.encrypt(b"there", random).unwrap();
    assert_eq!(joiner.decrypt(NOW, &cell).unwrap().as_bytes(), b"there");
}

/// Asserts that two mismatched outcomes agree on what is left.
pub fn assert_mismatch((inviter, joiner): (InviterOutcome, JoinerStep), expected: u8) {
    match (inviter, joiner) {
        (InviterOutcome::Mismatch { left }, JoinerStep::Mismatch { left: other }) => {
            assert_eq!((left, other), (expected, expected));
        }
        _ => panic!("no mismatch"),
    }
}
