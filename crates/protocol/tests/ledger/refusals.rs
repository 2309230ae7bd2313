//! Messages that are not acted upon, and what their sender hears.

use nightjar_protocol::ledger::{Error, Event, Outcome, ReceiptState, binding};
use nightjar_protocol::limits::{DISPUTES_MAX, TRANSFERS_MAX, TRANSFERS_OF_CONTACT_MAX, UNPROVED_MAX};
use nightjar_protocol::message::{
    Answer, Body, CashReceipt, Claim, Dispute, Funded, Message, Order, Promise, Question, QuestionId, Reason, Refusal,
    TransferId,
};
use nightjar_protocol::money::{Amount, ClaimCode, Currency};
use nightjar_protocol::proof::Answerer;

use super::world::{BROKER, DAY, FAMILY, NOW, REAL, SENDER, World, amount, question, transfer, word};

/// What a party says to a message of another, if it is one refusal; and that it changed nothing.
fn refusal(world: &mut World, at: usize, from: usize, message: Message) -> Option<(u8, Reason)> {
    let before = world.parties[at].ledger.snapshot();
    let events = world.hear(at, from, message);
    match world.parties[at].queue.pop().map(|post| post.message) {
        Some(Message::Refusal(Refusal { number, reason, .. })) => {
            assert!(world.parties[at].ledger.snapshot() == before, "{reason:?} changed the state");
            assert_eq!(events, []);
            Some((number, reason))
        }
        _ => None,
    }
}

fn claim(id: TransferId, code: &ClaimCode) -> Message {
    Message::Claim(Claim { id, code: code.duplicate() })
}

fn receipt(transfer: TransferId, number: u8, amount: Amount) -> CashReceipt {
    CashReceipt { transfer, number, amount, note: Body::new(""), at: NOW, evidence: Vec::new() }
}

fn told(transfer: TransferId, number: u8) -> Message {
    Message::CashReceipt(receipt(transfer, number, amount("1")))
}

/// Nobody learns that a transfer exists which is not theirs.
#[test]
fn a_foreign_transfer_is_unknown() {
    let mut world = World::new(20);
    let id = world.open("10");
    world.carry();
    let (order, code) = (world.order(id), world.code(id));
    let nothing = TransferId([9; 16]);
    for (from, of) in [(FAMILY, order), (BROKER, id), (FAMILY, id), (BROKER, nothing)] {
        assert_eq!(refusal(&mut world, SENDER, from, claim(of, &code)), Some((0, Reason::Unknown)));
        let funded = Message::Funded(Funded { id: of, at: NOW });
        assert_eq!(refusal(&mut world, SENDER, from, funded), Some((0, Reason::Unknown)));
    }
    for (from, of) in [(BROKER, id), (FAMILY, order), (BROKER, order), (FAMILY, nothing)] {
        assert_eq!(refusal(&mut world, SENDER, from, told(of, 7)), Some((7, Reason::Unknown)));
        let dispute = Message::Dispute(Dispute { id: of, note: Body::new("no"), at: NOW });
        assert_eq!(refusal(&mut world, SENDER, from, dispute), Some((0, Reason::Unknown)));
    }
    let question = world.view(SENDER, id).question.unwrap();
    for (from, of) in [(BROKER, question), (FAMILY, QuestionId([9; 16]))] {
        let answer = Message::Answer(Answer { id: of, attempt: 2, m2: [0; 192], receipt: None });
        assert_eq!(refusal(&mut world, SENDER, from, answer), Some((2, Reason::Unknown)));
    }
}

#[test]
fn a_claim_is_taken_three_times_and_accepted_once() {
    let mut world = World::new(21);
    let [first, second] = [world.open("10"), world.open_asking("10", "둘째", "셋째")];
    world.carry();
    let (code, wrong) = (world.code(first), world.code(second));
    let order = world.order(first);
    for left in [2, 1] {
        world.claim(first, &wrong).unwrap();
        assert!(world.events(BROKER).contains(&Event::Claimed { id: order, accepted: false, left }));
    }
    world.claim(first, &code).unwrap();
    assert_eq!(refusal(&mut world, SENDER, BROKER, claim(order, &code)), Some((0, Reason::Finished)));
    assert_eq!(world.claim(first, &code), Err(Error::Finished));
    for _ in 0..3 {
        world.claim(second, &code).unwrap();
    }
    let order = world.order(second);
    assert_eq!(refusal(&mut world, SENDER, BROKER, claim(order, &wrong)), Some((0, Reason::Spent)));
    assert_eq!(world.claim(second, &wrong), Err(Error::Spent));
    let funded = || Message::Funded(Funded { id: order, at: NOW });
    world.hear(SENDER, BROKER, funded());
    assert_eq!(refusal(&mut world, SENDER, BROKER, funded()), Some((0, Reason::Repeated)));
}

#[test]
fn receipts_without_a_proof_are_bounded() {
    let mut world = World::new(22);
    let id = world.open("10");
    world.carry();
    let won = Amount::new(1, Currency::parse("KRW").unwrap()).unwrap();
    let message = Message::CashReceipt(receipt(id, 1, won));
    assert_eq!(refusal(&mut world, SENDER, FAMILY, message), Some((1, Reason::Currency)));
    world.hear(SENDER, FAMILY, told(id, 1));
    assert_eq!(refusal(&mut world, SENDER, FAMILY, told(id, 1)), Some((1, Reason::Repeated)));
    for number in 2..=UNPROVED_MAX as u8 {
        world.hear(SENDER, FAMILY, told(id, number));
    }
    assert_eq!(refusal(&mut world, SENDER, FAMILY, told(id, 32)), Some((32, Reason::Full)));
    for _ in 0..DISPUTES_MAX {
        world.hear(SENDER, FAMILY, Message::Dispute(Dispute { id, note: Body::new("no"), at: NOW }));
    }
    let dispute = Message::Dispute(Dispute { id, note: Body::new("no"), at: NOW });
    assert_eq!(refusal(&mut world, SENDER, FAMILY, dispute), Some((0, Reason::Full)));
    assert_eq!(world.view(SENDER, id).apparent.minor(), 0);
}

#[test]
fn after_the_end_only_a_dispute_is_heard() {
    let mut world = World::new(23);
    let id = world.open("10");
    world.carry();
    let (order, code) = (world.order(id), world.code(id));
    world.confirm_quietly(id, "10", Some(REAL)).unwrap();
    let answer = world.parties[FAMILY].queue.pop().unwrap().message;
    // The sender's device slept: nothing has told it that time has passed.
    world.now = world.now.plus(3 * DAY);
    let Message::Answer(answer) = answer else { panic!("no answer") };
    let question = answer.id;
    let events = world.hear(SENDER, FAMILY, Message::Answer(answer));
    let family = super::world::contact(FAMILY, SENDER);
    let over = Event::QuestionExpired { contact: family, id: question, about: Some(id) };
    assert_eq!(events, [over, Event::TransferExpired { id }]);
    let late = world.parties[SENDER].queue.pop().map(|post| post.message);
    assert!(matches!(late, Some(Message::Refusal(Refusal { number: 1, reason: Reason::Expired, .. }))));
    assert_eq!(refusal(&mut world, SENDER, FAMILY, told(id, 2)), Some((2, Reason::Expired)));
    assert_eq!(refusal(&mut world, SENDER, BROKER, claim(order, &code)), Some((0, Reason::Expired)));
    let funded = Message::Funded(Funded { id: order, at: NOW });
    assert_eq!(refusal(&mut world, SENDER, BROKER, funded), Some((0, Reason::Expired)));
    assert_eq!(world.confirm(id, "10", None), Err(Error::Expired));
    let claimed = world.parties[BROKER].ledger.claim(world.now, order, &code);
    assert_eq!(claimed.err(), Some(Error::Expired));
    let posts = world.parties[FAMILY].ledger.dispute(world.now, id, "nobody came").unwrap();
    world.say(FAMILY, posts);
    world.carry();
    assert_eq!(world.events(SENDER).last(), Some(&Event::Disputed { id }));
    assert_eq!(world.view(SENDER, id).disputes[0].note, "nobody came");
}

/// What comes with an answer and is not what was asked for is a wrong answer, though its word is right: the M1 it answers
/// is gone.
#[test]
fn an_answer_at_odds_with_its_question_is_a_mismatch() {
    let won = Amount::new(1, Currency::parse("KRW").unwrap()).unwrap();
    for case in 0..5 {
        let mut world = World::new(24);
        let [id, other] = [world.open("10"), world.open_asking("10", "둘째", "셋째")];
        let asked = world.parties[SENDER].queue.iter().find_map(|post| match &post.message {
            Message::Question(question) if question.about == Some(id) => Some((question.id, question.m1)),
            _ => None,
        });
        world.carry();
        world.events(SENDER);
        world.hear(SENDER, FAMILY, told(id, 3));
        let (receipt, fits) = match case {
            0 => (Some(receipt(id, 1, amount("10"))), true),
            1 => (Some(receipt(other, 1, amount("10"))), false),
            2 => (Some(receipt(id, 1, won)), false),
            3 => (Some(receipt(id, 3, amount("10"))), false),
            _ => (None, false),
        };
        let ((question, m1), peer) = (asked.unwrap(), world.peer(FAMILY, SENDER));
        let context = binding::context(&peer, peer.side.other(), &question, Some(id), "?");
        let statement = binding::statement(receipt.as_ref());
        let right = Answerer::answer(&word(REAL), &m1, &context, 1, &statement, &mut world.dice);
        let (_, m2) = right.unwrap();
        let events = world.hear(SENDER, FAMILY, Message::Answer(Answer { id: question, attempt: 1, m2, receipt }));
        let mismatch = matches!(events[..], [Event::AnswerWas { outcome: Outcome::Mismatch { left: 2 }, .. }]);
        assert_eq!(mismatch, !fits, "{events:?}");
        assert_eq!(world.view(SENDER, id).received.minor() > 0, fits);
    }
}

/// A receipt with the answer to a question that is about nothing else proves nothing either.
#[test]
fn a_receipt_that_was_not_asked_for_is_a_mismatch() {
    let mut world = World::new(29);
    let id = world.ask(Some(REAL), None).unwrap();
    let Some(Message::Question(question)) = world.parties[SENDER].queue.pop().map(|post| post.message) else {
        panic!("{id:?} was not asked")
    };
    let (peer, receipt) = (world.peer(FAMILY, SENDER), receipt(TransferId([1; 16]), 1, amount("10")));
    let context = binding::context(&peer, peer.side.other(), &id, None, "?");
    let statement = binding::statement(Some(&receipt));
    let right = Answerer::answer(&word(REAL), &question.m1, &context, 1, &statement, &mut world.dice);
    let answer = Answer { id, attempt: 1, m2: right.unwrap().1, receipt: Some(receipt) };
    let events = world.hear(SENDER, FAMILY, Message::Answer(answer));
    assert!(matches!(events[..], [Event::AnswerWas { outcome: Outcome::Mismatch { left: 2 }, .. }]));
}

/// A sender who floods, repeats or comes late.
#[test]
fn orders_and_promises_have_bounds() {
    let mut world = World::new(25);
    let order = |id, expires| {
        let (amount, note) = (amount("1"), Body::new(""));
        Message::Order(Order { id, amount, fee: None, note, sent_at: NOW, expires })
    };
    let promise = |id, expires| {
        let (amount, code) = (amount("1"), ClaimCode::parse("000000000098").unwrap());
        Message::Promise(Promise { id, amount, fee: None, code, note: Body::new(""), sent_at: NOW, expires })
    };
    let later = NOW.plus(60);
    let name = |n: usize| TransferId([n as u8; 16]);
    for n in 0..TRANSFERS_OF_CONTACT_MAX {
        let message = if n % 2 == 0 { order(name(n), later) } else { promise(name(n), later) };
        assert_eq!(refusal(&mut world, FAMILY, SENDER, message), None);
    }
    for (message, reason) in [
        (order(name(0), later), Reason::Repeated),
        (promise(name(0), later), Reason::Repeated),
        (order(name(200), NOW), Reason::Expired),
        (promise(name(200), NOW), Reason::Expired),
        (order(name(200), later), Reason::Full),
        (promise(name(200), later), Reason::Full),
    ] {
        assert_eq!(refusal(&mut world, FAMILY, SENDER, message), Some((0, reason)));
    }
}

/// A person who sends more than can be kept: the next one is refused, and its question is not used up.
#[test]
fn a_sender_keeps_so_many_transfers() {
    let mut world = World::new(28);
    let (family, broker) = (world.peer(SENDER, FAMILY), world.peer(SENDER, BROKER));
    let mut open = |real: &str| {
        let (asked, ledger) = (question("?", real, None), &mut world.parties[SENDER].ledger);
        ledger.open_transfer(NOW, &family, &broker, &transfer("1"), Some(&asked), &mut world.dice).map(drop)
    };
    for n in 0..TRANSFERS_MAX {
        open(&format!("word{n}")).unwrap();
    }
    assert_eq!(open("one more"), Err(Error::Full));
    assert_eq!(open("word0"), Err(Error::Full), "looked at the question first");
}

#[test]
fn questions_have_bounds() {
    let (mut world, later) = (World::new(28), NOW.plus(60));
    let m1 = {
        let id = world.ask(Some(REAL), None).unwrap();
        let Some(Message::Question(question)) = world.parties[SENDER].queue.pop().map(|post| post.message) else {
            panic!("{id:?} was not asked")
        };
        question.m1
    };
    let ask = |n: usize, m1, expires| {
        Message::Question(Question { id: QuestionId([n as u8; 16]), about: None, text: Body::new("?"), m1, expires })
    };
    assert_eq!(refusal(&mut world, FAMILY, SENDER, ask(0, m1, NOW)), Some((0, Reason::Expired)));
    assert_eq!(refusal(&mut world, FAMILY, SENDER, ask(0, [0xff; 64], later)), Some((0, Reason::Spent)));
    for n in 0..nightjar_protocol::limits::QUESTIONS_MAX {
        assert_eq!(refusal(&mut world, FAMILY, SENDER, ask(n, m1, later)), None);
    }
    assert_eq!(refusal(&mut world, FAMILY, SENDER, ask(0, m1, later)), Some((0, Reason::Repeated)));
    assert_eq!(refusal(&mut world, FAMILY, SENDER, ask(99, m1, later)), Some((0, Reason::Full)));
}

/// A sender's own names, said back to the sender as somebody else's, are known.
#[test]
fn a_name_cannot_be_turned_around() {
    let mut world = World::new(26);
    let id = world.open("10");
    let order = world.order(id);
    for (from, id) in [(BROKER, order), (FAMILY, id)] {
        let (amount, note, expires) = (amount("1"), Body::new(""), NOW.plus(60));
        let message = Message::Order(Order { id, amount, fee: None, note, sent_at: NOW, expires });
        assert_eq!(refusal(&mut world, SENDER, from, message), Some((0, Reason::Repeated)));
    }
}

/// A refusal is heard once, by whom it concerns, and never answered.
#[test]
fn refusals_are_heard_and_not_answered() {
    let mut world = World::new(27);
    let id = world.open("10");
    let order = world.order(id);
    world.carry();
    let refuse = |TransferId(of), number, reason| Message::Refusal(Refusal { of, number, reason });
    for _ in 0..2 {
        world.hear(SENDER, BROKER, refuse(order, 0, Reason::Full));
        world.hear(SENDER, FAMILY, refuse(order, 0, Reason::Full));
        world.hear(SENDER, BROKER, refuse(TransferId([9; 16]), 0, Reason::Full));
    }
    assert_eq!(world.events(SENDER).len(), 1);
    assert_eq!(world.view(SENDER, id).refused, [Some(Reason::Full), None]);
    let question = world.view(FAMILY, id).question.unwrap();
    world.confirm_quietly(id, "10", Some(REAL)).unwrap();
    world.parties[FAMILY].queue.clear();
    world.hear(FAMILY, SENDER, refuse(TransferId(question.0), 2, Reason::Spent));
    assert_eq!(world.view(FAMILY, id).receipts[0].state, Some(ReceiptState::Waiting), "another attempt was refused");
    world.hear(FAMILY, SENDER, refuse(TransferId(question.0), 1, Reason::Expired));
    assert_eq!(world.view(FAMILY, id).receipts[0].state, Some(ReceiptState::Refused(Reason::Expired)));
    let code = world.code(id);
    let posts = world.parties[BROKER].ledger.claim(world.now, order, &code).unwrap();
    drop(posts);
    world.hear(BROKER, SENDER, refuse(order, 0, Reason::Expired));
    assert_eq!(world.parties[BROKER].ledger.claim(world.now, order, &code).err(), Some(Error::Spent));
    for party in 0..3 {
        assert!(world.parties[party].queue.is_empty(), "a refusal was answered");
    }
}
