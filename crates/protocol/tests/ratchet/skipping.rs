//! Cells out of order: how far ahead one may be, and how many keys are kept for how long.

use nightjar_protocol::crypto::{dh, dh_keypair};
use nightjar_protocol::limits::{MAX_SKIP, MAX_SKIP_TOTAL, SKIPPED_TTL};
use nightjar_protocol::ratchet::chains::{initial_keys, root_step};
use nightjar_protocol::ratchet::layout::Header;
use nightjar_protocol::wire::Cell;

use super::ends::{Dice, NOW, Pair, Parts};

#[test]
fn out_of_order_within_max_skip() {
    let mut pair = Pair::new(1);
    let mut cells: Vec<Cell> = (0..=MAX_SKIP).map(|n| pair.encrypt(0, &n.to_be_bytes())).collect();
    let last = cells.pop().unwrap();
    assert_eq!(pair.ends[1].decrypt(NOW, &last).unwrap().as_bytes(), MAX_SKIP.to_be_bytes());
    assert_eq!(pair.ends[1].skipped_keys(), MAX_SKIP as usize);
    pair.store(1);
    // Back to front, with a reply in between that turns the ratchet.
    for (n, cell) in cells.iter().enumerate().rev() {
        if n == 100 {
            let reply = pair.encrypt(1, b"reply");
            pair.ends[0].decrypt(NOW, &reply).unwrap();
            let next = pair.encrypt(0, b"next");
            pair.ends[1].decrypt(NOW, &next).unwrap();
        }
        assert_eq!(pair.ends[1].decrypt(NOW, cell).unwrap().as_bytes(), (n as u32).to_be_bytes());
        pair.refuses(1, NOW, cell);
    }
    assert_eq!(pair.ends[1].skipped_keys(), 0);
}

#[test]
fn a_jump_beyond_max_skip_is_refused_and_blocks_nothing() {
    let mut pair = Pair::new(2);
    let cells: Vec<Cell> = (0..MAX_SKIP + 2).map(|_| pair.encrypt(0, b"x")).collect();
    pair.refuses(1, NOW, &cells[MAX_SKIP as usize + 1]);
    pair.ends[1].decrypt(NOW, &cells[0]).unwrap();
    pair.ends[1].decrypt(NOW, &cells[MAX_SKIP as usize + 1]).unwrap();
}

#[test]
fn a_jump_beyond_max_skip_in_the_ended_chain_is_refused() {
    let mut pair = Pair::new(3);
    let cells: Vec<Cell> = (0..=MAX_SKIP).map(|_| pair.encrypt(0, b"x")).collect();
    let reply = pair.encrypt(1, b"reply");
    pair.ends[0].decrypt(NOW, &reply).unwrap();
    let next = pair.encrypt(0, b"next");
    pair.refuses(1, NOW, &next);
    pair.ends[1].decrypt(NOW, &cells[0]).unwrap();
    assert_eq!(pair.ends[1].decrypt(NOW, &next).unwrap().as_bytes(), b"next");
    for cell in &cells[1..] {
        pair.ends[1].decrypt(NOW, cell).unwrap();
    }
}

/// A peer that holds the keys and names numbers at the end of the range: no work, no key kept, no change.
#[test]
fn a_jump_of_two_to_the_32_costs_nothing() {
    let parts = Parts::new(4);
    let keys = initial_keys(&parts.root, &parts.id);
    let step = root_step(&keys.root, &dh(&parts.joiner, &parts.inviter_public).unwrap());
    let mut pair = parts.pair();
    let (_, fresh) = dh_keypair(&mut Dice(5));
    for (key, pn, n) in [
        (&keys.joiner_header, 0, u32::MAX),
        (&keys.joiner_header, 0, MAX_SKIP + 1),
        (&step.next_header, u32::MAX, 0),
        (&step.next_header, 0, u32::MAX),
        (&step.next_header, u32::MAX, u32::MAX),
    ] {
        let forged = pair.forge_header(key, &Header { dh: fresh, pn, n });
        pair.refuses(1, NOW, &forged);
        assert_eq!(pair.ends[1].skipped_keys(), 0);
    }
}

#[test]
fn skipped_keys_are_bounded_in_all_and_the_oldest_go_first() {
    let mut pair = Pair::new(13);
    let mut lost = Vec::new();
    for _ in 0..8 {
        lost.push(pair.encrypt(0, b"oldest of its chain"));
        for _ in 1..200 {
            pair.encrypt(0, b"lost");
        }
        let last = pair.encrypt(0, b"last");
        pair.ends[1].decrypt(NOW, &last).unwrap();
        let reply = pair.encrypt(1, b"reply");
        pair.ends[0].decrypt(NOW, &reply).unwrap();
        assert!(pair.ends[1].skipped_keys() <= MAX_SKIP_TOTAL);
    }
    assert_eq!(pair.ends[1].skipped_keys(), MAX_SKIP_TOTAL);
    pair.store(1);
    pair.refuses(1, NOW, &lost[0]);
    pair.refuses(1, NOW, &lost[2]);
    pair.ends[1].decrypt(NOW, &lost[3]).unwrap();
    pair.ends[1].decrypt(NOW, &lost[7]).unwrap();
}

#[test]
fn skipped_keys_are_bounded_per_chain() {
    let mut pair = Pair::new(14);
    let cells: Vec<Cell> = (0..2 * MAX_SKIP).map(|_| pair.encrypt(0, b"x")).collect();
    let at = |n: u32| &cells[n as usize];
    pair.ends[1].decrypt(NOW, at(MAX_SKIP - 1)).unwrap();
    pair.ends[1].decrypt(NOW, at(2 * MAX_SKIP - 1)).unwrap();
    assert_eq!(pair.ends[1].skipped_keys(), MAX_SKIP as usize);
    pair.refuses(1, NOW, at(0));
    pair.ends[1].decrypt(NOW, at(MAX_SKIP)).unwrap();
}

#[test]
fn skipped_keys_have_their_time() {
    let mut pair = Pair::new(15);
    let (early, late) = (pair.encrypt(0, b"early"), pair.encrypt(0, b"late"));
    pair.ends[1].decrypt(NOW, &late).unwrap();
    let end = NOW.plus(SKIPPED_TTL);
    assert_eq!(pair.ends[1].next_expiry(), Some(end));
    pair.refuses(1, end, &early);
    pair.ends[1].expire(end);
    assert_eq!(pair.ends[1].skipped_keys(), 0);
    pair.refuses(1, NOW, &early);
}

/// A key that was kept while the clock was far ahead goes a lifetime after the clock is right again.
#[test]
fn a_clock_that_was_ahead_keeps_no_key_for_longer() {
    let mut pair = Pair::new(16);
    let (_, late) = (pair.encrypt(0, b"early"), pair.encrypt(0, b"late"));
    pair.ends[1].decrypt(NOW.plus(30 * 24 * 3600), &late).unwrap();
    pair.ends[1].expire(NOW);
    assert_eq!(pair.ends[1].next_expiry(), Some(NOW.plus(SKIPPED_TTL)));
}
