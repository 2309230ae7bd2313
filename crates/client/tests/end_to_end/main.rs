//! The client from outside: real processes of the real program, a real relay, and what people and killers do to them.
#![cfg(unix)]

#[path = "../stage/mod.rs"]
mod stage;

mod bad_input;
mod clock;
mod crashes;
mod expiry;
mod guesses;
mod questions;
mod wire;
