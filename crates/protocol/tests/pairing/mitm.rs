//! A man in the middle who carries the invite, owns the relay and both channels. He gets the guesses that the spec
//! counts for him, and nothing else.

use nightjar_protocol::keys::{Isk, UnixTime};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::pairing::{Error, Inviter, InviterOutcome, Joiner, JoinerStep};
use nightjar_protocol::proof::{Asker, Outcome};

use super::people::{
    DURESS, EXPIRES, NOW, QUESTION, REAL, Seeded, WRONG, asked, assert_joined, invite, pair, question, word,
};
use super::puppet::{self, Agreed, PuppetInviter, PuppetJoiner, Terms};

#[test]
fn relaying_faithfully_he_sees_what_the_invite_says_and_no_more() {
    let (keys, (mut inviter, mut joiner, mut random)) = (invite(31), asked(31));
    let bundle = puppet::open(&keys.bundle, &inviter.bundle().unwrap()).unwrap();
    assert!(contains(puppet::content(&bundle), QUESTION.as_bytes()), "the question is his to read");
    let answer = joiner.answer(NOW, &word(REAL), &mut random).unwrap();
    let step = inviter.handle(NOW, &answer, &mut random).unwrap();
    let InviterOutcome::Verified(one) = step.outcome else { panic!("not verified") };
    let JoinerStep::Verified(other) = joiner.handle(&step.reply).unwrap() else { panic!("not verified") };

    // He opens both cells' outer layer. Neither mailbox, ratchet key nor root is in it or in the bundle.
    let seen =
        [bundle, puppet::open(&keys.pairing, &answer).unwrap(), puppet::open(&keys.pairing, &step.reply).unwrap()];
    let root = one.seed.root.as_bytes();
    let hidden =
        [root.as_slice(), one.peer_mailbox.as_bytes(), one.own_mailbox.as_bytes(), other.peer_mailbox.as_bytes()];
    for hidden in hidden {
        assert!(seen.iter().all(|plain| !contains(plain, hidden)));
    }
    // Without the one-time key he cannot read message 1 either: another key does not open it.
    let guess = PuppetInviter::new(EXPIRES.0, Some(QUESTION), (&word(REAL), None), &mut random);
    assert!(guess.read(&keys, &answer).is_none());
    assert_joined(one, other, &mut random);
}

#[test]
fn with_the_right_word_and_every_cell_the_root_still_needs_a_private_key() {
    // He even knows the word, but only looked on: message 1 does not open to him, and a run of his own comes too late.
    let (keys, (mut inviter, mut joiner, mut random)) = (invite(32), asked(32));
    let bundle = puppet::open(&keys.bundle, &inviter.bundle().unwrap()).unwrap();
    let answer = joiner.answer(NOW, &word(REAL), &mut random).unwrap();
    inviter.handle(NOW, &answer, &mut random).unwrap();
    let late = PuppetJoiner::answer(&bundle, &keys, &word(REAL), |_| {}, &mut random);
    assert_eq!(inviter.handle(NOW, &late.cell, &mut random).err(), Some(Error::Taken));
}

#[test]
fn with_keys_of_his_own_in_the_bundle_he_cannot_pass_the_inviters_offer_on() {
    // He keeps M1 and everything else, and puts in his X25519 key, his ML-KEM key, or both.
    for (dh, kem) in [(true, false), (false, true), (true, true)] {
        let (keys, mut random) = (invite(33), Seeded(33));
        let mut inviter = Inviter::create(NOW, EXPIRES, Some(question(None)), &keys, &mut random).unwrap();
        let bundle = puppet::open(&keys.bundle, &inviter.bundle().unwrap()).unwrap();
        let mut his = PuppetInviter::new(EXPIRES.0, Some(QUESTION), (&word(WRONG), None), &mut random);
        let (real_dh, real_kem) = Terms::keys(puppet::content(&bundle));
        if !dh {
            his.terms.dh = real_dh;
        }
        if !kem {
            his.terms.kem = real_kem;
        }
        his.m1 = *puppet::content(&bundle).last_chunk().unwrap();
        let mut joiner = Joiner::open(NOW, &his.bundle(&keys), &keys).unwrap();
        let answer = joiner.answer(NOW, &word(REAL), &mut random).unwrap();
        assert_eq!(inviter.handle(NOW, &answer, &mut random).err(), Some(Error::Undecryptable));
        if !dh {
            continue;
        }
        // With the X25519 key he reads message 1 and can hand M2 on, from a joiner of his own.
        let (_, payload) = his.read(&keys, &answer).unwrap();
        let m2: [u8; 192] = payload[2368..2560].try_into().unwrap();
        let forward = PuppetJoiner::answer(
            &bundle,
            &keys,
            &word(WRONG),
            |payload| payload[2368..].copy_from_slice(&m2),
            &mut random,
        );
        let step = inviter.handle(NOW, &forward.cell, &mut random).unwrap();
        assert!(matches!(step.outcome, InviterOutcome::Mismatch { left: 2 }), "the contexts differ");
    }
}

/// His end towards the joiner after a first reply, and what he holds.
struct Fake {
    agreed: Agreed,
    asker: Asker,
    guessed: Option<Isk>,
}

#[test]
fn running_both_ends_he_gets_the_guesses_that_are_counted() {
    // As the asker he may put two words into an attempt; as the answerer one.
    let (keys, mut random) = (invite(34), Seeded(34));
    let mut inviter = Inviter::create(NOW, EXPIRES, Some(question(None)), &keys, &mut random).unwrap();
    let bundle = puppet::open(&keys.bundle, &inviter.bundle().unwrap()).unwrap();

    // Towards the inviter: three answers, all wrong, and it is over. The fourth is not judged.
    let guess = |n: u8| word(&format!("추측{n}"));
    let first = PuppetJoiner::answer(&bundle, &keys, &guess(1), |_| {}, &mut random);
    let step = inviter.handle(NOW, &first.cell, &mut random).unwrap();
    assert!(matches!(step.outcome, InviterOutcome::Mismatch { left: 2 }));
    let (agreed, m3, mut offer, answerer) = first.read(&keys, &step.reply).unwrap();
    assert!(answerer.finish(&m3).is_none());
    for (attempt, expected) in [(2, 1), (3, 0)] {
        let (cell, answerer) = puppet::retry(&agreed, attempt, &guess(attempt), &offer, &mut random);
        // A second answer to the same offer is another guess at no price: it has to be refused.
        let (second, _) = puppet::retry(&agreed, attempt, &word(REAL), &offer, &mut random);
        let step = inviter.handle(NOW, &cell, &mut random).unwrap();
        assert!(matches!(step.outcome, InviterOutcome::Mismatch { left } if left == expected));
        assert!(inviter.handle(NOW, &second, &mut random).is_err());
        let (read, m3, next) = puppet::verdict(&agreed, &step.reply).unwrap();
        assert_eq!(read, attempt);
        assert!(answerer.finish(&m3).is_none());
        offer = next;
    }
    for attempt in 1..=4 {
        let (cell, _) = puppet::retry(&agreed, attempt, &word(REAL), &random_offer(&mut random), &mut random);
        assert!(inviter.handle(NOW, &cell, &mut random).is_err());
    }
    assert_eq!(inviter.attempts_left(), 0);
}

#[test]
fn as_a_false_inviter_he_tries_two_words_an_attempt_and_three_attempts() {
    let (keys, mut random) = (invite(35), Seeded(35));
    let words = |n: u8| (word(&format!("추측{n}")), word(&format!("짐작{n}")));
    let (one, two) = words(1);
    let his = PuppetInviter::new(EXPIRES.0, Some(QUESTION), (&one, Some(&two)), &mut random);
    let mut joiner = Joiner::open(NOW, &his.bundle(&keys), &keys).unwrap();
    let answer = joiner.answer(NOW, &word(REAL), &mut random).unwrap();
    let (noise, payload) = his.read(&keys, &answer).unwrap();
    assert!(!contains(&payload, REAL.as_bytes()));
    let m2 = payload[2368..2560].try_into().unwrap();
    let asker = Asker::restore(&his.asker.store()).unwrap();
    let (m3, guessed) = decide(asker, &m2, &mut random);
    let (message, agreed) = his.reply(noise, &payload, &m3, |_| {}, &mut random);
    let (one, two) = words(2);
    let (asker, m1) = Asker::start(&one, Some(&two), &agreed.h, 2, &mut random).unwrap();
    let offer = puppet::offer(&agreed.retry().0, &m1, &[7; 24]);
    let reply = puppet::seal(&keys.pairing, &puppet::plain(puppet::REPLY, &[message, offer].concat()), &[8; 24]);
    assert!(matches!(joiner.handle(&reply).unwrap(), JoinerStep::Mismatch { left: 2 }));
    let mut fake = Fake { agreed, asker, guessed };

    for (attempt, expected) in [(2, 1), (3, 0)] {
        assert!(fake.guessed.is_none());
        let answer = joiner.answer(NOW, &word(REAL), &mut random).unwrap();
        let opened = puppet::open(&fake.agreed.retry().1, &answer).unwrap();
        let m2 = puppet::content(&opened)[1..].try_into().unwrap();
        let (m3, guessed) = decide(fake.asker, &m2, &mut random);
        let (one, two) = words(attempt + 1);
        let (asker, m1) = Asker::start(&one, Some(&two), &fake.agreed.h, u32::from(attempt) + 1, &mut random).unwrap();
        let content = [&[attempt], m3.as_slice(), &m1].concat();
        let cell = puppet::seal(&fake.agreed.retry().0, &puppet::plain(puppet::VERDICT, &content), &[attempt; 24]);
        assert!(matches!(joiner.handle(&cell).unwrap(), JoinerStep::Mismatch { left } if left == expected));
        fake = Fake { asker, guessed, ..fake };
    }
    assert_eq!(joiner.answer(NOW, &word(REAL), &mut random).err(), Some(Error::State));
}

#[test]
fn a_right_guess_is_what_it_costs_to_be_believed() {
    // The other half of the tests above: the same moves with the right word do succeed, so they fail for the word alone.
    let (keys, mut random) = (invite(36), Seeded(36));
    let mut inviter = Inviter::create(NOW, EXPIRES, Some(question(Some(DURESS))), &keys, &mut random).unwrap();
    let bundle = puppet::open(&keys.bundle, &inviter.bundle().unwrap()).unwrap();
    let his = PuppetJoiner::answer(&bundle, &keys, &word(REAL), |_| {}, &mut random);
    let step = inviter.handle(NOW, &his.cell, &mut random).unwrap();
    let InviterOutcome::Verified(established) = step.outcome else { panic!("not verified") };
    let (agreed, m3, _, answerer) = his.read(&keys, &step.reply).unwrap();
    let isk = answerer.finish(&m3).unwrap();
    assert_eq!(agreed.root(&isk), *established.seed.root.as_bytes());
    assert_eq!(agreed.h, established.seed.id);
}

#[test]
fn taking_the_question_out_makes_a_contact_that_says_it_is_unproved() {
    let (keys, mut random) = (invite(37), Seeded(37));
    let his = PuppetInviter::new(EXPIRES.0, None, (&Word::unproved(), None), &mut random);
    let mut joiner = Joiner::open(NOW, &his.bundle(&keys), &keys).unwrap();
    assert_eq!(joiner.answer(NOW, &word(REAL), &mut random).err(), Some(Error::State));
    let answer = joiner.accept(NOW, &mut random).unwrap();
    let (noise, payload) = his.read(&keys, &answer).unwrap();
    let asker = Asker::restore(&his.asker.store()).unwrap();
    let (m3, isk) = decide(asker, &payload[2368..2560].try_into().unwrap(), &mut random);
    let (message, agreed) = his.reply(noise, &payload, &m3, |_| {}, &mut random);
    let offer = puppet::offer(&agreed.retry().0, &random_offer(&mut random), &[7; 24]);
    let reply = puppet::seal(&keys.pairing, &puppet::plain(puppet::REPLY, &[message, offer].concat()), &[8; 24]);
    let JoinerStep::Unproved(established) = joiner.handle(&reply).unwrap() else { panic!("said to be proved") };
    assert_eq!(agreed.root(&isk.unwrap()), *established.seed.root.as_bytes());
}

#[test]
fn a_longer_life_or_another_question_breaks_the_proof() {
    for (expires, asked) in [(EXPIRES.0 + 60, QUESTION), (EXPIRES.0, "엄마 이름은?")] {
        let (keys, (mut inviter, _, mut random)) = (invite(38), pair(Some(question(None)), 38));
        let bundle = puppet::open(&keys.bundle, &inviter.bundle().unwrap()).unwrap();
        let (dh, kem) = Terms::keys(puppet::content(&bundle));
        let mut his = PuppetInviter::new(expires, Some(asked), (&word(WRONG), None), &mut random);
        (his.terms.dh, his.terms.kem) = (dh, kem);
        his.m1 = *puppet::content(&bundle).last_chunk().unwrap();
        let mut joiner = Joiner::open(UnixTime(NOW.0), &his.bundle(&keys), &keys).unwrap();
        let answer = joiner.answer(NOW, &word(REAL), &mut random).unwrap();
        assert_eq!(inviter.handle(NOW, &answer, &mut random).err(), Some(Error::Undecryptable), "another prologue");
    }
}

/// M3, and the key if one of his words was right.
fn decide(asker: Asker, m2: &[u8; 192], random: &mut Seeded) -> ([u8; 64], Option<Isk>) {
    let concluded = asker.finish(m2, b"", random).unwrap();
    let m3 = concluded.m3;
    match concluded.conclude() {
        Outcome::Verified(isk) | Outcome::Duress(isk) => (m3, Some(isk)),
        Outcome::Mismatch => (m3, None),
    }
}

/// Two shares of a run that nobody holds.
fn random_offer(random: &mut Seeded) -> [u8; 64] {
    Asker::start(&word("아무거나"), None, b"", 1, random).unwrap().1
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
