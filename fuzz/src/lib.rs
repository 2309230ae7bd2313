//! What the targets share: inputs read as scripts, and scenes in which they are played. Everything drawn is drawn from
//! fixed seeds, so that an input does the same each time.

pub mod input;
pub mod invite;
pub mod media;
pub mod pairing;
/// The two people and the machines by hand of the tests.
#[path = "../../crates/protocol/tests/pairing/people.rs"]
pub mod people;
#[path = "../../crates/protocol/tests/pairing/puppet.rs"]
pub mod puppet;
pub mod session;
pub mod stored;
pub mod talk;
pub mod vault;
