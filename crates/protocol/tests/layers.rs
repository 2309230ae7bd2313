//! Who may use whom: the table that keeps the house's direction. CONTRIBUTING.md says how to change it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A room and the rooms that it may use besides itself.
type Table = &'static [(&'static str, &'static [&'static str])];

/// What stands in a crate's root: no rooms.
const ROOT: [&str; 2] = ["args", "variable"];

/// The protocol's rooms.
const PROTOCOL: Table = &[
    ("limits", &[]),
    ("keys", &[]),
    ("base32", &[]),
    ("digits", &["keys", "limits"]),
    ("crypto", &["keys"]),
    ("money", &["digits", "keys", "limits"]),
    ("wire", &["crypto", "keys", "limits"]),
    ("noise", &["crypto", "keys", "limits"]),
    ("nickname", &["limits"]),
    ("cpace", &["crypto", "keys"]),
    ("proof", &["cpace", "crypto", "keys", "limits", "nickname", "wire"]),
    ("invite", &["base32", "crypto", "digits", "keys", "limits", "wire"]),
    ("ratchet", &["crypto", "keys", "limits", "wire"]),
    ("message", &["keys", "limits", "money", "proof", "wire"]),
    ("attachment", &["crypto", "keys", "limits", "wire"]),
    ("conversation", &["attachment", "crypto", "keys", "limits", "link", "message", "ratchet", "wire"]),
    (
        "ledger",
        &["base32", "cpace", "crypto", "keys", "limits", "message", "money", "nickname", "proof", "ratchet", "wire"],
    ),
    ("pairing", &["crypto", "invite", "keys", "limits", "nickname", "noise", "proof", "ratchet", "wire"]),
    ("link", &["crypto", "keys", "limits", "noise", "wire"]),
];

/// The relay's rooms: a store knows nothing above it, a mailbox never sees a socket, only a connection touches the link.
const RELAY: Table = &[
    ("clock", &[]),
    ("config", &[]),
    ("key", &[]),
    ("access", &["config", "key"]),
    ("live", &[]),
    ("store", &["key"]),
    ("stats", &["store"]),
    ("bucket", &[]),
    ("gate", &["bucket", "config", "key", "live"]),
    ("buffers", &[]),
    ("outgoing", &["buffers"]),
    ("mailbox", &["bucket", "clock", "config", "key", "live", "stats", "store"]),
    ("connection", &["access", "bucket", "buffers", "config", "gate", "key", "live", "mailbox", "outgoing", "store"]),
    (
        "server",
        &["access", "bucket", "clock", "config", "connection", "gate", "key", "live", "mailbox", "stats", "store"],
    ),
    ("metrics", &["clock", "config", "key", "server", "stats", "store"]),
    ("program", &["access", "clock", "config", "key", "metrics", "server", "stats", "store"]),
];

/// The client's rooms: the engine says nothing to a person, and nothing below the commands knows them.
const CLIENT: Table = &[
    ("random", &[]),
    ("clock", &[]),
    ("event", &[]),
    ("harden", &[]),
    ("locale", &["failure", "terminal"]),
    ("failure", &["locale"]),
    ("terminal", &["locale"]),
    ("media", &["failure", "locale", "terminal"]),
    ("output", &["event", "failure", "locale", "terminal"]),
    ("prompt", &["failure", "locale", "output", "terminal"]),
    ("vault", &["failure", "random"]),
    ("blobs", &["random", "vault"]),
    ("cli", &["failure", "locale", "terminal"]),
    ("config", &["cli", "failure", "locale", "vault"]),
    ("connection", &["harden", "random"]),
    ("engine", &["blobs", "clock", "connection", "failure", "random", "vault"]),
    (
        "commands",
        &[
            "blobs",
            "cli",
            "clock",
            "config",
            "connection",
            "engine",
            "event",
            "failure",
            "harden",
            "locale",
            "media",
            "output",
            "prompt",
            "random",
            "terminal",
            "vault",
        ],
    ),
];

#[test]
fn rooms_use_what_the_tables_allow() {
    check("protocol", PROTOCOL);
    check("relay", RELAY);
    check("client", CLIENT);
}

fn check(name: &str, table: Table) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src");
    let allowed: BTreeMap<_, _> = table.iter().copied().collect();
    let mut rooms = 0;
    for file in rust_files(&source) {
        let room = room_of(&source, &file);
        if room == "lib" || room == "main" {
            continue;
        }
        rooms += 1;
        let may = allowed.get(room.as_str()).unwrap_or_else(|| panic!("{name}: {room} is not in the table"));
        for used in uses(&fs::read_to_string(&file).unwrap()) {
            assert!(
                used == room || ROOT.contains(&used.as_str()) || may.contains(&used.as_str()),
                "{} uses {used}, which the table does not allow {room}",
                file.display()
            );
        }
    }
    assert!(rooms >= table.len(), "{name}: a room of the table has no file");
}

#[test]
fn only_crypto_and_noise_name_primitive_crates() {
    const PRIMITIVES: [&str; 9] =
        ["x25519_dalek", "curve25519_dalek", "chacha20poly1305", "sha2", "hkdf", "hmac", "ml_kem", "argon2", "snow"];
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&source) {
        let room = room_of(&source, &file);
        let text = code(&fs::read_to_string(&file).unwrap());
        for name in PRIMITIVES.iter().filter(|name| text.contains(&format!("{name}::"))) {
            assert!(room == "crypto" || (room == "noise" && *name == "snow"), "{} names {name}", file.display());
        }
    }
}

#[test]
fn files_say_what_they_are_and_stay_small() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for file in ["protocol", "relay", "client"].iter().flat_map(|name| rust_files(&crates.join(name).join("src"))) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//!"), "{} does not begin with what it is", file.display());
        assert!(text.lines().count() <= 400, "{} has more than 400 lines", file.display());
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn room_of(source: &Path, file: &Path) -> String {
    let first = file.strip_prefix(source).unwrap().components().next().unwrap();
    Path::new(first.as_os_str()).file_stem().unwrap().to_string_lossy().into_owned()
}

/// The text without comments and strings' worth of doubt: lines that are comments are dropped.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms named after `crate::`, one by one or in braces.
fn uses(text: &str) -> Vec<String> {
    let text = code(text);
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let inner = &list[..list.find("};").unwrap_or(list.len())];
            found.extend(top_level(inner));
        } else {
            found.push(identifier(rest));
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn top_level(list: &str) -> Vec<String> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(identifier(list[start..at].trim_start()));
                start = at + 1;
            }
            _ => {}
        }
    }
    names.push(identifier(list[start..].trim_start()));
    names
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}
