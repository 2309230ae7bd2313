//! What does not open, does not open again or does not restore, and what a copied state is good for.

use nightjar_protocol::crypto::dh;
use nightjar_protocol::keys::{DhPublic, DhSecret, RootKey};
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::ratchet::chains::{chain_step, initial_keys, root_step};
use nightjar_protocol::ratchet::layout::{CONTENT_MAX, Header, PREFIX_LEN};
use nightjar_protocol::ratchet::{Error, Role, Session, SessionSeed};
use nightjar_protocol::wire::Cell;

use super::ends::{Dice, NOW, Pair, Parts};

#[test]
fn a_low_order_ratchet_key_is_refused() {
    let parts = Parts::new(6);
    let keys = initial_keys(&parts.root, &parts.id);
    let step = root_step(&keys.root, &dh(&parts.joiner, &parts.inviter_public).unwrap());
    let mut pair = parts.pair();
    let zero = DhPublic::from_bytes([0; 32]);
    let forged = pair.forge_header(&step.next_header, &Header { dh: zero, pn: 0, n: 0 });
    pair.refuses(1, NOW, &forged);
    let role = Role::Joiner { own: DhSecret::from_bytes([9; 32]), peer: zero };
    let seed = SessionSeed { root: RootKey::from_bytes([1; 32]), id: [2; 32], role };
    assert_eq!(Session::start(seed).err(), Some(Error::PeerKey));
}

#[test]
fn a_forged_bit_anywhere_is_refused() {
    let mut pair = Pair::new(7);
    let first = pair.encrypt(1, b"turn");
    pair.ends[0].decrypt(NOW, &first).unwrap();
    let cell = pair.encrypt(0, b"content");
    for at in 0..CELL_LEN {
        let mut bytes = *cell.as_bytes();
        bytes[at] ^= 1 << (at % 8);
        pair.refuses(1, NOW, &Cell::from_bytes(bytes));
    }
    assert_eq!(pair.ends[1].decrypt(NOW, &cell).unwrap().as_bytes(), b"content");
}

#[test]
fn parts_of_two_cells_do_not_mix() {
    let mut pair = Pair::new(8);
    let (one, two) = (pair.encrypt(0, b"one"), pair.encrypt(0, b"two"));
    for cut in [24, PREFIX_LEN] {
        let mut mixed = *one.as_bytes();
        mixed[cut..].copy_from_slice(&two.as_bytes()[cut..]);
        pair.refuses(1, NOW, &Cell::from_bytes(mixed));
    }
}

#[test]
fn another_session_or_the_wrong_end_opens_nothing() {
    let mut pair = Pair::new(9);
    let cell = pair.encrypt(0, b"x");
    pair.refuses(0, NOW, &cell);
    let mut parts = Parts::new(9);
    parts.id[0] ^= 1;
    parts.pair().refuses(1, NOW, &cell);
}

/// After a message was opened, nothing that is stored opens it again, and its key is in no snapshot.
#[test]
fn what_was_opened_stays_closed() {
    let parts = Parts::new(10);
    let keys = initial_keys(&parts.root, &parts.id);
    let step = root_step(&keys.root, &dh(&parts.joiner, &parts.inviter_public).unwrap());
    let mut pair = parts.pair();
    let cells: Vec<Cell> = (0..3).map(|_| pair.encrypt(0, b"x")).collect();
    pair.ends[1].decrypt(NOW, &cells[2]).unwrap();
    pair.ends[1].decrypt(NOW, &cells[0]).unwrap();
    pair.store(1);
    pair.refuses(1, NOW, &cells[0]);
    pair.refuses(1, NOW, &cells[2]);
    let (first, chain) = chain_step(&step.chain);
    let (second, chain) = chain_step(&chain);
    let (third, _) = chain_step(&chain);
    let stored = pair.ends[1].snapshot();
    let holds = |key: &[u8; 32]| stored.windows(32).any(|window| window == key);
    assert!(!holds(first.as_bytes()) && !holds(third.as_bytes()) && !holds(chain.as_bytes()));
    assert!(!holds(step.chain.as_bytes()) && !holds(keys.root.as_bytes()) && !holds(parts.root.as_bytes()));
    assert!(holds(second.as_bytes()), "the test looks for keys in the wrong form");
}

/// Who copies a state reads on until the owner has sent and got an answer, and no longer.
#[test]
fn a_break_in_heals() {
    let mut pair = Pair::new(11);
    let cell = pair.encrypt(0, b"before");
    pair.ends[1].decrypt(NOW, &cell).unwrap();
    let mut thief = Session::restore(&pair.ends[1].snapshot()).unwrap();
    let cell = pair.encrypt(0, b"still read");
    assert_eq!(thief.decrypt(NOW, &cell).unwrap().as_bytes(), b"still read");
    pair.ends[1].decrypt(NOW, &cell).unwrap();
    let cell = pair.encrypt(1, b"a fresh key");
    pair.ends[0].decrypt(NOW, &cell).unwrap();
    for _ in 0..3 {
        let cell = pair.encrypt(0, b"healed");
        assert_eq!(thief.decrypt(NOW, &cell).err(), Some(Error::Undecryptable));
        pair.ends[1].decrypt(NOW, &cell).unwrap();
    }
}

/// Robbed while its key is in use, a side is read for one step more: its peer's next key still meets the stolen one.
#[test]
fn a_break_in_amid_a_chain_heals_a_step_later() {
    let mut pair = Pair::new(18);
    for (from, content) in [(0, "before"), (1, "a key in use")] {
        let cell = pair.encrypt(from, content.as_bytes());
        pair.ends[1 - from].decrypt(NOW, &cell).unwrap();
    }
    let mut thief = Session::restore(&pair.ends[1].snapshot()).unwrap();
    let cell = pair.encrypt(0, b"still read");
    assert_eq!(thief.decrypt(NOW, &cell).unwrap().as_bytes(), b"still read");
    pair.ends[1].decrypt(NOW, &cell).unwrap();
    let cell = pair.encrypt(1, b"a fresh key");
    pair.ends[0].decrypt(NOW, &cell).unwrap();
    let cell = pair.encrypt(0, b"healed");
    assert_eq!(thief.decrypt(NOW, &cell).err(), Some(Error::Undecryptable));
    pair.ends[1].decrypt(NOW, &cell).unwrap();
}

/// The last number of a chain is never used: the one after it would be 0 again.
#[test]
fn a_chain_ends_before_its_numbers_do() {
    let mut pair = Pair::new(19);
    let snapshot = pair.ends[0].snapshot();
    // Version, id, side, root, own key, peer's key, "there is a chain", its header key, its key: then its number.
    let at = 1 + 32 + 1 + 3 * 32 + 1 + 2 * 32;
    let with = |n: u32| {
        let number = [&[0xfc][..], &n.to_le_bytes()].concat();
        Session::restore(&[&snapshot[..at], &number, &snapshot[at + 1..]].concat()).unwrap()
    };
    assert_eq!(snapshot[at], 0);
    pair.ends[0] = with(u32::MAX);
    let before = pair.ends[0].snapshot();
    assert_eq!(pair.ends[0].encrypt(b"x", &mut Dice(1)).err(), Some(Error::Exhausted));
    assert!(pair.ends[0].snapshot() == before);
    pair.ends[0] = with(u32::MAX - 1);
    pair.encrypt(0, b"the last");
    assert_eq!(pair.ends[0].encrypt(b"x", &mut Dice(1)).err(), Some(Error::Exhausted));
}

/// A state that was restored from an old copy seals with a key that was used before, but never with its nonce.
#[test]
fn a_restored_state_does_not_repeat_a_nonce() {
    let mut pair = Pair::new(12);
    let old = pair.ends[0].snapshot();
    let one = pair.encrypt(0, &[0; CONTENT_MAX]);
    pair.ends[0] = Session::restore(&old).unwrap();
    let two = pair.encrypt(0, &[0; CONTENT_MAX]);
    let body = |cell: &Cell| cell.as_bytes()[PREFIX_LEN..CELL_LEN - 16].to_vec();
    assert_ne!(body(&one), body(&two));
}

#[test]
fn content_beyond_a_cell_is_refused_without_a_change() {
    let mut pair = Pair::new(17);
    let before = pair.ends[0].snapshot();
    assert_eq!(pair.ends[0].encrypt(&[0; CONTENT_MAX + 1], &mut Dice(1)).err(), Some(Error::TooLong));
    assert!(pair.ends[0].snapshot() == before);
    let cell = pair.encrypt(0, &[7; CONTENT_MAX]);
    assert_eq!(pair.ends[1].decrypt(NOW, &cell).unwrap().as_bytes(), [7; CONTENT_MAX]);
    let cell = pair.encrypt(0, &[]);
    assert_eq!(pair.ends[1].decrypt(NOW, &cell).unwrap().as_bytes(), []);
}

/// Dropping what was opened leaves everything as it was, so whoever reads the content may still refuse it.
#[test]
fn opened_and_not_accepted_is_not_received() {
    let mut pair = Pair::new(18);
    let reply = pair.encrypt(1, b"turn");
    pair.ends[0].decrypt(NOW, &reply).unwrap();
    let (skipped, cell) = (pair.encrypt(0, b"skipped"), pair.encrypt(0, b"content"));
    let before = pair.ends[1].snapshot();
    assert_eq!(pair.ends[1].open(NOW, &cell).unwrap().content(), b"content");
    assert!(pair.ends[1].snapshot() == before);
    pair.ends[1].decrypt(NOW, &cell).unwrap();
    let before = pair.ends[1].snapshot();
    assert_eq!(pair.ends[1].open(NOW, &skipped).unwrap().content(), b"skipped");
    assert!(pair.ends[1].snapshot() == before);
    pair.ends[1].decrypt(NOW, &skipped).unwrap();
}

#[test]
fn snapshots_are_strict() {
    let pair = Pair::new(19);
    let snapshot = pair.ends[0].snapshot();
    assert!(Session::restore(&snapshot).is_ok());
    for bytes in
        [&snapshot[..snapshot.len() - 1], &[&snapshot[..], &[0]].concat(), &[&[2], &snapshot[1..]].concat(), &[]]
    {
        assert_eq!(Session::restore(bytes).err(), Some(Error::Snapshot));
    }
}
