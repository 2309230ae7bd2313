"""The real programs in processes of their own, each in a folder that goes with it."""

import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .link import PATIENCE

Event = dict[str, Any]
_PASSPHRASE = "a passphrase of the stage"
_UNSET = {"NIGHTJAR_HOME", "NIGHTJAR_RELAY", "LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"}


class Program:
    """A program at work: its lines come as they are printed, and it is killed at the end."""

    def __init__(self, command: list[str], typed: str = "") -> None:
        env = {name: value for name, value in os.environ.items() if name not in _UNSET}
        pipe = subprocess.PIPE
        self._child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=env)
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._aside: list[str] = []
        self.seen: list[Event] = []
        self._threads = [
            threading.Thread(target=self._pump, args=(self._child.stdout, self._lines.put), daemon=True),
            threading.Thread(target=self._pump, args=(self._child.stderr, self._note), daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        self.say(typed)

    def say(self, text: str) -> None:
        """Type text; a program that has ended hears nothing more."""
        try:
            self._child.stdin.write(text)
            self._child.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass

    def hang_up(self) -> None:
        """End its standard input."""
        self._child.stdin.close()

    def line(self, patience: float = PATIENCE) -> str | None:
        """The next line of standard output; None if none comes in time or it has ended."""
        try:
            return self._lines.get(timeout=max(patience, 0))
        except queue.Empty:
            return None

    def event(self, name: str, fits: Callable[[Event], bool] = lambda _: True) -> Event:
        """The next event of this name that fits; others are only kept."""
        deadline = time.monotonic() + PATIENCE
        while line := self.line(deadline - time.monotonic()):
            event = json.loads(line)
            self.seen.append(event)
            if event["event"] == name and fits(event):
                return event
        raise AssertionError(f"no {name} came: {self.report()}")

    def events(self, name: str) -> list[Event]:
        """The events of this name that came so far."""
        return [event for event in self.seen if event["event"] == name]

    def end(self) -> int:
        """Its exit code, and all of its events."""
        code = self._child.wait(PATIENCE)
        while line := self.line():
            self.seen.append(json.loads(line))
        return code

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._child.send_signal(number)

    def kill(self) -> None:
        """End it, whatever it does."""
        self._child.kill()
        self._child.wait()
        for thread in self._threads:
            thread.join()

    def report(self) -> str:
        """What it said so far."""
        return f"{self.seen} {''.join(self._aside)}"

    def _note(self, line: str | None) -> None:
        self._aside.append(line or "")

    @staticmethod
    def _pump(lines: Any, put: Callable[[str | None], None]) -> None:
        for line in lines:
            put(line.rstrip("\n"))
        put(None)


class Stage:
    """A relay with a folder of its own, and people around it; all of it goes at the end."""

    def __init__(self, folder: Path) -> None:
        self._bin = folder
        self._home = tempfile.TemporaryDirectory(prefix="nightjar-live-")
        self._programs: list[Program] = []
        self._vault: Path | None = None
        store = str(Path(self._home.name) / "relay")
        self._relay = self._start([str(folder / "nightjar-relay"), "serve", "--dev", "--store-folder", store])
        self.address = self._relay.line() or ""

    def client(self, *arguments: str, typed: str = "") -> Program:
        """The real client, with its secrets typed; it keeps nothing unless there is a vault."""
        command = [str(self._bin / "nightjar"), *arguments, "--relay", self.address, "--json", "--reveal"]
        if self._vault:
            command += ["--home", str(self._vault), "--passphrase-fd", "0"]
            return self._start(command, f"{_PASSPHRASE}\n{typed}")
        return self._start([*command, "--ephemeral", "--home", str(Path(self._home.name) / "none")], typed)

    def make_vault(self) -> None:
        """From now on the client keeps a vault, under the passphrase that is typed."""
        self._vault = Path(self._home.name) / "vault"
        setup = self.client("setup", typed=f"{_PASSPHRASE}\n")
        if setup.end() != 0:
            raise AssertionError(setup.report())

    def counters(self) -> Event:
        """The relay's counters now."""
        self._relay.signal(signal.SIGUSR1)
        return json.loads(self._relay.line() or "{}")

    def close(self) -> None:
        """Kill all that was started, and remove the folder."""
        for program in reversed(self._programs):
            program.kill()
        self._home.cleanup()

    def _start(self, command: list[str], typed: str = "") -> Program:
        program = Program(command, typed)
        self._programs.append(program)
        return program


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for what has to come to hold."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"it never came to hold: {what}")
        time.sleep(0.05)
