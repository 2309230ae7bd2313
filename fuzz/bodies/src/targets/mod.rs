//! The targets. Each takes any bytes at all; what it tries stands in its file.

pub mod attachment;
pub mod bundle;
pub mod command;
pub mod config;
pub mod connection;
pub mod conversation;
pub mod damage;
pub mod disk;
pub mod frame;
pub mod gate;
pub mod http;
pub mod invite;
pub mod link;
pub mod message;
pub mod money;
pub mod nickname;
pub mod ogg;
pub mod pairing;
pub mod photo;
pub mod proof;
pub mod ratchet;
pub mod snapshot;
pub mod store;
pub mod transfer;
pub mod vault;

/// What a target does with an input. It panics if it found something.
pub type Run = fn(&[u8]);

/// Every target by its name.
pub const ALL: [(&str, Run); 25] = [
    ("attachment", attachment::run),
    ("bundle", bundle::run),
    ("command", command::run),
    ("config", config::run),
    ("connection", connection::run),
    ("conversation", conversation::run),
    ("damage", damage::run),
    ("disk", disk::run),
    ("frame", frame::run),
    ("gate", gate::run),
    ("http", http::run),
    ("invite", invite::run),
    ("link", link::run),
    ("message", message::run),
    ("money", money::run),
    ("nickname", nickname::run),
    ("ogg", ogg::run),
    ("pairing", pairing::run),
    ("photo", photo::run),
    ("proof", proof::run),
    ("ratchet", ratchet::run),
    ("snapshot", snapshot::run),
    ("store", store::run),
    ("transfer", transfer::run),
    ("vault", vault::run),
];
