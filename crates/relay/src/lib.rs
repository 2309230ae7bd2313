//! Nightjar's relay: mailboxes of equal cells that vanish. Spec: relay.
//!
//! ```text
//! main → program → server → gate ─ a socket → connection ─ a command → mailbox ─ an operation → store
//!                                      (link: frames, Noise)   (quotas, leases)
//! ```
//! One direction: a store knows nothing above it, a mailbox never sees a socket, and nothing at all keeps an address.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod access;
mod bucket;
mod buffers;
pub mod clock;
pub mod config;
mod connection;
mod gate;
pub mod key;
mod live;
pub mod mailbox;
mod metrics;
mod outgoing;
pub mod program;
pub mod server;
pub mod stats;
pub mod store;
