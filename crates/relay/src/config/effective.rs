//! The settings that hold, each with where it is from.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::ops::Range;
use std::path::PathBuf;

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::keys::{keys, known, nearest};
use super::layers::PREFIX;
use super::{Config, Error};

/// What the places say together.
#[derive(Clone, PartialEq, Debug)]
pub struct Effective {
    /// The settings.
    pub config: Config,
    table: Table,
    sources: BTreeMap<String, Source>,
}

/// Where a value is from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Source {
    Default,
    File(PathBuf, usize),
    Environment(String),
    Option,
}

impl Effective {
    pub(super) fn new(base: &Config) -> Result<Self, Error> {
        let table = Table::try_from(base).map_err(|error| Error::Syntax(error.to_string()))?;
        Ok(Self { config: base.clone(), table, sources: BTreeMap::new() })
    }

    /// All settings as TOML, each with where it is from.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        // Writing to a text does not fail.
        let _ = self.write(&mut out, &self.table, "");
        out
    }

    /// The keys whose values differ in another configuration.
    #[must_use]
    pub fn changed(&self, other: &Self) -> Vec<String> {
        let (here, there) = (leaves(&self.table), leaves(&other.table));
        here.into_iter().filter(|(key, value)| there.get(key) != Some(value)).map(|(key, _)| key).collect()
    }

    pub(super) fn take_file(&mut self, file: PathBuf) -> Result<(), Error> {
        let text = std::fs::read_to_string(&file)
            .map_err(|error| Error::Unreadable { file: file.clone(), reason: error.to_string() })?;
        let set = (|| {
            let table: Table = toml::from_str(&text).map_err(|error| Error::Syntax(error.to_string()))?;
            known(&table, &keys(), "")?;
            // Here and not from the table, for an error to show the line.
            toml::from_str::<Config>(&text).map_err(|error| Error::Syntax(error.to_string()))?;
            let lines = lines(&text);
            for (key, value) in leaves(&table) {
                let line = lines.get(&key).copied().unwrap_or_default();
                self.put(&key, value, Source::File(file.clone(), line))?;
            }
            Ok(())
        })();
        set.map_err(|error: Error| Error::In { place: file.display().to_string(), error: Box::new(error) })
    }

    /// Takes a value that is written as text, in the type that the key has.
    pub(super) fn set(&mut self, key: &str, text: &str, source: Source) -> Result<(), Error> {
        let all = leaves(&keys());
        let Some(like) = all.get(key) else {
            let nearest = nearest(key, all.keys()).map(|key| source.spell(key));
            return Err(Error::UnknownKey { key: source.spell(key), nearest });
        };
        let value = typed(like, text).map_err(|range| Error::Range { key: key.to_owned(), range })?;
        self.put(key, value, source)
    }

    fn put(&mut self, key: &str, value: Value, source: Source) -> Result<(), Error> {
        let mut table = &mut self.table;
        let mut path = key.split('.').peekable();
        while let Some(name) = path.next() {
            if path.peek().is_none() {
                table.insert(name.to_owned(), value);
                break;
            }
            let inner = table.entry(name).or_insert_with(|| Table::new().into());
            table = inner.as_table_mut().ok_or_else(|| Error::Syntax(format!("`{name}` is no table")))?;
        }
        let read = self.table.clone().try_into();
        self.config = read.map_err(|error: toml::de::Error| Error::Syntax(format!("`{key}`: {}", error.message())))?;
        self.sources.insert(key.to_owned(), source);
        Ok(())
    }

    fn source(&self, key: &str) -> &Source {
        self.sources.get(key).unwrap_or(&Source::Default)
    }

    /// Checks the settings together, and says where the value is from that breaks a rule.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.config.check().map_err(|error| match &error {
            Error::Range { key, .. } => {
                let source = self.source(key).clone();
                error.in_place(&source)
            }
            _ => error,
        })
    }

    fn write(&self, out: &mut String, table: &Table, within: &str) -> fmt::Result {
        let (tables, values): (Vec<_>, Vec<_>) = table.iter().partition(|(_, value)| value.is_table());
        for (key, value) in values {
            writeln!(out, "{:<44} # {}", format!("{key} = {value}"), self.source(&format!("{within}{key}")))?;
        }
        for (key, value) in tables {
            if let Value::Table(table) = value {
                writeln!(out, "\n[{within}{key}]")?;
                self.write(out, table, &format!("{within}{key}."))?;
            }
        }
        Ok(())
    }
}

impl Error {
    pub(super) fn in_place(self, source: &Source) -> Self {
        Self::In { place: source.to_string(), error: Box::new(self) }
    }
}

impl Source {
    /// A key as it is written in this place.
    fn spell(&self, key: &str) -> String {
        match self {
            Self::Environment(_) => format!("{PREFIX}{}", key.replace('.', "__").to_uppercase()),
            Self::Default | Self::File(..) | Self::Option => key.to_owned(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => write!(f, "default"),
            Self::File(file, line) => write!(f, "{}:{line}", file.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Option => write!(f, "option"),
        }
    }
}

/// A text as a value like that one; else what it has to be.
fn typed(like: &Value, text: &str) -> Result<Value, &'static str> {
    match like {
        Value::Integer(_) => text.parse::<i64>().map(Value::from).map_err(|_| "a whole number"),
        Value::Boolean(_) => text.parse::<bool>().map(Value::from).map_err(|_| "true or false"),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(items.map(Value::from).collect::<Vec<_>>().into())
        }
        _ => Ok(text.into()),
    }
}

/// Every value, under its key with its tables.
fn leaves(table: &Table) -> BTreeMap<String, Value> {
    let mut leaves = BTreeMap::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) => {
                leaves.extend(self::leaves(inner).into_iter().map(|(rest, value)| (format!("{key}.{rest}"), value)));
            }
            value => drop(leaves.insert(key.clone(), value.clone())),
        }
    }
    leaves
}

/// The line of each value, from 1.
fn lines(text: &str) -> BTreeMap<String, usize> {
    fn walk(table: &DeTable<'_>, within: &str, found: &mut dyn FnMut(String, Range<usize>)) {
        for (key, value) in table {
            let name = format!("{within}{}", key.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) => walk(inner, &format!("{name}."), found),
                _ => found(name, key.span()),
            }
        }
    }
    let mut lines = BTreeMap::new();
    if let Ok(table) = DeTable::parse(text) {
        walk(table.get_ref(), "", &mut |key, span| {
            let before = text.bytes().take(span.start).filter(|byte| *byte == b'\n').count();
            lines.insert(key, before + 1);
        });
    }
    lines
}
