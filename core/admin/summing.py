"""Calls that anybody can make as often as they like are summed up, so that they cannot fill the disk.

The first of a kind is written down at once; those that follow it within a minute are counted, and the count is
written down when the minute is over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from core.admin.call_log import CallLog, Entry
from core.api.access import CallOutcome
from core.runtime.clock import Clock

WINDOW_S: Final = 60.0
_NS = 1_000_000_000

Kind = tuple[str, CallOutcome]


@dataclass
class _Window:
    """The minute after a call that was written down, and how many like it came since."""

    entry: Entry
    since_ns: int
    further: int = 0


class SummedCalls:
    """Writes calls down by access and outcome: one entry a minute and one more with the count, whatever comes."""

    def __init__(self, log: CallLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._windows: dict[Kind, _Window] = {}

    async def note(self, entry: Entry) -> None:
        """Write a call down, or count it. Raises what ``CallLog.write`` raises."""
        await self.settle()
        kind = (entry.access_id, entry.outcome)
        window = self._windows.get(kind)
        if window is not None:
            window.further += 1
            return
        # Before it is written: whoever comes meanwhile is counted, and does not write too.
        self._windows[kind] = _Window(entry, self._clock.now().mono_ns)
        try:
            await self._log.write(entry)
        except BaseException:
            self._windows.pop(kind, None)
            raise

    async def settle(self, *, is_all: bool = False) -> None:
        """Write down the counts of the minutes that are over, or all of them."""
        now_ns = self._clock.now().mono_ns
        for kind, window in list(self._windows.items()):
            if is_all or now_ns - window.since_ns >= WINDOW_S * _NS:
                self._windows.pop(kind, None)
                await self._write_sum(kind, window)

    async def _write_sum(self, kind: Kind, window: _Window) -> None:
        if not window.further:
            return
        what = f"{window.further} further calls"
        try:
            await self._log.write(replace(window.entry, what=what, subject=""))
        except BaseException:
            self._windows.setdefault(kind, window)
            raise
