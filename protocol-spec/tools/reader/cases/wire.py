"""Wire: its cases, recomputed."""

from typing import Any

from .. import fields, wire
from ..codec import Reader
from ..crypto import dh, public_key, sha256
from ..fields import Field
from ..limits import BATCH_LEN
from ..noise import Handshake
from ..rejected import Rejected, require
from .values import Case, flip, seed_bytes, unhex

_DECODE_LIMIT = 64


class _World:
    """The keys of a link case: the hash of its seed and the key's name."""

    def __init__(self, given: Case) -> None:
        seed = seed_bytes(given["seed"])
        self.static = sha256(seed, b"relay static")
        self.client_e = sha256(seed, b"client e")
        self.relay_e = sha256(seed, b"relay e")
        self.relay_key = public_key(self.static)
        self.access = unhex(given["access_key"]) if "access_key" in given else None
        self.relay_access = [unhex(key) for key in given.get("relay_access_keys", [])]

    def client(self, prologue: bytes = wire.PROLOGUE) -> Handshake:
        return wire.link_handshake(
            self.relay_key, self.relay_key, self.client_e, self.access, initiator=True, prologue=prologue
        )

    def relay(self, hello: bytes) -> Handshake:
        return wire.read_hello(hello, self.relay_key, self.static, self.relay_e, self.relay_access)


def decode(given: Case) -> Case:
    """A list of bytes where at most 64 bytes are read."""
    reader = Reader(unhex(given["bytes"]), _DECODE_LIMIT)
    value = reader.octets()
    reader.end()
    return {"value": value.hex()}


def mailbox_id(given: Case) -> Case:
    """A mailbox's id."""
    return {"mailbox": wire.mailbox_id(unhex(given["read_key"])).hex()}


def x25519(given: Case) -> Case:
    """DH."""
    return {"shared": dh(unhex(given["secret"]), unhex(given["public"])).hex()}


def command(given: Case) -> Case:
    """A command's bytes, and back."""
    key = unhex(given.get("read_key", given.get("mailbox", "")))
    made = wire.Command(given["command"], key, given.get("ttl", 0), given.get("slot", 0), given.get("up_to", 0))
    encoded = made.encode()
    require(wire.read_command(Reader(encoded)) == made, "another command than was written")
    return {"bytes": encoded.hex()}


def reply(given: Case) -> Case:
    """A reply's bytes, and back."""
    name, refusal = given["reply"], ""
    if name in wire.REFUSALS:
        name, refusal = "Refused", name
    numbers = {key: given[key] for key in ("slot", "seq", "ttl", "waiting") if key in given}
    made = wire.Reply(name, refusal=refusal, **numbers)
    encoded = made.encode()
    require(wire.read_reply(Reader(encoded)) == made, "another reply than was written")
    return {"bytes": encoded.hex()}


def value(given: Case) -> Case:
    """Values of a type, read, and written again as the same bytes."""
    field, texts = _type(given["type"]), given["bytes"]
    values = []
    for data in map(unhex, [texts] if isinstance(texts, str) else texts):
        reader = Reader(data)
        values.append(field.read(reader))
        reader.end()
        if field.write(values[-1]) != data:
            raise ValueError("written again it has other bytes")
    return {"values": values}


def _type(name: str) -> Field:
    """The type that a case names."""
    first, _, rest = name.partition(" ")
    match first:
        case "optional":
            return fields.optional(_type(rest))
        case "list":
            return fields.listed(_type(rest.removeprefix("of ")))
        case "array":
            n, item = rest.removeprefix("of ").split(" ", 1)
            return fields.sequence([_type(item)] * int(n))
        case "structure":
            return fields.sequence([_type(part) for part in rest.removeprefix("of ").split(", ")])
    return _TYPES[name]


def _listed(command: wire.Command) -> list[Any]:
    """A command as the cases state it."""
    by_name = {
        "Acknowledge": [command.slot, command.up_to],
        "Unsubscribe": [command.slot],
        "Ping": [],
    }  # fmt: skip
    return [command.name, *by_name[command.name]]


def _unlisted(listed: list[Any]) -> wire.Command:
    return wire.Command(listed[0], **dict(zip(("slot", "up_to"), listed[1:], strict=False)))


_TYPES = {
    "u8": fields.U8, "u16": fields.U16, "u32": fields.U32, "u64": fields.U64, "bool": fields.TRUTH,
    "text": fields.TEXT, "refusal": fields.variant(*wire.REFUSALS),
    "command": Field(
        lambda listed: _unlisted(listed).encode(), lambda reader: _listed(wire.read_command(reader))
    ),
}  # fmt: skip


def welcome(given: Case) -> Case:
    """A welcome, or a refusal, as a client reads it."""
    world = _World(given)
    client = world.client()
    relay = world.relay(client.write_message(bytes(48)))
    message = unhex(given["bytes"]) if "bytes" in given else relay.write_message(unhex(given["payload"]))
    epoch, now = wire.take_welcome(client, flip(message, given.get("flip")))
    return {"epoch": epoch.hex(), "now": now}


def hello(given: Case) -> Case:
    """A hello that a relay judges."""
    world = _World(given)
    message = world.client(given["prologue"].encode()).write_message(unhex(given["payload"]))
    world.relay(flip(message, given.get("flip")))
    return {"accepted": True}


def refusal(given: Case) -> Case:
    """A refusal's bytes."""
    return {"hello": wire.refusal(given["reason"]).hex()}


def link(given: Case) -> Case:
    """A whole link: both messages, a frame each way."""
    world = _World(given)
    client = world.client()
    hello_message = client.write_message(bytes(48))
    relay = world.relay(hello_message)
    welcome = relay.write_message(unhex(_WELCOME))
    wire.read_welcome(client.read_message(welcome))
    create = wire.Command("Create", unhex("01*32"), 3600)
    append = wire.Command("Append", unhex("02*32"), 600, cell=unhex("03*4096"))
    up = wire.Frames(client, initiator=True).seal(wire.frame_plain([create, append]))
    said = [wire.Reply("Done"), wire.Reply("Refused", refusal="Unknown")]
    down = wire.Frames(relay, initiator=False).seal(wire.frame_plain(said))
    found = {
        "client_ephemeral": world.client_e.hex(),
        "client_frame": up.hex(),
        "hello": hello_message.hex(),
        "relay_ephemeral": world.relay_e.hex(),
        "relay_frame": down.hex(),
        "relay_static": world.static.hex(),
        "relay_static_public": world.relay_key.hex(),
        "welcome": welcome.hex(),
    }
    if world.access is not None:
        found["psk0"] = wire.link_psk(world.relay_key, world.access).hex()
    return found


def _plain(given: Case) -> bytes:
    batch = unhex(given["batch"]).ljust(BATCH_LEN, b"\0")
    if "padding" in given:
        batch = batch[:-1] + bytes([given["padding"]])
    return unhex(given["length"]) + batch + unhex(given["cell"])


def _opened(given: Case, welcome: bytes) -> tuple[wire.Frames, wire.Frames, bytes]:
    world = _World(given)
    client = world.client()
    relay = world.relay(client.write_message(bytes(48)))
    payload = client.read_message(relay.write_message(welcome))
    return wire.Frames(client, initiator=True), wire.Frames(relay, initiator=False), payload


def _opened_frame(given: Case, sealer: wire.Frames, opener: wire.Frames) -> bytes:
    """The plaintext of a frame that may be changed, come twice, or come without the one before it."""
    if given.get("skipped"):
        sealer.seal(_plain(given))
    frame = flip(sealer.seal(_plain(given)), given.get("flip"))
    plain = opener.open(frame)
    return opener.open(frame) if given.get("repeated") else plain


def client_frame(given: Case) -> Case:
    """A frame from a client, as a relay reads it."""
    client, relay, _ = _opened(given, bytes(48))
    commands = wire.read_frame(_opened_frame(given, client, relay), from_relay=False)
    cells = [command.cell for command in commands if command.cell]
    return {"cell": cells[0][:4].hex() if cells else None, "commands": len(commands)}


def relay_frame(given: Case) -> Case:
    """A frame from a relay, as a client that asked for so much reads it."""
    client, relay, payload = _opened(given, unhex(given["welcome"]))
    wire.read_welcome(payload)
    replies = wire.read_frame(_opened_frame(given, relay, client), from_relay=True)
    require(wire.answers(replies) <= given["asked"], "Order")
    return {"events": len(replies)}


def handshake(given: Case) -> Case:
    """Published figures of a Noise pattern: two handshake messages, then transport messages in turn."""
    pattern = given["pattern"].split("_")[1]
    ends = [_noise_end(given, pattern, initiator) for initiator in (True, False)]
    messages: list[str] = []
    transport: list[tuple[Any, Any]] = []
    for i, text in enumerate(given["payloads"]):
        payload, writer, reader = unhex(text), ends[i % 2], ends[(i + 1) % 2]
        if i < 2:
            message = writer.write_message(payload)
            got = reader.read_message(message)
        else:
            transport = transport or list(zip(ends[0].split(), ends[1].split(), strict=True))
            pair = transport[i % 2]
            message = pair[0].seal(b"", payload)
            got = pair[1].open(b"", message)
        if got != payload:
            raise Rejected("another payload than was written")
        messages.append(message.hex())
    return {"messages": messages, "handshake_hash": ends[0].hash.hex()}


def _noise_end(given: Case, pattern: str, initiator: bool) -> Handshake:
    psks = dict(zip((int(p[-1]) for p in pattern[2:].split("+") if p), map(unhex, given.get("psks", []))))
    return Handshake(
        pattern,
        unhex(given["prologue"]),
        initiator=initiator,
        static=unhex(given["responder_static_public" if initiator else "responder_static"]),
        ephemeral=unhex(given["initiator_ephemeral" if initiator else "responder_ephemeral"]),
        psks=psks,
    )


_WELCOME = "0102030405060708000000006b49d200+00*32"

KINDS = {
    "value": value, "welcome": welcome, "decode": decode, "mailbox-id": mailbox_id, "dh": x25519, "command": command, "reply": reply,
    "hello": hello, "refusal": refusal, "link": link, "client-frame": client_frame,
    "relay-frame": relay_frame, "handshake": handshake,
}  # fmt: skip
