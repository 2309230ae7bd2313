//! Noise once more, from its text (revision 34, section 5.2), so that the example shows every value and rests on no
//! library's. Spec: example.

use nightjar_protocol::crypto::{hkdf_sha256, seal, sha256};
use nightjar_protocol::keys::AeadKey;

/// Noise's SymmetricState with its CipherState.
pub struct Symmetric {
    pub ck: [u8; 32],
    pub h: [u8; 32],
    k: [u8; 32],
    n: u64,
}

impl Symmetric {
    /// After the prologue and the responder's static key, which all three patterns know beforehand.
    pub fn new(name: &[u8], prologue: &[u8], responder: &[u8; 32]) -> Self {
        let mut h = [0; 32];
        match name.len() {
            ..=32 => h[..name.len()].copy_from_slice(name),
            _ => h = sha256(&[name]),
        }
        let mut state = Self { ck: h, h, k: [0; 32], n: 0 };
        state.mix_hash(prologue);
        state.mix_hash(responder);
        state
    }

    pub fn mix_hash(&mut self, data: &[u8]) {
        self.h = sha256(&[&self.h, data]);
    }

    pub fn mix_key(&mut self, ikm: &[u8; 32]) {
        let [ck, k, _] = hkdf(&self.ck, ikm);
        (self.ck, self.k, self.n) = (ck, k, 0);
    }

    /// The token `psk`.
    pub fn mix_psk(&mut self, psk: &[u8; 32]) {
        let [ck, h, k] = hkdf(&self.ck, psk);
        self.mix_hash(&h);
        (self.ck, self.k, self.n) = (ck, k, 0);
    }

    /// EncryptAndHash.
    pub fn seal(&mut self, plain: &[u8]) -> Vec<u8> {
        let sealed = seal_numbered(&self.k, self.n, &self.h, plain);
        self.n += 1;
        self.mix_hash(&sealed);
        sealed
    }

    /// The keys of the transport: the initiator's to write with, and the responder's.
    pub fn split(&self) -> [[u8; 32]; 2] {
        let [first, second, _] = hkdf(&self.ck, b"");
        [first, second]
    }
}

/// A message under a key's counter.
pub fn seal_numbered(key: &[u8; 32], n: u64, ad: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce = [[0; 4].as_slice(), &n.to_le_bytes()].concat();
    let mut sealed = [plain, &[0; 16]].concat();
    seal(&AeadKey::from_bytes(*key), &nonce.try_into().unwrap(), ad, &mut sealed).unwrap();
    sealed
}

/// Noise's HKDF of three outputs; the first two of them are its HKDF of two.
fn hkdf(ck: &[u8; 32], ikm: &[u8]) -> [[u8; 32]; 3] {
    let okm = hkdf_sha256::<96>(ck, &[ikm], b"");
    [0, 32, 64].map(|at| okm[at..at + 32].try_into().unwrap())
}
