//! Both sides once more, by hand from the spec and without its machines: it can say what they would never say, and what
//! it computes must be what they compute.

use nightjar_protocol::crypto::{
    dh_keypair, hkdf_sha256, hkdf_sha512, kem_decapsulate, kem_encapsulate, kem_keypair, sha256, xopen, xseal,
};
use nightjar_protocol::invite::InviteKeys;
use nightjar_protocol::keys::{
    AeadKey, DhPublic, DhSecret, Isk, KemCiphertext, KemPublic, KemSecret, Psk, Random, ReadKey, SharedSecret,
};
use nightjar_protocol::nickname::Word;
use nightjar_protocol::noise::{Ephemeral, PairingAwaitReply, PairingInitiator, PairingReply, PairingResponder};
use nightjar_protocol::proof::{Answerer, Asker};
use nightjar_protocol::wire::Cell;

pub const BUNDLE: u8 = 1;
pub const MESSAGE1: u8 = 2;
pub const REPLY: u8 = 3;
pub const ANSWER: u8 = 4;
pub const VERDICT: u8 = 5;
pub const PLAIN_LEN: usize = 4056;
const NOISE_2_LEN: usize = 1296;

/// A cell's plaintext: version ‖ kind ‖ u16be length ‖ content ‖ zeros.
pub fn plain(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut plain = vec![1, kind];
    plain.extend((content.len() as u16).to_be_bytes());
    plain.extend(content);
    plain.resize(PLAIN_LEN, 0);
    plain
}

pub fn content(plain: &[u8]) -> &[u8] {
    &plain[4..4 + usize::from(u16::from_be_bytes([plain[2], plain[3]]))]
}

pub fn open(key: &AeadKey, cell: &Cell) -> Option<Vec<u8>> {
    let (nonce, sealed) = cell.as_bytes().split_first_chunk().unwrap();
    let mut buffer = sealed.to_vec();
    Some(xopen(key, nonce, b"", &mut buffer).ok()?.to_vec())
}

pub fn seal(key: &AeadKey, plain: &[u8], nonce: &[u8; 24]) -> Cell {
    let mut bytes = [0; 4096];
    bytes[..24].copy_from_slice(nonce);
    bytes[24..24 + PLAIN_LEN].copy_from_slice(plain);
    xseal(key, nonce, b"", &mut bytes[24..]).unwrap();
    Cell::from_bytes(bytes)
}

/// What a bundle says.
#[derive(Clone)]
pub struct Terms {
    pub dh: DhPublic,
    pub kem: KemPublic,
    pub mailbox: [u8; 32],
    pub expires: u64,
    pub question: Option<Vec<u8>>,
}

impl Terms {
    pub fn encode(&self) -> Vec<u8> {
        let mut out = [self.dh.as_bytes().as_slice(), self.kem.as_bytes(), &self.mailbox].concat();
        integer(self.expires, &mut out);
        match &self.question {
            None => out.push(0),
            Some(question) => {
                out.push(1);
                integer(question.len() as u64, &mut out);
                out.extend(question);
            }
        }
        out
    }

    /// Reads the fields of fixed length; the rest is for the machine to judge.
    pub fn keys(content: &[u8]) -> (DhPublic, KemPublic) {
        let dh = content[..32].try_into().unwrap();
        (DhPublic::from_bytes(dh), KemPublic::from_bytes(content[32..1216].try_into().unwrap()))
    }
}

pub fn integer(n: u64, out: &mut Vec<u8>) {
    match n {
        0..251 => out.push(n as u8),
        251..0x1_0000 => {
            out.push(0xfb);
            out.extend((n as u16).to_le_bytes());
        }
        0x1_0000..0x1_0000_0000 => {
            out.push(0xfc);
            out.extend((n as u32).to_le_bytes());
        }
        _ => {
            out.push(0xfd);
            out.extend(n.to_le_bytes());
        }
    }
}

/// prologue and context of attempt 1, from a bundle's plaintext.
pub fn hashes(plain: &[u8]) -> ([u8; 32], [u8; 32]) {
    let covered = 4 + content(plain).len();
    (sha256(&[&plain[..covered]]), sha256(&[&plain[..covered - 64]]))
}

pub fn psk2(h1: &[u8; 32], ss1: &SharedSecret) -> Psk {
    Psk::from_bytes(*hkdf_sha256(h1, &[ss1.as_bytes()], b"nightjar/v1/noise-psk2/mlkem768"))
}

/// What both sides hold after Noise message 2.
#[derive(Clone)]
pub struct Agreed {
    pub h: [u8; 32],
    pub ss2: [u8; 32],
    pub r_inviter: [u8; 32],
    pub r_joiner: [u8; 32],
}

impl Agreed {
    pub fn root(&self, isk: &Isk) -> [u8; 32] {
        let ikm = [isk.as_bytes().as_slice(), &self.ss2, &self.r_inviter, &self.r_joiner].concat();
        *hkdf_sha512(&self.h, &[&ikm], b"nightjar/v1/root")
    }

    /// The keys to the joiner and to the inviter.
    pub fn retry(&self) -> (AeadKey, AeadKey) {
        let ikm = [self.ss2, self.r_inviter, self.r_joiner].concat();
        let okm = hkdf_sha512::<64>(&self.h, &[&ikm], b"nightjar/v1/retry");
        let half = |at: usize| AeadKey::from_bytes(okm[at..at + 32].try_into().unwrap());
        (half(0), half(32))
    }
}

/// An inviter by hand.
pub struct PuppetInviter {
    pub terms: Terms,
    pub m1: [u8; 64],
    pub dh: DhSecret,
    pub kem: KemSecret,
    pub asker: Asker,
    nonce: [u8; 24],
}

impl PuppetInviter {
    /// Draws in the order of the spec.
    pub fn new(expires: u64, question: Option<&str>, words: (&Word, Option<&Word>), random: &mut impl Random) -> Self {
        let (dh, dh_public) = dh_keypair(random);
        let (kem, kem_public) = kem_keypair(random);
        let mailbox = ReadKey::generate(random);
        let question = question.map(|question| question.as_bytes().to_vec());
        let id = *mailbox.mailbox().as_bytes();
        let terms = Terms { dh: dh_public, kem: kem_public, mailbox: id, expires, question };
        let (_, context) = hashes(&plain(BUNDLE, &[terms.encode(), vec![0; 64]].concat()));
        let (asker, m1) = Asker::start(words.0, words.1, &context, 1, random).unwrap();
        Self { terms, m1, dh, kem, asker, nonce: *random.bytes() }
    }

    pub fn plain(&self) -> Vec<u8> {
        plain(BUNDLE, &[self.terms.encode(), self.m1.to_vec()].concat())
    }

    pub fn bundle(&self, keys: &InviteKeys) -> Cell {
        seal(&keys.bundle, &self.plain(), &self.nonce)
    }

    /// Reads message 1, if it was made for this bundle: the handshake and its payload.
    pub fn read(&self, keys: &InviteKeys, cell: &Cell) -> Option<(PairingReply, Vec<u8>)> {
        let opened = open(&keys.pairing, cell)?;
        let (prologue, _) = hashes(&self.plain());
        let read = PairingResponder::read_message(&self.dh, &prologue, &keys.psk0, content(&opened)).ok()?;
        Some((read.0, read.1.to_vec()))
    }

    /// Writes Noise message 2 behind a payload that `edit` may spoil, with an M3 that is given.
    pub fn reply(
        &self,
        noise: PairingReply,
        first: &[u8],
        m3: &[u8; 64],
        edit: impl FnOnce(&mut Vec<u8>),
        random: &mut impl Random,
    ) -> (Vec<u8>, Agreed) {
        let ciphertext = KemCiphertext::from_bytes(first[..1088].try_into().unwrap());
        let ss1 = kem_decapsulate(&self.kem, &ciphertext);
        let kem = KemPublic::from_bytes(first[1088..2272].try_into().unwrap());
        let (ciphertext, ss2) = kem_encapsulate(&kem, random).unwrap();
        let (_, ratchet) = dh_keypair(random);
        let mailbox = ReadKey::generate(random).mailbox();
        let r: [u8; 32] = *random.bytes();
        let mut payload = [ciphertext.as_bytes().as_slice(), mailbox.as_bytes(), ratchet.as_bytes(), &r, m3].concat();
        edit(&mut payload);
        let psk2 = psk2(&noise.handshake_hash(), &ss1);
        let (message, h) = noise.write_message(&psk2, &Ephemeral::generate(random), &payload).unwrap();
        let r_joiner = first[2336..2368].try_into().unwrap();
        (message, Agreed { h, ss2: *ss2.as_bytes(), r_inviter: r, r_joiner })
    }
}

/// The sealed offer behind Noise message 2.
pub fn offer(key: &AeadKey, m1: &[u8; 64], nonce: &[u8; 24]) -> Vec<u8> {
    let mut sealed = [m1.as_slice(), &[0; 16]].concat();
    xseal(key, nonce, b"", &mut sealed).unwrap();
    [nonce.as_slice(), &sealed].concat()
}

/// A joiner by hand, between message 1 and the reply.
pub struct PuppetJoiner {
    pub cell: Cell,
    pub psk2: Psk,
    pub answerer: Answerer,
    noise: PairingAwaitReply,
    kem: KemSecret,
    r: [u8; 32],
}

impl PuppetJoiner {
    /// Draws in the order of the spec. `edit` may spoil the payload of Noise message 1.
    pub fn answer(
        bundle: &[u8],
        keys: &InviteKeys,
        word: &Word,
        edit: impl FnOnce(&mut Vec<u8>),
        random: &mut impl Random,
    ) -> Self {
        let ((dh, to), (prologue, context)) = (Terms::keys(content(bundle)), hashes(bundle));
        let m1 = content(bundle).last_chunk().unwrap();
        let (ciphertext, ss1) = kem_encapsulate(&to, random).unwrap();
        let (kem, kem_public) = kem_keypair(random);
        let (_, ratchet) = dh_keypair(random);
        let mailbox = ReadKey::generate(random);
        let r: [u8; 32] = *random.bytes();
        let (answerer, m2) = Answerer::answer(word, m1, &context, 1, b"", random).unwrap();
        let id = mailbox.mailbox();
        let fields: [&[u8]; 6] =
            [ciphertext.as_bytes(), kem_public.as_bytes(), id.as_bytes(), ratchet.as_bytes(), &r, &m2];
        let mut payload = fields.concat();
        edit(&mut payload);
        let ephemeral = Ephemeral::generate(random);
        let (noise, message) =
            PairingInitiator::write_message(&dh, &prologue, &keys.psk0, &ephemeral, &payload).unwrap();
        let cell = seal(&keys.pairing, &plain(MESSAGE1, &message), &random.bytes());
        let psk2 = psk2(&noise.handshake_hash(), &ss1);
        Self { cell, psk2, answerer, noise, kem, r }
    }

    /// Reads the reply: what is agreed, M3, and the offer of attempt 2.
    pub fn read(self, keys: &InviteKeys, reply: &Cell) -> Option<(Agreed, [u8; 64], [u8; 64], Answerer)> {
        let opened = open(&keys.pairing, reply)?;
        let (message, offer) = content(&opened).split_at(NOISE_2_LEN);
        let (payload, h) = self.noise.read_message(&self.psk2, message).ok()?;
        let ciphertext = KemCiphertext::from_bytes(payload[..1088].try_into().unwrap());
        let ss2 = *kem_decapsulate(&self.kem, &ciphertext).as_bytes();
        let r_inviter = payload[1152..1184].try_into().unwrap();
        let agreed = Agreed { h, ss2, r_inviter, r_joiner: self.r };
        let (nonce, sealed) = offer.split_first_chunk().unwrap();
        let mut buffer = sealed.to_vec();
        let m1 = xopen(&agreed.retry().0, nonce, b"", &mut buffer).ok()?.try_into().unwrap();
        Some((agreed, payload[1184..1248].try_into().unwrap(), m1, self.answerer))
    }
}

/// Answer `attempt` over the retry channel.
pub fn retry(agreed: &Agreed, attempt: u8, word: &Word, m1: &[u8; 64], random: &mut impl Random) -> (Cell, Answerer) {
    let (answerer, m2) = Answerer::answer(word, m1, &agreed.h, u32::from(attempt), b"", random).unwrap();
    let content = [&[attempt], m2.as_slice()].concat();
    (seal(&agreed.retry().1, &plain(ANSWER, &content), &random.bytes()), answerer)
}

/// Reads a verdict: attempt, M3, offer.
pub fn verdict(agreed: &Agreed, cell: &Cell) -> Option<(u8, [u8; 64], [u8; 64])> {
    let opened = open(&agreed.retry().0, cell)?;
    assert_eq!(opened[1], VERDICT);
    let content = content(&opened);
    Some((content[0], content[1..65].try_into().unwrap(), content[65..129].try_into().unwrap()))
}
