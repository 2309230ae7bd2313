//! What is over is gone: from the screen, from both vaults, from the relay.

use std::thread;
use std::time::Duration;

use crate::stage::pair;
use crate::stage::relay::Relay;

#[test]
fn a_message_whose_time_is_over_is_nowhere() {
    let mut relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let text = "the parcel is under the third stone";
    let mut send = sender.run(&["send", "family", "--expires", "3s"]).typed(text).start();
    send.hang_up();
    send.end_well();
    assert!(sender.holds(text.as_bytes()), "the test looks for it in the wrong place");
    assert_eq!(relay.stats()["cells"], 1);
    thread::sleep(Duration::from_secs(5));

    let theirs = family.run(&["recv"]).end();
    assert_eq!((theirs.exit, theirs.all("msg.received").len()), (Some(0), 0), "{}", theirs.report());
    assert!(!theirs.report().contains(text));
    let ours = sender.run(&["recv"]).end();
    let expired = ours.all("msg.expired");
    assert_eq!(expired.len(), 1, "{}", ours.report());
    assert_eq!((&expired[0]["direction"], &expired[0]["reason"]), (&"out".into(), &"undelivered".into()));
    assert!(!sender.holds(text.as_bytes()) && !family.holds(text.as_bytes()));
    assert_eq!(relay.stats()["cells"], 0);
}

#[test]
fn a_message_that_was_read_goes_when_its_timer_ends() {
    let mut relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let text = "he comes on the ninth";
    let mut send = sender.run(&["send", "family", "--after-read", "4s"]).typed(text).start();
    send.hang_up();
    send.end_well();

    let mut theirs = family.run(&["chat", "sender"]).start();
    let received = theirs.expect("msg.received");
    assert_eq!((received["text"].as_str(), &received["after_read"]), (Some(text), &4.into()));
    theirs.expect_where("msg.expired", |event| event["direction"] == "in" && event["reason"] == "after-read");
    // Time for the receipt to leave that says so.
    thread::sleep(Duration::from_secs(3));
    theirs.type_line("/quit");
    theirs.end_well();
    assert!(!family.holds(text.as_bytes()));

    let mut ours = sender.run(&["chat", "family"]).start();
    ours.expect("msg.erased");
    ours.type_line("/quit");
    let ours = ours.end_well();
    assert_eq!((ours.all("msg.delivered").len(), ours.all("msg.read").len()), (1, 1), "{}", ours.report());
    assert!(!sender.holds(text.as_bytes()));
    let last = family.run(&["recv"]).end();
    assert_eq!(last.exit, Some(0), "{}", last.report());
    assert_eq!(relay.stats()["cells"], 0);
}
