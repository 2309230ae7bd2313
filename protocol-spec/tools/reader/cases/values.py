"""vectors/README: how a case writes bytes, and what every room of cases needs to read them."""

from collections.abc import Callable
from typing import Any, TypeVar

from ..random_source import Stream
from ..rejected import Rejected

Case = dict[str, Any]
T = TypeVar("T")


def unhex(text: str) -> bytes:
    """Hex; `00*24` repeats, `+` joins."""
    out = b""
    for part in text.split("+") if text else []:
        digits, _, times = part.partition("*")
        out += bytes.fromhex(digits) * (int(times) if times else 1)
    return out


def seed_bytes(text: str) -> bytes:
    """A seed is bytes in hex or, where it is no hex, the bytes of the text."""
    try:
        return unhex(text)
    except ValueError:
        return text.encode()


def stream(text: str) -> Stream:
    """The random stream of a case's seed."""
    return Stream(seed_bytes(text))


def flip(data: bytes, at: int | None) -> bytes:
    """The bytes with the lowest bit of one of them changed."""
    if at is None:
        return data
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def write_at(data: bytes, changes: dict[str, str] | None) -> bytes:
    """The bytes with others written over them at the given offsets."""
    for at, text in (changes or {}).items():
        new = unhex(text)
        data = data[: int(at)] + new + data[int(at) + len(new) :]
    return data


def unmoved(attempt: Callable[[], T], genuine: Callable[[], object]) -> T:
    """What the attempt gives; if it is rejected, what is genuine MUST be accepted behind it."""
    try:
        return attempt()
    except Rejected:
        try:
            genuine()
        except Rejected as rejected:
            raise ValueError(f"after the rejection the genuine one is rejected: {rejected.name}") from None
        raise


def steps_of(steps: list[Case], play: Callable[[Case], Case]) -> list[Case]:
    """What comes of each step; a rejection counts in the last one alone."""
    found = []
    for i, step in enumerate(steps):
        try:
            found.append(play(step))
        except Rejected as rejected:
            if i + 1 < len(steps):
                raise ValueError(f"step {i} was rejected as {rejected.name}") from None
            raise
    return found
