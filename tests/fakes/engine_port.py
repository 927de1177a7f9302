"""A fake engine behind the real seam: scripted answers, events from a thread of its own."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from core.api.commands import CancelRequest, Command
from core.api.events import (
    ChainChanged,
    EngineChanged,
    Event,
    RequestCancelled,
    RequestFailed,
    RequestFinished,
    SessionChanged,
    SpaceChanged,
)
from core.api.network import Network, NetworkChanged
from core.api.port import Listener
from core.api.snapshots import (
    ChainSnapshot,
    EnginePhase,
    EngineSnapshot,
    FailureSnapshot,
    SessionSummary,
    SpaceLevel,
    SpaceSnapshot,
)

THREAD_NAME = "fake-engine"


class Pending:
    """The answer of a command that the script finishes later."""


PENDING: Final = Pending()
Answer = Callable[[Any], object]


def failure(code: str, exit_code: int = 3, **facts: str | int | float) -> FailureSnapshot:
    """Make a failure as it crosses the seam."""
    return FailureSnapshot(code, facts, is_retryable=True, exit_code=exit_code)


READY = EngineSnapshot(EnginePhase.READY, "0.1.0", device_fingerprint="9f2c71ab" * 8)
SPACE = SpaceSnapshot(34_000_000_000, 48_000_000_000, SpaceLevel.FINE)
CHAIN = ChainSnapshot(
    is_reachable=True,
    chain_id=5151,
    block_number=18_204,
    block_hash="0x" + "7f3a52bd9911e91c" * 4,
    block_time_utc_s=1_763_820_000,
    anchors_address="0x" + "a1b2c3d4e5" * 4,
    chunk_store_address="0x" + "0f1e2d3c4b" * 4,
    confirmed_anchors=256,
    endpoint="run/chain.sock",
)


class FakeEnginePort:
    """An EnginePort whose answers are scripted.

    ``answers`` maps a command type to what answers it: a value, a FailureSnapshot, PENDING, or a
    function of the command that gives one of these. A command without an answer finishes with None.
    Every event reaches the listeners on the fake's own thread, in order.
    """

    def __init__(
        self,
        engine: EngineSnapshot = READY,
        *,
        space: SpaceSnapshot | None = SPACE,
        chain: ChainSnapshot | None = CHAIN,
        running: SessionSummary | None = None,
        answers: dict[type[Command], object] | None = None,
    ) -> None:
        self.engine = engine
        self.space = space
        self.chain = chain
        self.running = running
        self.network: Network | None = None
        self.answers = dict(answers or {})
        self.commands: list[Command] = []
        self.pending: dict[int, Command] = {}
        self.has_stopped_cleanly = False
        self._ids = itertools.count(1)
        self._listeners: list[Listener] = []
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=THREAD_NAME, daemon=True)
        self._thread.start()

    # --- the port ----------------------------------------------------------------------------

    def submit(self, command: Command) -> int:
        """Take a command; its answer comes from the fake's thread."""
        request_id = next(self._ids)
        self.commands.append(command)
        self._work.put(lambda: self._answer(request_id, command))
        return request_id

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Send events to ``listener``, the current snapshots first."""
        self._work.put(lambda: self._greet(listener))

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def stop(self) -> None:
        """Say STOPPING and end the thread."""
        if self._is_stopping.is_set():
            return
        self._is_stopping.set()
        self.change_phase(EnginePhase.STOPPING)
        self._work.put(None)

    def wait_stopped(self, timeout_s: float) -> bool:
        """Wait for the thread to end."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # --- the script --------------------------------------------------------------------------

    def emit(self, event: Event) -> None:
        """Let an event happen, on the fake's thread."""
        self._work.put(lambda: self._tell(event))

    def change_phase(self, phase: EnginePhase, **changes: Any) -> None:  # noqa: ANN401 - fields of the snapshot
        """Move the engine to another phase and say so."""

        def change() -> None:
            self.engine = replace(self.engine, phase=phase, **changes)
            self._tell(EngineChanged(self.engine))

        self._work.put(change)

    def finish(self, command_type: type[Command], result: object = None) -> None:
        """Finish the oldest pending command of a type: a FailureSnapshot fails it."""
        self._work.put(lambda: self._finish_pending(command_type, result))

    def sent(self, command_type: type[Command]) -> list[Any]:
        """List the commands of a type that came so far."""
        return [command for command in self.commands if type(command) is command_type]

    # --- the thread --------------------------------------------------------------------------

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()
        self.has_stopped_cleanly = True

    def _greet(self, listener: Listener) -> None:
        self._listeners.append(listener)
        listener(EngineChanged(self.engine))
        if self.space is not None:
            listener(SpaceChanged(self.space))
        if self.chain is not None:
            listener(ChainChanged(self.chain))
        if self.network is not None:
            listener(NetworkChanged(self.network))
        if self.running is not None:
            listener(SessionChanged(self.running))

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    def _answer(self, request_id: int, command: Command) -> None:
        if isinstance(command, CancelRequest):
            if self.pending.pop(command.request_id, None) is not None:
                self._tell(RequestCancelled(command.request_id))
            self._tell(RequestFinished(request_id, None))
            return
        answer = self.answers.get(type(command))
        result = answer(command) if callable(answer) else answer
        if isinstance(result, Pending):
            self.pending[request_id] = command
        else:
            self._end(request_id, result)

    def _end(self, request_id: int, result: object) -> None:
        if isinstance(result, FailureSnapshot):
            self._tell(RequestFailed(request_id, result))
        else:
            self._tell(RequestFinished(request_id, result))

    def _finish_pending(self, command_type: type[Command], result: object) -> None:
        for request_id, command in list(self.pending.items()):
            if type(command) is command_type:
                del self.pending[request_id]
                self._end(request_id, result)
                return
