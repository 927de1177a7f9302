"""A walk through every screen in its states, on a made-up appliance, for the screenshots."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from core.api.commands import (
    ControlPlayback,
    ExportBundle,
    OpenPlayback,
    ReadChain,
    ReadSettings,
    ShowSession,
    StartSession,
    VerifySession,
)
from core.api.events import (
    ChainChanged,
    IncidentRecorded,
    QuestionAsked,
    QuestionEnded,
    RequestProgressed,
    SessionProgressed,
    SpaceChanged,
)
from core.api.questions import DisclosureQuestion, QuestionEnd
from core.api.snapshots import EnginePhase, SessionState, Setting, SpaceLevel, SpaceSnapshot
from tests.fakes import made_up_appliance
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import CHAIN, PENDING, SPACE, failure
from tests.fakes.made_up_appliance import MadeUpAppliance
from tests.fakes.made_up_hosting_tour import use_displays, walk_hosting
from tests.fakes.made_up_joining_tour import walk_joining
from tests.fakes.made_up_network_tour import walk_network
from tests.fakes.made_up_reading_tour import walk_reading

if TYPE_CHECKING:
    from lucid_gui.screens.session.export import Export
    from lucid_gui.screenshots import Studio

NOW_UTC_MS = made_up.NOW_UTC_MS
# The picture is taken when the clock has just come to this, so that it is the same each time.
_SECONDS_TO_ANSWER, _SECONDS_SHOWN = 44.0, 42


def start() -> MadeUpAppliance:
    """Start the made-up appliance."""
    return made_up_appliance.start()


async def walk(studio: Studio, port: MadeUpAppliance) -> None:
    """Go through the screens."""
    await studio.until(lambda: studio.navigator.current() == "home")
    await _house(studio, port)
    await walk_network(studio, port)
    await walk_reading(studio, port)
    await _start_screen(studio, port)
    await _live_screen(studio, port)
    await walk_hosting(studio, port)
    await walk_joining(studio, port)
    await _sessions_screen(studio, port)
    await _session_screen(studio, port)
    await _export_screen(studio, port)
    await _player_screen(studio, port)
    await _door(studio, port)


async def _house(studio: Studio, port: MadeUpAppliance) -> None:
    await studio.picture("home")
    port.emit(IncidentRecorded(failure("space_low", free_percent=9)))
    await studio.until(lambda: studio.has("notice"))
    await studio.picture("home-notice")
    studio.dismiss_notices()
    settings = (
        Setting("progress_interval_min", 10, 10, minimum=1, maximum=120),
        Setting("frames_per_second", 15, 15, minimum=5, maximum=30),
        Setting("theme", studio.look.theme, "dark", choices=("dark", "light", "contrast")),
        Setting("rotation", 0, 0, choices=("0", "90", "180", "270")),
    )
    port.answers[ReadSettings] = settings
    chain = replace(CHAIN, block_time_utc_s=NOW_UTC_MS // 1000 - 60)
    port.emit(ChainChanged(chain))
    port.answers[ReadChain] = chain
    await studio.open("settings")
    await studio.picture("settings")
    await studio.open("node")
    await studio.picture("node")
    await studio.open("settings", "licences")
    await studio.picture("licences")


async def _door(studio: Studio, port: MadeUpAppliance) -> None:
    port.change_phase(EnginePhase.LOCKED)
    await studio.until(lambda: studio.navigator.current() == "welcome")
    await studio.picture("unlock")
    port.change_phase(EnginePhase.NO_VAULT)
    await studio.until(lambda: studio.has("begin"))
    await studio.picture("welcome")
    studio.tap("begin")
    await studio.until(lambda: studio.has("passphrase"))
    await studio.picture("welcome-passphrase")


async def _start_screen(studio: Studio, port: MadeUpAppliance) -> None:
    await studio.open("start")
    await studio.until(lambda: studio.model.spaceText)
    use_displays(studio.model)
    await studio.picture("start")
    port.emit(SpaceChanged(SpaceSnapshot(3_900_000_000, 48_000_000_000, SpaceLevel.LOW)))
    await studio.until(lambda: studio.model.spaceLevel == "low")
    await studio.picture("start-space-low")
    port.emit(SpaceChanged(SpaceSnapshot(1_900_000_000, 48_000_000_000, SpaceLevel.REFUSING)))
    await studio.until(lambda: studio.model.spaceLevel == "refusing")
    await studio.picture("start-space-refusing")
    port.emit(SpaceChanged(SPACE))
    port.answers[StartSession] = failure("missing_program", program="ffmpeg", package="ffmpeg")
    await studio.until(lambda: studio.model.canStart)
    studio.model.start()
    await studio.until(lambda: studio.model.failure)
    await studio.picture("start-failed")


async def _live_screen(studio: Studio, port: MadeUpAppliance) -> None:
    running = made_up.summary(-22, SessionState.RECORDING, chunks=0, gaps=0)
    port.sessions[running.session_id] = running
    await studio.open("live", sessionId=running.session_id)
    await studio.until(lambda: studio.model.state == "recording")
    port.emit(SessionProgressed(made_up.live(running)))
    await studio.until(lambda: studio.model.sealedChunks == 3)
    await studio.until(lambda: studio.model.feed.hasPicture)
    await studio.picture("live")
    studio.tap("endButton")
    await studio.until(lambda: not studio.find("endSheet").property("isGuarded"))
    await studio.picture("live-end")
    studio.find("endSheet").setProperty("isOpen", False)
    port.emit(SessionProgressed(made_up.live(running, gaps=1, is_in_gap=True)))
    gap = failure("recording_gap", reason="encoder died", seconds=0.8)
    port.emit(IncidentRecorded(gap, running.session_id))
    await studio.until(lambda: studio.model.isInGap and studio.model.incidents)
    await studio.picture("live-gap")
    port.emit(SessionProgressed(made_up.live(running, gaps=1)))
    port.change(running.session_id, state=SessionState.SEALING, chunks=4, duration_s=761.0)
    await studio.until(lambda: studio.model.state == "sealing")
    await studio.picture("live-sealing")
    port.seal(running.session_id)
    port.anchor(running.session_id)
    await studio.until(lambda: studio.model.blockText)
    await studio.picture("live-anchored")
    del port.sessions[running.session_id]


async def _sessions_screen(studio: Studio, port: MadeUpAppliance) -> None:
    kept = dict(port.sessions)
    port.sessions = {each.session_id: each for each in made_up.listed()}
    await studio.open("sessions")
    await studio.until(lambda: studio.model.count > 0)
    await studio.picture("sessions")
    port.sessions = {}
    await studio.open("sessions")
    await studio.until(lambda: not studio.model.isLoading)
    await studio.picture("sessions-empty")
    port.sessions = kept


async def _session_screen(studio: Studio, port: MadeUpAppliance) -> None:
    session_id = made_up.session_id(0)
    await studio.open("sessions", "session", sessionId=session_id)
    await studio.until(lambda: studio.model.isThere)
    await studio.picture("session")
    port.answers[VerifySession] = PENDING
    studio.model.verification.start()
    await studio.until(lambda: port.pending)
    port.emit(RequestProgressed(next(iter(port.pending)), "checking_chunks", 12, 19))
    await studio.until(lambda: studio.model.verification.work.fraction > 0)
    await studio.picture("session-checking")
    port.finish(VerifySession, made_up.report_that_holds())
    await studio.until(lambda: studio.model.verification.outcome == "holds")
    await studio.picture("session-holds")
    for tab in ("checks", "manifest", "chunks", "anchors"):
        if tab == "checks":
            studio.tap("detailsButton")
        studio.find("detailsTabs").chosen.emit(tab)
        await studio.picture(f"session-{tab}")
    studio.tap("partBackButton")
    for name, report in (
        ("fails", made_up.report_that_fails()),
        ("partly", made_up.report_in_part()),
    ):
        port.answers[VerifySession] = report
        studio.model.verification.start()
        await studio.until(lambda wanted=name: studio.model.verification.outcome == wanted)
        await studio.picture(f"session-{name}")
    port.answers[ShowSession] = failure("session_unknown", 1, session_id=session_id)
    await studio.open("sessions", "session", sessionId=session_id)
    await studio.until(lambda: studio.model.failure)
    await studio.picture("session-unknown")
    del port.answers[ShowSession]
    port.answers[ShowSession] = port._show


async def _export_screen(studio: Studio, port: MadeUpAppliance) -> None:
    await studio.open("sessions", "session", sessionId=made_up.session_id(0))
    await studio.until(lambda: studio.model.isThere)
    studio.tap("exportButton")
    _use_places(studio.model.export)
    await studio.picture("export")
    studio.model.export.choose("readable")
    studio.model.export.setRange(600.0, 1200.0)
    await studio.picture("export-readable")
    port.answers[ExportBundle] = PENDING
    studio.model.export.run()
    await studio.until(lambda: port.pending)
    port.emit(RequestProgressed(next(iter(port.pending)), "writing_chunks", 2, 3))
    await studio.until(lambda: studio.model.export.work.fraction > 0)
    await studio.picture("export-writing")
    await _disclosure(studio, port)
    port.finish(ExportBundle, failure("storage_full", path="/media/stick/lucid-readable.lucid"))
    await studio.until(lambda: studio.model.export.failure)
    # The shell takes no taps for a moment after a question, and what cannot be tapped looks so.
    await studio.until(lambda: studio.find("writeButton").property("enabled"))
    await studio.picture("export-failed")
    port.answers[ExportBundle] = port._export
    studio.model.export.run()
    await studio.until(lambda: studio.model.export.result)
    await studio.picture("export-done")


async def _disclosure(studio: Studio, port: MadeUpAppliance) -> None:
    """Let the engine ask whether a readable part may leave."""
    question = DisclosureQuestion(
        question_id=1,
        deadline_utc_ms=int((time.time() + _SECONDS_TO_ANSWER) * 1000),
        timeout_s=60.0,
        session_id=made_up.session_id(0),
        destination="/media/stick/lucid-2026-11-17-1520-readable.lucid",
        from_s=600.0,
        until_s=1200.0,
        chunks=4,
    )
    port.emit(QuestionAsked(question))
    await studio.until(lambda: studio.has("question"))
    await studio.until(lambda: not studio.find("question").property("isGuarded"))
    await studio.until(lambda: studio.find("question").property("secondsLeft") == _SECONDS_SHOWN)
    await studio.picture("question")
    port.emit(QuestionEnded(1, QuestionEnd.YES))
    await studio.until(lambda: not studio.has("question"))


def _use_places(export: Export) -> None:
    """Show the same places on every machine."""
    export._places = [
        {"title": "STICK", "path": "/media/stick", "icon": "usb", "detail": "28 GB free"},
        {
            "title": "Documents",
            "path": "/home/lucid/Documents",
            "icon": "hard-drive",
            "detail": "34 GB free",
        },
    ]
    export.changed.emit()


async def _player_screen(studio: Studio, port: MadeUpAppliance) -> None:
    await studio.open("sessions", "player", sessionId=made_up.session_id(0))
    await studio.until(lambda: port.sent(ControlPlayback))
    port.show_frame(761.0)
    port.change_playback(761.0)
    await studio.until(lambda: studio.model.feed.hasPicture)
    await studio.until(lambda: studio.find("playPauseButton").parentItem())
    await studio.picture("player")
    port.show_frame(1311.0)
    port.change_playback(1311.0)
    await studio.until(lambda: studio.model.gapText)
    await studio.picture("player-gap")
    port.show_frame(4320.0)
    port.change_playback(4320.0, is_at_end=True)
    await studio.until(lambda: studio.model.isAtEnd)
    await studio.picture("player-end")
    port.answers[OpenPlayback] = failure("chunk_altered", 1, index=7)
    await studio.open("sessions", "player", sessionId=made_up.session_id(0))
    await studio.until(lambda: studio.model.failure)
    await studio.picture("player-failed")
