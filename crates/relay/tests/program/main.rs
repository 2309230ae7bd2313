//! The program from outside.

#![cfg(unix)]

mod access;
mod descriptors;
mod doctor;
mod harness;
mod life;
mod settings;
mod watching;
