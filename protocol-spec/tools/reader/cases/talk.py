"""Courses of messages and attachments: one conversation, the inviter's, and a puppet as its peer."""

from .. import messages
from ..conversation import Conversation
from ..crypto import public_key
from ..fields import Value
from ..rejected import Rejected
from ..session import INVITER, JOINER, Session
from ..wire import mailbox_id
from .values import Case, stream, unhex

START = 1_800_000_000


class World:
    """The conversation, the peer's end of the session, and the cells that the peer made."""

    def __init__(self, given: Case) -> None:
        self.draw = stream("handle")
        joiner, inviter, root, name, own, peer = (self.draw(32) for _ in range(6))
        self.peer = Session(JOINER, name, root, joiner, public_key(inviter))
        self.talk = Conversation(
            Session(INVITER, name, root, inviter, public_key(joiner)), own, mailbox_id(peer),
            duress=given.get("duress", False), reading=not given.get("read_off", False),
        )  # fmt: skip
        self.now = START
        self.cells: list[bytes] = []


def course(given: Case) -> Case:
    """All steps of a course."""
    world, found = World(given), []
    for i, step in enumerate(given["steps"]):
        world.now = START + step["at"] if "at" in step else world.now
        try:
            found.append(_play(world, step))
        except Rejected as rejected:
            if i + 1 == len(given["steps"]):
                raise
            found.append({"refused": rejected.name})
    return {"steps": found}


def _play(world: World, step: Case) -> Case:
    """What comes of a step."""
    said = len(world.talk.said)
    found: Case = {}
    events = _DO[step["do"].replace(" ", "_")](world, step, found) or []
    if events:
        found["events"] = events
    says = [envelope.hex() for envelope in world.talk.said[said:]]
    if "times" in step:
        found["says"] = len(says)
    elif says:
        found["says"] = says
    return found


def _peer(world: World, step: Case, _: Case) -> list[Value]:
    envelope = messages.decode_envelope(unhex(step["envelope"])) if "times" in step else {}
    events: list[Value] = []
    for i in range(step.get("times", 1)):
        content = unhex(step["envelope"])
        if i:
            numbers = {"seq": envelope["seq"] + i, "message": envelope["message"] + i}
            content = messages.encode_envelope({**envelope, **numbers})
        world.cells.append(world.peer.encrypt(content, world.draw))
        events += world.talk.handle(world.now, world.cells[-1])
    return events


def _peer_again(world: World, step: Case, _: Case) -> list[Value]:
    return world.talk.handle(world.now, world.cells[step["cell"]])


def _text(world: World, step: Case, _: Case) -> None:
    for _ in range(step.get("times", 1)):
        coercer = step.get("coercer", False)
        world.talk.text(world.now, world.draw, step["text"], step["lifetime"], step["after_read"], coercer)


def _attach(world: World, step: Case, _: Case) -> None:
    message = messages.decode(unhex(step["bytes"]))
    world.talk.send(world.now, world.draw, message, message["deadline"], step.get("coercer", False))


def _show(world: World, step: Case, found: Case) -> None:
    found["text"] = world.talk.lines.show(world.now, step["message"])


def _acknowledge(world: World, step: Case, _: Case) -> None:
    world.talk.acknowledge(world.now, world.draw, step["message"])


def _fetched(world: World, step: Case, _: Case) -> list[Value]:
    return world.talk.lines.fetched(world.now, step["message"], step.get("item", 0))


def _damaged(world: World, step: Case, _: Case) -> list[Value]:
    return world.talk.lines.damage(step["message"], step.get("item", 0))


def _tick(world: World, _: Case, __: Case) -> list[Value]:
    return world.talk.tick(world.now, world.draw)


def _rotate(world: World, _: Case, __: Case) -> None:
    world.talk.rotate(world.now, world.draw)


def _relay(world: World, step: Case, found: Case) -> list[Value]:
    epoch, events = unhex(step["epoch"]), []
    waits = world.talk.append(world.now, epoch)
    found["appended"] = [{"seq": held.seq, "ttl": ttl} for held, ttl in waits]
    for held, _ in waits:
        events += world.talk.accepted(held, epoch)
    return events


def _look(world: World, _: Case, found: Case) -> None:
    living = [line for line in world.talk.lines.all if world.now < line.ends]
    found["lines"] = [
        {
            "left": line.ends - world.now,
            "message": line.number,
            "state": line.state,
            "text": line.text,
            "way": line.way,
        }
        for line in living
    ]
    found["own_mailboxes"] = len(world.talk.own_keys)


_DO = {
    "peer": _peer, "peer_again": _peer_again, "text": _text, "attach": _attach, "show": _show,
    "acknowledge": _acknowledge, "fetched": _fetched, "damaged": _damaged, "tick": _tick, "rotate": _rotate,
    "relay": _relay, "look": _look,
}  # fmt: skip
