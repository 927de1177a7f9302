"""The network by taps alone, on the real engine: offline, and by a private Tor network on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from core.api.commands import CreateVault, Secret
from core.config.engine_options import EngineOptions, NetworkOptions
from core.engine import start_engine
from tests.fakes.private_tor import PrivateTor
from tests.fakes.qr_reader import read_picture
from tests.lucid_gui.conftest import KioskOpener
from tests.lucid_gui.kiosk_driver import PORTRAIT, KioskDriver, Touch

PASSPHRASE = "a passphrase for the network"
TOR_MS = 90_000


def test_an_engine_without_a_network_says_so(open_kiosk: KioskOpener, data_directory: Path) -> None:
    """It is offline by its start: nothing asks, a session is for this machine, and nothing can be added."""
    engine = start_engine(data_directory, EngineOptions(has_cheap_vault=True, has_seat=True))
    kiosk = open_kiosk(engine, finger=Touch())
    kiosk.until(lambda: kiosk.screen() == "welcome")
    engine.submit(CreateVault(Secret(PASSPHRASE)))
    kiosk.until(lambda: kiosk.screen() == "home")
    assert kiosk.session.status.networkText == "Offline"
    kiosk.tap("networkPill")
    kiosk.until(lambda: kiosk.model().state["state"] == "forced")
    kiosk.tap("otherBridgesButton")
    kiosk.item("bridgeField").setProperty("text", "obfs4 192.0.2.7:443 nonsense")
    kiosk.item("bridgeField").accept()
    kiosk.until(lambda: "Bridge line 1" in kiosk.text("bridgesFailure"))
    kiosk.tap("rail-settings")
    kiosk.tap("accessRow")
    kiosk.item("accessOffline")
    kiosk.item("accessEmpty")
    kiosk.tap("callsButton")
    kiosk.tap("checkCallsButton")
    kiosk.until(lambda: kiosk.text("callsChecked").startswith("0 calls"))
    kiosk.tap("rail-settings")
    kiosk.tap("peersRow")
    kiosk.item("peersEmpty")


@pytest.mark.timeout(420)
def test_an_appliance_goes_by_tor_is_hosted_read_and_moved(
    open_kiosk: KioskOpener, data_directory: Path, tmp_path: Path, private_tor: PrivateTor
) -> None:
    """From the first choice on: connected, a session reached, its own line scanned, read from, and followed."""
    seen = tmp_path / "seen.png"
    options = EngineOptions(
        has_cheap_vault=True,
        has_seat=True,
        network=NetworkOptions(network_lines=private_tor.network_lines),
        find_camera=lambda _wanted: ("-re", "-loop", "1", "-i", str(seen)),
    )
    engine = start_engine(data_directory, options)
    kiosk = open_kiosk(engine, size=PORTRAIT, finger=Touch())
    kiosk.until(lambda: kiosk.screen() == "welcome")
    engine.submit(CreateVault(Secret(PASSPHRASE)))
    _choose(kiosk)
    _host(kiosk)
    _grant(kiosk, seen)
    _pair(kiosk)
    _move(kiosk)


def _choose(kiosk: KioskDriver) -> None:
    """Choose Tor where a new appliance asks, and wait until it is connected."""
    kiosk.until(lambda: kiosk.screen() == "network" and kiosk.model().state["state"] == "undecided")
    kiosk.tap("connectButton")
    kiosk.until(lambda: _is_ready(kiosk), wait_ms=TOR_MS)
    kiosk.until(lambda: kiosk.text("ownAddress").endswith(".onion"))


def _is_ready(kiosk: KioskDriver) -> bool:
    state = kiosk.model().state
    assert state["state"] == "ready", f"{state['title']} {state['detail']} {state['summary']}"
    return True


def _host(kiosk: KioskDriver) -> None:
    """Host a session until it can be reached, and end it."""
    kiosk.tap("laterButton")
    kiosk.tap("start")
    kiosk.tap("source1")
    kiosk.tap("startButton")
    kiosk.until(lambda: kiosk.screen() == "hosting" and kiosk.model().isThere, wait_ms=TOR_MS)
    kiosk.until(lambda: kiosk.text("reachRow") == "Can be reached", wait_ms=TOR_MS)
    link = kiosk.model().invitation["link"]
    assert ".onion:" in link
    assert _read(kiosk) == link
    kiosk.tap("endButton")
    kiosk.until(lambda: not kiosk.item("endSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.screen() == "live")
    kiosk.tap("liveBackButton")


def _grant(kiosk: KioskDriver, seen: Path) -> None:
    """Let somebody read, and keep what a camera sees of it."""
    kiosk.tap("rail-settings")
    kiosk.tap("accessRow")
    kiosk.tap("grantButton")
    kiosk.item("accessName").setProperty("text", "Itself")
    kiosk.tap("grantNowButton")
    link = kiosk.text("grantedLink")
    kiosk.until(lambda: kiosk.text("grantedReach") == "Can be reached", wait_ms=TOR_MS)
    assert _read(kiosk) == link
    assert kiosk.window.grabWindow().save(str(seen), "PNG")
    kiosk.tap("grantedDoneButton")
    kiosk.item("access0")


def _pair(kiosk: KioskDriver) -> None:
    """Pair with the appliance of the line that the camera sees, which is this one, and read from it by Tor."""
    kiosk.tap("rail-settings")
    kiosk.tap("peersRow")
    kiosk.tap("addPeerButton")
    kiosk.tap("pairingScanButton")
    kiosk.until(lambda: str(kiosk.item("pairingField").property("text")).startswith("lucid-pair:"))
    kiosk.item("pairingName").setProperty("text", "Mirror")
    kiosk.tap("pairButton")
    kiosk.until(lambda: kiosk.seen("peerName") or kiosk.model().failure, wait_ms=TOR_MS)
    assert not kiosk.model().failure
    kiosk.tap("healthButton")
    kiosk.until(lambda: kiosk.seen("answer0"), wait_ms=TOR_MS)
    assert not kiosk.model().answer["isUnreadable"]
    kiosk.tap("peerSessionsButton")
    kiosk.until(lambda: kiosk.model().answer.get("topic") == "sessions", wait_ms=TOR_MS)
    assert len(kiosk.model().answer["rows"]) == 1


def _move(kiosk: KioskDriver) -> None:
    """Change the address, and follow it by the statement that the old one signed."""
    old = kiosk.text("peerAddress")
    kiosk.tap("networkPill")
    kiosk.tap("rotateButton")
    kiosk.tap("rotateNowButton")
    kiosk.until(lambda: not kiosk.item("rotateSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.text("oldAddress") == old)
    new = kiosk.text("ownAddress")
    kiosk.until(lambda: _both_are_reached(kiosk), wait_ms=TOR_MS)
    kiosk.tap("back")
    kiosk.tap("peer0")
    kiosk.tap("followButton")
    kiosk.until(lambda: not kiosk.model().isBusy, wait_ms=TOR_MS)
    assert not kiosk.model().failure
    assert kiosk.text("peerAddress") == new
    assert "moved 1 time" in kiosk.text("peerDetail")


def _both_are_reached(kiosk: KioskDriver) -> bool:
    reading = [each["value"] for each in kiosk.model().facts if "reading" in each["title"]]
    assert [each.partition(",")[0] for each in reading] == ["can be reached"] * 2
    return True


def _read(kiosk: KioskDriver) -> str:
    return read_picture(kiosk.window.grabWindow().convertToFormat(QImage.Format.Format_RGB888))
