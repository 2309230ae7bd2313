//! Nightjar's protocol, without I/O: no clock, no socket, no file, no randomness but what is passed in.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![deny(clippy::arithmetic_side_effects, missing_docs)]

pub mod attachment;
pub mod base32;
pub mod conversation;
pub mod cpace;
pub mod crypto;
pub mod digits;
pub mod invite;
pub mod keys;
pub mod ledger;
pub mod limits;
pub mod link;
pub mod message;
pub mod money;
pub mod nickname;
pub mod noise;
pub mod pairing;
pub mod proof;
pub mod ratchet;
pub mod wire;
