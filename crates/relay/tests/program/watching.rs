//! What an operator sees of a relay that runs: metrics, health, log lines, and what the service manager is told.

use super::harness::*;

/// A dev relay with metrics, and the port they are at.
fn watched(more: &[&str]) -> (Running, nightjar_protocol::invite::RelayAddress, u16) {
    let port = free_port();
    let listen = format!("metrics.listen=127.0.0.1:{port}");
    let (relay, address) = Running::start(&[&["serve", "--dev", "--set", &listen], more].concat());
    (relay, address, port)
}

fn value(page: &str, name: &str) -> u64 {
    let sample = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    sample.unwrap_or_else(|| panic!("{name} in {page}")).parse().unwrap()
}

#[test]
fn metrics_are_sums_and_name_no_client() {
    let (relay, address, port) = watched(&[]);
    let clients = [greet(&address), greet(&address)];
    let (status, page) = get(port, "/metrics");
    assert_eq!(status, 200);
    assert_eq!(value(&page, "nightjar_relay_connections_open"), 2);
    assert_eq!(value(&page, "nightjar_relay_store_up"), 1);
    assert_eq!(value(&page, "nightjar_relay_draining"), 0);
    assert_eq!(value(&page, "nightjar_relay_stored_bytes_quota"), 256 << 20);
    assert!(value(&page, "process_resident_memory_bytes") > 1 << 20 || !cfg!(target_os = "linux"));
    for client in &clients {
        let client = client.local_addr().unwrap();
        for text in [client.to_string(), client.ip().to_string(), format!(":{}", client.port()), "{".into()] {
            assert!(!page.contains(&text), "{text} in {page}");
        }
    }
    relay.signal("-TERM");
    assert_eq!(relay.end().0, Some(0));
}

#[test]
fn who_asks_for_anything_else_is_told_so() {
    let (relay, _, port) = watched(&[]);
    let long = format!("GET /metrics HTTP/1.1\r\nCookie: {}", "x".repeat(10_000));
    for (request, status) in [
        ("GET / HTTP/1.1\r\n\r\n", 404),
        ("GET /metrics/x HTTP/1.1\r\n\r\n", 404),
        ("POST /metrics HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", 405),
        ("PING\r\n\r\n", 400),
        (&long, 431),
        ("GET /health?verbose HTTP/1.0\r\n\r\n", 200),
    ] {
        assert_eq!(http(port, request).0, status, "{request}");
    }
    relay.signal("-TERM");
    assert_eq!(relay.end().0, Some(0));
}

#[test]
fn health_ends_when_draining_begins() {
    let folder = Folder::new("health");
    let port = free_port();
    let config = folder.write("relay.toml", &format!("[metrics]\nlisten = \"127.0.0.1:{port}\"\n"));
    let healthcheck = ["healthcheck", "--config", &config];
    let (exit, _, error) = outcome(&healthcheck);
    assert_eq!(exit, Some(1), "nobody is there: {error}");
    let listen = format!("metrics.listen=127.0.0.1:{port}");
    let (mut relay, address) = Running::start(&["serve", "--dev", "--set", &listen]);
    assert_eq!(outcome(&healthcheck), (Some(0), String::new(), String::new()));
    assert_eq!(get(port, "/health"), (200, "ok\n".into()));
    let client = greet(&address);
    relay.signal("-TERM");
    relay.logs("draining");
    assert_eq!(get(port, "/health"), (503, "draining\n".into()));
    let (exit, _, error) = outcome(&healthcheck);
    assert!(exit == Some(1) && error.contains("draining"), "{error}");
    assert_eq!(value(&get(port, "/metrics").1, "nightjar_relay_draining"), 1);
    drop(client);
    assert_eq!(relay.end().0, Some(0));
    let without = folder.write("without.toml", "");
    assert_eq!(outcome(&["healthcheck", "--config", &without]).0, Some(2));
}

#[test]
fn told_twice_it_ends_at_once() {
    let (mut relay, address) = Running::start(&["serve", "--dev"]);
    let client = greet(&address);
    relay.signal("-TERM");
    relay.logs("draining");
    relay.signal("-INT");
    let (exit, out, log) = relay.end();
    assert!(exit == Some(0) && log.contains("cut off") && out.contains("\"connections_open\":1"), "{out} {log}");
    drop(client);
}

#[test]
fn metrics_are_for_this_machine() {
    for listen in ["0.0.0.0:9170", "192.0.2.1:9170", "[::]:9170"] {
        let (exit, out, error) = outcome(&["serve", "--dev", "--set", &format!("metrics.listen={listen}")]);
        assert_eq!((exit, out.as_str()), (Some(2), ""), "{listen}");
        assert!(error.contains("metrics.listen") && error.contains("loopback"), "{error}");
    }
}

#[test]
fn a_log_in_json_is_an_object_a_line() {
    let (relay, address) = Running::start(&["serve", "--dev", "--log", "debug", "--set", "log.format=json"]);
    drop(greet(&address));
    relay.signal("-TERM");
    let (exit, _, log) = relay.end();
    assert_eq!(exit, Some(0));
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    for message in ["serving", "connection ended", "draining", "stopped"] {
        assert!(messages.contains(&message), "{message} in {log}");
    }
    assert!(lines.iter().all(|line| line["level"].is_string() && line["timestamp"].is_string()), "{log}");
}

#[test]
fn the_journal_stamps_its_lines_itself() {
    use std::os::unix::fs::MetadataExt;
    use std::process::{Command, Stdio};

    let folder = Folder::new("journal");
    let log = |stream: &dyn Fn(&std::fs::Metadata) -> String| {
        let path = folder.file("log");
        std::fs::write(&path, "").unwrap();
        let stream = stream(&std::fs::metadata(&path).unwrap());
        let mut shell = Command::new("sh");
        shell.args(["-c", "exec \"$0\" serve --dev 2>\"$1\"", env!("CARGO_BIN_EXE_nightjar-relay"), &path]);
        shell.env("JOURNAL_STREAM", stream).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (relay, _) = Running::of(&mut shell);
        relay.signal("-TERM");
        assert_eq!(relay.end().0, Some(0));
        std::fs::read_to_string(path).unwrap()
    };
    let (journal, other) = (log(&|log| format!("{}:{}", log.dev(), log.ino())), log(&|log| format!("{}:0", log.dev())));
    assert!(journal.trim_start().starts_with("INFO"), "{journal}");
    assert!(other.starts_with("20"), "{other}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_service_manager_hears_of_start_reload_life_and_end() {
    use std::os::unix::net::UnixDatagram;

    let folder = Folder::new("notify");
    let (socket, key) = (folder.file("socket"), folder.file("key"));
    let text = format!("listen = \"127.0.0.1:0\"\nkey_file = \"{key}\"\nstore.kind = \"memory\"\n");
    let config = folder.write("relay.toml", &text);
    let manager = UnixDatagram::bind(&socket).unwrap();
    manager.set_read_timeout(Some(PATIENCE)).unwrap();
    let heard = |what: &str| {
        let mut datagram = [0; 512];
        loop {
            let length = manager.recv(&mut datagram).unwrap_or_else(|_| panic!("never heard {what}"));
            let text = String::from_utf8(datagram[..length].to_vec()).unwrap();
            if text.lines().any(|line| line.starts_with(what)) {
                return text;
            }
        }
    };
    let mut serve = program(&["serve", "--config", &config]);
    let (relay, _) = Running::of(serve.env("NOTIFY_SOCKET", &socket).env("WATCHDOG_USEC", "200000"));
    heard("READY=1");
    heard("WATCHDOG=1");
    relay.signal("-HUP");
    assert!(heard("RELOADING=1").contains("MONOTONIC_USEC="));
    heard("READY=1");
    relay.signal("-TERM");
    heard("STOPPING=1");
    assert_eq!(relay.end().0, Some(0));
}
