"""Relay: mailboxes, leases and quotas, as the chapter has them; no sockets and no rates of bytes."""

from dataclasses import dataclass, field

from .limits import CELL_LEN, CELL_TTL_MAX, MAILBOX_TTL_MAX, SUBSCRIPTIONS_MAX
from .wire import Command, Reply, mailbox_id


@dataclass
class Quotas:
    """What an operator sets, with the defaults of the table."""

    mailboxes_per_connection: int = 128
    mailboxes_per_minute: int = 64
    subscriptions_per_connection: int = SUBSCRIPTIONS_MAX
    mailboxes: int = 131_072
    cells_per_mailbox: int = 8192
    bytes: int = 256 * 1024 * 1024
    window: int = 64


@dataclass
class _Mailbox:
    """One mailbox, and its subscription."""

    ttl: int
    expires: int
    next: int = 1
    cells: dict[int, tuple[bytes, int]] = field(default_factory=dict)
    subscriber: tuple[int, int] | None = None
    pushed: int = 0
    lent: set[int] = field(default_factory=set)


@dataclass
class _Connection:
    """What a relay knows of a connection."""

    slots: dict[int, bytes] = field(default_factory=dict)
    created: int = 0
    allowance: float = 0.0
    since: int = 0
    news: list[Reply] = field(default_factory=list)


class Relay:
    """A relay with its store in memory; time is an argument."""

    def __init__(self, epoch: bytes, quotas: Quotas, cell_ttl: int = CELL_TTL_MAX, mailbox_ttl: int = MAILBOX_TTL_MAX):
        self.epoch, self._quotas = epoch, quotas
        self._cell_ttl, self._mailbox_ttl = cell_ttl, mailbox_ttl
        self._mailboxes: dict[bytes, _Mailbox] = {}
        self.connections: dict[int, _Connection] = {}

    def open(self, now: int, number: int) -> bytes:
        """A new connection's welcome."""
        allowance = float(self._quotas.mailboxes_per_minute)
        self.connections[number] = _Connection(allowance=allowance, since=now)
        return self.epoch + now.to_bytes(8, "big") + bytes(32)

    def close(self, number: int) -> None:
        """A connection ends, and its subscriptions with it."""
        for name in self.connections.pop(number).slots.values():
            self._mailboxes[name].subscriber = None

    def pass_time(self, now: int) -> None:
        """Mailboxes and cells whose time is over are gone."""
        for name, mailbox in list(self._mailboxes.items()):
            mailbox.cells = {seq: kept for seq, kept in mailbox.cells.items() if now < kept[1]}
            if now >= mailbox.expires:
                self._end(mailbox)
                del self._mailboxes[name]

    def handle(self, now: int, number: int, command: Command) -> Reply:
        """The answer to one command; pushes and ends are news of the connections that they are for."""
        self.pass_time(now)
        connection = self.connections[number]
        reply = getattr(self, "_" + command.name.lower())(now, number, connection, command)
        self._pump(now)
        return reply if isinstance(reply, Reply) else Reply("Refused", refusal=reply)

    def _create(self, now: int, _: int, connection: _Connection, command: Command) -> Reply | str:
        if not 0 < command.ttl <= MAILBOX_TTL_MAX:
            return "Limit"
        name, ttl = mailbox_id(command.key), min(command.ttl, self._mailbox_ttl)
        if name in self._mailboxes:
            mailbox = self._mailboxes[name]
            mailbox.ttl, mailbox.expires = ttl, now + ttl
            return Reply("Done")
        if len(self._mailboxes) >= self._quotas.mailboxes:
            return "RelayFull"
        if connection.created >= self._quotas.mailboxes_per_connection or not self._allows(now, connection):
            return "Quota"
        connection.created += 1
        connection.allowance -= 1
        self._mailboxes[name] = _Mailbox(ttl, now + ttl)
        return Reply("Done")

    def _append(self, now: int, _: int, __: _Connection, command: Command) -> Reply | str:
        if not 0 < command.ttl <= CELL_TTL_MAX:
            return "Limit"
        mailbox = self._mailboxes.get(command.key)
        if mailbox is None:
            return "Unknown"
        if len(mailbox.cells) >= self._quotas.cells_per_mailbox:
            return "MailboxFull"
        held = sum(len(other.cells) for other in self._mailboxes.values())
        if (held + 1) * CELL_LEN > self._quotas.bytes:
            return "RelayFull"
        mailbox.cells[mailbox.next] = (command.cell, now + min(command.ttl, self._cell_ttl))
        mailbox.next += 1
        return Reply("Done")

    def _subscribe(self, now: int, number: int, connection: _Connection, command: Command) -> Reply | str:
        if command.slot >= SUBSCRIPTIONS_MAX or command.slot in connection.slots:
            return "Limit"
        if len(connection.slots) >= self._quotas.subscriptions_per_connection:
            return "Quota"
        name = mailbox_id(command.key)
        mailbox = self._mailboxes.get(name)
        if mailbox is None:
            return "Unknown"
        self._end(mailbox)
        mailbox.expires = now + mailbox.ttl
        mailbox.subscriber, mailbox.pushed, mailbox.lent = (number, command.slot), 0, set()
        connection.slots[command.slot] = name
        return Reply("Subscribed", waiting=len(mailbox.cells))

    def _acknowledge(self, _: int, __: int, connection: _Connection, command: Command) -> Reply | str:
        if command.slot not in connection.slots:
            return "Unknown"
        mailbox = self._mailboxes[connection.slots[command.slot]]
        if command.up_to > mailbox.pushed:
            return "Limit"
        mailbox.cells = {seq: kept for seq, kept in mailbox.cells.items() if seq > command.up_to}
        mailbox.lent = {seq for seq in mailbox.lent if seq > command.up_to}
        return Reply("Done")

    def _unsubscribe(self, _: int, __: int, connection: _Connection, command: Command) -> Reply | str:
        if command.slot not in connection.slots:
            return "Unknown"
        self._mailboxes[connection.slots.pop(command.slot)].subscriber = None
        return Reply("Done")

    def _delete(self, _: int, __: int, ___: _Connection, command: Command) -> Reply | str:
        mailbox = self._mailboxes.pop(mailbox_id(command.key), None)
        if mailbox is None:
            return "Unknown"
        self._end(mailbox)
        return Reply("Done")

    def _ping(self, _: int, __: int, ___: _Connection, ____: Command) -> Reply:
        return Reply("Done")

    def _end(self, mailbox: _Mailbox) -> None:
        """A subscription ends, and its connection hears of it."""
        if mailbox.subscriber:
            number, slot = mailbox.subscriber
            mailbox.subscriber = None
            del self.connections[number].slots[slot]
            self.connections[number].news.append(Reply("Ended", slot=slot))

    def _pump(self, now: int) -> None:
        """Pushes, as far as the windows are open."""
        for mailbox in self._mailboxes.values():
            if not mailbox.subscriber:
                continue
            number, slot = mailbox.subscriber
            for seq, (cell, expires) in sorted(mailbox.cells.items()):
                if seq > mailbox.pushed and len(mailbox.lent) < self._quotas.window:
                    push = Reply("Push", slot=slot, seq=seq, ttl=expires - now, cell=cell)
                    self.connections[number].news.append(push)
                    mailbox.pushed = seq
                    mailbox.lent.add(seq)

    def _allows(self, now: int, connection: _Connection) -> bool:
        """Whether the rate of a connection's new mailboxes lets one through."""
        rate = self._quotas.mailboxes_per_minute
        earned = (now - connection.since) * rate / 60
        connection.allowance, connection.since = min(rate, connection.allowance + earned), now
        return connection.allowance >= 1
