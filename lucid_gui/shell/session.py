"""From the first frame to the end: the shell in the window, the engine behind the bridge."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject, QUrl
from PySide6.QtQuick import QQuickWindow

from core.api.events import EngineChanged
from core.api.port import EnginePort
from core.api.snapshots import EnginePhase
from lucid_gui.bridge import Bridge
from lucid_gui.dialogs.questions import Questions
from lucid_gui.shell.appearance import Appearance
from lucid_gui.shell.navigation import Navigator
from lucid_gui.shell.notices import Notices
from lucid_gui.shell.status import Status
from lucid_gui.style import fonts
from lucid_gui.style.resources import PACKAGE

_POLL_S = 0.03
_EXIT_FINE = 0


class KioskSession(QObject):
    """Everything that lives between the first frame and the end."""

    def __init__(
        self,
        window: QQuickWindow,
        appearance: Appearance,
        stop: Callable[[], None],
    ) -> None:
        super().__init__()
        fonts.load_rest()
        self._window = window
        self.bridge = Bridge(self)
        self.navigator = Navigator(self.bridge, self, stop)
        self.status = Status(self.bridge, self.navigator, appearance, self)
        self.notices = Notices(self.bridge, self)
        self.questions = Questions(self.bridge, self)

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

    async def live(self, start_engine: Callable[[], EnginePort], stop_asked: asyncio.Event) -> int:
        """Start the engine, show the shell, wait for the end; gives the program's exit code."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="engine-start") as executor:
            starting = loop.run_in_executor(executor, start_engine)
            self.show_shell()
            port = await starting
        self.bridge.attach(port)
        await stop_asked.wait()
        code = self._exit_code()
        self.status.show_stopping()
        port.stop()
        while not port.wait_stopped(0):
            await asyncio.sleep(_POLL_S)
        return code

    def close(self) -> None:
        """Let go of the engine and of every screen."""
        self.bridge.detach()
        self.navigator.close_all()

    def _exit_code(self) -> int:
        """Say with the exit code why a kiosk whose engine could not start was closed."""
        event = self.bridge.latest(EngineChanged)
        if event is None or event.engine.phase is not EnginePhase.FAILED:
            return _EXIT_FINE
        failure = event.engine.failure
        return failure.exit_code if failure is not None else 1
