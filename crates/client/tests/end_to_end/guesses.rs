//! Three answers an invite, and no more, whoever is killed when and whoever cheats.

use std::collections::BTreeSet;
use std::time::Duration;

use nightjar_client::engine::Engine;
use nightjar_client::random::OsRandom;
use nightjar_protocol::invite::Invite;
use nightjar_protocol::keys::{MailboxId, UnixTime};
use nightjar_protocol::limits::{ATTEMPTS_MAX, MAILBOX_TTL_MAX};
use nightjar_protocol::link::Answer;
use nightjar_protocol::nickname::Word;
use nightjar_protocol::pairing::{Joiner, JoinerStep};
use nightjar_protocol::wire::{Cell, Command};
use tokio::time::timeout;

use crate::stage::link::Rogue;
use crate::stage::relay::Relay;
use crate::stage::{Chance, Ended, Home, Running, code_of};

/// Makes an invite with a question and goes away.
fn invite(asker: &Home, relay: &str) -> String {
    let options = ["invite", "--relay", relay, "--link", "--no-wait", "--name", "them", "--ask", "Who?"];
    let mut inviter = asker.run(&options).with(&["--answer-fd", "0"]).typed("nightingale").start();
    let code = code_of(&mut inviter);
    inviter.end_well();
    code
}

/// Attempts that the asker's vault counts as spent. An invite that is gone has none left.
fn judged(asker: &Home) -> u8 {
    let state = asker.state();
    assert!(state.contacts.is_empty(), "a wrong answer made a contact");
    ATTEMPTS_MAX - state.invitations.values().next().map_or(0, |it| it.inviter.attempts_left())
}

/// Attempts that the attacker's vault counts as spent, once an answer was made there.
fn spent(attacker: &Home) -> Option<u8> {
    let state = attacker.state();
    assert!(state.contacts.is_empty(), "a wrong answer made a contact");
    state.joinings.values().next().map(|it| ATTEMPTS_MAX - it.joiner.attempts_left())
}

fn mismatches(ended: &Ended) -> Vec<u64> {
    ended.all("proof.mismatch").iter().map(|event| event["left"].as_u64().unwrap()).collect()
}

#[test]
fn killing_both_sides_buys_no_further_answer() {
    let (relay, mut chance) = (Relay::start(), Chance::new());
    for _ in 0..3 {
        let (asker, attacker) = (Home::new(), Home::new());
        let code = invite(&asker, relay.address());
        let join = ["join", "--keep", "--name", "them", "--code-stdin", "--answer-fd", "0"];
        let wrong = attacker.run(&join).typed(&code).typed("sparrow").typed("robin").typed("wren").typed("owl");
        let mut joiner = Some(wrong.start());
        let (mut lefts, mut before, mut started) = (Vec::new(), 0, false);
        for turn in 0.. {
            assert!(turn < 60, "the attempts are never used up: {before}");
            let watch = asker.run(&["recv", "--wait", "60s"]).start();
            chance.pause(900 + turn * 50);
            if chance.below(3) == 0 {
                // It may have used all of them up by itself, and then nothing is left of it in the vault.
                started |= joiner.take().map(Running::kill).is_some_and(|it| !mismatches(&it).is_empty());
                started |= spent(&attacker).is_some();
            }
            if joiner.is_none() {
                guess_again(&attacker, &mut chance);
            }
            lefts.extend(mismatches(&watch.kill()));
            let now = judged(&asker);
            assert!(now >= before, "an attempt came back");
            before = now;
            if joiner.is_none() {
                // Each answer was counted on the disk of whoever gave it before anybody could judge it.
                let counted = spent(&attacker);
                started |= counted.is_some();
                assert!(counted.unwrap_or(if started { ATTEMPTS_MAX } else { 0 }) >= now);
            }
            if now == ATTEMPTS_MAX || (joiner.is_none() && !started) {
                break;
            }
        }
        assert!(lefts.is_sorted_by(|a, b| a > b) && lefts.len() <= 3, "{lefts:?}");
        drop(joiner);
        if before == ATTEMPTS_MAX {
            let late = ["join", "--keep", "--name", "again", "--code-stdin", "--answer-fd", "0"];
            let late = attacker.run(&late).typed(&code).typed("nightingale").end();
            assert_eq!(late.code(), Some("invite-used"), "{}", late.report());
            assert!(asker.state().invitations.is_empty());
        }
    }
}

/// A changed client that goes on guessing where the last one was killed, and is killed in turn.
fn guess_again(attacker: &Home, chance: &mut Chance) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut engine = Engine::open(attacker.vault()).unwrap();
        engine.connect_all();
        let guessing = async {
            loop {
                let joining = engine.state().joinings.keys().next().copied();
                if let Some(joining) = joining {
                    // Refused as long as no attempt is offered.
                    let _ = engine.answer(joining, Some(&Word::normalise("magpie").unwrap()));
                }
                engine.next().await.unwrap();
            }
        };
        let _: Result<(), _> = timeout(Duration::from_millis(chance.below(900)), guessing).await;
    });
}

#[test]
fn the_inviter_hears_that_somebody_else_holds_the_invite() {
    let (relay, asker) = (Relay::start(), Home::new());
    let keys = Invite::parse(&invite(&asker, relay.address())).ok().unwrap().keys(None).ok().unwrap();
    let mut rogue = Rogue::connect(&relay.parsed());
    rogue.ask(&Command::Subscribe { slot: 0, read_key: keys.rendezvous.duplicate() });
    let (_, bundle) = rogue.pushed(Duration::from_secs(10)).expect("the bundle");
    for (heard, words) in [(0, &["sparrow"][..]), (1, &["robin", "wren"])] {
        for word in words {
            let mut joiner = Joiner::open(UnixTime(1), &bundle, &keys).ok().unwrap();
            let cell = joiner.answer(UnixTime(1), &Word::normalise(word).unwrap(), &mut OsRandom).ok().unwrap();
            rogue.append(joiner.inviter_mailbox().unwrap(), cell);
        }
        let watch = asker.run(&["recv", "--wait", "2s"]).end();
        assert_eq!(watch.all("invite.contested").len(), heard, "{}", watch.report());
        assert_eq!(watch.stderr.matches("Somebody else answered this invite").count(), heard, "{}", watch.report());
    }
    assert_eq!(judged(&asker), 1);
}

#[test]
fn a_relay_is_not_told_of_a_match_by_what_is_erased() {
    for (word, contacts) in [("nightingale", 1), ("sparrow", 0)] {
        let (relay, asker) = (Relay::start(), Home::new());
        let keys = Invite::parse(&invite(&asker, relay.address())).ok().unwrap().keys(None).ok().unwrap();
        let mut rogue = Rogue::connect(&relay.parsed());
        rogue.ask(&Command::Subscribe { slot: 0, read_key: keys.rendezvous.duplicate() });
        let (_, bundle) = rogue.pushed(Duration::from_secs(10)).expect("the bundle");
        let mut joiner = Joiner::open(UnixTime(1), &bundle, &keys).ok().unwrap();
        let cell = joiner.answer(UnixTime(1), &Word::normalise(word).unwrap(), &mut OsRandom).ok().unwrap();
        listen(&mut rogue, &joiner, &mut 1);
        let to: MailboxId = joiner.inviter_mailbox().unwrap();
        rogue.append(to, cell.clone());
        asker.run(&["recv", "--wait", "1s"]).end();
        assert_eq!(asker.state().contacts.len(), contacts, "{word}");
        let (_, reply) = rogue.pushed(Duration::from_secs(10)).expect("the reply");
        // The pairing mailbox is there in both cases, and a joiner that was killed hears the same reply again.
        assert_eq!(rogue.append(to, cell), Answer::Done, "{word}");
        let again = asker.run(&["recv", "--wait", "1s"]).end();
        assert!(again.all("proof.verified").is_empty(), "{}", again.report());
        assert!(rogue.pushed(Duration::from_secs(10)).expect("the reply again").1 == reply, "{word}");
        let state = asker.state();
        assert!(state.invitations.values().all(|it| it.is_open() == (contacts == 0)), "{word}");
        // Nor does it keep the name from anybody.
        assert_eq!(state.invitations.values().any(|it| it.name == "them"), contacts == 0, "{word}");
    }
}

#[test]
fn an_attacker_who_turns_back_time_gets_three_verdicts() {
    let (relay, asker, mut chance) = (Relay::start(), Home::new(), Chance::new());
    let invite = Invite::parse(&invite(&asker, relay.address())).ok().unwrap();
    let keys = invite.keys(None).ok().unwrap();
    let mut rogue = Rogue::connect(&relay.parsed());
    rogue.ask(&Command::Subscribe { slot: 0, read_key: keys.rendezvous.duplicate() });
    let (_, bundle) = rogue.pushed(Duration::from_secs(10)).expect("the bundle");
    let now = UnixTime(1);
    let mut present = Joiner::open(now, &bundle, &keys).ok().unwrap();
    let first = present.snapshot();

    let (mut slot, mut verdicts, mut seen) = (1, 0, BTreeSet::new());
    loop {
        // Many answers from one and the same state: only one of them is ever judged.
        let past = present.snapshot();
        let mut guesses: Vec<Joiner> = Vec::new();
        for word in ["sparrow", "robin", "wren", "owl", "magpie"] {
            let mut joiner = Joiner::restore(&past).unwrap();
            let Ok(cell) = joiner.answer(now, &Word::normalise(word).unwrap(), &mut OsRandom) else { break };
            listen(&mut rogue, &joiner, &mut slot);
            rogue.append(joiner.inviter_mailbox().unwrap(), cell);
            guesses.push(joiner);
        }
        if guesses.is_empty() {
            break;
        }
        // A reply is handed out anew to every later subscription; what counts is what it says.
        let mut replies = replies(&mut rogue, &asker, &mut chance);
        replies.retain(|reply| seen.insert(reply.as_bytes().to_vec()));
        assert_eq!(replies.len(), 1, "verdicts on one attempt");
        let step = |joiner: &mut Joiner| joiner.handle(&replies[0]).ok();
        let read = guesses.iter_mut().find_map(|joiner| step(joiner).map(|step| (step, joiner.snapshot())));
        let Some((JoinerStep::Mismatch { left }, snapshot)) = read else { panic!("no mismatch") };
        verdicts += 1;
        assert_eq!(left, ATTEMPTS_MAX - verdicts);
        present = Joiner::restore(&snapshot).unwrap();
    }
    assert_eq!((verdicts, judged(&asker)), (ATTEMPTS_MAX, ATTEMPTS_MAX));

    // Back to the very beginning, with the right word: nobody is there any more.
    let mut joiner = Joiner::restore(&first).unwrap();
    let to: MailboxId = joiner.inviter_mailbox().unwrap();
    let cell = joiner.answer(now, &Word::normalise("nightingale").unwrap(), &mut OsRandom).ok().unwrap();
    listen(&mut rogue, &joiner, &mut slot);
    rogue.append(to, cell);
    let watch = asker.run(&["recv", "--wait", "1s"]).end();
    assert!(watch.all("proof.verified").is_empty() && asker.state().contacts.is_empty());
    while let Some((_, cell)) = rogue.pushed(Duration::from_millis(300)) {
        assert!(seen.contains(&cell.as_bytes()[..]), "a fourth verdict");
    }
}

fn listen(rogue: &mut Rogue, joiner: &Joiner, slot: &mut u16) {
    let read_key = joiner.mailbox().unwrap();
    rogue.ask(&Command::Create { read_key: read_key.duplicate(), ttl: MAILBOX_TTL_MAX });
    rogue.ask(&Command::Subscribe { slot: *slot, read_key });
    *slot += 1;
}

/// Runs the asker's program, killed at any moment, until it has judged something; then all that came of it.
fn replies(rogue: &mut Rogue, asker: &Home, chance: &mut Chance) -> Vec<Cell> {
    let mut replies = Vec::new();
    for turn in 0..40 {
        let watch = asker.run(&["recv", "--wait", "60s"]).start();
        chance.pause(600 + turn * 50);
        watch.kill();
        asker.vault();
        while let Some((_, cell)) = rogue.pushed(Duration::from_millis(100)) {
            replies.push(cell);
        }
        if !replies.is_empty() {
            break;
        }
    }
    // Whatever else it would judge, it judges now.
    let watch = asker.run(&["recv", "--wait", "60s"]).start();
    while let Some((_, cell)) = rogue.pushed(Duration::from_millis(1500)) {
        replies.push(cell);
    }
    watch.kill();
    replies
}
