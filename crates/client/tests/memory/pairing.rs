//! A pairing that is over: the word that was typed, the invite, and what was derived from it.

use nightjar_protocol::invite::Invite;
use nightjar_protocol::nickname::Word;

use crate::stage::relay::Relay;
use crate::stage::{code_of, run};
use crate::{gone, there};

const TYPED: &str = "The Old Ferryman's Youngest Daughter";
const DURESS: &str = "The Young Ferryman's Oldest Daughter";
const WRONG: &str = "The Old Fisherman's Youngest Sister";

#[test]
fn the_word_and_the_invite_are_gone_from_both_programs() {
    let relay = Relay::start();
    let options = ["invite", "--relay", relay.address(), "--link", "--ask", "Who?", "--answer-fd", "0"];
    let invite = run(&options).with(&["--duress", "--duress-fd", "0"]).typed(TYPED).typed(DURESS);
    let mut inviter = invite.start();
    let code = code_of(&mut inviter);
    let [word, duress, wrong] = [TYPED, DURESS, WRONG].map(|typed| Word::normalise(typed).unwrap());
    let keys = Invite::parse(&code).unwrap().keys(None).unwrap();
    // The relay's place and key, which the link begins with, stay: they are no secret.
    let secret = &code[code.len() - 44..];
    let forms = [&word, &duress].map(|word| ("normal form", word.display().as_bytes()));
    there(&inviter, &forms);
    there(&inviter, &[("psk0", keys.psk0.as_bytes())]);

    let mut joiner = run(&["join", "--code-stdin", "--answer-fd", "0"]).typed(&code).typed(WRONG).start();
    joiner.expect("proof.mismatch");
    joiner.type_line(TYPED);
    inviter.expect("proof.verified");
    joiner.expect("proof.verified");
    let secrets = [
        ("word", TYPED.as_bytes()),
        ("duress word", DURESS.as_bytes()),
        ("wrong word", WRONG.as_bytes()),
        ("normal form", word.display().as_bytes()),
        ("normal form", duress.display().as_bytes()),
        ("normal form", wrong.display().as_bytes()),
        ("link", secret.as_bytes()),
        ("psk0", keys.psk0.as_bytes()),
        ("pairing key", keys.pairing.as_bytes()),
        ("bundle key", keys.bundle.as_bytes()),
    ];
    gone(&joiner, &secrets);
    // The inviter keeps the pairing key, which the whole invite's way has seen, until the invite's time is up: it tells a second
    // answer from noise.
    let kept = |(what, _): &&(&str, &[u8])| *what == "pairing key";
    let secrets: Vec<_> = secrets.iter().filter(|it| !kept(it)).copied().collect();
    gone(&inviter, &secrets);
}
