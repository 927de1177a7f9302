"""The protocol between xrdp and the display it shows ("xup"), written and read on both sides.

To the display: u32 length, u16 type, body. From it: u16 type, u16 count, u32 length, orders of u16 type, u16 size,
body. All numbers are little-endian. Read from the libxup of xrdp 0.9.21 and 0.10.1 and the sources of xorgxrdp.
Since 0.10 a display passes its shared memory as a descriptor, with four bytes of their own after the message.
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
PAINT_MAPPED, POINTER_MAPPED = 64, 63

_ORDERS, _CAPABILITIES, _ALLOCATED = 3, 2, 100
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
    width: int
    height: int


class Painted(NamedTuple):
    """The display has new pixels in these rectangles of its shared memory; a mapped one has no segment."""

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


class _Layout(NamedTuple):
    """The size of a client's description, and offsets in it; the others are the same in all versions."""

    size: int
    name: int
    password: int
    keyboard: int
    width: int
    height: int


_CLIENT_INFO = {
    20210723: _Layout(7072, 80, 632, 116, 12, 16),
    20230425: _Layout(7192, 72, 624, 108, 4440, 4444),
}
_DEPTH, _CAPTURE, _CAPTURE_FORMAT, _MODEL, _KEYS = 8, 4556, 4560, 6612, 6628
_NAME_BYTES, _PASSWORD_BYTES = 32, 512
_US = 0x409


def read_client_info(body: bytes) -> ClientInfo:
    """Read what a client says of itself; raises Violation for a version that is not known."""
    if len(body) < 8:
        raise Violation("a client's description that is too short")
    _, version = struct.unpack_from("<Ii", body)
    layout = _CLIENT_INFO.get(version)
    if layout is None or len(body) != layout.size:
        raise Violation(f"a client's description of version {version}")
    return ClientInfo(
        _number(body, _DEPTH),
        _text(body[layout.name : layout.name + _NAME_BYTES]),
        _text(body[layout.password : layout.password + _PASSWORD_BYTES]),
        _number(body, _CAPTURE) or _number(body, _CAPTURE_FORMAT),
        _number(body, layout.width),
        _number(body, layout.height),
    )


def own_client_info(width: int, height: int, version: int) -> bytes:
    """Describe the gate itself to the display: 32 bits a pixel, plain capture, a US keyboard."""
    layout = _CLIENT_INFO[version]
    body = bytearray(layout.size)
    struct.pack_into("<3i", body, 0, layout.size, version, 32)
    for offset, number in (
        (layout.width, width),
        (layout.height, height),
        (layout.keyboard, _US),
    ):
        struct.pack_into("<i", body, offset, number)
    for offset, text in ((_MODEL, b"pc105"), (_KEYS, b"us")):
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
    if kind == _ALLOCATED:
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


def read_mapped_paint(body: bytes) -> Painted:
    """Read a paint order whose memory comes as a descriptor; raises Violation."""
    if len(body) < 24 or body[-8:-4] != bytes(4):
        raise Violation("a paint order of a part of the display")
    return read_paint(body[:-8] + body[-4:])


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


def _number(body: bytes, offset: int) -> int:
    return int.from_bytes(body[offset : offset + 4], "little")


def _text(field: bytes) -> str:
    text = field.split(b"\0", 1)[0].decode("utf-8", "replace")
    return "".join(each for each in text if each.isprintable())
