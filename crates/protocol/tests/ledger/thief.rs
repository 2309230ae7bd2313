//! What somebody can do who has the family's phone and not its word; and what a transcript proves.

use nightjar_protocol::ledger::{Error, Event, Ledger, Outcome, Proof, ReceiptState};
use nightjar_protocol::limits::UNPROVED_MAX;
use nightjar_protocol::message::{Answer, Message, Reason, Verdict};

use super::world::{DURESS, FAMILY, REAL, SENDER, WRONG, World, again, amount, contact, word};

/// He has the session and the state, unlocked: three guesses, and the question is spent.
#[test]
fn the_family_s_phone_without_its_word_is_worth_three_guesses() {
    let mut world = World::new(7);
    world.prepare("둘째", None);
    let id = world.open("3000");
    world.carry();
    world.parties[FAMILY].ledger = again(&world.parties[FAMILY].ledger);
    for (left, typed) in [(2, WRONG), (1, "순이네"), (0, "점박이")] {
        world.confirm(id, "3000", Some(typed)).unwrap();
        let events = world.events(SENDER);
        assert!(
            matches!(events[..], [Event::AnswerWas { outcome: Outcome::Mismatch { left: l }, .. }] if l == left),
            "{events:?}"
        );
        assert_eq!(world.view(FAMILY, id).receipts[0].state, Some(ReceiptState::Mismatch { left }));
    }
    assert_eq!(world.confirm(id, "3000", Some(REAL)), Err(Error::NoQuestion), "the next one came by itself");
    assert_eq!(world.view(SENDER, id).received.minor(), 0);
    // What he says without a word is noted, and counts for nothing.
    for _ in 0..UNPROVED_MAX {
        world.confirm(id, "3000", None).unwrap();
    }
    assert_eq!(world.confirm(id, "3000", None), Err(Error::Full));
    let view = world.view(SENDER, id);
    assert!(view.receipts.iter().all(|receipt| receipt.proof == Some(Proof::Unproved)));
    assert_eq!((view.receipts.len(), view.received.minor(), view.apparent.minor()), (UNPROVED_MAX, 0, 0));
    // When the sender asks again, the real family still has room for a receipt.
    world.ask(None, Some(id)).unwrap();
    world.carry();
    world.confirm(id, "3000", Some("둘째")).unwrap();
    assert_eq!(world.view(SENDER, id).received, amount("3000").into());
}

/// A modified phone that guesses on after the last attempt, or twice at one, is not judged.
#[test]
fn an_attempt_is_judged_once() {
    let mut world = World::new(8);
    let id = world.open("3000");
    world.carry();
    world.confirm_quietly(id, "3000", Some(WRONG)).unwrap();
    let guess = world.parties[FAMILY].queue.last().unwrap().message.encode().unwrap();
    let read = || Message::decode(&guess).unwrap();
    world.carry();
    world.events(SENDER);
    let before = world.parties[SENDER].ledger.snapshot();
    assert_eq!(world.hear(SENDER, FAMILY, read()), []);
    assert!(world.parties[SENDER].ledger.snapshot() == before, "a second answer to one M1 changed something");
    let Some(Message::Refusal(refusal)) = world.parties[SENDER].queue.last().map(|post| &post.message) else {
        panic!("no refusal")
    };
    assert_eq!((refusal.reason, refusal.number), (Reason::Spent, 1));
    // The refusal is about an attempt that is over: the one that is offered stays.
    world.carry();
    world.confirm(id, "3000", Some(REAL)).unwrap();
    assert_eq!(world.view(SENDER, id).received, amount("3000").into());
}

/// An answer bound to one session is none in another, so nobody in the middle can pass it on.
#[test]
fn a_proof_cannot_be_passed_on_to_another_session() {
    let mut world = World::new(9);
    world.open("3000");
    world.carry();
    let id = world.parties[FAMILY].ledger.transfers(world.now).next().unwrap().id;
    let mut peer = world.peer(FAMILY, SENDER);
    peer.session[0] ^= 1;
    let (now, family) = (world.now, &mut world.parties[FAMILY].ledger);
    let said = super::world::confirmation("3000");
    let posts = family.confirm(now, &peer, id, &said, Some(&word(REAL)), &mut world.dice).unwrap();
    world.say(FAMILY, posts);
    world.carry();
    assert_eq!(world.view(SENDER, id).received.minor(), 0);
    assert!(matches!(world.events(SENDER)[..], [Event::AnswerWas { outcome: Outcome::Mismatch { left: 2 }, .. }]));
}

/// Whoever changes a receipt on its way, or puts another under the proof, has a mismatch.
#[test]
fn a_receipt_is_proved_as_it_stands() {
    let changes: [fn(&mut Answer); 6] = [
        |answer| answer.receipt.as_mut().unwrap().amount = amount("2999.99"),
        |answer| answer.receipt.as_mut().unwrap().note = nightjar_protocol::message::Body::new("thank you!"),
        |answer| answer.receipt.as_mut().unwrap().at.0 += 1,
        |answer| answer.receipt.as_mut().unwrap().evidence[0][31] ^= 1,
        |answer| answer.receipt.as_mut().unwrap().evidence.clear(),
        |answer| answer.receipt.as_mut().unwrap().number = 2,
    ];
    for change in changes {
        let mut world = World::new(10);
        let id = world.open("3000");
        world.carry();
        world.confirm_quietly(id, "3000", Some(REAL)).unwrap();
        let Some(Message::Answer(mut answer)) = world.parties[FAMILY].queue.pop().map(|post| post.message) else {
            panic!("no answer")
        };
        change(&mut answer);
        let events = world.hear(SENDER, FAMILY, Message::Answer(answer));
        assert!(matches!(events[..], [Event::AnswerWas { outcome: Outcome::Mismatch { left: 2 }, .. }]), "{events:?}");
        assert!(world.view(SENDER, id).receipts.is_empty());
    }
}

/// The sender, who knows the words, plays both sides alone: a transcript that the same checks accept, of either verdict.
#[test]
fn a_sender_alone_can_write_the_whole_transcript() {
    for (typed, proof) in [(REAL, Proof::Verified), (DURESS, Proof::Duress)] {
        let mut world = World::new(11);
        let id = world.open("3000");
        // All that follows is made of what the sender has: the posts, both sessions, the words.
        let mut pretended = Ledger::new();
        let (family, as_family) = (world.peer(SENDER, FAMILY), world.peer(FAMILY, SENDER));
        let (now, mut transcript) = (world.now, Vec::new());
        for post in world.parties[SENDER].queue.drain(..).filter(|post| post.contact == contact(FAMILY, SENDER)) {
            transcript.push(post.message.encode().unwrap().to_vec());
            drop(pretended.handle(now, &as_family, post.message, &mut world.dice));
        }
        let said = super::world::confirmation("3000");
        let answer = pretended.confirm(now, &as_family, id, &said, Some(&word(typed)), &mut world.dice).unwrap();
        for post in answer {
            transcript.push(post.message.encode().unwrap().to_vec());
            let verdict = world.parties[SENDER].ledger.handle(now, &family, post.message, &mut world.dice);
            assert!(verdict.events.contains(&Event::Receipt { id, number: 1, proof }));
            transcript.extend(verdict.posts.iter().map(|post| post.message.encode().unwrap().to_vec()));
            for post in verdict.posts {
                let heard = pretended.handle(now, &as_family, post.message, &mut world.dice);
                assert!(matches!(heard.events[0], Event::Matched { matched: true, .. }));
            }
        }
        let kinds: Vec<u8> = transcript.iter().map(|bytes| bytes[0]).collect();
        assert_eq!(kinds, [11, 4, 5, 6], "promise, question, answer, verdict");
    }
}

/// What nobody asked for judges nothing.
#[test]
fn a_verdict_from_nowhere_is_passed_over() {
    let mut world = World::new(12);
    let id = world.open("3000");
    world.carry();
    let question = world.view(FAMILY, id).question.unwrap();
    let verdict = |attempt| Message::Verdict(Verdict { id: question, attempt, m3: [1; 64], again: [0xff; 64] });
    for at in 1..=3 {
        let before = world.parties[FAMILY].ledger.snapshot();
        assert!(world.hear(FAMILY, SENDER, verdict(at)).is_empty());
        assert!(world.parties[FAMILY].ledger.snapshot() == before);
    }
    // A forged verdict on an answer that is under way ends that question, and proves nothing.
    world.confirm_quietly(id, "3000", Some(REAL)).unwrap();
    let heard = world.hear(FAMILY, SENDER, verdict(1));
    assert!(matches!(heard[..], [Event::Matched { matched: false, left: 0, .. }]), "no M1 that could be answered");
    assert_eq!(world.view(FAMILY, id).receipts[0].state, Some(ReceiptState::Mismatch { left: 0 }));
}
