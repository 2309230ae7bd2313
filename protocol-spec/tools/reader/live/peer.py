"""Messages: one side of a conversation over a real relay, in memory alone."""

from dataclasses import dataclass

from .. import messages
from ..conversation import Inbox
from ..fields import Value
from ..limits import AFTER_READ_DEFAULT, CELL_TTL_MAX, LIFETIME_DEFAULT
from ..pairing import Agreed, Paired
from ..random_source import system
from ..rejected import Rejected
from ..session import Session
from ..wire import Command, Reply
from .link import PATIENCE, Link

SLOT = 1


@dataclass
class _Held:
    """A sealed cell that the peer has not acknowledged."""

    seq: int
    message: int
    deadline: int
    cell: bytes


class Peer:
    """A session and its mailbox, an inbox and an outbox."""

    def __init__(self, link: Link, side: int, agreed: Agreed, paired: Paired) -> None:
        """The mailbox is subscribed on the link's slot 1 already."""
        self.link, self.inbox = link, Inbox()
        self.session = Session(side, paired.h, paired.root, agreed.own_ratchet, agreed.peer_ratchet)
        self._agreed_mailbox = agreed.peer_mailbox
        self.outbox: list[_Held] = []
        self.texts: dict[int, Value] = {}
        self.receipts: list[tuple[str, int]] = []
        self.refused = 0
        self._seq = self._message = 0

    @property
    def mailbox(self) -> bytes:
        """Where the peer reads now."""
        return self.inbox.peer_mailbox or self._agreed_mailbox

    def say(self, body: str, lifetime: int = LIFETIME_DEFAULT, after_read: int = AFTER_READ_DEFAULT) -> int:
        """Send a text; its number."""
        now = self.link.now()
        text = {
            "message": "Text", "body": body, "sent_at": now, "deadline": now + lifetime, "after_read": after_read,
        }  # fmt: skip
        number = self.send(text, text["deadline"])
        self.texts[number] = text
        return number

    def send(self, message: Value, deadline: int) -> int:
        """Send a message in its pieces; its number."""
        self._message += 1
        pieces = messages.split(messages.encode(message))
        for index, piece in enumerate(pieces):
            self.append(self.seal(piece, index, len(pieces), deadline), deadline)
        return self._message

    def seal(self, piece: bytes, index: int, count: int, deadline: int) -> bytes:
        """The next cell, held until the peer has it."""
        self._seq += 1
        envelope = {
            "seq": self._seq,
            "oldest": min([held.seq for held in self.outbox], default=self._seq),
            "ack": self.inbox.floor,
            "seen": self.inbox.seen(),
            "message": self._message,
            "index": index,
            "count": count,
            "deadline": deadline,
            "bytes": piece,
        }
        cell = self.session.encrypt(messages.encode_envelope(envelope), system)
        self.outbox.append(_Held(self._seq, self._message, deadline, cell))
        return cell

    def append(self, cell: bytes, deadline: int) -> None:
        """Put a cell into the peer's mailbox for what is left of its time."""
        ttl = min(deadline - self.link.now(), CELL_TTL_MAX)
        self.link.done(Command("Append", self.mailbox, ttl, cell=cell))

    def hear(self, patience: float = PATIENCE) -> list[Value]:
        """The events of the next cell; none if no cell comes in time or it is refused."""
        push = self.link.push(patience)
        return [] if push is None else self.take(push)

    def take(self, push: Reply) -> list[Value]:
        """The events of a pushed cell, which is acknowledged whatever it is."""
        events: list[Value] = []
        try:
            self.session.decrypt(push.cell, lambda content: events.extend(self._handle(content)))
        except Rejected:
            self.refused += 1
        self.link.done(Command("Acknowledge", slot=push.slot, up_to=push.seq))
        self._answer()
        return events

    def wait(self, name: str, **wanted: object) -> Value:
        """The next event of this name with these values."""
        deadline = self.link.now() + PATIENCE
        while self.link.now() < deadline:
            for event in self.hear():
                if event["event"] == name and all(event.get(key) == value for key, value in wanted.items()):
                    return event
        raise AssertionError(f"no {name} {wanted} came")

    def wait_receipt(self, kind: str, number: int) -> None:
        """Until this receipt of an own message has come."""
        deadline = self.link.now() + PATIENCE
        while (kind, number) not in self.receipts:
            if self.link.now() > deadline:
                raise AssertionError(f"no receipt {kind} for {number}: {self.receipts}")
            self.hear()

    def show(self, number: int) -> str:
        """The text of a received message: from now on its after-read timer runs."""
        text = self.inbox.living[number]
        if "shown" not in text:
            text["shown"] = True
            text["ends"] = min(text["ends"], self.link.now() + text["after_read"])
            self._receipt("Read", [number])
        return text["body"]

    def erase(self) -> list[int]:
        """Forget what is over; the numbers of received texts that went."""
        now, before = self.link.now(), dict(self.inbox.living)
        self.inbox.expire(now)
        gone = [number for number in before if number not in self.inbox.living]
        early = [number for number in gone if now < before[number]["deadline"]]
        if early:
            self._receipt("Erased", early)
        self.outbox = [held for held in self.outbox if now < held.deadline]
        self.texts = {number: text for number, text in self.texts.items() if now < text["deadline"]}
        return gone

    def _handle(self, content: bytes) -> list[Value]:
        envelope = messages.decode_envelope(content)
        events = self.inbox.handle(self.link.now(), content, self._seq)
        ack, seen = envelope["ack"], envelope["seen"]
        has = lambda seq: seq <= ack or (seq >= ack + 2 and seen >> (seq - ack - 2) & 1)  # noqa: E731
        self.outbox = [held for held in self.outbox if not has(held.seq)]
        for event in events:
            if event["event"] == "receipt":
                self._climb(event)
        return events

    def _climb(self, receipt: Value) -> None:
        """The ladder of receipts: a read text goes, an erased line goes."""
        for number in receipt["messages"]:
            self.receipts.append((receipt["kind"], number))
            if receipt["kind"] in ("Read", "Acknowledged") and number in self.texts:
                self.texts[number] = {**self.texts[number], "body": ""}
            if receipt["kind"] == "Erased":
                self.texts.pop(number, None)

    def _answer(self) -> None:
        """Receipts that are due; a program of people would wait for up to two seconds."""
        due, self.inbox.receipts_due = self.inbox.receipts_due, {}
        for kind, numbers in due.items():
            self._receipt(kind, sorted(numbers))

    def _receipt(self, kind: str, numbers: list[int]) -> None:
        self.send({"message": "Receipt", "kind": kind, "messages": numbers}, self.link.now() + LIFETIME_DEFAULT)
