"""Takes pictures of the screens: ``python -m lucid_gui.screenshots FOLDER [--tour MODULE]``.

A *tour* is a module with ``start()``, which gives an EnginePort, and ``async walk(studio, port)``,
which opens the screens one after the other and has a picture of each taken. The same walk is gone
at each size and in each theme. The tour's engine may be made up (the default, so that the pictures
are the same each time) or a real one.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from lucid_gui.style.generate import TABLE

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QGuiApplication, QImage

    from core.api.port import EnginePort
    from lucid_gui.application import Kiosk
    from lucid_gui.shell import Navigator

MADE_UP = "tests.fakes.made_up_tour"
SIZES = {"landscape": (800, 480), "portrait": (720, 1280)}
THEMES = ("dark", "light")
_COLORS = 64  # flat surfaces and soft edges need no more
_POLL_S = 0.02
_DEADLINE_S = 20.0
_REST_S = 0.3  # longer than anything that comes or goes takes
# Pictures that are the same each time need a clock, a zone and a renderer that are.
_ENVIRONMENT = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software", "TZ": "CET-1"}


class Tour(Protocol):
    """What a tour's module offers; ``NOW_UTC_MS``, where it has it, is the time that screens show."""

    def start(self) -> EnginePort:
        """Start the engine; called off the GUI thread."""

    async def walk(self, studio: Studio, port: EnginePort) -> None:
        """Open the screens and take their pictures."""


@dataclass(frozen=True)
class Look:
    """How the kiosk is held and coloured for one walk."""

    shape: str
    theme: str

    def path(self, folder: Path, name: str) -> Path:
        """Name the picture of a screen."""
        return folder / f"{name}-{self.shape}-{self.theme}.png"


class Studio:
    """What a tour works with: it opens screens, taps, waits and takes pictures."""

    def __init__(self, kiosk: Kiosk, look: Look, folder: Path, now_utc_ms: int | None) -> None:
        self._kiosk = kiosk
        self._folder = folder
        self._now_utc_ms = now_utc_ms
        self.look = look

    @property
    def navigator(self) -> Navigator:
        """The kiosk's navigator."""
        assert self._kiosk.session is not None  # noqa: S101 - a walk begins after the session
        return self._kiosk.session.navigator

    @property
    def model(self) -> Any:  # noqa: ANN401 - every screen has its own
        """The view model of the screen that is shown."""
        return self.navigator.current_model()

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until something is so; TimeoutError when it does not come."""
        deadline = time.monotonic() + _DEADLINE_S
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError
            await asyncio.sleep(_POLL_S)

    async def open(self, *screens: str, **arguments: object) -> None:
        """Open a fresh screen over those it is reached by; without any, over the home screen."""
        for beneath in screens[:-1] or ("home",):
            self.navigator.open(beneath)
        self.navigator.open(screens[-1], arguments)
        await self.until(lambda: self.navigator.current() == screens[-1])

    def dismiss_notices(self) -> None:
        """Take every notice away."""
        assert self._kiosk.session is not None  # noqa: S101 - a walk begins after the session
        while self._kiosk.session.notices.what:
            self._kiosk.session.notices.dismiss()

    def find(self, name: str) -> QObject:
        """Find the item of that object name that is in sight."""
        from PySide6.QtQuick import QQuickItem

        for each in self._items():
            if each.objectName() == name and isinstance(each, QQuickItem) and each.isVisible():
                return each
        raise LookupError(name)

    def has(self, name: str) -> bool:
        """Tell whether an item of that object name is in sight."""
        try:
            self.find(name)
        except LookupError:
            return False
        return True

    def tap(self, name: str) -> None:
        """Press the button of that object name."""
        self.find(name).clicked.emit()  # type: ignore[attr-defined]  # a signal of Pressable.qml

    async def picture(self, name: str) -> None:
        """Take a picture of the window once everything has come to rest."""
        self._hold_clock()
        await asyncio.sleep(_POLL_S)
        self.navigator.changed.emit()
        await asyncio.sleep(_REST_S)
        path = self.look.path(self._folder, name)
        if not slim(self._kiosk.window.grabWindow()).save(str(path), "PNG", 0):  # type: ignore[call-overload]
            raise OSError(path)

    def _items(self) -> list[QObject]:
        from PySide6.QtQuick import QQuickItem

        waiting: list[QQuickItem] = [self._kiosk.window.contentItem()]
        found: list[QObject] = []
        while waiting:
            item = waiting.pop()
            found.append(item)
            waiting.extend(item.childItems())
        return found

    def _hold_clock(self) -> None:
        """Stop the header's clock at the tour's time."""
        from PySide6.QtCore import QDateTime

        if self._now_utc_ms is None:
            return
        for each in self._items():
            if each.metaObject().indexOfProperty("now") < 0:
                continue
            for timer in each.children():
                if timer.metaObject().indexOfProperty("triggeredOnStart") >= 0:
                    timer.setProperty("running", False)
            each.setProperty("now", QDateTime.fromMSecsSinceEpoch(self._now_utc_ms))


def slim(image: QImage) -> QImage:
    """Keep the most frequent colours and the kiosk's own only, so that a picture is a few kilobytes.

    A sign in red is a few pixels; without its colour it would be shown in whatever is nearest, such as grey.
    """
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

    image = image.convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(image.constBits()).cast("I"))
    table = [color for color, _count in counted.most_common(_COLORS)]
    rare = sorted((_own_colors() & counted.keys()).difference(table))
    table = [*table[: _COLORS - len(rare)], *rare]
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    return image.convertToFormat(QImage.Format.Format_Indexed8, table, flags)


def _own_colors() -> set[int]:
    """Give the opaque colours of all themes, as 0xffRRGGBB."""
    tokens = json.loads(TABLE.read_text("utf-8"))["colors"].values()
    values = [value for token in tokens for value in token["values"]]
    return {int(f"ff{value[1:]}", 16) for value in values if len(value) == len("#rrggbb")}


def take_all(tour: Tour, folder: Path, looks: Sequence[Look]) -> None:
    """Go the tour once for each look."""
    os.environ.update(_ENVIRONMENT)
    time.tzset()
    from PySide6.QtGui import QGuiApplication

    from lucid_gui.style import fonts

    application = cast("QGuiApplication", QGuiApplication.instance() or QGuiApplication(["lucid"]))
    application.setQuitOnLastWindowClosed(False)
    fonts.load_first(application)
    folder.mkdir(parents=True, exist_ok=True)
    for look in looks:
        _take(tour, folder, look, application)


def _take(tour: Tour, folder: Path, look: Look, application: QGuiApplication) -> None:
    """Run a kiosk with the tour in it; what the walk raises is raised here."""
    from lucid_gui.application import Kiosk
    from lucid_gui.options import KioskOptions
    from lucid_gui.screens.screen_model import ScreenModel

    now_utc_ms: int | None = getattr(tour, "NOW_UTC_MS", None)
    if now_utc_ms is not None:
        ScreenModel.utc_clock = staticmethod(lambda: now_utc_ms)
    ports: list[EnginePort] = []
    walks: list[asyncio.Task[None]] = []

    def start() -> EnginePort:
        ports.append(tour.start())
        return ports[-1]

    async def walk() -> None:
        studio = Studio(kiosk, look, folder, now_utc_ms)
        try:
            await studio.until(lambda: ports and kiosk.session and studio.navigator.current())
            await tour.walk(studio, ports[0])
        finally:
            kiosk.stop()

    options = KioskOptions(
        size=SIZES[look.shape],
        is_windowed=True,
        theme=look.theme,
        start_time=time.monotonic(),
        on_first_frame=lambda _seconds: walks.append(asyncio.ensure_future(walk())),
    )
    kiosk = Kiosk(options)
    kiosk.show()
    kiosk.run(application, start)
    if not walks or not walks[0].done():
        sys.exit("The kiosk was closed before the tour had ended.")
    walks[0].result()


def main(arguments: Sequence[str]) -> int:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(prog="lucid_gui.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tour", default=MADE_UP, help="module with start() and walk()")
    parser.add_argument("--shape", choices=sorted(SIZES), action="append")
    parser.add_argument("--theme", choices=("dark", "light", "contrast"), action="append")
    chosen = parser.parse_args(arguments)
    shapes, themes = chosen.shape or list(SIZES), chosen.theme or list(THEMES)
    looks = [Look(shape, theme) for shape in shapes for theme in themes]
    tour: Any = importlib.import_module(chosen.tour)
    take_all(cast("Tour", tour), chosen.folder, looks)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
