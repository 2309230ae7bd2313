//! Both ends of one session, and a peer who holds its keys and says what no honest one would.

use std::sync::LazyLock;

use nightjar_protocol::crypto::{dh, dh_keypair, dh_public, seal, xseal};
use nightjar_protocol::keys::{DhSecret, Random, RootKey};
use nightjar_protocol::limits::{MAX_SKIP, MAX_SKIP_TOTAL};
use nightjar_protocol::ratchet::chains::{chain_step, initial_keys, root_step};
use nightjar_protocol::ratchet::layout::{BODY_LEN, CONTENT_MAX, Header, write_body};
use nightjar_protocol::ratchet::{Role, Session, SessionSeed};
use nightjar_protocol::wire::Cell;

use crate::input::{Input, cell, patch};
use crate::people::{NOW, Seeded};

/// What the joiner and the inviter start from.
pub fn seeds() -> [SessionSeed; 2] {
    let mut random = Seeded(7);
    let [(joiner, joiner_public), (inviter, inviter_public)] = [dh_keypair(&mut random), dh_keypair(&mut random)];
    let (root, id) = (RootKey::generate(&mut random), *random.bytes());
    let roles =
        [Role::Joiner { own: joiner, peer: inviter_public }, Role::Inviter { own: inviter, peer: joiner_public }];
    roles.map(|role| SessionSeed { root: root.duplicate(), id, role })
}

/// The joiner's and the inviter's end.
pub fn ends() -> [Session; 2] {
    static STORED: LazyLock<[Vec<u8>; 2]> =
        LazyLock::new(|| seeds().map(|seed| Session::start(seed).unwrap().snapshot().to_vec()));
    STORED.each_ref().map(|stored| Session::restore(stored).unwrap())
}

/// Opens a cell: its content, or nothing, and then nothing changed. What is kept stays within its bounds.
pub fn deliver(end: &mut Session, cell: &Cell) -> Option<Vec<u8>> {
    let before = end.snapshot();
    let opened = end.decrypt(NOW, cell).ok().map(|content| content.as_bytes().to_vec());
    let after = end.snapshot();
    assert_eq!(opened.is_none(), before == after, "a refused cell changed the state, or a taken one did not");
    assert!(end.skipped_keys() <= MAX_SKIP_TOTAL);
    assert!(Session::restore(&after).is_ok_and(|again| again.snapshot() == after), "a state that cannot be stored");
    opened
}

/// A cell of the joiner's first chain, or of the one after it, with whatever header and body the input wants.
pub fn forge(input: &mut Input) -> Cell {
    let [joiner, inviter] = seeds();
    let (Role::Joiner { own, peer }, keys) = (joiner.role, initial_keys(&inviter.root, &inviter.id)) else {
        unreachable!("the joiner is first");
    };
    let first = root_step(&keys.root, &dh(&own, &peer).unwrap());
    let next_own = DhSecret::from_bytes([input.byte(); 32]);
    let next = root_step(&first.root, &dh(&next_own, &peer).unwrap());
    let (own, mut chain, header_key) = match input.byte() % 2 {
        0 => (own, first.chain, keys.joiner_header),
        _ => (next_own, next.chain, first.next_header),
    };
    let mut number = || u32::from_be_bytes([0, 0, input.byte() % 2, input.byte()]);
    let (n, pn) = (number(), number());
    for _ in 0..n.min(2 * MAX_SKIP) {
        chain = chain_step(&chain).1;
    }
    let header = patch(&Header { dh: dh_public(&own), pn, n }.encode(), input.string());
    let mut body = [0; BODY_LEN];
    write_body(&mut body, &input.string()[..].iter().copied().take(CONTENT_MAX).collect::<Vec<u8>>()).unwrap();
    let (body, nonce) = (patch(&body, input.string()), [3; 24]);
    let associated = [[1].as_slice(), &inviter.id, &[1]].concat();
    let mut sealed = cell(&[nonce.as_slice(), &exactly(header, 48)].concat());
    let (prefix, rest) = sealed.as_mut_bytes().split_at_mut(24 + 48 + 16);
    xseal(&header_key, &nonce, &associated, &mut prefix[24..]).unwrap();
    rest[..BODY_LEN].copy_from_slice(&exactly(body, BODY_LEN));
    seal(&chain_step(&chain).0, &[3; 12], &[&associated, &*prefix].concat(), rest).unwrap();
    sealed
}

fn exactly(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    bytes.resize(length, 0);
    bytes
}

/// Cells in one direction, each with its content and whether it arrived.
pub struct Way {
    random: Seeded,
    cells: Vec<(Cell, Vec<u8>, bool)>,
}

impl Way {
    /// One that draws from this seed.
    pub fn new(seed: u64) -> Self {
        Self { random: Seeded(seed), cells: Vec::new() }
    }

    /// Sends a string.
    pub fn send(&mut self, from: &mut Session, input: &mut Input) {
        let content = input.string();
        match from.encrypt(content, &mut self.random) {
            Ok(cell) => self.cells.push((cell, content.to_vec(), false)),
            Err(error) => assert!(content.len() > CONTENT_MAX, "{error}"),
        }
    }

    /// A cell arrives, first or again, as it is or changed. Where cells are `forged` a genuine one may be too late.
    pub fn arrive(&mut self, at: &mut Session, input: &mut Input, forged: bool) {
        let (place, changes) = (input.place(self.cells.len()), input.string());
        let Some((genuine, content, arrived)) = place.and_then(|place| self.cells.get_mut(place)) else {
            assert!(deliver(at, &cell(changes)).is_none(), "garbage was taken");
            return;
        };
        let changed = cell(&patch(genuine.as_bytes(), changes));
        let opened = deliver(at, &changed);
        let due = changed == *genuine && !*arrived;
        assert!(opened.is_none() || due, "a repeated or changed cell was taken");
        assert!(opened.is_some() || !due || forged, "a genuine cell was refused");
        assert!(opened.as_ref().is_none_or(|opened| opened == content));
        *arrived |= opened.is_some();
    }

    /// Whatever has not arrived does now.
    pub fn finish(&mut self, at: &mut Session) {
        for (cell, content, _) in self.cells.iter().filter(|(_, _, arrived)| !arrived) {
            assert_eq!(deliver(at, cell).as_ref(), Some(content), "a genuine cell was lost");
        }
    }
}
