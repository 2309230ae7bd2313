//! What `doctor` finds, and that it changes nothing.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use super::harness::*;

fn doctor(config: &str, set: &[&str]) -> (Option<i32>, String) {
    let options: Vec<_> = set.iter().flat_map(|set| ["--set", set]).collect();
    let (exit, out, error) = outcome(&[&["doctor", "--config", config], options.as_slice()].concat());
    (exit, out + &error)
}

/// The line of one finding.
fn finding<'a>(report: &'a str, what: &str) -> &'a str {
    let after_mark = |line: &&str| line.split_once(' ').is_some_and(|(_, rest)| rest.starts_with(what));
    report.lines().find(after_mark).unwrap_or_else(|| panic!("{what} in {report}"))
}

#[test]
fn before_the_first_start_and_beside_a_relay_that_runs() {
    let folder = Folder::new("doctor");
    let (key, store, port) = (folder.file("key"), folder.file("store"), free_port());
    let text = format!(
        "listen = \"127.0.0.1:{port}\"\nkey_file = \"{key}\"\nstore.kind = \"memory\"\nstore.disk.folder = \"{store}\"\n"
    );
    let config = folder.write("relay.toml", &text);
    let (exit, report) = doctor(&config, &["store.kind=disk"]);
    assert_eq!(exit, Some(0), "{report}");
    assert!(finding(&report, "key").contains("the first start makes it"), "{report}");
    assert!(finding(&report, "listen").contains("is free"), "{report}");
    assert!(finding(&report, "address").starts_with('!'), "loopback: {report}");
    assert!(finding(&report, "store folder").starts_with('✓'), "{report}");
    assert!(finding(&report, "disk").contains("MiB"), "{report}");
    assert!(std::fs::exists(&config).unwrap() && !std::fs::exists(&key).unwrap() && !std::fs::exists(&store).unwrap());

    let metrics = format!("metrics.listen=127.0.0.1:{}", free_port());
    let (relay, _) = Running::start(&["serve", "--config", &config, "--set", &metrics]);
    let (exit, report) = doctor(&config, &[&metrics, "address=127.0.0.1:1"]);
    assert_eq!(exit, Some(0), "{report}");
    assert!(finding(&report, "listen").contains("this relay answers"), "{report}");
    assert!(finding(&report, "metrics").contains("is well"), "{report}");
    relay.signal("-TERM");
    assert_eq!(relay.end().0, Some(0));
}

#[test]
fn what_keeps_a_relay_from_serving_is_found() {
    let folder = Folder::new("sick");
    let key = folder.write("key", "too short");
    let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = stranger.local_addr().unwrap().port();
    let config = folder.write("relay.toml", &format!("listen = \"127.0.0.1:{port}\"\nkey_file = \"{key}\"\n"));
    let access = format!("access_key_file={key}");
    let store = format!("store.disk.folder={key}/store");
    let (exit, report) = doctor(&config, &[&access, &store, "address=relay.invalid:7170"]);
    assert_eq!(exit, Some(1), "{report}");
    for (what, found) in [
        ("key", "chmod 600"),
        ("access key", "others may read"),
        ("address", "no address"),
        ("store folder", "cannot be written to"),
    ] {
        let line = finding(&report, what);
        assert!(line.starts_with('✗') && line.contains(found), "{what}: {report}");
    }
    assert!(finding(&report, "listen").contains("somebody listens"), "{report}");
    drop(stranger);

    std::fs::write(&key, [7; 32]).unwrap();
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
    let (other, address) = Running::start(&["serve", "--dev"]);
    let elsewhere = format!("listen=127.0.0.1:{}", address.port());
    let (_, report) = doctor(&config, &[&elsewhere]);
    assert!(finding(&report, "listen").starts_with('✗'), "another key: {report}");
    assert!(finding(&report, "key").starts_with('✓'), "{report}");
    drop(other);
    assert_eq!(doctor(&config, &["quotas.bytes=1"]).0, Some(2));
}
