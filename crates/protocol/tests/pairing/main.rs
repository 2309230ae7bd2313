//! First contact as its two people, and those between them, meet it.

mod bounds;
mod mitm;
mod outcomes;
mod people;
mod puppet;
mod rejects;
mod storage;
