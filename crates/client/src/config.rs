//! Settings: one file, the environment, and options, which win in that order from last to first. Also the folders
//! that all of it lives in.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use etcetera::{AppStrategy, AppStrategyArgs};

use crate::cli::duration::{self, Bounds};
use crate::failure::{Failure, Kind};
use crate::locale::Lang;
use crate::vault::replace_private;

/// What the file says; what it leaves out is `None`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// The relay, `host:port#key`.
    pub relay: Option<String>,
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
            let refused = || at(Kind::ConfigValue, path).text("name", name).text("value", value);
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

    fn to_text(&self) -> String {
        let seconds = |seconds: u32| toml::Value::from(duration::text(seconds));
        let entries = [
            ("relay", self.relay.clone().map(toml::Value::from)),
            ("lang", self.lang.map(|lang| toml::Value::from(lang.code()))),
            ("expires", self.expires.map(seconds)),
            ("after_read", self.after_read.map(seconds)),
            ("read_receipts", self.read_receipts.map(toml::Value::from)),
        ];
        let lines = entries.into_iter().filter_map(|(name, value)| Some(format!("{name} = {}\n", value?)));
        lines.collect()
    }

    /// The relay: `--relay`, else `NIGHTJAR_RELAY`, else the file.
    ///
    /// # Errors
    /// [`Kind::RelayMissing`], or [`Kind::RelayAddress`] if its form is wrong.
    pub fn relay(&self, option: Option<&str>, variable: Option<&str>) -> Result<String, Failure> {
        let variable = variable.filter(|value| !value.is_empty());
        let relay = option.or(variable).or(self.relay.as_deref()).ok_or(Kind::RelayMissing)?;
        check_relay(relay)?;
        Ok(relay.to_owned())
    }
}

/// Whether `address` has the form `host:port#key`. What the key is worth shows when it is used.
///
/// # Errors
/// [`Kind::RelayAddress`].
pub fn check_relay(address: &str) -> Result<(), Failure> {
    let well_formed = || {
        let (place, key) = address.split_once('#')?;
        let (host, port) = place.rsplit_once(':')?;
        let port: u16 = port.parse().ok()?;
        let key_fits = key.len() >= 40 && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let host_fits = !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control());
        (key_fits && host_fits && port > 0).then_some(())
    };
    well_formed().ok_or_else(|| Failure::new(Kind::RelayAddress).text("address", address))
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
        let relay = value.as_str()?;
        check_relay(relay).ok()?;
        config.relay = Some(relay.to_owned());
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

#[cfg(test)]
mod tests {
    use super::*;

    const RELAY: &str = "relay.example:7400#abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst";

    fn parse(text: &str) -> Result<Config, Kind> {
        Config::parse(text, Path::new("config.toml")).map_err(|failure| failure.kind())
    }

    #[test]
    fn what_is_saved_is_what_is_loaded() {
        let config = Config {
            relay: Some(RELAY.into()),
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
        let other = RELAY.replace("relay", "other");
        let config = Config { relay: Some("file:1#".to_owned() + &"k".repeat(52)), ..Config::default() };
        assert_eq!(config.relay(Some(RELAY), Some(&other)).unwrap(), RELAY);
        assert_eq!(config.relay(None, Some(&other)).unwrap(), other);
        assert!(config.relay(None, Some("")).unwrap().starts_with("file:"));
        assert_eq!(Config::default().relay(None, None).unwrap_err().kind(), Kind::RelayMissing);
        let here = Folders::find(Some(Path::new("/a")), Some("/b")).unwrap();
        assert_eq!((here.home.as_path(), here.config), (Path::new("/a"), PathBuf::from("/a/config.toml")));
        assert_eq!(Folders::find(None, Some("/b")).unwrap().home, Path::new("/b"));
    }

    #[test]
    fn a_relay_has_host_port_and_key() {
        for bad in ["", "host", "host:1", "host:0#", ":1#k", "ho st:7400#k", "host:70000#k"] {
            let bad = bad.replace("#k", &format!("#{}", "k".repeat(52)));
            assert!(check_relay(&bad).is_err(), "{bad}");
        }
        assert!(check_relay(RELAY).is_ok() && check_relay(&RELAY.replace("relay.example", "[::1]")).is_ok());
    }
}
