"""Through the whole life of a session by taps alone, as a person goes."""

from __future__ import annotations

import pytest

from core.api.commands import (
    ClosePlayback,
    ControlPlayback,
    EndSession,
    ExportBundle,
    ExportVideo,
    SeekPlayback,
    StartSession,
    WatchSession,
)
from core.api.snapshots import SessionState
from tests.fakes import made_up_sessions as made_up
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.lucid_gui.kiosk_driver import LANDSCAPE, PORTRAIT, KioskDriver, Mouse, Touch
from tests.lucid_gui.screens.conftest import KioskMaker

FINGERS = {"mouse": Mouse, "touch": Touch}


@pytest.mark.parametrize("finger", sorted(FINGERS))
@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_a_session_goes_from_start_to_export_by_taps(
    make_kiosk: KioskMaker, size: tuple[int, int], finger: str
) -> None:
    """Start, watch, end, wait for the chain, verify, play, seek, export and find it in the list."""
    appliance = MadeUpAppliance()
    kiosk = make_kiosk(appliance, size=size, finger=FINGERS[finger]())
    session_id = _start(kiosk, appliance)
    _end(kiosk, appliance, session_id)
    _verify(kiosk)
    _play(kiosk, appliance)
    _export(kiosk, appliance)
    _find_in_list(kiosk, session_id)


def _start(kiosk: KioskDriver, appliance: MadeUpAppliance) -> str:
    kiosk.open("start")
    kiosk.item("source0")
    assert kiosk.small_targets() == []
    kiosk.tap("startButton")
    kiosk.until(lambda: kiosk.screen() == "live")
    assert len(appliance.sent(StartSession)) == 1
    return str(kiosk.model().sessionId)


def _end(kiosk: KioskDriver, appliance: MadeUpAppliance, session_id: str) -> None:
    kiosk.until(lambda: kiosk.model().state == "recording")
    appliance.progress(session_id, duration_s=761.0)
    kiosk.until(lambda: kiosk.text("liveClock") == "12:41")
    kiosk.until(lambda: kiosk.model().feed.hasPicture)
    assert kiosk.small_targets() == []
    assert kiosk.item("endButton").height() >= 64
    kiosk.tap("endButton")
    kiosk.until(lambda: not kiosk.item("endSheet").property("isGuarded"))
    kiosk.tap("deny")
    assert appliance.sent(EndSession) == []
    kiosk.tap("endButton")
    kiosk.until(lambda: not kiosk.item("endSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.model().state == "sealing")
    appliance.seal(session_id)
    kiosk.until(lambda: kiosk.model().state == "anchoring")
    appliance.anchor(session_id)
    kiosk.until(lambda: kiosk.text("liveSentence") == "Sealed and anchored")
    kiosk.until(lambda: kiosk.model().blockText != "")
    kiosk.tap("openSessionButton")
    kiosk.until(lambda: kiosk.screen() == "session")
    kiosk.until(lambda: appliance.sent(WatchSession)[-1].is_watching is False)


def _verify(kiosk: KioskDriver) -> None:
    kiosk.until(lambda: kiosk.model().isThere)
    assert kiosk.small_targets() == []
    kiosk.tap("verifyButton")
    kiosk.until(lambda: kiosk.text("verificationSentence") == "Holds. Checked just now.")
    kiosk.tap("detailsButton")
    for tab, share in (("chunkList", 0.5), ("anchorList", 0.7), ("manifestFacts", 0.3)):
        kiosk.tap("detailsTabs", share)
        kiosk.item(tab)
        assert kiosk.small_targets() == []
    kiosk.tap("rawManifestToggle")
    kiosk.item("manifestRaw")
    kiosk.tap("partBackButton")


def _play(kiosk: KioskDriver, appliance: MadeUpAppliance) -> None:
    kiosk.tap("playButton")
    kiosk.until(lambda: kiosk.screen() == "player")
    kiosk.until(lambda: kiosk.model().isPlaying)
    appliance.show_frame(761.0)
    kiosk.until(lambda: kiosk.text("playerPosition") == "12:41")
    assert kiosk.small_targets() == []
    kiosk.tap("playPauseButton")
    kiosk.until(lambda: not kiosk.model().isPlaying)
    kiosk.drag("seekTrack", 0.2, 0.5)
    kiosk.until(lambda: appliance.sent(SeekPlayback))
    kiosk.until(lambda: abs(kiosk.model().position - made_up.DURATION_S / 2) < 30)
    before = kiosk.model().position
    kiosk.tap("skipForwardButton")
    kiosk.until(lambda: kiosk.model().position == pytest.approx(before + 10))
    kiosk.tap("speedChoice", 0.92)
    kiosk.until(lambda: appliance.sent(ControlPlayback)[-1].speed == 16.0)
    kiosk.tap("closePlayerButton")
    kiosk.until(lambda: kiosk.screen() == "session")
    kiosk.until(lambda: appliance.sent(ClosePlayback))


def _export(kiosk: KioskDriver, appliance: MadeUpAppliance) -> None:
    kiosk.tap("exportButton")
    kiosk.item("kind-proofs")
    assert kiosk.small_targets() == []
    kiosk.tap("kind-readable")
    kiosk.drag_by("rangeUntil", -60)
    kiosk.until(lambda: kiosk.model().export.untilS < made_up.DURATION_S)
    kiosk.tap("writeButton")
    kiosk.until(lambda: kiosk.text("exportPath").endswith("-readable.lucid"))
    assert appliance.sent(ExportBundle)[-1].until_s == kiosk.model().export.untilS
    kiosk.tap("exportDoneButton")
    kiosk.tap("exportButton")
    kiosk.tap("kind-video")
    kiosk.tap("writeButton")
    kiosk.until(lambda: appliance.sent(ExportVideo))
    kiosk.tap("exportDoneButton")


def _find_in_list(kiosk: KioskDriver, session_id: str) -> None:
    kiosk.tap("back")
    kiosk.until(lambda: kiosk.screen() == "home", "neither start nor live is gone back to")
    kiosk.tap("rail-sessions")
    kiosk.until(lambda: kiosk.screen() == "sessions")
    kiosk.until(lambda: kiosk.model().count == 1)
    assert kiosk.small_targets() == []
    kiosk.tap("sessionRow0")
    kiosk.until(lambda: kiosk.screen() == "session")
    assert kiosk.model().sessionId == session_id


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_the_high_contrast_theme_draws_every_session_screen(
    make_kiosk: KioskMaker, size: tuple[int, int]
) -> None:
    """Each screen opens in high contrast without a word from Qt."""
    kiosk = make_kiosk(MadeUpAppliance(made_up.listed()), size=size, theme="contrast")
    sealed, running = made_up.session_id(0), made_up.session_id(-22)
    for screen, arguments in (
        ("start", {}),
        ("sessions", {}),
        ("session", {"sessionId": sealed}),
        ("player", {"sessionId": sealed}),
        ("live", {"sessionId": running}),
    ):
        kiosk.open(screen, **arguments)
        kiosk.until(lambda: not kiosk.window.grabWindow().isNull())
        assert kiosk.small_targets() == []


def test_a_thousand_sessions_scroll_and_change_in_place(make_kiosk: KioskMaker) -> None:
    """Only the rows in sight are made, and a change keeps the place on the screen."""
    appliance = MadeUpAppliance(made_up.many(1000))
    kiosk = make_kiosk(appliance)
    kiosk.open("sessions")
    kiosk.until(lambda: kiosk.model().count == 1000)
    listed = kiosk.item("sessionList")
    listed.setProperty("contentY", 20_000.0)
    kiosk.window.grabWindow()
    rows = [each for each in kiosk.items() if each.objectName().startswith("sessionRow")]
    assert 0 < len(rows) < 40
    appliance.change(made_up.session_id(3), state=SessionState.INTERRUPTED)
    kiosk.until(lambda: kiosk.model().sessions.index(3).data(_role(kiosk)) == "interrupted")
    assert listed.property("contentY") == 20_000.0


def _role(kiosk: KioskDriver) -> int:
    names = kiosk.model().sessions.roleNames()
    return next(role for role, name in names.items() if bytes(name.data()) == b"stateName")
