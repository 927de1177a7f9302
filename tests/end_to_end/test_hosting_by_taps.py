"""A hosted session by taps alone, on the real engine, with the real xrdp and a real peer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from socket import gethostname

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.api.commands import CreateVault, EndSession, LockVault, Secret
from core.api.hosting import Invitation
from core.api.permissions import GrantLength
from core.engine import EngineOptions, start_engine
from lucid_gui.text.peers import peer_name
from tests.end_to_end.hosting_bench import DARK, TERMINAL, WHITE
from tests.end_to_end.remote_desk import RemoteDesk, agreeing, remote_desk, session_home
from tests.lucid_gui.conftest import KioskOpener
from tests.lucid_gui.kiosk_driver import LANDSCAPE, PORTRAIT, KioskDriver, Touch

ZONE = ((0.2, 0.5), (0.45, 0.75))  # over TERMINAL, in shares of the desktop's sides
BESIDE = (640, 450)  # white paper, outside of the zone
KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Y)

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def desk() -> Iterator[RemoteDesk]:
    """Give a peer's display."""
    with remote_desk() as each:
        yield each


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


@pytest.mark.parametrize("kiosk", [LANDSCAPE], ids=["landscape"], indirect=True)
def test_a_peer_is_let_in_allowed_stopped_and_looked_back_at(
    kiosk: KioskDriver, desk: RemoteDesk
) -> None:
    """Invite, allow, take back, shield, hide a part, end, verify and play: each a touch, each in effect."""
    open_the_door(kiosk)
    join(kiosk, desk)
    home = session_home()
    allow_typing(kiosk, desk)
    desk.press("Return")
    desk.type("touch ~/allowed")
    kiosk.until((home / "allowed").exists)
    assert not (home / "before").exists()
    take_typing_back(kiosk)
    desk.type("touch ~/after")
    kiosk.until(lambda: kiosk.text("chipState-keyboard").startswith("tried"))
    shield(kiosk, desk)
    hide_a_part(kiosk, desk)
    assert not (home / "after").exists()
    end(kiosk)
    open_ended(kiosk)
    read_trail(kiosk)
    verify(kiosk)
    play(kiosk)


@pytest.mark.parametrize("kiosk", [PORTRAIT], ids=["portrait"], indirect=True)
def test_a_prompt_goes_with_what_it_is_about(kiosk: KioskDriver, desk: RemoteDesk) -> None:
    """No key answers it; it is gone once its peer has left, and once the session has ended."""
    open_the_door(kiosk)
    join(kiosk, desk)
    raise_prompt(kiosk, desk)
    press_every_key(kiosk)
    desk.disconnect()
    kiosk.until(lambda: not kiosk.seen("question"))
    kiosk.until(lambda: kiosk.text("hostingSentence") == "Nobody is connected")
    try_to_lock(kiosk)
    kiosk.tap("newCodeButton")
    join(kiosk, desk)
    raise_prompt(kiosk, desk)
    kiosk.port.submit(EndSession(kiosk.model().sessionId))
    kiosk.until(lambda: kiosk.screen() == "live" and not kiosk.seen("question"))
    open_ended(kiosk)
    told = trail(kiosk)
    assert told.count("Asked: Type") == told.count("Denied: Type") == 2
    assert "Allowed: Type" not in told
    kiosk.until(lambda: not desk.is_connected)


def open_the_door(kiosk: KioskDriver) -> None:
    """Start a session for a remote peer under the standard rules."""
    kiosk.tap("start")
    kiosk.until(lambda: kiosk.screen() == "start")
    kiosk.tap("source1")
    kiosk.tap("profile-standard")
    kiosk.tap("startButton")
    kiosk.until(lambda: kiosk.screen() == "hosting" and kiosk.model().isThere)


def join(kiosk: KioskDriver, desk: RemoteDesk) -> None:
    """Let a peer in with what the screen shows."""
    desk.connect(invitation(kiosk))
    who = peer_name(gethostname())
    kiosk.until(lambda: kiosk.model().peerState == "at_door")
    kiosk.until(agreeing(desk, lambda: kiosk.model().peerState == "admitted"))
    kiosk.until(lambda: kiosk.text("hostingSentence") == f"{who} is connected")
    assert kiosk.text("hostingDetail") == "It sees the desktop and may do nothing."
    desk.focus()
    kiosk.until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop on the peer's screen")


def invitation(kiosk: KioskDriver) -> Invitation:
    """Read the invitation off the screen."""
    code, address = kiosk.text("invitationCode"), kiosk.text("invitationAddress")
    fingerprint = str(kiosk.item("invitationFingerprint").property("value"))
    link = str(kiosk.item("qrItem").property("text"))
    assert len(bytes.fromhex(fingerprint)) == 32
    assert code in link
    assert address in link
    return Invitation(address, code, fingerprint, 0, link)


def raise_prompt(kiosk: KioskDriver, desk: RemoteDesk) -> None:
    """Let the peer type, and wait until the owner can answer."""
    desk.type("touch ~/before")
    kiosk.until(lambda: kiosk.text("question").endswith("wants to type"))
    kiosk.until(lambda: not kiosk.item("question").property("isGuarded"))


def press_every_key(kiosk: KioskDriver) -> None:
    """See that no key answers, wherever the focus is."""
    for name in ("question", "approve", "questionLength"):
        kiosk.item(name).forceActiveFocus()
        for key in KEYS:
            QTest.keyClick(kiosk.window, key)
    assert kiosk.item("question").property("isOpen")
    assert kiosk.session.questions.length == GrantLength.FIVE_MINUTES.value
    assert kiosk.text("chipState-keyboard") == "asking now"


def try_to_lock(kiosk: KioskDriver) -> None:
    """See that Lucid cannot be locked meanwhile, and says why; comes back to the session."""
    kiosk.open("settings")
    assert not kiosk.item("lock").isEnabled()
    kiosk.session.bridge.submit(LockVault())  # as if the session had begun under the finger
    kiosk.until(lambda: kiosk.session.notices.what.endswith("is running already."))
    kiosk.session.notices.dismiss()
    kiosk.open("home")
    kiosk.tap("watch")
    kiosk.until(lambda: kiosk.screen() == "hosting" and kiosk.model().isThere)


def allow_typing(kiosk: KioskDriver, desk: RemoteDesk) -> None:
    """Allow it for a quarter of an hour."""
    raise_prompt(kiosk, desk)
    kiosk.tap("questionLength", 0.5)
    kiosk.until(lambda: kiosk.session.questions.length == GrantLength.QUARTER_HOUR.value)
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.text("chipState-keyboard").startswith("until "))
    assert not kiosk.seen("question")
    assert kiosk.text("hostingDetail") == "It sees the desktop and may type."


def take_typing_back(kiosk: KioskDriver) -> None:
    """Take it back by its chip."""
    kiosk.tap("chip-keyboard")
    kiosk.until(lambda: kiosk.text("chipState-keyboard") == "not allowed")


def shield(kiosk: KioskDriver, desk: RemoteDesk) -> None:
    """Hide everything and show it again."""
    kiosk.tap("shieldButton")
    kiosk.item("shieldCover")
    kiosk.until(lambda: max(desk.pixel(*TERMINAL)) < DARK, "darkness")
    kiosk.tap("shieldButton")
    kiosk.until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop again")


def hide_a_part(kiosk: KioskDriver, desk: RemoteDesk) -> None:
    """Draw a zone with the finger."""
    kiosk.tap("zonesButton")
    kiosk.stroke("zoneArea", *ZONE)
    kiosk.until(lambda: max(desk.pixel(*TERMINAL)) < DARK, "the zone")
    assert desk.pixel(*BESIDE) == WHITE
    kiosk.tap("zonesDoneButton")


def end(kiosk: KioskDriver) -> None:
    """End the session."""
    kiosk.tap("endButton")
    kiosk.until(lambda: not kiosk.item("endSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.screen() == "live")


def open_ended(kiosk: KioskDriver) -> None:
    """Wait for the seal and the anchor of what has ended, and open it."""
    kiosk.until(lambda: kiosk.text("liveSentence") == "Sealed and anchored")
    kiosk.tap("openSessionButton")
    kiosk.until(lambda: kiosk.screen() == "session" and kiosk.model().isThere)


def read_trail(kiosk: KioskDriver) -> None:
    """See in the trail what happened."""
    told = trail(kiosk)
    joined = next(each for each in told if each.endswith("joined"))
    for text in (
        joined,
        "Asked: Type",
        "Allowed: Type",
        "Taken back: Type",
        "Everything was hidden",
    ):
        assert told.index(text) <= told.index("Shown again")
    assert told[-1] == "Session ended"


def trail(kiosk: KioskDriver) -> list[str]:
    """Open the trail, read it and come back."""
    kiosk.tap("detailsButton")
    kiosk.tap("detailsTabs", 0.95)
    kiosk.until(lambda: kiosk.model().trail.isThere)
    kiosk.item("trailRow0")
    told = [each["text"] for each in kiosk.model().trail.rows]
    kiosk.tap("partBackButton")
    return told


def verify(kiosk: KioskDriver) -> None:
    """See that the record holds."""
    kiosk.tap("verifyButton")
    kiosk.until(lambda: kiosk.text("verificationSentence").startswith("Holds"))


def play(kiosk: KioskDriver) -> None:
    """Play the recording, which shows on its time line what happened."""
    kiosk.tap("playButton")
    kiosk.until(lambda: kiosk.screen() == "player" and kiosk.model().feed.hasPicture)
    kiosk.item("playerMarks")
    assert "Allowed: Type" in {each["text"] for each in kiosk.model().marks}
