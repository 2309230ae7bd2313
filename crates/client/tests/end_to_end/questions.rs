//! Asking again in a session: what the answers come to on both sides, and that no question is asked twice.

use serde_json::Value;

use crate::stage::relay::Relay;
use crate::stage::{Ended, Home, Running, pair};

/// Asks, with the answers nightingale and sparrow, and waits for what comes of it.
fn ask(sender: &Home, question: &str, words: [&str; 2]) -> Running {
    let options = ["ask", "family", question, "--answer-fd", "0", "--duress", "--duress-fd", "0"];
    let mut asker = sender.run(&options).typed(words[0]).typed(words[1]).start();
    asker.expect_where("question.asked", |event| event["direction"] == "out");
    asker
}

/// Answers what is asked, with these words one after the other.
fn answer(family: &Home, words: &[&str]) -> Ended {
    let run = family.run(&["answer", "sender", "--answer-fd", "0"]);
    words.iter().fold(run, |run, word| run.typed(word)).end()
}

fn lefts(ended: &Ended) -> Vec<&Value> {
    ended.all("proof.mismatch").iter().map(|event| &event["left"]).collect()
}

#[test]
fn a_question_tells_who_is_there_now() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());

    let asker = ask(&sender, "What did we call the dog?", ["Nightingale", "sparrow"]);
    let answerer = answer(&family, &["robin", "nightingale"]);
    let asker = asker.end_well();
    assert_eq!((answerer.exit, answerer.all("proof.verified").len()), (Some(0), 1), "{}", answerer.report());
    assert_eq!((lefts(&asker), lefts(&answerer)), (vec![&2.into()], vec![&2.into()]));
    assert_eq!(asker.all("proof.verified").len(), 1, "{}", asker.report());

    // The duress word: who is made to answer reads the same, and the asker alone is told.
    let asker = ask(&sender, "And the cat?", ["magpie", "owl"]);
    let coerced = answer(&family, &["owl"]);
    let asker = asker.end_well();
    assert_eq!((coerced.exit, coerced.all("proof.verified").len()), (Some(0), 1), "{}", coerced.report());
    assert_eq!((asker.all("proof.duress").len(), asker.all("proof.verified").len()), (1, 0), "{}", asker.report());
    let told = coerced.report();
    assert!(!told.contains("duress") && !told.contains("forc"), "{told}");
    let refused = sender.run(&["send", "family"]).typed("the money is under the stone").end();
    assert_eq!((refused.exit, refused.code()), (Some(9), Some("contact-duress")));

    // A later answer shows that they are free again.
    let asker = ask(&sender, "And the horse?", ["heron", "crane"]);
    answer(&family, &["heron"]);
    asker.end_well();
    let sent = sender.run(&["send", "family"]).typed("glad to hear from you").end();
    assert_eq!(sent.exit, Some(0), "{}", sent.report());
}

#[test]
fn a_question_that_is_spent_is_gone() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let asker = ask(&sender, "Who taught you to swim?", ["nightingale", "sparrow"]);
    let wrong = answer(&family, &["robin", "wren", "owl", "nightingale"]);
    assert_eq!((wrong.exit, wrong.code()), (Some(7), Some("question-spent")), "{}", wrong.report());
    let asker = asker.end();
    assert_eq!((asker.exit, asker.code()), (Some(7), Some("question-spent")), "{}", asker.report());
    assert_eq!(lefts(&asker), [&2, &1, &0].map(|left: &u8| Value::from(*left)).iter().collect::<Vec<_>>());
    let late = answer(&family, &["nightingale"]);
    assert_eq!((late.exit, late.code()), (Some(2), Some("question-none")), "{}", late.report());
    // A mismatch says nothing of who is there: the standing is as it was.
    let sent = sender.run(&["send", "family"]).typed("are you there?").end();
    assert_eq!(sent.exit, Some(0), "{}", sent.report());
}

#[test]
fn prepared_questions_are_used_once_and_in_order() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    for (question, word) in [("First?", "nightingale"), ("Second?", "sparrow")] {
        let kept = sender.run(&["ask", "family", question, "--prepare", "--answer-fd", "0"]).typed(word).end();
        assert_eq!(kept.exit, Some(0), "{}", kept.report());
    }
    let again = sender.run(&["ask", "family", "Third?", "--prepare", "--answer-fd", "0"]).typed("Sparrow").end();
    assert_eq!((again.exit, again.code()), (Some(9), Some("answer-used")), "{}", again.report());
    for (question, word, ready) in [("First?", "nightingale", 1), ("Second?", "sparrow", 0)] {
        let mut asker = sender.run(&["ask", "family"]).start();
        let asked = asker.expect("question.asked");
        assert_eq!(asked["question"], question);
        assert_eq!(answer(&family, &[word]).exit, Some(0));
        asker.end_well();
        let peers = sender.run(&["peers"]).end();
        assert_eq!(peers.all("peer.listed")[0]["prepared"], ready, "{}", peers.report());
    }
    let none = sender.run(&["ask", "family", "--no-input"]).end();
    assert_eq!((none.exit, none.code()), (Some(4), Some("input-needed")), "{}", none.report());
}

#[test]
fn a_question_is_answered_in_a_talk() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let asker = ask(&sender, "What did she call me?", ["꼬맹이", "sparrow"]);
    let mut talk = family.run(&["chat", "sender"]).start();
    talk.expect_where("question.asked", |event| event["direction"] == "in");
    // Given up, too short, not as meant: nothing of it is sent, and none of it as a message.
    for line in ["/answer", "", "/answer", "!", "robin", "n", "Rhaoddl", "y", "maybe", "y"] {
        talk.type_line(line);
    }
    talk.expect("proof.verified");
    talk.type_line("/answer");
    assert_eq!(talk.expect("error")["code"], "question-none");
    talk.type_line("/quit");
    let talk = talk.end_well();
    assert!(talk.all("msg.queued").is_empty() && talk.all("proof.mismatch").is_empty(), "{}", talk.report());
    let asker = asker.end_well();
    assert_eq!(asker.all("proof.verified").len(), 1, "{}", asker.report());
}

#[test]
fn a_person_acknowledges_a_message() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let nothing = family.run(&["ack", "sender"]).end();
    assert_eq!((nothing.exit, nothing.code()), (Some(2), Some("message-unknown")), "{}", nothing.report());
    let mut send = sender.run(&["send", "family"]).typed("he comes on the ninth").start();
    send.hang_up();
    send.end_well();
    family.run(&["recv"]).end();
    let acknowledged = family.run(&["ack", "sender"]).end();
    assert_eq!(acknowledged.exit, Some(0), "{}", acknowledged.report());
    let mut chat = sender.run(&["chat", "family"]).start();
    chat.expect("msg.acknowledged");
    chat.type_line("well received");
    chat.type_line("/quit");
    chat.end_well();
    // In a talk it is said of the message with this number, too.
    let mut talk = family.run(&["chat", "sender"]).start();
    let received = talk.expect("msg.received");
    for line in ["/ack 77", "/ack x"] {
        talk.type_line(line);
        assert_eq!(talk.expect("error")["code"], "message-unknown");
    }
    talk.type_line(&format!("/ack {}", received["id"]));
    talk.type_line("/quit");
    talk.end_well();
    let told = sender.run(&["recv"]).end();
    assert_eq!(told.all("msg.acknowledged")[0]["id"], received["id"], "{}", told.report());
}
