"""The part of the walk through the screens that is about reading: who may read here, and where this one may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api.network import Network
from core.api.peers import AskPeer
from core.api.scanning import CameraLooked, ScanCode
from tests.fakes import made_up_access as readers
from tests.fakes import made_up_network as net
from tests.fakes import made_up_peers as peers
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import PENDING, failure

if TYPE_CHECKING:
    from lucid_gui.screenshots import Studio
    from tests.fakes.made_up_appliance import MadeUpAppliance

_LOOK = (320, 240)


async def walk_reading(studio: Studio, port: MadeUpAppliance) -> None:
    """Go through who may read, and through the peers."""
    await _access(studio, port)
    await _peers(studio, port)


async def _access(studio: Studio, port: MadeUpAppliance) -> None:
    port.net.set(Network(is_chosen=True))
    await studio.open("settings", "access")
    await studio.until(lambda: studio.model.isLoaded)
    await studio.picture("access-offline")
    port.net.set(net.ready())
    await studio.until(lambda: not studio.model.isOffline)
    await studio.picture("access-empty")
    port.readers.calls = readers.calls()
    port.readers.set(readers.listed())
    await studio.until(lambda: studio.model.rows)
    await studio.picture("access")
    studio.tap("revoke0")
    await studio.until(lambda: not studio.find("revokeSheet").property("isGuarded"))
    await studio.picture("access-revoke")
    studio.find("revokeSheet").setProperty("isOpen", False)
    studio.tap("callsButton")
    await studio.until(lambda: studio.model.calls)
    studio.tap("checkCallsButton")
    await studio.until(lambda: studio.model.checked)
    await studio.picture("access-log")
    studio.tap("partBackButton")
    studio.tap("grantButton")
    studio.find("accessName").setProperty("text", "Auditor, summer")
    await studio.until(lambda: studio.model.canGrant)
    await studio.picture("access-form")
    studio.tap("grantNowButton")
    await studio.until(lambda: studio.model.granted)
    await studio.picture("access-granted")
    studio.tap("grantedTextRow")
    await studio.picture("access-text")
    studio.tap("partBackButton")
    studio.tap("grantedDoneButton")
    await studio.until(lambda: not studio.model.granted)


async def _peers(studio: Studio, port: MadeUpAppliance) -> None:
    await studio.open("settings", "peers")
    await studio.until(lambda: studio.model.isLoaded)
    await studio.picture("peers-empty")
    studio.tap("addPeerButton")
    await studio.picture("peers-add")
    port.answers[ScanCode] = PENDING
    studio.tap("pairingScanButton")
    await studio.until(lambda: port.pending)
    port.emit(CameraLooked(*_LOOK, made_up.desktop_rgb(*_LOOK)))
    await studio.until(lambda: studio.model.scanner.feed.hasPicture)
    await studio.picture("scan")
    port.finish(ScanCode, failure("picture_unreadable", 1, reason="the camera saw none in time"))
    await studio.until(lambda: studio.model.scanner.failure)
    await studio.picture("scan-failed")
    port.answers[ScanCode] = failure("camera_missing", 3, reason="this appliance has no camera")
    studio.tap("scanAgainButton")
    await studio.until(lambda: "no camera" in studio.model.scanner.failure.get("what", ""))
    await studio.picture("scan-missing")
    studio.tap("scanCancelButton")
    studio.tap("partBackButton")
    port.peers.set((peers.peer(), peers.peer(1, "Attic", seen_utc_ms=None, moves=1)))
    await studio.until(lambda: len(studio.model.rows) == 2)
    await studio.picture("peers")
    studio.tap("peer1")
    await studio.picture("peer")
    studio.tap("healthButton")
    await studio.until(lambda: studio.model.answer)
    await studio.picture("peer-health")
    studio.tap("peerSessionsButton")
    await studio.until(lambda: studio.model.answer.get("topic") == "sessions")
    await studio.picture("peer-sessions")
    works = port.answers[AskPeer]
    port.answers[AskPeer] = failure(
        "peer_refused", 1, name="Workshop", reason="it ended the access"
    )
    studio.tap("healthButton")
    await studio.until(lambda: studio.model.failure)
    await studio.picture("peer-failed")
    port.answers[AskPeer] = works
