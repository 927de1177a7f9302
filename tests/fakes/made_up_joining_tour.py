"""The part of the walk through the screens that joins somebody else's session, and lets somebody watch one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt

from core.api.events import EngineChanged, RequestProgressed, SessionProgressed
from core.api.hosting import AuditActor, Observing, Peer, PeerState
from core.api.joining import JoinedState, JoinSession, ReadTerms
from core.api.permissions import Capability, Zone
from tests.fakes import made_up_hosting as hosted
from tests.fakes import made_up_joining as other
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import PENDING, failure

if TYPE_CHECKING:
    from lucid_gui.screenshots import Studio
    from tests.fakes.made_up_appliance import MadeUpAppliance


async def walk_observing(studio: Studio, port: MadeUpAppliance) -> None:
    """Let somebody watch the hosted session that is shown, until they are sent away."""
    port.door.consent(AuditActor.PEER)
    await studio.until(lambda: studio.model.consent)
    await studio.picture("hosting-agreed")
    studio.tap("observerRow")
    await studio.picture("observer")
    studio.tap("inviteObserverButton")
    await studio.until(lambda: studio.model.observing["state"] == "waiting")
    await studio.picture("observer-waiting")
    port.door.change(observing=Observing(Peer(PeerState.AT_DOOR), hosted.observer_invitation()))
    await studio.until(lambda: studio.model.observing["state"] == "at_door")
    await studio.picture("observer-door")
    port.door.change(observing=hosted.watching(made_up.NOW_UTC_MS + 300_000))
    await studio.until(lambda: studio.model.observing["state"] == "watching")
    await studio.picture("observer-watching")
    studio.tap("partBackButton")
    await studio.picture("hosting-observed")
    port.door.change(observing=None)
    await studio.until(lambda: studio.model.observing["state"] == "none")


async def walk_joining(studio: Studio, port: MadeUpAppliance) -> None:
    """Go from the invitation to the end of a joined session."""
    port.other_end.now_utc_ms = lambda: made_up.NOW_UTC_MS
    await _form(studio, port)
    await _terms(studio, port)
    session_id = made_up.session_id(other.JOINED)
    port.submit(JoinSession(other.LINK, "", "", "", "Lucid 9f2c71"))
    await studio.until(lambda: port.other_end.joined)
    await studio.open("joined", sessionId=session_id)
    await studio.until(lambda: studio.model.isThere)
    await studio.picture("joined-connecting")
    port.other_end.show()
    await studio.until(lambda: studio.model.feed.hasPicture)
    await studio.picture("joined")
    await _out(studio, port)
    await _hidden(studio, port)
    await _end(studio, port)
    port.other_end.forget()
    port.engine = replace(port.engine, running_session_id=None)
    port.emit(EngineChanged(port.engine))
    await studio.open("home")
    await studio.until(lambda: studio.model.runningId == "")
    del port.sessions[session_id]


async def _form(studio: Studio, port: MadeUpAppliance) -> None:
    await studio.open("join")
    await studio.until(lambda: studio.model.name)
    await studio.picture("join")
    studio.find("invitationField").setProperty("text", other.ADDRESS)
    studio.find("codeField").setProperty("text", other.CODE)
    works = port.answers[ReadTerms]
    port.answers[ReadTerms] = failure("network_offline")
    studio.model.showTerms()
    await studio.until(lambda: studio.model.failure)
    await studio.picture("join-offline")
    port.answers[ReadTerms] = PENDING
    studio.model.showTerms()
    await studio.until(lambda: port.pending)  # its line moves until Tor says how far it is
    port.emit(RequestProgressed(next(iter(port.pending)), "connecting_to_tor", 80, 100))
    await studio.until(lambda: studio.model.work.hasProgress)
    await studio.picture("join-tor")
    port.finish(ReadTerms, failure("code_wrong", 1))
    await studio.until(lambda: studio.model.failure)
    await studio.picture("join-failed")
    studio.find("codeField").edit()
    await studio.picture("join-typing")
    studio.find("codeField").finish()
    port.answers[ReadTerms] = works


async def _terms(studio: Studio, port: MadeUpAppliance) -> None:
    studio.model.showTerms()
    await studio.until(lambda: studio.model.hasTerms)
    await studio.picture("join-compare")
    studio.model.compare(True)
    await studio.picture("join-compared")
    studio.model.decline()
    studio.find("invitationField").setProperty("text", other.LINK)
    studio.model.showTerms()
    await studio.until(lambda: studio.model.hasTerms)
    await studio.picture("join-terms")
    scroll = studio.find("termsScroll")
    scroll.setProperty(
        "contentY", max(0.0, scroll.property("contentHeight") - scroll.property("height"))
    )
    await studio.picture("join-terms-end")
    port.commands.clear()


async def _out(studio: Studio, port: MadeUpAppliance) -> None:
    studio.model.hands.mouse_pressed(QPoint(640, 360), Qt.MouseButton.LeftButton)
    await studio.until(lambda: studio.model.hint)
    await studio.picture("joined-hint")
    studio.model.tapChip(Capability.POINTER.value)
    await studio.until(lambda: not studio.find("lengthSheet").property("isGuarded"))
    await studio.picture("joined-allow")
    studio.model.closePicker()
    assert port.other_end.joined is not None
    until = made_up.NOW_UTC_MS + 300_000
    grants = tuple(
        replace(each, is_granted=True, until_utc_ms=until)
        if each.capability in {Capability.POINTER, Capability.KEYBOARD}
        else each
        for each in port.other_end.joined.grants
    )
    port.other_end.change(grants=grants)
    await studio.until(lambda: studio.model.isOut and not studio.model.hint)
    await studio.picture("joined-out")
    studio.tap("hideBarButton")
    await studio.picture("joined-bare")
    studio.tap("barHandle")
    studio.tap("keyboardButton")
    await studio.until(lambda: studio.has("remoteKeys"))
    await studio.picture("joined-typing")
    studio.find("remoteKeys").finish()


async def _hidden(studio: Studio, port: MadeUpAppliance) -> None:
    port.other_end.change(zones=(Zone(840, 40, 400, 220),))
    await studio.until(lambda: studio.model.zones.count == 1)
    await studio.picture("joined-hidden")
    studio.tap("zonesButton")
    await studio.picture("joined-zones")
    studio.tap("zonesDoneButton")
    port.other_end.change(is_shielded=True, zones=())
    await studio.until(lambda: studio.model.isShielded)
    await studio.picture("joined-shielded")
    port.other_end.change(is_shielded=False)
    await studio.until(lambda: not studio.model.isShielded)
    port.emit(other.desktop(studio.model.sessionId))
    await studio.until(lambda: studio.model.feed.hasPicture)
    running = port.sessions[studio.model.sessionId]
    port.emit(SessionProgressed(made_up.live(running, gaps=1, is_in_gap=True)))
    await studio.until(lambda: studio.model.isInGap)
    await studio.picture("joined-gap")
    port.emit(SessionProgressed(made_up.live(running, gaps=1)))
    await studio.until(lambda: not studio.model.isInGap)


async def _end(studio: Studio, port: MadeUpAppliance) -> None:
    studio.tap("leaveButton")
    await studio.until(lambda: not studio.find("leaveSheet").property("isGuarded"))
    await studio.picture("joined-leave")
    studio.find("leaveSheet").setProperty("isOpen", False)
    session_id = studio.model.sessionId
    await studio.open("home")
    await studio.until(lambda: studio.model.runningScreen == "joined")
    await studio.picture("home-joined")
    await studio.open("joined", sessionId=session_id)
    port.other_end.change(state=JoinedState.ENDED)
    await studio.until(lambda: studio.model.state == "ended")
    await studio.picture("joined-over")
