//! Access keys: made, handed out, replaced, and said to nobody else.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;

use nightjar_protocol::invite::RelayAddress;
use nightjar_protocol::limits::HELLO_LEN;
use nightjar_protocol::link::ClientHandshake;
use nightjar_protocol::noise::Ephemeral;
use nightjar_relay::key::OsRandom;

use crate::harness::*;

/// Two access keys as they are printed, in a file, and the configuration of a relay that lets in who holds one of them.
struct Private {
    folder: Folder,
    made: [String; 2],
}

impl Private {
    fn new(name: &str) -> Self {
        let made = [(); 2].map(|()| outcome(&["gen-access-key"]).1);
        let this = Self { folder: Folder::new(name), made };
        this.admit(&format!("# new\n{}# old\n{}", this.made[0], this.made[1]));
        let (key, access) = (this.folder.file("key"), this.access());
        let settings = format!("key_file = \"{key}\"\naccess_key_file = \"{access}\"\nstore.kind = \"memory\"");
        this.folder.write("relay.toml", &format!("listen = \"127.0.0.1:{}\"\n{settings}\n", free_port()));
        this
    }

    fn access(&self) -> String {
        self.folder.file("access")
    }

    fn config(&self) -> String {
        self.folder.file("relay.toml")
    }

    fn admit(&self, text: &str) {
        self.folder.write("access", text);
        std::fs::set_permissions(self.access(), PermissionsExt::from_mode(0o600)).unwrap();
    }

    /// What `address` prints.
    fn handed_out(&self) -> Vec<RelayAddress> {
        let (exit, out, err) = outcome(&["address", "--config", &self.config()]);
        assert_eq!(exit, Some(0), "{err}");
        out.lines().map(|line| line.parse().unwrap()).collect()
    }
}

#[test]
fn a_private_relay_shows_its_access_keys_to_who_asks_for_them_and_not_to_the_log() {
    let private = Private::new("private");
    let made = &private.made;
    assert!(made[0] != made[1] && made.iter().all(|key| key.len() == 27), "26 characters and the end of the line");
    let (exit, _, err) = outcome(&["address", "--config", &private.config()]);
    assert!(exit == Some(2) && err.contains("made at the first start"), "{err}");
    let (relay, shown) = Running::start(&["serve", "--config", &private.config(), "--log", "trace"]);
    assert!(shown.access().is_none(), "the first line may go to a journal");
    let handed_out = private.handed_out();
    assert!(handed_out.len() == 2 && handed_out.iter().all(|address| address.is_same_relay(&shown)));
    for (address, made) in handed_out.iter().zip(made) {
        assert!(address.text().ends_with(&format!(".{}", made.trim())) && is_let_in(address));
    }
    assert!(!is_let_in(&shown));
    let (_, out, _) = outcome(&["doctor", "--config", &private.config()]);
    assert!(out.contains("this relay answers") && out.contains("2 in "), "{out}");
    relay.signal("-TERM");
    let (_, _, err) = relay.end();
    assert!(err.contains("handshake failed") && made.iter().all(|key| !err.contains(key.trim())), "{err}");
}

#[test]
fn access_keys_are_replaced_while_the_relay_serves() {
    let private = Private::new("rotation");
    let (mut relay, _) = Running::start(&["serve", "--config", &private.config()]);
    let [new, old] = &private.handed_out()[..] else { panic!("two were handed out") };
    assert!(is_let_in(new) && is_let_in(old));
    private.admit(&private.made[0]);
    relay.signal("-HUP");
    relay.logs("settings are read again");
    assert!(is_let_in(new) && !is_let_in(old));
    private.admit("# none\n");
    relay.signal("-HUP");
    relay.logs("the old ones stay");
    assert!(is_let_in(new), "a file without a key neither opens nor closes the relay");
    relay.signal("-TERM");
    assert_eq!(relay.end().0, Some(0));
}

#[test]
fn a_trial_can_be_private_and_a_file_that_is_none_ends_it() {
    let private = Private::new("trial");
    let trial = ["serve", "--dev", "--access-key-file", &private.access()];
    let (relay, address) = Running::start(&trial);
    assert!(address.text().ends_with(private.made[0].trim()) && is_let_in(&address), "a trial shows all of it");
    relay.signal("-TERM");
    assert_eq!(relay.end().0, Some(0));
    for (text, message) in [("# none\n", "there is no access key in it"), ("oops\n", "line 1 is no access key")] {
        private.admit(text);
        let (exit, out, err) = outcome(&trial);
        assert!(exit == Some(2) && out.is_empty() && err.contains(message) && !err.contains("oops"), "{err}");
    }
}

/// Whether a relay on this machine answers who greets it with this address's access key.
fn is_let_in(address: &RelayAddress) -> bool {
    let mut stream = connect(address.port());
    let (client, hello) =
        ClientHandshake::start(address.key(), address.access(), &Ephemeral::generate(&mut OsRandom)).unwrap();
    stream.write_all(&hello).unwrap();
    let mut welcome = [0; HELLO_LEN];
    stream.read_exact(&mut welcome).unwrap();
    client.read_welcome(&welcome).is_ok()
}
