//! A transfer under fire: the programs of all three are killed at any moment, again and again. What was said is said once,
//! and the sums are those of a quiet day.

use std::time::{SystemTime, UNIX_EPOCH};

use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::ledger::{ClaimState, Proof, ReceiptState, Status, TransferView, handle};

use crate::stage::relay::Relay;
use crate::stage::transfer::Course;
use crate::stage::{Chance, Home, trio};

/// What somebody's vault knows of the one transfer, if it knows of it.
fn look<T>(home: &Home, at: impl Fn(&TransferView<'_>) -> T) -> Option<T> {
    let now = UnixTime(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs());
    let state = home.state();
    let mut all = state.ledger.transfers(now);
    let first = all.next().map(|view| at(&view));
    assert!(all.next().is_none(), "the transfer is there twice");
    first
}

fn name(home: &Home) -> String {
    look(home, |view| handle(&view.id)).unwrap()
}

/// The three, and the moments at which they are killed.
struct Fire<'a> {
    people: &'a (Home, Home, Home),
    chance: Chance,
}

impl Fire<'_> {
    /// Runs the programs of all three, and kills them, until this is so. `next` is what one of them says, as long as there
    /// is something to say.
    fn until<'a>(&mut self, done: impl Fn() -> bool, next: impl Fn() -> Option<(&'a [&'a str], &'a str)>, who: &Home) {
        let (sender, family, broker) = self.people;
        for round in 0.. {
            if done() {
                return;
            }
            assert!(round < 60, "it does not come about");
            let saying = next().map(|(options, typed)| who.run(options).typed(typed).start());
            let is_busy = |home: &Home| saying.is_some() && std::ptr::eq(home, who);
            let idle = [sender, family, broker].into_iter().filter(|home| !is_busy(home));
            let mut running: Vec<_> = idle.map(|home| home.run(&["recv", "--wait", "60s"]).start()).collect();
            running.extend(saying);
            self.chance.pause(500 + round * 100);
            while !running.is_empty() {
                let at = self.chance.below(running.len() as u64) as usize;
                running.swap_remove(at).kill();
                self.chance.pause(60);
            }
        }
    }
}

#[test]
fn nothing_is_lost_or_counted_twice_when_all_three_are_killed() {
    let relay = Relay::start();
    let people = trio(relay.address());
    let (sender, family, broker) = &people;
    sender.run(&["ask", "family", "And then?", "--prepare", "--answer-fd", "0"]).typed("heron").start().end_well();
    let mut fire = Fire { people: &people, chance: Chance::new() };

    let new = [&Course::NEW[..], &["--ask", "Who?", "--answer-fd", "0"]].concat();
    let open = || look(sender, |_| ()).is_none().then(|| (&new[..], "nightingale"));
    let asked = || look(family, |view| view.question.is_some()) == Some(true);
    fire.until(|| asked() && look(broker, |_| ()).is_some(), open, sender);

    let (at_broker, at_family) = (name(broker), name(family));
    let funds = ["transfer", "funds-received", &at_broker];
    let fund = || look(broker, |view| view.funded.is_none()).unwrap().then(|| (&funds[..], ""));
    fire.until(|| look(sender, |view| view.funded.is_some()).unwrap(), fund, broker);

    let claimed = |home: &Home| look(home, |view| view.claim).unwrap();
    let claim = ["transfer", "claim", &at_broker, "--code-stdin"];
    let wrong = || (claimed(broker) == ClaimState::None).then(|| (&claim[..], "0000-0000-0098"));
    fire.until(|| matches!(claimed(broker), ClaimState::Wrong { .. }), wrong, broker);
    assert_eq!([claimed(sender), claimed(broker)], [ClaimState::Wrong { left: 2 }; 2]);
    let code = look(family, |view| view.code.unwrap().text()).unwrap();
    let right = || matches!(claimed(broker), ClaimState::Wrong { .. }).then(|| (&claim[..], &**code));
    fire.until(|| claimed(broker) == ClaimState::Accepted, right, broker);
    assert_eq!(claimed(sender), ClaimState::Accepted);

    for (number, amount, word) in [(1, "2100", "nightingale"), (2, "900", "heron")] {
        let confirm = ["receipt", "confirm", &at_family, "--amount", amount, "--answer-fd", "0"];
        let states = || look(family, |view| view.receipts.iter().map(|it| it.state).collect::<Vec<_>>()).unwrap();
        let is_asked = || look(family, |view| view.question.is_some()).unwrap();
        let say = || (states().len() < number && is_asked()).then(|| (&confirm[..], word));
        fire.until(|| states() == vec![Some(ReceiptState::Proved); number], say, family);
    }
    let sums = |view: &TransferView<'_>| (view.status, view.received.minor(), view.receipts.len());
    assert_eq!(look(sender, sums), Some((Status::Finished, 300_000, 2)));
    assert_eq!(look(family, sums), Some((Status::Finished, 300_000, 2)));
    assert!(look(sender, |view| view.receipts.iter().all(|it| it.proof == Some(Proof::Verified))).unwrap());
}
