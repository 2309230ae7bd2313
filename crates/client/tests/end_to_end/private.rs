//! A private relay: an invite carries its access key, the vault keeps it, a new one takes its place, and nobody else gets in.

use std::fs;

use nightjar_client::random::OsRandom;
use nightjar_protocol::invite::{Invite, access_text};
use nightjar_protocol::keys::AccessKey;

use crate::stage::relay::Relay;
use crate::stage::{Home, code_of, run};

fn access(byte: u8) -> AccessKey {
    AccessKey::from_bytes([byte; 16])
}

/// Two people who know each other through a private relay, whose address the first has in a file and the other from a link.
fn pair(file: &str) -> (Home, Home) {
    let (sender, family) = (Home::new(), Home::new());
    let mut inviter = sender.run(&["invite", "--relay-file", file, "--link", "--name", "family"]).start();
    let code = code_of(&mut inviter);
    let joiner = family.run(&["join", "--keep", "--name", "sender", "--code-stdin"]).typed(&code).end_well();
    let inviter = inviter.end_well();
    for told in [&inviter.stderr, &joiner.stderr] {
        assert!(!told.contains(access_text(&access(1)).as_str()), "{told}");
    }
    (sender, family)
}

fn tells(sender: &Home, family: &Home, text: &str) {
    sender.run(&["send", "family"]).typed(text).end_well();
    let received = family.run(&["recv"]).end_well();
    let texts: Vec<_> = received.all("msg.received").iter().map(|event| event["text"].clone()).collect();
    assert_eq!(texts, [text], "{}", received.report());
}

#[test]
fn who_was_invited_to_a_private_relay_talks_there_and_goes_along_with_a_new_access_key() {
    let mut relay = Relay::private(&[access(1)]);
    let (sender, family) = pair(&relay.file("old", &access(1)));
    tells(&sender, &family, "the vault knows the way");

    // Both are given the new one while the old one still opens.
    relay.admit(&[access(2), access(1)]);
    relay.kill();
    relay.restart();
    let new = relay.file("new", &access(2));
    for home in [&family, &sender] {
        assert!(home.holds(access_text(&access(1)).as_bytes()) && !home.holds(access_text(&access(2)).as_bytes()));
        home.run(&["recv", "--relay-file", &new]).end_well();
        assert!(!home.holds(access_text(&access(1)).as_bytes()) && home.holds(access_text(&access(2)).as_bytes()));
    }
    relay.admit(&[access(2)]);
    relay.kill();
    relay.restart();
    family.run(&["recv"]).end_well();
    tells(&sender, &family, "the old key is gone");
    // An invite from before carries the old one; the person's own word is newer.
    let link = Invite::generate_link(relay.parsed().with_access(Some(access(1))), &mut OsRandom).text();
    let joined = |options: &[&str]| run(&["join", "--code-stdin"]).with(options).typed(&link).end();
    let (with_old, with_new) = (joined(&[]), joined(&["--relay-file", &new]));
    assert_eq!((with_old.code(), with_new.code()), (Some("relay-refused"), Some("invite-unknown")));
    let late = run(&["invite", "--relay-file", &relay.file("old", &access(1)), "--link"]).end();
    assert_eq!((late.exit, late.code()), (Some(12), Some("relay-refused")), "{}", late.report());
}

#[test]
fn who_has_no_access_key_is_told_what_may_be_missing() {
    let relay = Relay::private(&[access(1)]);
    let public = relay.parsed().to_string();
    let refused = run(&["invite", "--relay", &public, "--link"]).end();
    assert_eq!((refused.exit, refused.code()), (Some(12), Some("relay-refused")), "{}", refused.report());
    assert!(refused.stderr.contains("access key") || refused.report().contains("access key"), "{}", refused.report());
    let looked = run(&["doctor", "--relay", &public]).end();
    let bad: Vec<_> = looked.all("check.done").into_iter().filter(|it| it["verdict"] == "bad").collect();
    assert!(looked.exit == Some(12) && bad.len() == 1 && bad[0]["check"] == "key", "{}", looked.report());
    let looked = run(&["doctor", "--relay-file", &relay.file("address", &access(1))]).end();
    assert_eq!(looked.exit, Some(0), "{}", looked.report());
    assert!(!looked.report().contains(access_text(&access(1)).as_str()), "{}", looked.report());
    assert!(looked.all("check.done").iter().any(|it| it["check"] == "access"), "{}", looked.report());
}

#[test]
fn an_access_key_is_not_taken_from_where_others_can_read_it() {
    let relay = Relay::private(&[access(1)]);
    let home = Home::new();
    for command in ["invite", "recv", "doctor"] {
        let ended = home.run(&[command, "--relay", relay.address()]).end();
        let told = (ended.exit, ended.code());
        let told = if command == "doctor" { (ended.exit, Some("relay-exposed")) } else { told };
        assert_eq!(told, (Some(2), Some("relay-exposed")), "{command}: {}", ended.report());
        assert!(!ended.report().contains(access_text(&access(1)).as_str()), "{}", ended.report());
    }
    // In the configuration file it is fine.
    fs::write(home.path().join("config.toml"), format!("relay = '{}'", relay.address())).unwrap();
    home.run(&["invite", "--link", "--no-wait"]).end_well();
}
