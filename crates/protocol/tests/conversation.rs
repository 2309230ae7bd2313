//! The rules of a conversation one by one. What happens when everything goes wrong at once is in `pair`.

use nightjar_protocol::conversation::envelope::{Envelope, EnvelopeError, Piece};
use nightjar_protocol::conversation::{
    Audience, Conversation, Direction, Error, Event, Expiry, MessageId, MessageState, ReceiptPolicy, Standing,
};
use nightjar_protocol::crypto::dh_keypair;
use nightjar_protocol::keys::{MailboxId, Random, ReadKey, RootKey, UnixTime};
use nightjar_protocol::limits::{LIFETIME_MAX, PIECE_MAX, RECEIPTS_MAX, TEXT_MAX, WINDOW_MAX, WINDOW_TEXT};
use nightjar_protocol::link::Epoch;
use nightjar_protocol::message::{self, Body, Message, Receipt, ReceiptKind, Text};
use nightjar_protocol::ratchet::{Role, Session, SessionSeed};
use nightjar_protocol::wire::{self, Cell};

const NOW: UnixTime = UnixTime(1_800_000_000);
const DAY: u32 = 24 * 3600;

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

#[test]
fn under_duress_only_what_a_coercer_may_read_is_sent() {
    let mut talk = Talk::new();
    talk.ends[0].set_standing(Standing::Duress);
    let before = talk.ends[0].snapshot();
    let sent = talk.ends[0].send_text(NOW, "secret", (DAY, 300), Audience::Contact, &mut talk.dice);
    assert_eq!(sent, Err(Error::Duress));
    assert!(talk.ends[0].snapshot() == before);
    talk.ends[0] = Conversation::restore(&before).unwrap();
    assert_eq!(talk.ends[0].standing(), Standing::Duress);
    talk.ends[0].send_text(NOW, "harmless", (DAY, 300), Audience::Coercer, &mut talk.dice).unwrap();
}

#[test]
fn texts_out_of_bounds_are_not_sent() {
    let mut talk = Talk::new();
    let long = "x".repeat(TEXT_MAX + 1);
    for (text, timers, error) in [
        ("", (DAY, 300), message::Error::Empty),
        (long.as_str(), (DAY, 300), message::Error::TooLong),
        ("a\x1b[31mb", (DAY, 300), message::Error::Control),
        ("a\u{85}b", (DAY, 300), message::Error::Control),
        ("x", (0, 300), message::Error::Lifetime),
        ("x", (LIFETIME_MAX + 1, 300), message::Error::Lifetime),
        ("x", (DAY, 0), message::Error::AfterRead),
        ("x", (DAY, LIFETIME_MAX + 1), message::Error::AfterRead),
    ] {
        let before = talk.ends[0].snapshot();
        let sent = talk.ends[0].send_text(NOW, text, timers, Audience::Contact, &mut talk.dice);
        assert_eq!(sent, Err(Error::Message(error)));
        assert!(talk.ends[0].snapshot() == before);
    }
    talk.send(0, "line\n\tline", (1, 1));
}

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
    assert_eq!(talk.ends[1].handle(NOW, &again[0], &mut talk.dice), Err(Error::Undecryptable));
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

/// A peer that holds the session's keys and breaks the rules: refused, and nothing changes.
#[test]
fn envelopes_against_the_rules_change_nothing() {
    let (mut victim, mut peer, mut dice) = victim();
    let text = |deadline: u64| {
        let text = Text { body: Body::new("x"), sent_at: NOW, deadline: NOW.plus(deadline), after_read: 60 };
        Message::Text(text).encode().unwrap().to_vec()
    };
    let good = |seq: u64| Envelope { seq, oldest: 1, ack: 0, seen: 0, piece: piece(seq, &text(60)) };
    let mut raw = |envelope: &Envelope| peer.encrypt(&wire::encode(envelope).unwrap(), &mut dice).unwrap();
    let first = raw(&good(1));
    let cases = [
        (raw(&Envelope { seq: 0, ..good(2) }), Error::Envelope(EnvelopeError::Numbers)),
        (raw(&Envelope { oldest: 0, ..good(2) }), Error::Envelope(EnvelopeError::Numbers)),
        (raw(&Envelope { oldest: 3, ..good(2) }), Error::Envelope(EnvelopeError::Numbers)),
        (raw(&Envelope { ack: 1, ..good(2) }), Error::Acknowledgement),
        (raw(&Envelope { seq: WINDOW_MAX + 2, ..good(2) }), Error::Ahead),
        (raw(&Envelope { seq: 1, ..good(2) }), Error::Repeated),
        (raw(&Envelope { piece: piece(1, &text(60)), ..good(2) }), Error::Repeated),
        (raw(&Envelope { piece: piece(2, &text(61)), ..good(2) }), Error::Piece),
        (raw(&Envelope { piece: piece(2, b"\x09"), ..good(2) }), Error::Message(wire::Error::Malformed.into())),
    ];
    let mut dice = Dice(3);
    assert_eq!(victim.handle(NOW, &first, &mut dice).unwrap().len(), 1);
    for (cell, error) in cases {
        let before = victim.snapshot();
        assert_eq!(victim.handle(NOW, &cell, &mut dice), Err(error));
        assert!(victim.snapshot() == before, "{error} changed the state");
    }
}

#[test]
fn pieces_at_odds_with_each_other_are_refused() {
    let (mut victim, mut peer, mut dice) = victim();
    let part = |seq, index, count, deadline: u64| {
        let piece = Piece { message: 1, index, count, deadline: NOW.plus(deadline), bytes: vec![b'x'; 10] };
        Envelope { seq, oldest: 1, ack: 0, seen: 0, piece }
    };
    let mut raw = |envelope: &Envelope| peer.encrypt(&envelope.encode().unwrap(), &mut dice).unwrap();
    let first = raw(&part(1, 0, 3, 60));
    let cases = [
        (raw(&part(2, 1, 4, 60)), Error::Piece),
        (raw(&part(2, 1, 3, 61)), Error::Piece),
        (raw(&part(2, 0, 3, 60)), Error::Repeated),
    ];
    let mut dice = Dice(3);
    assert_eq!(victim.handle(NOW, &first, &mut dice), Ok(Vec::new()));
    for (cell, error) in cases {
        let before = victim.snapshot();
        assert_eq!(victim.handle(NOW, &cell, &mut dice), Err(error));
        assert!(victim.snapshot() == before);
    }
}

/// A receipt for what was never sent, or is gone, says nothing.
#[test]
fn receipts_for_nothing_are_no_news() {
    let (mut victim, mut peer, mut dice) = victim();
    let receipt = Message::Receipt(Receipt { kind: ReceiptKind::Erased, messages: vec![1, 7, u64::MAX] });
    let envelope = Envelope { seq: 1, oldest: 1, ack: 0, seen: 0, piece: piece(1, &receipt.encode().unwrap()) };
    let cell = peer.encrypt(&envelope.encode().unwrap(), &mut dice).unwrap();
    assert_eq!(victim.handle(NOW, &cell, &mut dice), Ok(Vec::new()));
}

#[test]
fn snapshots_are_strict() {
    let mut talk = Talk::new();
    talk.send(0, "x", (DAY, 300));
    let snapshot = talk.ends[0].snapshot();
    assert!(Conversation::restore(&snapshot).is_ok());
    let (body, long) = (&snapshot[1..], [&snapshot[..], &[0]].concat());
    for bytes in [&snapshot[..snapshot.len() - 1], &long, &[&[2], body].concat(), &[]] {
        assert_eq!(Conversation::restore(bytes).err(), Some(Error::Snapshot));
    }
}

fn piece(message: u64, bytes: &[u8]) -> Piece {
    Piece { message, index: 0, count: 1, deadline: NOW.plus(60), bytes: bytes.to_vec() }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The same message as its recipient names it.
fn theirs(id: MessageId) -> MessageId {
    MessageId { direction: Direction::Received, ..id }
}

/// A conversation, and its peer as a bare session that can say anything.
fn victim() -> (Conversation, Session, Dice) {
    let mut dice = Dice(77);
    let [joiner, inviter] = seeds(&mut dice);
    let own = ReadKey::generate(&mut dice);
    let peer = ReadKey::generate(&mut dice).mailbox();
    let victim = Conversation::start(inviter, own, peer, Standing::Verified).unwrap();
    (victim, Session::start(joiner).unwrap(), dice)
}

fn seeds(dice: &mut Dice) -> [SessionSeed; 2] {
    let (joiner, joiner_public) = dh_keypair(dice);
    let (inviter, inviter_public) = dh_keypair(dice);
    let (root, id) = (RootKey::generate(dice), *dice.bytes());
    let roles =
        [Role::Joiner { own: joiner, peer: inviter_public }, Role::Inviter { own: inviter, peer: joiner_public }];
    roles.map(|role| SessionSeed { root: root.duplicate(), id, role })
}

/// Two conversations and a relay that does what it should.
struct Talk {
    ends: [Conversation; 2],
    now: UnixTime,
    dice: Dice,
}

impl Talk {
    fn new() -> Self {
        let mut dice = Dice(42);
        let [joiner, inviter] = seeds(&mut dice);
        let boxes = [ReadKey::generate(&mut dice), ReadKey::generate(&mut dice)];
        let [first, second] = boxes.each_ref().map(ReadKey::mailbox);
        let [one, other] = boxes;
        let mut ends = [
            Conversation::start(joiner, one, second, Standing::Verified).unwrap(),
            Conversation::start(inviter, other, first, Standing::Verified).unwrap(),
        ];
        ends.iter_mut().for_each(|end| end.set_receipt_policy(ReceiptPolicy { read: true, delay: (0, 0) }));
        Self { ends, now: NOW, dice }
    }

    fn send(&mut self, side: usize, text: &str, timers: (u32, u32)) -> MessageId {
        self.ends[side].send_text(self.now, text, timers, Audience::Contact, &mut self.dice).unwrap()
    }

    fn show(&mut self, side: usize, id: MessageId) -> Option<String> {
        self.ends[side].show(self.now, theirs(id), &mut self.dice).map(str::to_owned)
    }

    fn state(&self, side: usize, id: MessageId) -> Option<MessageState> {
        self.ends[side].messages(self.now).find(|message| message.id == id).map(|message| message.state)
    }

    fn tick(&mut self, side: usize) -> Vec<Event> {
        self.ends[side].tick(self.now, &mut self.dice)
    }

    /// The relay takes the outbox of a side.
    fn cells(&mut self, side: usize) -> Vec<Cell> {
        let epoch = Epoch([9; 8]);
        let queued: Vec<_> = self.ends[side].outbox(self.now, epoch).map(|q| (q.seq, q.cell.clone())).collect();
        for (seq, _) in &queued {
            self.ends[side].accepted(*seq, epoch);
        }
        queued.into_iter().map(|(_, cell)| cell).collect()
    }

    fn give(&mut self, side: usize, cells: &[Cell]) -> Vec<Event> {
        let mut events = Vec::new();
        for cell in cells {
            events.extend(self.ends[side].handle(self.now, cell, &mut self.dice).unwrap());
        }
        events
    }

    /// The outbox of a side reaches the other: the events of both.
    fn carry(&mut self, side: usize) -> Vec<Event> {
        let epoch = Epoch([9; 8]);
        let queued: Vec<_> = self.ends[side].outbox(self.now, epoch).map(|q| (q.seq, q.cell.clone())).collect();
        let mut events = Vec::new();
        for (seq, cell) in queued {
            events.extend(self.ends[side].accepted(seq, epoch));
            events.extend(self.ends[1 - side].handle(self.now, &cell, &mut self.dice).unwrap());
        }
        events
    }

    /// A side does what is due, and its cells reach the other: the other's events.
    fn turn(&mut self, side: usize) -> Vec<Event> {
        let _ = self.tick(side);
        let cells = self.cells(side);
        self.give(1 - side, &cells)
    }
}

struct Dice(u64);

impl Random for Dice {
    fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            *byte = (self.0 >> 24) as u8;
        }
    }
}
