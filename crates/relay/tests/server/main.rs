//! A relay on a real socket, seen from the client's end. Spec: relay.

mod abuse;
mod access;
mod gate;
mod harness;
mod life;
mod mailboxes;
