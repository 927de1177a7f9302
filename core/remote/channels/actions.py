"""What the filters of all channels have in common: directions, actions, limits, and reading bytes with care."""

from __future__ import annotations

import struct
from enum import Enum
from typing import Any, NamedTuple

LONGEST_NAME, LONGEST_PATH = 255, 4096  # bytes


class ChannelViolation(Exception):  # core.errors is not known here
    """A PDU breaks its protocol; nothing of it is passed, and its sender deserves no more trust."""


class Direction(Enum):
    """Which way something travels."""

    IN = "in"  # from the peer to the session
    OUT = "out"  # from the session to the peer

    @property
    def opposite(self) -> Direction:
        """The other way."""
        return Direction.OUT if self is Direction.IN else Direction.IN


class Limits(NamedTuple):
    """The most bytes of one clipboard transfer and of one file."""

    clipboard_bytes: int
    file_bytes: int


class Pass(NamedTuple):
    """A whole PDU that is to be sent on."""

    data: bytes
    direction: Direction


class Attempt(NamedTuple):
    """Something was tried that is not granted; ``capability`` is a value of the seam's Capability."""

    capability: str
    detail: str = ""


class Happened(NamedTuple):
    """Something for the trail, ``clipboard``, ``file`` or ``refused``, with its facts."""

    kind: str
    facts: dict[str, Any]


Action = Pass | Attempt | Happened


def refused(reason: str) -> Happened:
    """Report what was not passed because of what it is, not for want of a grant."""
    return Happened("refused", {"reason": reason})


def file_event(way: Direction, name: str, size: int, action: str) -> Happened:
    """Report what happened to a file."""
    name = name if name.isprintable() else ascii(name)
    facts = {"direction": way.value, "name": name[:LONGEST_PATH], "size": size, "action": action}
    return Happened("file", facts)


def unpack(layout: str, data: bytes, offset: int = 0) -> tuple[Any, ...]:
    """Read little-endian fields; raises ChannelViolation where the bytes end too early."""
    try:
        return struct.unpack_from("<" + layout, data, offset)
    except struct.error:
        raise ChannelViolation("a PDU ends too early") from None


def text_of(data: bytes) -> str:
    """Read UTF-16 up to its first zero; what is none shows as a mark that no safe name has."""
    return data.decode("utf-16-le", "replace").partition("\0")[0]


def path_of(raw: bytes, size: int) -> tuple[str, bool]:
    """Read a path below a drive's root, and tell whether it is what it looks like."""
    path = text_of(raw)
    is_whole = len(raw) == size <= LONGEST_PATH and f"{path}\0".encode("utf-16-le").startswith(raw)
    parts = path.replace("\\", "/").strip("/").split("/")  # chansrv writes either
    is_plain = is_whole and (parts == [""] or all(map(is_safe_name, parts)))
    return "/" + "/".join(parts) if is_plain else ascii(path[:LONGEST_NAME]), is_plain


def is_safe_name(name: str) -> bool:
    """Tell whether ``name`` is one plain file name: no path, no characters that hide or turn."""
    visible = name.replace("\u00a0", " ").replace("\u202f", " ")  # the spaces that macOS writes
    if not visible.isprintable() or set(name) & set("/\\:\ufffd") or name in {".", ".."}:
        return False
    return 0 < len(name.encode()) <= LONGEST_NAME
