//! RFC 5869, appendix A: the cases of SHA-256. Those of SHA-1 concern nothing here; it has none of SHA-512.

use nightjar_protocol::crypto::hkdf_sha256;

use super::hex;

#[test]
fn appendix_a_1() {
    let ikm = [0x0b; 22];
    let (salt, info) = (hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"));
    assert_eq!(
        hex::encode(hkdf_sha256::<42>(&salt, &[&ikm], &info).as_slice()),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
}

#[test]
fn appendix_a_2() {
    let range = |from: u8, to: u8| (from..=to).collect::<Vec<_>>();
    let (ikm, salt, info) = (range(0, 0x4f), range(0x60, 0xaf), range(0xb0, 0xff));
    let (first, second) = ikm.split_at(30);
    assert_eq!(
        hex::encode(hkdf_sha256::<82>(&salt, &[first, second], &info).as_slice()),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09\
         da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
    );
}

#[test]
fn appendix_a_3() {
    assert_eq!(
        hex::encode(hkdf_sha256::<42>(b"", &[&[0x0b; 22]], b"").as_slice()),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    );
}
