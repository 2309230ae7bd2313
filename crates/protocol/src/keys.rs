//! Key newtypes. A secret is zeroized on drop, compared in constant time and never printed, cloned or serialised;
//! a public value is plain data. Spec: every chapter names its keys by these types.

use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Where randomness comes from: the one source that a program injects. The protocol crate has none of its own.
pub trait Random {
    /// Fills `out` with bytes from a cryptographically secure generator.
    fn fill(&mut self, out: &mut [u8]);

    /// A fresh array of `N` random bytes, cleared when dropped.
    fn bytes<const N: usize>(&mut self) -> Zeroizing<[u8; N]>
    where
        Self: Sized,
    {
        let mut out = Zeroizing::new([0; N]);
        self.fill(out.as_mut_slice());
        out
    }
}

impl<R: Random + ?Sized> Random for &mut R {
    fn fill(&mut self, out: &mut [u8]) {
        (**self).fill(out);
    }
}

/// A moment in seconds since 1970-01-01 00:00 UTC. Machines take it as an argument; nothing here reads a clock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, bincode::Encode, bincode::Decode)]
pub struct UnixTime(pub u64);

impl UnixTime {
    /// The moment `seconds` later; the end of time rather than an overflow.
    #[must_use]
    pub const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to `self`; zero if `earlier` is not earlier.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

macro_rules! secret_key {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Zeroize, ZeroizeOnDrop)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// Takes the key from its bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// Draws a fresh key.
            #[must_use]
            pub fn generate(random: &mut impl Random) -> Self {
                let mut key = Self([0; $len]);
                random.fill(&mut key.0);
                key
            }

            /// The bytes of the key: a secret.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// A second copy, made on purpose: there is no `Clone`.
            #[must_use]
            pub const fn duplicate(&self) -> Self {
                Self(self.0)
            }
        }

        impl ConstantTimeEq for $name {
            fn ct_eq(&self, other: &Self) -> Choice {
                self.0.ct_eq(&other.0)
            }
        }
    };
}

/// Gives a secret an encoding. Only those have one that travel, each inside an encryption, to who may use them: a read key
/// to the relay and, with the content key, to the recipient of an attachment.
macro_rules! travels {
    ($name:ident) => {
        impl bincode::Encode for $name {
            fn encode<E: bincode::enc::Encoder>(&self, encoder: &mut E) -> Result<(), bincode::error::EncodeError> {
                self.as_bytes().encode(encoder)
            }
        }

        impl<Context> bincode::Decode<Context> for $name {
            fn decode<D: bincode::de::Decoder<Context = Context>>(
                decoder: &mut D,
            ) -> Result<Self, bincode::error::DecodeError> {
                Ok(Self::from_bytes(bincode::Decode::decode(decoder)?))
            }
        }

        bincode::impl_borrow_decode!($name);
    };
}

macro_rules! public_value {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode, bincode::Decode)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// Takes the value from its bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The bytes of the value.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret_key!(
    /// Who holds it can read, acknowledge and delete a mailbox (spec: relay).
    ReadKey, 32
);
secret_key!(
    /// Who holds it can open a link to a private relay (spec: wire, "Access key").
    AccessKey, 16
);
secret_key!(
    /// An X25519 private key.
    DhSecret, 32
);
secret_key!(
    /// What an X25519 exchange or an ML-KEM-768 encapsulation yields. Never used as a key without a KDF.
    SharedSecret, 32
);
secret_key!(
    /// An ML-KEM-768 decapsulation key as its 64-byte seed (d ‖ z of FIPS 203).
    KemSecret, 64
);
secret_key!(
    /// A pre-shared key of a Noise handshake.
    Psk, 32
);
secret_key!(
    /// A ChaCha20-Poly1305 or XChaCha20-Poly1305 key.
    AeadKey, 32
);
secret_key!(
    /// CPace's intermediate session key, 64 bytes (SHA-512).
    Isk, 64
);
secret_key!(
    /// The root key of a session: what pairing ends in, and what every ratchet step replaces (spec: pairing, session).
    RootKey, 32
);
secret_key!(
    /// The key of a sending or receiving chain; each message moves it on (spec: session).
    ChainKey, 32
);

public_value!(
    /// The relay's name for a mailbox, SHA-256 of a label and the read key. Who holds it can append.
    MailboxId, 32
);
public_value!(
    /// An X25519 public key.
    DhPublic, 32
);
public_value!(
    /// An ML-KEM-768 encapsulation key.
    KemPublic, 1184
);
public_value!(
    /// An ML-KEM-768 ciphertext.
    KemCiphertext, 1088
);

travels!(ReadKey);
travels!(AeadKey);

impl Copy for MailboxId {}
impl Copy for DhPublic {}
