//! Walks `protocol-spec/vectors/relay/`: one case a file, one test a case, each against a whole relay over a socket, with its
//! store in memory and its clock moved by hand. The format is in that folder's README. Spec: relay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Map, Value};

#[expect(dead_code, reason = "shared with the server's tests")]
#[path = "../server/harness.rs"]
mod harness;

mod mailbox;
mod raw;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../protocol-spec/vectors/relay");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.sort();
    assert!(!files.is_empty(), "no vectors for chapter relay");
    let trials = files.into_iter().map(|file| {
        let name = format!("relay/{}", file.file_stem().unwrap_or_default().to_string_lossy());
        Trial::test(name, move || check(&file))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit()
}

fn check(file: &Path) -> Result<(), Failed> {
    const KNOWN: [&str; 5] = ["what", "spec", "kind", "input", "expect"];
    let document: BTreeMap<String, Value> = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    if let Some(key) = document.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(format!("unknown key {key}").into());
    }
    if document.get("kind").and_then(Value::as_str) != Some("mailbox") {
        return Err("unknown kind".into());
    }
    let object = |key: &str| document.get(key).and_then(Value::as_object).ok_or(format!("no \"{key}\""));
    let (input, expect) = (object("input")?, object("expect")?);
    let (steps, ends) = (list(input, "steps")?, list(expect, "steps")?);
    if steps.is_empty() || steps.len() != ends.len() {
        return Err(format!("{} steps and {} expectations", steps.len(), ends.len()).into());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(mailbox::run(input, steps, ends)).map_err(Failed::from)
}

fn list<'a>(object: &'a Map<String, Value>, key: &str) -> Result<&'a [Value], String> {
    object.get(key).and_then(Value::as_array).map(Vec::as_slice).ok_or(format!("no \"{key}\""))
}
