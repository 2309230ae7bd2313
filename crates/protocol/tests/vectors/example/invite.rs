//! The invite and the bundle, from their text. Spec: example; invite; pairing, "Bundle".

use nightjar_protocol::base32;
use nightjar_protocol::crypto::{dh_public, hkdf_sha256, kem_keypair, sha256};
use nightjar_protocol::invite::InviteKeys;
use nightjar_protocol::keys::{AeadKey, DhPublic, DhSecret, Psk, ReadKey};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::wire::Cell;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::drawn;
use super::proof::Asked;
use crate::case::{Case, Fixed, hex};
use crate::puppet::{self, Terms};

/// The relay's key and what comes of the invite.
pub struct Invited {
    pub relay: DhSecret,
    pub public: DhPublic,
    pub link: String,
    pub keys: InviteKeys,
    pub values: Value,
}

/// The inviter, while the bundle waits.
pub struct Offered {
    pub cell: Cell,
    pub asked: Asked,
    pub mailbox: ReadKey,
    pub plain: Vec<u8>,
    pub values: Value,
}

/// The invite as a link, and its keys.
pub fn invite(case: &Case) -> Invited {
    let relay = DhSecret::from_bytes(drawn(&mut Fixed::new(&case.bytes("relay_seed"))));
    let public = dh_public(&relay);
    let secret: [u8; 16] = drawn(&mut Fixed::new(&case.bytes("invite_seed")));
    let (port, host) = (case.number("port") as u16, case.text("host"));
    let payload = [&[1], secret.as_slice(), public.as_bytes(), &port.to_be_bytes(), &[1], host.as_bytes()].concat();
    let checksum = sha256(&[b"nightjar/v1/invite/checksum", &payload]);
    let mut link = Zeroizing::new("NIGHTJAR:".to_owned());
    base32::encode(&[payload.as_slice(), &checksum[..4]].concat(), &mut link);
    let key = |label: &str| {
        *hkdf_sha256::<32>(public.as_bytes(), &[&secret], format!("nightjar/v1/invite/{label}").as_bytes())
    };
    let keys = InviteKeys {
        rendezvous: ReadKey::from_bytes(key("rendezvous")),
        bundle: AeadKey::from_bytes(key("bundle")),
        pairing: AeadKey::from_bytes(key("pairing")),
        psk0: Psk::from_bytes(key("psk0")),
    };
    let values = json!({
        "relay_static": hex(relay.as_bytes()), "relay_key": hex(public.as_bytes()), "secret": hex(&secret),
        "payload": hex(&payload), "checksum": hex(&checksum[..4]), "link": link.as_str(),
        "rendezvous_read_key": hex(&key("rendezvous")), "rendezvous_mailbox": hex(keys.rendezvous.mailbox().as_bytes()),
        "bundle_key": hex(&key("bundle")), "pairing_key": hex(&key("pairing")), "psk0": hex(&key("psk0")),
    });
    Invited { relay, public, link: link.to_string(), keys, values }
}

/// The bundle: the inviter draws from `random` in the order of the text.
pub fn bundle(case: &Case, invited: &Invited, (real, duress): (&Word, &Word), random: &mut Fixed) -> Offered {
    let dh = DhSecret::from_bytes(drawn(random));
    let (kem, kem_public) = kem_keypair(random);
    let mailbox = ReadKey::from_bytes(drawn(random));
    let (question, expires) = (case.text("question"), case.number("expires"));
    let terms = Terms {
        dh: dh_public(&dh),
        kem: kem_public,
        mailbox: *mailbox.mailbox().as_bytes(),
        expires,
        question: Some(question.as_bytes().to_vec()),
    };
    let body_of = |m1: &[u8]| puppet::plain(puppet::BUNDLE, &[&terms.encode(), m1].concat());
    let (_, context) = puppet::hashes(&body_of(&[0; 64]));
    let asked = Asked::start((real, Some(duress)), &context, 1, random);
    let plain = body_of(&asked.m1);
    let (prologue, _) = puppet::hashes(&plain);
    let nonce: [u8; 24] = drawn(random);
    let cell = puppet::seal(&invited.keys.bundle, &plain, &nonce);
    let encoded = terms.encode();
    let values = json!({
        "dh_private": hex(dh.as_bytes()), "dh": hex(terms.dh.as_bytes()), "kem_seed": hex(kem.as_bytes()),
        "kem": hex(terms.kem.as_bytes()), "kem_sha256": hex(&sha256(&[terms.kem.as_bytes()])),
        "mailbox_read_key": hex(mailbox.as_bytes()), "mailbox": hex(&terms.mailbox),
        "head": hex(&plain[..4]), "expires_and_question": hex(&encoded[1248..]),
        "prs_real": hex(real.prs()), "prs_duress": hex(duress.prs()),
        "context_1": hex(&context), "asker_1": asked.values(), "prologue": hex(&prologue),
        "nonce": hex(&nonce), "plain_sha256": hex(&sha256(&[&plain])),
        "cell": hex(cell.as_bytes()), "cell_sha256": hex(&sha256(&[cell.as_bytes()])),
    });
    Offered { cell, asked, mailbox, plain, values }
}
