"""The sides of a gate on plain sockets: an engine, a display, an xrdp and a session's channels.

Each reads only when a test asks it to. What the gate has sent before it answered ``sync`` is there without waiting.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.remote.gate import display
from core.remote.gate.display import Event
from core.remote.gate.memory import Segment
from core.remote.lines.link import Rectangle
from core.remote.lines.wire import DESCRIPTOR

PATIENCE_S = 5.0
LEASE_NS = 60_000_000_000
PROTOCOL = 20210723
_READ_BYTES = 1 << 20
_LENGTH = {"events": (0, 0), "orders": (4, 8), "blocks": (4, 0)}  # where it is, what it leaves out


def now_ns() -> int:
    """Read the clock of leases and grants."""
    return time.monotonic_ns()


def open_descriptors() -> int:
    """Count this process's descriptors, without those of what nobody holds any more."""
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; fail when it takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen")
        time.sleep(0.002)


class Side:
    """One end of a socket, as whole messages that are kept until a test takes them."""

    def __init__(self, stream: socket.socket, kind: str) -> None:
        stream.settimeout(PATIENCE_S)
        self.stream = stream
        self._at, self._uncounted = _LENGTH[kind]
        self._rest = b""
        self.is_over = False
        self.messages: list[bytes] = []

    def send(self, data: bytes) -> None:
        """Send bytes, whole messages or not."""
        self.stream.sendall(data)

    def read(self) -> list[bytes]:
        """Take what has come, without waiting."""
        self.stream.settimeout(0)
        try:
            while not self.is_over:
                self._read_some()
        except BlockingIOError:
            pass
        finally:
            self.stream.settimeout(PATIENCE_S)
        taken, self.messages = self.messages, []
        return taken

    def read_until(self, is_it: Callable[[bytes], bool]) -> list[bytes]:
        """Take what comes up to the first message for which ``is_it`` holds."""
        while not any(map(is_it, self.messages)):
            if self.is_over:
                raise AssertionError("it was closed before that came")
            self._read_some()
        end = next(number for number, each in enumerate(self.messages) if is_it(each)) + 1
        taken, self.messages = self.messages[:end], self.messages[end:]
        return taken

    def wait_closed(self) -> None:
        """Wait until the gate has closed its end."""
        while not self.is_over:
            self._read_some()

    def close(self) -> None:
        """Close this end."""
        self.stream.close()

    def _read_some(self) -> None:
        try:
            data = self.stream.recv(_READ_BYTES)
        except ConnectionResetError:
            data = b""
        self.is_over = not data
        self._rest += data
        while len(self._rest) >= self._at + 4:
            length = int.from_bytes(self._rest[self._at : self._at + 4], "little") + self._uncounted
            if len(self._rest) < length:
                break
            self.messages.append(self._rest[:length])
            self._rest = self._rest[length:]


class FakeEngine:
    """The engine's end of the line: says how things stand and hears what happened."""

    def __init__(self) -> None:
        self.stream, self.theirs = socket.socketpair()
        self.stream.settimeout(PATIENCE_S)
        self.heard: list[dict[str, Any]] = []
        self.descriptors: list[int] = []
        self._rest = b""
        self.state: dict[str, Any] = {
            "sequence": 0,
            "lease_ns": 0,
            "granted": {},
            "is_shielded": False,
            "hidden": [],
            "is_open": True,
            "records_keys": False,
            "frame_ns": 0,
            "clipboard_bytes": 1 << 16,
            "file_bytes": 1 << 20,
            "notice": "Type the code.",
            "visit": 0,
            "is_admitted": False,
        }

    def tell(self, *granted: str, lease_ns: int = LEASE_NS, **changes: object) -> dict[str, Any]:
        """Say how things stand and wait until the gate has done it; only what is named is granted."""
        self.state |= {"granted": dict.fromkeys(granted), **changes}
        self.state |= {"sequence": self.state["sequence"] + 1, "lease_ns": now_ns() + lease_ns}
        self.say(state=self.state)
        return self.hear("did", sequence=self.state["sequence"])

    def say(self, **word: object) -> None:
        """Say something."""
        self.stream.sendall(json.dumps(word).encode() + b"\n")

    def hear(self, happened: str, **facts: object) -> dict[str, Any]:
        """Wait for what happened with these facts, and take it."""
        wanted = {"happened": happened, **facts}
        while not (found := [each for each in self.heard if wanted.items() <= each.items()]):
            if not self._read():
                raise AssertionError(f"the gate is gone and never told: {wanted}, but {self.heard}")
        self.heard.remove(found[0])
        return found[0]

    def told(self, happened: str) -> list[dict[str, Any]]:
        """List what was told of one kind, before the gate did what it is asked to do now."""
        self.say(state=self.state)
        self.hear("did", sequence=self.state["sequence"])
        return [each for each in self.heard if each["happened"] == happened]

    def close(self) -> None:
        """Close the line."""
        self.stream.close()
        for each in self.descriptors:
            os.close(each)
        self.descriptors = []

    def recorded(self) -> bytes:
        """Read the pixels that the recorder gets."""
        return os.pread(self.descriptors[0], 1 << 28, 64)

    def _read(self) -> bool:
        data, passed, _, _ = socket.recv_fds(self.stream, _READ_BYTES, 4)
        self.descriptors += passed
        *lines, self._rest = (self._rest + data).split(b"\n")
        self.heard += map(json.loads, lines)
        return bool(data)


class FakeDisplay:
    """A display with memory of its own, which says what it has painted and hears events."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self.size = size
        self.memory = Segment.make(size[0] * size[1] * 4)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(1)
        self._frame = 0

    def accept(self) -> None:
        """Let the gate in and answer its version."""
        self.side = Side(self.listener.accept()[0], "events")
        self.side.send(display.capabilities())
        self.side.read_until(lambda message: kind_of(message) == display.INVALIDATE)

    def fill(self, rectangle: Rectangle, pixel: bytes) -> None:
        """Set pixels, and say nothing of it."""
        x, y, width, height = rectangle
        for line in range(y, y + height):
            at = (line * self.size[0] + x) * 4
            self.memory.pixels[at : at + width * 4] = pixel * width

    def paint(self, rectangle: Rectangle, pixel: bytes) -> None:
        """Set pixels, say so, and wait until the gate has taken them."""
        self.fill(rectangle, pixel)
        self.say_painted([rectangle])

    def paint_mapped(self, rectangle: Rectangle, pixel: bytes) -> None:
        """Do it as a display does since xrdp 0.10, all of whose memory comes as a descriptor with its order."""
        self.fill(rectangle, pixel)
        self._frame += 1
        size = len(self.memory.pixels)
        listed = struct.pack("<H4h", 1, *rectangle)
        body = listed * 2 + struct.pack("<IIIIHHHH", 0, self._frame, size, 0, 0, 0, *self.size)
        order = struct.pack("<HH", display.PAINT_MAPPED, len(body) + 4) + body
        memory = os.memfd_create("display")
        os.write(memory, self.memory.pixels)
        self.side.send(struct.pack("<HHI", 3, 1, len(order)) + order)
        socket.send_fds(self.side.stream, [DESCRIPTOR], [memory])
        os.close(memory)
        self.wait_taken()

    def say_painted(self, rectangles: list[Rectangle]) -> None:
        """Say that these have new pixels, and wait until the gate has taken them."""
        self.begin_paint(rectangles)
        self.wait_taken()

    def begin_paint(self, rectangles: list[Rectangle]) -> None:
        """Say that these have new pixels."""
        self._frame += 1
        self.side.send(display.paint(rectangles, self._frame, self.memory.identity, self.size))

    def wait_taken(self) -> None:
        """Wait until the gate has taken the last frame."""
        frame = self._frame.to_bytes(4, "little")
        before = self.side.read_until(
            lambda message: message[4:6] == b"\x6a\0" and message[10:14] == frame
        )
        self.side.messages = before[:-1] + self.side.messages

    def events(self) -> list[Event]:
        """Take the events that have come."""
        bodies = [display.read_message(each) for each in self.side.read()]
        return [display.read_event(body) for kind, body in bodies if kind == display.EVENT]

    def wait_event(self, kind: int) -> Event:
        """Wait for the next event of a kind, passing over others."""
        message = self.side.read_until(lambda each: kind_of(each) == kind)[-1]
        return display.read_event(display.read_message(message)[1])

    def close(self) -> None:
        """Close everything."""
        self.side.close()
        self.listener.close()
        self.memory.close()


class FakeXrdp:
    """A client's server: connects to the gate's front, sends what a client does, reads what it is shown."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self.size = size
        stream = socket.socket(socket.AF_UNIX)
        stream.connect(str(path))
        self.side = Side(stream, "orders")
        self.shown: Segment | None = None
        self._frames: list[int] = []

    def greet(self, password: str = "", **fields: int) -> None:
        """Introduce the client, as xrdp does after it has connected."""
        self.sync()
        self.event(display.RESIZE, *self.size, 32)
        self.describe(password, **fields)
        self.sync()

    def describe(self, password: str = "", *, depth: int = 32, capture: int = 0) -> None:
        """Say what the client is."""
        body = bytearray(display.own_client_info(*self.size, PROTOCOL)[6:])
        struct.pack_into("<i", body, 8, depth)
        struct.pack_into("16s", body, 80, b"laptop")
        struct.pack_into("64s", body, 632, password.encode())
        struct.pack_into("<i", body, 4556, capture)
        self.side.send(display.to_display(display.CLIENT_INFO, body))

    def event(self, kind: int, a: int = 0, b: int = 0, c: int = 0, d: int = 0) -> None:
        """Send an event."""
        self.side.send(display.event(kind, a, b, c, d))

    def press(self, symbol: int, code: int = 30) -> None:
        """Press a key."""
        self.event(display.KEY_DOWN, 0, symbol, code)

    def let_go(self, symbol: int, code: int = 30) -> None:
        """Let go of a key."""
        self.event(display.KEY_UP, 0, symbol, code, 0xC000)

    def type(self, text: str) -> None:
        """Press and let go of a key for each letter."""
        for each in text:
            self.press(0xFF0D if each == "\n" else ord(each))
            self.let_go(0xFF0D if each == "\n" else ord(each))

    def sync(self) -> None:
        """Wait until the gate has done all that was sent."""
        self.event(display.VERSION, d=1)
        before = self.side.read_until(lambda message: message[:2] == b"\2\0")
        self.side.messages = before[:-1] + self.side.messages

    def frames(self) -> list[tuple[int, list[Rectangle]]]:
        """Take the frames that have come: number and rectangles."""
        return [paint for each in self.side.read() for paint in self._paints(each)]

    def wait_frame(self) -> tuple[int, list[Rectangle]]:
        """Wait for a frame."""
        message = self.side.read_until(lambda each: bool(self._paints(each)))[-1]
        return self._paints(message)[0]

    def acknowledge(self, frame: int) -> None:
        """Say that a frame has been taken."""
        self.side.send(display.taken(frame))

    def pixels(self) -> bytes:
        """Read what the client could see; a frame has come before."""
        if self.shown is None:
            raise AssertionError("no frame has come")
        return bytes(self.shown.pixels)

    def close(self) -> None:
        """Hang up."""
        self.side.close()
        if self.shown is not None:
            self.shown.close()
            self.shown = None

    def _paints(self, message: bytes) -> list[tuple[int, list[Rectangle]]]:
        bodies = [body for kind, body in display.read_orders(message) if kind == display.PAINT]
        painted = [display.read_paint(body) for body in bodies]
        for each in painted:
            if self.shown is None:
                self.shown = Segment(each.segment, each.size[0] * each.size[1] * 4)
        return [(each.frame, each.rectangles) for each in painted]


def kind_of(message: bytes) -> int:
    """Tell which event a message is; 0 for what is none."""
    kind, body = display.read_message(message)
    return display.read_event(body).kind if kind == display.EVENT else 0


def block(kind: int, body: bytes) -> bytes:
    """Write one message of the channels' protocol in a block of its own."""
    return struct.pack("<IIII", 0, len(body) + 16, kind, len(body) + 8) + body


def channel_setup(*names: str) -> bytes:
    """Write the set-up of channels, numbered from 0."""
    listed = [struct.pack("<8sHH", name.encode(), at, 0) for at, name in enumerate(names)]
    return block(3, struct.pack("<H", len(names)) + b"".join(listed))


def channel_data(kind: int, channel: int, pdu: bytes) -> bytes:
    """Write a whole PDU: 5 is the kind from the client, 8 that from the session."""
    return block(kind, struct.pack("<HHHI", channel, 3, len(pdu), len(pdu)) + pdu)
