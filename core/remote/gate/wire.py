"""Sockets that carry whole messages of bounded size, without ever blocking."""

from __future__ import annotations

import os
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator

_READ_BYTES = 256 << 10
_MOST_WAITING_BYTES = 4 << 20  # what a side may leave unread before it is cut off
_LARGEST_FROM_XRDP = 16 << 10
_LARGEST_FROM_XORG = 256 << 10
_LARGEST_CHANNEL_BLOCK = 64 << 10
_MOST_DESCRIPTORS = 8
DESCRIPTOR = b"int\0"  # what xorgxrdp sends a descriptor with, after the message that needs it

Split = Callable[[bytearray], int]


class Violation(Exception):
    """A side broke its protocol or a bound; it is cut off."""


class Closed(Exception):
    """A side has closed its end."""


def split_events(data: bytearray) -> int:
    """Size the first message from xrdp to a display: u32 length, itself counted; 0 when not known yet."""
    return (
        _bounded(int.from_bytes(data[:4], "little"), 6, _LARGEST_FROM_XRDP) if len(data) >= 4 else 0
    )


def split_orders(data: bytearray) -> int:
    """Size the first message from a display: u16 type, u16 count, u32 length of what follows; or DESCRIPTOR."""
    if data[:4] == DESCRIPTOR:
        return 4
    if len(data) < 8:
        return 0
    return 8 + _bounded(int.from_bytes(data[4:8], "little"), 0, _LARGEST_FROM_XORG)


def split_channels(data: bytearray) -> int:
    """Size the first block of the channel protocol: u32 version, u32 length, both counted."""
    if len(data) < 8:
        return 0
    version, length = struct.unpack_from("<II", data)
    if version != 0:
        raise Violation(f"channel protocol version {version}")
    return _bounded(length, 16, _LARGEST_CHANNEL_BLOCK)


def _bounded(length: int, least: int, most: int) -> int:
    if not least <= length <= most:
        raise Violation(f"a message of {length} bytes")
    return length


class Connection:
    """One side, as whole messages; ``has_descriptors`` says whether it may pass some with them."""

    def __init__(
        self, stream: socket.socket, split: Split, *, has_descriptors: bool = False
    ) -> None:
        stream.settimeout(0)
        self.socket = stream
        self._has_descriptors = has_descriptors
        self._descriptors: deque[int] = deque()
        self._split = split
        self._incoming = bytearray()
        self._outgoing = bytearray()

    @property
    def is_sending(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self._outgoing)

    def receive(self) -> Iterator[bytes]:
        """Read what is there and give its whole messages; raises Closed or Violation."""
        try:
            data = self._read()
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            raise Closed from error
        if not data:
            raise Closed
        self._incoming += data
        while size := self._split(self._incoming):
            if len(self._incoming) < size:
                return
            message = bytes(self._incoming[:size])
            del self._incoming[:size]
            yield message

    def take_descriptor(self) -> int:
        """Give the oldest descriptor that was passed, now the caller's; raises Violation when there is none."""
        if not self._descriptors:
            raise Violation("a descriptor that did not come")
        return self._descriptors.popleft()

    def _read(self) -> bytes:
        if not self._has_descriptors:
            return self.socket.recv(_READ_BYTES)
        data, passed, _, _ = socket.recv_fds(self.socket, _READ_BYTES, _MOST_DESCRIPTORS)
        self._descriptors += passed
        if len(self._descriptors) > _MOST_DESCRIPTORS:
            raise Violation("descriptors that belong to nothing")
        return data

    def send(self, message: bytes) -> None:
        """Send a message, now or when the side reads; raises Closed or Violation."""
        self._outgoing += message
        if len(self._outgoing) > _MOST_WAITING_BYTES:
            raise Violation("it does not read what it is sent")
        self.flush()

    def flush(self) -> None:
        """Send what waits, as far as the side takes it; raises Closed."""
        try:
            while self._outgoing:
                del self._outgoing[: self.socket.send(self._outgoing)]
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            raise Closed from error

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()
        while self._descriptors:
            os.close(self._descriptors.popleft())
