"""The line to the window watcher: no pixel is copied before it has said where hidden windows are and were."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any

from core.remote.lines.link import Rectangle, read_word, split_lines
from core.remote.lines.wire import Closed, Connection, Violation

_PATIENCE_NS, _STARTING_NS = 1_000_000_000, 20_000_000_000  # for an answer, and for the first one
_MOST_HIDDEN, _LONGEST_TEXT = 64, 256
_FOCUS = {"title": "title", "window_class": "class"}


class Watch(Connection):
    """The line, from the gate's end; it is believed as long as it answers every look in time.

    One that was late is believed again when it has answered the latest look; one that is closed, or has said what
    makes no sense, never is. ``has_rules`` says whether any window may have to be hidden; without, only the focus is
    heard of.
    """

    def __init__(self, stream: socket.socket, *, has_rules: bool) -> None:
        super().__init__(stream, split_lines)
        self.has_rules = has_rules
        self.hidden: tuple[Rectangle, ...] = ()
        self.count = 0  # of hidden windows
        self.is_trusted, self.is_late = True, False
        self.due_ns: int | None = None  # until when it must answer, or when to look again
        self._asked = self._looked = 0

    @property
    def is_waiting(self) -> bool:
        """Whether a look has no answer yet."""
        return self._looked < self._asked

    def look(self) -> None:
        """Ask for a look; raises nothing, for a line that is closed is not trusted any more."""
        if not self.is_late and (not self.is_waiting or self.due_ns is None):
            patience_ns = _PATIENCE_NS if self._looked else _STARTING_NS
            self.due_ns = time.monotonic_ns() + patience_ns
        self._asked += 1
        self.try_to(lambda: self.send(json.dumps({"look": self._asked}).encode() + b"\n"))

    def check(self, now_ns: int) -> None:
        """Doubt it when an answer is late, and ask anew; look again when that was due."""
        if self.due_ns is not None and self.due_ns <= now_ns:
            self.is_late, self.due_ns = self.is_waiting, None
            self.look()

    def try_to(self, work: Callable[[], object]) -> None:
        """Do something with the line; any fault of it ends the trust."""
        try:
            work()
        except (Closed, Violation):
            self.distrust()

    def distrust(self) -> None:
        """Believe nothing any more; everything is shielded from now on."""
        self.is_trusted, self.due_ns = False, None

    @property
    def is_blind(self) -> bool:
        """Whether windows must be hidden and nobody can say where they are: then nothing is shown."""
        return self.has_rules and (self.is_late or not self.is_trusted)

    def take(self, line: bytes) -> dict[str, Any]:
        """Take a line; gives the focus where it tells that. Raises Violation."""
        said = read_word(line)
        try:
            if "focus" in said:
                focus = said["focus"]
                return {name: str(focus[key])[:_LONGEST_TEXT] for name, key in _FOCUS.items()}
            hidden = [(int(x), int(y), int(w), int(h)) for x, y, w, h in said["hidden"]]
            looked, again_ms, count = (int(said[each]) for each in ("looked", "again_ms", "count"))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise Violation("a look that cannot be read") from error
        if len(hidden) > _MOST_HIDDEN or not self._looked <= looked <= self._asked:
            raise Violation("a look out of bounds")
        self.hidden, self._looked, self.count = tuple(hidden), looked, count
        if not self.is_waiting:
            self.is_late, now_ns = False, time.monotonic_ns()
            self.due_ns = now_ns + again_ms * 1_000_000 if again_ms > 0 else None
        return {}
