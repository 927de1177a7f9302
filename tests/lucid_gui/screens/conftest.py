"""What the tests of the session screens share: a made-up appliance, a bridge, a whole kiosk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from lucid_gui.bridge import Bridge
from lucid_gui.style import fonts
from tests.fakes import made_up_sessions as made_up
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.fakes.recorded_navigator import RecordedNavigator
from tests.lucid_gui.kiosk_driver import KioskDriver

os.environ.setdefault("QT_QUICK_BACKEND", "software")


@pytest.fixture
def appliance() -> Iterator[MadeUpAppliance]:
    """Give a made-up appliance with one sealed session."""
    made = MadeUpAppliance((made_up.summary(),))
    yield made
    made.stop()
    assert made.wait_stopped(10.0)


@pytest.fixture
def bridge(qtbot: QtBot, appliance: MadeUpAppliance) -> Iterator[Bridge]:
    """Give a bridge on the made-up appliance, once it knows how things stand."""
    made = Bridge()
    made.attach(appliance)
    qtbot.waitUntil(lambda: bool(made._latest))
    yield made
    made.detach()


@pytest.fixture
def navigator() -> RecordedNavigator:
    """Give a navigator that only remembers."""
    return RecordedNavigator()


@pytest.fixture
def parent(qapp: QGuiApplication) -> Iterator[QObject]:
    """Give an object that takes what it owns down with it."""
    owner = QObject()
    yield owner
    owner.deleteLater()
    qapp.processEvents()


KioskMaker = Callable[..., KioskDriver]


@pytest.fixture
def make_kiosk(qtbot: QtBot, qapp: QGuiApplication) -> Iterator[KioskMaker]:
    """Give what makes a kiosk on an engine; each is taken down at the end."""
    fonts.load_first(qapp)
    made: list[KioskDriver] = []

    def make(port: MadeUpAppliance, **options: object) -> KioskDriver:
        made.append(KioskDriver(qtbot, port, **options))  # type: ignore[arg-type]  # handed on by name
        return made[-1]

    yield make
    for each in made:
        each.close()
