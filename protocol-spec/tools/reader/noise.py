"""Wire, "Link", and pairing, "Noise": Noise revision 34, NK with psk0, psk2 or both.

Written here because psk2 of a pairing is known only after message 1, and the libraries want every
psk before the first message.
"""

from .crypto import dh, hmac_sha256, open_sealed, public_key, seal, sha256
from .rejected import Rejected, require

_MESSAGES = (("e", "es"), ("e", "ee"))


class CipherState:
    """A key and a counter."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.n = 0

    def seal(self, ad: bytes, plain: bytes) -> bytes:
        """ENCRYPT with the next nonce."""
        sealed = seal(self.key, self._nonce(), ad, plain)
        self.n += 1
        return sealed

    def open(self, ad: bytes, sealed: bytes) -> bytes:
        """DECRYPT with the next nonce, which a failure does not spend."""
        plain = open_sealed(self.key, self._nonce(), ad, sealed)
        self.n += 1
        return plain

    def _nonce(self) -> bytes:
        return bytes(4) + self.n.to_bytes(8, "little")


class Handshake:
    """HandshakeState of either end of NK and its psk variants."""

    def __init__(
        self,
        pattern: str,
        prologue: bytes,
        *,
        initiator: bool,
        static: bytes,
        ephemeral: bytes,
        psks: dict[int, bytes] | None = None,
    ) -> None:
        """`static` is the responder's public key at the initiator, its secret key at itself."""
        self._initiator = initiator
        self._s = b"" if initiator else static
        rs = static if initiator else public_key(static)
        self._rs = rs
        self._e, self._re = ephemeral, b""
        self.psks = psks or {}
        self._modifiers = pattern.removeprefix("NK")
        self._step = 0
        name = f"Noise_{pattern}_25519_ChaChaPoly_SHA256".encode()
        self.hash = name.ljust(32, b"\0") if len(name) <= 32 else sha256(name)
        self.chain = self.hash
        self._cipher: CipherState | None = None
        self._mix_hash(prologue)
        self._mix_hash(rs)

    def write_message(self, payload: bytes) -> bytes:
        """The next handshake message."""
        out = b""
        for token in self._tokens():
            if token == "e":
                out += self._public_e()
            self._mix(token)
        return out + self._seal(payload)

    def read_message(self, message: bytes) -> bytes:
        """The payload of the next handshake message."""
        for token in self._tokens():
            if token == "e":
                require(len(message) >= 32, "Undecryptable")
                self._re, message = message[:32], message[32:]
            self._mix(token)
        return self._open(message)

    def set_ephemeral(self, secret: bytes) -> None:
        """The ephemeral key, where it is drawn after a message was read."""
        self._e = secret

    def split(self) -> tuple[CipherState, CipherState]:
        """Cipher states for the initiator's and the responder's transport messages."""
        first, second = _hkdf(self.chain, b"", 2)
        return CipherState(first), CipherState(second)

    def _tokens(self) -> tuple[str, ...]:
        """The tokens of this message, with psk before the first or behind it."""
        tokens = _MESSAGES[self._step]
        self._step += 1
        if self._step == 1 and "psk0" in self._modifiers:
            return ("psk0", *tokens)
        if self._step == 2 and "psk2" in self._modifiers:
            return (*tokens, "psk2")
        return tokens

    def _writing(self) -> bool:
        return (self._step == 1) == self._initiator

    def _public_e(self) -> bytes:
        return public_key(self._e)

    def _mix(self, token: str) -> None:
        match token:
            case "e":
                key = self._public_e() if self._writing() else self._re
                self._mix_hash(key)
                if self._modifiers:
                    self._mix_key(key)
            case "es":
                self._mix_key(self._dh(self._e, self._rs) if self._initiator else self._dh(self._s, self._re))
            case "ee":
                self._mix_key(self._dh(self._e, self._re))
            case _:
                self.chain, mixed, key = _hkdf(self.chain, self.psks[int(token[-1])], 3)
                self._mix_hash(mixed)
                self._cipher = CipherState(key)

    def _dh(self, secret: bytes, public: bytes) -> bytes:
        try:
            return dh(secret, public)
        except Rejected:
            raise Rejected("Undecryptable") from None

    def _mix_hash(self, data: bytes) -> None:
        self.hash = sha256(self.hash, data)

    def _mix_key(self, material: bytes) -> None:
        self.chain, key = _hkdf(self.chain, material, 2)
        self._cipher = CipherState(key)

    def _seal(self, payload: bytes) -> bytes:
        out = self._cipher.seal(self.hash, payload) if self._cipher else payload
        self._mix_hash(out)
        return out

    def _open(self, sealed: bytes) -> bytes:
        plain = self._cipher.open(self.hash, sealed) if self._cipher else sealed
        self._mix_hash(sealed)
        return plain


def _hkdf(chain: bytes, material: bytes, n: int) -> list[bytes]:
    """Noise's HKDF, section 4.3."""
    temp = hmac_sha256(chain, material)
    outputs, last = [], b""
    for i in range(1, n + 1):
        last = hmac_sha256(temp, last + bytes([i]))
        outputs.append(last)
    return outputs
