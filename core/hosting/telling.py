"""What front ends are told of a hosted or joined session: how it stands, where that is news, and what went wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from core.api.events import Event, IncidentRecorded
from core.api.hosting import HostingChanged
from core.api.snapshots import bug_snapshot, failure_snapshot
from core.errors import Failure

_log = logging.getLogger(__name__)


class Telling:
    """Tells of one session, until its end has begun; lives on the engine's loop.

    ``shown`` gives the snapshot for which ``event`` makes the news.
    """

    def __init__(
        self,
        publish: Callable[[Event], None],
        session_id: str,
        shown: Callable[[], object],
        event: Callable[[Any], Event] = HostingChanged,
    ) -> None:
        self._publish = publish
        self._session_id = session_id
        self._shown = shown
        self._event = event
        self._told: object = None
        self._is_waiting = False
        self._has_ended = False

    def changed(self) -> None:
        """Tell how it stands, where that is news."""
        self._is_waiting = False
        if self._has_ended:
            return
        shown = self._shown()
        if shown != self._told:
            self._told = shown
            self._publish(self._event(shown))

    def changed_soon(self) -> None:
        """Tell once of all that is heard at once."""
        if not self._is_waiting:
            self._is_waiting = True
            asyncio.get_running_loop().call_soon(self.changed)

    def end(self) -> None:
        """Tell no more of how it stands."""
        self._has_ended = True

    def report(self, error: BaseException) -> None:
        """Tell what went wrong; a fault of the program is logged too."""
        if isinstance(error, Failure):
            snapshot = failure_snapshot(error)
        else:
            _log.error("session %s met a fault of the program", self._session_id, exc_info=error)
            snapshot = bug_snapshot(error)
        self._publish(IncidentRecorded(snapshot, self._session_id))
