//! The protocol's rules about storing, sending and forgetting, as machines that are explored in full. Spec: messages.md, relay.md.
//!
//! - `delivery`: a sender, a relay and a receiver; texts, receipts, crashes, broken links, a relay that loses its memory.
//! - `rotation`: a mailbox that is left for a fresh one while the other side writes.
//! - `guesses`: attempts at a word, and crashes around each.
//!
//! No cryptography, no bytes, no time: a cell is what it says, a session is the rule that a cell opens once. `tests/` explores
//! each machine as the spec has it, and then with one rule broken, which must show.

pub mod delivery;
pub mod guesses;
pub mod rotation;
