"""The line to the engine: JSON objects, one a line, over a socket that the gate was given when it started.

The engine says how things stand (``State``) and renews a lease; the gate tells what happened. Nothing that
arrives here can make the gate forget to check: when the line closes or the lease runs out, everything is denied.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from core.remote.gate.display import Rectangle
from core.remote.gate.wire import Connection, Violation

_LONGEST_LINE, _MOST_HIDDEN = 256 << 10, 256


def split_lines(data: bytearray) -> int:
    """Size the first line, its end counted; 0 when it is not whole yet."""
    end = data.find(b"\n")
    if max(end, len(data) if end < 0 else 0) > _LONGEST_LINE:
        raise Violation("a line without an end")
    return end + 1


class State(NamedTuple):
    """How things stand, as the engine last said. Times are CLOCK_MONOTONIC in nanoseconds."""

    sequence: int = 0
    lease_ns: int = 0
    granted: Mapping[str, int | None] = MappingProxyType({})  # until when; None: until the end
    is_shielded: bool = True
    hidden: tuple[Rectangle, ...] = ()
    is_open: bool = False  # somebody may come to the door
    records_keys: bool = False
    frame_ns: int = 0  # how long the line is given for a frame of the whole picture
    clipboard_bytes: int = 0
    file_bytes: int = 0
    notice: str = ""  # what the peer reads while it sees nothing

    @property
    def has_lease(self) -> bool:
        """Whether the engine still stands by what it said."""
        return time.monotonic_ns() < self.lease_ns

    def is_granted(self, capability: str) -> bool:
        """Whether the peer may do this now."""
        until = self.granted.get(capability, 0)
        return self.has_lease and (until is None or time.monotonic_ns() < until)


_KINDS = {name: type(value) for name, value in State()._asdict().items()}
_KINDS |= {"granted": dict, "hidden": list}


def read_word(line: bytes) -> dict[str, Any]:
    """Read a line; raises Violation when it is no object, or has a state that is not as it must be."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Violation("a line that is no JSON") from error
    if type(said) is not dict:
        raise Violation("a line that is no object")
    return {**said, "state": _state(said["state"])} if "state" in said else said


def _state(said: Any) -> State:  # noqa: ANN401 - what JSON gives
    if type(said) is not dict or {name: type(value) for name, value in said.items()} != _KINDS:
        raise Violation("a state that cannot be read")
    hidden = [tuple(each) if type(each) is list else () for each in said["hidden"]]
    if len(hidden) > _MOST_HIDDEN or any([*map(type, each)] != [int] * 4 for each in hidden):
        raise Violation("hidden rectangles that cannot be read")
    if any(until is not None and type(until) is not int for until in said["granted"].values()):
        raise Violation("grants that cannot be read")
    return State(**said | {"hidden": tuple(hidden)})


class Link(Connection):
    """The line, from the gate's end."""

    def __init__(self, stream: socket.socket) -> None:
        super().__init__(stream, split_lines)

    def tell(self, happened: str, **facts: str | float | bool | list[int]) -> None:
        """Tell the engine; raises Closed or Violation."""
        self.send(json.dumps({"happened": happened, **facts}).encode() + b"\n")

    def hand_over(self, descriptors: list[int], **facts: int) -> None:
        """Tell the engine, first of all, that the gate is ready, and give it the picture; raises OSError."""
        line = json.dumps({"happened": "ready", **facts}).encode() + b"\n"
        socket.send_fds(self.socket, [line], descriptors)
