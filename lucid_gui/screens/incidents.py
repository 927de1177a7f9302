"""The incidents of a session that runs, as its screen's strip shows them."""

from __future__ import annotations

from typing import Any

from core.api.events import IncidentRecorded
from core.api.snapshots import SpaceLevel, SpaceSnapshot
from lucid_gui.screens.screen_model import failure_facts
from lucid_gui.text.words import tr

_KEPT = 20
# What is said of Tor while it is away, and no longer true once it leads somewhere again.
_TOR_CODES = frozenset({"tor_lost", "tor_stuck", "bridges_stuck", "clock_wrong"})
# "space" is what is said on coming here late; the others are the engine's own incidents.
_SPACE_CODES = frozenset({"space", "space_low", "space_closing"})


class IncidentList:
    """The newest incidents of one session, newest first; of the free space only the latest word."""

    def __init__(self) -> None:
        self._session_id = ""
        self.rows: list[dict[str, Any]] = []

    def reset(self, session_id: str) -> None:
        """Forget everything and follow another session."""
        self._session_id = session_id
        self.rows = []

    def concerns(self, event: IncidentRecorded) -> bool:
        """Tell whether an incident is about this session, or about all of Lucid."""
        return event.session_id in {None, self._session_id}

    def take(self, event: IncidentRecorded) -> bool:
        """Add an incident that concerns this session; tells whether it did."""
        if not self.concerns(event):
            return False
        if event.failure.code in _SPACE_CODES:
            self._drop_space()
        self._add(failure_facts(event.failure))
        return True

    def take_space(self, space: SpaceSnapshot) -> None:
        """Say that space is low on coming late; take it back when it is fine."""
        if space.level is SpaceLevel.FINE:
            self._drop_space()
        if space.level is SpaceLevel.FINE or self._has_space() or not space.total_bytes:
            return
        percent = f"{space.free_bytes * 100 / space.total_bytes:.1f}".removesuffix(".0")
        what = tr("Only %1 % of the disk is free.").replace("%1", percent)
        next_step = tr("Free some space. Below 2.5 % the session is ended and sealed by itself.")
        self._add({"code": "space", "what": what, "nextStep": next_step})

    def take_back_tor(self) -> bool:
        """Take back that Tor was away; tells whether that was said."""
        before = len(self.rows)
        self.rows = [each for each in self.rows if each["code"] not in _TOR_CODES]
        return len(self.rows) < before

    def _add(self, facts: dict[str, Any]) -> None:
        self.rows = [facts, *self.rows][:_KEPT]

    def _drop_space(self) -> None:
        self.rows = [each for each in self.rows if each["code"] not in _SPACE_CODES]

    def _has_space(self) -> bool:
        return any(each["code"] in _SPACE_CODES for each in self.rows)
