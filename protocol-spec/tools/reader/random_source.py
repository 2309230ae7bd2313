"""Where randomness comes from: the system, or the stream of the vectors (vectors/README)."""

import os
from collections.abc import Callable

from .crypto import sha256

Draw = Callable[[int], bytes]


def system(n: int) -> bytes:
    """n bytes that nobody can foretell."""
    return os.urandom(n)


class Stream:
    """vectors/README: `SHA-256("nightjar/vector-random" ‖ seed ‖ u64be i)`, i from 0, as one stream."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._block = 0
        self._left = b""

    def __call__(self, n: int) -> bytes:
        while len(self._left) < n:
            label = b"nightjar/vector-random"
            self._left += sha256(label, self._seed, self._block.to_bytes(8, "big"))
            self._block += 1
        drawn, self._left = self._left[:n], self._left[n:]
        return drawn
