//! What those do who are not party to anything: who knows a mailbox's id, and who sits between a client and its relay.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use nightjar_protocol::crypto::dh_public;
use nightjar_protocol::invite::{RelayAddress, access_text};
use nightjar_protocol::keys::{AccessKey, DhPublic, DhSecret};
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
    for byte in [0, 1, 255] {
        assert_eq!(rogue.append(own.mailbox(), Cell::from_bytes([byte; CELL_LEN])), Answer::Done);
    }
    sender.run(&["send", "family"]).typed("behind three cells of nobody's").end_well();
    let read = family.run(&["recv"]).end_well();
    assert_eq!(read.all("msg.received").len(), 1, "{}", read.report());
    // All four are acknowledged: the relay lends none of them again.
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
    let place = RelayAddress::parse(&address(&listener, &public)).unwrap().with_access(Some(access.duplicate()));
    let home = Home::new();
    let file = home.path().join("relay");
    std::fs::write(&file, place.text().as_bytes()).unwrap();
    let heard = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = [0; HELLO_LEN];
        stream.read_exact(&mut hello).unwrap();
        stream.write_all(&refusal(HandshakeRefusal::Handshake)).unwrap();
        drop(stream);
        (listener, hello)
    });
    let ended = home.run(&["invite", "--relay-file", file.to_str().unwrap(), "--link"]).end();
    assert_eq!((ended.exit, ended.code()), (Some(12), Some("relay-refused")), "{}", ended.report());
    assert!(!ended.report().contains(access_text(&access).as_str()));
    let (listener, hello) = heard.join().unwrap();
    let takes = |access: &Access| RelayHandshake::read_hello(&secret, access, &hello).is_ok();
    assert!(takes(&Access::of(&[access], &public).unwrap()) && !takes(&Access::open()));
    listener.set_nonblocking(true).unwrap();
    while let Ok((mut stream, _)) = listener.accept() {
        // Whatever it tried again, it has not been without the key.
        let mut again = [0; HELLO_LEN];
        stream.set_nonblocking(false).unwrap();
        assert!(stream.read_exact(&mut again).is_err() || !is_open(&secret, &again));
    }
}

fn is_open(secret: &DhSecret, hello: &[u8; HELLO_LEN]) -> bool {
    RelayHandshake::read_hello(secret, &Access::open(), hello).is_ok()
}

fn address(listener: &TcpListener, public: &DhPublic) -> String {
    let mut key = zeroize::Zeroizing::new(String::new());
    nightjar_protocol::base32::encode(public.as_bytes(), &mut key);
    format!("{}#{}", listener.local_addr().unwrap(), key.to_ascii_lowercase())
}
