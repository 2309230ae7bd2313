"""Messages, "The ladder of receipts" and "Erasing": the living messages of both sides, and what is owed for them."""

from dataclasses import dataclass, field

from .fields import Value
from .limits import LIFETIME_DEFAULT, LIFETIME_MAX, RECEIPTS_DUE_MAX, RECEIPTS_MAX
from .rejected import require

SENT = ("Queued", "Accepted", "Delivered", "Read", "Acknowledged")
KINDS = ("Delivered", "Read", "Erased", "Acknowledged")


@dataclass
class Line:
    """A living message of either side."""

    way: str
    number: int
    said: Value
    state: str
    ends: int
    life: int
    missing: set[int] = field(default_factory=set)
    damaged: bool = False

    @property
    def text(self) -> str | None:
        """What can be read of it: nothing before it is shown, and nothing at its sender once it is read."""
        words = self.said["body"] if self.said["message"] == "Text" else self.said["caption"]
        hidden = self.state == "Unseen" or (self.way == "Sent" and self.state in ("Read", "Acknowledged"))
        return None if hidden else words


@dataclass
class _Due:
    """A receipt that is owed."""

    kind: str
    number: int
    at: int
    deadline: int


def event(name: str, number: int, **more: str) -> Value:
    """An event about a message."""
    return {"event": name, **more, "message": number}


class Lines:
    """All living messages, in the order in which they came or left."""

    def __init__(self, states_reading: bool = True) -> None:
        self.all: list[Line] = []
        self._due: list[_Due] = []
        self._states_reading = states_reading

    def find(self, way: str, number: int) -> Line | None:
        """The line of a message."""
        return next((line for line in self.all if (line.way, line.number) == (way, number)), None)

    def sent(self, number: int, said: Value) -> None:
        """An own message leaves."""
        life = said["deadline"] - said["sent_at"]
        self.all.append(Line("Sent", number, said, "Queued", said["deadline"], life))

    def received(self, now: int, number: int, said: Value) -> Value:
        """A peer's message is whole."""
        if now >= said["deadline"]:
            self.owe(now, "Erased", number, said["deadline"])
            return event("expired", number, expiry="Late")
        life = said["deadline"] - said["sent_at"]
        line = Line("Received", number, said, "Unseen", min(said["deadline"], now + life), life)
        line.missing = set(range(len(said.get("items", []))))
        self.all.append(line)
        if said["message"] == "Text":
            self.owe(now, "Delivered", number, said["deadline"])
        return event("received", number)

    def fetched(self, now: int, number: int, item: int) -> list[Value]:
        """An attachment is here."""
        line = self.find("Received", number)
        if line is None or item not in line.missing:
            return []
        line.missing.discard(item)
        if line.missing or line.damaged:
            return []
        self.owe(now, "Delivered", number, line.said["deadline"])
        if line.state != "Unseen":
            self._read(now, line)
        return [event("fetched", number)]

    def damage(self, number: int, item: int) -> list[Value]:
        """An attachment is not what it should be: the message is never delivered."""
        line = self.find("Received", number)
        if line is None or item not in line.missing:
            return []
        line.missing.discard(item)
        line.damaged = True
        return [event("damaged", number)]

    def show(self, now: int, number: int) -> str | None:
        """What a person sees of a received message, from now on at the latest for its after-read time."""
        line = self.find("Received", number)
        if line is None or now >= line.ends:
            return None
        if line.state == "Unseen":
            line.state = "Seen"
            line.life = min(line.life, line.said["after_read"])
            line.ends = min(line.ends, now + line.said["after_read"])
            if not line.missing and not line.damaged:
                self._read(now, line)
        return line.text

    def acknowledge(self, now: int, number: int) -> None:
        """A person takes note of a received message."""
        line = self.find("Received", number)
        require(line is not None and now < line.ends and line.state != "Unseen", "NotShown")
        if line.state == "Seen":
            line.state = "Acknowledged"
            self.owe(now, "Acknowledged", number, line.said["deadline"])

    def climb(self, now: int, kind: str, number: int) -> list[Value]:
        """A receipt of an own message."""
        line = self.find("Sent", number)
        if line is None or now >= line.ends:
            return []
        if kind == "Erased":
            self.all.remove(line)
            return [event("erased", number)]
        return self.raise_to(kind, line)

    def raise_to(self, state: str, line: Line) -> list[Value]:
        """The event of a higher rung."""
        if SENT.index(line.state) >= SENT.index(state):
            return []
        line.state = state
        return [event(state.lower(), line.number)]

    def expire(self, now: int) -> list[Value]:
        """The events of what is over."""
        events = []
        for line in list(self.all):
            line.ends = min(line.ends, now + line.life)
            if now >= line.ends:
                self.all.remove(line)
                events.append(event("expired", line.number, expiry=self._end(now, line)))
        return events

    def owe(self, now: int, kind: str, number: int, deadline: int) -> None:
        """A receipt that waits; here it waits for no time."""
        self._due.append(_Due(kind, number, now, deadline))
        del self._due[: max(0, len(self._due) - RECEIPTS_DUE_MAX)]

    def take_due(self, now: int) -> list[tuple[Value, int]]:
        """The receipts that leave now, the lower kind first, with their deadlines; no clock set back holds one up."""
        out = []
        for due in self._due:
            due.at = now if due.at > now + LIFETIME_MAX else due.at
        for kind in KINDS:
            of_kind = sorted((d for d in self._due if d.kind == kind and d.at <= now), key=lambda d: d.number)
            for i in range(0, len(of_kind), RECEIPTS_MAX):
                part = of_kind[i : i + RECEIPTS_MAX]
                deadline = max(now + LIFETIME_DEFAULT, *(d.deadline for d in part))
                receipt = {"message": "Receipt", "kind": kind, "messages": [d.number for d in part]}
                out.append((receipt, min(deadline, now + LIFETIME_MAX)))
        self._due = [d for d in self._due if d.at > now]
        return out

    def _read(self, now: int, line: Line) -> None:
        if self._states_reading:
            self.owe(now, "Read", line.number, line.said["deadline"])

    def _end(self, now: int, line: Line) -> str:
        if line.way == "Sent":
            return {"Queued": "Undelivered", "Accepted": "Undelivered", "Delivered": "Unread"}.get(line.state, "Done")
        if line.state == "Unseen":
            return "Unseen"
        if self._states_reading and now < line.said["deadline"]:
            self.owe(now, "Erased", line.number, line.said["deadline"])
        return "Seen"
