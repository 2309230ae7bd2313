//! A receipt that was forced and one that was not, as whoever watches the lines and whoever takes the phone sees them.

use std::{fs, thread};

use nightjar_protocol::invite::RelayAddress;

use crate::stage::relay::Relay;
use crate::stage::tap::{Seen, Tap, usual};
use crate::stage::transfer::Course;
use crate::stage::trio;

/// What a run leaves behind for others to look at.
struct Traces {
    /// What passed on the lines of the family's receipt, of its sender, of the family and of the broker afterwards.
    lines: [Seen; 4],
    /// Lengths of the family's stored state and of its vault.
    stored: (usize, u64),
    /// What the family's program told of, in order.
    told: Vec<String>,
}

/// Has one family confirm as many transfers as there are to be runs, with the same word each time.
fn watched(relay: &str, which: usize) -> Vec<Traces> {
    let parsed: RelayAddress = relay.parse().unwrap();
    let (tap, (_, key)) = (Tap::start(parsed.port()), relay.split_once('#').unwrap());
    let people = trio(&format!("127.0.0.1:{}#{key}", tap.port));
    let (sender, family, broker) = &people;
    let words: Vec<[String; 2]> =
        (0..RUNS).map(|run| [format!("nightingale {run}"), format!("sparrow {run}")]).collect();
    // All of them are opened before the first is confirmed: nothing is ordered for who was forced.
    let courses: Vec<Course<'_>> =
        words.iter().map(|words| Course::open_with(&people, words.each_ref().map(|it| &**it), &[])).collect();
    let next = ["ask", "family", "And then?", "--prepare", "--answer-fd", "0"];
    (0..RUNS).for_each(|run| drop(sender.run(&next).typed(&format!("heron {run}")).end_well()));
    let one = |course: &Course<'_>, word: &str| {
        let before = tap.connections().len();
        // The family goes before the sender comes, so that each line carries one step and nothing else.
        let gone = course.confirm("2100", &[word]).with(&["--timeout", "1s"]).end();
        assert_eq!(gone.code(), Some("peer-absent"), "{}", gone.report());
        let judged = sender.run(&["recv", "--wait", "30s"]).end();
        let proof = ["verified", "duress"][which];
        assert_eq!(judged.all("transfer.confirmed")[0]["proof"], proof, "{}", judged.report());
        let told = family.run(&["recv", "--wait", "30s"]).end();
        assert_eq!(told.all("proof.verified").len(), 1, "{}", told.report());
        assert_eq!(told.all("question.asked").last().unwrap()["question"], "And then?", "{}", told.report());
        broker.run(&["recv"]).end_well();
        let lines: [Seen; 4] = tap.connections().split_off(before).try_into().expect("one connection each");
        let stored = (family.state().encode().unwrap().len(), fs::metadata(family.path().join("vault")).unwrap().len());
        Traces { lines, stored, told: told.events.iter().map(|event| event["event"].to_string()).collect() }
    };
    courses.iter().zip(&words).map(|(course, words)| one(course, &words[which])).collect()
}

#[test]
fn a_forced_receipt_looks_like_a_genuine_one() {
    let relay = Relay::start();
    let address = relay.address();
    let [genuine, forced] = thread::scope(|scope| {
        let both = [0, 1].map(|which| scope.spawn(move || watched(address, which)));
        both.map(|runs| runs.join().unwrap())
    });
    for (genuine, forced) in genuine.iter().zip(&forced) {
        assert_eq!(genuine.stored, forced.stored);
        assert_eq!(genuine.told, forced.told);
    }
    let [genuine, forced] =
        [genuine, forced].map(|runs| [0, 1, 2, 3].map(|line| usual(runs.iter().map(|run| run.lines[line].clone()))));
    assert_eq!(genuine, forced);
}

/// Receipts of each kind.
const RUNS: usize = 4;
