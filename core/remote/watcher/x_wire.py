"""The X protocol, as far as a program needs it that only looks; little-endian, over a Unix socket.

Source: X Window System Protocol, X Version 11, appendix B; the authority file is that of libXau.
"""

from __future__ import annotations

import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from core.remote.lines.link import Rectangle
from core.remote.lines.wire import Connection, Violation

PATIENCE_S = 5.0
_LARGEST_FILE = 64 << 10
_LARGEST_MESSAGE = 1 << 20
_MOST_WAITING = 30_000  # answers that are due; serial numbers are told apart below 65,536
_SCHEME = b"MIT-MAGIC-COOKIE-1"
_UNIT = 32  # bytes of an event, an error and the least reply

SUBSTRUCTURE, FOCUS, PROPERTY = 1 << 19, 1 << 21, 1 << 22
FOCUS_IN, FOCUS_OUT, CREATED, DESTROYED, UNMAPPED, MAPPED = 9, 10, 16, 17, 18, 19
REPARENTED, CONFIGURED, MOVED, PROPERTY_CHANGED, WITH_MORE = 21, 22, 24, 28, 35
WM_NAME, WM_CLASS, WM_TRANSIENT_FOR = 39, 67, 68
ATTRIBUTES, BOX, CHILDREN = 3, 14, 15  # what can be asked about a window
_INPUT_ONLY = 2
_ERROR, _REPLY, _SENT_BY_A_CLIENT = 0, 1, 0x80

Handler = Callable[[bytes], None]  # gets the reply, or b"" for an error


class Screen(NamedTuple):
    """The first screen of a display; ``client_mask`` is the part of an identifier that names its client."""

    root: int
    client_mask: int


class Event(NamedTuple):
    """What happened to a window; ``other`` is its parent or a property, ``box`` its place and size in the parent."""

    kind: int
    window: int
    other: int = 0
    box: Rectangle = (0, 0, 0, 0)


class Property(NamedTuple):
    """A property's value; ``is_cut`` where it is longer than what was asked for."""

    item_bits: int
    value: bytes
    is_cut: bool


# --- the beginning ---------------------------------------------------------------------------


def read_cookie(content: bytes, display_number: bytes) -> bytes:
    """Find the display's cookie in an authority file; raises Violation."""
    at = 0
    try:
        while at < len(content):
            at += 2  # the family; the cookie decides
            fields = []
            for _ in range(4):
                (size,) = struct.unpack_from(">H", content, at)
                fields.append(content[at + 2 : at + 2 + size])
                at += 2 + size
            _, number, scheme, cookie = fields
            if scheme == _SCHEME and number in {b"", display_number}:
                return cookie
    except struct.error as error:
        raise Violation("an authority file that ends too early") from error
    raise Violation("no cookie for this display")


def open_display(path: Path, authority: Path) -> tuple[socket.socket, Screen]:
    """Connect to the display whose socket is ``path``; raises OSError or Violation."""
    with authority.open("rb") as file:
        cookie = read_cookie(file.read(_LARGEST_FILE), path.name.removeprefix("X").encode())
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        stream.settimeout(PATIENCE_S)
        stream.connect(str(path))
        return stream, read_screen(greet(stream, cookie))
    except BaseException:
        stream.close()
        raise


def greet(stream: socket.socket, cookie: bytes) -> bytes:
    """Begin a conversation; gives what the display says of itself. Raises OSError or Violation."""
    sizes = struct.pack("<BxHHHHxx", ord("l"), 11, 0, len(_SCHEME), len(cookie))
    stream.sendall(sizes + _padded(_SCHEME) + _padded(cookie))
    is_accepted, length = struct.unpack("<B5xH", _read_exactly(stream, 8))
    body = _read_exactly(stream, length * 4)
    if is_accepted != 1:
        raise Violation("the display refuses the cookie")
    return body


def read_screen(body: bytes) -> Screen:
    """Read what a display says of itself; raises Violation."""
    try:
        own_mask, vendor, formats = struct.unpack_from("<8xI4xH3xB", body)
        at = 32 + vendor + -vendor % 4 + 8 * formats
        (root,) = struct.unpack_from("<I", body, at)
    except struct.error as error:
        raise Violation("a display's description that is too short") from error
    return Screen(root, 0x1FFFFFFF & ~own_mask)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _read_exactly(stream: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = stream.recv(size - len(data))
        if not more:
            raise Violation("the display ended the conversation")
        data += more
    return data


# --- the conversation ------------------------------------------------------------------------


def split_messages(data: bytearray) -> int:
    """Size the first message from a display; 0 when that is not known yet."""
    if len(data) < _UNIT:
        return 0
    has_more = data[0] == _REPLY or data[0] & ~_SENT_BY_A_CLIENT == WITH_MORE
    size = _UNIT + (int.from_bytes(data[4:8], "little") * 4 if has_more else 0)
    if size > _LARGEST_MESSAGE:
        raise Violation(f"a display's message of {size} bytes")
    return size


class Display:
    """A conversation with a display: requests are collected and sent together, replies come in their order."""

    def __init__(self, stream: socket.socket) -> None:
        self.connection = Connection(stream, split_messages)
        self._requests = bytearray()
        self._serial = 0
        self._waiting: deque[tuple[int, Handler]] = deque()

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is due."""
        return bool(self._waiting)

    def ask(self, request: bytes, handler: Handler | None = None) -> None:
        """Send a request with the next ``flush``; raises Violation when too many answers are due."""
        self._serial = (self._serial + 1) & 0xFFFF
        self._requests += request
        if handler is not None:
            self._waiting.append((self._serial, handler))
        if len(self._waiting) > _MOST_WAITING:
            raise Violation("more happens than can be followed")

    def flush(self) -> None:
        """Send what was asked; raises Closed or Violation."""
        requests, self._requests = bytes(self._requests), bytearray()
        self.connection.send(requests)

    def receive(self) -> Iterator[Event]:
        """Give events and serve replies, in the order in which they come; raises Closed or Violation."""
        for message in self.connection.receive():
            if message[0] in {_ERROR, _REPLY}:
                self._answer(message)
            elif event := read_event(message):
                yield event

    def _answer(self, message: bytes) -> None:
        is_next = self._waiting and self._waiting[0][0] == int.from_bytes(message[2:4], "little")
        if is_next:
            self._waiting.popleft()[1](message if message[0] == _REPLY else b"")
        elif message[0] == _REPLY:
            raise Violation("a reply that nobody asked for")


# --- events and replies ----------------------------------------------------------------------


def read_event(message: bytes) -> Event | None:
    """Read an event; None for one that says nothing here, or that a client has made up."""
    kind = message[0]
    if kind in {FOCUS_IN, FOCUS_OUT, PROPERTY_CHANGED}:
        window, name = struct.unpack_from("<II", message, 4)
        return Event(kind, window, name if kind == PROPERTY_CHANGED else 0)
    if kind == CREATED:
        parent, window, *numbers = struct.unpack_from("<IIhhHHH", message, 4)
        return Event(kind, window, parent, outer_box(*numbers))
    if kind not in {DESTROYED, UNMAPPED, MAPPED, CONFIGURED, MOVED, REPARENTED}:
        return None
    (window, number), box = struct.unpack_from("<II", message, 8), (0, 0, 0, 0)
    if kind == CONFIGURED:
        box = outer_box(*struct.unpack_from("<hhHHH", message, 16))
    elif kind in {MOVED, REPARENTED}:
        x, y = struct.unpack_from("<hh", message, 12 if kind == MOVED else 16)
        box = (x, y, 0, 0)
    return Event(kind, window, number if kind == REPARENTED else 0, box)


def outer_box(x: int, y: int, width: int, height: int, border: int) -> Rectangle:
    """Give a window's rectangle with its border."""
    return x, y, width + 2 * border, height + 2 * border


def read_box(reply: bytes) -> Rectangle:
    """Read where a window is in its parent."""
    return outer_box(*struct.unpack_from("<hhHHH", reply, 12))


def read_attributes(reply: bytes) -> tuple[bool, bool]:
    """Read whether a window has no pixels of its own, and whether it is mapped."""
    return int.from_bytes(reply[12:14], "little") == _INPUT_ONLY, reply[26] != 0


def read_children(reply: bytes) -> list[int]:
    """Read a window's children."""
    return [each for (each,) in struct.iter_unpack("<I", reply[_UNIT:])]


def read_property(reply: bytes) -> Property:
    """Read a property; one that is not there is empty."""
    left, count = struct.unpack_from("<II", reply, 12)
    size = count * (reply[1] // 8)
    return Property(reply[1], reply[_UNIT : _UNIT + size], left > 0)


def read_number(reply: bytes) -> int:
    """Read the one number of a reply: an atom, or the window that has the focus."""
    return int.from_bytes(reply[8:12], "little")


# --- requests --------------------------------------------------------------------------------


def select_events(window: int, mask: int) -> bytes:
    """Ask to be told what happens to a window; other clients notice nothing of it."""
    return struct.pack("<BxHIII", 2, 4, window, 1 << 11, mask)


def ask_about(window: int, what: int) -> bytes:
    """Ask for a window's ATTRIBUTES, BOX or CHILDREN."""
    return struct.pack("<BxHI", what, 2, window)


def get_atom(name: bytes) -> bytes:
    """Ask for a name's number."""
    return struct.pack("<BxHHxx", 16, 2 + (len(name) + 3) // 4, len(name)) + _padded(name)


def get_property(window: int, name: int, most_words: int) -> bytes:
    """Ask for the beginning of a property of any type."""
    return struct.pack("<BxHIIIII", 20, 6, window, name, 0, 0, most_words)


def get_focus() -> bytes:
    """Ask for the window that has the focus; everything that happened before comes before the answer."""
    return struct.pack("<BxH", 43, 1)
