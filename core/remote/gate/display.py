"""The protocol between xrdp and the display it shows ("xup"), written and read on both sides.

To the display: u32 length, u16 type, body. From it: u16 type, u16 count, u32 length, orders of u16 type, u16 size,
body. All numbers are little-endian. Read from the libxup of xrdp 0.9.21 and 0.10.1 and the sources of xorgxrdp.
Since 0.10 a display passes its shared memory as a descriptor, with four bytes of their own after the message.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from core.remote.lines.link import Rectangle
from core.remote.lines.wire import Violation

EVENT, CLIENT_INFO, SHOWN, SHOWN_EX, SUPPRESS = 103, 104, 105, 106, 108
KEY_DOWN, KEY_UP, KEY_SYNC, MOVE, FIRST_BUTTON, LAST_BUTTON = 15, 16, 17, 100, 101, 118
INVALIDATE, RESIZE, VERSION = 200, 300, 301
PAINT, PAINT_MAPPED, POINTER, POINTER_EX, READY = 61, 64, 19, 51, -1

_CAPABILITIES, _ORDERS, _ALLOCATED, _BEGIN, _END = 2, 3, 100, 1, 2
# how a client describes itself, by version: size; offsets of name, password, keyboard, width, height
_LAYOUTS = {20210723: (7072, 80, 632, 116, 12, 16), 20230425: (7192, 72, 624, 108, 4440, 4444)}
_DEPTH, _CAPTURE, _CAPTURE_FORMAT, _MODEL, _KEYS = 8, 4556, 4560, 6612, 6628  # in all of them
_NAME_BYTES, _PASSWORD_BYTES, _US = 32, 512, 0x409
_POINTER_PIXELS, _POINTER_MASK_BYTES = 32 * 32, 32 * 4


class Event(NamedTuple):
    """One event of the peer: what it is, and four numbers."""

    kind: int
    a: int
    b: int
    c: int
    d: int


class ClientInfo(NamedTuple):
    """What the gate wants to know of a client."""

    bits_per_pixel: int
    name: str
    password: str
    capture_code: int
    size: tuple[int, int]


class Painted(NamedTuple):
    """The display has new pixels in these rectangles of its shared memory; a mapped one has no segment."""

    rectangles: list[Rectangle]
    frame: int
    segment: int
    size: tuple[int, int]


def read_message(message: bytes) -> tuple[int, bytes]:
    """Take a message from xrdp apart: its type and body."""
    return int.from_bytes(message[4:6], "little"), message[6:]


def read_event(body: bytes) -> Event:
    """Read an event; raises Violation."""
    if len(body) != 20:
        raise Violation("an event of another size")
    return Event(*struct.unpack("<5i", body))


def read_client_info(body: bytes) -> ClientInfo:
    """Read what a client says of itself; raises Violation for a version that is not known."""
    version = _number(body, 4)
    size, name, password, _, width, height = _LAYOUTS.get(version, (-1,) * 6)
    if not size == len(body) == _number(body, 0):
        raise Violation(f"a client's description of version {version}")
    return ClientInfo(
        _number(body, _DEPTH),
        _text(body[name : name + _NAME_BYTES]),
        _text(body[password : password + _PASSWORD_BYTES]),
        _number(body, _CAPTURE) or _number(body, _CAPTURE_FORMAT),
        (_number(body, width), _number(body, height)),
    )


def own_client_info(width: int, height: int, version: int, password: str = "") -> bytes:
    """Describe the gate itself to the display: 32 bits a pixel, plain capture, a US keyboard.

    A seat describes itself to the gate in the same way, with the gate's code, of ASCII, as its password.
    """
    size, _, secret, keyboard, *places = _LAYOUTS[version]
    body = bytearray(size)
    struct.pack_into("<3i", body, 0, size, version, 32)
    for offset, number in zip((keyboard, *places), (_US, width, height), strict=True):
        struct.pack_into("<i", body, offset, number)
    struct.pack_into(f"{_PASSWORD_BYTES}s", body, secret, password.encode())
    struct.pack_into("5s", body, _MODEL, b"pc105")
    struct.pack_into("2s", body, _KEYS, b"us")
    return to_display(CLIENT_INFO, body)


def to_display(kind: int, body: bytes | bytearray) -> bytes:
    """Write a message to a display."""
    return struct.pack("<IH", len(body) + 6, kind) + body


def event(kind: int, a: int = 0, b: int = 0, c: int = 0, d: int = 0) -> bytes:
    """Write an event to a display."""
    return to_display(EVENT, struct.pack("<5i", kind, a, b, c, d))


def taken(frame: int) -> bytes:
    """Tell a display that what it painted has been taken."""
    return to_display(SHOWN_EX, struct.pack("<II", 0, frame))


def invalidate(width: int, height: int, x: int = 0, y: int = 0) -> bytes:
    """Ask a display to paint a part of itself."""
    return event(INVALIDATE, (x << 16) | y, (width << 16) | height)


def capabilities() -> bytes:
    """Answer a version, as a display does: nothing out of the ordinary."""
    return struct.pack("<HHI", _CAPABILITIES, 0, 0)


def read_orders(message: bytes) -> list[tuple[int, bytes]]:
    """Take what a display sends apart: the type and body of each order; raises Violation."""
    kind, count, _ = struct.unpack_from("<HHI", message)
    if kind == _CAPABILITIES:
        return [(READY, b"")]
    if kind == _ALLOCATED:
        return []
    orders: list[tuple[int, bytes]] = []
    at = 8
    while kind == _ORDERS and len(orders) < count and at + 4 <= len(message):
        order, size = struct.unpack_from("<HH", message, at)
        orders.append((order, message[at + 4 : at + size]))
        at += max(size, 4)
    if kind != _ORDERS or (len(orders), at) != (count, len(message)):
        raise Violation(f"a display's message of type {kind} that does not add up")
    return orders


def read_paint(body: bytes) -> Painted:
    """Read a paint order; raises Violation."""
    try:
        (dirty,) = struct.unpack_from("<H", body)
        at = 4 + 8 * dirty
        (copied,) = struct.unpack_from("<H", body, at - 2)
        rectangles = [*struct.iter_unpack("<4h", body[at : at + 8 * copied])]
        _, frame, segment, offset, *size = struct.unpack_from("<IIiIHH", body, at + 8 * copied)
    except struct.error as error:
        raise Violation("a paint order that is too short") from error
    if offset != 0:
        raise Violation("a paint order for another place")
    return Painted(rectangles, frame, segment, (size[0], size[1]))


def read_mapped_paint(body: bytes) -> Painted:
    """Read a paint order whose memory comes as a descriptor; raises Violation."""
    if len(body) < 24 or any(body[-8:-4]):
        raise Violation("a paint order of a part of the display")
    return read_paint(body[:-8] + body[-4:])


def paint(rectangles: list[Rectangle], frame: int, segment: int, size: tuple[int, int]) -> bytes:
    """Write a paint order in its update, as a display does; at most 400 rectangles."""
    count = struct.pack("<H", len(rectangles))
    listed = count + b"".join(struct.pack("<4h", *each) for each in rectangles)
    body = listed + listed + struct.pack("<IIiIHH", 0, frame, segment, 0, *size)
    return _orders(_order(_BEGIN) + _order(PAINT, body) + _order(_END), 3)


def pointer(kind: int, body: bytes) -> bytes:
    """Write a pointer's shape, which must have the size that its depth asks for; raises Violation."""
    start, depth = (6, int.from_bytes(body[4:6], "little")) if kind == POINTER_EX else (4, 24)
    pixel_bytes = 3 if depth == 0 else (depth + 7) // 8
    expected = start + _POINTER_PIXELS * pixel_bytes + _POINTER_MASK_BYTES
    if depth > 32 or len(body) != expected:
        raise Violation("a pointer of a wrong size")
    return _orders(_order(kind, body), 1)


def _order(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body) + 4) + body


def _orders(orders: bytes, count: int) -> bytes:
    return struct.pack("<HHI", _ORDERS, count, len(orders)) + orders


def _number(body: bytes, offset: int) -> int:
    return int.from_bytes(body[offset : offset + 4], "little")


def _text(field: bytes) -> str:
    text = field.split(b"\0", 1)[0].decode("utf-8", "replace")
    return "".join(each for each in text if each.isprintable())
