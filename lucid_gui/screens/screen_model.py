"""What every session screen's view model has: its listeners, its failure, its clock."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from PySide6.QtCore import Property, QDateTime, QObject, Signal, Slot
from shiboken6 import isValid

from core.api.commands import Command
from core.api.events import Event, RequestProgressed
from core.api.snapshots import FailureSnapshot
from lucid_gui.screens.wording import CONNECTING, progress_text, stage_text
from lucid_gui.text.failures import say
from lucid_gui.text.network import NETWORK_CODES
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator

E = TypeVar("E", bound=Event)


def shown(kind: type, attribute: str, notify: Signal) -> Any:  # noqa: ANN401 - Property has no useful type
    """Make a read-only QML property of a private attribute."""
    return Property(kind, attrgetter(attribute), notify=notify)


def failure_facts(failure: FailureSnapshot | None) -> dict[str, Any]:
    """Turn a failure into what an ErrorNote shows; empty when there is none."""
    if failure is None:
        return {}
    sentence = say(failure)
    return {
        "code": failure.code,
        "what": sentence.what,
        "nextStep": sentence.next_step,
        "isRetryable": failure.is_retryable,
        "isNetwork": failure.code in NETWORK_CODES,
    }


class ScreenModel(QObject):
    """The state of one screen; GUI thread only."""

    failureChanged = Signal()
    # Held still by the program that takes pictures of the screens.
    utc_clock: ClassVar[Callable[[], int]] = QDateTime.currentMSecsSinceEpoch

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.navigator = navigator
        self._failure: dict[str, Any] = {}
        self._unsubscribe: list[Callable[[], None]] = []
        self._asked: list[int] = []

    def listen(self, event_type: type[E], handler: Callable[[E], None]) -> None:
        """Call ``handler`` with every such event until ``stop_listening``."""
        self._unsubscribe.append(self.bridge.on(event_type, handler))

    def ask(
        self,
        command: Command,
        on_result: Callable[[Any], None],
        on_failure: Callable[[FailureSnapshot], None] | None = None,
    ) -> None:
        """Submit ``command``; the answer is heard only while the screen is the current one."""
        self._asked.append(self.bridge.submit(command, on_result, on_failure or self.fail))

    def stop_listening(self) -> None:
        """End every subscription of ``listen``, and hear no answer to ``ask`` any more."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        while self._asked:
            self.bridge.forget(self._asked.pop())

    def fail(self, failure: FailureSnapshot | None) -> None:
        """Show ``failure``, or take the note away."""
        self._failure = failure_facts(failure)
        self.failureChanged.emit()

    def now_utc_ms(self) -> int:
        """Read the clock."""
        return type(self).utc_clock()

    failure = shown(dict, "_failure", failureChanged)


class Work(QObject):
    """One long command at a time: whether it runs, how far it is, and its cancellation."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._request_id: int | None = None
        self._is_cancelling = False
        self._progress: RequestProgressed | None = None

    def is_busy(self) -> bool:
        """Tell whether a command runs."""
        return self._request_id is not None

    def begin(
        self,
        command: Command,
        on_result: Callable[[Any], None],
        on_failure: Callable[[FailureSnapshot], None],
    ) -> None:
        """Submit ``command``; a cancelled one calls neither."""
        self._progress = None
        self._is_cancelling = False
        self._request_id = self._bridge.submit(
            command,
            on_result=lambda result: self._finish(on_result, result),
            on_failure=lambda failure: self._fail(on_failure, failure),
            on_progress=self._on_progress,
            on_cancelled=self._end,
        )
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Cancel what runs; it is over when the engine says so."""
        if self._request_id is None or self._is_cancelling:
            return
        self._is_cancelling = True
        self._bridge.cancel(self._request_id)
        self.changed.emit()

    def drop(self) -> None:
        """Cancel what runs and hear nothing of it any more; for a screen that is left."""
        if self._request_id is not None:
            self._bridge.cancel(self._request_id)
            self._bridge.forget(self._request_id)
        self._end()

    def let_go(self) -> None:
        """Hear nothing more of what runs, and let it come to its end."""
        if self._request_id is not None:
            self._bridge.forget(self._request_id)
        self._end()

    def has_progress(self) -> bool:
        """Tell whether what runs has said how far it is."""
        return self._progress is not None

    def _finish(self, tell: Callable[[Any], None], told: object) -> None:
        if isValid(self):  # else the screen was closed meanwhile
            self._end()
            tell(told)

    def _fail(self, tell: Callable[[Any], None], failure: FailureSnapshot) -> None:
        if isValid(self):
            self._finish(tell, failure)
        else:
            self._bridge.failure_unhandled.emit(failure)

    def _on_progress(self, event: RequestProgressed) -> None:
        if isValid(self):
            self._progress = event
            self.changed.emit()

    def _end(self) -> None:
        self._request_id = None
        self._is_cancelling = False
        self._progress = None
        if isValid(self):
            self.changed.emit()

    def _fraction(self) -> float:
        progress = self._progress
        return progress.done / progress.total if progress and progress.total > 0 else -1.0

    def _text(self) -> str:
        progress = self._progress
        if self._is_cancelling:
            return tr("Stopping")
        if progress is None:
            return tr("Beginning")
        stage = stage_text(progress.stage)
        if progress.stage == CONNECTING:
            return stage  # its line says the percentage
        return f"{stage}, {progress_text(progress.stage, progress.done, progress.total)}"

    isBusy = Property(bool, is_busy, notify=changed)
    isCancelling = shown(bool, "_is_cancelling", changed)
    fraction = Property(float, _fraction, notify=changed)
    hasProgress = Property(bool, has_progress, notify=changed)
    text = Property(str, _text, notify=changed)
