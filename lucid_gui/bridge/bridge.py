"""The bridge: the one QObject through which the GUI speaks with the engine."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from core.api.commands import CancelRequest, Command
from core.api.events import (
    ChainChanged,
    EngineChanged,
    Event,
    RequestCancelled,
    RequestFailed,
    RequestFinished,
    RequestProgressed,
    SpaceChanged,
)
from core.api.joining import DesktopShown, JoinedChanged, JoinedState
from core.api.network import NetworkChanged
from core.api.port import EnginePort
from core.api.snapshots import FailureSnapshot
from lucid_gui.bridge.mailbox import Mailbox

EventT = TypeVar("EventT", bound=Event)
Handler = Callable[[Any], None]
OnResult = Callable[[Any], None]
OnFailure = Callable[[FailureSnapshot], None]
OnProgress = Callable[[RequestProgressed], None]
OnCancelled = Callable[[], None]

# Events that say how things stand; a screen made later reads the newest one.
_KEPT = (EngineChanged, SpaceChanged, ChainChanged, DesktopShown, NetworkChanged)


@dataclass(frozen=True)
class _Request:
    on_result: OnResult | None
    on_failure: OnFailure | None
    on_progress: OnProgress | None
    on_cancelled: OnCancelled | None


class Bridge(QObject):
    """Submits commands and hands out events, all on the GUI thread.

    Made and used on the GUI thread only. Events arrive on the engine's thread, wait in a mailbox,
    and one queued wake-up brings them over.
    """

    _woken = Signal()
    failure_unhandled = Signal(object)  # FailureSnapshot of a request that nobody waits for

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = Mailbox()
        self._handlers: dict[type[Event], list[Handler]] = defaultdict(list)
        self._requests: dict[int, _Request] = {}
        self._latest: dict[type[Event], Event] = {}
        self._port: EnginePort | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._woken.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def attach(self, port: EnginePort) -> None:
        """Listen to an engine; what was registered with ``on`` before now hears its snapshots."""
        self._port = port
        self._unsubscribe = port.subscribe(self._receive)

    def detach(self) -> None:
        """Stop listening; what still waits is dropped."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._unsubscribe = None
        self._port = None
        self._mailbox.take()

    def submit(
        self,
        command: Command,
        on_result: OnResult | None = None,
        on_failure: OnFailure | None = None,
        on_progress: OnProgress | None = None,
        on_cancelled: OnCancelled | None = None,
    ) -> int:
        """Ask the engine for ``command``; callbacks come later, on the GUI thread.

        Without ``on_failure`` a failure is shown to the person by the shell. Returns the request
        ID, or 0 when no engine is attached (then nothing is called).
        """
        if self._port is None:
            return 0
        request_id = self._port.submit(command)
        self._requests[request_id] = _Request(on_result, on_failure, on_progress, on_cancelled)
        return request_id

    def cancel(self, request_id: int) -> None:
        """Cancel a request that runs; it ends with its ``on_cancelled``."""
        if request_id in self._requests:
            self.submit(CancelRequest(request_id))

    def forget(self, request_id: int) -> None:
        """Let a request go on without telling anyone; for a screen that is closed."""
        if request_id in self._requests:
            self._requests[request_id] = _Request(None, _silently, None, None)

    def on(self, event_type: type[EventT], handler: Callable[[EventT], None]) -> Callable[[], None]:
        """Call ``handler`` for each event of exactly that type, until the returned function is called.

        Of EngineChanged, SpaceChanged, ChainChanged, NetworkChanged and DesktopShown the newest one is handed
        over at once, so that a screen made late knows how things stand; of a desktop that may not be seen any
        more none.
        """
        handlers = self._handlers[event_type]
        handlers.append(handler)
        known = self._latest.get(event_type)
        if known is not None:
            _call(handler, known)

        def stop() -> None:
            if handler in handlers:
                handlers.remove(handler)

        return stop

    def latest(self, event_type: type[EventT]) -> EventT | None:
        """Give the newest event of a kind that says how things stand; None where there is none."""
        event = self._latest.get(event_type)
        return event if isinstance(event, event_type) else None

    def _receive(self, event: Event) -> None:
        """Take an event in; runs on the engine's thread, touches nothing of Qt but the wake-up."""
        if self._mailbox.put(event):
            self._woken.emit()

    def _drain(self) -> None:
        for event in self._mailbox.take():
            self._dispatch(event)

    def _dispatch(self, event: Event) -> None:
        if isinstance(event, _KEPT):
            self._latest[type(event)] = event
        if isinstance(event, JoinedChanged) and not _is_seen(event):
            self._latest.pop(DesktopShown, None)
        if isinstance(
            event, RequestFinished | RequestFailed | RequestCancelled | RequestProgressed
        ):
            self._settle(event)
        for handler in tuple(self._handlers.get(type(event), ())):
            _call(handler, event)

    def _settle(
        self, event: RequestFinished | RequestFailed | RequestCancelled | RequestProgressed
    ) -> None:
        if isinstance(event, RequestProgressed):
            running = self._requests.get(event.request_id)
            if running is not None and running.on_progress is not None:
                _call(running.on_progress, event)
            return
        request = self._requests.pop(event.request_id, None)
        if request is None:
            return
        if isinstance(event, RequestFinished) and request.on_result is not None:
            _call(request.on_result, event.result)
        elif isinstance(event, RequestFailed):
            _call(request.on_failure or self.failure_unhandled.emit, event.failure)
        elif isinstance(event, RequestCancelled) and request.on_cancelled is not None:
            _call(request.on_cancelled)


def _is_seen(event: JoinedChanged) -> bool:
    """Tell whether the joined desktop may be shown."""
    joined = event.joined
    return not (joined is None or joined.is_shielded or joined.state is JoinedState.ENDED)


def _silently(_failure: FailureSnapshot) -> None:
    """Say nothing about a failure that nobody waits for any more."""


def _call(function: Callable[..., None], *arguments: object) -> None:
    """Call one handler; what it raises is published and does not keep the others from the event."""
    try:
        function(*arguments)
    except Exception:  # noqa: BLE001 - the boundary between two threads' work
        sys.excepthook(*sys.exc_info())
