"""Proof, "CPace": draft-irtf-cfrg-cpace-21, CPACE-RISTR255-SHA512, in the draft's words."""

from .crypto import hmac_sha512, sha512
from .rejected import require
from .ristretto import IDENTITY, ORDER, Element, decode, element_derivation

DSI = b"CPaceRistretto255"
_BLOCK = 128


def prepend_len(data: bytes) -> bytes:
    """The string behind its length in LEB128."""
    n, length = len(data), b""
    while n >= 128:
        length += bytes([n & 127 | 128])
        n >>= 7
    return length + bytes([n]) + data


def lv_cat(*parts: bytes) -> bytes:
    """Each string behind its length."""
    return b"".join(prepend_len(part) for part in parts)


def o_cat(a: bytes, b: bytes) -> bytes:
    """The draft's ordered concatenation, which this protocol does not use."""
    return b"oc" + max(a, b) + min(a, b)


def generator_string(prs: bytes, ci: bytes, sid: bytes) -> bytes:
    """What the generator is derived from: PRS fills a block of the hash."""
    padding = bytes(max(0, _BLOCK - 1 - len(lv_cat(DSI, prs))))
    return lv_cat(DSI, prs, padding, ci, sid)


def generator(prs: bytes, ci: bytes, sid: bytes) -> Element:
    """g."""
    return element_derivation(sha512(generator_string(prs, ci, sid)))


def scalar(drawn: bytes) -> int:
    """64 random bytes as a scalar."""
    return int.from_bytes(drawn, "little") % ORDER


def scalar_mult_vfy(y: int, share: bytes) -> bytes:
    """K, or a rejection of what is no element or the identity."""
    element = decode(share)
    require(element.encode() != IDENTITY.encode(), "Share")
    return (y * element).encode()


def transcript_ir(ya: bytes, ada: bytes, yb: bytes, adb: bytes) -> bytes:
    """The transcript of the initiator-responder mode."""
    return lv_cat(ya, ada) + lv_cat(yb, adb)


def transcript_oc(ya: bytes, ada: bytes, yb: bytes, adb: bytes) -> bytes:
    """The transcript of the symmetric mode, which this protocol does not use."""
    return o_cat(lv_cat(ya, ada), lv_cat(yb, adb))


def isk(sid: bytes, k: bytes, transcript: bytes) -> bytes:
    """The intermediate session key."""
    return sha512(lv_cat(DSI + b"_ISK", sid, k), transcript)


def sid_output(transcript: bytes) -> bytes:
    """The draft's session id output, which this protocol does not use."""
    return sha512(b"CPaceSidOutput", transcript)


def confirmation(key: bytes, sid: bytes, y: bytes, ad: bytes) -> bytes:
    """Ta or Tb."""
    return hmac_sha512(sha512(b"CPaceMac", sid, key), lv_cat(y, ad))
