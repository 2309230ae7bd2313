//! `nightjar_fuzz_bodies::targets::vault`, which says what it tries, under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nightjar_fuzz_bodies::targets::vault::run(data));
