"""What every GUI test shares: one application, drawn in memory, and kiosks on a fake engine."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from lucid_gui.bridge import Bridge
from lucid_gui.style import fonts
from tests.fakes.engine_port import FakeEnginePort
from tests.lucid_gui.kiosk_driver import KioskDriver
from tests.qt_left_over import QT_IS_LEFT_OVER

os.environ.setdefault("QT_QUICK_BACKEND", "software")

KioskOpener = Callable[..., KioskDriver]


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    """Give the application that the kiosk itself uses."""
    return QGuiApplication


_ENOUGH_ALLOCATED = 20_000


@pytest.fixture(autouse=True)
def collects_here_alone(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep cycles with Qt objects from being collected on an engine's thread, as the kiosk does.

    What is left over is collected before the next test that may do it on another thread.
    """
    request.config.stash[QT_IS_LEFT_OVER] = True
    gc.disable()
    yield
    if gc.get_count()[0] > _ENOUGH_ALLOCATED:
        gc.collect()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def leaves_nothing_uncollectable() -> Iterator[None]:
    """Find, at the end of the run, no object that Python can never free.

    What Python warns of later, when it shuts down, is PySide's: its Property has a finalizer of the old kind, so that
    no class with one can be freed. Ours are made once each, with their modules, and stay as long as these.
    """
    yield
    gc.collect()
    assert gc.garbage == []


@pytest.fixture
def port() -> Iterator[FakeEnginePort]:
    """Give a fake engine that is ready."""
    made = FakeEnginePort()
    yield made
    made.stop()
    assert made.wait_stopped(10.0)


@pytest.fixture
def fake_bridge(qtbot: QtBot, port: FakeEnginePort) -> Iterator[Bridge]:
    """Give a bridge on the fake engine, once it knows how things stand."""
    made = Bridge()
    made.attach(port)
    qtbot.waitUntil(lambda: len(made._latest) == 3)
    yield made
    made.detach()


@pytest.fixture
def open_kiosk(qtbot: QtBot, qapp: QGuiApplication) -> Iterator[KioskOpener]:
    """Give what opens a kiosk on a fake engine; each is taken down at the end."""
    fonts.load_first(qapp)
    fonts.load_rest()
    opened: list[KioskDriver] = []

    def open_one(port: FakeEnginePort, **options: object) -> KioskDriver:
        opened.append(KioskDriver(qtbot, port, **options))  # type: ignore[arg-type]  # handed on by name
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()
