"""From the first frame to the end: the shell in the window, the engine behind the bridge."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from core.api.events import EngineChanged
from core.api.port import EnginePort
from core.api.snapshots import EnginePhase
from lucid_gui.bridge import Bridge
from lucid_gui.dialogs.questions import Questions
from lucid_gui.dialogs.seat import SeatWatch
from lucid_gui.shell.collector import CycleCollector
from lucid_gui.shell.navigation import Navigator
from lucid_gui.shell.notices import Notices
from lucid_gui.shell.signals import SignalWatch
from lucid_gui.shell.status import Status
from lucid_gui.style import fonts
from lucid_gui.style.appearance import Appearance
from lucid_gui.style.resources import PACKAGE

_LONGEST_STOP_S = 300.0  # a running session is sealed in it
_EXIT_FINE = 0
_STUCK = 1


class KioskSession(QObject):
    """Everything that lives between the first frame and the end."""

    def __init__(
        self,
        window: QQuickWindow,
        appearance: Appearance,
        asked_to_stop: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        fonts.load_rest()
        self._window = window
        self._stop_asked = asyncio.Event()
        self._asked_to_stop = asked_to_stop
        self.bridge = Bridge(self)
        self.navigator = Navigator(self.bridge, self, self.stop, seat=SeatWatch(window, self))
        self.status = Status(self.bridge, self.navigator, appearance, self)
        self.notices = Notices(self.bridge, self.navigator, self)
        self.questions = Questions(self.bridge, SeatWatch(window, self), self)
        window.closeAsked.connect(self.stop)  # type: ignore[attr-defined]  # a signal of Window.qml

    @Slot()
    def stop(self) -> None:
        """Begin to end: from the window's close, a signal, or a button."""
        self._stop_asked.set()
        self._asked_to_stop()

    def show_shell(self) -> None:
        """Put the shell into the window; the splash stays until it is there."""
        parts = {
            "navigator": self.navigator,
            "status": self.status,
            "notices": self.notices,
            "questions": self.questions,
        }
        address = QUrl.fromLocalFile(str(PACKAGE / "shell" / "Shell.qml"))
        self._window.showShell(address, parts)  # type: ignore[attr-defined]  # a function of Window.qml

    async def live(self, start_engine: Callable[[], EnginePort], qml: QQmlApplicationEngine) -> int:
        """Start the engine, show the shell, wait for the end; gives the program's exit code."""
        watch = SignalWatch(self.stop, self)
        collector = CycleCollector(self)
        try:
            with ThreadPoolExecutor(1, thread_name_prefix="engine-keeper") as keeper:
                return await self._keep(start_engine, keeper)
        finally:
            watch.close()
            await self._take_down(qml)
            collector.close()

    async def _keep(
        self, start_engine: Callable[[], EnginePort], keeper: ThreadPoolExecutor
    ) -> int:
        loop = asyncio.get_running_loop()
        starting = loop.run_in_executor(keeper, start_engine)
        self.show_shell()
        port = await starting
        self.bridge.attach(port)
        await self._stop_asked.wait()
        code = self._exit_code()
        self.status.show_stopping()
        port.stop()
        has_stopped = await loop.run_in_executor(keeper, port.wait_stopped, _LONGEST_STOP_S)
        return code if has_stopped else _STUCK

    async def _take_down(self, qml: QQmlApplicationEngine) -> None:
        """Take everything down, what is shown before what it shows."""
        self.close()
        self._window.dropShell()  # type: ignore[attr-defined]  # a function of Window.qml
        has_ended = asyncio.Event()
        qml.destroyed.connect(has_ended.set)
        qml.deleteLater()
        await has_ended.wait()

    def close(self) -> None:
        """Let go of the engine and of every screen."""
        self.bridge.detach()
        self.questions.close()
        self.navigator.close_all()

    def _exit_code(self) -> int:
        """Say with the exit code why a kiosk whose engine could not start was closed."""
        event = self.bridge.latest(EngineChanged)
        if event is None or event.engine.phase is not EnginePhase.FAILED:
            return _EXIT_FINE
        failure = event.engine.failure
        return failure.exit_code if failure is not None else 1
