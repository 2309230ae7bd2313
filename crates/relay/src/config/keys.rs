//! The names of the settings, and which of them somebody meant who wrote another.

use super::{Config, Error};

/// The keys that there are, with their defaults, as the settings themselves name them.
pub(super) fn keys() -> toml::Table {
    toml::Table::try_from(Config::default()).unwrap_or_default()
}

/// Refuses a table with a key that no setting has; `within` is the table's own name with a dot, or empty.
pub(super) fn known(table: &toml::Table, keys: &toml::Table, within: &str) -> Result<(), Error> {
    for (key, value) in table {
        match (keys.get(key), value) {
            (Some(toml::Value::Table(keys)), toml::Value::Table(table)) => {
                known(table, keys, &format!("{within}{key}."))?;
            }
            (Some(_), _) => {}
            (None, _) => {
                let nearest = nearest(key, keys.keys()).map(|nearest| format!("{within}{nearest}"));
                return Err(Error::UnknownKey { key: format!("{within}{key}"), nearest });
            }
        }
    }
    Ok(())
}

/// The key that takes the fewest changes, if they are few for its length.
pub(super) fn nearest<'a>(key: &str, known: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let near = known.map(|candidate| (distance(key, candidate), candidate)).min()?;
    (near.0 <= 2.max(key.len() / 3)).then_some(near.1)
}

/// Insertions, deletions and replacements that lead from one word to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, a) in from.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, b) in to.bytes().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}
