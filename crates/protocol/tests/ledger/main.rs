//! A ledger's rules, met by three parties: a sender, a broker and a family.

mod course;
mod world;
