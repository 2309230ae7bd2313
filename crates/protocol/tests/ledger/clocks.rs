//! A wrong time shortens what lives here, and never lengthens it beyond a lifetime from the present.

use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::ledger::{Error, Event, Status};
use nightjar_protocol::limits::{LIFETIME_MAX, TRANSFER_KEPT};
use nightjar_protocol::message::{Body, Message, Order, Question, QuestionId, Reason, Refusal, TransferId};

use super::world::{BROKER, DAY, FAMILY, NOW, REAL, SENDER, World, amount, contact, word};

const WEEK: u64 = LIFETIME_MAX as u64;

#[test]
fn an_order_from_the_future_lives_as_long_as_it_says_from_now() {
    let mut world = World::new(50);
    let (id, sent_at) = (TransferId([1; 16]), NOW.plus(90 * DAY));
    let (amount, note, expires) = (amount("1"), Body::new(""), sent_at.plus(60));
    world.hear(BROKER, SENDER, Message::Order(Order { id, amount, fee: None, note, sent_at, expires }));
    assert_eq!(world.view(BROKER, id).expires, NOW.plus(60));
    world.pass(60);
    assert_eq!(world.view(BROKER, id).status, Status::Expired);
}

#[test]
fn a_question_from_the_future_lives_a_lifetime_at_most() {
    let mut world = World::new(51);
    world.ask(Some(REAL), None).unwrap();
    let Some(Message::Question(question)) = world.parties[SENDER].queue.pop().map(|post| post.message) else {
        panic!("nothing was asked")
    };
    let expires = UnixTime(u64::MAX);
    let id = QuestionId([3; 16]);
    world.hear(FAMILY, SENDER, Message::Question(Question { id, expires, ..question }));
    let asked = world.parties[FAMILY].ledger.asked_by(contact(SENDER, FAMILY)).next().unwrap();
    assert_eq!(asked.expires, NOW.plus(WEEK));
}

#[test]
fn a_clock_that_was_set_back_adds_nothing() {
    let mut world = World::new(52);
    let id = world.open("10");
    world.carry();
    let back = UnixTime(NOW.0 - 900 * DAY);
    for party in [SENDER, BROKER, FAMILY] {
        world.parties[party].ledger.tick(back);
        let due = world.parties[party].ledger.next_due().unwrap();
        assert!(due <= back.plus(WEEK), "something lives until {due:?}");
    }
    world.now = back.plus(WEEK + u64::from(TRANSFER_KEPT));
    for party in [SENDER, BROKER, FAMILY] {
        let events = world.parties[party].ledger.tick(world.now);
        assert!(matches!(events.last(), Some(Event::Forgotten { .. })), "{events:?}");
        assert!(world.parties[party].ledger.find(&nightjar_protocol::ledger::handle(&id)).is_err());
    }
}

/// A device that slept through the end does not answer what is over, whether it was told of the time or not.
#[test]
fn what_has_expired_is_not_answered() {
    let mut world = World::new(53);
    let id = world.ask(Some(REAL), None).unwrap();
    world.carry();
    let peer = world.peer(FAMILY, SENDER);
    let late = world.now.plus(3600);
    let answered = world.parties[FAMILY].ledger.answer(late, &peer, id, &word(REAL), &mut world.dice);
    assert_eq!(answered.err(), Some(Error::Expired));
}

/// A question that its reader refuses is over, and another can be asked.
#[test]
fn a_refused_question_is_over() {
    let mut world = World::new(54);
    let QuestionId(of) = world.ask(Some(REAL), None).unwrap();
    let refused = || Message::Refusal(Refusal { of, number: 0, reason: Reason::Full });
    assert!(world.hear(SENDER, BROKER, refused()).is_empty(), "somebody else's word ended it");
    assert_eq!(world.hear(SENDER, FAMILY, refused()).len(), 1);
    assert_eq!(world.hear(SENDER, FAMILY, refused()), []);
    world.ask(Some(REAL), None).unwrap();
}
