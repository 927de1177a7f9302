"""Sockets that carry whole messages of bounded size, without ever blocking."""

from __future__ import annotations

import os
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_READ_BYTES = 64 << 10
_FULL_BYTES = 1 << 20  # more than that waits: who causes more is not read from
_MOST_WAITING_BYTES = 24 << 20  # what a side may leave unread before it is cut off
DESCRIPTOR = b"int\0"  # what xorgxrdp sends a descriptor with, after the message that needs it

Split = Callable[[bytearray], int]  # sizes the first message; 0 when that is not known yet


class Violation(Exception):
    """A side broke its protocol or a bound; it is cut off."""


class Closed(Exception):
    """A side has closed its end."""


def sized(at: int, least: int, most: int, uncounted: int = 0) -> Split:
    """Make what sizes a message by the u32 at an offset, which leaves so many bytes uncounted."""

    def split(data: bytearray) -> int:
        if len(data) < at + 4:
            return 0
        length = uncounted + int.from_bytes(data[at : at + 4], "little")
        if not least <= length <= most:
            raise Violation(f"a message of {length} bytes")
        return length

    return split


split_events = sized(0, 6, 16 << 10)  # from xrdp to a display: u32 length, itself counted
split_blocks = sized(4, 16, 64 << 10)  # of channels: u32 version, u32 length, both counted
_split_sized_orders = sized(4, 8, 256 << 10, 8)


def split_orders(data: bytearray) -> int:
    """Size what comes from a display: u16 type, u16 count, u32 length of what follows; or DESCRIPTOR."""
    return len(DESCRIPTOR) if data.startswith(DESCRIPTOR) else _split_sized_orders(data)


def listen(path: Path) -> socket.socket:
    """Listen at a path, without blocking; raises OSError."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    path.unlink(missing_ok=True)
    listener.bind(str(path))
    path.chmod(0o660)
    listener.listen(4)
    listener.settimeout(0)
    return listener


def wait(
    sources: list[Any], connections: list[Connection], times_ns: list[int]
) -> tuple[list[Any], list[Connection]]:
    """Wait until sources are readable, something waiting can be sent, or a time on the monotonic clock has come.

    Gives what is readable, and the connections for which there is something to do.
    """
    sinks = [each for each in connections if each.is_sending]
    patience_s = max(0, min(times_ns) - time.monotonic_ns()) / 1e9 if times_ns else None
    readable, writable, _ = select.select(sources, sinks, [], patience_s)
    return readable, [each for each in connections if each in readable or each in writable]


class Connection:
    """One side, as whole messages, with so many descriptors at most that nobody has taken yet."""

    def __init__(self, stream: socket.socket, split: Split, most_descriptors: int = 0) -> None:
        stream.settimeout(0)
        self.socket = stream
        self._split, self._most_descriptors = split, most_descriptors
        self._descriptors: deque[int] = deque()
        self._incoming, self._outgoing = bytearray(), bytearray()

    def fileno(self) -> int:
        """Its descriptor; negative once it is closed."""
        return self.socket.fileno()

    @property
    def is_sending(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self._outgoing)

    @property
    def is_full(self) -> bool:
        """Whether so much waits to be sent that no more should come."""
        return len(self._outgoing) > _FULL_BYTES

    def receive(self) -> Iterator[bytes]:
        """Read what is there and give its whole messages; raises Closed or Violation."""
        try:
            data, passed, _, _ = socket.recv_fds(self.socket, _READ_BYTES, self._most_descriptors)
        except BlockingIOError:
            return
        except OSError as error:
            raise Closed from error
        self._descriptors += passed
        if len(self._descriptors) > self._most_descriptors:
            raise Violation("descriptors that belong to nothing")
        if not data:
            raise Closed
        self._incoming += data
        while 0 < (size := self._split(self._incoming)) <= len(self._incoming):
            message = bytes(self._incoming[:size])
            del self._incoming[:size]
            yield message

    def take_descriptor(self) -> int:
        """Give the oldest descriptor that was passed, now the caller's; raises Violation when there is none."""
        if not self._descriptors:
            raise Violation("a descriptor that did not come")
        return self._descriptors.popleft()

    def send(self, message: bytes) -> None:
        """Send a message, now or when the side reads; raises Closed or Violation."""
        self._outgoing += message
        self.flush()
        if len(self._outgoing) > _MOST_WAITING_BYTES:
            raise Violation("it does not read what it is sent")

    def flush(self) -> None:
        """Send what waits, as far as the side takes it; raises Closed."""
        try:
            while self._outgoing:
                del self._outgoing[: self.socket.send(self._outgoing)]
        except BlockingIOError:
            return
        except OSError as error:
            raise Closed from error

    def close(self) -> None:
        """Close the socket, and what came through it and was not taken."""
        self.socket.close()
        while self._descriptors:
            os.close(self._descriptors.popleft())
