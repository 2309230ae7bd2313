//! The published figures of `NKpsk0` and `NKpsk2` through our resolver and transport. No published figure covers the
//! two together; the pairing's own vectors do.

use serde_json::Value;

use super::resolver::EphemeralSlot;
use super::{Ephemeral, Transport, builder, hash, read, write};
use crate::crypto::TAG_LEN;

fn field(value: &Value, key: &str) -> Vec<u8> {
    hex::decode(value[key].as_str().unwrap()).unwrap()
}

fn slot(input: &Value, key: &str) -> EphemeralSlot {
    let slot = EphemeralSlot::default();
    slot.put(&Ephemeral::from_bytes(field(input, key).try_into().unwrap()));
    slot
}

#[test]
fn published_psk_figures() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../protocol-spec/vectors/noise-psk");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let case: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        check(&case["input"], &case["expect"]);
        seen += 1;
    }
    assert_eq!(seen, 2);
}

fn check(input: &Value, expect: &Value) {
    let pattern = input["pattern"].as_str().unwrap();
    let location = if pattern.contains("psk0") { 0 } else { 2 };
    let psk: [u8; 32] = hex::decode(input["psks"][0].as_str().unwrap()).unwrap().try_into().unwrap();
    let prologue = field(input, "prologue");
    let (remote, secret) = (field(input, "responder_static_public"), field(input, "responder_static"));
    let mut initiator = builder(pattern, &prologue, slot(input, "initiator_ephemeral"))
        .unwrap()
        .remote_public_key(&remote)
        .and_then(|builder| builder.psk(location, &psk))
        .and_then(snow::Builder::build_initiator)
        .unwrap();
    let mut responder = builder(pattern, &prologue, slot(input, "responder_ephemeral"))
        .unwrap()
        .local_private_key(&secret)
        .and_then(|builder| builder.psk(location, &psk))
        .and_then(snow::Builder::build_responder)
        .unwrap();
    let payload = |at: usize| hex::decode(input["payloads"][at].as_str().unwrap()).unwrap();
    let message = |at: usize| expect["messages"][at].as_str().unwrap();

    let first = write(&mut initiator, &payload(0)).unwrap();
    assert_eq!(hex::encode(&first), message(0), "{pattern}");
    assert_eq!(*read(&mut responder, &first).unwrap(), payload(0));
    let second = write(&mut responder, &payload(1)).unwrap();
    assert_eq!(hex::encode(&second), message(1), "{pattern}");
    assert_eq!(*read(&mut initiator, &second).unwrap(), payload(1));
    assert_eq!(hex::encode(hash(&initiator).unwrap()), expect["handshake_hash"].as_str().unwrap());

    let mut ends = [Transport::new(&mut initiator).unwrap(), Transport::new(&mut responder).unwrap()];
    let payloads = input["payloads"].as_array().unwrap().len();
    assert_eq!((payloads, expect["messages"].as_array().unwrap().len()), (6, 6));
    for at in 2..payloads {
        let mut sealed = [payload(at), vec![0; TAG_LEN]].concat();
        ends[0].write_message(&mut sealed).unwrap();
        assert_eq!(hex::encode(&sealed), message(at), "{pattern}");
        assert_eq!(ends[1].read_message(&mut sealed).unwrap(), payload(at));
        ends.reverse();
    }
}
