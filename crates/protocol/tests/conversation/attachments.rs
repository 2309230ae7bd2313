//! Attachments of a conversation: the ladder, which waits for their bytes, and what goes when.

use nightjar_protocol::conversation::{
    Audience, Conversation, Error, Event, Expiry, MessageId, MessageState, Progress, Standing,
};
use nightjar_protocol::keys::{AeadKey, ReadKey};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::message::{Attachment, AttachmentKind, Attachments, Body, Message};

use super::talk::{DAY, NOW, Talk, theirs};

fn attachments(talk: &mut Talk, count: u8) -> Attachments {
    let mut item = |number: u8| Attachment {
        kind: AttachmentKind::Photo,
        name: Body::new("river.jpg"),
        size: 5000,
        hash: [number; 32],
        duration: 0,
        mailbox: ReadKey::generate(&mut talk.dice),
        key: AeadKey::generate(&mut talk.dice),
    };
    let items = (0..count).map(&mut item).collect();
    let (caption, deadline) = (Body::new("the bridge"), talk.now.plus(DAY.into()));
    Attachments { caption, items, sent_at: talk.now, deadline, after_read: 300 }
}

fn send(talk: &mut Talk, count: u8) -> MessageId {
    let message = attachments(talk, count);
    talk.ends[0].send_attachments(talk.now, message, Audience::Contact, &mut talk.dice).unwrap()
}

fn fetched(talk: &mut Talk, id: MessageId, item: u8) -> Option<Event> {
    talk.ends[1].fetched(talk.now, theirs(id), item, &mut talk.dice)
}

/// The first living message of a side: its items' progress, and whether their keys are there.
fn items(end: &Conversation) -> Vec<(Progress, bool)> {
    let view = end.messages(NOW).next().unwrap();
    view.items.iter().map(|item| (item.progress, item.access.is_some())).collect()
}

#[test]
fn attachments_climb_the_ladder_when_their_bytes_are_there() {
    let mut talk = Talk::new();
    let id = send(&mut talk, 2);
    assert_eq!(talk.carry(0), [Event::Accepted { id }, Event::Received { id: theirs(id) }]);
    let view = talk.ends[1].messages(talk.now).next().unwrap();
    assert_eq!((view.text, view.items.len(), view.state), (None, 2, MessageState::Unseen));

    // A text the other way acknowledges the cells of the message, and no more.
    talk.send(1, "on its way", (DAY, 300));
    talk.carry(1);
    assert_eq!(talk.state(0, id), Some(MessageState::Accepted));
    assert!(items(&talk.ends[0]).iter().all(|(_, has_keys)| *has_keys));

    assert_eq!(fetched(&mut talk, id, 1), None);
    assert_eq!(talk.turn(1), [], "delivered was stated of half of it");
    assert_eq!(fetched(&mut talk, id, 0), Some(Event::Fetched { id: theirs(id) }));
    assert_eq!(fetched(&mut talk, id, 0), None, "the same twice");
    assert_eq!(talk.turn(1), [Event::Delivered { id }]);
    assert_eq!(items(&talk.ends[0]), [(Progress::Sent, false); 2], "keys outlive their use");

    assert_eq!(talk.show(1, id).as_deref(), Some("the bridge"));
    assert_eq!(talk.turn(1), [Event::Read { id }]);
    let line = talk.ends[0].messages(talk.now).find(|view| view.id == id).unwrap();
    assert_eq!((line.text, line.items.len(), line.state), (None, 0, MessageState::Read));
    talk.now = talk.now.plus(300);
    assert!(talk.tick(1).contains(&Event::Expired { id: theirs(id), expiry: Expiry::Seen }));
    assert_eq!(talk.turn(1), [Event::Erased { id }]);
}

#[test]
fn the_relay_s_epoch_and_a_restart_keep_the_progress() {
    let mut talk = Talk::new();
    let id = send(&mut talk, 1);
    talk.ends[0].appended(id, 0, Epoch([9; 8]), 2);
    talk.ends[0] = Conversation::restore(&talk.ends[0].snapshot()).unwrap();
    assert_eq!(items(&talk.ends[0]), [(Progress::Sending { epoch: Epoch([9; 8]), cells: 2 }, true)]);
    talk.carry(0);
    fetched(&mut talk, id, 0);
    talk.turn(1);
    talk.ends[0].appended(id, 0, Epoch([9; 8]), 1);
    assert_eq!(items(&talk.ends[0]), [(Progress::Sent, false)], "news of a cell came after the receipt");
}

#[test]
fn what_is_looked_at_before_it_is_whole_is_read_once_it_is() {
    let mut talk = Talk::new();
    let id = send(&mut talk, 2);
    talk.carry(0);
    fetched(&mut talk, id, 0);
    assert_eq!(talk.show(1, id).as_deref(), Some("the bridge"));
    assert_eq!(talk.turn(1), [], "read was stated before delivered");
    fetched(&mut talk, id, 1);
    assert_eq!(talk.turn(1), [Event::Delivered { id }, Event::Read { id }]);
}

#[test]
fn a_damaged_one_is_said_here_and_not_there() {
    let mut talk = Talk::new();
    let id = send(&mut talk, 2);
    talk.carry(0);
    assert_eq!(talk.ends[1].failed(theirs(id), 0), Some(Event::Damaged { id: theirs(id), item: 0 }));
    assert_eq!(talk.ends[1].failed(theirs(id), 0), None);
    assert_eq!(fetched(&mut talk, id, 0), None, "damaged and then whole");
    assert_eq!(fetched(&mut talk, id, 1), None);
    assert_eq!(
        items(&talk.ends[1]).iter().map(|item| item.0).collect::<Vec<_>>(),
        [Progress::Damaged, Progress::Whole]
    );
    assert!(talk.show(1, id).is_some());
    assert_eq!(talk.turn(1), []);
    talk.now = talk.now.plus(300);
    assert_eq!(talk.turn(1), [Event::Erased { id }]);
}

#[test]
fn what_nobody_fetched_goes_at_the_deadline() {
    let mut talk = Talk::new();
    let id = send(&mut talk, 1);
    talk.carry(0);
    talk.now = talk.now.plus(DAY.into());
    assert_eq!(fetched(&mut talk, id, 0), None, "delivered after its time");
    assert_eq!(talk.tick(0), [Event::Expired { id, expiry: Expiry::Undelivered }]);
    assert_eq!(talk.tick(1), [Event::Expired { id: theirs(id), expiry: Expiry::Unseen }]);
    assert_eq!(talk.turn(1), []);
}

#[test]
fn under_duress_only_what_a_coercer_may_see_is_sent() {
    let mut talk = Talk::new();
    talk.ends[0].set_standing(Standing::Duress);
    let message = attachments(&mut talk, 1);
    let refused = talk.ends[0].send_attachments(NOW, message, Audience::Contact, &mut talk.dice);
    assert_eq!(refused.err(), Some(Error::Duress));
    assert_eq!(talk.ends[0].messages(NOW).count(), 0);
    let message = attachments(&mut talk, 1);
    assert!(talk.ends[0].send_attachments(NOW, message, Audience::Coercer, &mut talk.dice).is_ok());
}

/// What a peer sends without its own program's checks is refused as a whole, and nothing changes.
#[test]
fn what_no_sender_may_make_is_not_made() {
    let mut talk = Talk::new();
    let mut message = attachments(&mut talk, 1);
    message.items[0].size = 0;
    assert!(matches!(Message::Attachments(message).encode(), Err(nightjar_protocol::message::Error::Attachments)));
}
