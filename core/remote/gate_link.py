"""The engine's end of the line to a gate, or to the channels beside it.

Leases and the deadlines of grants are moments of CLOCK_MONOTONIC: the gate reads that clock itself, and the
engine's clock is the same one (``SystemClock`` reads ``time.monotonic_ns``), so nothing has to be agreed on. That
clock stands still while the machine sleeps; a line over which it has slept is given up, and so the session ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from core.api.permissions import Capability, Zone
from core.errors import RemoteHostFailed
from core.remote.lines.link import NAP_NS, asleep_ns
from core.runtime.clock import Clock

LEASE_NS = 3_000_000_000
_RENEW_S = 1.0
_PATIENCE_S = 5.0
_READ_BYTES = 256 << 10
_LONGEST_LINE = 1 << 20
_DESCRIPTORS = 2  # of the picture, and of what tells its changes

Facts = Mapping[str, object]


@dataclass(frozen=True)
class GateState:
    """What a gate is told to enforce. Grants run out at CLOCK_MONOTONIC nanoseconds, or (None) with the session."""

    granted: Mapping[Capability, int | None] = field(default_factory=dict)
    is_shielded: bool = True
    hidden: tuple[Zone, ...] = ()
    is_open: bool = False  # somebody may come to the door
    records_keys: bool = False
    frame_ns: int = 40_000_000
    clipboard_bytes: int = 0
    file_bytes: int = 0
    notice: str = ""
    visit: int = 0  # who is there, numbered; 0 while nobody is
    is_admitted: bool = False  # that visit had the right code

    def words(self, sequence: int, lease_ns: int) -> dict[str, object]:
        """Write it as the gate reads it."""
        return {
            "sequence": sequence,
            "lease_ns": lease_ns,
            "granted": {each.value: until for each, until in self.granted.items()},
            "hidden": [[each.x, each.y, each.width, each.height] for each in self.hidden],
            "is_shielded": self.is_shielded,
            "is_open": self.is_open,
            "records_keys": self.records_keys,
            "frame_ns": self.frame_ns,
            "clipboard_bytes": self.clipboard_bytes,
            "file_bytes": self.file_bytes,
            "notice": self.notice,
            "visit": self.visit,
            "is_admitted": self.is_admitted,
        }


class GateLink:
    """Says how things stand, renews the lease, and hears what happens; lives on the engine's loop.

    ``heard`` is called with what happened and its facts, and does not raise; ``lost`` once, when the gate is gone.
    """

    def __init__(
        self,
        stream: socket.socket,
        clock: Clock,
        heard: Callable[[str, Facts], None],
        lost: Callable[[], None],
        *,
        program: str = "gate",
    ) -> None:
        stream.settimeout(0)
        self._program = program
        self._stream = stream
        self._clock = clock
        self._heard = heard
        self._lost = lost
        self._state = GateState()
        self._asleep_ns = asleep_ns()
        self._sequence = 0
        self._waiting: dict[int, asyncio.Future[Facts]] = {}
        self._rest = b""
        self._descriptors: list[int] = []
        self._ready: asyncio.Future[Facts] = asyncio.get_running_loop().create_future()
        self._renewing: asyncio.Task[None] | None = None
        self._is_closed = False
        asyncio.get_running_loop().add_reader(stream.fileno(), self._read)

    @property
    def state(self) -> GateState:
        """What the gate was told last."""
        return self._state

    async def wait_up(self) -> None:
        """Wait for what gives no picture: the channels, or an observer's program. Raises RemoteHostFailed."""
        try:
            await asyncio.wait_for(asyncio.shield(self._ready), _PATIENCE_S)
        except TimeoutError:
            raise self._failed("it did not come up") from None
        self._renewing = asyncio.ensure_future(self._renew())

    async def wait_ready(self) -> tuple[int, int]:
        """Wait for the gate; gives the descriptors of its picture and of what tells its changes, now the caller's.

        Raises RemoteHostFailed.
        """
        await self.wait_up()
        if len(self._descriptors) != _DESCRIPTORS:
            raise self._failed("it gave no picture")
        picture, changes = self._descriptors
        self._descriptors = []
        return picture, changes

    async def tell(self, state: GateState) -> Facts:
        """Say how things stand now and wait until the gate has done it. Raises RemoteHostFailed."""
        self._state = state
        return await self._say_state()

    def say(self, **word: object) -> None:
        """Say something that is no state: ``admitted`` or ``drop``."""
        self._send(word)

    async def close(self) -> None:
        """Close the line; the gate then denies everything and ends, and whoever waits for it hears so."""
        renewing, self._renewing = self._renewing, None
        self._shut()  # first, so that renewing ends also where its last answer and this come at once
        if renewing is not None:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
        for each in self._descriptors:
            os.close(each)
        self._descriptors = []

    async def _say_state(self) -> Facts:
        if self._is_closed:
            raise self._failed("it is gone")
        if asleep_ns() >= self._asleep_ns + NAP_NS:
            self.give_up()
            raise self._failed("the machine has slept: no lease or grant from before holds")
        self._sequence += 1
        sequence = self._sequence
        done: asyncio.Future[Facts] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = done
        try:
            self._send({"state": self._state.words(sequence, self._clock.now().mono_ns + LEASE_NS)})
            return await asyncio.wait_for(done, _PATIENCE_S)
        except TimeoutError:
            self.give_up()
            raise self._failed("it does not answer") from None
        finally:
            self._waiting.pop(sequence, None)

    async def _renew(self) -> None:
        """Keep the lease alive; a gate that does not answer is given up."""
        with suppress(RemoteHostFailed):
            while True:
                await self._say_state()
                await self._clock.sleep(_RENEW_S)

    def _send(self, word: Mapping[str, object]) -> None:
        if self._is_closed:
            return
        try:
            self._stream.sendall(json.dumps(word).encode() + b"\n")
        except OSError:  # the gate reads nothing any more: it is as good as gone
            self.give_up()

    def _read(self) -> None:
        try:
            data, descriptors, _, _ = socket.recv_fds(self._stream, _READ_BYTES, _DESCRIPTORS + 1)
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        self._descriptors += descriptors
        for each in descriptors:
            os.set_inheritable(each, False)  # noqa: FBT003 - the system's own signature
        if not data or len(self._rest) > _LONGEST_LINE or len(self._descriptors) > _DESCRIPTORS:
            self.give_up()
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._take_lines(lines)

    def _take_lines(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            if self._is_closed:
                return
            try:
                facts = json.loads(line)
                happened = str(facts.pop("happened"))
                sequence = int(facts.get("sequence", 0))
            except (
                ValueError,
                LookupError,
                AttributeError,
                TypeError,
                ArithmeticError,
                RecursionError,
            ):
                self.give_up()  # the gate speaks JSON; whoever does not is no gate
                return
            self._take(happened, sequence, facts)

    def _take(self, happened: str, sequence: int, facts: Facts) -> None:
        if happened == "ready" and not self._ready.done():
            self._ready.set_result(facts)
        elif happened == "did":
            waiting = self._waiting.get(sequence)
            if waiting is not None and not waiting.done():
                waiting.set_result(facts)
        else:
            self._heard(happened, facts)

    def _failed(self, reason: str) -> RemoteHostFailed:
        return RemoteHostFailed(program=self._program, reason=reason)

    def give_up(self) -> None:
        """Close the line to who cannot be trusted any more, and call it lost."""
        if not self._is_closed:
            self._shut()
            self._lost()

    def _shut(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        asyncio.get_running_loop().remove_reader(self._stream.fileno())
        self._stream.close()
        failure = self._failed("it is gone")
        for each in (self._ready, *self._waiting.values()):
            if not each.done():
                each.set_exception(failure)
                each.exception()  # whoever waits hears of it; nobody need be waiting
