//! Argon2id. The figure of RFC 9106 has a secret and associated data, which our function has not; so it is asked of the
//! crate beneath, and our function answers to the figures of the reference implementation.

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use nightjar_protocol::crypto::{Error, argon2id};

/// The reference implementation's own tests (phc-winner-argon2, `src/test.c`): passes, memory in KiB, lanes, password,
/// salt, hash. One of 256 MiB is left out.
const REFERENCE: [(u32, u32, u32, &str, &str, &str); 7] = [
    (2, 65536, 1, "password", "somesalt", "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"),
    (2, 256, 1, "password", "somesalt", "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"),
    (2, 256, 2, "password", "somesalt", "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"),
    (1, 65536, 1, "password", "somesalt", "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98"),
    (4, 65536, 1, "password", "somesalt", "9025d48e68ef7395cca9079da4c4ec3affb3c8911fe4f86d1a2520856f63172c"),
    (2, 65536, 1, "differentpassword", "somesalt", "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde"),
    (2, 65536, 1, "password", "diffsalt", "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c"),
];

#[test]
fn reference_implementation() {
    for (passes, memory, lanes, password, salt, hash) in REFERENCE {
        let ours = argon2id(password.as_bytes(), salt.as_bytes(), memory, passes, lanes).unwrap();
        assert_eq!(hex::encode(ours.as_slice()), hash, "{password} {salt} {memory} {passes} {lanes}");
    }
}

#[test]
fn rfc_9106_section_5_3() {
    let ad = AssociatedData::new(&[4; 12]).unwrap();
    let params = ParamsBuilder::new().m_cost(32).t_cost(3).p_cost(4).data(ad).output_len(32).build().unwrap();
    let beneath = Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let mut tag = [0; 32];
    beneath.hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
    assert_eq!(hex::encode(tag), "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
}

/// RFC 9106, section 3.1: at least one pass and one lane, 8 KiB a lane, and (of this implementation) 8 bytes of salt.
#[test]
fn what_is_out_of_bounds_is_refused() {
    let refused = |memory, passes, lanes, salt: &[u8]| argon2id(b"password", salt, memory, passes, lanes).err();
    for (memory, passes, lanes) in [(64, 0, 1), (64, 1, 0), (7, 1, 1), (15, 1, 2)] {
        assert_eq!(refused(memory, passes, lanes, b"somesalt"), Some(Error::Parameters), "{memory} {passes} {lanes}");
    }
    assert_eq!(refused(64, 1, 1, b"shorter"), Some(Error::Parameters));
    assert_eq!(refused(8, 1, 1, b"somesalt"), None);
}
