//! A vault's content, and files around it.

use std::sync::LazyLock;

use nightjar_client::engine::Owner;
use nightjar_client::engine::state::{Chore, Contact, Invitation, Joining, Parcel, State};
use nightjar_client::vault::{KdfParams, open_bytes};
use nightjar_protocol::crypto::xseal;
use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::keys::{AeadKey, ReadKey};
use nightjar_protocol::ledger::{NewQuestion, Peer};
use nightjar_protocol::pairing::{Inviter, Joiner};
use nightjar_protocol::ratchet::Side;

use crate::input::cell;
use crate::pairing::scene;
use crate::people::{NOW, Seeded, WRONG, word};
use crate::talk::conversations;

/// The key of every file here.
const KEY: AeadKey = AeadKey::from_bytes([9; 32]);

/// The file's length is a multiple of this.
const BLOCK: usize = 64 * 1024;

/// A file of these bytes, filled up to a length that a vault has.
pub fn whole(bytes: &[u8]) -> Vec<u8> {
    let mut file = bytes.to_vec();
    file.resize(bytes.len().max(1).next_multiple_of(BLOCK), 0);
    file
}

/// A file with a right header, and this under the seal.
pub fn sealed(text: &[u8]) -> Vec<u8> {
    let work = [19 * 1024_u32, 2, 1].map(u32::to_be_bytes);
    let mut file = [b"NJVAULT\0".as_slice(), &[1, 0, 0, 0], work.as_flattened(), &[4; 16], &[5; 24], text].concat();
    file.resize((file.len() + 16).next_multiple_of(BLOCK), 0);
    let (header, rest) = file.split_at_mut(64);
    xseal(&KEY, &[5; 24], header, rest).unwrap();
    file
}

/// The encoding of a state with one of everything and two questions.
pub fn state() -> &'static [u8] {
    static STATE: LazyLock<Vec<u8>> = LazyLock::new(|| draw().encode().unwrap().to_vec());
    &STATE
}

fn draw() -> State {
    let relay: RelayAddress = format!("relay.example:4433#{}.{}", "a".repeat(52), "a".repeat(26)).parse().unwrap();
    let mut state = State { last_number: 5, clock_offset: -3, ..State::default() };
    let (scene, [conversation, _], key) = (scene(), conversations(), ReadKey::from_bytes([6; 32]));
    let to = key.mailbox();
    let (name, inviter) = ("one".to_owned(), Inviter::restore(&scene.inviters[1]).unwrap());
    state
        .invitations
        .insert(1, Invitation { name, relay: relay.clone(), rendezvous: key.duplicate(), inviter: Box::new(inviter) });
    let (name, joiner) = ("two".to_owned(), Joiner::restore(&scene.joiners[1]).unwrap());
    state.joinings.insert(2, Joining { name, relay: relay.clone(), joiner: Box::new(joiner) });
    state.contacts.insert(
        3,
        Contact { name: "three".to_owned(), relay: relay.clone(), conversation: Box::new(conversation), moved: NOW },
    );
    let (owner, cell, expires) = (Owner::Contact(3), cell(b""), NOW);
    state.parcels.insert(4, Parcel { owner, relay: relay.clone(), to, cell, ttl: 60, expires, accepted: None });
    state.chores.insert(5, Chore { relay, mailbox: key, blank_until: Some(NOW) });
    let peer = Peer { contact: 3, session: [8; 32], side: Side::Inviter };
    let question = |real| NewQuestion { text: "Who?".to_owned(), real: word(real), duress: None };
    let (prepared, mut random) = (question(WRONG), Seeded(9));
    state.ledger.prepare(3, &prepared, &mut random).unwrap();
    let asked = state.ledger.ask(NOW, &peer, Some(&question("another word")), None, 60, &mut random);
    state.posts = asked.unwrap().1;
    state
}

/// Opens a file, without more work than a file may ask for.
pub fn check_file(file: Vec<u8>) {
    let key = |work: KdfParams, _: &_| if work.are_bounded() { KEY } else { panic!("{work:?}") };
    if let Ok(payload) = open_bytes(file.clone(), key) {
        let length = (payload.len() as u32).to_be_bytes();
        assert!(sealed(&[&length, payload.as_slice()].concat()) == file);
    }
}

/// Reads a state.
pub fn check_state(bytes: &[u8]) {
    if let Ok(state) = State::decode(bytes) {
        assert!(bytes.is_empty() || state.encode().unwrap().as_slice() == bytes);
    }
}
