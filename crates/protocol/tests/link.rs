//! The link machine, both roles, over bytes in memory.

use nightjar_protocol::crypto::dh_keypair;
use nightjar_protocol::keys::{AccessKey, MailboxId, Random, ReadKey, UnixTime};
use nightjar_protocol::limits::{ACCESS_KEYS_MAX, BATCH_MAX, CELL_LEN, FRAME_LEN};
use nightjar_protocol::link::{
    Access, Answer, ClientHandshake, ClientLink, Epoch, Error, Event, HandshakeRefusal, RelayHandshake, RelayLink,
    Welcome, refusal,
};
use nightjar_protocol::noise::Ephemeral;
use nightjar_protocol::wire::{Cell, Command, Refusal, Reply};

/// Not random at all: a counter, which is what a test wants.
struct Counter(u8);

impl Random for Counter {
    fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
    }
}

const WELCOME: Welcome = Welcome { epoch: Epoch(*b"epoch 01"), now: UnixTime(1_800_000_000) };

fn pair() -> (ClientLink, RelayLink) {
    let mut random = Counter(0);
    let (secret, public) = dh_keypair(&mut random);
    let (client, hello) = ClientHandshake::start(&public, None, &Ephemeral::generate(&mut random)).unwrap();
    let relay = RelayHandshake::read_hello(&secret, &Access::open(), &hello).unwrap();
    let (relay, reply) = relay.accept(&WELCOME, &Ephemeral::generate(&mut random)).unwrap();
    let (client, welcome) = client.read_welcome(&reply).unwrap();
    assert_eq!(welcome, WELCOME);
    (client, relay)
}

fn frames(mut write: impl FnMut(&mut Vec<u8>) -> Result<bool, Error>) -> Vec<[u8; FRAME_LEN]> {
    let mut out = Vec::new();
    while write(&mut out).unwrap() {}
    assert_eq!(out.len() % FRAME_LEN, 0);
    out.chunks(FRAME_LEN).map(|frame| frame.try_into().unwrap()).collect()
}

fn cell(byte: u8) -> Cell {
    Cell::from_bytes([byte; CELL_LEN])
}

fn key(byte: u8) -> ReadKey {
    ReadKey::from_bytes([byte; 32])
}

#[test]
fn commands_arrive_in_order_and_answers_name_them() {
    let (mut client, mut relay) = pair();
    let create = client.queue(&Command::Create { read_key: key(1), ttl: 60 });
    let append = client.queue_append(MailboxId::from_bytes([2; 32]), 30, cell(9));
    let subscribe = client.queue(&Command::Subscribe { slot: 3, read_key: key(1) });
    let sent = frames(|out| client.write_frame(out));
    assert_eq!(sent.len(), 1, "three commands and a cell share one frame");

    let request = relay.read_frame(&sent[0]).unwrap();
    assert!(matches!(request.commands[0], Command::Create { ttl: 60, .. }));
    assert!(matches!(request.commands[1], Command::Append { ttl: 30, .. }));
    assert!(matches!(request.commands[2], Command::Subscribe { slot: 3, .. }));
    assert_eq!(request.cell, Some(cell(9)));

    relay.queue(Reply::Done);
    relay.queue(Reply::Refused(Refusal::Unknown));
    relay.queue(Reply::Subscribed { waiting: 1 });
    relay.queue_push(3, 7, 29, cell(8));
    relay.queue(Reply::Ended { slot: 3 });
    let sent = frames(|out| relay.write_frame(out));
    assert_eq!(sent.len(), 1);
    let events = client.read_frame(&sent[0]).unwrap();
    let [a, b, c, push, ended] = events.as_slice() else { panic!("{events:?}") };
    assert!(matches!(a, Event::Answered { ticket, answer: Answer::Done } if *ticket == create));
    assert!(matches!(b, Event::Answered { ticket, answer: Answer::Refused(Refusal::Unknown) } if *ticket == append));
    assert!(matches!(c, Event::Answered { ticket, answer: Answer::Subscribed { waiting: 1 } } if *ticket == subscribe));
    assert!(matches!(push, Event::Pushed { slot: 3, seq: 7, cell: pushed } if *pushed == cell(8)));
    assert!(matches!(ended, Event::Ended { slot: 3 }));
    assert_eq!(client.unanswered(), 0);
}

#[test]
fn a_frame_holds_one_cell_and_what_fits() {
    let (mut client, mut relay) = pair();
    for byte in 0..3 {
        client.queue_append(MailboxId::from_bytes([byte; 32]), 30, cell(byte));
    }
    for slot in 0..200 {
        client.queue(&Command::Acknowledge { slot, up_to: u64::MAX });
    }
    let sent = frames(|out| client.write_frame(out));
    let requests: Vec<_> = sent.iter().map(|frame| relay.read_frame(frame).unwrap()).collect();
    assert_eq!(requests.iter().map(|request| request.commands.len()).sum::<usize>(), 203);
    assert_eq!(requests.iter().filter(|request| request.cell.is_some()).count(), 3);
    assert!(requests.iter().all(|request| request.commands.len() <= BATCH_MAX));
    assert!(requests.len() < 12, "acknowledgements share frames: {}", requests.len());
}

#[test]
fn anything_but_the_next_frame_closes_the_link() {
    let ping = |client: &mut ClientLink| {
        client.queue(&Command::Ping);
        frames(|out| client.write_frame(out))[0]
    };
    for (name, spoil) in [
        ("flipped", (|a, _| flip(a, 17)) as fn([u8; FRAME_LEN], [u8; FRAME_LEN]) -> [u8; FRAME_LEN]),
        ("flipped tag", |a, _| flip(a, FRAME_LEN - 1)),
        ("reordered", |_, b| b),
        ("garbage", |_, _| [0xa5; FRAME_LEN]),
    ] {
        let (mut client, mut relay) = pair();
        let (first, second) = (ping(&mut client), ping(&mut client));
        assert_eq!(relay.read_frame(&spoil(first, second)).err(), Some(Error::Frame), "{name}");
        assert_eq!(relay.read_frame(&first).err(), Some(Error::Closed), "{name}");
        relay.queue(Reply::Done);
        assert_eq!(relay.write_frame(&mut Vec::new()), Err(Error::Closed), "{name}");
    }
    let (mut client, mut relay) = pair();
    let first = ping(&mut client);
    relay.read_frame(&first).unwrap();
    assert_eq!(relay.read_frame(&first).err(), Some(Error::Frame), "replayed");
}

fn flip(mut frame: [u8; FRAME_LEN], at: usize) -> [u8; FRAME_LEN] {
    frame[at] ^= 1;
    frame
}

#[test]
fn answers_to_nothing_and_two_cells_are_refused() {
    let (mut client, mut relay) = pair();
    relay.queue(Reply::Done);
    let sent = frames(|out| relay.write_frame(out));
    assert_eq!(client.read_frame(&sent[0]).err(), Some(Error::Order));
    assert_eq!(client.write_frame(&mut Vec::new()), Ok(false));
    client.queue(&Command::Ping);
    assert_eq!(client.write_frame(&mut Vec::new()), Err(Error::Closed));
}

#[test]
fn a_handshake_fails_on_the_wrong_key_and_says_when_it_was_declined() {
    let mut random = Counter(7);
    let (secret, public) = dh_keypair(&mut random);
    let (other, _) = dh_keypair(&mut random);
    let (client, hello) = ClientHandshake::start(&public, None, &Ephemeral::generate(&mut random)).unwrap();
    assert_eq!(RelayHandshake::read_hello(&other, &Access::open(), &hello).err(), Some(Error::Handshake));
    let mut spoilt = hello;
    spoilt[40] ^= 1;
    assert_eq!(RelayHandshake::read_hello(&secret, &Access::open(), &spoilt).err(), Some(Error::Handshake));
    let declined = client.read_welcome(&refusal(HandshakeRefusal::Busy)).err();
    assert_eq!(declined, Some(Error::Declined(HandshakeRefusal::Busy)));

    let (client, _) = ClientHandshake::start(&public, None, &Ephemeral::generate(&mut random)).unwrap();
    assert_eq!(client.read_welcome(&[1; 96]).err(), Some(Error::Handshake));
    let zero = nightjar_protocol::keys::DhPublic::from_bytes([0; 32]);
    assert_eq!(ClientHandshake::start(&zero, None, &Ephemeral::generate(&mut random)).err(), Some(Error::Handshake));
}

/// Whether a client with this access key is let in by a relay with those.
fn lets_in(held: Option<u8>, taken: &[u8]) -> bool {
    let mut random = Counter(9);
    let (secret, public) = dh_keypair(&mut random);
    let taken: Vec<_> = taken.iter().map(|byte| AccessKey::from_bytes([*byte; 16])).collect();
    let access = Access::of(&taken, &public).unwrap();
    let held = held.map(|byte| AccessKey::from_bytes([byte; 16]));
    let (client, hello) = ClientHandshake::start(&public, held.as_ref(), &Ephemeral::generate(&mut random)).unwrap();
    match RelayHandshake::read_hello(&secret, &access, &hello) {
        Ok(relay) => {
            let (mut relay, reply) = relay.accept(&WELCOME, &Ephemeral::generate(&mut random)).unwrap();
            let (mut client, _) = client.read_welcome(&reply).unwrap();
            client.queue(&Command::Ping);
            let frame = frames(|out| client.write_frame(out))[0];
            assert!(matches!(relay.read_frame(&frame).unwrap().commands[..], [Command::Ping]));
            true
        }
        Err(error) => {
            assert_eq!(error, Error::Handshake, "the same for every cause");
            let declined = client.read_welcome(&refusal(HandshakeRefusal::Handshake)).err();
            assert_eq!(declined, Some(Error::Declined(HandshakeRefusal::Handshake)));
            false
        }
    }
}

#[test]
fn a_private_relay_lets_in_who_holds_one_of_its_access_keys() {
    assert!(lets_in(Some(1), &[1]) && lets_in(Some(8), &[1, 2, 3, 4, 5, 6, 7, 8]) && lets_in(None, &[]));
    assert!(!lets_in(Some(1), &[2, 3]), "another key");
    assert!(!lets_in(None, &[1]), "no key");
    assert!(!lets_in(Some(1), &[]), "a key where none is wanted");
    // A new key is handed out, then the old one is withdrawn.
    let rounds: [&[u8]; 3] = [&[1], &[2, 1], &[2]];
    assert_eq!(rounds.map(|keys| lets_in(Some(1), keys)), [true, true, false]);
    assert_eq!(rounds.map(|keys| lets_in(Some(2), keys)), [false, true, true]);
}

#[test]
fn an_access_key_means_nothing_at_another_relay_and_there_are_few_of_them() {
    let mut random = Counter(11);
    let ((secret, public), (_, other)) = (dh_keypair(&mut random), dh_keypair(&mut random));
    let keys: Vec<_> = (0..=ACCESS_KEYS_MAX).map(|byte| AccessKey::from_bytes([byte as u8; 16])).collect();
    let elsewhere = Access::of(&keys[..1], &other).unwrap();
    let (_, hello) = ClientHandshake::start(&public, Some(&keys[0]), &Ephemeral::generate(&mut random)).unwrap();
    assert_eq!(RelayHandshake::read_hello(&secret, &elsewhere, &hello).err(), Some(Error::Handshake));
    assert!(Access::of(&keys[..ACCESS_KEYS_MAX], &public).is_some() && Access::of(&keys, &public).is_none());
}
