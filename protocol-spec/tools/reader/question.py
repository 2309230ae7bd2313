"""Proof, "Asking again", and transfer, "Receipts": what a proof in a session is bound to."""

from . import messages
from .cpace import lv_cat
from .crypto import sha256
from .fields import Value


def context(session_id: bytes, asker: int, name: bytes, about: bytes | None, text: str) -> bytes:
    """The context of a question's proofs; `asker` is its side's number."""
    label = b"nightjar/question/v1"
    return sha256(lv_cat(label, session_id, bytes([asker]), name, about or b"", text.encode()))


def statement(receipt: Value | None) -> bytes:
    """What an answer proves: a receipt, or nothing."""
    if receipt is None:
        return b""
    return sha256(lv_cat(b"nightjar/cash-receipt/v1", messages.encode_receipt(receipt)))
