//! What an operator sets, and what becomes of it.

use std::io::Read;
use std::net::TcpStream;

use super::harness::*;

#[test]
fn mistakes_of_use_are_told_apart_from_failures() {
    let folder = Folder::new("mistakes");
    let config = folder.file("relay.toml");
    std::fs::write(&config, "listne = \"127.0.0.1:0\"").unwrap();
    let (missing, taken) = (folder.file("missing.toml"), std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let port = taken.local_addr().unwrap().port().to_string();
    for (arguments, exit, message) in [
        (&["serve"] as &[&str], 2, "--config"),
        (&["serve", "--dev", "--config", &config], 2, "cannot be used with"),
        (&["serve", "--dev", "--bind", "0.0.0.0"], 2, "no loopback address"),
        (&["serve", "--dev", "--bind", "192.0.2.1"], 2, "no loopback address"),
        (&["serve", "--dev", "--bind", "::"], 2, "no loopback address"),
        (&["serve", "--config", &config], 2, "did you mean `listen`?"),
        (&["check-config", &config], 2, "did you mean `listen`?"),
        (&["check-config", &missing], 2, "cannot read"),
        (&["serve", "--dev", "--set", "listen=0.0.0.0:0"], 2, "no loopback address"),
        (&["serve", "--dev", "--set", "quotas.window"], 2, "missing its ="),
        (&["serve", "--dev", "--set", "quotas.windwo=3"], 2, "did you mean `quotas.window`?"),
        (&["serve", "--dev", "--log", "loud"], 2, "log.level"),
        (&["serve", "--dev", "--port", &port], 1, "cannot serve at"),
        (&["nonsense"], 2, "nonsense"),
    ] {
        let (code, out, err) = outcome(arguments);
        assert_eq!((code, out.as_str()), (Some(exit), ""), "{arguments:?}: {err}");
        assert!(err.contains(message), "{arguments:?}: {err}");
    }
}

#[test]
fn the_generated_configuration_is_valid() {
    let folder = Folder::new("generated");
    let config = folder.file("relay.toml");
    let (exit, out, _) = outcome(&["gen-config"]);
    assert_eq!(exit, Some(0));
    std::fs::write(&config, out).unwrap();
    assert_eq!(outcome(&["check-config", &config]), (Some(0), String::new(), String::new()));
}

#[test]
fn the_manual_and_the_help_tell_the_exit_status() {
    for (arguments, text) in [
        (&["--help"] as &[&str], "Exit status: 0"),
        (&["man"], "Exit status: 0"),
        (&["completions", "bash"], "healthcheck"),
    ] {
        let (exit, out, _) = outcome(arguments);
        assert!(exit == Some(0) && out.contains(text), "{out}");
    }
}

#[test]
fn every_value_says_where_it_is_from() {
    let folder = Folder::new("layers");
    let config =
        folder.write("relay.toml", "address = \"relay.example.org:7170\"\n[quotas]\nwindow = 3\nbytes = 70000\n");
    let mut check = program(&["check-config", "--print", "--set", "quotas.bytes=90000", &config]);
    check.env("NIGHTJAR_RELAY_QUOTAS__BYTES", "80000").env("NIGHTJAR_RELAY_LOG__FORMAT", "json");
    let output = check.env("NIGHTJAR_RELAY", "127.0.0.1:1#of-the-client").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    for (setting, source) in [
        ("address = \"relay.example.org:7170\"", format!("{config}:1")),
        ("window = 3", format!("{config}:3")),
        ("bytes = 90000", "option".into()),
        ("format = \"json\"", "environment NIGHTJAR_RELAY_LOG__FORMAT".into()),
        ("kind = \"disk\"", "default".into()),
    ] {
        let line = text.lines().find(|line| line.starts_with(setting)).unwrap_or_else(|| panic!("{setting}: {text}"));
        assert!(line.ends_with(&format!("# {source}")), "{line}");
    }
    let again = folder.write("again.toml", &text);
    assert_eq!(outcome(&["check-config", &again]), (Some(0), String::new(), String::new()));
}

#[test]
fn a_variable_that_is_no_setting_is_an_error() {
    let folder = Folder::new("variable");
    let config = folder.write("relay.toml", "");
    for command in [&["check-config", &config] as &[&str], &["serve", "--config", &config]] {
        let output = program(command).env("NIGHTJAR_RELAY_QUOTAS__BYTE", "80000").output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(error.contains("did you mean `NIGHTJAR_RELAY_QUOTAS__BYTES`?"), "{error}");
    }
    let mut dev = program(&["serve", "--dev"]);
    let (relay, _) = Running::of(dev.env("NIGHTJAR_RELAY_STORE__KIND", "paper"));
    relay.signal("-TERM");
    assert_eq!(relay.end().0, Some(0), "--dev knows no environment");
}

#[test]
fn new_settings_hold_for_new_connections_and_a_bad_file_changes_nothing() {
    let folder = Folder::new("reload");
    let key = folder.file("key");
    let text =
        |changes: &str| format!("listen = \"127.0.0.1:0\"\nkey_file = \"{key}\"\nstore.kind = \"memory\"\n{changes}\n");
    let config = folder.write("relay.toml", &text("timeouts.hello = 3600"));
    let (mut relay, address) = Running::start(&["serve", "--config", &config]);
    let connect = || connect(address.port());
    // Who is greeted came after it, so it has come in.
    let (silent, greeted) = (connect(), greet(&address));

    folder.write("relay.toml", &text("timeouts.hello = 1\nquotas.connections = 9\nlog.level = \"debug\""));
    relay.signal("-HUP");
    let taken = relay.logs("settings are read again");
    assert!(taken.contains("log.level timeouts.hello"), "{taken}");
    let left = relay.logs("need a restart");
    assert!(left.contains("\"quotas.connections\""), "{left}");
    assert!(is_ended(connect()), "a second is over, and it has said no hello");
    relay.logs("handshake failed");

    folder.write("relay.toml", &text("timeouts.hello = 0"));
    relay.signal("-HUP");
    let refused = relay.logs("the old ones stay");
    assert!(refused.contains("timeouts.hello") && refused.contains("1 to 86400"), "{refused}");
    folder.write("relay.toml", "listen =");
    relay.signal("-HUP");
    relay.logs("the old ones stay");
    assert!(is_ended(connect()), "still a second");

    silent.set_nonblocking(true).unwrap();
    let open = (&silent).read(&mut [0]).unwrap_err();
    assert_eq!(open.kind(), std::io::ErrorKind::WouldBlock, "it began with an hour");
    drop((silent, greeted));
    relay.signal("-TERM");
    assert_eq!(relay.end().0, Some(0));
}

/// Whether the relay ends the connection, and says nothing before. A signal may interrupt the wait.
fn is_ended(mut stream: TcpStream) -> bool {
    stream.read_exact(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::UnexpectedEof)
}
