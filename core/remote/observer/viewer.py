"""One client that looks on: what it has yet to be shown, the code that it types, and nothing that it could do."""

from __future__ import annotations

from core.remote.gate import display
from core.remote.gate.display import Event
from core.remote.gate.door import Code
from core.remote.gate.peer import Screen
from core.remote.lines.wire import Connection, Violation

_DEPTHS = {24, 32}
_MOST_EVENTS, _PERIOD_NS = 3_000, 1_000_000_000  # no hand and no mouse causes more


class Viewer:
    """A client, from its connection to its end; every method that takes something raises Violation."""

    def __init__(self, connection: Connection, size: tuple[int, int]) -> None:
        self.connection = connection
        self.screen, self.code = Screen(connection, size), Code()
        self.is_known = self.is_admitted = False
        self.is_told_cut = False  # that its window is too small for the page was told
        self.attempt = 0  # to give the code; the engine answers by its number
        self._events = self._since_ns = 0

    @property
    def entry(self) -> str:
        """The line on the page that shows what is being typed; empty once the code was right."""
        return "" if self.is_admitted else str(self.code)

    def meet(self, info: display.ClientInfo) -> bool:
        """Take what it says of itself; whether that is the first time."""
        if info.capture_code != 0:
            raise Violation(f"capture mode {info.capture_code}")
        if info.bits_per_pixel not in _DEPTHS:
            raise Violation(f"a screen of {info.bits_per_pixel} bits a pixel")
        if min(self.screen.size) <= 0:  # before 0.10 it came as an event
            self.screen.resize(*info.size)
        is_first, self.is_known = not self.is_known, True
        return is_first

    def take(self, happened: Event, now_ns: int) -> None:
        """Take an event; whatever is typed or clicked goes nowhere from here."""
        self._count(now_ns)
        kind = happened.kind
        if kind == display.VERSION:
            self.connection.send(display.capabilities())
        elif kind == display.RESIZE:
            self.screen.resize(happened.a, happened.b)
        elif kind == display.INVALIDATE:
            self.screen.change([(0, 0, *self.screen.size)])
        elif not (
            display.KEY_DOWN <= kind <= display.KEY_SYNC
            or display.MOVE <= kind <= display.LAST_BUTTON
        ):
            raise Violation(f"an event of kind {kind}")

    def _count(self, now_ns: int) -> None:
        if now_ns - self._since_ns >= _PERIOD_NS:
            self._since_ns, self._events = now_ns, 0
        self._events += 1
        if self._events > _MOST_EVENTS:
            raise Violation("more input than a hand can make")
