"""Messages, "Messages"; attachments, "Message"; proof, "Asking again"; transfer, "Messages"."""

import unicodedata
from collections.abc import Callable

from . import limits
from .amount import AMOUNT, CODE
from .codec import Reader, integer
from .fields import (
    OCTETS, TEXT, TRUTH, U8, U32, U64, Schema, Value, fixed, listed, optional, read, structure, variant, write,
)  # fmt: skip
from .rejected import require

NAME = fixed(16)
HASH = fixed(32)
_CASH_RECEIPT: Schema = (
    ("name", NAME), ("number", U8), ("amount", AMOUNT), ("note", TEXT), ("at", U64), ("evidence", listed(HASH)),
)  # fmt: skip
_ITEM: Schema = (
    ("kind", variant("Voice", "Photo", "File")), ("name", TEXT), ("size", U32), ("hash", HASH),
    ("duration", U32), ("mailbox", HASH), ("key", HASH),
)  # fmt: skip
SCHEMAS: dict[str, Schema] = {
    "Text": (("body", TEXT), ("sent_at", U64), ("deadline", U64), ("after_read", U32)),
    "Receipt": (("kind", variant("Delivered", "Read", "Erased", "Acknowledged")), ("messages", listed(U64))),
    "Mailbox": (("id", HASH),),
    "Attachments": (
        ("caption", TEXT), ("items", listed(structure(_ITEM))),
        ("sent_at", U64), ("deadline", U64), ("after_read", U32),
    ),
    "Question": (("id", NAME), ("about", optional(NAME)), ("text", TEXT), ("m1", fixed(64)), ("expires", U64)),
    "Answer": (("id", NAME), ("attempt", U8), ("m2", fixed(192)), ("receipt", optional(structure(_CASH_RECEIPT)))),
    "Verdict": (("id", NAME), ("attempt", U8), ("m3", fixed(64)), ("again", fixed(64))),
    "Order": (
        ("name", NAME), ("amount", AMOUNT), ("fee", optional(AMOUNT)), ("note", TEXT),
        ("sent_at", U64), ("expires", U64),
    ),
    "Funded": (("name", NAME), ("since", U64)),
    "Claim": (("name", NAME), ("code", CODE)),
    "Claimed": (("name", NAME), ("accepted", TRUTH), ("left", U8)),
    "Promise": (
        ("name", NAME), ("amount", AMOUNT), ("fee", optional(AMOUNT)), ("code", CODE), ("note", TEXT),
        ("sent_at", U64), ("expires", U64),
    ),
    "CashReceipt": _CASH_RECEIPT,
    "Dispute": (("name", NAME), ("note", TEXT), ("at", U64)),
    "Refusal": (
        ("of", NAME), ("number", U8),
        ("reason", variant("Unknown", "Finished", "Expired", "Spent", "Currency", "Repeated", "Full")),
    ),
}  # fmt: skip
_KINDS = tuple(SCHEMAS)
_ENVELOPE: Schema = (
    ("seq", U64), ("oldest", U64), ("ack", U64), ("seen", U64), ("message", U64), ("index", U8),
    ("count", U8), ("deadline", U64), ("bytes", OCTETS),
)  # fmt: skip
_BIDI = {"\u061c", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}


def encode(message: Value) -> bytes:
    """A message's bytes; `message` names its variant."""
    name = message["message"]
    return integer(_KINDS.index(name)) + write(SCHEMAS[name], message)


def decode(data: bytes) -> Value:
    """A message that breaks no rule."""
    reader = Reader(data)
    name = reader.variant(_KINDS)
    message = {"message": name, **read(SCHEMAS[name], reader)}
    reader.end()
    _RULES.get(name, lambda _: None)(message)
    return message


def encode_envelope(envelope: Value) -> bytes:
    """An envelope's bytes."""
    return write(_ENVELOPE, envelope)


def decode_envelope(data: bytes) -> Value:
    """An envelope that breaks no rule."""
    reader = Reader(data)
    e = read(_ENVELOPE, reader)
    reader.end()
    require(0 < e["oldest"] <= e["seq"], "Numbers")
    require(e["message"] > 0 and 0 < e["count"] <= limits.PIECES_MAX and e["index"] < e["count"], "Piece")
    require(0 < len(e["bytes"]) <= limits.PIECE_MAX, "Length")
    return e


def split(data: bytes) -> list[bytes]:
    """The pieces of a message."""
    return [data[i : i + limits.PIECE_MAX] for i in range(0, len(data), limits.PIECE_MAX)]


def encode_receipt(receipt: Value) -> bytes:
    """A CashReceipt without the message's number."""
    return write(_CASH_RECEIPT, receipt)


def decode_receipt(data: bytes) -> Value:
    """A CashReceipt without the message's number."""
    reader = Reader(data)
    receipt = read(_CASH_RECEIPT, reader)
    reader.end()
    _cash_receipt(receipt)
    return receipt


def _text(message: Value) -> None:
    _written(message["body"], limits.TEXT_MAX)
    require(message["body"] != "", "Empty")
    _timers(message)


def _written(text: str, most: int) -> None:
    """A text that a terminal will show."""
    require(len(text.encode()) <= most, "TooLong")
    require(not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text), "Control")


def _lifetime(start: int, end: int) -> None:
    require(start < end <= start + limits.LIFETIME_MAX, "Lifetime")


def _timers(message: Value) -> None:
    _lifetime(message["sent_at"], message["deadline"])
    require(limits.AFTER_READ_MIN <= message["after_read"] <= limits.AFTER_READ_MAX, "AfterRead")


def _receipt(message: Value) -> None:
    numbers = message["messages"]
    require(0 < len(numbers) <= limits.RECEIPTS_MAX, "Receipts")
    require(numbers == sorted(set(numbers)), "Receipts")


def _attachments(message: Value) -> None:
    items = message["items"]
    _written(message["caption"], limits.CAPTION_MAX)
    require(0 < len(items) <= limits.ATTACHMENTS_MAX, "Attachments")
    for item in items:
        _written(item["name"], limits.FILE_NAME_MAX)
        require(0 < item["size"] <= limits.ATTACHMENT_MAX, "Attachments")
        require((item["kind"] == "Voice") == (item["duration"] > 0), "Attachments")
    for secret in ("mailbox", "key"):
        require(len({item[secret] for item in items}) == len(items), "Attachments")
    _timers(message)


def check_question(text: str) -> None:
    """A question as it may be shown on another person's terminal."""
    require(0 < len(text.encode()) <= limits.QUESTION_MAX, "Question")
    bad = _BIDI | {"\u2028", "\u2029"}
    require(not any(unicodedata.category(c) == "Cc" or c in bad for c in text), "Question")


def _attempt(message: Value) -> None:
    require(1 <= message["attempt"] <= limits.ATTEMPTS_MAX, "Attempt")


def _answer(message: Value) -> None:
    _attempt(message)
    if message["receipt"] is not None:
        _cash_receipt(message["receipt"])


def _cash_receipt(receipt: Value) -> None:
    require(1 <= receipt["number"] <= limits.CASH_RECEIPTS_MAX, "CashReceipt")
    require(len(receipt["evidence"]) <= limits.EVIDENCE_MAX, "CashReceipt")
    _written(receipt["note"], limits.NOTE_MAX)


def _order(message: Value) -> None:
    _written(message["note"], limits.NOTE_MAX)
    _lifetime(message["sent_at"], message["expires"])


def _claimed(message: Value) -> None:
    left = message["left"]
    require(left == 0 if message["accepted"] else left < limits.CLAIM_ATTEMPTS_MAX, "Attempt")


def _dispute(message: Value) -> None:
    require(message["note"] != "", "Empty")
    _written(message["note"], limits.NOTE_MAX)


_RULES: dict[str, Callable[[Value], None]] = {
    "Text": _text, "Receipt": _receipt, "Attachments": _attachments,
    "Question": lambda message: check_question(message["text"]), "Answer": _answer, "Verdict": _attempt,
    "Order": _order, "Promise": _order, "Claimed": _claimed, "CashReceipt": _cash_receipt, "Dispute": _dispute,
}  # fmt: skip
