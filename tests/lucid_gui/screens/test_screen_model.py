"""What every session screen's view model has."""

from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.api.commands import ListSessions, VerifySession
from core.api.events import RequestProgressed, SpaceChanged
from core.api.snapshots import FailureSnapshot
from lucid_gui.bridge import Bridge
from lucid_gui.screens.screen_model import ScreenModel, Work, failure_facts
from tests.fakes.engine_port import PENDING, SPACE, failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.fakes.recorded_navigator import RecordedNavigator


def test_a_failure_is_told_with_its_next_step() -> None:
    """What happened and what to do are both there; no failure is nothing."""
    facts = failure_facts(failure("missing_program", program="ffmpeg", package="ffmpeg"))
    assert facts["what"] == "The program ffmpeg is not installed."
    assert facts["nextStep"].startswith("Install the package")
    assert failure_facts(None) == {}


def test_a_screen_that_is_left_hears_nothing(
    qtbot: QtBot,
    bridge: Bridge,
    appliance: MadeUpAppliance,
    navigator: RecordedNavigator,
    parent: QObject,
) -> None:
    """Neither events nor answers reach it after it stopped listening."""
    model = ScreenModel(bridge, navigator, parent)  # type: ignore[arg-type]
    heard: list[object] = []
    appliance.answers[ListSessions] = PENDING
    model.listen(SpaceChanged, heard.append)
    model.ask(ListSessions(), heard.append)
    qtbot.waitUntil(lambda: bool(appliance.pending))
    heard.clear()
    model.stop_listening()
    appliance.finish(ListSessions, ())
    appliance.emit(SpaceChanged(SPACE))
    other: list[object] = []
    bridge.submit(ListSessions(), other.append)
    appliance.finish(ListSessions, ())
    qtbot.waitUntil(lambda: bool(other))
    assert heard == []


def test_work_tells_its_progress_and_its_end(
    qtbot: QtBot, bridge: Bridge, appliance: MadeUpAppliance, parent: QObject
) -> None:
    """How far it is, in words and as a share; then the result, once."""
    appliance.answers[VerifySession] = PENDING
    work, results = Work(bridge, parent), list[object]()
    work.begin(VerifySession("x"), results.append, results.append)
    qtbot.waitUntil(lambda: bool(appliance.pending))
    appliance.emit(RequestProgressed(next(iter(appliance.pending)), "checking_chunks", 3, 12))
    qtbot.waitUntil(lambda: work.property("fraction") == 0.25)
    assert work.property("text") == "Checking chunks, 3 of 12"
    appliance.finish(VerifySession, "done")
    qtbot.waitUntil(lambda: results == ["done"])
    assert not work.property("isBusy")


def test_cancelled_work_gives_no_result(
    qtbot: QtBot, bridge: Bridge, appliance: MadeUpAppliance, parent: QObject
) -> None:
    """The engine is asked to stop, and neither result nor failure is told."""
    appliance.answers[VerifySession] = PENDING
    work, results = Work(bridge, parent), list[object]()
    work.begin(VerifySession("x"), results.append, results.append)
    qtbot.waitUntil(lambda: bool(appliance.pending))
    work.cancel()
    assert work.property("text") == "Stopping"
    qtbot.waitUntil(lambda: not work.property("isBusy"))
    assert results == []
    assert appliance.pending == {}


def test_a_failure_after_the_screen_is_gone_becomes_a_notice(
    qtbot: QtBot, bridge: Bridge, appliance: MadeUpAppliance, qapp: QObject
) -> None:
    """Work that outlives its screen still tells the person when it fails."""
    appliance.answers[VerifySession] = PENDING
    work = Work(bridge)
    work.begin(VerifySession("x"), lambda _result: None, lambda _failure: None)
    with qtbot.waitSignal(work.destroyed):
        work.deleteLater()
    told: list[FailureSnapshot] = []
    bridge.failure_unhandled.connect(told.append)
    appliance.finish(VerifySession, failure("storage_full", path="x"))
    qtbot.waitUntil(lambda: [each.code for each in told] == ["storage_full"])
