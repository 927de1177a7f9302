"""The protocol between xrdp and the display it shows ("xup"), written and read on both sides.

To the display: u32 length, u16 type, body. From it: u16 type, u16 count, u32 length, orders of u16 type, u16 size,
body. All numbers are little-endian. Read from xrdp 0.9.21's libxup and the sources of xorgxrdp.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from core.remote.gate.wire import Violation

Rectangle = tuple[int, int, int, int]  # left, top, width, height

EVENT, CLIENT_INFO, SHOWN, SHOWN_EX, SUPPRESS = 103, 104, 105, 106, 108
KEY_DOWN, KEY_UP, KEY_SYNC, MOVE, FIRST_BUTTON, LAST_BUTTON = 15, 16, 17, 100, 101, 118
INVALIDATE, RESIZE, VERSION = 200, 300, 301
PAINT, POINTER, POINTER_EX = 61, 19, 51

_ORDERS, _CAPABILITIES = 3, 2
_MOST_RECTANGLES = 4096
_MOST_PIXELS = 4096 * 4096


class Event(NamedTuple):
    """One event of the peer: what it is, and four numbers."""

    kind: int
    a: int
    b: int
    c: int
    d: int


class ClientInfo(NamedTuple):
    """What the gate wants to know of a client; offsets are those of one version of the structure."""

    bits_per_pixel: int
    name: str
    password: str
    capture_code: int


class Painted(NamedTuple):
    """The display has new pixels in these rectangles of its shared memory."""

    rectangles: list[Rectangle]
    frame: int
    segment: int
    width: int
    height: int


def read_message(message: bytes) -> tuple[int, bytes]:
    """Take a message from xrdp apart: its type and body."""
    return int.from_bytes(message[4:6], "little"), message[6:]


def read_event(body: bytes) -> Event:
    """Read an event; raises Violation."""
    if len(body) != 20:
        raise Violation("an event of another size")
    return Event(*struct.unpack("<5i", body))


# size of the structure and offsets in it, by version
_CLIENT_INFO = {20210723: (7072, 8, 80, 32, 632, 512, 4556)}


def read_client_info(body: bytes) -> ClientInfo:
    """Read what a client says of itself; raises Violation for a version that is not known."""
    if len(body) < 8:
        raise Violation("a client's description that is too short")
    _, version = struct.unpack_from("<Ii", body)
    size, depth, name, name_size, password, password_size, capture = _CLIENT_INFO.get(
        version, (0,) * 7
    )
    if not size or len(body) != size:
        raise Violation(f"a client's description of version {version}")
    return ClientInfo(
        int.from_bytes(body[depth : depth + 4], "little"),
        _text(body[name : name + name_size]),
        _text(body[password : password + password_size]),
        int.from_bytes(body[capture : capture + 4], "little"),
    )


def own_client_info(width: int, height: int) -> bytes:
    """Describe the gate itself to the display: 32 bits a pixel, plain capture, a US keyboard."""
    version = max(_CLIENT_INFO)
    size = _CLIENT_INFO[version][0]
    body = bytearray(size)
    struct.pack_into("<5i", body, 0, size, version, 32, width, height)
    struct.pack_into("<i", body, 116, 0x409)
    for offset, text in ((6612, b"pc105"), (6628, b"us")):
        body[offset : offset + len(text)] = text
    return to_display(CLIENT_INFO, bytes(body))


def to_display(kind: int, body: bytes) -> bytes:
    """Write a message to a display."""
    return struct.pack("<IH", len(body) + 6, kind) + body


def event(kind: int, a: int = 0, b: int = 0, c: int = 0, d: int = 0) -> bytes:
    """Write an event to a display."""
    return to_display(EVENT, struct.pack("<5i", kind, a, b, c, d))


def invalidate(width: int, height: int) -> bytes:
    """Ask a display to paint all of itself."""
    return event(INVALIDATE, 0, (width << 16) | height)


def capabilities() -> bytes:
    """Answer a version, as a display does: nothing out of the ordinary."""
    return struct.pack("<HHI", _CAPABILITIES, 0, 0)


def read_orders(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Take what a display sends apart: the type and body of each order; raises Violation."""
    kind, count, _ = struct.unpack_from("<HHI", message)
    if kind == _CAPABILITIES:
        yield 0, b""
        return
    if kind != _ORDERS:
        raise Violation(f"a display's message of type {kind}")
    at = 8
    for _ in range(count):
        if at + 4 > len(message):
            raise Violation("fewer orders than were said")
        order, size = struct.unpack_from("<HH", message, at)
        if size < 4 or at + size > len(message):
            raise Violation("an order of a wrong size")
        yield order, message[at + 4 : at + size]
        at += size


def read_paint(body: bytes) -> Painted:
    """Read a paint order; raises Violation."""
    try:
        (dirty,) = struct.unpack_from("<H", body)
        at = 2 + 8 * dirty
        (copied,) = struct.unpack_from("<H", body, at)
        rectangles = [struct.unpack_from("<4h", body, at + 2 + 8 * each) for each in range(copied)]
        _, frame, segment, offset, width, height = struct.unpack_from(
            "<IiiIHH", body, at + 2 + 8 * copied
        )
    except struct.error as error:
        raise Violation("a paint order that is too short") from error
    if offset != 0 or copied > _MOST_RECTANGLES or not 0 < width * height <= _MOST_PIXELS:
        raise Violation("a paint order out of bounds")
    return Painted(rectangles, frame, segment, width, height)


def paint(rectangles: list[Rectangle], frame: int, segment: int, width: int, height: int) -> bytes:
    """Write a paint order in its update, as a display does; at most 400 rectangles."""
    listed = b"".join(struct.pack("<4h", *each) for each in rectangles)
    count = struct.pack("<H", len(rectangles))
    body = (
        count
        + listed
        + count
        + listed
        + struct.pack("<IiiIHH", 0, frame, segment, 0, width, height)
    )
    orders = (
        struct.pack("<HH", 1, 4)
        + struct.pack("<HH", PAINT, len(body) + 4)
        + body
        + struct.pack("<HH", 2, 4)
    )
    return struct.pack("<HHI", _ORDERS, 3, len(orders)) + orders


def pointer(kind: int, body: bytes) -> bytes:
    """Write a pointer's shape, which must have the size that its depth asks for; raises Violation."""
    depth = int.from_bytes(body[4:6], "little") if kind == POINTER_EX else 24
    pixel_bytes = 3 if depth == 0 else (depth + 7) // 8
    expected = (6 if kind == POINTER_EX else 4) + 32 * 32 * pixel_bytes + 32 * 4
    if depth > 32 or len(body) != expected:
        raise Violation("a pointer of a wrong size")
    order = struct.pack("<HH", kind, len(body) + 4) + body
    return struct.pack("<HHI", _ORDERS, 1, len(order)) + order


def _text(field: bytes) -> str:
    text = field.split(b"\0", 1)[0].decode("utf-8", "replace")
    return "".join(each for each in text if each.isprintable())
