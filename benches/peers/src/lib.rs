//! Benches that compare Nightjar with its peers in one run: `cargo bench` in this folder.
