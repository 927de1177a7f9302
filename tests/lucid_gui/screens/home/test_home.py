"""Home follows the engine and leads to what it speaks of."""

from __future__ import annotations

from core.api.commands import ListSessions
from core.api.events import SessionChanged, SessionProgressed, SpaceChanged
from core.api.snapshots import EnginePhase, LiveSession, SessionState, SpaceLevel, SpaceSnapshot
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.kiosk_scripts import full_port, session
from tests.lucid_gui.conftest import KioskOpener


def test_a_new_session_is_counted_at_once(open_kiosk: KioskOpener) -> None:
    """The anchors' card follows each change of a session."""
    port = full_port()
    kiosk = open_kiosk(port)
    kiosk.until(lambda: kiosk.model().anchors["title"] == "1 of 2 anchored")
    port.emit(SessionChanged(session(2, SessionState.ANCHORED)))
    kiosk.until(lambda: kiosk.model().anchors["title"] == "All anchored")


def test_a_running_session_is_the_sentence(open_kiosk: KioskOpener) -> None:
    """It begins, grows and ends in the title of the screen."""
    port = full_port()
    kiosk = open_kiosk(port)
    running = session(3, SessionState.RECORDING)
    port.emit(SessionChanged(running))
    port.emit(
        SessionProgressed(
            LiveSession(running.session_id, 65.0, 9_000_000, 0, 9, 900, 0, False, "x")
        )
    )
    kiosk.until(lambda: kiosk.model().recording.get("title") == "Recording the sandbox, 1 min 5 s")
    assert kiosk.seen("watch")
    assert not kiosk.seen("start")
    port.emit(SessionChanged(session(3, SessionState.SEALING)))
    kiosk.until(lambda: kiosk.seen("start"))


def test_without_room_no_session_can_be_started(open_kiosk: KioskOpener) -> None:
    """The button rests, and the sentence says why."""
    port = full_port()
    kiosk = open_kiosk(port)
    kiosk.until(lambda: kiosk.item("start").isEnabled())
    port.emit(SpaceChanged(SpaceSnapshot(4, 100, SpaceLevel.REFUSING)))
    kiosk.until(lambda: not kiosk.item("start").isEnabled())


def test_a_list_that_cannot_be_read_can_be_tried_again(open_kiosk: KioskOpener) -> None:
    """The failure is told with its next step, and trying again clears it."""
    port = full_port()
    port.answers[ListSessions] = failure("store_corrupt", 1, reason="a page")
    kiosk = open_kiosk(port)
    kiosk.until(lambda: kiosk.model().failure.get("code") == "store_corrupt")
    assert not kiosk.model().isLoaded
    port.answers[ListSessions] = ()
    kiosk.model().refresh()
    kiosk.until(lambda: kiosk.model().isLoaded and not kiosk.model().failure)


def test_while_the_list_is_read_home_is_usable(open_kiosk: KioskOpener) -> None:
    """A slow list keeps nobody from starting a session."""
    port = full_port()
    port.answers[ListSessions] = PENDING
    kiosk = open_kiosk(port)
    kiosk.tap("start")
    kiosk.until(lambda: kiosk.screen() == "start")


def test_a_session_that_runs_already_is_known(open_kiosk: KioskOpener) -> None:
    """A kiosk that comes late says it records."""
    port = full_port()
    port.change_phase(EnginePhase.READY, running_session_id=session(3).session_id)
    kiosk = open_kiosk(port)
    kiosk.until(lambda: kiosk.model().runningId == session(3).session_id)
