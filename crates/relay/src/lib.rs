//! Nightjar's relay.

pub mod store;
