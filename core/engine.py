"""The engine: a thread with a loop of its own, in which the appliance's services live.

``start_engine`` returns at once; importing this module costs next to nothing, because the services are
imported on the engine's thread.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
from collections.abc import Callable, Hashable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from core.api.access import AccessChanged
from core.api.commands import CancelRequest, Command
from core.api.events import (
    Event,
    RequestCancelled,
    RequestFailed,
    RequestFinished,
    RequestProgressed,
    SessionProgressed,
)
from core.api.network import NetworkChanged
from core.api.port import Listener
from core.api.snapshots import bug_snapshot, failure_snapshot
from core.config.engine_options import EngineOptions
from core.errors import Cancelled, Failure
from core.runtime.hub import Hub

if TYPE_CHECKING:
    from core.appliance.appliance import Appliance

THREAD_NAME = "engine"

__all__ = ["Engine", "EngineOptions", "software_version", "start_engine"]

_log = logging.getLogger(__name__)


class Engine:
    """An EnginePort over a thread; made by ``start_engine``."""

    def __init__(self, data_directory: Path, options: EngineOptions) -> None:
        self._data_directory = data_directory
        self._options = options
        self._ids = itertools.count(1)
        self._hub: Hub[Event] = Hub(_coalescing_key)
        self._lock = threading.Lock()
        self._inbox: list[Callable[[], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._appliance: Appliance | None = None
        self._requests: dict[int, asyncio.Task[None]] = {}
        self._is_stopping = False
        self._stopped = threading.Event()
        self._stop_asked: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run_thread, name=THREAD_NAME)

    # --- the port, from any thread -----------------------------------------------------------

    def submit(self, command: Command) -> int:
        """Ask for ``command``; the returned request ID comes back in exactly one final event."""
        request_id = next(self._ids)
        self._post(lambda: self._begin(request_id, command))
        return request_id

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Send events to ``listener`` until the returned function is called."""
        remove = self._hub.add(listener)
        self._post(lambda: self._greet(listener))
        return remove

    def stop(self) -> None:
        """Begin the one shutdown path; a running session is ended and sealed first."""
        self._post(self._ask_to_stop)

    def wait_stopped(self, timeout_s: float) -> bool:
        """Wait for the engine's thread to end; True when it has."""
        if self._stopped.wait(timeout_s):
            self._thread.join()
            return True
        return False

    # --- the thread --------------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def _post(self, work: Callable[[], None]) -> None:
        with self._lock:
            if self._loop is None:
                self._inbox.append(work)
                return
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(work)

    def _run_thread(self) -> None:
        try:
            asyncio.run(self._main())
        except Exception:  # noqa: BLE001 - the thread's boundary: nobody above could tell
            _log.exception("the engine ended by a fault of its own")
        finally:
            self._stopped.set()

    async def _main(self) -> None:
        from core.appliance.appliance import Appliance

        self._stop_asked = asyncio.Event()
        self._appliance = Appliance(
            self._data_directory, self._options, self._hub.publish, software_version()
        )
        with self._lock:
            self._loop = asyncio.get_running_loop()
            waiting, self._inbox = self._inbox, []
        for work in waiting:
            work()
        try:
            await self._appliance.start()
            await self._stop_asked.wait()
        finally:
            await self._shut_down(self._appliance)

    async def _shut_down(self, appliance: Appliance) -> None:
        self._is_stopping = True
        for task in list(self._requests.values()):
            task.cancel()
        await asyncio.gather(*self._requests.values(), return_exceptions=True)
        await appliance.stop()
        self._hub.close()

    # --- on the engine's thread --------------------------------------------------------------

    def _greet(self, listener: Listener) -> None:
        if self._appliance is not None:
            for event in self._appliance.current():
                listener(event)

    def _ask_to_stop(self) -> None:
        if self._stop_asked is not None:
            self._stop_asked.set()

    def _begin(self, request_id: int, command: Command) -> None:
        if isinstance(command, CancelRequest):
            self._cancel(request_id, command)
            return
        task = asyncio.ensure_future(self._carry_out(request_id, command))
        self._requests[request_id] = task
        task.add_done_callback(lambda _: self._requests.pop(request_id, None))

    def _cancel(self, request_id: int, command: CancelRequest) -> None:
        task = self._requests.get(command.request_id)
        if task is not None:
            task.cancel()
        self._hub.publish(RequestFinished(request_id, None))

    async def _carry_out(self, request_id: int, command: Command) -> None:
        appliance = self._appliance
        if appliance is None or self._is_stopping:
            self._hub.publish(RequestCancelled(request_id))
            return

        def progressed(stage: str, done: int, total: int) -> None:
            self._hub.publish(RequestProgressed(request_id, stage, done, total))

        try:
            result = await appliance.carry_out(command, progressed)
        except (Cancelled, asyncio.CancelledError):
            self._hub.publish(RequestCancelled(request_id))
        except Failure as failure:
            self._hub.publish(RequestFailed(request_id, failure_snapshot(failure)))
        except Exception as error:  # noqa: BLE001 - a task's boundary: a bug is logged and told
            _log.exception("%s failed by a fault of its own", type(command).__name__)
            self._hub.publish(RequestFailed(request_id, bug_snapshot(error)))
        else:
            self._hub.publish(RequestFinished(request_id, result))


def start_engine(data_directory: Path, options: EngineOptions | None = None) -> Engine:
    """Start an engine on a data directory and return at once; it tells of itself by events."""
    engine = Engine(data_directory, options or EngineOptions())
    engine.start()
    return engine


def software_version() -> str:
    """Tell the version that is installed."""
    return version("lucid")


def _coalescing_key(event: Event) -> Hashable | None:
    match event:
        case SessionProgressed(live):
            return ("session", live.session_id)
        case RequestProgressed(request_id, stage):
            return ("request", request_id, stage)
        case NetworkChanged():
            return "network"
        case AccessChanged():
            return "access"
        case _:
            return None
