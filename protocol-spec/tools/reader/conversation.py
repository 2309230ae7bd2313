"""Messages: a conversation, its envelopes and pieces, its outbox and window, and where it reads."""

from dataclasses import dataclass, field

from . import messages
from .fields import Value
from .limits import (
    CELL_TTL_MAX, LIFETIME_MAX, LIVING_MAX, PARTIALS_MAX, REPAIR_INTERVAL, WINDOW_MAX, WINDOW_SLOW,
    WINDOW_SLOW_INTERVAL, WINDOW_TEXT,
)  # fmt: skip
from .lines import Lines, event
from .random_source import Draw
from .rejected import require
from .session import Session
from .wire import mailbox_id

_TEXTS = ("Text", "Attachments")


@dataclass
class Held:
    """A sealed cell that the peer has not acknowledged."""

    seq: int
    message: int
    deadline: int
    cell: bytes
    epoch: bytes | None = None
    repaired: int | None = None


@dataclass
class _Partial:
    """A message of which pieces are missing."""

    count: int
    deadline: int
    ends: int
    pieces: dict[int, bytes] = field(default_factory=dict)


@dataclass
class _Move:
    """A fresh mailbox, until the old one is done with."""

    read_key: bytes
    cells: list[int]
    deadline: int
    confirmed_by: int | None = None


class Conversation:
    """One side of it. Whatever is handled, sent or due seals envelopes, which `said` keeps for who looks."""

    def __init__(
        self, session: Session, own_key: bytes, peer_mailbox: bytes, *, duress: bool = False, reading: bool = True
    ) -> None:
        self.session, self.lines = session, Lines(reading)
        self.own_keys, self._move = [own_key], None
        self.peer_mailbox, self._moved_by = peer_mailbox, 0
        self._duress = duress
        self.floor = 0
        self.above: set[int] = set()
        self._partials: dict[int, _Partial] = {}
        self.outbox: list[Held] = []
        self._seq = self._message = self._acked = 0
        self._last_text: int | None = None
        self.said: list[bytes] = []

    @property
    def sealed(self) -> int:
        """The number of the last cell that was sealed."""
        return self._seq

    def handle(self, now: int, cell: bytes) -> list[Value]:
        """The events of a cell; one that is refused changes nothing."""
        events: list[Value] = []
        self.session.decrypt(cell, now, lambda content: events.extend(self.take(now, content)))
        return events

    def take(self, now: int, content: bytes) -> list[Value]:
        """The events of a cell's content."""
        e = messages.decode_envelope(content)
        seq, floor = e["seq"], max(self.floor, e["oldest"] - 1)
        require(e["ack"] <= self._seq, "Acknowledgement")
        require(seq > floor and seq not in self.above, "Repeated")
        require(seq <= floor + WINDOW_MAX, "Ahead")
        partial, message = self._whole(now, e)
        if partial.count > len(partial.pieces):
            self._partials[e["message"]] = partial
        else:
            self._partials.pop(e["message"], None)
        events = self._too_many_partials()
        events += self._has(now, e)
        self._note(floor, seq)
        if message is not None:
            events += self._come(now, e, message)
        return events + self._retire()

    def text(self, now: int, draw: Draw, body: str, lifetime: int, after_read: int, coercer: bool = False) -> int:
        """The person sends a text; its number."""
        text = {
            "message": "Text", "body": body, "sent_at": now, "deadline": now + lifetime, "after_read": after_read,
        }  # fmt: skip
        return self.send(now, draw, text, text["deadline"], coercer)

    def send(self, now: int, draw: Draw, message: Value, deadline: int, coercer: bool = False) -> int:
        """Send a message in its pieces; its number."""
        data = messages.encode(message)
        messages.decode(data)
        pieces = messages.split(data)
        is_text = message["message"] in _TEXTS
        require(coercer or not (is_text and self._duress), "Duress")
        require(self._window(now, len(pieces), is_text), "PeerSilent")
        self._message += 1
        for index, piece in enumerate(pieces):
            self._seal(draw, piece, (index, len(pieces)), deadline)
        if is_text:
            self._last_text = now
            self.lines.sent(self._message, message)
        return self._message

    def acknowledge(self, now: int, draw: Draw, number: int) -> None:
        """The person takes note of a received message, at once."""
        self.lines.acknowledge(now, number)
        self.flush(now, draw)

    def tick(self, now: int, draw: Draw) -> list[Value]:
        """What is due happens."""
        events = self.lines.expire(now)
        for number, partial in list(self._partials.items()):
            if now >= partial.ends:
                del self._partials[number]
                events.append(event("expired", number, expiry="Incomplete"))
        self.outbox = [held for held in self.outbox if now < held.deadline]
        if self._move and self._move.confirmed_by is None and now >= self._move.deadline:
            self._announce(now, draw)
        self.flush(now, draw)
        return events

    def flush(self, now: int, draw: Draw) -> None:
        """The receipts that are due leave, as far as the window lets them."""
        if self._window(now, 1, False):
            for receipt, deadline in self.lines.take_due(now):
                self.send(now, draw, receipt, deadline)

    def rotate(self, now: int, draw: Draw) -> None:
        """The person moves to a fresh mailbox."""
        require(self._move is None, "Rotating")
        self._move = _Move(draw(32), [], 0)
        self.own_keys.append(self._move.read_key)
        self._announce(now, draw)

    def append(self, now: int, epoch: bytes) -> list[tuple[Held, int]]:
        """The cells that a relay of this epoch has to be given, and how long they live."""
        waits = [held for held in self.outbox if held.epoch != epoch and now < held.deadline]
        return [(held, min(held.deadline - now, CELL_TTL_MAX)) for held in waits]

    def accepted(self, held: Held, epoch: bytes) -> list[Value]:
        """The relay has taken a cell."""
        held.epoch = epoch
        line = self.lines.find("Sent", held.message)
        whole = all(other.epoch for other in self.outbox if other.message == held.message)
        return self.lines.raise_to("Accepted", line) if line and whole else []

    def _announce(self, now: int, draw: Draw) -> None:
        deadline = now + LIFETIME_MAX
        self.send(now, draw, {"message": "Mailbox", "id": mailbox_id(self._move.read_key)}, deadline)
        self._move.cells, self._move.deadline = [self._seq], deadline

    def _window(self, now: int, cells: int, is_text: bool) -> bool:
        """Whether so many more cells may go."""
        out = self._seq - self._acked + cells
        if not is_text:
            return out <= WINDOW_MAX
        rested = self._last_text is None or now - self._last_text >= WINDOW_SLOW_INTERVAL
        return out <= WINDOW_TEXT or (out <= WINDOW_SLOW and rested)

    def _seal(self, draw: Draw, piece: bytes, place: tuple[int, int], deadline: int) -> None:
        self._seq += 1
        envelope = {
            "seq": self._seq,
            "oldest": min([held.seq for held in self.outbox], default=self._seq),
            "ack": self.floor,
            "seen": sum(1 << (seq - self.floor - 2) for seq in self.above if seq < self.floor + 66),
            "message": self._message,
            "index": place[0],
            "count": place[1],
            "deadline": deadline,
            "bytes": piece,
        }
        content = messages.encode_envelope(envelope)
        self.said.append(content)
        self.outbox.append(Held(self._seq, self._message, deadline, self.session.encrypt(content, draw)))

    def _note(self, floor: int, seq: int) -> None:
        self.above = {n for n in self.above | {seq} if n > floor}
        while floor + 1 in self.above:
            floor += 1
            self.above.discard(floor)
        self.floor = floor

    def _whole(self, now: int, e: Value) -> tuple[_Partial, Value | None]:
        """The message so far with this piece, and the message if that completes it; nothing is changed yet."""
        number, known = e["message"], self._partials.get(e["message"])
        ends = min(e["deadline"], now + LIFETIME_MAX)
        before = known or _Partial(e["count"], e["deadline"], ends)
        require((before.count, before.deadline) == (e["count"], e["deadline"]), "Piece")
        require(e["index"] not in before.pieces, "Repeated")
        partial = _Partial(before.count, before.deadline, before.ends, {**before.pieces, e["index"]: e["bytes"]})
        if len(partial.pieces) < partial.count:
            return partial, None
        message = messages.decode(b"".join(partial.pieces[i] for i in range(partial.count)))
        if message["message"] in _TEXTS:
            require(message["deadline"] == partial.deadline, "Piece")
            require(self.lines.find("Received", number) is None, "Repeated")
            living = sum(line.way == "Received" for line in self.lines.all)
            require(living < LIVING_MAX or now >= message["deadline"], "Full")
        return partial, message

    def _too_many_partials(self) -> list[Value]:
        if len(self._partials) <= PARTIALS_MAX:
            return []
        oldest = next(iter(self._partials))
        del self._partials[oldest]
        return [event("expired", oldest, expiry="Incomplete")]

    def _has(self, now: int, e: Value) -> list[Value]:
        """What the peer says that it has goes from the outbox; what it has not and should have goes out again."""
        ack, seen = e["ack"], e["seen"]
        self._acked = max(self._acked, ack)
        has = [h for h in self.outbox if h.seq <= ack or (h.seq >= ack + 2 and seen >> (h.seq - ack - 2) & 1)]
        self.outbox = [held for held in self.outbox if held not in has]
        highest = max(ack, ack + 1 + seen.bit_length() if seen else 0)
        for held in self.outbox:
            rested = held.repaired is None or now - held.repaired >= REPAIR_INTERVAL
            if held.seq < highest and held.epoch and rested:
                held.epoch, held.repaired = None, now
        if self._move and self._move.confirmed_by is None and any(h.seq in self._move.cells for h in has):
            self._move.confirmed_by = e["seq"]
        events = []
        for number in dict.fromkeys(held.message for held in has):
            line = self.lines.find("Sent", number)
            if line and not any(held.message == number for held in self.outbox) and now < line.ends:
                is_text = line.said["message"] == "Text"
                events += self.lines.raise_to("Delivered" if is_text else "Accepted", line)
        return events

    def _retire(self) -> list[Value]:
        if not self._move or self._move.confirmed_by is None or self.floor < self._move.confirmed_by:
            return []
        self.own_keys, self._move = self.own_keys[-1:], None
        return [{"event": "retired"}]

    def _come(self, now: int, e: Value, message: Value) -> list[Value]:
        number = e["message"]
        match message["message"]:
            case "Text" | "Attachments":
                return [self.lines.received(now, number, message)]
            case "Receipt":
                climbed = [self.lines.climb(now, message["kind"], n) for n in message["messages"]]
                return [one for events in climbed for one in events]
            case "Mailbox":
                self.lines.owe(now, "Delivered", number, e["deadline"])
                if number <= self._moved_by:
                    return []
                moved, self._moved_by = message["id"] != self.peer_mailbox, number
                self.peer_mailbox = message["id"]
                return [{"event": "peer moved"}] if moved else []
        return [{"event": message["message"], "message": number, "said": message}]
