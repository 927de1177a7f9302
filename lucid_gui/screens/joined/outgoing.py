"""What is done at this seat, on its way to the engine: in batches, in order, no button and no key dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

from core.api.joining import KeyInput, PointerInput, SendInput
from core.api.snapshots import FailureSnapshot

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge

Input = KeyInput | PointerInput
_SHORTEST_MS = 17  # no more than 60 batches a second
_MOST = 256  # inputs that the engine takes at once


class Outgoing(QObject):
    """Collects inputs; one batch is on its way at a time, so that none overtakes another. GUI thread only."""

    def __init__(
        self,
        bridge: Bridge,
        on_failure: Callable[[FailureSnapshot], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._on_failure = on_failure
        self._session_id = ""
        self._waiting: list[Input] = []
        self._is_sending = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_SHORTEST_MS)
        self._pause.timeout.connect(self._send)

    def reset(self, session_id: str) -> None:
        """Drop what waits, and send to another session from now on."""
        self._session_id = session_id
        self._waiting.clear()
        self._is_sending = False
        self._pause.stop()

    def add(self, made: Input) -> None:
        """Add an input; a move that follows a move takes its place."""
        if self._waiting and _is_move(made) and _is_move(self._waiting[-1]):
            self._waiting[-1] = made
        else:
            self._waiting.append(made)
        if not self._is_sending and not self._pause.isActive():
            self._send()

    def _send(self) -> None:
        if not self._waiting or not self._session_id or self._is_sending:
            return
        batch, self._waiting = tuple(self._waiting[:_MOST]), self._waiting[_MOST:]
        self._is_sending = True
        session_id = self._session_id
        self._pause.start()
        self._bridge.submit(
            SendInput(session_id, batch),
            lambda _nothing: self._on_sent(session_id),
            lambda failure: self._on_refused(session_id, failure),
        )

    def _on_sent(self, session_id: str) -> None:
        if not isValid(self) or session_id != self._session_id:
            return  # the screen was closed, or shows another session
        self._is_sending = False
        if not self._pause.isActive():
            self._send()

    def _on_refused(self, session_id: str, failure: FailureSnapshot) -> None:
        if isValid(self) and session_id == self._session_id:
            self._on_failure(failure)
            self._on_sent(session_id)


def _is_move(made: Input) -> bool:
    return isinstance(made, PointerInput) and made.button == 0
