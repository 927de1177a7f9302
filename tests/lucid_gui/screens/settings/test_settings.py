"""Settings are shown with their bounds and hold when the engine says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.api.commands import ChangeSetting, LockVault, ReadSettings
from core.api.events import SettingChanged
from core.api.snapshots import EnginePhase, Setting
from lucid_gui.screens.settings.numbers import bounded_steps
from tests.fakes.engine_port import FakeEnginePort, failure
from tests.fakes.kiosk_scripts import SETTINGS, full_port
from tests.lucid_gui.conftest import KioskOpener
from tests.lucid_gui.kiosk_driver import LANDSCAPE, PORTRAIT, KioskDriver, Touch


def visit(open_kiosk: KioskOpener, port: FakeEnginePort, **options: object) -> KioskDriver:
    """Open the settings on an engine that keeps what it is told."""

    def change(command: ChangeSetting) -> Setting:
        known = next(each for each in SETTINGS if each.name == command.name)
        changed = replace(known, value=command.value)
        port.emit(SettingChanged(changed))
        return changed

    port.answers.setdefault(ChangeSetting, change)
    kiosk = open_kiosk(port, **options)
    kiosk.tap("rail-settings")
    kiosk.until(lambda: kiosk.screen() == "settings" and kiosk.model().isLoaded)
    return kiosk


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_a_theme_is_chosen_by_touch(open_kiosk: KioskOpener, size: tuple[int, int]) -> None:
    """The middle of three is light, and the whole kiosk follows."""
    kiosk = visit(open_kiosk, full_port(), size=size, finger=Touch())
    kiosk.tap("theme", 0.5)
    kiosk.until(lambda: kiosk.window.color().name() == "#f4f5f1")
    kiosk.tap("theme", 0.9)
    kiosk.until(lambda: kiosk.window.color().name() == "#000000")


def test_the_screen_turns_and_can_be_turned_back(open_kiosk: KioskOpener) -> None:
    """A rotation goes to the engine as a number, and the control stays within reach."""
    port = full_port()
    kiosk = visit(open_kiosk, port)
    kiosk.model().choose("rotation", 180)
    kiosk.until(lambda: kiosk.item("stage").rotation() == 180)
    assert port.sent(ChangeSetting) == [ChangeSetting("rotation", 180)]


def test_a_number_moves_by_its_steps(open_kiosk: KioskOpener) -> None:
    """Plus and minus take the next step that the bounds allow."""
    port = full_port()
    kiosk = visit(open_kiosk, port)
    kiosk.tap("progress_interval_min-raise")
    kiosk.until(lambda: kiosk.model().values["progress_interval_min"] == 15)
    kiosk.tap("progress_interval_min-lower")
    kiosk.until(lambda: kiosk.model().values["progress_interval_min"] == 10)
    assert [command.value for command in port.sent(ChangeSetting)] == [15, 10]


@pytest.mark.parametrize(
    "value, bounds, around",
    [
        (10, (1, 120), (5, 15)),
        (1, (1, 120), (None, 2)),
        (120, (1, 120), (60, None)),
        (12, (10, 15), (10, 15)),
    ],
)
def test_steps_stay_within_bounds(
    value: int, bounds: tuple[int, int], around: tuple[int | None, int | None]
) -> None:
    """At a bound there is no further step; a value between steps goes to its neighbours."""
    setting = Setting("progress_interval_min", value, 10, minimum=bounds[0], maximum=bounds[1])
    assert bounded_steps(setting, (1, 2, 5, 10, 15, 20, 30, 60, 120)) == around


def test_a_refused_setting_is_told(open_kiosk: KioskOpener) -> None:
    """The engine has the last word, and its reason is shown."""
    port = full_port()
    port.answers[ChangeSetting] = failure(
        "setting_out_of_bounds", 2, name="x", value="y", reason="z"
    )
    kiosk = visit(open_kiosk, port)
    kiosk.tap("progress_interval_min-raise")
    kiosk.until(lambda: kiosk.model().failure.get("code") == "setting_out_of_bounds")
    assert kiosk.model().values["progress_interval_min"] == 10


def test_settings_that_cannot_be_read_can_be_tried_again(open_kiosk: KioskOpener) -> None:
    """The failure has a button, and the vault can be locked all the same."""
    port = full_port()
    port.answers[ReadSettings] = failure("store_corrupt", 1, reason="x")
    kiosk = open_kiosk(port)
    kiosk.tap("rail-settings")
    kiosk.until(lambda: kiosk.screen() == "settings")
    kiosk.until(lambda: kiosk.model().failure.get("code") == "store_corrupt")
    kiosk.tap("lock")
    kiosk.until(lambda: port.sent(LockVault) == [LockVault()])


def test_while_a_session_runs_the_vault_stays_open(open_kiosk: KioskOpener) -> None:
    """Lock now rests, and the sentence says what to do first."""
    port = full_port()
    kiosk = visit(open_kiosk, port)
    port.change_phase(EnginePhase.READY, running_session_id="x")
    kiosk.until(lambda: not kiosk.item("lock").isEnabled())
