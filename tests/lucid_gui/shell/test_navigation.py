"""Navigation: screens lie on each other, and view models hear when they are seen."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from lucid_gui.bridge import Bridge
from lucid_gui.shell.navigation import SCREENS, Navigator, screen_url


class Model(QObject):
    """A view model that remembers what it was told."""

    def __init__(self, name: str, told: list[str], parent: QObject) -> None:
        super().__init__(parent)
        self._name = name
        self._told = told

    @Slot("QVariantMap")
    def enter(self, arguments: dict[str, object]) -> None:
        """Remember being seen."""
        self._told.append(
            f"{self._name} enters {arguments}" if arguments else f"{self._name} enters"
        )

    @Slot()
    def leave(self) -> None:
        """Remember being left."""
        self._told.append(f"{self._name} leaves")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put view models of our own behind four screens, and collect what they are told."""
    heard: list[str] = []

    def module(name: str) -> ModuleType:
        made = ModuleType(name)
        made.create = lambda _bridge, _navigator, parent: Model(name, heard, parent)  # type: ignore[attr-defined]
        return made

    for name in ("home", "sessions", "session", "player"):
        monkeypatch.setitem(sys.modules, f"{SCREENS}.{name}.view_model", module(name))
    return heard


@pytest.fixture
def navigator(qapp: object, told: list[str]) -> Navigator:
    """Give a navigator without an engine."""
    assert qapp is not None
    assert told == []
    return Navigator(Bridge())


def test_a_screen_lies_on_the_one_it_was_opened_from(navigator: Navigator, told: list[str]) -> None:
    """Opening leaves one and enters the other; back does the reverse, with the same arguments."""
    navigator.open("sessions")
    navigator.open("session", {"sessionId": "a"})
    assert (navigator.currentScreen, navigator.rootScreen, navigator.canGoBack) == (
        "session",
        "sessions",
        True,
    )
    navigator.back()
    navigator.back()
    assert (navigator.currentScreen, navigator.canGoBack) == ("sessions", False)
    assert told == [
        "sessions enters",
        "sessions leaves",
        "session enters {'sessionId': 'a'}",
        "session leaves",
        "sessions enters",
    ]


def test_a_screen_of_the_rail_replaces_everything(navigator: Navigator) -> None:
    """The rail starts a new stack."""
    navigator.open("sessions")
    navigator.open("session", {"sessionId": "a"})
    navigator.open("home")
    assert (navigator.currentScreen, navigator.rootScreen, navigator.canGoBack) == (
        "home",
        "home",
        False,
    )


def test_a_replaced_screen_is_not_gone_back_to(navigator: Navigator) -> None:
    """What took another's place goes back to the one beneath both."""
    navigator.open("sessions")
    navigator.open("session", {"sessionId": "a"})
    navigator.replace("player", {"sessionId": "a"})
    assert navigator.currentScreen == "player"
    navigator.back()
    assert navigator.currentScreen == "sessions"


def test_opening_what_is_shown_changes_nothing(navigator: Navigator, told: list[str]) -> None:
    """A second tap on the same entry does not load its screen again."""
    navigator.open("home")
    navigator.open("home")
    assert told == ["home enters"]


def test_a_closed_screen_s_model_is_deleted(qtbot: QtBot, navigator: Navigator) -> None:
    """Nothing of a closed screen stays."""
    navigator.open("sessions")
    navigator.open("session", {"sessionId": "a"})
    model = navigator.current_model()
    assert model is not None
    with qtbot.waitSignal(model.destroyed):
        navigator.back()


@pytest.mark.parametrize("screen", ["welcome", "home", "node", "settings", "licences"])
def test_every_screen_of_the_shell_has_its_qml(screen: str) -> None:
    """A screen's QML lies where the navigator looks for it."""
    file = Path(screen_url(screen).toLocalFile())
    assert file.name == f"{screen.title()}Screen.qml"
    assert file.read_text(encoding="utf-8").startswith("// ")
