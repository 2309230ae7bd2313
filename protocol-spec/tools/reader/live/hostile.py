"""What a hostile peer, relay or stranger may send: the real client stays well and still delivers."""

import os
import socket

from .. import bundle, messages, session, wire
from ..crypto import public_key
from ..fields import Value
from ..invite import read_address
from ..limits import AFTER_READ_DEFAULT, CELL_LEN, FRAME_LEN, HELLO_LEN, LIFETIME_DEFAULT, MAX_SKIP
from ..random_source import system
from ..session import Header
from ..wire import Command
from .link import PATIENCE
from .meet import join_link, prs
from .programs import Stage
from .scenarios import REAL, WRONG, Scenario, check, exchange, invited, inviter, met


def garbage_and_replay(stage: Stage) -> None:
    """Random cells, a cell a second time, the client's own cell and one with a bit changed: none of it shows."""
    program, peer = met(stage)
    peer.say("once")
    cell = peer.talk.outbox[-1].cell
    exchange(program, peer)
    ours = peer.talk.session.encrypt(b"", system)
    for bad in (os.urandom(CELL_LEN), cell, bytes(CELL_LEN), ours[:-1] + bytes([ours[-1] ^ 1]), cell):
        peer.append(bad)
    exchange(program, peer, "kettle")
    texts = [event["text"] for event in program.events("msg.received")]
    check(texts.count("once") == 1, texts)
    check(not peer.refused, peer.refused)


def out_of_order(stage: Stage) -> None:
    """The last of five cells first, one of them again: every text comes, once."""
    program, peer = met(stage)
    for i in range(5):
        peer.talk.text(peer.link.now(), system, f"text {i}", LIFETIME_DEFAULT, AFTER_READ_DEFAULT)
    for held, ttl in reversed(peer.talk.append(peer.link.now(), peer.link.epoch)):
        peer.append(held.cell, ttl)
        peer.talk.accepted(held, peer.link.epoch)
    peer.append(peer.talk.outbox[2].cell)
    exchange(program, peer)
    texts = sorted(event["text"] for event in program.events("msg.received"))
    check(texts == sorted([*(f"text {i}" for i in range(5)), "lantern out"]), texts)


def unknown_versions(stage: Stage) -> None:
    """Authentic cells of header version 2, of an epoch, of an unknown body and far ahead: refused in silence."""
    program, peer = met(stage)
    exchange(program, peer)
    state = peer.talk.session.state
    good = Header(public_key(state.own), state.pn, state.sending.n).encode()
    key, _ = session.chain_step(state.sending.key)
    far = Header(public_key(state.own), state.pn, state.sending.n + MAX_SKIP + 1).encode()
    plain = session.body(b"")
    for header, body in (
        (b"\x02" + good[1:], plain),
        (good[:44] + b"\x01" + good[45:], plain),
        (good[:47] + b"\x01", plain),
        (good, b"\x01" + plain[1:]),
        (good, plain[:-1] + b"\x01"),
        (far, plain),
    ):
        of, nonce = peer.talk.session, system(24)
        peer.append(session.seal_cell(of.id, of.side, nonce, state.sending.header, key, header, body))
    exchange(program, peer, "kettle")


def unknown_messages(stage: Stage) -> None:
    """Authentic envelopes around no message, of a number and an ack of the future: they change nothing."""
    program, peer = met(stage)
    exchange(program, peer)
    deadline = peer.link.now() + LIFETIME_DEFAULT
    seq = peer.talk.sealed + 1
    good: Value = {
        "seq": seq, "oldest": seq, "ack": peer.talk.floor, "seen": 0, "message": 99, "index": 0, "count": 1,
        "deadline": deadline, "bytes": b"\x0f",
    }  # fmt: skip
    for change in ({}, {"seq": seq + 1000}, {"ack": 10**6}, {"bytes": b"\x00\x03\x1b[2"}, {"index": 1}):
        content = messages.encode_envelope({**good, **change})
        peer.append(peer.talk.session.encrypt(content, system))
    peer.append(peer.talk.session.encrypt(b"no envelope", system))
    exchange(program, peer, "kettle")


def strangers_at_first_contact(stage: Stage) -> None:
    """Garbage before message 1, message 1 twice, another joiner: one answer each, and the two still meet."""
    program, code = inviter(stage, "--link")
    other, joiner = join_link(code), join_link(code)
    mailbox, link = joiner.joiner.bundle.terms.mailbox, joiner.link
    for bad in (os.urandom(CELL_LEN), sealed_wrongly(joiner.keys.pairing)):
        link.done(Command("Append", mailbox, LIFETIME_DEFAULT, cell=bad))
    check(joiner.answer(WRONG) == "Mismatch, 2 left", "another outcome")
    first = joiner.sent
    stranger = other.joiner.answer(other.link.now(), prs(REAL), system)
    link.done(Command("Append", mailbox, LIFETIME_DEFAULT, cell=stranger))
    link.done(Command("Append", mailbox, LIFETIME_DEFAULT, cell=first))
    again = link.push()
    link.done(Command("Acknowledge", slot=again.slot, up_to=again.seq))
    check(again.cell == joiner.reply, "another reply to the same message 1")
    check(joiner.answer(REAL) == "Verified", "not verified")
    program.event("proof.verified")
    check(len(program.events("proof.mismatch")) == 1, program.report())
    exchange(program, joiner.peer())


def sealed_wrongly(key: bytes) -> bytes:
    """A cell under the pairing key that is no message 1."""
    return bundle.seal_cell(key, system(24), bundle.plain_of(bundle.MESSAGE1, os.urandom(2608)))


def garbage_before_the_bundle(stage: Stage) -> None:
    """Somebody else's cell waits beside the bundle: the real joiner passes it over."""
    ours, program = invited(stage, f"{REAL}\n", before=os.urandom(CELL_LEN))
    check(ours.judge() == "Verified", "not verified")
    program.event("proof.verified")
    exchange(program, ours.peer())


def strangers_at_the_relay(stage: Stage) -> None:
    """A hello of another version, garbage for a hello, garbage for a frame: refused, and others are served."""
    program, peer = met(stage)
    relay = read_address(stage.address)
    client = wire.link_handshake(relay.key, relay.key, system(32), None, initiator=True, prologue=b"nightjar/link/v2")
    for hello in (client.write_message(bytes(wire.PAYLOAD_LEN)), os.urandom(HELLO_LEN)):
        check(knock(stage, hello) == wire.refusal("Handshake"), "another refusal")
    client = wire.link_handshake(relay.key, relay.key, system(32), None, initiator=True)
    said = knock(stage, client.write_message(bytes(wire.PAYLOAD_LEN)), os.urandom(FRAME_LEN))
    check(len(said) == HELLO_LEN, "the relay said something to garbage")
    exchange(program, peer)


def knock(stage: Stage, *data: bytes) -> bytes:
    """All that a relay says to these bytes until it ends the connection."""
    relay = read_address(stage.address)
    with socket.create_connection((relay.host, relay.port), PATIENCE) as stream:
        said = b""
        try:
            for part in data:
                stream.sendall(part)
            while more := stream.recv(4096):
                said += more
        except ConnectionResetError:
            pass
        return said


ALL: tuple[Scenario, ...] = (
    garbage_and_replay, out_of_order, unknown_versions, unknown_messages, strangers_at_first_contact,
    garbage_before_the_bundle, strangers_at_the_relay,
)  # fmt: skip
