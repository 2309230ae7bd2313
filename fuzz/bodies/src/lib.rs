//! What the fuzz targets do and what they share: inputs read as scripts, and scenes in which they are played. Everything
//! drawn is drawn from fixed seeds, so that an input does the same each time. It needs no fuzzer: `tests/corpora.rs`
//! replays the corpora under `cargo test`.

#![allow(clippy::manual_is_multiple_of, reason = "a remainder is how a script chooses")]
#![allow(missing_docs, reason = "people.rs and puppet.rs are shared with the tests of the pairing")]

pub mod books;
pub mod corpus;
pub mod folder;
pub mod input;
pub mod invite;
pub mod ledger;
pub mod links;
pub mod mailboxes;
pub mod media;
pub mod network;
pub mod oracle;
pub mod pairing;
pub mod peer;
/// The two people and the machines by hand of the tests.
#[path = "../../../crates/protocol/tests/pairing/people.rs"]
pub mod people;
#[path = "../../../crates/protocol/tests/pairing/puppet.rs"]
pub mod puppet;
pub mod relay;
pub mod session;
pub mod stored;
pub mod talk;
pub mod targets;
pub mod vault;
pub mod window;

// Rooms of the relay that nobody sees from without it, and what they use.
#[allow(dead_code, reason = "what its other rooms use")]
#[path = "../../../crates/relay/src/bucket.rs"]
mod bucket;
#[allow(dead_code, reason = "what its other rooms use")]
#[path = "../../../crates/relay/src/gate/ledger.rs"]
mod gate_ledger;
#[allow(dead_code, reason = "what its other rooms use")]
#[path = "../../../crates/relay/src/metrics/http.rs"]
mod http;
mod key {
    pub use nightjar_relay::key::OsRandom;
}
#[path = "../../../crates/relay/src/live.rs"]
mod live;
#[allow(dead_code, reason = "what its other rooms use")]
#[path = "../../../crates/relay/src/gate/networks.rs"]
mod networks;
