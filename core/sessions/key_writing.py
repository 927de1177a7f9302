"""What is typed in the running session: collected on the loop, written on the store's worker."""

from __future__ import annotations

from contextlib import suppress

from core.audit.entries import TrailHead
from core.audit.key_log import LARGEST_KEYSYM, KeyLog
from core.errors import Bug, Failure
from core.runtime.clock import Clock, Instant
from core.runtime.finishing import to_its_end
from core.runtime.workers import Worker

_Typed = tuple[int, bool, Instant]


class SessionKeys:
    """Made and used on the engine's loop, unless a method says otherwise.

    It is ended, let go of and abandoned to the end, as the trail is.
    """

    def __init__(self, log: KeyLog, *, worker: Worker, clock: Clock) -> None:
        self._log = log
        self._worker = worker
        self._clock = clock
        self._waiting: list[_Typed] = []
        self._is_ended = False
        self._is_let_go = False  # the worker's

    def begin(self) -> None:
        """Put the file on the medium; on the store's worker. Raises StorageFull, DataDirectoryUnwritable."""
        self._log.begin()

    def note(self, keysym: int, *, is_pressed: bool) -> None:
        """Take a stroke; the next ``sync`` writes it. After the end it is nothing."""
        if not 0 <= keysym <= LARGEST_KEYSYM:
            raise Bug("a keysym has 32 bits")
        if not self._is_ended:
            self._waiting.append((keysym, is_pressed, self._clock.now()))

    async def sync(self) -> None:
        """Put what was typed on the medium; raises as ``begin``."""
        if not self._is_ended:
            await self._worker.run(self._sync, self._take())

    async def end(self) -> TrailHead:
        """Write the rest, let go of the file, and give the head for the manifest; raises as ``begin``."""
        self._is_ended = True
        return await to_its_end(self._worker.run(self._end, self._take()))

    async def let_go(self) -> None:
        """Let go of the file; what can be kept is kept for recovery."""
        self._is_ended = True
        await to_its_end(self._worker.run(self._let_go, self._take()))

    async def abandon(self) -> None:
        """Let go of the file of a session that never began."""
        self._is_ended = True
        await to_its_end(self._worker.run(self._log.abandon))

    def _take(self) -> list[_Typed]:
        typed, self._waiting = self._waiting, []
        return typed

    def _sync(self, typed: list[_Typed]) -> None:
        for keysym, is_pressed, instant in typed:
            self._log.append(keysym, is_pressed=is_pressed, instant=instant)
        self._log.sync()

    def _end(self, typed: list[_Typed]) -> TrailHead:
        try:
            self._sync(typed)
        finally:
            self._is_let_go = True
            self._log.abandon()
        return self._log.head()

    def _let_go(self, typed: list[_Typed]) -> None:
        if not self._is_let_go:
            with suppress(Failure):
                self._end(typed)
