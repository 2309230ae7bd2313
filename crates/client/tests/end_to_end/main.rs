//! The client from outside: real processes of the real program, a real relay, and what people and killers do to them.
#![cfg(unix)]

#[path = "../stage/mod.rs"]
mod stage;

mod bad_input;
mod clock;
mod crashes;
mod expiry;
mod forced;
mod guesses;
mod order;
mod private;
mod questions;
mod strangers;
mod transfer_kills;
mod transfers;
mod wire;
