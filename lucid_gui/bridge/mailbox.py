"""The mailbox between the engine's thread and the GUI thread."""

from __future__ import annotations

import threading
from collections.abc import Hashable

from core.api.events import (
    Event,
    FrameShown,
    RequestProgressed,
    SessionProgressed,
    ThumbnailTaken,
)
from core.api.joining import DesktopShown
from core.api.network import NetworkChanged
from core.api.scanning import CameraLooked


class Mailbox:
    """A queue of events in which only the newest picture or progress of its kind waits.

    Any thread may call any method. Final events are never dropped, and what remains stays in the
    order it came in.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, Event] = {}  # by order of arrival
        self._place: dict[Hashable, int] = {}
        self._arrivals = 0

    def put(self, event: Event) -> bool:
        """Add an event; True when the mailbox was empty and its reader must be woken."""
        key = _coalescing_key(event)
        with self._lock:
            was_empty = not self._waiting
            self._arrivals += 1
            if key is not None:
                self._waiting.pop(self._place.get(key, 0), None)
                self._place[key] = self._arrivals
            self._waiting[self._arrivals] = event
            return was_empty

    def take(self) -> list[Event]:
        """Take everything that waits, oldest first."""
        with self._lock:
            taken = list(self._waiting.values())
            self._waiting.clear()
            self._place.clear()
            return taken


def _coalescing_key(event: Event) -> Hashable | None:
    match event:
        case FrameShown(playback_id=name) | RequestProgressed(request_id=name):
            return (type(event), name)
        case ThumbnailTaken(session_id=session) | DesktopShown(session_id=session):
            return (type(event), session)
        case SessionProgressed(live=live):
            return (type(event), live.session_id)
        case NetworkChanged() | CameraLooked():
            return (type(event),)
        case _:
            return None
