"""Whatever goes wrong on a session screen is said there, with the next step."""

from __future__ import annotations

import time

import pytest

from core.api.commands import (
    AnswerQuestion,
    EndSession,
    ExportBundle,
    ListSessions,
    OpenPlayback,
    ShowSession,
    StartSession,
    VerifySession,
)
from core.api.events import QuestionAsked, QuestionEnded, SpaceChanged
from core.api.questions import DisclosureQuestion, QuestionEnd
from core.api.snapshots import SessionState, SpaceLevel, SpaceSnapshot
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.lucid_gui.kiosk_driver import LANDSCAPE, PORTRAIT, KioskDriver
from tests.lucid_gui.screens.conftest import KioskMaker

SESSION = made_up.session_id(0)
SIZES = pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])


def _kiosk(make_kiosk: KioskMaker, size: tuple[int, int]) -> tuple[KioskDriver, MadeUpAppliance]:
    appliance = MadeUpAppliance((made_up.summary(),))
    return make_kiosk(appliance, size=size), appliance


@SIZES
def test_a_start_that_fails_says_why(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """The note names the program that is missing."""
    kiosk, appliance = _kiosk(make_kiosk, size)
    appliance.answers[StartSession] = failure("missing_program", program="ffmpeg", package="ffmpeg")
    kiosk.open("start")
    kiosk.tap("startButton")
    kiosk.until(lambda: kiosk.text("startFailure") == "The program ffmpeg is not installed.")


@SIZES
def test_too_little_space_refuses_and_says_what_to_do(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """The note is there, and Start cannot be tapped."""
    kiosk, appliance = _kiosk(make_kiosk, size)
    kiosk.open("start")
    appliance.emit(SpaceChanged(SpaceSnapshot(4, 100, SpaceLevel.REFUSING)))
    kiosk.item("spaceNote")
    assert not kiosk.item("startButton").isEnabled()


@SIZES
def test_an_end_that_fails_says_why(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """The session goes on, and the note says why."""
    kiosk, appliance = _kiosk(make_kiosk, size)
    running = made_up.summary(5, SessionState.RECORDING)
    appliance.sessions[running.session_id] = running
    appliance.answers[EndSession] = failure("storage_full", path="disk")
    kiosk.open("live", sessionId=running.session_id)
    kiosk.tap("endButton")
    kiosk.until(lambda: not kiosk.item("endSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.text("liveFailure") == "There is no space left for disk.")


@SIZES
@pytest.mark.parametrize(
    "screen, command, note",
    [
        ("sessions", ListSessions, "sessionsFailure"),
        ("session", ShowSession, "sessionFailure"),
        ("player", OpenPlayback, "playerFailure"),
    ],
)
def test_what_cannot_be_read_says_why(
    make_kiosk: KioskMaker, size: tuple[int, int], screen: str, command: type, note: str
) -> None:
    """List, session and player each show their failure instead of nothing."""
    kiosk, appliance = _kiosk(make_kiosk, size)
    appliance.answers[command] = failure("vault_locked")
    kiosk.open(screen, sessionId=SESSION)
    kiosk.until(lambda: kiosk.text(note) == "The vault is locked.")
    assert kiosk.small_targets() == []


@SIZES
def test_a_check_that_cannot_run_says_why(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """On the card, and in full among the checks."""
    kiosk, appliance = _kiosk(make_kiosk, size)
    appliance.answers[VerifySession] = failure("vault_locked")
    kiosk.open("session", sessionId=SESSION)
    kiosk.tap("verifyButton")
    kiosk.until(lambda: kiosk.text("verificationFailure") == "The vault is locked.")
    kiosk.tap("detailsButton")
    kiosk.tap("detailsTabs", 0.1)
    kiosk.until(lambda: kiosk.text("checkFailure") == "The vault is locked.")


@SIZES
def test_a_failing_check_is_named_on_the_card(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """The verdict first, then the check that fails."""
    kiosk, appliance = _kiosk(make_kiosk, size)
    appliance.report = made_up.report_that_fails()
    kiosk.open("session", sessionId=SESSION)
    kiosk.tap("verifyButton")
    kiosk.until(lambda: kiosk.text("verificationSentence").startswith("Does not hold."))
    kiosk.item("check-chunks")


@SIZES
def test_a_check_can_be_cancelled(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """Verify comes back, and there is no verdict."""
    kiosk, appliance = _kiosk(make_kiosk, size)
    appliance.answers[VerifySession] = PENDING
    kiosk.open("session", sessionId=SESSION)
    kiosk.tap("verifyButton")
    kiosk.until(lambda: appliance.pending)
    kiosk.tap("verificationProgress", 0.97)
    kiosk.item("verifyButton")
    assert appliance.pending == {}


@SIZES
def test_a_readable_part_leaves_only_after_a_yes(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """The engine's question lies over the export; its answer is sent, and the file is written."""
    kiosk, appliance = _kiosk(make_kiosk, size)
    appliance.answers[ExportBundle] = PENDING
    kiosk.open("session", sessionId=SESSION)
    kiosk.tap("exportButton")
    kiosk.tap("kind-readable")
    kiosk.tap("writeButton")
    kiosk.until(lambda: appliance.pending)
    deadline = int((time.time() + 60) * 1000)
    appliance.emit(QuestionAsked(DisclosureQuestion(3, deadline, 60.0, SESSION, "/x", until_s=9.0)))
    kiosk.until(lambda: not kiosk.item("question").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: appliance.sent(AnswerQuestion) == [AnswerQuestion(3, is_yes=True)])
    appliance.emit(QuestionEnded(3, QuestionEnd.YES))
    written = appliance.sent(ExportBundle)[0]
    appliance.finish(ExportBundle, appliance._export(written))
    kiosk.until(lambda: kiosk.text("exportPath") == str(written.destination))


@SIZES
def test_an_export_that_fails_says_why_and_can_be_tried_again(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """The note is in sight, and the button writes again."""
    kiosk, appliance = _kiosk(make_kiosk, size)
    appliance.answers[ExportBundle] = failure("storage_full", path="stick")
    kiosk.open("session", sessionId=SESSION)
    kiosk.tap("exportButton")
    kiosk.tap("writeButton")
    kiosk.until(lambda: kiosk.text("exportFailure") == "There is no space left for stick.")
    appliance.answers[ExportBundle] = appliance._export
    kiosk.tap("writeButton")
    kiosk.tap("exportDoneButton")


@SIZES
def test_the_players_controls_go_and_come_back(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """While it plays they leave the picture alone; a tap brings them, and a pause keeps them."""
    kiosk, _appliance = _kiosk(make_kiosk, size)
    kiosk.open("player", sessionId=SESSION)
    kiosk.until(lambda: kiosk.model().isPlaying)
    kiosk.item("playPauseButton")
    kiosk.until(lambda: not kiosk.seen("playPauseButton"), "the controls stay")
    kiosk.tap("playerTapArea")
    kiosk.tap("playPauseButton")
    kiosk.until(lambda: not kiosk.model().isPlaying)
    assert kiosk.seen("playPauseButton")


@SIZES
def test_a_drag_shows_where_it_would_go(make_kiosk: KioskMaker, size: tuple[int, int]) -> None:
    """The time stands above the finger before it is lifted."""
    kiosk, _appliance = _kiosk(make_kiosk, size)
    kiosk.open("player", sessionId=SESSION)
    kiosk.until(lambda: kiosk.model().isPlaying)
    kiosk.drag("seekTrack", 0.1, 0.5, lifts=False)
    kiosk.item("seekPreview")
    shown = kiosk.text("playerPosition")
    assert shown.startswith(("35:", "36:"))
    kiosk.drag("seekTrack", 0.5, 0.5)
    kiosk.until(lambda: not kiosk.seen("seekPreview"))
