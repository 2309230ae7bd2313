//! A ledger's rules, met by three parties: a sender, a broker and a family.

mod course;
mod crashes;
mod duress;
mod names;
mod questions;
mod refusals;
mod thief;
mod world;
