//! The program from outside: its first line, its exit codes, its counters.

use std::net::TcpStream;

use super::harness::*;

#[test]
fn a_dev_relay_says_where_it_is_and_counts() {
    let (mut relay, address) = Running::start(&["serve", "--dev"]);
    assert!(address.host().to_string() == "127.0.0.1" && address.port() > 0);
    drop(TcpStream::connect(("127.0.0.1", address.port())).unwrap());
    relay.signal("-USR1");
    let counters: serde_json::Value = serde_json::from_str(&relay.line()).unwrap();
    for key in ["frames_in", "frames_out", "frame_lengths_in", "cells", "mailboxes", "frames_rejected", "connections"] {
        assert!(counters.get(key).is_some(), "{key}: {counters}");
    }
    relay.signal("-TERM");
    let (exit, out, err) = relay.end();
    assert_eq!(exit, Some(0), "{err}");
    let counters: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&counters["connections"], &counters["cells"]), (&1.into(), &0.into()));
    assert!(err.contains("serving") && err.contains("stopped"), "{err}");
    assert!(!err.contains(&address.port().to_string()), "{err}");
}

#[test]
fn a_dev_relay_forgets_its_key_unless_it_is_given_a_file() {
    let folder = Folder::new("dev-key");
    let file = folder.file("key");
    let key = |arguments: &[&str]| {
        let (relay, address) = Running::start(arguments);
        relay.signal("-INT");
        assert_eq!(relay.end().0, Some(0));
        *address.key().as_bytes()
    };
    assert_ne!(key(&["serve", "--dev"]), key(&["serve", "--dev"]));
    let kept = ["serve", "--dev", "--bind", "127.0.0.2", "--key-file", &file, "--log", "off"];
    assert_eq!(key(&kept), key(&kept));
    assert_eq!(std::fs::metadata(&file).unwrap().len(), 32);
}

#[test]
fn a_configured_relay_serves_under_its_name() {
    let folder = Folder::new("config");
    let (config, key) = (folder.file("relay.toml"), folder.file("key"));
    let text = format!(
        "listen = \"127.0.0.1:0\"\naddress = \"relay.example.org:7170\"\nkey_file = \"{key}\"\n[store]\nkind = \"memory\"\n"
    );
    std::fs::write(&config, text).unwrap();
    assert_eq!(outcome(&["check-config", &config]), (Some(0), String::new(), String::new()));
    let (relay, address) = Running::start(&["serve", "--config", &config]);
    assert_eq!((address.host().to_string(), address.port()), ("relay.example.org".into(), 7170));
    relay.signal("-TERM");
    let (exit, out, _) = relay.end();
    assert_eq!((exit, out), (Some(0), String::new()), "counters are for --dev");
}
