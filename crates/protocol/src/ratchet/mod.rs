//! The Double Ratchet with encrypted headers. Spec: session.

mod session;

pub use session::{Role, SessionSeed};
