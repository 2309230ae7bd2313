//! The first text and its receipt, from their text. Spec: example; session; messages.

use nightjar_protocol::conversation::envelope::Envelope;
use nightjar_protocol::crypto::{dh, dh_public, hkdf_sha256, hmac_sha256, seal, xseal};
use nightjar_protocol::keys::{AeadKey, DhPublic, DhSecret, RootKey, UnixTime};
use nightjar_protocol::message::Message;
use nightjar_protocol::ratchet::{Role, Session, SessionSeed};
use serde_json::{Value, json};

use super::drawn;
use super::handshake::{Replied, show_long};
use crate::case::{Case, Fixed, hex};
use crate::puppet::integer;

/// The keys that both sides start from.
pub struct Started {
    header_joiner: [u8; 32],
    header_inviter: [u8; 32],
    root: [u8; 32],
    chain: [u8; 32],
    id: [u8; 32],
    joiner: Session,
    inviter: Session,
    /// The ratchet keys that were exchanged, the joiner's first.
    ratchets: [DhSecret; 2],
    pub values: Value,
}

/// The session's first keys.
pub fn start(ratchet: DhSecret, replied: &Replied) -> Started {
    let ratchets = [ratchet, replied.ratchet.duplicate()];
    let publics = [dh_public(&ratchets[0]), dh_public(&ratchets[1])];
    let id = replied.agreed.h;
    let [rk, header_joiner, header_inviter] = thirds(&id, &replied.root, b"nightjar/v1/session");
    let shared = dh(&ratchets[0], &publics[1]).unwrap();
    let [root, chain, next_header] = thirds(&rk, shared.as_bytes(), b"nightjar/v1/ratchet");
    let session = |role| {
        Session::start(SessionSeed { root: RootKey::from_bytes(replied.root), id, role }).expect("keys of full order")
    };
    let joiner = session(Role::Joiner { own: ratchets[0].duplicate(), peer: publics[1] });
    let inviter = session(Role::Inviter { own: ratchets[1].duplicate(), peer: publics[0] });
    let values = json!({
        "id": hex(&id), "rk_0": hex(&rk), "hkj": hex(&header_joiner), "hki": hex(&header_inviter),
        "dh": hex(shared.as_bytes()), "rk_1": hex(&root), "ck": hex(&chain), "nhk": hex(&next_header),
    });
    Started { header_joiner, header_inviter, root, chain, id, joiner, inviter, ratchets, values }
}

/// The joiner's first text.
pub fn text(case: &Case, started: &mut Started) -> Value {
    let (sent_at, deadline) = (case.number("now"), case.number("now") + 86_400);
    let body = case.text("text").as_bytes();
    let mut message = vec![0];
    integer(body.len() as u64, &mut message);
    message.extend(body);
    for number in [sent_at, deadline, 300] {
        integer(number, &mut message);
    }
    let mut random = Fixed::new(&case.bytes("text_seed"));
    let nonce: [u8; 24] = drawn(&mut random);
    let (mk, ck) = step(&started.chain);
    let made = Made {
        message,
        envelope: vec![1, 1, 0, 0, 1, 0, 1],
        deadline,
        nonce,
        header_key: started.header_joiner,
        ratchet: dh_public(&started.ratchets[0]),
        mk,
        sender: 1,
    };
    let mut values = json!({ "mk": hex(&mk), "ck_1": hex(&ck) });
    let (envelope, cell) = made.seal(&started.id, &mut values);
    let again = started.joiner.encrypt(&envelope, &mut Fixed::new(&case.bytes("text_seed"))).unwrap();
    assert_eq!(again.as_bytes().as_slice(), cell, "the session seals the same");
    let opened = started.inviter.decrypt(UnixTime(sent_at), &again).unwrap();
    let envelope = Envelope::decode(opened.as_bytes()).unwrap();
    let Message::Text(text) = Message::decode(&envelope.piece.bytes).unwrap() else { panic!("a text") };
    assert_eq!(text.body.as_str(), case.text("text"));
    values
}

/// The inviter's receipt, with which its first chain begins.
pub fn receipt(case: &Case, started: &mut Started) -> Value {
    let mut random = Fixed::new(&case.bytes("receipt_seed"));
    let nonce: [u8; 24] = drawn(&mut random);
    let own = DhSecret::from_bytes(drawn(&mut random));
    let shared = dh(&own, &dh_public(&started.ratchets[0])).unwrap();
    let [root, chain, next_header] = thirds(&started.root, shared.as_bytes(), b"nightjar/v1/ratchet");
    let (mk, ck) = step(&chain);
    let made = Made {
        message: vec![1, 0, 1, 1],
        envelope: vec![1, 1, 1, 0, 1, 0, 1],
        deadline: case.number("now") + 86_400,
        nonce,
        header_key: started.header_inviter,
        ratchet: dh_public(&own),
        mk,
        sender: 2,
    };
    let mut values = json!({
        "dhs_private": hex(own.as_bytes()), "dhs": hex(dh_public(&own).as_bytes()), "dh": hex(shared.as_bytes()),
        "rk_2": hex(&root), "ck": hex(&chain), "nhk": hex(&next_header), "mk": hex(&mk), "ck_1": hex(&ck),
    });
    let (envelope, cell) = made.seal(&started.id, &mut values);
    let again = started.inviter.encrypt(&envelope, &mut Fixed::new(&case.bytes("receipt_seed"))).unwrap();
    assert_eq!(again.as_bytes().as_slice(), cell, "the session seals the same");
    let opened = started.joiner.decrypt(UnixTime(case.number("now")), &again).unwrap();
    let envelope = Envelope::decode(opened.as_bytes()).unwrap();
    let Message::Receipt(receipt) = Message::decode(&envelope.piece.bytes).unwrap() else { panic!("a receipt") };
    assert_eq!((envelope.ack, receipt.messages), (1, vec![1]));
    values
}

/// All that one cell is made of.
struct Made {
    message: Vec<u8>,
    /// seq, oldest, ack, seen, message, index, count.
    envelope: Vec<u64>,
    deadline: u64,
    nonce: [u8; 24],
    header_key: [u8; 32],
    ratchet: DhPublic,
    mk: [u8; 32],
    sender: u8,
}

impl Made {
    /// The envelope and the cell. Both cells are the first of their chain, so PN and N are 0.
    fn seal(&self, id: &[u8; 32], values: &mut Value) -> (Vec<u8>, Vec<u8>) {
        let mut envelope = Vec::new();
        for number in self.envelope.iter().chain([&self.deadline, &(self.message.len() as u64)]) {
            integer(*number, &mut envelope);
        }
        envelope.extend(&self.message);
        let ad = [&[1], id.as_slice(), &[self.sender]].concat();
        let header = [&[1], self.ratchet.as_bytes().as_slice(), &[0; 15]].concat();
        let mut sealed_header = [header.as_slice(), &[0; 16]].concat();
        xseal(&AeadKey::from_bytes(self.header_key), &self.nonce, &ad, &mut sealed_header).unwrap();
        let body = [&[0], (envelope.len() as u16).to_be_bytes().as_slice(), &envelope].concat();
        let mut sealed_body = body.clone();
        sealed_body.resize(3992 + 16, 0);
        let body_ad = [ad.as_slice(), &self.nonce, &sealed_header].concat();
        let nonce = self.nonce[..12].try_into().unwrap();
        seal(&AeadKey::from_bytes(self.mk), &nonce, &body_ad, &mut sealed_body).unwrap();
        let cell = [self.nonce.as_slice(), &sealed_header, &sealed_body].concat();
        values["message"] = hex(&self.message);
        values["envelope"] = hex(&envelope);
        values["nonce"] = hex(&self.nonce);
        values["ad"] = hex(&ad);
        values["header"] = hex(&header);
        values["sealed_header"] = hex(&sealed_header);
        values["body"] = hex(&body);
        show_long("cell", &cell, values);
        (envelope, cell)
    }
}

/// MK and the chain's next key.
fn step(chain: &[u8; 32]) -> ([u8; 32], [u8; 32]) {
    (*hmac_sha256(chain, &[&[1]]), *hmac_sha256(chain, &[&[2]]))
}

fn thirds(salt: &[u8; 32], ikm: &[u8; 32], info: &[u8]) -> [[u8; 32]; 3] {
    let okm = hkdf_sha256::<96>(salt, &[ikm], info);
    [0, 32, 64].map(|at| okm[at..at + 32].try_into().unwrap())
}
