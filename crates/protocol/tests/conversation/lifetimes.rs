//! A text from sending to erasure: what its timers end, and what its receipts tell.

use nightjar_protocol::conversation::{Conversation, Error, Event, Expiry, MessageId, MessageState, ReceiptPolicy};
use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::limits::RECEIPTS_MAX;
use nightjar_protocol::link::Epoch;

use super::talk::{DAY, NOW, Talk, theirs};

#[test]
fn a_text_climbs_the_ladder_and_vanishes_on_both_sides() {
    let mut talk = Talk::new();
    let id = talk.send(0, "안녕, 할머니", (DAY, 300));
    assert_eq!(talk.state(0, id), Some(MessageState::Queued));
    assert_eq!(talk.carry(0), [Event::Accepted { id }, Event::Received { id: theirs(id) }]);
    assert_eq!(talk.ends[1].messages(talk.now).next().unwrap().text, None, "visible before it is shown");
    assert_eq!(talk.turn(1), [Event::Delivered { id }]);
    assert_eq!(talk.show(1, id).as_deref(), Some("안녕, 할머니"));
    assert_eq!(talk.turn(1), [Event::Read { id }]);
    let line = talk.ends[0].messages(talk.now).next().unwrap();
    assert_eq!((line.text, line.state), (None, MessageState::Read));
    talk.now = talk.now.plus(299);
    assert_eq!(talk.tick(1), []);
    assert!(talk.show(1, id).is_some());
    talk.now = talk.now.plus(1);
    assert!(talk.show(1, id).is_none(), "shown after its time");
    assert_eq!(talk.tick(1), [Event::Expired { id: theirs(id), expiry: Expiry::Seen }]);
    assert_eq!(talk.turn(1), [Event::Erased { id }]);
    assert_eq!(talk.ends[0].messages(talk.now).count() + talk.ends[1].messages(talk.now).count(), 0);
}

#[test]
fn a_person_acknowledges_what_was_shown_and_says_it_once() {
    let mut talk = Talk::new();
    let id = talk.send(0, "x", (DAY, 300));
    let other = talk.send(0, "y", (DAY, 300));
    talk.carry(0);
    let quiet = ReceiptPolicy { read: false, delay: (60, 60) };
    talk.ends[1].set_receipt_policy(quiet);
    let (now, mine) = (talk.now, theirs(id));
    let before = talk.ends[1].snapshot();
    let refused = [mine, id, theirs(MessageId { number: 9, ..id })];
    for id in refused {
        assert_eq!(talk.ends[1].acknowledge(now, id, &mut talk.dice), Err(Error::NotShown));
    }
    assert!(talk.ends[1].snapshot() == before);
    talk.show(1, id);
    talk.ends[1].acknowledge(now, mine, &mut talk.dice).unwrap();
    assert_eq!(talk.carry(1), [Event::Delivered { id }, Event::Delivered { id: other }, Event::Acknowledged { id }]);
    let line = talk.ends[0].messages(now).find(|line| line.id == id).unwrap();
    assert_eq!((line.text, line.state), (None, MessageState::Acknowledged));
    talk.ends[1] = Conversation::restore(&talk.ends[1].snapshot()).unwrap();
    talk.ends[1].acknowledge(now, mine, &mut talk.dice).unwrap();
    assert!(talk.cells(1).is_empty(), "said twice");
    talk.now = talk.now.plus(300);
    assert_eq!(talk.tick(1), [Event::Expired { id: mine, expiry: Expiry::Seen }]);
    assert_eq!(talk.ends[1].acknowledge(talk.now, mine, &mut talk.dice), Err(Error::NotShown), "gone");
    talk.now = NOW.plus(u64::from(DAY));
    let done = Event::Expired { id, expiry: Expiry::Done };
    assert!(talk.tick(0).contains(&done));
}

#[test]
fn a_second_look_does_not_start_the_timer_again() {
    let mut talk = Talk::new();
    let id = talk.send(0, "x", (DAY, 10));
    talk.carry(0);
    talk.show(1, id);
    talk.now = talk.now.plus(9);
    assert!(talk.show(1, id).is_some());
    talk.now = talk.now.plus(1);
    assert!(talk.show(1, id).is_none());
}

#[test]
fn an_unread_message_goes_at_its_deadline() {
    let mut talk = Talk::new();
    let id = talk.send(0, "x", (60, 300));
    talk.carry(0);
    talk.turn(1);
    talk.now = talk.now.plus(60);
    assert_eq!(talk.tick(0), [Event::Expired { id, expiry: Expiry::Unread }]);
    assert_eq!(talk.tick(1), [Event::Expired { id: theirs(id), expiry: Expiry::Unseen }]);
    assert!(talk.cells(1).is_empty(), "both sides know: no receipt is owed");
    assert_eq!(talk.ends[0].next_due(), None);
}

#[test]
fn a_message_that_never_arrives_is_said_to_be_undelivered() {
    let mut talk = Talk::new();
    let id = talk.send(0, "x", (60, 300));
    talk.now = talk.now.plus(60);
    assert_eq!(talk.ends[0].outbox(talk.now, Epoch([1; 8])).count(), 0);
    assert_eq!(talk.tick(0), [Event::Expired { id, expiry: Expiry::Undelivered }]);
}

#[test]
fn what_comes_after_its_deadline_is_never_shown() {
    let mut talk = Talk::new();
    let id = talk.send(0, "x", (60, 300));
    let cells = talk.cells(0);
    talk.now = talk.now.plus(60);
    assert_eq!(talk.give(1, &cells), [Event::Expired { id: theirs(id), expiry: Expiry::Late }]);
    assert!(talk.show(1, id).is_none());
    // The sender's clock is a little behind: its copy still lives, and the receipt is news.
    talk.tick(1);
    let cells = talk.cells(1);
    talk.now = NOW.plus(59);
    assert_eq!(talk.give(0, &cells), [Event::Delivered { id }, Event::Erased { id }]);
}

#[test]
fn a_receipt_after_the_deadline_does_not_undo_it() {
    let mut talk = Talk::new();
    let id = talk.send(0, "x", (60, 300));
    talk.carry(0);
    talk.tick(1);
    let cells = talk.cells(1);
    talk.now = talk.now.plus(60);
    assert_eq!(talk.give(0, &cells), []);
    assert_eq!(talk.tick(0), [Event::Expired { id, expiry: Expiry::Undelivered }]);
}

/// A recipient whose clock is 30 days behind keeps a message for its lifetime, not until the deadline of its own clock.
#[test]
fn a_clock_that_is_behind_adds_nothing() {
    let mut talk = Talk::new();
    let id = talk.send(0, "x", (3600, 300));
    let cells = talk.cells(0);
    talk.now = UnixTime(NOW.0 - 30 * 24 * 3600);
    assert_eq!(talk.give(1, &cells), [Event::Received { id: theirs(id) }]);
    talk.now = talk.now.plus(3600);
    assert_eq!(talk.tick(1), [Event::Expired { id: theirs(id), expiry: Expiry::Unseen }]);
}

/// A clock that is set back after a message came, or was shown, gives it at most its time once more.
#[test]
fn a_clock_that_is_set_back_adds_no_more_than_one_life() {
    let mut talk = Talk::new();
    let id = talk.send(0, "x", (3600, 300));
    talk.carry(0);
    talk.show(1, id);
    talk.now = UnixTime(NOW.0 - 30 * 24 * 3600);
    talk.tick(1);
    assert!(talk.ends[1].next_due().unwrap() <= talk.now.plus(300));
    talk.now = talk.now.plus(300);
    assert!(talk.tick(1).contains(&Event::Expired { id: theirs(id), expiry: Expiry::Seen }));
}

#[test]
fn who_does_not_state_reading_does_not_give_it_away_by_erasing() {
    let mut talk = Talk::new();
    talk.ends[1].set_receipt_policy(ReceiptPolicy { read: false, delay: (0, 0) });
    let id = talk.send(0, "x", (DAY, 10));
    talk.carry(0);
    assert_eq!(talk.turn(1), [Event::Delivered { id }]);
    talk.show(1, id);
    talk.now = talk.now.plus(10);
    assert_eq!(talk.turn(1), []);
    talk.now = NOW.plus(u64::from(DAY));
    assert_eq!(talk.tick(0), [Event::Expired { id, expiry: Expiry::Unread }]);
}

#[test]
fn receipts_wait_as_long_as_the_policy_says_and_share_a_cell() {
    let mut talk = Talk::new();
    talk.ends[1].set_receipt_policy(ReceiptPolicy { read: true, delay: (30, 60) });
    for _ in 0..RECEIPTS_MAX + 1 {
        talk.send(0, "x", (DAY, 300));
    }
    talk.carry(0);
    talk.now = talk.now.plus(29);
    talk.tick(1);
    assert_eq!(talk.cells(1).len(), 0, "a receipt left too early");
    talk.now = talk.now.plus(31);
    talk.tick(1);
    let cells = talk.cells(1);
    assert_eq!(cells.len(), 2);
    assert_eq!(talk.give(0, &cells).len(), RECEIPTS_MAX + 1);
}
