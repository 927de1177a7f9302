"""A screen that is left before its answer came is not told, and nothing breaks."""

from __future__ import annotations

import pytest
from shiboken6 import isValid

from core.api.commands import (
    ChangeSetting,
    Command,
    ListSessions,
    ReadChain,
    ReadSettings,
    UnlockVault,
)
from core.api.events import SpaceChanged
from core.api.snapshots import EnginePhase, SpaceLevel, SpaceSnapshot
from tests.fakes.engine_port import CHAIN, PENDING, READY, FakeEnginePort, failure
from tests.fakes.kiosk_scripts import SETTINGS, full_port
from tests.lucid_gui.conftest import KioskOpener
from tests.lucid_gui.kiosk_driver import KioskDriver

ANSWERS = {"result": True, "failure": False}


def leave(kiosk: KioskDriver, to: str) -> None:
    """Leave a screen for one of the rail, and wait until the first one's model is gone."""
    model = kiosk.model()
    kiosk.open(to)
    kiosk.until(lambda: not isValid(model))


def answer(
    kiosk: KioskDriver, port: FakeEnginePort, command: type[Command], result: object
) -> None:
    """Answer what a screen asked, and wait until the kiosk has heard it.

    A handler that raises fails the test by itself.
    """
    assert port.pending
    port.finish(command, result)
    port.emit(SpaceChanged(SpaceSnapshot(77, 100, SpaceLevel.FINE)))
    kiosk.until(lambda: kiosk.session.status.spaceText == "77 % free")


@pytest.mark.parametrize("is_good", ANSWERS.values(), ids=ANSWERS.keys())
@pytest.mark.parametrize(
    "screen, command, result",
    [("home", ListSessions, ()), ("node", ReadChain, CHAIN), ("settings", ReadSettings, SETTINGS)],
)
def test_what_a_screen_reads_may_come_too_late(
    open_kiosk: KioskOpener, screen: str, command: type[Command], result: object, *, is_good: bool
) -> None:
    """Home, node and settings are gone before the engine answers."""
    port = full_port()
    kiosk = open_kiosk(port)
    kiosk.open("licences")
    port.answers[command] = PENDING
    kiosk.open(screen)
    kiosk.until(lambda: command in {type(each) for each in port.pending.values()})
    leave(kiosk, "sessions")
    answer(kiosk, port, command, result if is_good else failure("store_corrupt", reason="a page"))


def test_a_change_of_a_setting_may_come_too_late(open_kiosk: KioskOpener) -> None:
    """The theme is refused when nobody looks at the settings any more."""
    port = full_port()
    kiosk = open_kiosk(port)
    kiosk.open("settings")
    kiosk.until(lambda: kiosk.model().isLoaded)
    port.answers[ChangeSetting] = PENDING
    kiosk.model().choose("theme", "light")
    kiosk.until(lambda: port.pending)
    leave(kiosk, "home")
    answer(kiosk, port, ChangeSetting, failure("setting_out_of_bounds", name="theme"))


@pytest.mark.parametrize("is_good", ANSWERS.values(), ids=ANSWERS.keys())
def test_the_door_may_be_gone_before_it_hears_that_it_is_open(
    open_kiosk: KioskOpener, *, is_good: bool
) -> None:
    """The phase leads into the house, and the answer to unlocking comes after it."""
    port = full_port()
    port.answers[UnlockVault] = PENDING
    port.change_phase(EnginePhase.LOCKED)
    kiosk = open_kiosk(port)
    kiosk.until(lambda: kiosk.screen() == "welcome")
    model = kiosk.model()
    model.unlock("four unrelated words", False)
    kiosk.until(lambda: port.pending)
    port.change_phase(READY.phase)
    kiosk.until(lambda: kiosk.screen() == "home" and not isValid(model))
    answer(kiosk, port, UnlockVault, None if is_good else failure("wrong_passphrase"))
