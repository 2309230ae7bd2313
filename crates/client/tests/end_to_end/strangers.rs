//! What those do who are not party to anything: who knows a mailbox's id, and who sits between a client and its relay.

use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener};
use std::sync::mpsc;
use std::thread;

use nightjar_protocol::crypto::dh_public;
use nightjar_protocol::invite::{Host, RelayAddress, access_text};
use nightjar_protocol::keys::{AccessKey, DhSecret};
use nightjar_protocol::limits::{CELL_LEN, HELLO_LEN};
use nightjar_protocol::link::{Access, Answer, HandshakeRefusal, RelayHandshake, refusal};
use nightjar_protocol::wire::{Cell, Command};

use crate::stage::link::Rogue;
use crate::stage::relay::Relay;
use crate::stage::{Home, pair, trio};

#[test]
fn a_stranger_s_cells_do_not_stand_in_the_way() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let state = family.state();
    let own = state.contacts.values().next().unwrap().conversation.own_mailboxes().next().unwrap().duplicate();
    drop(state);
    let mut rogue = Rogue::connect(&relay.parsed());
    let mut strew = |byte| assert_eq!(rogue.append(own.mailbox(), Cell::from_bytes([byte; CELL_LEN])), Answer::Done);
    strew(0);
    sender.run(&["send", "family"]).typed("between two cells of nobody's").end_well();
    strew(255);
    let read = family.run(&["recv"]).end_well();
    assert_eq!(read.all("msg.received").len(), 1, "{}", read.report());
    // An acknowledgement counts for all before it: the last one is the one that tells.
    let waiting = rogue.ask(&Command::Subscribe { slot: 0, read_key: own });
    assert_eq!(waiting, Answer::Subscribed { waiting: 0 });
}

#[test]
fn who_was_asked_nothing_is_shown_as_unverified() {
    let relay = Relay::start();
    let (sender, _, broker) = trio(relay.address());
    for (home, name) in [(&sender, "broker"), (&broker, "sender")] {
        let peers = home.run(&["peers"]).end_well();
        let listed = peers.all("peer.listed").into_iter().find(|it| it["contact"] == name).unwrap();
        assert_eq!(listed["standing"], "unverified", "{}", peers.report());
        let mut chat = home.run(&["chat", name]).start();
        chat.type_line("/quit");
        let told = chat.end_well();
        assert!(told.stderr.contains("is unverified"), "{}", told.report());
    }
}

#[test]
fn a_refusal_takes_nobody_s_access_key_away() {
    let (secret, access) = (DhSecret::from_bytes([7; 32]), AccessKey::from_bytes([1; 16]));
    let public = dh_public(&secret);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let IpAddr::V4(host) = listener.local_addr().unwrap().ip() else { panic!("an address of version 4") };
    let place = RelayAddress::new(Host::V4(host), listener.local_addr().unwrap().port(), public).unwrap();
    let place = place.with_access(Some(access.duplicate()));
    let home = Home::new();
    let file = home.path().join("relay");
    std::fs::write(&file, place.text().as_bytes()).unwrap();
    let (tell, heard) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut hello) = (stream.unwrap(), [0; HELLO_LEN]);
            if stream.read_exact(&mut hello).is_ok() {
                tell.send(hello).unwrap();
                let _ = stream.write_all(&refusal(HandshakeRefusal::Handshake));
            }
        }
    });
    let ended = home.run(&["invite", "--relay-file", file.to_str().unwrap(), "--link"]).end();
    assert_eq!((ended.exit, ended.code()), (Some(12), Some("relay-refused")), "{}", ended.report());
    assert!(!ended.report().contains(access_text(&access).as_str()));
    let private = Access::of(&[access], &public).unwrap();
    let hellos: Vec<_> = heard.try_iter().collect();
    assert!(!hellos.is_empty());
    for hello in hellos {
        // However often it tries, it is never without the key.
        assert!(RelayHandshake::read_hello(&secret, &private, &hello).is_ok());
        assert!(RelayHandshake::read_hello(&secret, &Access::open(), &hello).is_err());
    }
}
