//! The text, the vectors and the limits name each other: what the text promises exists, and nothing exists unmentioned.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../protocol-spec")
}

/// Every chapter's text.
fn chapters() -> String {
    let entries = fs::read_dir(spec()).unwrap().map(|entry| entry.unwrap().path());
    let texts = entries.filter(|path| path.extension().is_some_and(|it| it == "md"));
    texts.map(|path| fs::read_to_string(path).unwrap()).collect::<Vec<_>>().join("\n")
}

/// Every vector as `chapter/case`.
fn vectors() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(spec().join("vectors")).unwrap().map(|entry| entry.unwrap().path()) {
        if !folder.is_dir() {
            continue;
        }
        let chapter = folder.file_name().unwrap().to_string_lossy().into_owned();
        for case in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            found.insert(format!("{chapter}/{}", case.file_stem().unwrap().to_string_lossy()));
        }
    }
    found
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

/// The vectors that the chapters name, in full or as they abbreviate: `…-case` goes on from the last full name of the
/// line, and a table whose header ends in `chapter/prefix-` has the rest of each name in its last column.
fn named(text: &str, vectors: &BTreeSet<String>) -> BTreeSet<String> {
    let folders: BTreeSet<&str> = vectors.iter().filter_map(|name| name.split('/').next()).collect();
    let mut named = BTreeSet::new();
    let (mut full, mut prefix) = (String::new(), None);
    for line in text.lines() {
        if line.is_empty() {
            prefix = None;
        }
        let last_column = line.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        for word in quoted(line) {
            let is_name = word.split_once('/').is_some_and(|(chapter, case)| {
                folders.contains(chapter) && !case.is_empty() && !case.contains([' ', '.', '/'])
            });
            if is_name && word.ends_with('-') {
                prefix = Some(word);
            } else if is_name {
                full = word.to_owned();
                named.insert(full.clone());
            } else if let Some(rest) = word.strip_prefix('…') {
                named.insert(abbreviated(&full, rest, vectors));
            } else if let Some(prefix) = prefix.filter(|_| quoted(last_column).contains(&word)) {
                named.insert(format!("{prefix}{word}"));
            }
        }
    }
    named
}

/// The vector that is a beginning of `full`, cut at a hyphen, and `rest`.
fn abbreviated(full: &str, rest: &str, vectors: &BTreeSet<String>) -> String {
    let cuts = full.match_indices('-').map(|(at, _)| &full[..at]);
    let candidates: Vec<String> = cuts.map(|beginning| format!("{beginning}{rest}")).collect();
    let found = candidates.iter().rev().find(|name| vectors.contains(*name));
    found.cloned().unwrap_or_else(|| format!("{full} … {rest}"))
}

#[test]
fn every_vector_that_the_text_names_exists() {
    let (text, vectors) = (chapters(), vectors());
    let named = named(&text, &vectors);
    let missing: Vec<_> = named.difference(&vectors).collect();
    assert!(named.len() > 300, "the text names hardly any vector");
    assert!(missing.is_empty(), "the text names vectors that do not exist: {missing:?}");
}

#[test]
fn every_vector_is_named_by_the_text() {
    let (text, vectors) = (chapters(), vectors());
    let unnamed: Vec<_> = vectors.difference(&named(&text, &vectors)).cloned().collect();
    assert!(unnamed.is_empty(), "no chapter names these vectors: {unnamed:?}");
}

#[test]
fn every_limit_stands_in_the_table() {
    let table = fs::read_to_string(spec().join("README.md")).unwrap();
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/limits.rs")).unwrap();
    let constants =
        source.lines().filter_map(|line| line.strip_prefix("pub const ")).map(|line| line.split(':').next().unwrap());
    let missing: Vec<_> = constants.filter(|name| !quoted(&table).contains(name)).collect();
    assert!(missing.is_empty(), "limits without a reason in the spec's table: {missing:?}");
}
