"""Every screen of the shell fits a finger and shows its words whole, in both shapes of the display."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem

from core.api.commands import CreateVault, UnlockVault
from core.api.events import ChainChanged, IncidentRecorded
from core.api.snapshots import EnginePhase, SessionState
from tests.fakes.engine_port import CHAIN, READY, FakeEnginePort, failure
from tests.fakes.kiosk_scripts import full_port, session
from tests.lucid_gui.conftest import KioskOpener
from tests.lucid_gui.kiosk_driver import LANDSCAPE, PORTRAIT, KioskDriver

LEAST = 48
Visit = Callable[[KioskDriver, FakeEnginePort], None]


def door(phase: EnginePhase, step: str) -> Visit:
    """Go to a step of the welcome screen."""

    def visit(kiosk: KioskDriver, port: FakeEnginePort) -> None:
        found = (
            failure("data_directory_busy", path="/data", pid=1)
            if phase is EnginePhase.FAILED
            else None
        )
        port.change_phase(phase, has_key_store=True, failure=found)
        kiosk.until(lambda: kiosk.screen() == "welcome")
        if step in {"choose", "repeat"}:
            kiosk.tap("begin")
        if step == "repeat":
            kiosk.item("passphrase").setProperty("text", "four unrelated words")
            kiosk.model().choose("four unrelated words")
        kiosk.until(lambda: kiosk.model().step == step)

    return visit


def root(name: str) -> Visit:
    """Go to a screen of the rail."""

    def visit(kiosk: KioskDriver, _port: FakeEnginePort) -> None:
        kiosk.tap(f"rail-{name}")
        kiosk.until(lambda: kiosk.screen() == name)

    return visit


def wrong_passphrase(kiosk: KioskDriver, port: FakeEnginePort) -> None:
    """Get the passphrase wrong."""
    door(EnginePhase.LOCKED, "unlock")(kiosk, port)
    kiosk.item("passphrase").setProperty("text", "wrong")
    kiosk.tap("submit")
    kiosk.until(lambda: kiosk.model().failure)


def chain_away(kiosk: KioskDriver, port: FakeEnginePort) -> None:
    """Look at the node while its chain is away."""
    root("node")(kiosk, port)
    away = replace(
        CHAIN,
        is_reachable=False,
        waiting_anchors=2,
        failure=failure("chain_unreachable", reason="it ended"),
    )
    port.emit(ChainChanged(away))
    kiosk.until(lambda: kiosk.model().state == "away")


def licences(kiosk: KioskDriver, port: FakeEnginePort) -> None:
    """Open the licences from the settings."""
    root("settings")(kiosk, port)
    kiosk.tap("licences")
    kiosk.until(lambda: kiosk.screen() == "licences")


def recording(kiosk: KioskDriver, port: FakeEnginePort) -> None:
    """Look at home while a session runs."""
    port.change_phase(
        EnginePhase.READY, running_session_id=session(3, SessionState.RECORDING).session_id
    )
    kiosk.until(lambda: kiosk.seen("watch"))


def incident(kiosk: KioskDriver, port: FakeEnginePort) -> None:
    """Get a notice over home."""
    port.emit(IncidentRecorded(failure("space_low", free_percent=9)))
    kiosk.until(lambda: kiosk.seen("notice"))


VISITS: dict[str, Visit] = {
    "intro": door(EnginePhase.NO_VAULT, "intro"),
    "choose": door(EnginePhase.NO_VAULT, "choose"),
    "repeat": door(EnginePhase.NO_VAULT, "repeat"),
    "unlock": door(EnginePhase.LOCKED, "unlock"),
    "wrong passphrase": wrong_passphrase,
    "failed": door(EnginePhase.FAILED, "failed"),
    "home": root("home"),
    "recording": recording,
    "incident": incident,
    "sessions": root("sessions"),
    "node": root("node"),
    "chain away": chain_away,
    "settings": root("settings"),
    "licences": licences,
}


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
@pytest.mark.parametrize("name", VISITS)
def test_it_fits(open_kiosk: KioskOpener, name: str, size: tuple[int, int]) -> None:
    """Nothing to tap is smaller than a finger; no word is cut, hidden by another or off the edge."""
    port = full_port(READY)
    port.answers |= {UnlockVault: failure("wrong_passphrase"), CreateVault: failure("vault_exists")}
    kiosk = open_kiosk(port, size=size)
    VISITS[name](kiosk, port)
    kiosk.draw()
    assert any(True for _ in texts(kiosk))
    assert list(too_small(kiosk)) == []
    assert list(cut(kiosk)) == []
    assert list(overlapping(kiosk)) == []


def too_small(kiosk: KioskDriver) -> Iterator[str]:
    """Name what takes touches and is smaller than a finger."""
    for item in kiosk.items():
        is_area = item.metaObject().className().startswith("QQuickMouseArea")
        if is_area and item.isEnabled() and min(item.width(), item.height()) < LEAST:
            yield f"{item.parentItem()} {item.width():.0f}×{item.height():.0f}"


def texts(kiosk: KioskDriver) -> Iterator[tuple[str, QQuickItem, QRectF]]:
    """Give every text in sight with the place it is painted at, scrolled-away ones not cut to the window."""
    notice = kiosk.seen("notice")
    for item in kiosk.items():
        if not item.inherits("QQuickText") or not item.property("text") or opacity(item) < 0.1:
            continue
        if notice and not is_within(item, notice[0]):
            continue  # a notice lies over its screen on purpose
        yield str(item.property("text")), item, item.mapRectToScene(item.boundingRect())


def cut(kiosk: KioskDriver) -> Iterator[str]:
    """Name each text that is elided, wider than its place, or beyond the window's sides."""
    for text, item, place in texts(kiosk):
        is_wide = place.width() > item.width() + 1
        is_outside = place.left() < -1 or place.right() > kiosk.window.width() + 1
        if item.property("truncated") or is_wide or is_outside:
            yield text


def overlapping(kiosk: KioskDriver) -> Iterator[str]:
    """Name each pair of texts that are painted over each other."""
    for (first, one, here), (second, other, there) in itertools.combinations(texts(kiosk), 2):
        both = here.intersected(there)
        if both.width() > 2 and both.height() > 4 and scroller(one) is scroller(other):
            yield f"{first!r} over {second!r}"


def scroller(item: QQuickItem) -> QQuickItem | None:
    """Find what scrolls an item; what lies in another one is kept apart by its clipping."""
    parent = item.parentItem()
    while parent is not None and not parent.inherits("QQuickFlickable"):
        parent = parent.parentItem()
    return parent


def opacity(item: QQuickItem) -> float:
    """Multiply the opacities up to the window."""
    product = 1.0
    current: QQuickItem | None = item
    while current is not None:
        product *= current.opacity()
        current = current.parentItem()
    return product


def is_within(item: QQuickItem, ancestor: QQuickItem) -> bool:
    """Tell whether an item is part of another."""
    current: QQuickItem | None = item
    while current is not None and current is not ancestor:
        current = current.parentItem()
    return current is ancestor
