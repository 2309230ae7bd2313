"""Wire: mailbox ids, frames, commands, replies and the link's two handshake messages."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from . import codec
from .codec import Reader
from .crypto import hkdf_sha256, sha256
from .limits import BATCH_LEN, BATCH_MAX, CELL_LEN, HELLO_LEN
from .noise import CipherState, Handshake
from .rejected import Rejected, require

PROLOGUE = b"nightjar/link/v1"
COMMANDS = ("Create", "Append", "Subscribe", "Acknowledge", "Unsubscribe", "Delete", "Ping")
REPLIES = ("Done", "Subscribed", "Refused", "Push", "Ended")
REFUSALS = ("Unknown", "MailboxFull", "RelayFull", "Quota", "Limit", "Unavailable")
HELLO_REFUSALS = {"Handshake": 1, "Busy": 2}
PAYLOAD_LEN = 48
_ANSWERS = {"Done", "Subscribed", "Refused"}


@dataclass
class Command:
    """What a client asks of a relay."""

    name: str
    key: bytes = b""
    ttl: int = 0
    slot: int = 0
    up_to: int = 0
    cell: bytes = b""

    def encode(self) -> bytes:
        """Its bytes in a batch."""
        fields = {
            "Create": lambda: self.key + codec.integer(self.ttl),
            "Append": lambda: self.key + codec.integer(self.ttl),
            "Subscribe": lambda: codec.integer(self.slot) + self.key,
            "Acknowledge": lambda: codec.integer(self.slot) + codec.integer(self.up_to),
            "Unsubscribe": lambda: codec.integer(self.slot),
            "Delete": lambda: self.key,
            "Ping": lambda: b"",
        }
        return codec.integer(COMMANDS.index(self.name)) + fields[self.name]()


@dataclass
class Reply:
    """What a relay says."""

    name: str
    slot: int = 0
    seq: int = 0
    ttl: int = 0
    waiting: int = 0
    refusal: str = ""
    cell: bytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        """Its bytes in a batch."""
        fields = {
            "Done": lambda: b"",
            "Subscribed": lambda: codec.integer(self.waiting),
            "Refused": lambda: codec.integer(REFUSALS.index(self.refusal)),
            "Push": lambda: codec.integer(self.slot) + codec.integer(self.seq) + codec.integer(self.ttl),
            "Ended": lambda: codec.integer(self.slot),
        }
        return codec.integer(REPLIES.index(self.name)) + fields[self.name]()


def mailbox_id(read_key: bytes) -> bytes:
    """The id of the mailbox that a read key opens."""
    return sha256(b"nightjar/mailbox/v1", read_key)


def read_command(reader: Reader) -> Command:
    """One command of a batch."""
    command = Command(reader.variant(COMMANDS))
    match command.name:
        case "Create" | "Append":
            command.key, command.ttl = reader.take(32), reader.integer(32)
        case "Subscribe":
            command.slot, command.key = reader.integer(16), reader.take(32)
        case "Acknowledge":
            command.slot, command.up_to = reader.integer(16), reader.integer(64)
        case "Unsubscribe":
            command.slot = reader.integer(16)
        case "Delete":
            command.key = reader.take(32)
    return command


def read_reply(reader: Reader) -> Reply:
    """One reply of a batch."""
    reply = Reply(reader.variant(REPLIES))
    match reply.name:
        case "Subscribed":
            reply.waiting = reader.integer(32)
        case "Refused":
            reply.refusal = reader.variant(REFUSALS)
        case "Push":
            reply.slot, reply.seq, reply.ttl = reader.integer(16), reader.integer(64), reader.integer(32)
        case "Ended":
            reply.slot = reader.integer(16)
    return reply


def frame_plain(items: Sequence[Command | Reply]) -> bytes:
    """The plaintext of a frame with these commands or replies."""
    batch = codec.listed([item.encode() for item in items])
    cells = [item.cell for item in items if item.cell]
    if len(batch) > BATCH_LEN or len(cells) > 1:
        raise ValueError("more than a frame has room for")
    cell = cells[0] if cells else bytes(CELL_LEN)
    return len(batch).to_bytes(2, "big") + batch.ljust(BATCH_LEN, b"\0") + cell


def read_frame(plain: bytes, *, from_relay: bool) -> list[Command] | list[Reply]:
    """The commands or replies of a frame's plaintext, the cell with the one that carries it."""
    n = int.from_bytes(plain[:2], "big")
    require(n <= BATCH_LEN, "Limit")
    batch, padding, cell = plain[2 : 2 + n], plain[2 + n : 2 + BATCH_LEN], plain[2 + BATCH_LEN :]
    require(not any(padding), "Padding")
    reader = Reader(batch)
    count = reader.count()
    require(count <= BATCH_MAX, "Limit")
    items = [read_reply(reader) if from_relay else read_command(reader) for _ in range(count)]
    reader.end()
    carriers = [item for item in items if item.name in ("Append", "Push")]
    require(len(carriers) <= 1, "Order")
    if carriers:
        carriers[0].cell = cell
    else:
        require(not any(cell), "Padding")
    return items


def answers(replies: list[Reply]) -> int:
    """How many of the replies answer a command."""
    return sum(reply.name in _ANSWERS for reply in replies)


def link_psk(relay_key: bytes, access_key: bytes) -> bytes:
    """psk0 of a private relay."""
    return hkdf_sha256(relay_key, access_key, b"nightjar/v1/link-access")


def link_handshake(
    relay_key: bytes, static: bytes, ephemeral: bytes, access_key: bytes | None, *,
    initiator: bool, prologue: bytes = PROLOGUE,
) -> Handshake:  # fmt: skip
    """The link's Noise handshake, either end."""
    pattern = "NK" if access_key is None else "NKpsk0"
    psks = {} if access_key is None else {0: link_psk(relay_key, access_key)}
    return Handshake(pattern, prologue, initiator=initiator, static=static, ephemeral=ephemeral, psks=psks)


def read_hello(
    hello: bytes, relay_key: bytes, static: bytes, ephemeral: bytes, access_keys: list[bytes]
) -> Handshake:
    """A relay's handshake after a good hello, with whichever access key opens it."""
    tries: list[bytes | None] = list(access_keys) or [None]
    for access_key in tries:
        handshake = link_handshake(relay_key, static, ephemeral, access_key, initiator=False)
        try:
            payload = handshake.read_message(hello)
        except Rejected:
            continue
        require(not any(payload), "Padding")
        return handshake
    raise Rejected("Handshake")


def read_welcome(payload: bytes) -> tuple[bytes, int]:
    """Epoch and the relay's time."""
    require(len(payload) == PAYLOAD_LEN and not any(payload[16:]), "Padding")
    return payload[:8], int.from_bytes(payload[8:16], "big")


def take_welcome(client: Handshake, message: bytes) -> tuple[bytes, int]:
    """Epoch and time from what a relay answers to a hello; its refusals are `Declined`."""
    require(message not in [refusal(reason) for reason in HELLO_REFUSALS], "Declined")
    try:
        payload = client.read_message(message)
    except Rejected:
        raise Rejected("Handshake") from None
    return read_welcome(payload)


def refusal(reason: str) -> bytes:
    """What a relay sends in place of a welcome."""
    return bytes(32) + bytes([HELLO_REFUSALS[reason]]) + bytes(HELLO_LEN - 33)


class Frames:
    """Frames of one link, in order, at either end."""

    def __init__(self, handshake: Handshake, *, initiator: bool) -> None:
        first, second = handshake.split()
        self._out: CipherState = first if initiator else second
        self._in: CipherState = second if initiator else first

    def seal(self, plain: bytes) -> bytes:
        """The next frame."""
        return self._out.seal(b"", plain)

    def open(self, frame: bytes) -> bytes:
        """The plaintext of the next frame."""
        try:
            return self._in.open(b"", frame)
        except Rejected:
            raise Rejected("Frame") from None
