//! Nightjar's protocol, without I/O: no clock, no socket, no file, no randomness but what is passed in.

pub mod crypto;
pub mod keys;
pub mod limits;
pub mod wire;
