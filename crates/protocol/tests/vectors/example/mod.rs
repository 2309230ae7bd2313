//! The case of `vectors/example/`: a first contact from fixed randomness, computed here step by step from the text, and
//! compared with what the machines say. Spec: example.

mod handshake;
mod invite;
mod link;
mod noise;
mod proof;
mod talk;

use nightjar_protocol::invite::Invite;
use nightjar_protocol::keys::{Random, UnixTime};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::pairing::{Inviter, InviterOutcome, Joiner, JoinerStep, Question};

use crate::case::{Case, Fixed, Outcome, outputs};
use handshake::Replied;
use invite::{Invited, Offered};

/// Computes the case's outcome.
pub fn run(case: &Case) -> Outcome {
    assert_eq!(case.kind, "first-contact");
    let [real, duress, typed] = ["real", "duress", "typed"].map(|key| Word::normalise(case.text(key)).unwrap());
    let [mut inviter, mut joiner] = ["inviter_seed", "joiner_seed"].map(|key| Fixed::new(&case.bytes(key)));
    let invited = invite::invite(case);
    let greeted = link::greet(case, &invited);
    let greeting = greeted.values.clone();
    let mut offered = invite::bundle(case, &invited, (&real, &duress), &mut inviter);
    let mut joined = handshake::message1(&invited, &offered, &typed, &mut joiner);
    let frames = link::frames(case, greeted, &invited, &offered, &joined);
    let (first, ratchet) = (joined.values.take(), joined.ratchet.duplicate());
    let answer = joined.cell.clone();
    let mut replied = handshake::reply(&invited, &offered, joined, (&real, &duress), &mut inviter);
    same_as_machines(case, (&invited, &offered, &replied), &answer);
    let mut started = talk::start(ratchet, &replied);
    let text = talk::text(case, &mut started);
    let receipt = talk::receipt(case, &mut started);
    outputs([
        ("1 invite", invited.values),
        ("2 link", greeting),
        ("3 bundle", offered.values.take()),
        ("4 message 1", first),
        ("5 frames", frames),
        ("6 reply", replied.values.take()),
        ("7 session", started.values),
        ("8 text", text),
        ("9 receipt", receipt),
    ])
}

/// The machines, on the same randomness, make the same cells and end in the same session.
fn same_as_machines(
    case: &Case,
    (invited, offered, replied): (&Invited, &Offered, &Replied),
    answer: &nightjar_protocol::wire::Cell,
) {
    let keys = Invite::parse(&invited.link).unwrap().keys(None).unwrap();
    let (now, expires) = (UnixTime(case.number("now")), UnixTime(case.number("expires")));
    let word = |key| Word::normalise(case.text(key)).unwrap();
    let question = Question { text: case.text("question").into(), answer: word("real"), duress: Some(word("duress")) };
    let mut random = Fixed::new(&case.bytes("inviter_seed"));
    let mut inviter = Inviter::create(now, expires, Some(question), &keys, &mut random).unwrap();
    assert!(inviter.bundle().unwrap() == offered.cell, "the bundle by hand differs");
    let mut joiner = Joiner::open(now, &offered.cell, &keys).unwrap();
    let said = joiner.answer(now, &word("typed"), &mut Fixed::new(&case.bytes("joiner_seed"))).unwrap();
    assert!(said == *answer, "message 1 by hand differs");
    let step = inviter.handle(now, answer, &mut random).unwrap();
    assert!(step.reply == replied.cell, "the reply by hand differs");
    let InviterOutcome::Verified(one) = step.outcome else { panic!("the inviter has not verified") };
    let JoinerStep::Verified(other) = joiner.handle(&step.reply).unwrap() else { panic!("nor has the joiner") };
    for established in [one, other] {
        assert_eq!(established.seed.root.as_bytes(), &replied.root);
        assert_eq!(established.seed.id, replied.agreed.h);
    }
}

/// Bytes that are drawn and shown.
fn drawn<const N: usize>(random: &mut Fixed) -> [u8; N] {
    *random.bytes::<N>()
}

/// Randomness that was drawn before.
struct Just<'a>(&'a [u8]);

impl Random for Just<'_> {
    fn fill(&mut self, out: &mut [u8]) {
        out.copy_from_slice(self.0);
    }
}
