"""The kiosk's application: a first frame at once, then the engine, and one way to end both.

Until the first frame nothing is imported but Qt and what the splash needs; the engine is built on
a thread of its own after it. Everything else here runs on the GUI thread.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEventLoop, QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface

from lucid_gui.options import KioskOptions
from lucid_gui.style import fonts
from lucid_gui.style.appearance import Appearance
from lucid_gui.style.icons import IconProvider
from lucid_gui.style.resources import IMPORT_PATH, PACKAGE

if TYPE_CHECKING:
    from core.api.port import EnginePort
    from lucid_gui.shell.session import KioskSession

_log = logging.getLogger(__name__)
_RENDERER_VARIABLES = ("QT_QUICK_BACKEND", "QSG_RHI_BACKEND")


def run_kiosk(
    start_engine: Callable[[], EnginePort],
    options: KioskOptions | Mapping[str, Any] | None = None,
) -> int:
    """Show the kiosk until it is closed; the exit code of the program.

    ``start_engine`` is called on a thread of its own after the first frame. ``options`` may be a
    mapping, for callers that do not import this package.
    """
    chosen = KioskOptions.of(options)
    application = _application()
    kiosk = Kiosk(chosen)
    kiosk.show()
    return kiosk.run(application, start_engine)


def _application() -> QGuiApplication:
    """Make the Qt application; software drawing unless the environment asks for another."""
    if not any(name in os.environ for name in _RENDERER_VARIABLES):
        QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.Software)
    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    assert isinstance(application, QGuiApplication)  # noqa: S101 - there is no other kind in this program
    application.setApplicationName("Lucid")
    application.setQuitOnLastWindowClosed(False)
    fonts.load_first(application)
    return application


class Kiosk(QObject):
    """The window with its splash; later the shell and the engine's session inside it."""

    first_frame_shown = Signal()

    def __init__(self, options: KioskOptions) -> None:
        super().__init__()
        self._options = options
        self._appearance = Appearance(options, self)
        self._qml = QQmlApplicationEngine(self)
        self._qml.addImportPath(str(IMPORT_PATH))
        self._qml.addImageProvider("icon", IconProvider())
        self._qml.setInitialProperties({"appearance": self._appearance})
        self._qml.load(QUrl.fromLocalFile(str(PACKAGE / "shell" / "Window.qml")))
        window = self._qml.rootObjects()[0]
        assert isinstance(window, QQuickWindow)  # noqa: S101 - Window.qml says so
        self.window = window
        self.session: KioskSession | None = None
        self._first_frame_s: float | None = None
        # A frame may be shown from within show(); GL draws on a thread of its own, which may be a
        # frame ahead. So Qt itself ends the connection with the first one.
        window.frameSwapped.connect(self._on_first_frame, Qt.ConnectionType.SingleShotConnection)

    def show(self) -> None:
        """Show the window as the options say."""
        self.window.resize(*self._options.size)
        if self._options.is_windowed:
            self.window.show()
        else:
            self.window.setFlag(Qt.WindowType.FramelessWindowHint)
            # X without a window manager leaves the size to us.
            self.window.setGeometry(self.window.screen().geometry())
            self.window.showFullScreen()

    def run(self, application: QGuiApplication, start_engine: Callable[[], EnginePort]) -> int:
        """Show the first frame, then run the asyncio loop of the GUI thread until all has ended."""
        self._wait_for_first_frame()
        os.environ["QT_API"] = "pyside6"
        import qasync  # type: ignore[import-untyped]  # it ships no types

        from lucid_gui.shell.session import KioskSession

        self.session = KioskSession(self.window, self._appearance)
        with qasync.QEventLoop(application) as loop:
            loop.call_soon(self._tell_first_frame)
            code: int = loop.run_until_complete(self.session.live(start_engine, self._qml))
        return code

    def stop(self) -> None:
        """Begin to end."""
        if self.session is not None:
            self.session.stop()

    def _wait_for_first_frame(self) -> None:
        """Run Qt's loop alone until something shows, because asyncio is slow to import.

        It is the outermost loop of the thread, and has ended when asyncio's begins.
        """
        if self._first_frame_s is None:
            waiting = QEventLoop()
            self.first_frame_shown.connect(waiting.quit)
            waiting.exec()

    @Slot()
    def _on_first_frame(self) -> None:
        self._first_frame_s = time.monotonic()
        self.first_frame_shown.emit()

    def _tell_first_frame(self) -> None:
        if self._options.start_time is None or self._first_frame_s is None:
            return
        took = self._first_frame_s - self._options.start_time
        _log.info("first frame after %.0f ms", took * 1000)
        if self._options.on_first_frame is not None:
            self._options.on_first_frame(took)
