"""The door's steps: first use, unlocking, failing kindly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from core.api.commands import CreateVault, UnlockVault
from core.api.snapshots import EnginePhase
from lucid_gui.bridge import Bridge
from lucid_gui.screens.welcome.view_model import WelcomeModel
from lucid_gui.shell.navigation import Navigator
from tests.fakes.engine_port import PENDING, FakeEnginePort, failure


@pytest.fixture
def model(qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort) -> Iterator[WelcomeModel]:
    """Give a model at first use."""
    made = WelcomeModel(fake_bridge, Navigator(fake_bridge))
    made.enter({})
    move(qtbot, port, made, EnginePhase.NO_VAULT, "intro")
    yield made
    made.leave()


def move(
    qtbot: QtBot, port: FakeEnginePort, model: WelcomeModel, phase: EnginePhase, step: str
) -> None:
    """Move the engine and wait for the step."""
    port.change_phase(phase)
    qtbot.waitUntil(lambda: model._phase is phase and model.step == step)


def test_a_passphrase_that_is_too_short_goes_no_further(model: WelcomeModel) -> None:
    """The second step needs a first one that would do."""
    model.begin()
    model.choose("short")
    assert model.step == "choose"
    model.choose("long enough")
    assert model.step == "repeat"


def test_two_different_ones_make_nothing(model: WelcomeModel, port: FakeEnginePort) -> None:
    """A slip of the finger is told, and the first one is kept."""
    model.begin()
    model.choose("long enough")
    model.make("long enoguh", False)
    assert model.failure["what"] == "The two are not the same."
    assert port.sent(CreateVault) == []


def test_going_back_forgets_the_first_one(model: WelcomeModel, port: FakeEnginePort) -> None:
    """After going back the old passphrase does not count any more."""
    model.begin()
    model.choose("long enough")
    model.stepBack()
    assert model.step == "choose"
    model.choose("another one")
    model.make("long enough", False)
    assert port.sent(CreateVault) == []


def test_only_one_vault_is_asked_for(
    qtbot: QtBot, model: WelcomeModel, port: FakeEnginePort
) -> None:
    """A second tap while it is being made does nothing."""
    port.answers[CreateVault] = PENDING
    model.begin()
    model.choose("long enough")
    model.make("long enough", True)
    model.make("long enough", True)
    assert model.isBusy
    assert [command.remember for command in port.sent(CreateVault)] == [True]
    port.finish(CreateVault, failure("data_directory_unwritable", path="x", reason="y"))
    qtbot.waitUntil(lambda: not model.isBusy)
    assert model.failure["code"] == "data_directory_unwritable"


def test_a_wrong_passphrase_is_told_kindly(
    qtbot: QtBot, model: WelcomeModel, port: FakeEnginePort
) -> None:
    """What is the matter and what to do; trying again is possible at once."""
    port.answers[UnlockVault] = failure("wrong_passphrase")
    move(qtbot, port, model, EnginePhase.LOCKED, "unlock")
    model.unlock("wrong", False)
    qtbot.waitUntil(lambda: model.failure.get("code") == "wrong_passphrase")
    assert not model.isBusy
    assert model.failure["nextStep"] != ""


def test_an_empty_passphrase_is_not_sent(
    qtbot: QtBot, model: WelcomeModel, port: FakeEnginePort
) -> None:
    """Nothing typed, nothing asked."""
    move(qtbot, port, model, EnginePhase.LOCKED, "unlock")
    model.unlock("", False)
    assert port.sent(UnlockVault) == []


def test_the_key_store_unlocks_without_a_passphrase(
    qtbot: QtBot, model: WelcomeModel, port: FakeEnginePort
) -> None:
    """Where the device remembers, one tap is enough."""
    move(qtbot, port, model, EnginePhase.LOCKED, "unlock")
    model.unlockFromKeyStore()
    assert port.sent(UnlockVault) == [UnlockVault()]


def test_a_failed_engine_says_why(qtbot: QtBot, model: WelcomeModel, port: FakeEnginePort) -> None:
    """The failure's sentence stands in the place of the form."""
    found = failure("self_test_failed", test="blake3")
    port.engine = replace(port.engine, failure=found)
    move(qtbot, port, model, EnginePhase.FAILED, "failed")
    assert model.failure["code"] == "self_test_failed"
