//! Every target in one program, which is built and linked once: `NIGHTJAR_FUZZ` names the one to run.
#![no_main]

use std::sync::LazyLock;

use nightjar_fuzz_bodies::targets::{ALL, Run};

static RUN: LazyLock<Run> = LazyLock::new(|| {
    let name = std::env::var("NIGHTJAR_FUZZ").expect("NIGHTJAR_FUZZ names a target");
    ALL.iter().find(|(target, _)| *target == name).expect("a target of that name").1
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| RUN(data));
