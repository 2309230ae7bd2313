//! What an answer comes to on each side, and what it looks like from outside.

use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::limits::{INVITE_TTL_MAX, QUESTION_MAX};
use nightjar_protocol::pairing::{Error, Inviter, InviterOutcome, Joiner, JoinerStep, Question};

use super::people::{
    DURESS, EXPIRES, NOW, QUESTION, REAL, Seeded, WRONG, asked, assert_joined, assert_mismatch, attempt, invite, pair,
    question, word,
};

#[test]
fn the_real_answer_verifies_on_both_sides() {
    let (mut inviter, mut joiner, mut random) = asked(1);
    assert_eq!(joiner.question(), Some(QUESTION));
    assert_eq!((joiner.expires(), joiner.attempts_left(), inviter.attempts_left()), (EXPIRES, 3, 3));
    assert!(joiner.inviter_mailbox() == Some(inviter.mailbox().mailbox()));
    let (InviterOutcome::Verified(one), JoinerStep::Verified(other)) =
        attempt(&mut inviter, &mut joiner, "  꼬맹이! ", &mut random)
    else {
        panic!("not verified");
    };
    assert_joined(one, other, &mut random);
    assert_eq!((joiner.attempts_left(), inviter.attempts_left(), joiner.question()), (0, 0, None));
}

#[test]
fn the_duress_answer_is_known_to_the_inviter_alone() {
    for seed in 0..8 {
        let (mut inviter, mut joiner, mut random) = asked(seed);
        let (InviterOutcome::Duress(one), JoinerStep::Verified(other)) =
            attempt(&mut inviter, &mut joiner, DURESS, &mut random)
        else {
            panic!("not under duress");
        };
        assert_joined(one, other, &mut random);
    }
}

#[test]
fn without_a_question_both_are_unproved() {
    let (mut inviter, mut joiner, mut random) = pair(None, 2);
    assert_eq!(joiner.question(), None);
    assert_eq!(joiner.answer(NOW, &word(REAL), &mut random).err(), Some(Error::State));
    let cell = joiner.accept(NOW, &mut random).unwrap();
    let step = inviter.handle(NOW, &cell, &mut random).unwrap();
    let (InviterOutcome::Unproved(one), JoinerStep::Unproved(other)) =
        (step.outcome, joiner.handle(&step.reply).unwrap())
    else {
        panic!("not unproved");
    };
    assert_joined(one, other, &mut random);
}

#[test]
fn a_mismatch_leaves_two_attempts_and_the_second_or_third_may_match() {
    for wrong in 1..=2 {
        let (mut inviter, mut joiner, mut random) = asked(3);
        for left in (3 - wrong..3).rev() {
            assert_mismatch(attempt(&mut inviter, &mut joiner, WRONG, &mut random), left);
            assert_eq!((inviter.attempts_left(), joiner.attempts_left()), (left, left));
            let retry = inviter.retry_mailbox().unwrap();
            assert!(joiner.inviter_mailbox() == Some(retry.mailbox()));
            assert!(retry.mailbox() != inviter.mailbox().mailbox(), "retries use the mailbox of the session");
        }
        let (InviterOutcome::Verified(one), JoinerStep::Verified(other)) =
            attempt(&mut inviter, &mut joiner, REAL, &mut random)
        else {
            panic!("not verified");
        };
        assert_joined(one, other, &mut random);
    }
}

#[test]
fn after_three_mismatches_it_is_over_on_both_sides() {
    let (mut inviter, mut joiner, mut random) = asked(4);
    for left in [2, 1, 0] {
        assert_mismatch(attempt(&mut inviter, &mut joiner, WRONG, &mut random), left);
    }
    assert_eq!((inviter.attempts_left(), joiner.attempts_left()), (0, 0));
    assert_eq!(joiner.answer(NOW, &word(REAL), &mut random).err(), Some(Error::State));
    assert!(joiner.pending().unwrap().is_none() && joiner.mailbox().is_none() && inviter.retry_mailbox().is_none());
}

#[test]
fn the_wire_is_the_same_for_every_outcome() {
    // Real, duress and wrong: one cell each way, of one length, to mailboxes that say nothing. Cells look random: no
    // byte of any two is the same more often than chance allows.
    let runs = [(REAL, 51), (DURESS, 52), (WRONG, 53)].map(|(typed, seed)| {
        let (mut inviter, mut joiner, mut random) = asked(seed);
        let bundle = inviter.bundle().unwrap();
        let answer = joiner.answer(NOW, &word(typed), &mut random).unwrap();
        assert!(joiner.inviter_mailbox() == Some(inviter.mailbox().mailbox()));
        let step = inviter.handle(NOW, &answer, &mut random).unwrap();
        assert!(step.to == joiner.mailbox().unwrap().mailbox());
        [bundle, answer, step.reply]
    });
    let cells: Vec<_> = runs.iter().flatten().collect();
    for (at, one) in cells.iter().enumerate() {
        for other in cells.iter().skip(at + 1) {
            let same = one.as_bytes().iter().zip(other.as_bytes()).filter(|(a, b)| a == b).count();
            assert!(same < 80, "{same} of 4096 bytes are the same; 16 are expected");
        }
    }
}

#[test]
fn real_and_duress_draw_the_same_randomness_and_leave_the_same_state_on_the_joiner() {
    let runs = [REAL, DURESS].map(|typed| {
        let (mut inviter, mut joiner, mut random) = asked(6);
        let answer = joiner.answer(NOW, &word(typed), &mut random).unwrap();
        let waiting = joiner.snapshot().len();
        let step = inviter.handle(NOW, &answer, &mut random).unwrap();
        joiner.handle(&step.reply).unwrap();
        (random.0, waiting, joiner.snapshot().to_vec(), inviter.snapshot().len())
    });
    assert_eq!(runs[0], runs[1]);
}

#[test]
fn one_message_1_is_judged_and_a_second_joiner_is_refused() {
    let (mut inviter, mut joiner, mut random) = asked(7);
    let mut second = Joiner::open(NOW, &inviter.bundle().unwrap(), &invite(7)).unwrap();
    let answer = joiner.answer(NOW, &word(WRONG), &mut random).unwrap();
    let other = second.answer(NOW, &word(REAL), &mut random).unwrap();
    let first = inviter.handle(NOW, &answer, &mut random).unwrap();
    let before = inviter.snapshot();
    assert_eq!(inviter.handle(NOW, &other, &mut random).err(), Some(Error::Taken));
    assert!(inviter.bundle().is_none());

    let again = inviter.handle(NOW, &answer, &mut random).unwrap();
    assert!(matches!(again.outcome, InviterOutcome::Repeated) && again.reply == first.reply && again.to == first.to);
    assert_eq!(*inviter.snapshot(), *before, "a repeated cell is not judged again");

    assert!(matches!(joiner.handle(&first.reply).unwrap(), JoinerStep::Mismatch { left: 2 }));
    assert_eq!(joiner.handle(&first.reply).err(), Some(Error::State));
    assert_mismatch(attempt(&mut inviter, &mut joiner, WRONG, &mut random), 1);
    assert_eq!(inviter.handle(NOW, &answer, &mut random).err(), Some(Error::Stale));
    assert_eq!(inviter.handle(NOW, &other, &mut random).err(), Some(Error::Taken));
}

#[test]
fn nothing_is_judged_at_the_end_of_the_invite() {
    let last = UnixTime(EXPIRES.0 - 1);
    let (mut inviter, mut joiner, mut random) = asked(8);
    assert_eq!(Joiner::open(EXPIRES, &inviter.bundle().unwrap(), &invite(8)).err(), Some(Error::Expired));
    assert!(Joiner::open(last, &inviter.bundle().unwrap(), &invite(8)).is_ok());
    assert_eq!(joiner.answer(EXPIRES, &word(WRONG), &mut random).err(), Some(Error::Expired));
    assert_eq!(joiner.attempts_left(), 3);
    let answer = joiner.answer(last, &word(WRONG), &mut random).unwrap();
    assert_eq!(inviter.handle(EXPIRES, &answer, &mut random).err(), Some(Error::Expired));
    assert_eq!(inviter.attempts_left(), 3);
    let step = inviter.handle(last, &answer, &mut random).unwrap();
    // A verdict is read whenever it comes; a retry is not judged any more.
    assert!(matches!(joiner.handle(&step.reply).unwrap(), JoinerStep::Mismatch { left: 2 }));
    let retry = joiner.answer(last, &word(REAL), &mut random).unwrap();
    assert_eq!(inviter.handle(EXPIRES, &retry, &mut random).err(), Some(Error::Expired));
    assert!(matches!(inviter.handle(last, &retry, &mut random).unwrap().outcome, InviterOutcome::Verified(_)));
}

#[test]
fn terms_that_no_joiner_would_take_make_no_invite() {
    let create = |expires, question| Inviter::create(NOW, expires, question, &invite(9), &mut Seeded(9)).err();
    let text = |text: &str| Some(Question { text: text.into(), answer: word(REAL), duress: None });
    let latest = NOW.plus(u64::from(INVITE_TTL_MAX));
    assert_eq!(create(latest, None), None);
    assert_eq!(create(latest.plus(1), None), Some(Error::Lifetime));
    assert_eq!(create(NOW, None), Some(Error::Lifetime));
    let (_, joiner, _) = pair(text(&"a".repeat(QUESTION_MAX)), 9);
    assert_eq!(joiner.question().map(str::len), Some(QUESTION_MAX));
    assert_eq!(create(EXPIRES, text(&"a".repeat(QUESTION_MAX + 1))), Some(Error::Question));
    for bad in ["", "a\nb", "\u{1b}[2J", "a\u{202e}b", "\u{9b}1m"] {
        assert_eq!(create(EXPIRES, text(bad)), Some(Error::Question), "{bad:?}");
    }
    let same = Question { duress: Some(word("꼬 맹이!")), ..question(None) };
    assert_eq!(create(EXPIRES, Some(same)), Some(Error::SameAnswers));
}
