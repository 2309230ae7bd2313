//! The text, the vectors and the limits name each other: what the text promises exists, nothing exists unmentioned, and
//! every MUST says what shows it. README, "Notation", has the rule; `protocol-spec/tools/clauses.py` counts by it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../protocol-spec")
}

/// Every chapter's file name and lines.
fn chapters() -> Vec<(String, Vec<String>)> {
    let entries = fs::read_dir(spec()).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|it| it == "md"));
    let read = |path: PathBuf| {
        let lines = fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
        (path.file_name().unwrap().to_string_lossy().into_owned(), lines)
    };
    files.map(read).collect()
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

/// What stands between backticks in a line.
fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

/// What shows a clause.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Evidence {
    /// `chapter/case`.
    Vector(String),
    /// `path/of/the/file.rs:function`.
    Test(String),
}

/// What each line names, vectors in full or as the chapters abbreviate: `…-case` goes on from the last full name before
/// it, and a table whose header ends in `chapter/prefix-` has the rest of each name in its last column.
fn evidence(lines: &[String], vectors: &BTreeSet<String>) -> Vec<Vec<Evidence>> {
    let folders: BTreeSet<&str> = vectors.iter().filter_map(|name| name.split('/').next()).collect();
    let (mut full, mut prefix) = (String::new(), None);
    let named = lines.iter().map(|line| {
        let mut named = Vec::new();
        prefix = prefix.filter(|_| !line.is_empty());
        let last_column = line.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        for word in quoted(line) {
            let is_name = word.split_once('/').is_some_and(|(chapter, case)| {
                folders.contains(chapter) && !case.is_empty() && !case.contains([' ', '.', '/'])
            });
            if is_name && word.ends_with('-') {
                prefix = Some(word);
            } else if is_name {
                full = word.to_owned();
                named.push(Evidence::Vector(full.clone()));
            } else if let Some(rest) = word.strip_prefix('…') {
                named.push(Evidence::Vector(abbreviated(&full, rest, vectors)));
            } else if word.split_once(".rs:").or(word.split_once(".py:")).is_some() {
                named.push(Evidence::Test(word.to_owned()));
            } else if let Some(prefix) = prefix.filter(|_| quoted(last_column).contains(&word)) {
                named.push(Evidence::Vector(format!("{prefix}{word}")));
            }
        }
        named
    });
    named.collect()
}

/// The vector that is a beginning of `full`, cut at a hyphen, and `rest`.
fn abbreviated(full: &str, rest: &str, vectors: &BTreeSet<String>) -> String {
    let cuts = full.match_indices('-').map(|(at, _)| &full[..at]);
    let candidates: Vec<String> = cuts.map(|beginning| format!("{beginning}{rest}")).collect();
    let found = candidates.iter().rev().find(|name| vectors.contains(*name));
    found.cloned().unwrap_or_else(|| format!("{full} … {rest}"))
}

/// All that the chapters name.
fn named() -> BTreeSet<Evidence> {
    let vectors = vectors();
    chapters().iter().flat_map(|(_, lines)| evidence(lines, &vectors)).flatten().collect()
}

fn named_vectors() -> BTreeSet<String> {
    let vectors = named().into_iter().filter_map(|it| match it {
        Evidence::Vector(name) => Some(name),
        Evidence::Test(_) => None,
    });
    vectors.collect()
}

/// A part of a chapter that shows its clauses by itself: a paragraph (depth -1), a list item (its indentation), a table
/// row (the most).
struct Block {
    depth: i32,
    lines: Vec<usize>,
}

fn blocks(lines: &[String]) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let (mut fresh, mut fenced) = (true, false);
    for (at, line) in lines.iter().enumerate() {
        fenced ^= line.starts_with("```");
        let row = line.starts_with('|');
        let item = item_depth(line).filter(|_| !row);
        if fenced || line.starts_with("```") || line.starts_with('#') || line.trim().is_empty() {
            fresh = true;
        } else if row && line.chars().all(|it| "|-: ".contains(it)) {
            found.pop();
        } else if row || item.is_some() || fresh {
            let depth = if row { i32::MAX } else { item.unwrap_or(-1) };
            found.push(Block { depth, lines: vec![at] });
            fresh = row;
        } else if let Some(block) = found.last_mut() {
            block.lines.push(at);
        }
    }
    found
}

/// The indentation of a list item's first line.
fn item_depth(line: &str) -> Option<i32> {
    let text = line.trim_start_matches(' ');
    let digits = text.trim_start_matches(|it: char| it.is_ascii_digit());
    let numbered = digits.len() < text.len() && digits.starts_with(". ");
    let item = text.starts_with("- ") || text.starts_with("* ") || numbered;
    item.then(|| i32::try_from(line.len() - text.len()).unwrap())
}

/// Each clause of a chapter: the line, and whether anything shows it. A MUST is a clause; the last one of a block that
/// ends in a colon stands for each item or row below it.
fn clauses(lines: &[String], vectors: &BTreeSet<String>) -> Vec<(usize, bool)> {
    let (blocks, evidence) = (blocks(lines), evidence(lines, vectors));
    let (mut clauses, mut under) = (Vec::new(), 0..0);
    for (at, block) in blocks.iter().enumerate() {
        let musts = |line: &usize| {
            vec![*line; lines[*line].split(|it: char| !it.is_alphanumeric()).filter(|it| *it == "MUST").count()]
        };
        let mut found: Vec<usize> = block.lines.iter().flat_map(musts).collect();
        let colon = !found.is_empty() && block.lines.last().is_some_and(|line| lines[*line].ends_with(':'));
        let below = blocks[at + 1..].iter().take_while(|it| colon && it.depth > block.depth).count();
        if below > 0 {
            found.pop();
            under = at + 1..at + 1 + below;
        } else if under.contains(&at) && found.is_empty() {
            found.push(block.lines[0]);
        }
        let shown = block.lines.iter().any(|line| !evidence[*line].is_empty());
        if !block.lines.iter().any(|line| lines[*line].contains("RFC 2119")) {
            clauses.extend(found.into_iter().map(|line| (line + 1, shown)));
        }
    }
    clauses
}

#[test]
fn every_must_is_shown_by_a_vector_or_a_test() {
    let vectors = vectors();
    let of = |(name, lines): &(String, Vec<String>)| {
        let clauses = clauses(lines, &vectors).into_iter();
        clauses.map(|(line, shown)| (format!("{name}:{line}"), shown)).collect::<Vec<_>>()
    };
    let clauses: Vec<_> = chapters().iter().flat_map(of).collect();
    assert!(clauses.len() > 150, "the text has hardly any clause");
    let unshown: Vec<_> = clauses.iter().filter(|(_, shown)| !shown).map(|(at, _)| at).collect();
    assert!(unshown.is_empty(), "{} clauses are shown by nothing: {unshown:?}", unshown.len());
}

#[test]
fn every_test_that_the_text_names_exists() {
    let is_test = |name: &str| {
        let (path, function) = name.rsplit_once(':').unwrap();
        let text = fs::read_to_string(spec().join("..").join(path)).unwrap_or_default();
        ["fn ", "def "].iter().any(|word| text.contains(&format!("{word}{function}(")))
    };
    let missing: Vec<String> = named()
        .into_iter()
        .filter_map(|it| match it {
            Evidence::Test(name) if !is_test(&name) => Some(name),
            _ => None,
        })
        .collect();
    assert!(missing.is_empty(), "the text names tests that do not exist: {missing:?}");
}

#[test]
fn every_vector_that_the_text_names_exists() {
    let (named, vectors) = (named_vectors(), vectors());
    let missing: Vec<_> = named.difference(&vectors).collect();
    assert!(named.len() > 300, "the text names hardly any vector");
    assert!(missing.is_empty(), "the text names vectors that do not exist: {missing:?}");
}

#[test]
fn every_vector_is_named_by_the_text() {
    let (named, vectors) = (named_vectors(), vectors());
    let unnamed: Vec<_> = vectors.difference(&named).collect();
    assert!(unnamed.is_empty(), "no chapter names these vectors: {unnamed:?}");
}

#[test]
fn every_limit_stands_in_the_table() {
    let table = fs::read_to_string(spec().join("README.md")).unwrap();
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/limits.rs")).unwrap();
    let constants =
        source.lines().filter_map(|line| line.strip_prefix("pub const ")).map(|line| line.split(':').next().unwrap());
    let missing: Vec<_> = constants.filter(|name| !table.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "limits without a reason in the spec's table: {missing:?}");
}
