"""Calls that anybody can make as often as they like are summed up, so that they cannot fill the disk.

The first of a kind is written down at once; those that follow it within a minute are counted, and the count is
written down when the minute is over. Until it is quiet for half an hour, each such time is twice as long as the one
before, up to 16 minutes: whoever calls for days must not push out of the log what others did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from core.admin.call_log import CallLog, Entry
from core.api.access import CallOutcome
from core.runtime.clock import Clock
from core.runtime.finishing import to_its_end

WINDOW_S: Final = 60.0
LONGEST_WINDOW_S: Final = 960.0
_NS = 1_000_000_000

Kind = tuple[str, CallOutcome]


@dataclass
class _Window:
    """The time after a call that was written down, and how many like it came since."""

    entry: Entry
    since_ns: int
    length_s: float = WINDOW_S
    further: int = 0

    def is_over(self, now_ns: int) -> bool:
        """Tell whether what comes now is counted no more."""
        return now_ns - self.since_ns >= self.length_s * _NS


class SummedCalls:
    """Writes calls down by access and outcome: one entry a window and one more with the count, whatever comes."""

    def __init__(self, log: CallLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._windows: dict[Kind, _Window] = {}
        self._last: dict[Kind, _Window] = {}

    async def note(self, entry: Entry) -> None:
        """Write a call down, or count it; whole, also when it is cancelled. Raises what ``CallLog.write`` raises."""
        await to_its_end(self._note(entry))

    async def settle(self, *, is_all: bool = False) -> None:
        """Write down the counts of the windows that are over, or all of them; whole, also when it is cancelled."""
        await to_its_end(self._settle(is_all=is_all))

    async def _note(self, entry: Entry) -> None:
        await self._settle(is_all=False)
        kind = (entry.access_id, entry.outcome)
        window = self._windows.get(kind)
        if window is not None:
            window.further += 1
            return
        # Before it is written: whoever comes meanwhile is counted, and does not write too.
        window = self._windows[kind] = self._next(kind, entry)
        try:
            await self._log.write(entry)
        except BaseException:
            self._windows.pop(kind, None)
            raise
        self._last[kind] = window

    def _next(self, kind: Kind, entry: Entry) -> _Window:
        """Begin the next window: a longer one unless it was quiet for a good while."""
        now_ns = self._clock.now().mono_ns
        last = self._last.get(kind)
        if last is None or now_ns - last.since_ns >= 2 * LONGEST_WINDOW_S * _NS:
            return _Window(entry, now_ns)
        return _Window(entry, now_ns, min(2 * last.length_s, LONGEST_WINDOW_S))

    async def _settle(self, *, is_all: bool) -> None:
        now_ns = self._clock.now().mono_ns
        for kind, window in list(self._windows.items()):
            if is_all or window.is_over(now_ns):
                self._windows.pop(kind, None)
                await self._write_sum(kind, window)

    async def _write_sum(self, kind: Kind, window: _Window) -> None:
        if not window.further:
            return
        what = f"{window.further} further {'call' if window.further == 1 else 'calls'}"
        try:
            await self._log.write(replace(window.entry, what=what, subject=""))
        except BaseException:
            newer = self._windows.setdefault(kind, window)
            if newer is not window:
                newer.further += window.further
            raise
