//! Secrets as text: base32.

use nightjar_protocol::base32;
use zeroize::Zeroizing;

use crate::secret::{hide, holds_secret, secret};
use crate::{Case, Pin};

pub const CASES: &[Case] = &[
    Case { name: "base32, written", pins: &[], work: encoded },
    Case { name: "base32, read", pins: READS, work: || decoded(b'A') },
    Case { name: "base32, another character", pins: READS, work: || decoded(b'1') },
];

/// Whether all of it is base32, once all of it is read.
const READS: &[Pin] = &[("base32::decode", 1)];

fn encoded() -> bool {
    let key = secret([7; 33]);
    let mut text = Zeroizing::new(String::with_capacity(base32::encoded_len(key.len())));
    base32::encode(&key, &mut text);
    holds_secret(text.as_bytes())
}

fn decoded(first: u8) -> bool {
    let mut text = Zeroizing::new(String::from(char::from(first)));
    base32::encode(&[7; 33], &mut text);
    text.push('A');
    hide(text.as_bytes());
    match base32::decode(&text) {
        Some(bytes) => first == b'A' && holds_secret(&bytes),
        None => first != b'A' && holds_secret(text.as_bytes()),
    }
}
