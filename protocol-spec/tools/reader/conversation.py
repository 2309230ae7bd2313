"""Messages, "Pieces" and "Receiving": what becomes of the peer's cells."""

from dataclasses import dataclass, field

from . import messages
from .fields import Value
from .limits import LIFETIME_MAX, WINDOW_MAX
from .rejected import require


@dataclass
class _Partial:
    """A message of which pieces are missing."""

    count: int
    deadline: int
    came_at: int
    pieces: dict[int, bytes] = field(default_factory=dict)


class Inbox:
    """One side's receiving half: which cells came, which messages live."""

    def __init__(self) -> None:
        self.floor = 0
        self.came: set[int] = set()
        self.living: dict[int, Value] = {}
        self.partials: dict[int, _Partial] = {}
        self.moved_by = 0
        self.peer_mailbox: bytes | None = None
        self.acked_by_peer = 0
        self.receipts_due: dict[str, list[int]] = {}

    def handle(self, now: int, content: bytes, sent: int) -> list[Value]:
        """The events of one cell's content; `sent` is the highest number of an own cell."""
        e = messages.decode_envelope(content)
        seq, floor = e["seq"], max(self.floor, e["oldest"] - 1)
        require(seq > floor and seq not in self.came, "Repeated")
        require(seq <= floor + WINDOW_MAX, "Ahead")
        highest = e["ack"] + 1 + e["seen"].bit_length() if e["seen"] else e["ack"]
        require(highest <= sent, "Acknowledgement")
        message = self._whole(now, e)
        events = [] if message is None else self._take(now, e["message"], message)
        self._note(floor, seq)
        self.acked_by_peer = max(self.acked_by_peer, e["ack"])
        return events

    def seen(self) -> int:
        """The bits above floor, as an envelope states them."""
        return sum(1 << (seq - self.floor - 2) for seq in self.came if seq >= self.floor + 2)

    def expire(self, now: int) -> None:
        """Forget what is over."""
        for number in [n for n, message in self.living.items() if now >= message["ends"]]:
            del self.living[number]
        for number in [n for n, p in self.partials.items() if now >= min(p.deadline, p.came_at + LIFETIME_MAX)]:
            del self.partials[number]

    def _note(self, floor: int, seq: int) -> None:
        self.came = {n for n in self.came | {seq} if n > floor}
        while floor + 1 in self.came:
            floor += 1
            self.came.discard(floor)
        self.floor = floor

    def _whole(self, now: int, e: Value) -> Value | None:
        """The message, if this piece completes it; nothing is kept of one that is rejected."""
        number, known = e["message"], self.partials.get(e["message"])
        partial = known or _Partial(e["count"], e["deadline"], now)
        require((partial.count, partial.deadline) == (e["count"], e["deadline"]), "Piece")
        require(e["index"] not in partial.pieces, "Repeated")
        pieces = {**partial.pieces, e["index"]: e["bytes"]}
        if len(pieces) < partial.count:
            partial.pieces = pieces
            self.partials[number] = partial
            return None
        message = messages.decode(b"".join(pieces[i] for i in range(partial.count)))
        if message["message"] in ("Text", "Attachments"):
            require(message["deadline"] == partial.deadline, "Piece")
            require(number not in self.living, "Repeated")
        self.partials.pop(number, None)
        return message

    def _take(self, now: int, number: int, message: Value) -> list[Value]:
        match message["message"]:
            case "Text" | "Attachments":
                return [self._text(now, number, message)]
            case "Mailbox":
                self._owe("Delivered", number)
                if number <= self.moved_by:
                    return []
                self.moved_by, self.peer_mailbox = number, message["id"]
                return [{"event": "peer moved"}]
            case "Receipt":
                return [{"event": "receipt", "kind": message["kind"], "messages": message["messages"]}]
        return [{"event": message["message"], "message": number, "said": message}]

    def _text(self, now: int, number: int, message: Value) -> Value:
        if now >= message["deadline"]:
            self._owe("Erased", number)
            return {"event": "expired", "expiry": "Late", "message": number}
        lifetime = message["deadline"] - message["sent_at"]
        self.living[number] = {**message, "ends": min(message["deadline"], now + lifetime)}
        if message["message"] == "Text":
            self._owe("Delivered", number)
        return {"event": "received", "message": number}

    def _owe(self, kind: str, number: int) -> None:
        self.receipts_due.setdefault(kind, []).append(number)
