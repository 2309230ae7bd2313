//! The word of a question that was asked in a session and answered.

use nightjar_protocol::nickname::Word;

use crate::stage::pair;
use crate::stage::relay::Relay;
use crate::{gone, there};

const TYPED: &str = "What Grandmother Called the Grey Heron";

#[test]
fn it_is_gone_when_the_verdict_is_told() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let word = Word::normalise(TYPED).unwrap();
    let secrets = [("word", TYPED.as_bytes()), ("normal form", word.display().as_bytes())];
    sender.run(&["ask", "family", "Who?", "--prepare", "--answer-fd", "0"]).typed(TYPED).end_well();
    let mut asker = sender.run(&["ask", "family"]).start();
    asker.expect_where("question.asked", |event| event["direction"] == "out");
    there(&asker, &secrets[1..]);
    let mut theirs = family.run(&["chat", "sender"]).start();
    theirs.expect("question.asked");
    theirs.type_line("/answer");
    theirs.type_line(TYPED);
    theirs.type_line("yes");
    theirs.expect("proof.verified");
    gone(&theirs, &secrets);
    asker.end_well();
}
