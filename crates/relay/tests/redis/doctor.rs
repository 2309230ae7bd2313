//! What `doctor` says of a Redis.

use crate::program::{Folder, outcome};
use crate::servers::{Server, are_here, free_port};

/// Exit and report of the real program, about a relay whose store is at this port.
fn doctor(folder: &Folder, port: u16, set: &[&str]) -> (Option<i32>, String) {
    let key = folder.file("key");
    let text = format!(
        "listen = \"127.0.0.1:{}\"\nkey_file = \"{key}\"\n[store]\nkind = \"redis\"\n\
         [store.redis]\nnodes = [\"127.0.0.1:{port}\"]\n",
        free_port()
    );
    let config = folder.write("relay.toml", &text);
    let options: Vec<_> = set.iter().flat_map(|set| ["--set", set]).collect();
    let (exit, out, error) = outcome(&[&["doctor", "--config", &config], options.as_slice()].concat());
    (exit, out + &error)
}

/// The mark before what was looked at.
fn mark(report: &str, what: &str) -> char {
    let line = report.lines().find(|line| line.split_once(' ').is_some_and(|(_, rest)| rest.starts_with(what)));
    line.unwrap_or_else(|| panic!("{what} in {report}")).chars().next().unwrap()
}

#[tokio::test]
async fn each_setting_is_judged() {
    if !are_here() {
        return;
    }
    let folder = Folder::new("redis-doctor");
    let server = Server::start(&["--maxmemory", "64mb", "--slowlog-log-slower-than", "-1"]).await;
    let (exit, report) = doctor(&folder, server.port, &[]);
    assert_eq!(exit, Some(0), "{report}");
    for what in
        ["redis", "maxmemory", "files", "slow log", "watchers", "key events", "door", "role", "its clock", "its queue"]
    {
        assert_eq!(mark(&report, what), '✓', "{what}: {report}");
    }
    assert_eq!(server.cli(&["DBSIZE"]).await.unwrap(), "0", "it changes nothing");

    for (name, value, what, judged) in [
        ("maxmemory-policy", "allkeys-lru", "maxmemory", '✗'),
        ("maxmemory", "0", "maxmemory", '!'),
        ("slowlog-log-slower-than", "10000", "slow log", '!'),
        ("save", "3600 1", "files", '!'),
        ("notify-keyspace-events", "KEA", "key events", '!'),
        ("client-output-buffer-limit", "pubsub 0 0 0", "its queue", '!'),
    ] {
        let before = server.cli(&["CONFIG", "GET", name]).await.unwrap();
        let before = before.split_once('\n').map_or("", |(_, value)| value).to_owned();
        server.cli(&["CONFIG", "SET", name, value]).await.unwrap();
        let (exit, report) = doctor(&folder, server.port, &[]);
        assert_eq!(mark(&report, what), judged, "{name}: {report}");
        assert_eq!(exit, Some(i32::from(judged == '✗')), "{report}");
        assert!(report.contains("→"), "and what to do: {report}");
        server.cli(&["CONFIG", "SET", name, &before]).await.unwrap();
    }
    let mut watcher = std::process::Command::new("redis-cli");
    watcher.args(["-p", &server.port.to_string(), "MONITOR"]).stdout(std::process::Stdio::null());
    let mut watcher = watcher.spawn().unwrap();
    while !server.cli(&["CLIENT", "LIST"]).await.unwrap().contains("flags=O") {}
    let (_, report) = doctor(&folder, server.port, &[]);
    watcher.kill().unwrap();
    watcher.wait().unwrap();
    assert_eq!(mark(&report, "watchers"), '!', "{report}");

    for (set, what) in [("store.redis.replicas=1", "role"), ("store.redis.cluster=true", "cluster")] {
        let (exit, report) = doctor(&folder, server.port, &[set]);
        assert_eq!((exit, mark(&report, what)), (Some(1), '✗'), "{report}");
    }
    let (exit, report) = doctor(&folder, free_port(), &[]);
    assert_eq!((exit, mark(&report, "redis")), (Some(1), '✗'), "{report}");
}

#[tokio::test]
async fn who_may_come_in_is_judged_and_the_password_is_not_said() {
    if !are_here() {
        return;
    }
    let folder = Folder::new("redis-door");
    let server = Server::start(&["--bind", "0.0.0.0", "--protected-mode", "no"]).await;
    let (exit, report) = doctor(&folder, server.port, &[]);
    assert_eq!((exit, mark(&report, "door")), (Some(1), '✗'), "{report}");
    server.cli(&["CONFIG", "SET", "requirepass", "of-nobodys-business"]).await.unwrap();
    let (exit, report) = doctor(&folder, server.port, &[]);
    assert_eq!((exit, mark(&report, "redis")), (Some(1), '✗'), "{report}");
    let file = folder.write("password", "of-nobodys-business\n");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let (exit, report) = doctor(&folder, server.port, &[&format!("store.redis.password_file={file}")]);
    assert_eq!((exit, mark(&report, "door")), (Some(0), '!'), "{report}");
    assert!(!report.contains("nobodys"), "{report}");
}
