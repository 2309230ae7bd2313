//! The figures of the documents that define the primitives (spec: README, "Primitives").

mod aead;
mod argon2id;
mod hkdf;
mod x25519;

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

fn array<const N: usize>(text: &str) -> [u8; N] {
    hex(text).try_into().unwrap()
}
