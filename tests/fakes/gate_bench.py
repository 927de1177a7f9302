"""A gate between fakes of all its sides, in a thread of the test."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

from core.remote.gate.gate import Gate, Places
from core.remote.gate.watch import Watch
from core.remote.lines.link import Link
from tests.fakes.gate_sides import (
    PROTOCOL,
    FakeDisplay,
    FakeEngine,
    FakeXrdp,
    wait_until,
)

SIZE = (320, 160)
CODE = "ABCD"
WHITE, SECRET, DARK = bytes((255, 255, 255, 0)), bytes((1, 2, 3, 0)), bytes((0x24, 0x1C, 0x16, 0))


class GateBench:
    """Everything that a gate needs; ``peer`` lets a client in."""

    def __init__(self, directory: Path, *, has_rules: bool = False) -> None:
        self.places = Places(directory / "display", directory / "front")
        self.engine = FakeEngine()
        self.display = FakeDisplay(self.places.display, SIZE)
        theirs, self.watcher = socket.socketpair()
        self.watcher.settimeout(5)
        watch = Watch(theirs, has_rules=has_rules)
        self.gate = Gate(Link(self.engine.theirs), watch, self.places, size=SIZE, version=PROTOCOL)
        self._thread = threading.Thread(target=self.gate.run, name="gate")
        self._thread.start()
        self.display.accept()
        self.engine.hear("ready")
        self._open: list[FakeXrdp] = []

    @property
    def is_running(self) -> bool:
        """Whether the gate has not ended."""
        return self._thread.is_alive()

    def knock(self) -> FakeXrdp:
        """Connect a client that has said nothing yet."""
        client = FakeXrdp(self.places.front, SIZE)
        self._open.append(client)
        return client

    def stranger(self) -> FakeXrdp:
        """Connect a client that was not asked for a code yet, or gave none."""
        client = self.knock()
        client.greet()
        return client

    def peer(self) -> FakeXrdp:
        """Connect a client and admit it."""
        client = self.knock()
        client.greet(CODE)
        self.engine.say(admitted=self.engine.hear("code", code=CODE)["attempt"])
        wait_until(lambda: self.gate._peer is not None and self.gate._peer.is_admitted)
        return client

    def wait_ended(self) -> None:
        """Wait until the gate has ended."""
        self._thread.join(5)
        if self.is_running:
            raise AssertionError("the gate goes on")

    def close(self) -> None:
        """End the gate and close everything."""
        gate = self.gate
        for each in self._open:
            each.close()
        self.engine.close()
        self.wait_ended()
        self.watcher.close()
        peer = [gate._peer.connection] if gate._peer else []
        for connection in (gate._link, gate._watch, gate._display, *peer, gate._front):
            connection.close()
        gate._picture.forget_source()
        gate._picture.shown.close()
        os.close(gate._picture.memory)
        os.close(gate._changed)
        self.display.close()
