"""The channels' program between fakes of all its sides, in a thread of the test."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

from core.remote.channels.channels import Channels
from core.remote.lines.link import Link
from tests.fakes.gate_sides import FakeEngine, Side


class ChannelsBench:
    """Everything that the channels need; ``connected`` connects a client."""

    def __init__(self, directory: Path) -> None:
        self.front, self.place = directory / "front", directory / "session"
        self.session = socket.socket(socket.AF_UNIX)
        self.session.bind(str(self.place))
        self.session.listen(1)
        self.session.settimeout(5)
        self.engine = FakeEngine()
        self.channels = Channels(Link(self.engine.theirs), self.front, self.place)
        self._thread = threading.Thread(target=self.channels.run, name="channels")
        self._thread.start()
        self.engine.hear("ready")
        self._visits = 0
        self._open: list[Side] = []

    def visit(self, *granted: str) -> None:
        """Let somebody come and be admitted, with these grants."""
        self._visits += 1
        self.engine.tell(*granted, visit=self._visits, is_admitted=True)

    def leave(self, *granted: str) -> None:
        """Let nobody be there any more."""
        self.engine.tell(*granted, visit=0, is_admitted=False)

    def knock(self) -> Side:
        """Connect as xrdp does; nobody need take it."""
        stream = socket.socket(socket.AF_UNIX)
        stream.connect(str(self.front))
        self._open.append(Side(stream, "blocks"))
        return self._open[-1]

    def connected(self) -> tuple[Side, Side]:
        """Connect a client: its end and the session's."""
        client = self.knock()
        session = Side(self.session.accept()[0], "blocks")
        self._open.append(session)
        return client, session

    def close(self) -> None:
        """End everything."""
        for each in self._open:
            each.close()
        self.engine.close()
        self._thread.join(5)
        if self._thread.is_alive():
            raise AssertionError("the channels go on")
        self.channels._let_go()
        self.channels._link.close()
        self.channels._front.close()
        self.session.close()
