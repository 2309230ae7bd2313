//! X25519. Wycheproof calls an all-zero result acceptable; here it MUST be refused.

use nightjar_protocol::crypto::{Error, dh, dh_check};
use nightjar_protocol::keys::{DhPublic, DhSecret};
use wycheproof::TestResult;
use wycheproof::xdh::{TestFlag, TestName, TestSet};

use super::Tally;

#[test]
fn x25519() {
    let set = TestSet::load(TestName::X25519).unwrap();
    let mut tally = Tally::default();
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        let secret = DhSecret::from_bytes(case.private_key.as_slice().try_into().unwrap());
        let public = DhPublic::from_bytes(case.public_key.as_slice().try_into().unwrap());
        let zero = case.flags.contains(&TestFlag::ZeroSharedSecret);
        assert_eq!(zero, case.shared_secret.iter().all(|byte| *byte == 0), "case {}", case.tc_id);
        if zero {
            assert_eq!(dh(&secret, &public).err(), Some(Error::PublicValue), "case {}", case.tc_id);
            assert_eq!(dh_check(&public), Err(Error::PublicValue), "case {}", case.tc_id);
            tally.refused += 1;
        } else {
            assert_ne!(case.result, TestResult::Invalid, "case {}", case.tc_id);
            assert_eq!(
                dh(&secret, &public).unwrap().as_bytes().as_slice(),
                case.shared_secret.as_slice(),
                "case {}",
                case.tc_id
            );
            assert_eq!(dh_check(&public), Ok(()), "case {}", case.tc_id);
            tally.accepted += 1;
        }
    }
    tally.check("x25519", 487, 31, 0);
}
