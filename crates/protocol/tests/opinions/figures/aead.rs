//! RFC 8439, sections 2.8.2 and A.5; draft-irtf-cfrg-xchacha-03, section A.3.1.

use nightjar_protocol::crypto::{TAG_LEN, open, open_in_place, seal, seal_in_place, xopen, xseal};
use nightjar_protocol::keys::AeadKey;

use super::{array, hex};

const SUNSCREEN: &str = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                         sunscreen would be it.";
const SUNSCREEN_AAD: &str = "50515253c0c1c2c3c4c5c6c7";

#[test]
fn rfc_8439_section_2_8_2() {
    let key = array("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    let nonce = array("070000004041424344454647");
    let sealed = "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b\
                  1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc\
                  3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691";
    let aad = hex(SUNSCREEN_AAD);
    let mut buffer = [SUNSCREEN.as_bytes(), &[0; TAG_LEN]].concat();
    seal(&AeadKey::from_bytes(key), &nonce, &aad, &mut buffer).unwrap();
    assert_eq!(hex::encode(&buffer), sealed);
    assert_eq!(open(&AeadKey::from_bytes(key), &nonce, &aad, &mut buffer).unwrap(), SUNSCREEN.as_bytes());

    let mut buffer = [SUNSCREEN.as_bytes(), &[0; TAG_LEN]].concat();
    seal_in_place(&AeadKey::from_bytes(key), &nonce, &aad, &mut buffer).unwrap();
    assert_eq!(hex::encode(&buffer), sealed);
}

#[test]
fn rfc_8439_section_a_5() {
    let key = AeadKey::from_bytes(array("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0"));
    let nonce = array("000000000102030405060708");
    let aad = hex("f33388860000000000004e91");
    let sealed = hex(
        "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100\
         d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c8559797a06ef4f0ef61c186324e2b350638\
         3606907b6a7c02b0f9f6157b53c867e4b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523eaf4534d7f83fa115\
         5b0047718cbc546a0d072b04b3564eea1b422273f548271a0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10\
         49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38",
    );
    let text = "Internet-Drafts are draft documents valid for a maximum of six months and may be updated, replaced, \
                or obsoleted by other documents at any time. It is inappropriate to use Internet-Drafts as reference \
                material or to cite them other than as /\u{201c}work in progress./\u{201d}";
    assert_eq!(open(&key, &nonce, &aad, &mut sealed.clone()).unwrap(), text.as_bytes());
    assert_eq!(open_in_place(&key, &nonce, &aad, &mut sealed.clone()).unwrap(), text.as_bytes());
}

#[test]
fn xchacha_section_a_3_1() {
    let key = AeadKey::from_bytes(array("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"));
    let nonce = array("404142434445464748494a4b4c4d4e4f5051525354555657");
    let aad = hex(SUNSCREEN_AAD);
    let mut buffer = [SUNSCREEN.as_bytes(), &[0; TAG_LEN]].concat();
    xseal(&key, &nonce, &aad, &mut buffer).unwrap();
    assert_eq!(
        hex::encode(&buffer),
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c670\
         8c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9\
         768812f615c68b13b52ec0875924c1c7987947deafd8780acf49"
    );
    assert_eq!(xopen(&key, &nonce, &aad, &mut buffer).unwrap(), SUNSCREEN.as_bytes());
}
