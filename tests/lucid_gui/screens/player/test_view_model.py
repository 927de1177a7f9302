"""The player plays, seeks, says where it is, and forgets everything when it is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.api.commands import ClosePlayback, ControlPlayback, OpenPlayback, SeekPlayback
from core.api.events import FrameShown, IncidentRecorded
from core.api.hosting import ReadTrail
from lucid_gui.bridge import Bridge
from lucid_gui.screens.player.view_model import PlayerModel
from lucid_gui.screens.trail import SAID_S
from tests.fakes import made_up_hosting as hosted
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.made_up_appliance import PLAYBACK, MadeUpAppliance
from tests.fakes.recorded_navigator import RecordedNavigator

SESSION = made_up.session_id(0)


@pytest.fixture
def opening(bridge: Bridge, navigator: RecordedNavigator, parent: QObject) -> Iterator[PlayerModel]:
    """Give a player whose session is being opened."""
    made = PlayerModel(bridge, navigator, parent)  # type: ignore[arg-type]
    made.enter({"sessionId": SESSION})
    yield made
    made.leave()


@pytest.fixture
def player(qtbot: QtBot, opening: PlayerModel) -> PlayerModel:
    """Give a player that plays."""
    qtbot.waitUntil(lambda: opening.isPlaying)
    return opening


def test_it_plays_as_soon_as_it_is_open(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """No second tap is needed."""
    qtbot.waitUntil(
        lambda: appliance.sent(ControlPlayback) == [ControlPlayback(PLAYBACK, True, 1.0)]
    )
    assert player.durationText == "1:12:00"
    assert len(player.gaps) == 2


def test_a_frame_moves_the_position_and_both_clocks(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """Position in the recording, time of day here, and time in UTC."""
    appliance.show_frame(761.0)
    qtbot.waitUntil(lambda: player.positionText == "12:41")
    assert player.utcText.replace("\N{NO-BREAK SPACE}", " ") == "2026-11-17 14:32:41 UTC"
    assert player.localText.endswith(":41")
    assert player.feed.image().width() == 640


def test_a_frame_that_comes_before_the_answer_is_kept(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance, bridge: Bridge
) -> None:
    """The engine shows the first frame while it opens; it is on the screen when it is open."""
    player.leave()  # it was open: no earlier request is still on its way
    answer = appliance.answers[OpenPlayback]
    appliance.answers[OpenPlayback] = PENDING
    player.enter({"sessionId": SESSION})
    qtbot.waitUntil(lambda: bool(appliance.pending))
    appliance.emit(FrameShown(PLAYBACK, 0.0, made_up.STARTED_UTC_MS, 2, 1, bytes(6)))
    assert callable(answer)
    appliance.finish(OpenPlayback, answer(OpenPlayback(SESSION)))
    qtbot.waitUntil(lambda: player.isPlaying)
    assert player.feed.image().width() == 2


def test_frames_of_another_playback_are_not_shown(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """A late frame of what was closed does not come back."""
    appliance.emit(FrameShown(PLAYBACK + 1, 5.0, 0, 2, 1, bytes(6)))
    appliance.show_frame(9.0)
    qtbot.waitUntil(lambda: player.positionText == "0:09")
    assert player.feed.image().width() == 640


def test_only_the_latest_wish_is_sought(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """While a seek is on its way, wishes do not pile up."""
    appliance.answers[SeekPlayback] = PENDING
    for position in (100.0, 200.0, 300.0):
        player.seek(position)
    qtbot.waitUntil(lambda: bool(appliance.pending))
    appliance.finish(SeekPlayback)
    qtbot.waitUntil(lambda: len(appliance.sent(SeekPlayback)) == 2)
    appliance.finish(SeekPlayback)
    assert [each.position_s for each in appliance.sent(SeekPlayback)] == [100.0, 300.0]


@pytest.mark.parametrize(
    "by, position", [(-10.0, 0.0), (10.0, 12.0), (99_999.0, made_up.DURATION_S)]
)
def test_a_skip_stays_within_the_recording(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance, by: float, position: float
) -> None:
    """Ten seconds back at the beginning is the beginning."""
    appliance.show_frame(2.0)
    qtbot.waitUntil(lambda: player.position == 2.0)
    player.skip(by)
    assert player.position == position


def test_at_the_end_it_plays_again_from_the_beginning(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """The end holds; a tap begins anew."""
    appliance.change_playback(made_up.DURATION_S, is_at_end=True)
    qtbot.waitUntil(lambda: player.isAtEnd)
    assert not player.isPlaying
    player.toggle()
    qtbot.waitUntil(lambda: [each.position_s for each in appliance.sent(SeekPlayback)] == [0.0])
    qtbot.waitUntil(lambda: player.isPlaying)


def test_the_speed_goes_round(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """From 1 up to 16 and on with one half; a speed that is none is passed over."""
    seen = []
    for _ in player.speeds:
        player.nextSpeed()
        seen.append(player.speed)
    assert seen == [2.0, 4.0, 8.0, 16.0, 0.5, 1.0]
    player.setSpeed(3.0)
    assert player.speed == 1.0


def test_a_gap_says_what_is_missing(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """Inside a gap its sentence shows, outside of it nothing."""
    appliance.show_frame(1311.0)
    qtbot.waitUntil(lambda: player.gapText == "No pictures for 4 s: the encoder restarted")
    appliance.show_frame(1315.0)
    qtbot.waitUntil(lambda: player.gapText == "")
    assert player.gapAt(3023.0).startswith("No pictures for 2 s")


def test_leaving_closes_the_playback_and_forgets_the_frame(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """Frames and keys are forgotten at once."""
    appliance.show_frame(5.0)
    qtbot.waitUntil(lambda: not player.feed.image().isNull())
    player.leave()
    assert player.feed.image().isNull()
    qtbot.waitUntil(lambda: appliance.sent(ClosePlayback) == [ClosePlayback(PLAYBACK)])


def test_a_playback_that_opens_after_the_screen_was_left_is_closed(
    qtbot: QtBot, opening: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """Nobody would close it otherwise."""
    opening.leave()
    qtbot.waitUntil(lambda: appliance.sent(ClosePlayback) == [ClosePlayback(PLAYBACK)])
    assert not opening.isThere


def test_what_cannot_be_opened_says_why(
    qtbot: QtBot, opening: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """The sentence names the chunk, and a second try can succeed."""
    qtbot.waitUntil(lambda: opening.isPlaying)
    answer = appliance.answers[OpenPlayback]
    appliance.answers[OpenPlayback] = failure("chunk_altered", 1, index=7)
    opening.open()
    qtbot.waitUntil(lambda: "Chunk 7" in opening.failure.get("what", ""))
    appliance.answers[OpenPlayback] = answer
    opening.open()
    qtbot.waitUntil(lambda: opening.isPlaying)
    assert opening.failure == {}


def test_a_bad_chunk_on_the_way_holds_the_playback(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """An incident of this session is shown; one of another is not."""
    appliance.emit(IncidentRecorded(failure("chunk_missing", 1, index=3), "another"))
    appliance.emit(IncidentRecorded(failure("chunk_altered", 1, index=9), SESSION))
    qtbot.waitUntil(lambda: "Chunk 9" in player.failure.get("what", ""))
    assert not player.isPlaying


def test_a_seek_that_fails_is_told(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """The failure shows, and seeking elsewhere still works."""
    working = appliance.answers[SeekPlayback]
    appliance.answers[SeekPlayback] = failure("chunk_missing", 1, index=3)
    player.seek(50.0)
    qtbot.waitUntil(lambda: player.failure != {})
    appliance.answers[SeekPlayback] = working
    player.seek(60.0)
    qtbot.waitUntil(lambda: len(appliance.sent(SeekPlayback)) == 2)


def test_a_trail_marks_the_time_line_and_a_moment_is_jumped_to(
    qtbot: QtBot,
    bridge: Bridge,
    navigator: RecordedNavigator,
    parent: QObject,
    appliance: MadeUpAppliance,
) -> None:
    """It plays from there, and says for some seconds what had just happened."""
    sealed = hosted.sealed()
    appliance.sessions[sealed.session_id] = sealed
    made = PlayerModel(bridge, navigator, parent)  # type: ignore[arg-type]
    made.enter({"sessionId": sealed.session_id, "atS": 309.0})
    qtbot.waitUntil(lambda: bool(appliance.sent(ControlPlayback)) and bool(made.marks))
    appliance.change_playback(309.0)
    qtbot.waitUntil(lambda: made.isPlaying)
    assert appliance.sent(SeekPlayback) == [SeekPlayback(PLAYBACK, 309.0)]
    assert made.markText == "Allowed: Type"
    assert made.markAt(309.0 + SAID_S) == ""
    assert made.markAt(308.9) == ""
    made.leave()


def test_a_session_without_a_trail_has_no_marks(
    qtbot: QtBot, player: PlayerModel, appliance: MadeUpAppliance
) -> None:
    """Nothing is said about it."""
    qtbot.waitUntil(lambda: bool(appliance.sent(ReadTrail)))
    assert player.marks == []
    assert player.markText == ""
