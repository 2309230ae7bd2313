//! Keys compared, derived, and used to seal and open.

use nightjar_protocol::crypto::{
    ConstantTimeEq, Error, TAG_LEN, hkdf_sha256, hkdf_sha512, hmac_sha256, hmac_sha512, open, open_in_place, seal,
    seal_in_place, xopen, xseal,
};
use nightjar_protocol::keys::{AccessKey, AeadKey, ReadKey, RootKey};

use crate::secret::{holds_secret, secret};
use crate::{Case, Pin};

pub const CASES: &[Case] = &[
    Case { name: "keys compared, equal", pins: &[], work: || compared(7) },
    Case { name: "keys compared, the first byte differs", pins: &[], work: || compared(8) },
    Case {
        name: "HKDF-SHA-256",
        pins: &[],
        work: || derived(|key| hkdf_sha256::<64>(b"salt", &[key], b"info").to_vec()),
    },
    Case {
        name: "HKDF-SHA-512",
        pins: &[],
        work: || derived(|key| hkdf_sha512::<64>(b"salt", &[key], b"info").to_vec()),
    },
    Case {
        name: "HKDF-SHA-256, secret salt",
        pins: &[],
        work: || derived(|key| hkdf_sha256::<64>(key, &[b"ikm"], b"info").to_vec()),
    },
    Case { name: "HMAC-SHA-256", pins: &[], work: || derived(|key| hmac_sha256(key, &[b"text", key]).to_vec()) },
    Case { name: "HMAC-SHA-512", pins: &[], work: || derived(|key| hmac_sha512(key, &[b"text", key]).to_vec()) },
    Case { name: "seal", pins: &[], work: || sealed(seal) },
    Case { name: "xseal", pins: &[], work: || sealed(xseal) },
    Case { name: "seal in bulk", pins: &[], work: || sealed(seal_in_place) },
    Case { name: "open, authentic", pins: OPENS, work: || opened(seal, open, 0) },
    Case { name: "open, tag changed", pins: OPENS, work: || opened(seal, open, 1) },
    Case { name: "xopen, authentic", pins: OPENS, work: || opened(xseal, xopen, 0) },
    Case { name: "xopen, tag changed", pins: OPENS, work: || opened(xseal, xopen, 1) },
    Case { name: "open in bulk, authentic", pins: OPENS_IN_BULK, work: || opened(seal_in_place, open_in_place, 0) },
    Case { name: "open in bulk, tag changed", pins: OPENS_IN_BULK, work: || opened(seal_in_place, open_in_place, 1) },
];

/// Whether it is authentic, once all of the tag is compared: the caller is told, and so is whoever watches.
const OPENS: &[Pin] = &[("decrypt_inout_detached", 1)];
const OPENS_IN_BULK: &[Pin] = &[("open_in_place_separate_tag", 1)];

type Seal<const N: usize> = fn(&AeadKey, &[u8; N], &[u8], &mut [u8]) -> Result<(), Error>;
type Open<const N: usize> = for<'a> fn(&AeadKey, &[u8; N], &[u8], &'a mut [u8]) -> Result<&'a mut [u8], Error>;

fn compared(first: u8) -> bool {
    let mut other = [7; 32];
    other[0] = first;
    let [root, read] = [
        secret(RootKey::from_bytes([7; 32])).ct_eq(&secret(RootKey::from_bytes(other))),
        secret(ReadKey::from_bytes([7; 32])).ct_eq(&secret(ReadKey::from_bytes(other))),
    ];
    let access = secret(AccessKey::from_bytes([7; 16])).ct_eq(&secret(AccessKey::from_bytes([first; 16])));
    [root, read, access].iter().all(|equal| holds_secret(&[equal.unwrap_u8()]))
}

fn derived(derive: fn(&[u8]) -> Vec<u8>) -> bool {
    holds_secret(&derive(&secret([7; 32])))
}

/// Key and text are secret, in several blocks and an odd rest.
fn sealed<const N: usize>(seal: Seal<N>) -> bool {
    let (key, mut text) = (secret(AeadKey::from_bytes([7; 32])), secret([3; 301 + TAG_LEN]));
    seal(&key, &[1; N], b"ad", &mut text).is_ok() && holds_secret(&text)
}

/// The key is secret; what is opened came over the wire.
fn opened<const N: usize>(seal: Seal<N>, open: Open<N>, flip: u8) -> bool {
    let (key, mut text) = (AeadKey::from_bytes([7; 32]), [3; 301 + TAG_LEN]);
    if seal(&key, &[1; N], b"ad", &mut text).is_err() {
        return false;
    }
    text[310] ^= flip;
    let key = secret(key);
    match open(&key, &[1; N], b"ad", &mut text) {
        Ok(text) => flip == 0 && holds_secret(text),
        Err(_) => flip == 1 && holds_secret(key.as_bytes()),
    }
}
