//! Bytes ↔ types, strict. Spec: wire.
//!
//! Everything variable is bincode 2 (little-endian varints) under three rules that make it safe for untrusted bytes:
//! a limit before anything is allocated, no trailing bytes, and one encoding per value (what was read is written again
//! and must be the same).

mod codec;
mod command;
mod frame;

pub use codec::{Error, decode, encode, encode_into};
pub use command::{Command, Refusal, Reply};
pub use frame::{Cell, Frame};
