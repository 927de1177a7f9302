"""A session joined by taps alone, on the real engine, with a real session at the other end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtTest import QTest

from core.api.commands import CreateVault, Secret
from core.api.events import QuestionAsked
from core.api.hosting import Hosting
from core.api.permissions import Capability
from core.api.questions import PermissionQuestion
from core.engine import EngineOptions, start_engine
from lucid_gui.pictures import fitted
from tests.end_to_end.hosting_bench import TERMINAL, allow, hosted
from tests.end_to_end.remote_desk import session_home
from tests.fakes.front_end import FrontEnd
from tests.lucid_gui.conftest import KioskOpener
from tests.lucid_gui.kiosk_driver import LANDSCAPE, PORTRAIT, KioskDriver, Touch

LIGHT = 250  # the terminal's paper, at least
PRESS_MS = 40  # between keys, as a person types: a burst of them would raise the shield

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[tuple[FrontEnd, Hosting]]:
    """Give an appliance with a session."""
    with hosted(tmp_path / "host") as made:
        yield made


@pytest.fixture
def kiosk(
    request: pytest.FixtureRequest, open_kiosk: KioskOpener, data_directory: Path
) -> KioskDriver:
    """Give a kiosk on a real engine with an open vault, of the size that the test names."""
    engine = start_engine(data_directory, EngineOptions(has_cheap_vault=True, has_seat=True))
    engine.submit(CreateVault(Secret("a passphrase for taps")))
    opened = open_kiosk(engine, size=request.param, finger=Touch())
    opened.until(lambda: opened.screen() == "home")
    return opened


@pytest.mark.parametrize(
    "kiosk", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"], indirect=True
)
def test_a_session_is_joined_steered_shielded_and_left(
    host: tuple[FrontEnd, Hosting], kiosk: KioskDriver
) -> None:
    """What is not let out here does not arrive there; what is, does once the host allows it too."""
    owner, hosting = host
    come_in(kiosk, hosting)
    home = session_home()
    let_out(kiosk, "pointer")
    tap_terminal(kiosk)
    allow_there(kiosk, owner, Capability.POINTER)
    type_line(kiosk, "touch kept-here")
    let_out(kiosk, "keyboard")
    kiosk.model().tapKey(2)
    allow_there(kiosk, owner, Capability.KEYBOARD)
    kiosk.model().tapKey(14)
    tap_terminal(kiosk)
    type_line(kiosk, "touch Let-Out")
    kiosk.until((home / "Let-Out").exists, "what was typed by taps")
    assert not (home / "kept-here").exists()
    shield(kiosk)
    leave(kiosk)


def come_in(kiosk: KioskDriver, hosting: Hosting) -> None:
    """Give the link, accept what is shown, and wait for the desktop."""
    assert hosting.invitation is not None
    kiosk.tap("join")
    kiosk.item("invitationField").setProperty("text", hosting.invitation.link)
    kiosk.tap("showTermsButton")
    kiosk.until(lambda: kiosk.seen("acceptButton"))
    kiosk.tap("acceptButton")
    kiosk.until(lambda: kiosk.screen() == "joined")
    kiosk.until(lambda: kiosk.model().state == "watching" and kiosk.model().feed.hasPicture)
    kiosk.until(lambda: lightness(kiosk) >= LIGHT, "the other desktop on this screen")


def lightness(kiosk: KioskDriver) -> int:
    """Read how light the other desktop's terminal is on this screen."""
    item = kiosk.item("desktopItem")
    at = place(kiosk)
    return kiosk.window.grabWindow().pixelColor(item.mapToScene(at).toPoint()).lightness()


def place(kiosk: KioskDriver) -> QPointF:
    """Find the terminal of the other desktop on the item that shows it."""
    item, image = kiosk.item("desktopItem"), kiosk.model().feed.image()
    where = fitted(image.size(), item.size())
    scale = where.width() / image.width()
    return QPointF(where.left() + TERMINAL[0] * scale, where.top() + TERMINAL[1] * scale)


def tap_terminal(kiosk: KioskDriver) -> None:
    """Tap the terminal of the other desktop with a finger."""
    kiosk.draw()
    kiosk.until(lambda: kiosk.item("desktopItem").isEnabled())
    at = kiosk.item("desktopItem").mapToScene(place(kiosk)).toPoint()
    kiosk.finger.press(kiosk.window, at)
    kiosk.finger.lift(kiosk.window, at)


def let_out(kiosk: KioskDriver, capability: str) -> None:
    """Let pointing or typing out until the end."""
    kiosk.tap(f"chip-{capability}")
    kiosk.until(lambda: not kiosk.item("lengthSheet").property("isGuarded"))
    kiosk.tap("lengthChoice", 0.85)
    kiosk.tap("approve")
    kiosk.until(lambda: is_out(kiosk, capability))


def allow_there(kiosk: KioskDriver, owner: FrontEnd, capability: Capability) -> None:
    """Say yes at the host as soon as it is asked; until then this seat goes on."""
    kiosk.until(
        lambda: any(
            isinstance(each.question, PermissionQuestion) and each.question.capability is capability
            for each in owner.all_of(QuestionAsked)
        ),
        "the host's question",
    )
    allow(owner, capability)


def is_out(kiosk: KioskDriver, capability: str) -> bool:
    """Tell whether something goes out, by its chip."""
    chips = {each["capability"]: each["state"] for each in kiosk.model().chips}
    return chips[capability] == "allowed"


def type_line(kiosk: KioskDriver, text: str) -> None:
    """Type a line as the on-screen keyboard does, no faster than a person."""
    for character in f"{text}\n":
        kiosk.model().type(character)
        QTest.qWait(PRESS_MS)


def shield(kiosk: KioskDriver) -> None:
    """Hide everything and show it again."""
    kiosk.tap("shieldButton")
    kiosk.until(lambda: kiosk.text("coverTitle") == "Shielded")
    kiosk.tap("shieldButton")
    kiosk.until(lambda: kiosk.model().feed.hasPicture and not kiosk.model().isShielded)


def leave(kiosk: KioskDriver) -> None:
    """Leave, and see the record being sealed."""
    kiosk.tap("leaveButton")
    kiosk.until(lambda: not kiosk.item("leaveSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.screen() == "live" and kiosk.model().sealedChunks > 0)
