//! Settings from several places: the defaults, one file, the environment, options. Each wins over those before it, and each
//! value knows where it is from.

use std::ffi::OsString;
use std::path::PathBuf;

use super::effective::{Effective, Source};
use super::{Config, Error};

/// The places, as they were at the start; the file is read anew each time.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// What holds where nobody says anything.
    pub base: Config,
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// The environment, of which only names with [`PREFIX`] count: `NIGHTJAR_RELAY_STORE__KIND` is `store.kind`.
    pub environment: Vec<(OsString, OsString)>,
    /// Options: a key with its table, and a value.
    pub options: Vec<(String, String)>,
}

impl Layers {
    /// Reads all places.
    ///
    /// # Errors
    /// [`Error::Unreadable`]; else [`Error::In`] with the place that is at fault.
    pub fn read(&self) -> Result<Effective, Error> {
        let mut effective = Effective::new(&self.base)?;
        if let Some(file) = &self.file {
            effective.take_file(file.clone())?;
        }
        for (name, value) in &self.environment {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
            let source = Source::Environment(name.to_owned());
            let value = value.to_str().ok_or_else(|| Error::Syntax("not UTF-8".into()));
            let set = value.and_then(|value| effective.set(&key_of(name), value, source.clone()));
            set.map_err(|error| error.in_place(&source))?;
        }
        for (key, value) in &self.options {
            let set = effective.set(key, value, Source::Option);
            set.map_err(|error| error.in_place(&Source::Option))?;
        }
        effective.check()?;
        Ok(effective)
    }
}

/// Which key a variable means.
fn key_of(name: &str) -> String {
    name.strip_prefix(PREFIX).unwrap_or(name).to_lowercase().replace("__", ".")
}

/// What a variable begins with that is a setting. `NIGHTJAR_RELAY` itself belongs to the client: it names the relay to use.
pub const PREFIX: &str = "NIGHTJAR_RELAY_";

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of one case, removed with it.
    struct File(PathBuf);

    impl File {
        fn new(name: &str, text: &str) -> Self {
            let path = std::env::temp_dir().join(format!("nightjar-relay-layers-{name}-{}.toml", std::process::id()));
            std::fs::write(&path, text).unwrap();
            Self(path)
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    fn layers(file: Option<&File>, environment: &[(&str, &str)], options: &[(&str, &str)]) -> Layers {
        Layers {
            base: Config::default(),
            file: file.map(|file| file.0.clone()),
            environment: environment.iter().map(|(name, value)| (name.into(), value.into())).collect(),
            options: options.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        }
    }

    #[test]
    fn options_go_before_the_environment_before_the_file_before_the_defaults() {
        let file = File::new("order", "[quotas]\nwindow = 1\nconnections = 1\nbytes = 100000\n");
        let environment = [
            ("NIGHTJAR_RELAY_QUOTAS__CONNECTIONS", "2"),
            ("NIGHTJAR_RELAY_QUOTAS__BYTES", "200000"),
            ("NIGHTJAR_RELAY_STORE__REDIS__NODES", "a:1, b:2"),
            ("NIGHTJAR_RELAY_STORE__REDIS__CLUSTER", "true"),
            ("NIGHTJAR_RELAY", "127.0.0.1:1#the-clients-own"),
            ("PATH", "/bin"),
        ];
        let read =
            layers(Some(&file), &environment, &[("quotas.bytes", "300000"), ("log.level", "off")]).read().unwrap();
        let Config { quotas, store, log, timeouts, .. } = &read.config;
        assert_eq!((quotas.window, quotas.connections, quotas.bytes), (1, 2, 300_000));
        assert_eq!(store.redis.nodes, ["a:1", "b:2"]);
        assert!(store.redis.cluster && log.level == super::super::Level::Off);
        assert_eq!(timeouts, &Config::default().timeouts);
        let text = read.to_toml();
        let place = file.0.display();
        for (setting, source) in [
            ("window = 1", format!("{place}:2")),
            ("connections = 2", "environment NIGHTJAR_RELAY_QUOTAS__CONNECTIONS".into()),
            ("bytes = 300000", "option".into()),
            ("hello = 10", "default".into()),
        ] {
            let line =
                text.lines().find(|line| line.starts_with(setting)).unwrap_or_else(|| panic!("{setting}: {text}"));
            assert!(line.ends_with(&format!("# {source}")), "{line}");
        }
        assert_eq!(Config::parse(&text).unwrap(), read.config, "what is printed is a file that says the same");
    }

    #[test]
    fn an_error_names_the_place_that_is_at_fault() {
        let file = File::new("faults", "[quotas]\n\nwindow = 0\n");
        let place = file.0.display();
        let unknown = "NIGHTJAR_RELAY_QUOTA__WINDOW";
        for (read, message) in [
            (layers(Some(&file), &[], &[]), format!("{place}:3: `quotas.window` has to be at least 1")),
            (
                layers(None, &[("NIGHTJAR_RELAY_QUOTAS__BYTES", "1")], &[]),
                "environment NIGHTJAR_RELAY_QUOTAS__BYTES: `quotas.bytes` has to be at least 65536".into(),
            ),
            (
                layers(None, &[("NIGHTJAR_RELAY_QUOTAS__BYTES", "many")], &[]),
                "environment NIGHTJAR_RELAY_QUOTAS__BYTES: `quotas.bytes` has to be a whole number".into(),
            ),
            (
                layers(None, &[(unknown, "1")], &[]),
                format!(
                    "environment {unknown}: unknown key `{unknown}`; did you mean `NIGHTJAR_RELAY_QUOTAS__WINDOW`?"
                ),
            ),
            (
                layers(None, &[], &[("log.levle", "off")]),
                "option: unknown key `log.levle`; did you mean `log.level`?".into(),
            ),
            (layers(None, &[], &[("quotas", "1")]), "option: unknown key `quotas`".into()),
        ] {
            assert_eq!(read.read().unwrap_err().to_string(), message);
        }
        for (key, value) in [("listen", "nowhere"), ("quotas.window", "-1"), ("store.redis.cluster", "perhaps")] {
            let error = layers(None, &[], &[(key, value)]).read().unwrap_err().to_string();
            assert!(error.starts_with(&format!("option: `{key}`")), "{error}");
        }
        let missing = Layers { file: Some("/nowhere/relay.toml".into()), ..Layers::default() };
        assert!(matches!(missing.read(), Err(Error::Unreadable { .. })));
    }

    #[test]
    fn what_changed_is_named() {
        let (before, after) =
            (layers(None, &[], &[]), layers(None, &[], &[("store.kind", "memory"), ("quotas.window", "3")]));
        let (before, after) = (before.read().unwrap(), after.read().unwrap());
        assert_eq!(before.changed(&after), ["quotas.window", "store.kind"]);
        assert!(before.changed(&before).is_empty());
    }
}
