//! Relays that share a Redis, over real servers. The suite of all stores is in `tests/store.rs`.

#![cfg(unix)]

#[path = "../server/harness.rs"]
#[allow(dead_code, reason = "shared with the server's tests")]
mod harness;
#[path = "../program/harness.rs"]
#[allow(dead_code, reason = "shared with the program's tests")]
mod program;
#[path = "../servers/mod.rs"]
mod servers;

mod alone;
mod doctor;
mod failover;
mod shared;
