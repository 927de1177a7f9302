"""The line to the engine: JSON objects, one a line, over a socket that the gate was given when it started.

The engine says how things stand (``State``) and renews a lease; the gate tells what happened. Nothing that
arrives here can make the gate forget to check: when the line closes or the lease runs out, everything is denied.
"""

from __future__ import annotations

import json
import socket
import time
from dataclasses import dataclass, field
from typing import Any

from core.remote.gate.display import Rectangle
from core.remote.gate.wire import Connection, Violation

_LONGEST_LINE = 256 << 10
_MOST_HIDDEN = 256


def split_lines(data: bytearray) -> int:
    """Size the first line, its end counted; 0 when it is not whole yet."""
    end = data.find(b"\n")
    if end < 0 and len(data) > _LONGEST_LINE:
        raise Violation("a line without an end")
    return end + 1


@dataclass(frozen=True)
class State:
    """How things stand, as the engine last said. Times are CLOCK_MONOTONIC in nanoseconds."""

    sequence: int = 0
    lease_ns: int = 0
    granted: dict[str, int | None] = field(default_factory=dict)  # until when; None: until the end
    is_shielded: bool = True
    hidden: tuple[Rectangle, ...] = ()
    is_open: bool = False  # somebody may come to the door
    records_keys: bool = False
    frame_ns: int = 0  # the shortest time between two frames for the peer
    clipboard_bytes: int = 0
    file_bytes: int = 0
    notice: str = ""  # what the peer reads while it sees nothing

    def is_granted(self, capability: str) -> bool:
        """Whether the peer may do this now."""
        now = time.monotonic_ns()
        if now >= self.lease_ns or capability not in self.granted:
            return False
        until = self.granted[capability]
        return until is None or now < until

    def next_change_ns(self) -> int | None:
        """When a grant or the lease next runs out; None when none does."""
        now = time.monotonic_ns()
        times = [self.lease_ns, *(each for each in self.granted.values() if each is not None)]
        return min((each for each in times if each > now), default=None)


def read_state(said: dict[str, Any]) -> State:
    """Read what the engine said; raises Violation when any part of it is not as it must be."""
    try:
        granted = {
            str(name): None if until is None else int(until)
            for name, until in said["granted"].items()
        }
        hidden = tuple((int(x), int(y), int(w), int(h)) for x, y, w, h in said["hidden"])
        flags = [said[name] for name in ("is_shielded", "is_open", "records_keys")]
        numbers = [
            int(said[name])
            for name in ("sequence", "lease_ns", "frame_ns", "clipboard_bytes", "file_bytes")
        ]
        notice = said["notice"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Violation("a state that cannot be read") from error
    if (
        len(hidden) > _MOST_HIDDEN
        or any(type(each) is not bool for each in flags)
        or type(notice) is not str
    ):
        raise Violation("a state out of bounds")
    sequence, lease_ns, frame_ns, clipboard_bytes, file_bytes = numbers
    return State(
        sequence,
        lease_ns,
        granted,
        flags[0],
        hidden,
        flags[1],
        flags[2],
        frame_ns,
        clipboard_bytes,
        file_bytes,
        notice,
    )


class Link:
    """The line, from the gate's end."""

    def __init__(self, stream: socket.socket) -> None:
        self.connection = Connection(stream, split_lines)

    def tell(self, happened: str, **facts: str | float | bool | list[int]) -> None:
        """Tell the engine; raises Closed or Violation."""
        self.connection.send(json.dumps({"happened": happened, **facts}).encode() + b"\n")

    def hand_over(self, descriptors: list[int], **facts: int) -> None:
        """Tell the engine that the gate is ready, and give it the picture."""
        line = json.dumps({"happened": "ready", **facts}).encode() + b"\n"
        stream = self.connection.socket
        stream.settimeout(None)
        socket.send_fds(stream, [line], descriptors)
        stream.settimeout(0)

    @staticmethod
    def read(line: bytes) -> dict[str, Any]:
        """Read a line; raises Violation when it is no object."""
        try:
            said = json.loads(line)
        except ValueError as error:
            raise Violation("a line that is no JSON") from error
        if not isinstance(said, dict):
            raise Violation("a line that is no object")
        return said
