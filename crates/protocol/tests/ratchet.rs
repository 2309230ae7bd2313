//! What the ratchet promises, on whatever order of events.

use nightjar_protocol::crypto::{dh, dh_keypair, xseal};
use nightjar_protocol::keys::{AeadKey, DhPublic, DhSecret, Random, RootKey, UnixTime};
use nightjar_protocol::limits::{CELL_LEN, MAX_SKIP, MAX_SKIP_TOTAL, SKIPPED_TTL};
use nightjar_protocol::ratchet::chains::{chain_step, initial_keys, root_step};
use nightjar_protocol::ratchet::layout::{BODY_LEN, CONTENT_MAX, Header, PREFIX_LEN, SEALED_HEADER_LEN, VERSION};
use nightjar_protocol::ratchet::{Error, Role, Session, SessionSeed};
use nightjar_protocol::wire::Cell;
use proptest::prelude::*;

const NOW: UnixTime = UnixTime(1_800_000_000);

#[derive(Clone, Copy, Debug)]
enum Action {
    Send { side: usize, length: usize },
    Deliver { side: usize, pick: usize },
    Replay { side: usize, pick: usize },
    Store { side: usize },
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => (0..2_usize, 0..=CONTENT_MAX).prop_map(|(side, length)| Action::Send { side, length }),
        4 => (0..2_usize, any::<usize>()).prop_map(|(side, pick)| Action::Deliver { side, pick }),
        1 => (0..2_usize, any::<usize>()).prop_map(|(side, pick)| Action::Replay { side, pick }),
        1 => (0..2_usize).prop_map(|side| Action::Store { side }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every cell opens once, to what was sealed, in whatever order; never twice, and not by who sealed it.
    #[test]
    fn any_interleaving(actions in prop::collection::vec(action(), 1..120), seed: u64) {
        let mut pair = Pair::new(seed);
        let mut flying: [Vec<(Cell, Vec<u8>)>; 2] = [Vec::new(), Vec::new()];
        let mut landed: [Vec<Cell>; 2] = [Vec::new(), Vec::new()];
        for action in actions {
            match action {
                Action::Send { side, length } => {
                    let content: Vec<u8> = (0..length).map(|i| (i ^ side) as u8).collect();
                    let cell = pair.encrypt(side, &content);
                    prop_assert!(pair.ends[side].decrypt(NOW, &cell).is_err(), "opened what it sealed itself");
                    flying[side].push((cell, content));
                }
                Action::Deliver { side, pick } if !flying[side].is_empty() => {
                    let index = pick % flying[side].len();
                    let (cell, content) = flying[side].remove(index);
                    let opened = pair.ends[1 - side].decrypt(NOW, &cell).unwrap();
                    prop_assert_eq!(opened.as_bytes(), &content);
                    landed[side].push(cell);
                }
                Action::Replay { side, pick } if !landed[side].is_empty() => {
                    let cell = landed[side][pick % landed[side].len()].clone();
                    pair.refuses(1 - side, NOW, &cell);
                }
                Action::Store { side } => pair.store(side),
                _ => {}
            }
        }
        for (side, flying) in flying.iter_mut().enumerate() {
            let end = &mut pair.ends[1 - side];
            for (cell, content) in flying.drain(..) {
                let opened = end.decrypt(NOW, &cell).unwrap();
                prop_assert_eq!(opened.as_bytes(), &content);
            }
            prop_assert_eq!(end.skipped_keys(), 0);
        }
    }

    /// Garbage of any kind changes nothing.
    #[test]
    fn garbage_is_refused(bytes in prop::collection::vec(any::<u8>(), CELL_LEN), seed: u64) {
        let mut pair = Pair::new(seed);
        pair.refuses(0, NOW, &Cell::from_bytes(bytes.try_into().unwrap()));
    }

    /// No bytes make the reader of snapshots panic, and what it takes it gives back.
    #[test]
    fn snapshots_of_garbage(bytes in prop::collection::vec(any::<u8>(), 0..400), flip in any::<(usize, u8)>()) {
        if let Ok(session) = Session::restore(&bytes) {
            prop_assert!(session.snapshot().as_slice() == bytes);
        }
        let mut bytes = Pair::new(1).ends[0].snapshot().to_vec();
        let length = bytes.len();
        bytes[flip.0 % length] ^= flip.1;
        if let Ok(session) = Session::restore(&bytes) {
            prop_assert!(session.snapshot().as_slice() == bytes);
        }
    }
}

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

/// The two ends of a session; index 0 is the joiner.
struct Pair {
    ends: [Session; 2],
    dice: Dice,
    id: [u8; 32],
}

/// What a pair is made of, for tests that play the peer themselves.
struct Parts {
    root: RootKey,
    id: [u8; 32],
    joiner: DhSecret,
    joiner_public: DhPublic,
    inviter: DhSecret,
    inviter_public: DhPublic,
    dice: Dice,
}

impl Parts {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (joiner, joiner_public) = dh_keypair(&mut dice);
        let (inviter, inviter_public) = dh_keypair(&mut dice);
        let (root, id) = (RootKey::generate(&mut dice), *dice.bytes());
        Self { root, id, joiner, joiner_public, inviter, inviter_public, dice }
    }

    fn pair(&self) -> Pair {
        let seed = |role| SessionSeed { root: self.root.duplicate(), id: self.id, role };
        let joiner = Role::Joiner { own: self.joiner.duplicate(), peer: self.inviter_public };
        let inviter = Role::Inviter { own: self.inviter.duplicate(), peer: self.joiner_public };
        let ends = [joiner, inviter].map(|role| Session::start(seed(role)).unwrap());
        Pair { ends, dice: Dice(self.dice.0), id: self.id }
    }
}

impl Pair {
    fn new(seed: u64) -> Self {
        Parts::new(seed).pair()
    }

    fn encrypt(&mut self, side: usize, content: &[u8]) -> Cell {
        self.ends[side].encrypt(content, &mut self.dice).unwrap()
    }

    /// Restarts an end from what it stored.
    fn store(&mut self, side: usize) {
        let snapshot = self.ends[side].snapshot();
        self.ends[side] = Session::restore(&snapshot).unwrap();
        assert!(self.ends[side].snapshot() == snapshot);
    }

    fn refuses(&mut self, side: usize, now: UnixTime, cell: &Cell) {
        let before = self.ends[side].snapshot();
        assert_eq!(self.ends[side].decrypt(now, cell).err(), Some(Error::Undecryptable));
        assert!(self.ends[side].snapshot() == before, "a refused cell changed the state");
    }

    /// A cell of the joiner's with this header, and no body that opens.
    fn forge_header(&mut self, key: &AeadKey, header: &Header) -> Cell {
        let mut bytes = [0; CELL_LEN];
        self.dice.fill(&mut bytes);
        let nonce: [u8; 24] = bytes[..24].try_into().unwrap();
        let mut sealed = [0; SEALED_HEADER_LEN];
        sealed[..48].copy_from_slice(&header.encode());
        let ad = [&[VERSION][..], &self.id, &[1]].concat();
        xseal(key, &nonce, &ad, &mut sealed).unwrap();
        bytes[24..PREFIX_LEN].copy_from_slice(&sealed);
        Cell::from_bytes(bytes)
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

const _: () = assert!(BODY_LEN == CONTENT_MAX + 3 && BODY_LEN == 3992);
