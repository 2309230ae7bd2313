//! `nightjar_fuzz_bodies::targets::connection`, which says what it tries, under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nightjar_fuzz_bodies::targets::connection::run(data));
