"""One connected client: what is held down, what it has yet to be shown, and its channels."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Iterator

from core.remote.gate.channels.actions import Action, ChannelViolation, Direction, Limits, Pass
from core.remote.gate.channels.clipboard import ClipboardFilter
from core.remote.gate.channels.drives import DriveFilter
from core.remote.gate.channels.reassembly import Reassembly, fragments
from core.remote.gate.channels.sound import AudioFilter, DeniedFilter
from core.remote.gate.display import (
    KEY_DOWN,
    KEY_UP,
    MOVE,
    ClientInfo,
    Event,
    Rectangle,
    event,
    paint,
)
from core.remote.gate.door import Door
from core.remote.gate.wire import Connection, Violation

_MOST_RECTANGLES = 64
_SETUP, _TO_SESSION, _TO_PEER = 3, 5, 8
_MOST_CHANNELS = 31
_FRAME_PATIENCE_NS = 10_000_000_000
Filter = ClipboardFilter | DriveFilter | AudioFilter | DeniedFilter


class Screen:
    """What a client is shown: frames of what has changed, one at a time, at a bounded rate."""

    def __init__(self, connection: Connection, width: int, height: int) -> None:
        self._connection = connection
        self._size = (width, height)
        self.width, self.height = 0, 0  # of the client
        self._dirty: list[Rectangle] = []
        self._frame = self._shown_ns = 0
        self._is_waiting = False

    def resize(self, width: int, height: int) -> None:
        """Note the client's own size; what lies beyond it is not sent."""
        self.width, self.height = min(width, self._size[0]), min(height, self._size[1])

    def change(self, rectangles: list[Rectangle]) -> None:
        """Note what has changed; a long list becomes the rectangle around it."""
        self._dirty += rectangles
        if len(self._dirty) > _MOST_RECTANGLES:
            left, top = min(each[0] for each in self._dirty), min(each[1] for each in self._dirty)
            right = max(each[0] + each[2] for each in self._dirty)
            bottom = max(each[1] + each[3] for each in self._dirty)
            self._dirty = [(left, top, right - left, bottom - top)]

    def acknowledge(self) -> None:
        """The client has taken the last frame."""
        self._is_waiting = False

    def due_ns(self, frame_ns: int) -> int | None:
        """When the next frame may be sent; None while there is none, or the last one is on its way."""
        if not self._dirty or not self.width:
            return None
        return self._shown_ns + (_FRAME_PATIENCE_NS if self._is_waiting else frame_ns)

    def send_frame(self, segment: int) -> None:
        """Send what has changed; raises Closed or Violation."""
        self._frame += 1
        inside = [
            (x, y, min(w, self.width - x), min(h, self.height - y))
            for x, y, w, h in self._dirty
            if x < self.width and y < self.height
        ]
        self._dirty = []
        if inside:
            self._is_waiting = True
            self._shown_ns = time.monotonic_ns()
            self._connection.send(paint(inside, self._frame, segment, *self._size))


class Held:
    """The keys and buttons that a client holds down, so that a revoke lets go of them."""

    def __init__(self) -> None:
        self._keys: dict[int, Event] = {}
        self._buttons: dict[int, Event] = {}

    def note(self, happened: Event) -> None:
        """Note an event that was passed."""
        if happened.kind in {KEY_DOWN, KEY_UP}:
            self._keys.pop(happened.c, None)
            if happened.kind == KEY_DOWN:
                self._keys[happened.c] = happened
        elif happened.kind > MOVE:
            button = happened.kind + happened.kind % 2  # its own number when pressed
            self._buttons.pop(button, None)
            if happened.kind == button:
                self._buttons[button] = happened

    def release_keys(self) -> Iterator[bytes]:
        """Let go of every key."""
        for each in self._keys.values():
            yield event(KEY_UP, each.a, each.b, each.c, each.d | 0xC000)
        self._keys = {}

    def release_buttons(self) -> Iterator[bytes]:
        """Let go of every button."""
        for button, each in self._buttons.items():
            yield event(button - 1, each.a, each.b)
        self._buttons = {}


class Channels:
    """The virtual channels between a client (through xrdp) and the session (xrdp-chansrv)."""

    def __init__(
        self,
        connections: dict[Direction, Connection],
        is_granted: Callable[[str], bool],
        limits: Limits,
        report: Callable[[Action], None],
    ) -> None:
        self._connections = connections  # by where a PDU comes from: IN is the client's
        self._is_granted = is_granted
        self._limits = limits
        self._report = report
        self._filters: dict[int, Filter] = {}
        self._parts: dict[tuple[Direction, int], Reassembly] = {}

    def take(self, direction: Direction, block: bytes) -> None:
        """Take a block from one side; raises Closed or Violation."""
        at = 8
        while at + 8 <= len(block):
            kind, size = struct.unpack_from("<II", block, at)
            if size < 8 or at + size > len(block):
                raise Violation("a channel message of a wrong size")
            body = block[at + 8 : at + size]
            if kind == _SETUP and direction is Direction.IN:
                self._set_up(body)
            elif kind == (_TO_SESSION if direction is Direction.IN else _TO_PEER):
                self._take_data(direction, body)
            at += size  # other messages are not passed

    def settle(self) -> None:
        """Follow what is granted now."""
        for channel, each in self._filters.items():
            self._carry_out(channel, each.changed())

    def _set_up(self, body: bytes) -> None:
        (count,) = struct.unpack_from("<H", body) if len(body) >= 2 else (0,)
        if self._filters or count > _MOST_CHANNELS or len(body) != 2 + 12 * count:
            raise Violation("channels that are set up out of turn or bounds")
        passed = b""
        for at in range(2, len(body), 12):
            name = body[at : at + 8].split(b"\0", 1)[0].decode("ascii", "replace").lower()
            (channel,) = struct.unpack_from("<H", body, at + 8)
            self._filters[channel] = made = self._make_filter(name)
            if not isinstance(made, DeniedFilter):
                passed += body[at : at + 12]
        setup = struct.pack("<H", len(passed) // 12) + passed
        self._connections[Direction.OUT].send(_block(_SETUP, setup))

    def _make_filter(self, name: str) -> Filter:
        if name == "cliprdr":
            return ClipboardFilter(self._is_granted, self._limits)
        if name == "rdpdr":
            return DriveFilter(self._is_granted, self._limits)
        if name == "rdpsnd":
            return AudioFilter(self._is_granted)
        return DeniedFilter(name)

    def _take_data(self, direction: Direction, body: bytes) -> None:
        if len(body) < 10:
            raise Violation("channel data that is too short")
        channel, flags, length, total = struct.unpack_from("<HHHI", body)
        found = self._filters.get(channel)
        if found is None or length != len(body) - 10:
            raise Violation("channel data of a wrong size or channel")
        parts = self._parts.setdefault((direction, channel), Reassembly())
        try:
            pdu = parts.add(flags, total, body[10:])
            actions = [] if pdu is None else found.take(direction, pdu)
        except ChannelViolation as error:
            raise Violation(str(error)) from error
        self._carry_out(channel, actions)

    def _carry_out(self, channel: int, actions: list[Action]) -> None:
        for action in actions:
            if not isinstance(action, Pass):
                self._report(action)
                continue
            is_in = action.direction is Direction.IN
            target = self._connections[Direction.OUT if is_in else Direction.IN]
            for flags, data in fragments(action.data):
                header = struct.pack("<HHHI", channel, flags, len(data), len(action.data))
                target.send(_block(_TO_SESSION if is_in else _TO_PEER, header + data))


def _block(kind: int, body: bytes) -> bytes:
    return struct.pack("<IIII", 0, len(body) + 16, kind, len(body) + 8) + body


class Peer:
    """A client, from its connection to its end."""

    def __init__(self, connection: Connection, width: int, height: int) -> None:
        self.connection = connection
        self.screen = Screen(connection, width, height)
        self.held = Held()
        self.door = Door()
        self.info: ClientInfo | None = None
        self.channels: Channels | None = None
        self.channel_connections: dict[Direction, Connection] = {}
        self.is_admitted = False
        self.attempt = 0  # of the code; the engine answers by its number

    def close(self) -> None:
        """Close all of its connections."""
        for each in (self.connection, *self.channel_connections.values()):
            each.close()
