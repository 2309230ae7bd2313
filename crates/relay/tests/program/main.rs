//! The program from outside.

#![cfg(unix)]

mod harness;
mod life;
mod settings;
mod watching;
