//! `nightjar_fuzz_bodies::targets::disk`, which says what it tries, under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nightjar_fuzz_bodies::targets::disk::run(data));
