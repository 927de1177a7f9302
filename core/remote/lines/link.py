"""A line to the engine: JSON objects, one a line, over a socket that gate or channels were given when they started.

The engine says how things stand (``State``) and renews a lease; they tell what happened. Nothing that arrives here
can make them forget to check: when the line closes or the lease runs out, everything is denied.
"""

from __future__ import annotations

import json
import resource
import signal
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import Any, NamedTuple

from core.remote.lines.wire import Closed, Connection, Violation

Rectangle = tuple[int, int, int, int]  # left, top, width, height

NAP_NS = 100_000_000  # that two clocks, read one after the other, may seem to be apart
_LONGEST_LINE, _MOST_HIDDEN = 256 << 10, 256


def split_lines(data: bytearray) -> int:
    """Size the first line, its end counted; 0 when it is not whole yet."""
    end = data.find(b"\n")
    if max(end, len(data) if end < 0 else 0) > _LONGEST_LINE:
        raise Violation("a line without an end")
    return end + 1


def asleep_ns() -> int:
    """How long the machine has slept since it was started, which CLOCK_MONOTONIC leaves out."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.monotonic_ns()


class State(NamedTuple):
    """How things stand, as the engine last said. Times are CLOCK_MONOTONIC in nanoseconds.

    That clock stands still while the machine sleeps: what was said before means nothing afterwards.
    """

    sequence: int = 0
    lease_ns: int = 0
    granted: Mapping[str, int | None] = MappingProxyType({})  # until when; None: until the end
    is_shielded: bool = True
    hidden: tuple[Rectangle, ...] = ()
    is_open: bool = False  # somebody may come to the door
    visit: int = 0  # who is there, numbered; 0 while nobody is
    is_admitted: bool = False  # that visit had the right code
    records_keys: bool = False
    frame_ns: int = 0  # how long the line is given for a frame of the whole picture
    clipboard_bytes: int = 0
    file_bytes: int = 0
    notice: str = ""  # what the peer reads while it sees nothing
    asleep_ns: int = 0  # how long the machine had slept when it was said; not part of what is said

    @property
    def has_lease(self) -> bool:
        """Whether the engine still stands by what it said."""
        return time.monotonic_ns() < self.lease_ns and asleep_ns() < self.asleep_ns + NAP_NS

    def deadlines(self, after_ns: int) -> list[int]:
        """List when lease and grants run out, as far as that is later than a moment."""
        times = (self.lease_ns, *self.granted.values())
        return [each for each in times if each is not None and each > after_ns]

    def is_granted(self, capability: str) -> bool:
        """Whether the peer may do this now."""
        until = self.granted.get(capability, 0)
        return self.has_lease and (until is None or time.monotonic_ns() < until)


_KINDS = {name: type(value) for name, value in State()._asdict().items()}
_KINDS |= {"granted": dict, "hidden": list}
del _KINDS["asleep_ns"]


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
    return State(**said | {"hidden": tuple(hidden), "asleep_ns": asleep_ns()})


def open_line(descriptor: str) -> Link:
    """Begin a program that was given such a line when it was started."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the engine's to handle
    return Link(socket.socket(fileno=int(descriptor)))


class Link(Connection):
    """The line, from the end that is told."""

    def __init__(self, stream: socket.socket) -> None:
        super().__init__(stream, split_lines)

    def tell(self, happened: str, **facts: str | float | bool | list[int]) -> None:
        """Tell the engine; raises Closed or Violation."""
        self.send(json.dumps({"happened": happened, **facts}).encode() + b"\n")

    def answer(self, state: State, granted: Iterable[str]) -> None:
        """Tell that a state is in force, and what is granted by it; raises Closed or Violation."""
        allowed, now_ns = ",".join(sorted(granted)), time.monotonic_ns()
        self.tell("did", sequence=state.sequence, granted=allowed, at_ns=now_ns)

    @contextmanager
    def until_gone(self) -> Iterator[None]:
        """Do something until a line is closed or broken; the reason is the last word."""
        try:
            yield
        except (Closed, Violation) as error:
            with suppress(Closed, Violation):
                self.tell("gone", reason=str(error))

    def hand_over(self, descriptors: list[int], **facts: int) -> None:
        """Tell the engine, first of all, that all is ready, and give it descriptors; raises OSError."""
        line = json.dumps({"happened": "ready", **facts}).encode() + b"\n"
        socket.send_fds(self.socket, [line], descriptors)
