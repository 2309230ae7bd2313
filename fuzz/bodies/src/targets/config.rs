//! A relay's settings from a file, the environment and options, and its file of access keys: no panic, what is accepted is
//! within its bounds, and printed it is a file that says the same.

use std::ffi::OsString;
use std::fs::Permissions;
use std::path::Path;

use nightjar_protocol::limits::ACCESS_KEYS_MAX;
use nightjar_relay::access;
use nightjar_relay::config::{Config, Layers, PREFIX};

use crate::folder::Folder;
use crate::input::{Input, patch};

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    match input.byte() % 8 {
        0 => read(&patch(Config::template().as_bytes(), input.rest())),
        1..5 => read(input.rest()),
        5 | 6 => layers(&mut input),
        _ => access_keys(input.rest()),
    }
}

fn read(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Ok(config) = Config::parse(text) else { return };
    assert_eq!(config.check(), Ok(()));
    assert_eq!(Config::parse(&toml::to_string(&config).unwrap()), Ok(config));
}

/// A file, then variables, then options, each a key and a value on a line.
fn layers(input: &mut Input) {
    let folder = Folder::of(&[("relay.toml".to_owned(), input.string().to_vec())]);
    let mut pairs = || -> Vec<(String, String)> {
        let text = String::from_utf8_lossy(input.string()).into_owned();
        text.lines().filter_map(|line| line.split_once('=')).map(|(key, value)| (key.into(), value.into())).collect()
    };
    let variable = |(key, value): (String, String)| (format!("{PREFIX}{key}").into(), value.into());
    let environment: Vec<(OsString, OsString)> = pairs().into_iter().map(variable).collect();
    let file = Some(folder.path().join("relay.toml"));
    let layers = Layers { base: Config::default(), file, environment, options: pairs() };
    let Ok(effective) = layers.read() else { return };
    assert_eq!(effective.config.check(), Ok(()));
    assert_eq!(Config::parse(&effective.to_toml()), Ok(effective.config.clone()));
    assert!(effective.changed(&effective).is_empty());
}

fn access_keys(bytes: &[u8]) {
    let folder = Folder::of(&[("access".to_owned(), bytes.to_vec())]);
    let path = folder.path().join("access");
    own(&path);
    let lines =
        |text: &str| text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#')).count();
    if let Ok(keys) = access::load(&path) {
        assert!((1..=ACCESS_KEYS_MAX).contains(&keys.len()));
        assert_eq!(str::from_utf8(bytes).map(lines), Ok(keys.len()));
    }
}

/// Takes a file from the eyes of others.
fn own(path: &Path) {
    #[cfg(unix)]
    std::fs::set_permissions(path, <Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600)).unwrap();
}
