"""The watcher's program: ``program LINE DISPLAY AUTHORITY RULES``.

LINE is the descriptor of the socket to the gate: JSON objects, one a line. The gate says ``{"look": n}``; the watcher
answers ``{"looked": n, "hidden": [[x, y, width, height]], "count": windows, "again_ms": n}``, where ``again_ms`` is
when the next look may hide less though nothing happens, or 0. It tells by itself
``{"focus": {"title", "class", "is_hidden"}}`` (no title of a hidden window), and before it ends ``{"failed": reason}``.
"""

from __future__ import annotations

import json
import resource
import select
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.remote.lines.link import read_word, split_lines
from core.remote.lines.wire import Closed, Connection, Violation
from core.remote.watcher import x_wire as x
from core.remote.watcher.hiding import LINGER_NS
from core.remote.watcher.rules import Rules, plain, read_rules
from core.remote.watcher.window import Window
from core.remote.watcher.windows import Names, TooManyWindows, Windows

_MOST_ROUNDS = 4  # trips to the display for one look
_FOCUS_NS = 250_000_000  # the shortest time between two words about the focus
_NAMES = (b"_NET_WM_NAME", b"WM_CLIENT_LEADER", b"_NET_ACTIVE_WINDOW")


class Watcher:
    """One watcher; ``run`` returns when the gate has closed its line or nothing can be said any more."""

    def __init__(
        self,
        line: Connection,
        stream: socket.socket,
        screen: x.Screen,
        rules: Rules,
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._line = line
        self._display = x.Display(stream)
        self._windows = Windows(self._display, screen, rules, now_ns)
        self._now_ns = now_ns
        self._looks: deque[int] = deque()
        self._rounds = 0
        self._atoms: list[int] = []
        self._told = 0  # the window whose focus was told last
        self._told_ns = 0
        self._is_asking = True  # for the focus
        for each in _NAMES:
            self._display.ask(x.get_atom(each), self._take_name)
        self._display.ask(x.get_focus(), self._take_focus)

    def run(self) -> None:
        """Serve until one side ends; the gate is told why."""
        try:
            while True:
                self.step(self._tell_focus())
        except TooManyWindows:
            self._fail("too_many")
        except (Closed, Violation) as error:
            self._fail(str(error) or "the display is gone")

    def step(self, patience_s: float | None) -> None:
        """Wait for one of the two sides, and serve it."""
        self._display.flush()
        sides = [self._line, self._display.connection]
        sending = [each.socket for each in sides if each.is_sending]
        readable, _, _ = select.select([each.socket for each in sides], sending, [], patience_s)
        for each in sides:
            each.flush()
        if self._line.socket in readable:
            for line in self._line.receive():
                self._take_line(line)
        if self._display.connection.socket in readable:
            for event in self._display.receive():
                self._take(event)

    # --- the display -------------------------------------------------------------------------

    def _take(self, event: x.Event) -> None:
        self._windows.take(event)
        if self._windows.is_focus_change(event) and not self._is_asking:
            self._is_asking = True  # the answer will be as new as all that comes before it
            self._display.ask(x.get_focus(), self._take_focus)

    def _take_name(self, reply: bytes) -> None:
        self._atoms.append(x.read_number(reply) if reply else 0)
        if len(self._atoms) == len(_NAMES):
            self._windows.start(Names(*self._atoms))

    def _take_focus(self, reply: bytes) -> None:
        self._is_asking = False
        self._windows.x_focus = x.read_number(reply)

    # --- the gate ----------------------------------------------------------------------------

    def _take_line(self, line: bytes) -> None:
        number = read_word(line).get("look")
        if type(number) is not int:
            raise Violation("a line that is no look")
        self._looks.append(number)
        if len(self._looks) == 1:
            self._ask_display()

    def _ask_display(self) -> None:
        self._rounds += 1
        self._display.ask(x.get_focus(), self._take_round)

    def _take_round(self, reply: bytes) -> None:
        """All that happened before is known; what was asked about it meanwhile takes another round."""
        self._windows.x_focus = x.read_number(reply)
        if self._display.is_waiting and self._rounds < _MOST_ROUNDS:
            self._ask_display()
            return
        look, self._rounds = self._windows.hiding.look(), 0
        again_ms = 0 if look.is_settled else LINGER_NS // 1_000_000
        self._tell(
            looked=self._looks.popleft(), hidden=look.hidden, count=look.windows, again_ms=again_ms
        )
        if self._looks:
            self._ask_display()

    def _tell_focus(self) -> float | None:
        """Tell a new focus, when it is time; gives the seconds until then."""
        window = self._windows.focused()
        identifier = 0 if window is None else window.identifier
        if identifier == self._told or (window is not None and not window.is_known):
            return None
        wait_ns = self._told_ns + _FOCUS_NS - self._now_ns()
        if wait_ns > 0:
            return wait_ns / 1e9
        self._told, self._told_ns = identifier, self._now_ns()
        self._tell(focus=self._describe(window))
        return None

    def _describe(self, window: Window | None) -> dict[str, object]:
        if window is None:
            return {"title": "", "class": "", "is_hidden": False}
        is_hidden = self._windows.hiding.judge(window.top)
        title = "" if is_hidden else plain(window.description.titles)
        shown_class = plain(window.description.classes[::-1])
        return {"title": title, "class": shown_class, "is_hidden": is_hidden}

    def _tell(self, **said: object) -> None:
        self._line.send(json.dumps(said).encode() + b"\n")

    def _fail(self, reason: str) -> None:
        with suppress(Closed, Violation):  # nobody may be listening any more
            self._tell(failed=reason)


def main(arguments: list[str]) -> None:
    """Run a watcher; whatever is wrong ends it, and the gate shows nothing then."""
    line, display, authority, rules = arguments
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the engine's to handle
    connection = Connection(socket.socket(fileno=int(line)), split_lines)
    try:
        understood = read_rules(json.loads(rules))
        stream, screen = x.open_display(Path(display), Path(authority))
    except (OSError, ValueError, Violation) as error:
        with suppress(Closed):
            connection.send(json.dumps({"failed": str(error)}).encode() + b"\n")
        return
    Watcher(connection, stream, screen, understood).run()


if __name__ == "__main__":
    main(sys.argv[1:])
