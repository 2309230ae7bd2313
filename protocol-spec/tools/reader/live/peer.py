"""Messages: one side of a conversation over a real relay, in memory alone."""

from ..conversation import Conversation
from ..fields import Value
from ..limits import AFTER_READ_DEFAULT, LIFETIME_DEFAULT
from ..pairing import Agreed, Paired
from ..random_source import system
from ..rejected import Rejected
from ..session import Session
from ..wire import Command, Reply
from .link import PATIENCE, Link

SLOT = 1


class Peer:
    """A conversation whose own mailbox is subscribed on the link's slot 1 already."""

    def __init__(self, link: Link, side: int, agreed: Agreed, paired: Paired) -> None:
        self.link = link
        session = Session(side, paired.h, paired.root, agreed.own_ratchet, agreed.peer_ratchet)
        self.talk = Conversation(session, agreed.own_mailbox_key, agreed.peer_mailbox)
        self.events: list[Value] = []
        self.refused: list[str] = []

    def say(self, body: str, lifetime: int = LIFETIME_DEFAULT, after_read: int = AFTER_READ_DEFAULT) -> int:
        """Send a text; its number."""
        number = self.talk.text(self.link.now(), system, body, lifetime, after_read)
        self.push_out()
        return number

    def push_out(self) -> None:
        """Give the relay what it has to be given."""
        for held, ttl in self.talk.append(self.link.now(), self.link.epoch):
            self.append(held.cell, ttl)
            self.events += self.talk.accepted(held, self.link.epoch)

    def append(self, cell: bytes, ttl: int = LIFETIME_DEFAULT) -> None:
        """Put any cell into the peer's mailbox."""
        self.link.done(Command("Append", self.talk.peer_mailbox, ttl, cell=cell))

    def hear(self, patience: float = PATIENCE) -> bool:
        """Take the next cell, if one comes in time; what is due happens, and leaves."""
        push = self.link.push(patience)
        if push is not None:
            self._take(push)
        self.events += self.talk.tick(self.link.now(), system)
        self.push_out()
        return push is not None

    def wait(self, name: str, **wanted: object) -> Value:
        """The next event of this name with these values, which then counts as looked at."""
        deadline = self.link.now() + PATIENCE
        while self.link.now() < deadline:
            for event in self.events:
                if event["event"] == name and all(event.get(key) == value for key, value in wanted.items()):
                    self.events.remove(event)
                    return event
            self.hear(0.2)
        raise AssertionError(f"no {name} {wanted} came: {self.events}, refused {self.refused}")

    def show(self, number: int) -> str | None:
        """A received text: from now on its after-read timer runs."""
        return self.talk.lines.show(self.link.now(), number)

    def living(self) -> list[tuple[str, int]]:
        """The messages of both sides that are still here."""
        now = self.link.now()
        return [(line.way, line.number) for line in self.talk.lines.all if now < line.ends]

    def _take(self, push: Reply) -> None:
        try:
            self.events += self.talk.handle(self.link.now(), push.cell)
        except Rejected as rejected:
            self.refused.append(rejected.name)
        self.link.done(Command("Acknowledge", slot=push.slot, up_to=push.seq))
