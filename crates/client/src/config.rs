//! Settings: one file, the environment, and options, which win in that order from last to first. Also the folders
//! that all of it lives in.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use etcetera::{AppStrategy, AppStrategyArgs};
use nightjar_protocol::invite::RelayAddress;
use zeroize::Zeroizing;

use crate::cli::duration::{self, Bounds};
use crate::failure::{Failure, Kind};
use crate::locale::Lang;
use crate::vault::replace_private;

/// What the file says; what it leaves out is `None`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// The relay, with its access key if it is private.
    pub relay: Option<RelayAddress>,
    /// The language.
    pub lang: Option<Lang>,
    /// Life of a message, in seconds.
    pub expires: Option<u32>,
    /// Life of a message after it was shown, in seconds.
    pub after_read: Option<u32>,
    /// Whether others are told that their message was read.
    pub read_receipts: Option<bool>,
}

/// Where the files are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folders {
    /// The folder of the vault.
    pub home: PathBuf,
    /// The configuration file.
    pub config: PathBuf,
}

impl Folders {
    /// `--home`, else `NIGHTJAR_HOME`: everything in that folder. Else the folders that the system has for it.
    ///
    /// # Errors
    /// [`Kind::NoHome`] if the system names none.
    pub fn find(option: Option<&Path>, variable: Option<&str>) -> Result<Self, Failure> {
        let variable = variable.filter(|value| !value.is_empty()).map(Path::new);
        if let Some(home) = option.or(variable) {
            return Ok(Self { home: home.to_owned(), config: home.join(FILE) });
        }
        let app =
            AppStrategyArgs { top_level_domain: "org".into(), author: "Nightjar".into(), app_name: "nightjar".into() };
        let system = etcetera::choose_app_strategy(app).map_err(|_| Kind::NoHome)?;
        Ok(Self { home: system.data_dir(), config: system.config_dir().join(FILE) })
    }
}

impl Config {
    /// Reads the file; nothing is set if there is none.
    ///
    /// # Errors
    /// One of the `config-…` failures, which name the file, the key and, for a slip of the finger, the key meant.
    pub fn load(path: &Path) -> Result<Self, Failure> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(at(Kind::Config, path).text("detail", error)),
        };
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        let table: toml::Table =
            text.parse().map_err(|error: toml::de::Error| at(Kind::Config, path).text("detail", error.message()))?;
        let mut config = Self::default();
        for (name, value) in &table {
            let shown = || value.as_str().filter(|_| name == "relay").map_or_else(|| value.to_string(), without_access);
            let refused = || at(Kind::ConfigValue, path).text("name", name).text("value", shown());
            let known = KEYS.iter().find(|(known, _)| known == name);
            let (_, take) = known.ok_or_else(|| unknown(name, path))?;
            take(&mut config, value).ok_or_else(refused)?;
        }
        Ok(config)
    }

    /// Writes the settings that are set, so that [`Self::load`] reads the same. The file is the owner's alone.
    ///
    /// # Errors
    /// [`Kind::Config`] if it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Failure> {
        let refused = |error: std::io::Error| at(Kind::Config, path).text("detail", error);
        replace_private(path, self.to_text().as_bytes()).map_err(refused)
    }

    fn to_text(&self) -> Zeroizing<String> {
        let seconds = |seconds: u32| toml::Value::from(duration::text(seconds));
        let entries = [
            ("relay", self.relay.as_ref().map(|relay| toml::Value::from(relay.text().as_str()))),
            ("lang", self.lang.map(|lang| toml::Value::from(lang.code()))),
            ("expires", self.expires.map(seconds)),
            ("after_read", self.after_read.map(seconds)),
            ("read_receipts", self.read_receipts.map(toml::Value::from)),
        ];
        let lines = entries.into_iter().filter_map(|(name, value)| Some(format!("{name} = {}\n", value?)));
        Zeroizing::new(lines.collect())
    }

    /// The relay: `--relay` or `--relay-file`, else `NIGHTJAR_RELAY`, else the configuration file.
    ///
    /// # Errors
    /// [`Kind::RelayMissing`]; [`Kind::RelayAddress`] if its form is wrong; [`Kind::RelayFile`] if its file cannot be read;
    /// [`Kind::RelayExposed`] if an access key stands where everybody on the computer can read it.
    pub fn relay(&self, named: Named<'_>) -> Result<RelayAddress, Failure> {
        let variable = named.variable.filter(|value| !value.is_empty());
        match (named.option, named.file, variable) {
            (Some(typed), ..) => exposed(typed, "--relay"),
            (None, Some(file), _) => relay_in(file),
            (None, None, Some(set)) => exposed(set, "NIGHTJAR_RELAY"),
            (None, None, None) => self.relay.clone().ok_or(Kind::RelayMissing.into()),
        }
    }
}

/// Where else than in the configuration file a relay can be named.
#[derive(Clone, Copy, Default)]
pub struct Named<'a> {
    /// `--relay`.
    pub option: Option<&'a str>,
    /// `--relay-file`.
    pub file: Option<&'a Path>,
    /// `NIGHTJAR_RELAY`.
    pub variable: Option<&'a str>,
}

/// A relay's address as it was typed or configured.
///
/// # Errors
/// [`Kind::RelayAddress`].
pub fn parse_relay(text: &str) -> Result<RelayAddress, Failure> {
    text.trim().parse().map_err(|_| Failure::new(Kind::RelayAddress).text("address", without_access(text.trim())))
}

/// An address from the arguments or the environment, which other programs can read: no access key may stand there.
fn exposed(text: &str, place: &str) -> Result<RelayAddress, Failure> {
    let relay = parse_relay(text)?;
    match relay.access() {
        None => Ok(relay),
        Some(_) => Err(Failure::new(Kind::RelayExposed).text("place", place)),
    }
}

/// The address in a file: its first line that says something.
fn relay_in(path: &Path) -> Result<RelayAddress, Failure> {
    let text = fs::read_to_string(path).map(Zeroizing::new);
    let text = text.map_err(|error| at(Kind::RelayFile, path).text("detail", error))?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    parse_relay(lines.next().unwrap_or_default())
}

/// As much of an address, or of what was meant to be one, as can be shown: what stands behind a key is cut off.
fn without_access(text: &str) -> String {
    let (place, key) = text.split_once('#').map_or(("", text), |(place, key)| (place, key));
    let key: String = key.chars().take(KEY_LEN).take_while(|c| place.is_empty() || *c != '.').collect();
    let shown = if place.is_empty() { key } else { format!("{place}#{key}") };
    if shown == text { shown } else { shown + "…" }
}

fn at(kind: Kind, path: &Path) -> Failure {
    Failure::new(kind).text("path", path.display())
}

fn unknown(name: &str, path: &Path) -> Failure {
    let alike = |known: &&str| strsim::damerau_levenshtein(name, known);
    let close =
        KEYS.iter().map(|(known, _)| *known).min_by_key(alike).filter(|known| alike(known) <= 2 + name.len() / 4);
    match close {
        Some(meant) => at(Kind::ConfigMeant, path).text("name", name).text("meant", meant),
        None => at(Kind::ConfigUnknown, path).text("name", name),
    }
}

type Take = fn(&mut Config, &toml::Value) -> Option<()>;

/// Every key of the file, and how its value is taken.
const KEYS: [(&str, Take); 5] = [
    ("relay", |config, value| {
        config.relay = Some(parse_relay(value.as_str()?).ok()?);
        Some(())
    }),
    ("lang", |config, value| {
        let lang = value.as_str()?;
        config.lang = Some(Lang::ALL.into_iter().find(|known| known.code() == lang)?);
        Some(())
    }),
    ("expires", |config, value| {
        config.expires = Some(Bounds::MESSAGE.parse(value.as_str()?).ok()?);
        Some(())
    }),
    ("after_read", |config, value| {
        config.after_read = Some(Bounds::AFTER_READ.parse(value.as_str()?).ok()?);
        Some(())
    }),
    ("read_receipts", |config, value| {
        config.read_receipts = Some(value.as_bool()?);
        Some(())
    }),
];

const FILE: &str = "config.toml";
/// Characters of a relay's key.
const KEY_LEN: usize = 52;

#[cfg(test)]
mod tests {
    use super::*;

    const RELAY: &str = "relay.example:7400#abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrsq";

    fn parse(text: &str) -> Result<Config, Kind> {
        Config::parse(text, Path::new("config.toml")).map_err(|failure| failure.kind())
    }

    fn access() -> String {
        format!("{RELAY}.{}", "b".repeat(24) + "ba")
    }

    #[test]
    fn what_is_saved_is_what_is_loaded() {
        let config = Config {
            relay: Some(access().parse().unwrap()),
            lang: Some(Lang::Ko),
            expires: Some(3600),
            after_read: Some(90),
            read_receipts: Some(false),
        };
        let path = tempfile::tempdir().unwrap().path().join("deeper").join("config.toml");
        config.save(&path).unwrap();
        assert_eq!(Config::load(&path).unwrap(), config);
        assert_eq!(Config::load(Path::new("/nonexistent/config.toml")).unwrap(), Config::default());
    }

    #[test]
    fn unknown_keys_are_errors_with_a_suggestion() {
        assert_eq!(parse("relai = 'x'"), Err(Kind::ConfigMeant));
        assert_eq!(parse("after-read = '5m'"), Err(Kind::ConfigMeant));
        assert_eq!(parse("telemetry = true"), Err(Kind::ConfigUnknown));
        assert_eq!(parse("[[["), Err(Kind::Config));
    }

    #[test]
    fn values_out_of_bounds_are_errors() {
        assert_eq!(parse("expires = '7d'").unwrap().expires, Some(604_800));
        for text in ["expires = '8d'", "expires = 5", "after_read = '0s'", "lang = 'fr'", "relay = 'x:1'"] {
            assert_eq!(parse(text), Err(Kind::ConfigValue), "{text}");
        }
    }

    #[test]
    fn options_beat_the_environment_beats_the_file() {
        let (other, kept) = (RELAY.replace("relay", "other"), RELAY.replace("relay", "file").parse().unwrap());
        let config = Config { relay: Some(kept), ..Config::default() };
        let relay = |option, variable| {
            let named = Named { option, variable, file: None };
            config.relay(named).unwrap().to_string()
        };
        assert_eq!(relay(Some(RELAY), Some(&*other)), RELAY);
        assert_eq!(relay(None, Some(&other)), other);
        assert!(relay(None, Some("")).starts_with("file."));
        assert_eq!(Config::default().relay(Named::default()).unwrap_err().kind(), Kind::RelayMissing);
        let here = Folders::find(Some(Path::new("/a")), Some("/b")).unwrap();
        assert_eq!((here.home.as_path(), here.config), (Path::new("/a"), PathBuf::from("/a/config.toml")));
        assert_eq!(Folders::find(None, Some("/b")).unwrap().home, Path::new("/b"));
    }

    #[test]
    fn a_relay_has_host_port_and_key() {
        for bad in ["", "host", "host:1", "host:0#", ":1#k", "ho st:7400#k", "host:70000#k"] {
            let bad = bad.replace("#k", &format!("#{}", "k".repeat(51) + "a"));
            assert!(parse_relay(&bad).is_err(), "{bad}");
        }
        assert!(parse_relay(RELAY).is_ok() && parse_relay(&RELAY.replace("relay.example", "[::1]")).is_ok());
    }

    #[test]
    fn an_access_key_comes_from_a_file_and_never_from_where_others_can_read_it() {
        let typed = access();
        for named in
            [Named { option: Some(&typed), ..Named::default() }, Named { variable: Some(&typed), ..Named::default() }]
        {
            let refused = Config::default().relay(named).unwrap_err();
            assert!(refused.kind() == Kind::RelayExposed && !format!("{refused:?}").contains("bbb"), "{refused:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("relay");
        let named = Named { file: Some(&file), variable: Some(RELAY), option: None };
        assert_eq!(Config::default().relay(named).unwrap_err().kind(), Kind::RelayFile);
        fs::write(&file, format!("# ours\n\n {typed} \n")).unwrap();
        assert_eq!(*Config::default().relay(named).unwrap().text(), typed);
        fs::write(&file, "# nothing\n").unwrap();
        assert_eq!(Config::default().relay(named).unwrap_err().kind(), Kind::RelayAddress);
    }

    #[test]
    fn an_access_key_is_in_no_error_and_in_no_debug_output() {
        let typed = access();
        let instead = |of: &str, with: &str| typed.replace(of, with);
        for broken in
            [instead("#", "##"), instead("#", " "), instead("q.", "q,"), instead("q.", "q"), instead("q.", "q..")]
        {
            let told = format!("{:?}", parse_relay(&broken).unwrap_err());
            assert!(!told.contains("bbb") && told.contains("relay.example"), "{told}");
            let in_file = Config::parse(&format!("relay = '{broken}'"), Path::new("config.toml")).unwrap_err();
            assert!(!format!("{in_file:?}").contains("bbb"), "{in_file:?}");
        }
        let config = Config { relay: Some(typed.parse().unwrap()), ..Config::default() };
        assert!(!format!("{config:?}").contains("bbb"));
    }
}
