"""Wire, "Link", and relay: one connection of a client over TCP."""

import socket
import time
from collections import deque

from .. import wire
from ..invite import Address
from ..limits import FRAME_LEN, HELLO_LEN
from ..random_source import system
from ..rejected import require
from ..wire import Command, Reply

PATIENCE = 60.0


class Link:
    """A link to a relay: commands out, answers in their order, pushes in a queue."""

    def __init__(self, relay: Address) -> None:
        self._socket = socket.create_connection((relay.host, relay.port), PATIENCE)
        client = wire.link_handshake(relay.key, relay.key, system(32), relay.access, initiator=True)
        self._socket.sendall(client.write_message(bytes(wire.PAYLOAD_LEN)))
        welcome = self._take(HELLO_LEN)
        self.epoch, now = wire.take_welcome(client, welcome)
        self._offset = now - time.monotonic()
        self._frames = wire.Frames(client, initiator=True)
        self.pushes: deque[Reply] = deque()
        self._answers: deque[Reply] = deque()
        self._due = 0

    def now(self) -> int:
        """The relay's time, moved on by a clock that only goes forward."""
        return int(self._offset + time.monotonic())

    def do(self, *commands: Command) -> list[Reply]:
        """The answers to the commands of one frame."""
        self._socket.sendall(self._frames.seal(wire.frame_plain(commands)))
        self._due += len(commands)
        while len(self._answers) < len(commands):
            self._read(PATIENCE)
        return [self._answers.popleft() for _ in commands]

    def done(self, *commands: Command) -> None:
        """Commands that have to be carried out."""
        for command, answer in zip(commands, self.do(*commands), strict=True):
            if answer.name not in ("Done", "Subscribed"):
                raise RuntimeError(f"{command.name}: {answer.refusal}")

    def push(self, patience: float = PATIENCE) -> Reply | None:
        """The next push, or None if none comes in time."""
        deadline = time.monotonic() + patience
        while not self.pushes:
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(left):
                return None
        return self.pushes.popleft()

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def _read(self, patience: float) -> bool:
        self._socket.settimeout(patience)
        try:
            first = self._socket.recv(1)
        except TimeoutError:
            return False
        self._socket.settimeout(PATIENCE)
        frame = first + self._take(FRAME_LEN - 1) if first else self._take(FRAME_LEN)
        for reply in wire.read_frame(self._frames.open(frame), from_relay=True):
            if reply.name == "Push":
                self.pushes.append(reply)
            elif reply.name != "Ended":
                require(self._due > 0, "Order")
                self._due -= 1
                self._answers.append(reply)
        return True

    def _take(self, n: int) -> bytes:
        data = b""
        while len(data) < n:
            more = self._socket.recv(n - len(data))
            if not more:
                raise ConnectionError("the relay ended the connection")
            data += more
        return data
