//! Message 1 and the reply, from their text. Spec: example; pairing, "Message 1" and "Reply".

use nightjar_protocol::crypto::{dh, dh_public, kem_encapsulate, kem_keypair, sha256};
use nightjar_protocol::keys::{DhPublic, DhSecret, Isk, KemCiphertext, KemPublic, ReadKey, SharedSecret};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::wire::Cell;
use serde_json::{Value, json};

use super::invite::{Invited, Offered};
use super::noise::Symmetric;
use super::proof::{Answered, Asked};
use super::{Just, drawn};
use crate::case::{Fixed, hex};
use crate::puppet::{self, Agreed, Terms};

/// The joiner, with message 1 under way.
pub struct Joined {
    pub cell: Cell,
    pub ratchet: DhSecret,
    pub mailbox: ReadKey,
    answered: Answered,
    noise: Symmetric,
    ephemeral: DhSecret,
    kem: KemPublic,
    ss1: SharedSecret,
    r: [u8; 32],
    pub values: Value,
}

/// Both, after the reply.
pub struct Replied {
    pub cell: Cell,
    pub agreed: Agreed,
    pub root: [u8; 32],
    pub ratchet: DhSecret,
    pub values: Value,
}

/// Message 1: the joiner draws from `random` in the order of the text.
pub fn message1(invited: &Invited, offered: &Offered, typed: &Word, random: &mut Fixed) -> Joined {
    let (prologue, context) = puppet::hashes(&offered.plain);
    let (to_dh, to_kem) = Terms::keys(puppet::content(&offered.plain));
    let (m, ciphertext, ss1) = encapsulate(&to_kem, random);
    let (kem_seed, kem) = kem_keypair(random);
    let own = Own::draw(random);
    let answered = Answered::answer(typed, &offered.asked.m1, &context, 1, random);
    let ephemeral = DhSecret::from_bytes(drawn(random));
    let nonce: [u8; 24] = drawn(random);
    let fields: [&[u8]; 4] = [ciphertext.as_bytes(), kem.as_bytes(), &own.fields(), &answered.m2];
    let payload = fields.concat();
    let mut noise = Symmetric::new(PATTERN, &prologue, to_dh.as_bytes());
    let (e, h_0) = (dh_public(&ephemeral), noise.h);
    noise.mix_psk(invited.keys.psk0.as_bytes());
    noise.mix_hash(e.as_bytes());
    noise.mix_key(e.as_bytes());
    noise.mix_key(dh(&ephemeral, &to_dh).unwrap().as_bytes());
    let message = [e.as_bytes().as_slice(), &noise.seal(&payload)].concat();
    let cell = puppet::seal(&invited.keys.pairing, &puppet::plain(puppet::MESSAGE1, &message), &nonce);
    let mut values = json!({
        "encaps_m": hex(&m), "ss1": hex(ss1.as_bytes()), "kem_seed": hex(kem_seed.as_bytes()),
        "prs_typed": hex(typed.prs()), "answerer_1": answered.values(), "e_private": hex(ephemeral.as_bytes()),
        "e": hex(e.as_bytes()), "h_0": hex(&h_0), "ck_1": hex(&noise.ck), "h1": hex(&noise.h), "nonce": hex(&nonce),
    });
    own.show("r_joiner", &mut values);
    show_long("ciphertext", ciphertext.as_bytes(), &mut values);
    show_long("kem", kem.as_bytes(), &mut values);
    show_long("payload", &payload, &mut values);
    show_long("noise", &message, &mut values);
    show_long("cell", cell.as_bytes(), &mut values);
    let Own { ratchet, mailbox, r } = own;
    Joined { cell, ratchet, mailbox, answered, noise, ephemeral, kem, ss1, r, values }
}

/// The reply, if the typed word is the real one: the inviter draws from `random` in the order of the text.
pub fn reply(
    invited: &Invited,
    offered: &Offered,
    joined: Joined,
    words: (&Word, &Word),
    random: &mut Fixed,
) -> Replied {
    let Joined { mut noise, ephemeral, answered, kem, ss1, r: r_joiner, .. } = joined;
    let (psk2, slot) = (puppet::psk2(&noise.h, &ss1), usize::from(offered.asked.real_slot));
    let (m, ciphertext, ss2) = encapsulate(&kem, random);
    let own = Own::draw(random);
    let m3 = offered.asked.confirmation(slot, &answered.m2);
    assert_eq!(m3, answered.confirmations[slot], "both sides compute the same tag");
    // The bytes that M3 would be after a mismatch.
    drawn::<64>(random);
    let payload = [ciphertext.as_bytes().as_slice(), &own.fields(), &m3].concat();
    let ephemeral_own = DhSecret::from_bytes(drawn(random));
    let message = message2(&mut noise, &ephemeral_own, &dh_public(&ephemeral), psk2.as_bytes(), &payload);
    let agreed = Agreed { h: noise.h, ss2: *ss2.as_bytes(), r_inviter: own.r, r_joiner };
    let (to_joiner, to_inviter) = agreed.retry();
    let next = Asked::start((words.0, Some(words.1)), &agreed.h, 2, random);
    let offer = puppet::offer(&to_joiner, &next.m1, &drawn(random));
    let (content, nonce) = ([message.as_slice(), &offer].concat(), drawn::<24>(random));
    let cell = puppet::seal(&invited.keys.pairing, &puppet::plain(puppet::REPLY, &content), &nonce);
    let isk = Isk::from_bytes(answered.isks[slot]);
    let root = agreed.root(&isk);
    let mut values = json!({
        "psk2": hex(psk2.as_bytes()), "encaps_m": hex(&m), "ss2": hex(ss2.as_bytes()), "m3": hex(&m3),
        "e_private": hex(ephemeral_own.as_bytes()), "e": hex(&message[..32]), "ck_2": hex(&noise.ck),
        "h": hex(&agreed.h), "retry_to_joiner": hex(to_joiner.as_bytes()),
        "retry_to_inviter": hex(to_inviter.as_bytes()), "asker_2": next.values(), "offer_2": hex(&offer),
        "nonce": hex(&nonce), "isk": hex(isk.as_bytes()), "root": hex(&root),
    });
    own.show("r_inviter", &mut values);
    show_long("ciphertext", ciphertext.as_bytes(), &mut values);
    show_long("noise", &message, &mut values);
    show_long("cell", cell.as_bytes(), &mut values);
    Replied { cell, agreed, root, ratchet: own.ratchet, values }
}

/// What either side draws for the session to come.
struct Own {
    ratchet: DhSecret,
    mailbox: ReadKey,
    r: [u8; 32],
}

impl Own {
    fn draw(random: &mut Fixed) -> Self {
        let (ratchet, mailbox) = (DhSecret::from_bytes(drawn(random)), ReadKey::from_bytes(drawn(random)));
        Self { ratchet, mailbox, r: drawn(random) }
    }

    /// As a payload has it: mailbox, ratchet key, r.
    fn fields(&self) -> Vec<u8> {
        let (mailbox, ratchet) = (self.mailbox.mailbox(), dh_public(&self.ratchet));
        [mailbox.as_bytes().as_slice(), ratchet.as_bytes(), &self.r].concat()
    }

    fn show(&self, r: &str, values: &mut Value) {
        values["ratchet_private"] = hex(self.ratchet.as_bytes());
        values["ratchet"] = hex(dh_public(&self.ratchet).as_bytes());
        values["mailbox_read_key"] = hex(self.mailbox.as_bytes());
        values["mailbox"] = hex(self.mailbox.mailbox().as_bytes());
        values[r] = hex(&self.r);
    }
}

/// Bytes that are too long for the chapter, and their hash.
pub fn show_long(name: &str, bytes: &[u8], values: &mut Value) {
    values[name] = hex(bytes);
    values[format!("{name}_sha256")] = hex(&sha256(&[bytes]));
}

fn encapsulate(to: &KemPublic, random: &mut Fixed) -> ([u8; 32], KemCiphertext, SharedSecret) {
    let m: [u8; 32] = drawn(random);
    let (ciphertext, secret) = kem_encapsulate(to, &mut Just(&m)).unwrap();
    (m, ciphertext, secret)
}

fn message2(noise: &mut Symmetric, own: &DhSecret, peer: &DhPublic, psk2: &[u8; 32], payload: &[u8]) -> Vec<u8> {
    let e = dh_public(own);
    noise.mix_hash(e.as_bytes());
    noise.mix_key(e.as_bytes());
    noise.mix_key(dh(own, peer).unwrap().as_bytes());
    noise.mix_psk(psk2);
    [e.as_bytes().as_slice(), &noise.seal(payload)].concat()
}

const PATTERN: &[u8] = b"Noise_NKpsk0+psk2_25519_ChaChaPoly_SHA256";
