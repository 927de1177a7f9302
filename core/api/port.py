"""The port: the whole of what a front end can do with an engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from core.api.commands import Command
from core.api.events import Event

Listener = Callable[[Event], None]


class EnginePort(Protocol):
    """An engine as a front end sees it.

    Every method may be called from any thread and returns at once. A listener is called on the
    engine's thread and must hand over to its own; it gets the current snapshots (EngineChanged,
    SpaceChanged, ChainChanged, SessionChanged of a running session) when it subscribes.
    """

    def submit(self, command: Command) -> int:
        """Ask for ``command``; the returned request ID comes back in exactly one final event."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Send events to ``listener`` until the returned function is called."""

    def stop(self) -> None:
        """Begin the one shutdown path; a running session is ended and sealed first."""

    def wait_stopped(self, timeout_s: float) -> bool:
        """Wait for the engine's thread to end; True when it has. Not for the GUI thread while it shows."""
