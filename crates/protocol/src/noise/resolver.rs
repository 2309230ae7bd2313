//! snow's primitives from our own room, so that one generation of crates does all the work: X25519 that refuses low
//! order points, ChaCha20-Poly1305, SHA-256, keys cleared on drop. Randomness is the one injected ephemeral key.

use std::sync::{Arc, Mutex, PoisonError};

use snow::Error;
use snow::params::{CipherChoice, DHChoice, HashChoice};
use snow::resolvers::CryptoResolver;
use snow::types::{Cipher, Dh, Hash, Random};

use super::{Ephemeral, nonce};
use crate::crypto::{self, Digest, Sha256, TAG_LEN};
use crate::keys::{AeadKey, DhPublic, DhSecret};

/// Holds the ephemeral key from when it is known until snow asks for it, once.
#[derive(Clone, Default)]
pub(super) struct EphemeralSlot(Arc<Mutex<Option<Ephemeral>>>);

impl EphemeralSlot {
    pub(super) fn put(&self, ephemeral: &Ephemeral) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Ephemeral(ephemeral.0));
    }
}

impl Random for EphemeralSlot {
    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        let ephemeral = self.0.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or(Error::Rng)?;
        if dest.len() != ephemeral.0.len() {
            return Err(Error::Rng);
        }
        dest.copy_from_slice(&ephemeral.0);
        Ok(())
    }
}

pub(super) struct Resolver(EphemeralSlot);

impl Resolver {
    pub(super) const fn new(slot: EphemeralSlot) -> Self {
        Self(slot)
    }
}

impl CryptoResolver for Resolver {
    fn resolve_rng(&self) -> Option<Box<dyn Random>> {
        Some(Box::new(self.0.clone()))
    }

    fn resolve_dh(&self, choice: &DHChoice) -> Option<Box<dyn Dh>> {
        matches!(choice, DHChoice::Curve25519).then(|| Box::new(X25519::new()) as _)
    }

    fn resolve_hash(&self, choice: &HashChoice) -> Option<Box<dyn Hash>> {
        matches!(choice, HashChoice::SHA256).then(|| Box::new(Sha256Hash(Sha256::new())) as _)
    }

    fn resolve_cipher(&self, choice: &CipherChoice) -> Option<Box<dyn Cipher>> {
        matches!(choice, CipherChoice::ChaChaPoly).then(|| Box::new(ChaChaPoly(AeadKey::from_bytes([0; 32]))) as _)
    }
}

struct X25519 {
    secret: DhSecret,
    public: DhPublic,
}

impl X25519 {
    const fn new() -> Self {
        Self { secret: DhSecret::from_bytes([0; 32]), public: DhPublic::from_bytes([0; 32]) }
    }

    fn take(&mut self, secret: [u8; 32]) {
        self.secret = DhSecret::from_bytes(secret);
        self.public = crypto::dh_public(&self.secret);
    }
}

impl Dh for X25519 {
    fn name(&self) -> &'static str {
        "25519"
    }

    fn pub_len(&self) -> usize {
        DhPublic::LEN
    }

    fn priv_len(&self) -> usize {
        DhSecret::LEN
    }

    fn set(&mut self, privkey: &[u8]) {
        // Only 32-byte arrays reach the builder; another length leaves the zero key, whose exchange is refused.
        if let Ok(secret) = privkey.try_into() {
            self.take(secret);
        }
    }

    fn generate(&mut self, rng: &mut dyn Random) -> Result<(), Error> {
        let mut secret = [0; 32];
        rng.try_fill_bytes(&mut secret)?;
        self.take(secret);
        zeroize::Zeroize::zeroize(&mut secret);
        Ok(())
    }

    fn pubkey(&self) -> &[u8] {
        self.public.as_bytes()
    }

    fn privkey(&self) -> &[u8] {
        self.secret.as_bytes()
    }

    fn dh(&self, pubkey: &[u8], out: &mut [u8]) -> Result<(), Error> {
        // snow hands over its 56-byte buffer; the key is the first 32 bytes of it.
        let public = pubkey.first_chunk::<32>().ok_or(Error::Dh)?;
        let shared = crypto::dh(&self.secret, &DhPublic::from_bytes(*public)).map_err(|_| Error::Dh)?;
        out.first_chunk_mut::<32>().ok_or(Error::Dh)?.copy_from_slice(shared.as_bytes());
        Ok(())
    }
}

struct ChaChaPoly(AeadKey);

impl Cipher for ChaChaPoly {
    fn name(&self) -> &'static str {
        "ChaChaPoly"
    }

    fn set(&mut self, key: &[u8; 32]) {
        self.0 = AeadKey::from_bytes(*key);
    }

    #[expect(clippy::expect_used, reason = "snow checks the room before it calls, and the trait returns no error")]
    fn encrypt(&self, counter: u64, ad: &[u8], plaintext: &[u8], out: &mut [u8]) -> usize {
        let length = plaintext.len().saturating_add(TAG_LEN);
        let buffer = out.get_mut(..length).expect("room for the tag");
        buffer.split_at_mut(plaintext.len()).0.copy_from_slice(plaintext);
        crypto::seal_in_place(&self.0, &nonce(counter), ad, buffer).expect("longer than a tag");
        length
    }

    fn decrypt(&self, counter: u64, ad: &[u8], ciphertext: &[u8], out: &mut [u8]) -> Result<usize, Error> {
        let length = ciphertext.len().checked_sub(TAG_LEN).ok_or(Error::Decrypt)?;
        let mut buffer = zeroize::Zeroizing::new(ciphertext.to_vec());
        let plaintext = crypto::open_in_place(&self.0, &nonce(counter), ad, &mut buffer).map_err(|_| Error::Decrypt)?;
        out.get_mut(..length).ok_or(Error::Decrypt)?.copy_from_slice(plaintext);
        Ok(length)
    }
}

struct Sha256Hash(Sha256);

impl Hash for Sha256Hash {
    fn name(&self) -> &'static str {
        "SHA256"
    }

    fn block_len(&self) -> usize {
        64
    }

    fn hash_len(&self) -> usize {
        32
    }

    fn reset(&mut self) {
        self.0 = Sha256::new();
    }

    fn input(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn result(&mut self, out: &mut [u8]) {
        let digest = std::mem::take(&mut self.0).finalize();
        out.split_at_mut(32).0.copy_from_slice(&digest);
    }
}
