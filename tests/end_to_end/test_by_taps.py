"""The main job by taps alone, on the real engine: a real desktop, encoder, chain and proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.api.commands import CreateVault, Secret
from core.api.snapshots import CheckOutcome
from core.engine import EngineOptions, start_engine
from core.evidence.verify import verify_bundle
from tests.lucid_gui.conftest import KioskOpener
from tests.lucid_gui.kiosk_driver import LANDSCAPE, PORTRAIT, KioskDriver, Touch


@pytest.mark.timeout(240)
@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_from_touch_to_proof(
    open_kiosk: KioskOpener,
    data_directory: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    """Start, end, wait for the chain, verify, play and export; the bundle holds without the appliance."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    engine = start_engine(data_directory, EngineOptions(has_cheap_vault=True))
    engine.submit(CreateVault(Secret("a passphrase for taps")))
    kiosk = open_kiosk(engine, size=size, finger=Touch())
    kiosk.until(lambda: kiosk.screen() == "home")
    _record(kiosk)
    _verify(kiosk)
    _play(kiosk)
    bundle = _export(kiosk)
    report = verify_bundle(bundle)
    assert report.holds
    not_held = [each.name for each in report.checks if each.outcome is not CheckOutcome.HOLDS]
    assert set(not_held) <= {"progress_anchors", "header_trust", "trail"}


def _record(kiosk: KioskDriver) -> None:
    kiosk.tap("start")
    kiosk.until(lambda: kiosk.screen() == "start")
    kiosk.tap("startButton")
    kiosk.until(lambda: kiosk.screen() == "live")
    kiosk.until(lambda: kiosk.model().feed.hasPicture)
    kiosk.until(lambda: kiosk.text("liveClock") >= "0:02")
    kiosk.tap("endButton")
    kiosk.until(lambda: not kiosk.item("endSheet").property("isGuarded"))
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.text("liveSentence") == "Sealed and anchored")
    kiosk.tap("openSessionButton")
    kiosk.until(lambda: kiosk.screen() == "session")


def _verify(kiosk: KioskDriver) -> None:
    kiosk.until(lambda: kiosk.model().isThere)
    kiosk.tap("verifyButton")
    kiosk.until(lambda: kiosk.text("verificationSentence").startswith("Holds"))


def _play(kiosk: KioskDriver) -> None:
    kiosk.tap("playButton")
    kiosk.until(lambda: kiosk.screen() == "player")
    kiosk.until(lambda: kiosk.model().feed.hasPicture)
    kiosk.until(lambda: kiosk.model().position > 0.3)
    kiosk.drag("seekTrack", 0.1, 0.7)
    kiosk.until(lambda: kiosk.model().position > 1.0)
    kiosk.tap("closePlayerButton")
    kiosk.until(lambda: kiosk.screen() == "session")


def _export(kiosk: KioskDriver) -> Path:
    kiosk.tap("exportButton")
    kiosk.tap("kind-readable")
    kiosk.tap("writeButton")
    assert "watch" in kiosk.item("question").property("explanation")
    kiosk.tap("approve")
    kiosk.until(lambda: kiosk.text("exportPath").endswith("-readable.lucid"))
    return Path(kiosk.text("exportPath"))
