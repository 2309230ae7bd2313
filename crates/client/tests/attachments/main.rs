//! Attachments from outside: sent, cut off, resumed, opened, saved, gone.

#![cfg(unix)]

#[path = "../stage/mod.rs"]
mod stage;

mod basics;
mod cuts;
mod people;
mod traces;
mod trouble;
