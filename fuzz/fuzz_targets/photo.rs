//! `nightjar_fuzz_bodies::targets::photo`, which says what it tries, under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nightjar_fuzz_bodies::targets::photo::run(data));
