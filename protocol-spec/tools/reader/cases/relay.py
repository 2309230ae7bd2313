"""Relay: courses of commands of some connections, and what each of them hears."""

from .. import wire
from ..codec import Reader
from ..limits import CELL_LEN, CELL_TTL_MAX, FRAME_PLAIN_LEN, MAILBOX_TTL_MAX
from ..rejected import Rejected
from ..relay import Quotas, Relay
from .values import Case, unhex

START = 1_800_000_000


def mailbox(given: Case) -> Case:
    """All steps of a course."""
    lives, quotas = given.get("lifetimes", {}), Quotas(**given.get("quotas", {}))
    epoch = unhex(given.get("epoch", "00*7+01"))
    make = lambda name: Relay(  # noqa: E731
        name, quotas, lives.get("cell", CELL_TTL_MAX), lives.get("mailbox", MAILBOX_TTL_MAX)
    )
    relay, steps = make(epoch), []
    for step in given["steps"]:
        if "restart" in step:
            relay = make(unhex(step["restart"]))
        steps.append(_play(relay, START + step["at"], step))
    return {"steps": steps}


def _play(relay: Relay, now: int, step: Case) -> Case:
    found: Case = {}
    relay.pass_time(now)
    if "close" in step:
        relay.close(step["close"])
    if "connection" in step:
        number = step["connection"]
        if number not in relay.connections:
            found["welcome"] = relay.open(now, number).hex()
        try:
            answers = [relay.handle(now, number, command).encode().hex() for command in _commands(step)]
        except Rejected:
            relay.close(number)
            return {**found, "closed": [number]}
        if answers:
            found["answers"] = answers
    news = {str(number): _heard(of.news) for number, of in sorted(relay.connections.items()) if of.news}
    for connection in relay.connections.values():
        connection.news = []
    if news:
        found["news"] = news
    if step.get("end"):
        relay.close(step["connection"])
        found["closed"] = [step["connection"]]
    return found


def _commands(step: Case) -> list[wire.Command]:
    """A step's commands, from a frame as it came or from their bytes."""
    if "frame" in step:
        frame = unhex(step["frame"])
        if len(frame) != FRAME_PLAIN_LEN:
            raise ValueError("a frame of another length")
        return wire.read_frame(frame, from_relay=False)
    batch = b"".join(unhex(command) for command in step["commands"])
    reader = Reader(batch)
    commands = [wire.read_command(reader) for _ in step["commands"]]
    cell = unhex(step["cell"]) if "cell" in step else bytes(CELL_LEN)
    for command in commands:
        command.cell = cell if command.name == "Append" else b""
    return wire.read_frame(wire.frame_plain(commands), from_relay=False)


def _heard(news: list[wire.Reply]) -> list[str]:
    return [(reply.encode() + reply.cell).hex() for reply in news]


KINDS = {"mailbox": mailbox}
