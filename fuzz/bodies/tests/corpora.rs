//! Replays the corpora that the repository keeps: every input of every target, one test a target, on stable and without a
//! fuzzer. Each target has one, and each is of a target.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use libtest_mimic::{Arguments, Failed, Trial};
use nightjar_fuzz_bodies::corpus;
use nightjar_fuzz_bodies::targets::{ALL, Run};

fn main() -> std::io::Result<()> {
    let mut trials = vec![Trial::test("every target has a corpus, and nothing else has", complete)];
    for (target, run) in ALL {
        let inputs = corpus::read(&std::fs::read_to_string(corpus::file(target)).unwrap_or_default());
        let count = inputs.as_ref().map_or(0, Vec::len);
        trials.push(Trial::test(format!("{target}, {count} inputs"), move || replay(target, inputs, run)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

fn replay(target: &str, inputs: Option<Vec<Vec<u8>>>, run: Run) -> Result<(), Failed> {
    let inputs = inputs.ok_or("the file is no corpus")?;
    if inputs.len() < INPUTS_LEAST {
        return Err(format!("{} inputs are no corpus", inputs.len()).into());
    }
    for (input, line) in inputs.iter().zip(1..) {
        // The panic's own words are printed by its hook.
        catch_unwind(AssertUnwindSafe(|| run(input))).map_err(|_| format!("fuzz/corpora/{target}.hex:{line}"))?;
    }
    Ok(())
}

fn complete() -> Result<(), Failed> {
    let targets: BTreeSet<String> = ALL.iter().map(|(target, _)| (*target).to_owned()).collect();
    let stems = |folder| -> std::io::Result<BTreeSet<String>> {
        let names = std::fs::read_dir(folder)?.map(|file| Ok(file?.path().file_stem().map(std::ffi::OsStr::to_owned)));
        let names: Vec<_> = names.collect::<std::io::Result<_>>()?;
        Ok(names.into_iter().flatten().map(|name| name.to_string_lossy().into_owned()).collect())
    };
    let mut bodies = stems(corpus::folder().join("../bodies/src/targets"))?;
    bodies.remove("mod");
    if bodies != targets || stems(corpus::folder())? != targets {
        return Err("the files of bodies/src/targets, its table and corpora differ".into());
    }
    Ok(())
}

/// Fewer would be an accident.
const INPUTS_LEAST: usize = 10;
