"""README, "Primitives": thin names over published libraries, and what they leave out."""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from kyber_py.ml_kem import ML_KEM_768

from .rejected import Rejected, require

KEM_KEY_LEN = 1184
KEM_CIPHERTEXT_LEN = 1088
_KEM_MODULUS = 3329
_CONSTANTS = b"expand 32-byte k"


def sha256(*parts: bytes) -> bytes:
    """SHA-256 over the parts, one behind the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def sha512(*parts: bytes) -> bytes:
    """SHA-512 over the parts, one behind the other."""
    return hashlib.sha512(b"".join(parts)).digest()


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.digest(key, message, "sha256")


def hmac_sha512(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA512."""
    return hmac.digest(key, message, "sha512")


def same(a: bytes, b: bytes) -> bool:
    """Equality in constant time."""
    return hmac.compare_digest(a, b)


def hkdf_sha256(salt: bytes, ikm: bytes, info: bytes, n: int = 32) -> bytes:
    """HKDF-SHA256."""
    return HKDF(SHA256(), n, salt, info).derive(ikm)


def hkdf_sha512(salt: bytes, ikm: bytes, info: bytes, n: int = 32) -> bytes:
    """HKDF-SHA512."""
    return HKDF(SHA512(), n, salt, info).derive(ikm)


def argon2id(password: bytes, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    """Argon2id, version 0x13, 32 bytes."""
    kdf = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory_kib)
    return kdf.derive(password)


def public_key(secret: bytes) -> bytes:
    """The X25519 public key of a secret key."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def dh(secret: bytes, public: bytes) -> bytes:
    """X25519; an all-zero result is rejected."""
    try:
        key = X25519PublicKey.from_public_bytes(public)
        return X25519PrivateKey.from_private_bytes(secret).exchange(key)
    except ValueError:
        raise Rejected("PublicValue") from None


def check_contributory(public: bytes) -> None:
    """Reject a public key of low order: any secret key shows it."""
    dh(b"\x40" * 32, public)


def kem_key(seed: bytes) -> tuple[bytes, bytes]:
    """Encapsulation and decapsulation key of the seed d ‖ z."""
    return ML_KEM_768.key_derive(seed)


def kem_check(key: bytes) -> None:
    """FIPS 203, section 7.2: the length, and every coefficient below the modulus."""
    require(len(key) == KEM_KEY_LEN, "PublicValue")
    for i in range(0, KEM_KEY_LEN - 32, 3):
        pair = int.from_bytes(key[i : i + 3], "little")
        require(pair & 0xFFF < _KEM_MODULUS and pair >> 12 < _KEM_MODULUS, "PublicValue")


def kem_encaps(key: bytes, randomness: bytes) -> tuple[bytes, bytes]:
    """Shared secret and ciphertext, from 32 bytes of randomness (FIPS 203, algorithm 17)."""
    kem_check(key)
    return ML_KEM_768._encaps_internal(key, randomness)


def kem_decaps(key: bytes, ciphertext: bytes) -> bytes:
    """The shared secret; of a ciphertext that was not made for the key, another one."""
    return ML_KEM_768.decaps(key, ciphertext)


def seal(key: bytes, nonce: bytes, ad: bytes, plain: bytes) -> bytes:
    """ChaCha20-Poly1305."""
    return ChaCha20Poly1305(key).encrypt(nonce, plain, ad)


def open_sealed(key: bytes, nonce: bytes, ad: bytes, sealed: bytes) -> bytes:
    """ChaCha20-Poly1305; rejects what does not authenticate."""
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, ad)
    except (InvalidTag, ValueError):
        raise Rejected("Undecryptable") from None


def xseal(key: bytes, nonce: bytes, ad: bytes, plain: bytes) -> bytes:
    """XChaCha20-Poly1305."""
    return seal(_hchacha(key, nonce[:16]), bytes(4) + nonce[16:], ad, plain)


def xopen(key: bytes, nonce: bytes, ad: bytes, sealed: bytes) -> bytes:
    """XChaCha20-Poly1305; rejects what does not authenticate."""
    return open_sealed(_hchacha(key, nonce[:16]), bytes(4) + nonce[16:], ad, sealed)


def _hchacha(key: bytes, nonce: bytes) -> bytes:
    """HChaCha20: a ChaCha20 block is its rounds plus what they began with, so take that away."""
    block = Cipher(ChaCha20(key, nonce), None).encryptor().update(bytes(64))
    start = _CONSTANTS + key + nonce
    words = [
        (int.from_bytes(block[i : i + 4], "little") - int.from_bytes(start[i : i + 4], "little"))
        % (1 << 32)
        for i in range(0, 64, 4)
    ]
    return b"".join(word.to_bytes(4, "little") for word in words[:4] + words[12:])
