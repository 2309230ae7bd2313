"""Attachments, "Cells": shares, padding and the cells of what does not fit a text."""

from dataclasses import dataclass

from .crypto import xopen, xseal
from .limits import ATTACHMENT_DATA_LEN
from .rejected import Rejected, require

LABEL = b"nightjar/attachment/v1"


@dataclass(frozen=True)
class Layout:
    """How many cells an attachment fills, how many it has with padding, and what the last filled one holds."""

    size: int

    @property
    def filled(self) -> int:
        """Cells with bytes of the attachment."""
        return -(-self.size // ATTACHMENT_DATA_LEN)

    @property
    def cells(self) -> int:
        """Cells with Padmé's padding."""
        if self.filled < 2:
            return self.filled
        e = self.filled.bit_length() - 1
        k = e.bit_length()
        m = (1 << (e - k)) - 1 if e >= k else 0
        return (self.filled + m) // (m + 1) * (m + 1)

    def share(self, i: int) -> int:
        """How many bytes of the attachment cell i holds."""
        return max(0, min(ATTACHMENT_DATA_LEN, self.size - i * ATTACHMENT_DATA_LEN))


def seal_cell(key: bytes, nonce: bytes, plain: bytes, label: bytes = LABEL) -> bytes:
    """A cell from its plaintext."""
    return nonce + xseal(key, nonce, label, plain)


def cell(key: bytes, nonce: bytes, i: int, share: bytes) -> bytes:
    """Cell i with its share."""
    return seal_cell(key, nonce, i.to_bytes(4, "big") + share.ljust(ATTACHMENT_DATA_LEN, b"\0"))


def open_cell(key: bytes, layout: Layout, sealed: bytes) -> tuple[int, bytes]:
    """Place and share of a cell."""
    try:
        plain = xopen(key, sealed[:24], LABEL, sealed[24:])
    except Rejected:
        raise Rejected("Foreign") from None
    i = int.from_bytes(plain[:4], "big")
    require(i < layout.cells, "Index")
    n = layout.share(i)
    require(not any(plain[4 + n :]), "Padding")
    return i, plain[4 : 4 + n]
