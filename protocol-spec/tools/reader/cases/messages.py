"""Messages and attachments: their cases, recomputed."""

from copy import deepcopy
from typing import Any

from .. import attachments, messages
from ..amount import Amount
from ..attachments import Layout
from ..conversation import Conversation
from ..crypto import sha256
from ..rejected import Rejected
from . import talk
from .values import Case, flip, stream, unhex

_NOW = 1_800_000_000


def message(given: Case) -> Case:
    """A message, read, and written again as the same bytes."""
    data = unhex(given["bytes"])
    read = messages.decode(data)
    if messages.encode(read) != data:
        raise ValueError("written again it has other bytes")
    return shown(read)


def shown(value: Any) -> Any:
    """A message as the cases state it: bytes in hex, amounts as text."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Amount):
        return str(value)
    if isinstance(value, list):
        return [shown(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "evidence" in value:
        value = {"message": "CashReceipt", **value}
    return {name: shown(item) for name, item in value.items()}


def envelope(given: Case) -> Case:
    """An envelope, read, and written again as the same bytes."""
    data = unhex(given["bytes"])
    read = messages.decode_envelope(data)
    if messages.encode_envelope(read) != data:
        raise ValueError("written again it has other bytes")
    return shown(read)


def split(given: Case) -> Case:
    """The pieces of a text of the fixed times below."""
    body = unhex(given["text"]).decode()
    text = {"message": "Text", "body": body, "sent_at": _NOW, "deadline": _NOW + 60, "after_read": 60}
    data = messages.encode(text)
    pieces = messages.split(data)
    return {
        "length": len(data),
        "sha256": sha256(data).hex(),
        "pieces": [
            {"count": len(pieces), "index": i, "length": len(piece), "sha256": sha256(piece).hex()}
            for i, piece in enumerate(pieces)
        ],
    }


def handle(given: Case) -> Case:
    """Envelopes, one behind the other, at a side that has sent nothing; the last may be rejected."""
    world, events, now = talk.World(given), [], given.get("now", _NOW)
    for i, text in enumerate(given["envelopes"]):
        before = _state(world.talk)
        try:
            events += world.talk.take(now, unhex(text))
        except Rejected:
            if _state(world.talk) != before or i + 1 < len(given["envelopes"]):
                raise ValueError("a rejection changed something, or came early") from None
            raise
    return {"events": events}


def _state(of: Conversation) -> Case:
    """All that a rejection may not change."""
    state = {name: value for name, value in vars(of).items() if name not in ("session", "lines")}
    return deepcopy({**state, "lines": vars(of.lines)})


def layout(given: Case) -> Case:
    """Cells of an attachment."""
    of = Layout(given["size"])
    return {"filled": of.filled, "cells": of.cells, "last": of.share(of.filled - 1)}


def seal(given: Case) -> Case:
    """A cell of an attachment."""
    nonce = stream(given["seed"])(24)
    sealed = attachments.cell(unhex(given["key"]), nonce, given["index"], unhex(given["share"]))
    return {"begins": sealed[:64].hex(), "ends": sealed[-32:].hex(), "sha256": sha256(sealed).hex()}


def opened(given: Case) -> Case:
    """A cell of an attachment that is put together by hand."""
    label = given["label"].encode() if "label" in given else attachments.LABEL
    sealed = attachments.seal_cell(unhex(given["key"]), unhex(given["nonce"]), unhex(given["plain"]), label)
    opener = unhex(given.get("opener", given["key"]))
    i, share = attachments.open_cell(opener, Layout(given["size"]), flip(sealed, given.get("flip")))
    return {"index": i, "share": share.hex()}


KINDS = {
    "message": message, "envelope": envelope, "split": split, "handle": handle, "layout": layout,
    "seal": seal, "open": opened, "course": talk.course,
}  # fmt: skip
