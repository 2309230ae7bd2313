//! A verified pairing and one under duress, as someone on the wire sees them.
//!
//! Whoever watches sees for each connection which way bytes go, in what order and how many. Two frames that follow each
//! other closely may be seen as one burst or as two, with an answer in between or not: that is up to when the operating
//! system wakes whom, in either kind of pairing alike. So each kind is made a few times, and what was seen most often is
//! compared, byte for byte. That the cells themselves are alike is tested where they are made.

use nightjar_protocol::limits::{FRAME_LEN, HELLO_LEN};

use crate::stage::relay::Relay;
use crate::stage::tap::{Seen, Tap, usual};
use crate::stage::{Home, code_of};

/// Pairs two people over a tapped line: what passed on the inviter's and the joiner's connection.
fn watched(relay: &Relay, word: &str) -> [Seen; 2] {
    let tap = Tap::start(relay.parsed().port());
    let (_, key) = relay.address().split_once('#').unwrap();
    let tapped = format!("127.0.0.1:{}#{key}", tap.port);
    let (sender, family) = (Home::new(), Home::new());
    let invite = ["invite", "--relay", &tapped, "--link", "--name", "family", "--ask", "Who?", "--duress"];
    let inviter = sender.run(&invite).with(&["--answer-fd", "0", "--duress-fd", "0"]);
    let mut inviter = inviter.typed("nightingale").typed("sparrow").start();
    let code = code_of(&mut inviter);
    let join = ["join", "--keep", "--name", "sender", "--code-stdin", "--answer-fd", "0"];
    let joiner = family.run(&join).typed(&code).typed(word).start();
    let (inviter, joiner) = (inviter.end_well(), joiner.end_well());
    // The one who was made to answer reads the same in either case.
    assert_eq!(joiner.all("proof.verified").len(), 1, "{}", joiner.report());
    let standing = if word == "nightingale" { "proof.verified" } else { "proof.duress" };
    assert_eq!(inviter.all(standing).len(), 1, "{}", inviter.report());
    tap.connections().try_into().expect("one connection each")
}

#[test]
fn duress_looks_like_verification_on_the_wire() {
    let relay = Relay::start();
    let [verified, duress] = ["nightingale", "sparrow"].map(|word| {
        let runs: Vec<[Seen; 2]> = (0..RUNS).map(|_| watched(&relay, word)).collect();
        [0, 1].map(|side| usual(runs.iter().map(|run| run[side].clone())))
    });
    assert_eq!(verified, duress);
    for (way, bytes) in verified.iter().flatten() {
        let frames = bytes.checked_sub(HELLO_LEN * usize::from(bytes % FRAME_LEN != 0));
        assert!(frames.is_some_and(|bytes| bytes % FRAME_LEN == 0), "{way:?} {bytes}");
    }
}

/// Pairings of each kind.
const RUNS: usize = 5;
