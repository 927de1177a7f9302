"""One connected client: what it has yet to be shown, what it holds down, and its connections."""

from __future__ import annotations

import time

from core.remote.gate.display import KEY_DOWN, KEY_UP, MOVE, Event, event, paint
from core.remote.gate.door import Code
from core.remote.lines.link import Rectangle
from core.remote.lines.rectangles import area, few, meet
from core.remote.lines.wire import Connection

_PATIENCE_NS = 10_000_000_000  # for a frame that the client does not say it has taken
_EXTENDED, _RELEASE = 0x100, 0xC000  # flags of a key


class Screen:
    """What a client is shown: frames of what has changed, one at a time, at a bounded rate.

    A frame keeps the line busy for the time that one of the whole picture is given, in proportion to its area. As much
    as one whole picture may be under way: small changes, such as typed letters, go at once, large ones as the line
    bears it.
    """

    def __init__(self, connection: Connection, size: tuple[int, int]) -> None:
        self._connection, self._whole = connection, size
        self.size = (0, 0)  # of the client, until it says how large it is
        self._dirty: list[Rectangle] = []
        self._pointer = b""
        self._frame = self._sent_ns = self._paid_ns = 0  # until when the line is busy with frames
        self._is_waiting = False

    def resize(self, width: int, height: int) -> None:
        """Note the client's own size; what lies beyond it is not sent."""
        self.size = (min(width, self._whole[0]), min(height, self._whole[1]))

    def change(self, rectangles: list[Rectangle], *, is_urgent: bool = False) -> None:
        """Note what has changed; what must not be seen any longer is urgent and waits for no line."""
        self._dirty = few([*dict.fromkeys(self._dirty + rectangles)])
        self._paid_ns *= not is_urgent

    def point(self, shape: bytes) -> None:
        """Note the pointer's latest shape, as it is to be sent; empty for none."""
        self._pointer = shape

    def acknowledge(self) -> None:
        """The client has taken the last frame."""
        self._is_waiting = False

    def due_ns(self, frame_ns: int) -> int | None:
        """When the next frame may be sent; None while there is none."""
        if not (self._dirty or self._pointer) or min(self.size) <= 0:
            return None
        if self._is_waiting:
            return self._sent_ns + _PATIENCE_NS
        return self._paid_ns + self._cost_ns(frame_ns) - frame_ns

    def _cost_ns(self, frame_ns: int) -> int:
        return frame_ns * area(self._dirty) // (self._whole[0] * self._whole[1])

    def send_frame(self, segment: int, frame_ns: int) -> None:
        """Send what has changed; raises Closed or Violation."""
        inside = [found for each in self._dirty if (found := meet(each, (0, 0, *self.size)))]
        self._is_waiting, self._sent_ns = bool(inside), time.monotonic_ns()
        self._paid_ns = max(self._paid_ns, self._sent_ns) + self._cost_ns(frame_ns)
        shape, self._dirty, self._pointer = self._pointer, [], b""
        if inside:
            self._frame += 1
            self._connection.send(paint(inside, self._frame, segment, self._whole))
        if shape:
            self._connection.send(shape)


class Held:
    """The keys and buttons that a client holds down, so that a revoke lets go of them."""

    def __init__(self) -> None:
        self._releases: dict[tuple[str, int, int], bytes] = {}

    def note(self, happened: Event) -> None:
        """Note an event that was passed."""
        kind, a, b, c, d = happened
        if kind in {KEY_DOWN, KEY_UP}:
            name, is_press = ("keyboard", c, d & _EXTENDED), kind == KEY_DOWN
            release = event(KEY_UP, a, b, c, d | _RELEASE)
        elif kind > MOVE:
            name, is_press = ("pointer", kind + kind % 2, 0), kind % 2 == 0
            release = event(kind - 1, a, b)
        else:
            return
        self._releases.pop(name, None)
        if is_press:
            self._releases[name] = release

    def release(self, capabilities: set[str]) -> list[bytes]:
        """Let go of what these were needed for: the events that do it."""
        names = [each for each in self._releases if each[0] in capabilities]
        return [self._releases.pop(each) for each in names]


class Peer:
    """A client, from its connection to its end."""

    def __init__(self, connection: Connection, size: tuple[int, int]) -> None:
        self.connection = connection
        self.screen, self.held, self.code = Screen(connection, size), Held(), Code()
        self.is_known = self.is_admitted = False
        self.is_told_cut = False  # that its window is too small for the page was told
        self.attempt = 0  # to give the code; the engine answers by its number

    @property
    def entry(self) -> str:
        """The line on the page that shows what is being typed; empty once the code was right."""
        return "" if self.is_admitted else str(self.code)
