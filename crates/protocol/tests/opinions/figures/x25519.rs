//! RFC 7748, sections 5.2 and 6.1.

use nightjar_protocol::crypto::{dh, dh_public};
use nightjar_protocol::keys::{DhPublic, DhSecret};

use super::array;

fn exchange(secret: &str, public: &str) -> String {
    let (secret, public) = (DhSecret::from_bytes(array(secret)), DhPublic::from_bytes(array(public)));
    hex::encode(dh(&secret, &public).unwrap().as_bytes())
}

#[test]
fn section_5_2_single() {
    assert_eq!(
        exchange(
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
            "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"
        ),
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
    );
    assert_eq!(
        exchange(
            "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
            "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"
        ),
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"
    );
}

/// The figure after a million iterations takes too long to be worth it.
#[test]
fn section_5_2_iterated() {
    let mut k = array::<32>("0900000000000000000000000000000000000000000000000000000000000000");
    let mut u = k;
    for iteration in 1..=1000 {
        let next = *dh(&DhSecret::from_bytes(k), &DhPublic::from_bytes(u)).unwrap().as_bytes();
        (u, k) = (k, next);
        if iteration == 1 {
            assert_eq!(hex::encode(k), "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
        }
    }
    assert_eq!(hex::encode(k), "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

#[test]
fn section_6_1() {
    let public = |secret: &str| hex::encode(dh_public(&DhSecret::from_bytes(array(secret))).as_bytes());
    assert_eq!(public(ALICE), ALICE_PUBLIC);
    assert_eq!(public(BOB), BOB_PUBLIC);
    assert_eq!(exchange(ALICE, BOB_PUBLIC), SHARED);
    assert_eq!(exchange(BOB, ALICE_PUBLIC), SHARED);
}

const ALICE: &str = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
const ALICE_PUBLIC: &str = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
const BOB: &str = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
const BOB_PUBLIC: &str = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
const SHARED: &str = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
