//! How cells get across: pieces, a relay that forgets, the window, and the move to a fresh mailbox.

use nightjar_protocol::conversation::{Audience, Conversation, Error, Event, Expiry, MessageId};
use nightjar_protocol::keys::{MailboxId, ReadKey};
use nightjar_protocol::limits::{LIFETIME_MAX, PIECE_MAX, TEXT_MAX, WINDOW_TEXT};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::wire::Cell;

use super::talk::{DAY, NOW, Talk, theirs};

#[test]
fn the_longest_text_arrives_in_any_order_of_its_pieces() {
    let mut talk = Talk::new();
    let text = "가".repeat(TEXT_MAX / 3);
    let id = talk.send(0, &text, (DAY, 300));
    let mut cells = talk.cells(0);
    assert_eq!(cells.len(), TEXT_MAX.div_ceil(PIECE_MAX));
    cells.rotate_left(2);
    cells.swap(0, 1);
    let last = cells.pop().unwrap();
    assert_eq!(talk.give(1, &cells), []);
    talk.ends[1] = Conversation::restore(&talk.ends[1].snapshot()).unwrap();
    assert_eq!(talk.give(1, &[last]), [Event::Received { id: theirs(id) }]);
    assert_eq!(talk.show(1, id).unwrap(), text);
}

#[test]
fn a_message_that_stays_incomplete_is_said_to_be() {
    let mut talk = Talk::new();
    let id = talk.send(0, &"x".repeat(5000), (60, 300));
    let cells = talk.cells(0);
    talk.give(1, &cells[1..]);
    talk.now = talk.now.plus(60);
    assert_eq!(talk.tick(1), [Event::Expired { id: theirs(id), expiry: Expiry::Incomplete }]);
    assert!(!contains(&talk.ends[1].snapshot(), b"xxxx"));
}

/// A restart of the relay's store empties it; the same bytes are appended again, and arrive once.
#[test]
fn another_epoch_brings_the_same_bytes_again() {
    let mut talk = Talk::new();
    let id = talk.send(0, "x", (DAY, 300));
    let (one, two) = (Epoch([1; 8]), Epoch([2; 8]));
    let first: Vec<Cell> = talk.ends[0].outbox(NOW, one).map(|queued| queued.cell.clone()).collect();
    assert_eq!(talk.ends[0].accepted(1, one), Some(Event::Accepted { id }));
    assert_eq!(talk.ends[0].outbox(NOW, one).count(), 0);
    let again: Vec<Cell> = talk.ends[0].outbox(NOW, two).map(|queued| queued.cell.clone()).collect();
    assert!(first == again);
    assert_eq!(talk.ends[0].accepted(1, two), None, "accepted twice");
    talk.give(1, &first);
    assert_eq!(talk.ends[1].handle(NOW, &again[0], &mut talk.dice).err(), Some(Error::Undecryptable));
}

/// The relay lost one cell of several: the peer's next word shows the gap, and the cell is appended again.
#[test]
fn a_gap_that_the_peer_shows_is_filled() {
    let mut talk = Talk::new();
    let ids: Vec<MessageId> = (0..3).map(|_| talk.send(0, "x", (DAY, 300))).collect();
    let cells = talk.cells(0);
    talk.give(1, &[cells[0].clone(), cells[2].clone()]);
    talk.turn(1);
    let again = talk.cells(0);
    assert!(again == [cells[1].clone()]);
    assert_eq!(talk.give(1, &again), [Event::Received { id: theirs(ids[1]) }]);
    assert_eq!(talk.turn(1), [Event::Delivered { id: ids[1] }]);
}

#[test]
fn the_window_closes_before_the_peer_could_lose_the_thread() {
    let mut talk = Talk::new();
    let send = |talk: &mut Talk| talk.ends[0].send_text(talk.now, "x", (60, 60), Audience::Contact, &mut talk.dice);
    for _ in 0..WINDOW_TEXT {
        send(&mut talk).unwrap();
    }
    let before = talk.ends[0].snapshot();
    assert_eq!(send(&mut talk), Err(Error::PeerSilent));
    assert!(talk.ends[0].snapshot() == before);
    for day in 1..=48 {
        talk.now = NOW.plus(day * 24 * 3600);
        talk.tick(0);
        let id = send(&mut talk).unwrap();
        assert_eq!(send(&mut talk), Err(Error::PeerSilent));
        if day == 48 {
            assert_eq!(talk.carry(0), [Event::Accepted { id }, Event::Received { id: theirs(id) }]);
            talk.turn(1);
            send(&mut talk).unwrap();
        }
    }
}

#[test]
fn a_move_to_a_fresh_mailbox() {
    let mut talk = Talk::new();
    let old = talk.ends[0].own_mailboxes().next().unwrap().mailbox();
    assert_eq!(talk.ends[1].peer_mailbox(), old);
    talk.ends[0].rotate(NOW, &mut talk.dice).unwrap();
    assert_eq!(talk.ends[0].rotate(NOW, &mut talk.dice), Err(Error::Rotating));
    let both: Vec<MailboxId> = talk.ends[0].own_mailboxes().map(ReadKey::mailbox).collect();
    assert_eq!((both.len(), both[0]), (2, old));
    // Something is still under way to the old mailbox when the peer learns of the fresh one.
    talk.send(1, "under way", (DAY, 300));
    let under_way = talk.cells(1);
    assert_eq!(talk.carry(0), [Event::PeerMoved]);
    assert_eq!(talk.ends[1].peer_mailbox(), both[1]);
    assert_eq!(talk.turn(1), [], "the old mailbox went while something was on its way to it");
    talk.ends[0] = Conversation::restore(&talk.ends[0].snapshot()).unwrap();
    let events = talk.give(0, &under_way);
    assert!(events.contains(&Event::Retired { mailbox: old }));
    assert_eq!(talk.ends[0].own_mailboxes().map(ReadKey::mailbox).collect::<Vec<_>>(), [both[1]]);
    assert_eq!(talk.ends[0].retired_mailboxes().iter().map(ReadKey::mailbox).collect::<Vec<_>>(), [old]);
    talk.ends[0].deleted(&old);
    assert_eq!(talk.ends[0].retired_mailboxes().len(), 0);
    talk.ends[0].rotate(NOW, &mut talk.dice).unwrap();
}

#[test]
fn a_move_is_announced_again_until_the_peer_knows() {
    let mut talk = Talk::new();
    talk.ends[0].rotate(NOW, &mut talk.dice).unwrap();
    let both: Vec<MailboxId> = talk.ends[0].own_mailboxes().map(ReadKey::mailbox).collect();
    talk.now = NOW.plus(u64::from(LIFETIME_MAX));
    assert_eq!(talk.ends[0].next_due(), Some(talk.now));
    talk.tick(0);
    assert_eq!(talk.ends[0].own_mailboxes().map(ReadKey::mailbox).collect::<Vec<_>>(), both);
    assert_eq!(talk.carry(0), [Event::PeerMoved]);
    assert_eq!(talk.turn(1), [Event::Retired { mailbox: both[0] }]);
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
