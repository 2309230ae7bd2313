//! What the ratchet promises, on whatever order of events.

mod ends;
mod properties;
mod refusals;
mod skipping;
