"""vectors/README: the walk over all cases, and one room a chapter that recomputes them."""

from pathlib import Path

from . import example, invite, messages, pairing, proof, relay, session, transfer, wire
from .walk import VECTORS, walk

KINDS = {
    "wire": wire.KINDS,
    "noise": wire.KINDS,
    "noise-psk": wire.KINDS,
    "example": example.KINDS,
    "relay": relay.KINDS,
    "invite": invite.KINDS,
    "proof": proof.KINDS,
    "pairing": pairing.KINDS,
    "session": session.KINDS,
    "messages": messages.KINDS,
    "attachments": messages.KINDS,
    "transfer": transfer.KINDS,
    "nickname": proof.NICKNAME_KINDS,
}

# Kinds that this reader does not read, by folder and kind, each with the reason.
EXCUSED: dict[tuple[str, str], str] = {}


def run(only: str = "", vectors: str | None = None) -> int:
    """Check all cases whose name contains `only`; how many failed."""
    return walk(KINDS, EXCUSED, only, Path(vectors) if vectors else VECTORS)
