"""Wire, "Encoding": bytes of values and back, one encoding a value."""

from collections.abc import Callable
from typing import TypeVar

from .rejected import Rejected, require

T = TypeVar("T")

_MARKERS = {0xFB: (2, 251), 0xFC: (4, 1 << 16), 0xFD: (8, 1 << 32)}
_WIDTHS = {16: 2, 32: 4, 64: 8}


def integer(n: int) -> bytes:
    """An unsigned integer in its shortest form."""
    if n < 251:
        return bytes([n])
    for marker, (width, _) in _MARKERS.items():
        if n < 1 << (8 * width):
            return bytes([marker]) + n.to_bytes(width, "little")
    raise ValueError("no integer of the protocol has more than 64 bits")


def octets(value: bytes) -> bytes:
    """A list of bytes: the count, then the bytes."""
    return integer(len(value)) + value


def text(value: str) -> bytes:
    """Text, as a list of its UTF-8 bytes."""
    return octets(value.encode())


def optional(value: bytes | None) -> bytes:
    """`00`, or `01` and the value's encoding."""
    return b"\x00" if value is None else b"\x01" + value


def listed(items: list[bytes]) -> bytes:
    """The count, then the encoded items."""
    return integer(len(items)) + b"".join(items)


class Reader:
    """Takes values off the front of bytes; `limit` is the most that a value may be read from."""

    def __init__(self, data: bytes, limit: int | None = None) -> None:
        self._data = data
        self._at = 0
        self._limit = limit

    def take(self, n: int) -> bytes:
        """The next n bytes."""
        require(n <= len(self._data) - self._at, "Malformed")
        self._at += n
        if self._limit is not None:
            require(self._at <= self._limit, "Limit")
        return self._data[self._at - n : self._at]

    def u8(self) -> int:
        """One byte as it is."""
        return self.take(1)[0]

    def integer(self, bits: int) -> int:
        """An unsigned integer of 16, 32 or 64 bits, in its shortest form."""
        first = self.u8()
        if first < 251:
            return first
        width, least = _MARKERS.get(first, (0, 0))
        require(0 < width <= _WIDTHS[bits], "Malformed")
        n = int.from_bytes(self.take(width), "little")
        require(n >= least, "NotCanonical")
        return n

    def count(self) -> int:
        """How many items follow; more than there are bytes left cannot be."""
        n = self.integer(64)
        require(n <= len(self._data) - self._at, "Malformed")
        return n

    def octets(self) -> bytes:
        """A list of bytes."""
        return self.take(self.count())

    def text(self) -> str:
        """UTF-8 text."""
        try:
            return self.octets().decode("utf-8", "strict")
        except UnicodeDecodeError:
            raise Rejected("Malformed") from None

    def truth(self) -> bool:
        """`00` or `01`."""
        tag = self.u8()
        require(tag < 2, "Malformed")
        return tag == 1

    def variant(self, names: tuple[str, ...]) -> str:
        """The name of a variant, from its number."""
        number = self.integer(32)
        require(number < len(names), "Malformed")
        return names[number]

    def optional(self, read: Callable[[], T]) -> T | None:
        """What `read` takes, or None."""
        return read() if self.truth() else None

    def listed(self, read: Callable[[], T]) -> list[T]:
        """As many of what `read` takes as the count says."""
        return [read() for _ in range(self.count())]

    def rest(self) -> int:
        """How many bytes are left."""
        return len(self._data) - self._at

    def end(self) -> None:
        """Nothing may be left."""
        require(self.rest() == 0, "Trailing")
