//! Walks `protocol-spec/vectors/`: one case a file, one test a case. The format is in that folder's README.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Map, Value};

mod affair;
mod attachments;
mod case;
mod course;
mod encoding;
mod example;
mod invite;
mod messages;
mod nickname;
mod noise;
mod pairing;
mod proof;
#[path = "../pairing/puppet.rs"]
#[expect(dead_code, reason = "the tests of the pairing use all of it")]
mod puppet;
mod session;
mod step;
mod transfer;
mod wire;

use case::{Case, Outcome};

/// Computes a case's outcome from its input.
type Run = fn(&Case) -> Outcome;

/// Every chapter's folder and what runs its cases.
const CHAPTERS: [(&str, Run); 11] = [
    ("attachments", attachments::run),
    ("example", example::run),
    ("invite", invite::run),
    ("messages", messages::run),
    ("nickname", nickname::run),
    ("noise", noise::run),
    ("pairing", pairing::run),
    ("proof", proof::run),
    ("session", session::run),
    ("transfer", transfer::run),
    ("wire", wire::run),
];

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../protocol-spec/vectors");
    let mut trials = Vec::new();
    for (chapter, run) in CHAPTERS {
        if !root.join(chapter).is_dir() {
            continue;
        }
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(root.join(chapter))?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
        files.sort();
        assert!(!files.is_empty(), "no vectors for chapter {chapter}");
        for file in files {
            let name = format!("{chapter}/{}", file.file_stem().unwrap_or_default().to_string_lossy());
            trials.push(Trial::test(name, move || check(&file, run)));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

fn check(file: &Path, run: Run) -> Result<(), Failed> {
    let text = std::fs::read_to_string(file)?;
    let mut document: BTreeMap<String, Value> = serde_json::from_str(&text)?;
    let case = Case::read(&document)?;
    let outcome = run(&case);
    if std::env::var_os("NIGHTJAR_WRITE_VECTORS").is_some() && !document.contains_key("source") {
        return write(file, &mut document, outcome);
    }
    match (outcome, document.get("expect"), document.get("reject")) {
        (Ok(actual), Some(Value::Object(expected)), None) => same(&actual, expected),
        (Err(actual), None, Some(Value::String(expected))) if actual == *expected => Ok(()),
        (Err(actual), None, Some(expected)) => Err(format!("rejected as {actual}, expected {expected}").into()),
        (Ok(_), None, Some(expected)) => Err(format!("accepted, but MUST be rejected as {expected}").into()),
        (Err(actual), Some(_), None) => Err(format!("rejected as {actual}").into()),
        _ => Err("a case has either \"expect\" (an object) or \"reject\" (a name)".into()),
    }
}

fn same(actual: &Map<String, Value>, expected: &Map<String, Value>) -> Result<(), Failed> {
    if expected.is_empty() {
        return Err("\"expect\" is empty".into());
    }
    for (key, value) in expected {
        if actual.get(key) != Some(value) {
            return Err(format!("{key}: expected {value}, computed {:?}", actual.get(key)).into());
        }
    }
    Ok(())
}

/// For authors: writes what the code computes into a case of our own (never into one with a "source"). The author then
/// reads the difference; a case that nobody read proves nothing.
fn write(file: &Path, document: &mut BTreeMap<String, Value>, outcome: Outcome) -> Result<(), Failed> {
    document.remove("expect");
    document.remove("reject");
    match outcome {
        Ok(values) => document.insert("expect".into(), Value::Object(values)),
        Err(name) => document.insert("reject".into(), Value::String(name)),
    };
    std::fs::write(file, serde_json::to_string_pretty(document)? + "\n")?;
    Ok(())
}
