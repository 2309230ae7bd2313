//! The program from outside.

#![cfg(unix)]

mod descriptors;
mod doctor;
mod harness;
mod life;
mod settings;
mod watching;
