"""An observer's program between fakes of its sides, in a thread of the test."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from core.remote.lines.link import Link
from core.remote.observer.observer import Observer
from core.remote.observer.recorded import Recorded
from tests.fakes.gate_sides import FakeEngine, FakeXrdp, wait_until
from tests.fakes.shared_picture import FakeGate

SIZE = (320, 160)
CODE = "ABCD"
WHITE, BLUE, DARK = bytes((255, 255, 255, 0)), bytes((200, 1, 2, 0)), bytes((0x24, 0x1C, 0x16, 0))


class ObserverBench:
    """Everything that the program needs; ``recorded`` is the picture that a gate would share."""

    def __init__(self, directory: Path) -> None:
        self.fronts = (directory / "display", directory / "channels")
        self.recorded = FakeGate(SIZE)
        self.recorded.paint((0, 0, *SIZE), (255, 255, 255))
        self.engine = FakeEngine()
        memory = os.open(f"/proc/self/fd/{self.recorded.memory}", os.O_RDONLY)
        self._memory = memory
        self.program = Observer(Link(self.engine.theirs), Recorded(memory), self.fronts)
        self._thread = threading.Thread(target=self.program.run, name="observer")
        self._thread.start()
        self.engine.hear("ready")
        self.engine.tell()
        self._clients: list[FakeXrdp] = []

    @property
    def is_running(self) -> bool:
        """Whether the program has not ended."""
        return self._thread.is_alive()

    def knock(self) -> FakeXrdp:
        """Connect a client that has said nothing yet."""
        client = FakeXrdp(self.fronts[0], SIZE)
        self._clients.append(client)
        return client

    def stranger(self) -> FakeXrdp:
        """Connect a client that gave no code."""
        client = self.knock()
        client.greet()
        return client

    def admitted(self) -> FakeXrdp:
        """Connect a client and admit it, to nothing."""
        client = self.knock()
        client.greet(CODE)
        self.engine.say(admitted=self.engine.hear("code", code=CODE)["attempt"])
        wait_until(lambda: self.program._viewer is not None and self.program._viewer.is_admitted)
        return client

    def watching(self) -> FakeXrdp:
        """Connect a client that may see the picture, and wait until it does."""
        client = self.admitted()
        assert self.engine.tell("view")["granted"] == "view"
        return client

    def wait_ended(self) -> None:
        """Wait until the program has ended."""
        self._thread.join(5)
        if self.is_running:
            raise AssertionError("the program goes on")

    def close(self) -> None:
        """End the program and close everything."""
        program = self.program
        for each in self._clients:
            each.close()
        self.engine.close()
        self.wait_ended()
        program._link.close()
        program._front.close()
        program._channels.close()
        program.shown.close()
        os.close(self._memory)
        self.recorded.close()
