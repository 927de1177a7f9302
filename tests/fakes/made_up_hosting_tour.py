"""The part of the walk through the screens that goes through a hosted session."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from core.api.commands import ControlPlayback
from core.api.events import (
    EngineChanged,
    IncidentRecorded,
    QuestionEnded,
    RequestProgressed,
    SessionProgressed,
)
from core.api.hosting import HostSession
from core.api.network import ServicePhase
from core.api.permissions import Capability
from core.api.questions import QuestionEnd
from lucid_gui.screens.start.view_model import StartModel, sources_of
from tests.fakes import made_up_hosting as hosted
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.made_up_joining_tour import walk_observing

if TYPE_CHECKING:
    from lucid_gui.screenshots import Studio
    from tests.fakes.made_up_appliance import MadeUpAppliance

# The picture is taken when the clock has just come to this, so that it is the same each time.
_SECONDS_TO_ANSWER, _SECONDS_SHOWN = 24.0, 22


def use_displays(model: StartModel) -> None:
    """Show the same displays on every machine: another one's, and that of the kiosk."""
    model._sources = sources_of([":0", ":7"], ":0")
    model.sourcesChanged.emit()


async def _start(studio: Studio, port: MadeUpAppliance) -> None:
    await studio.open("start")
    await studio.until(lambda: studio.model.spaceText)
    use_displays(studio.model)
    studio.model.select(1)
    await studio.picture("start-peer")
    studio.model.stayLocal(True)
    scroll = studio.find("startScroll")
    scroll.setProperty("contentY", scroll.property("contentHeight") - scroll.property("height"))
    await studio.picture("start-local")
    studio.model.stayLocal(False)
    scroll.setProperty("contentY", 0.0)
    works = port.answers[HostSession]
    port.answers[HostSession] = PENDING
    studio.model.start()
    await studio.until(lambda: port.pending)
    port.emit(RequestProgressed(next(iter(port.pending)), "connecting_to_tor", 45, 100))
    await studio.until(lambda: studio.has("startProgress"))
    await studio.picture("start-tor")
    studio.model.cancel()
    await studio.until(lambda: not port.pending and studio.has("startButton"))
    port.answers[HostSession] = works
    studio.model.chooseProfile("custom")
    studio.model.rules.hideWindows("Bank", "")
    studio.model.rules.hideWindows("", "keepassxc")
    studio.tap("rulesButton")
    await studio.picture("start-rules")
    for tab in ("hidden", "limits"):
        studio.find("rulesTabs").chosen.emit(tab)
        await studio.picture(f"start-rules-{tab}")


async def walk_hosting(studio: Studio, port: MadeUpAppliance) -> None:
    """Go through everything that a hosted session shows."""
    await _start(studio, port)
    port.door.now_utc_ms = lambda: made_up.NOW_UTC_MS
    port.submit(HostSession())
    await studio.until(lambda: port.door.hosting)
    session_id = made_up.session_id(hosted.HOSTED)
    await studio.open("hosting", sessionId=session_id)
    await studio.until(lambda: studio.model.isThere and studio.model.feed.hasPicture)
    running = port.sessions[session_id]
    port.emit(SessionProgressed(made_up.live(running)))
    await studio.until(lambda: studio.model.clock != "0:00")
    await _door(studio, port)
    await _connected(studio, port)
    await _questions(studio, port)
    await _hidden(studio, port)
    await _home(studio, port)
    port.door.end()
    port.engine = replace(port.engine, running_session_id=None)
    port.emit(EngineChanged(port.engine))
    await studio.until(lambda: studio.model.runningId == "")
    port.sessions[session_id] = hosted.sealed()
    await _look_back(studio, port, session_id)
    del port.sessions[session_id]


async def _door(studio: Studio, port: MadeUpAppliance) -> None:
    await studio.picture("hosting-publishing")
    port.door.change(reach=ServicePhase.REACHABLE)
    await studio.until(lambda: studio.model.reach["state"] == "reachable")
    await studio.picture("hosting-waiting")
    studio.tap("textRow")
    await studio.picture("hosting-text")
    studio.tap("partBackButton")
    studio.tap("invitationQr")
    await studio.picture("hosting-code")
    studio.tap("largeCodeClose")
    port.door.knock()
    port.door.guess_wrong(2)
    await studio.until(lambda: "2" in studio.model.detail)
    await studio.picture("hosting-door")
    port.door.guess_wrong(5, made_up.NOW_UTC_MS + 252_000)
    await studio.until(lambda: studio.model.isLocked)
    await studio.picture("hosting-locked")


async def _connected(studio: Studio, port: MadeUpAppliance) -> None:
    port.door.guess_wrong(0)
    port.door.admit()
    await studio.until(lambda: studio.model.peerState == "admitted")
    assert port.door.hosting is not None
    until = made_up.NOW_UTC_MS + 840_000
    changed = hosted.with_grant(
        port.door.hosting, Capability.POINTER, is_granted=True, until_utc_ms=until
    )
    changed = hosted.with_grant(changed, Capability.CLIPBOARD_OUT, attempts=3)
    port.door.change(grants=changed.grants)
    await studio.until(lambda: "click" in studio.model.detail)
    await studio.picture("hosting")
    incident = failure("recording_gap", reason="display lost", seconds=1.2)
    port.emit(IncidentRecorded(incident, studio.model.sessionId))
    await studio.until(lambda: studio.model.incidents)
    await studio.picture("hosting-incident")
    await studio.open("hosting", sessionId=studio.model.sessionId)
    await studio.until(lambda: studio.model.peerState == "admitted")


async def _questions(studio: Studio, port: MadeUpAppliance) -> None:
    live = made_up.live(port.sessions[studio.model.sessionId])
    port.emit(SessionProgressed(live))
    await studio.until(lambda: studio.model.feed.hasPicture and studio.model.clock != "0:00")
    await walk_observing(studio, port)
    await _question(studio, port, "hosting-question", Capability.KEYBOARD)
    await _question(
        studio,
        port,
        "hosting-question-file",
        Capability.FILES_IN,
        attempts=3,
        detail="Quarterly report, final version (2) <b>signed</b>.pdf",
    )
    await _question(
        studio,
        port,
        "observer-question",
        Capability.VIEW,
        is_observer=True,
        peer=hosted.OBSERVER,
    )


async def _question(
    studio: Studio, port: MadeUpAppliance, name: str, capability: Capability, **changes: object
) -> None:
    """Picture a question of the peer's while its clock shows the same second each time."""
    port.door.now_utc_ms = lambda: int(time.time() * 1000)
    number = port.door.try_to(capability, _SECONDS_TO_ANSWER, **changes)
    await studio.until(lambda: studio.has("question"))
    await studio.until(lambda: not studio.find("question").property("isGuarded"))
    await studio.until(lambda: studio.find("question").property("secondsLeft") == _SECONDS_SHOWN)
    await studio.picture(name)
    port.emit(QuestionEnded(number, QuestionEnd.NO))
    await studio.until(lambda: not studio.has("question"))
    # The shell takes no taps for a moment after a question, and what cannot be tapped looks so.
    await studio.until(lambda: studio.find("shieldButton").property("enabled"))
    port.door.now_utc_ms = lambda: made_up.NOW_UTC_MS


async def _hidden(studio: Studio, port: MadeUpAppliance) -> None:
    port.door.change(zones=hosted.ZONES, hidden_windows=1)
    await studio.until(lambda: studio.model.zones.count == len(hosted.ZONES))
    await studio.picture("hosting-hidden")
    studio.tap("zonesButton")
    area = studio.find("zoneArea")
    size = (area.property("width"), area.property("height"))
    studio.model.zones.press(size[0] * 0.8, size[1] * 0.2, *size)
    studio.model.zones.lift()
    await studio.picture("hosting-zones")
    studio.tap("zonesDoneButton")
    port.door.change(is_shielded=True)
    await studio.until(lambda: studio.model.isShielded)
    await studio.picture("hosting-shielded")
    port.door.change(is_shielded=False, zones=(), hidden_windows=0)
    await studio.until(lambda: not studio.model.isShielded)


async def _home(studio: Studio, port: MadeUpAppliance) -> None:
    assert port.door.hosting is not None
    await studio.open("home")
    await studio.picture("home-hosting")


async def _look_back(studio: Studio, port: MadeUpAppliance, session_id: str) -> None:
    await studio.open("sessions", "session", sessionId=session_id)
    await studio.until(lambda: studio.model.isThere and studio.model.trail.isThere)
    await studio.picture("session-hosted")
    studio.tap("detailsButton")
    studio.find("detailsTabs").chosen.emit("trail")
    await studio.picture("session-trail")
    studio.model.trail.openReceipt(next(each.sequence for each in hosted.trail() if each.consent))
    await studio.picture("session-receipt")
    studio.model.trail.closeReceipt()
    studio.tap("partBackButton")
    studio.tap("hostAgainButton")
    await studio.until(lambda: not studio.find("againSheet").property("isGuarded"))
    await studio.picture("session-again")
    studio.find("againSheet").setProperty("isOpen", False)
    await studio.open("sessions", "player", sessionId=session_id, atS=309.0)
    await studio.until(lambda: port.sent(ControlPlayback) and studio.model.marks)
    port.show_frame(309.0)
    port.change_playback(309.0)
    await studio.until(lambda: studio.model.isPlaying and studio.model.feed.hasPicture)
    await studio.until(lambda: studio.model.markText)
    await studio.until(lambda: studio.find("playPauseButton").parentItem())
    await studio.picture("player-trail")
    port.commands.clear()  # what comes after waits for commands of its own
