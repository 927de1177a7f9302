"""An export reveals what was chosen, says so before, and is written once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.api.commands import Disclosure, ExportBundle, ExportVideo
from lucid_gui.bridge import Bridge
from lucid_gui.screens.session import export as export_module
from lucid_gui.screens.session.export import Export
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.made_up_appliance import MadeUpAppliance


@pytest.fixture
def export(
    bridge: Bridge, parent: QObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Export:
    """Give an export of a sealed session, with two places to write to."""
    places = [
        {"title": title, "path": str(tmp_path / title), "icon": "usb", "detail": ""}
        for title in ("stick", "documents")
    ]
    monkeypatch.setattr(export_module, "find_places", lambda: places)
    made = Export(bridge, parent)
    made.reset(made_up.detail())
    made.look()
    return made


def test_proofs_are_the_first_choice(
    qtbot: QtBot, export: Export, appliance: MadeUpAppliance, tmp_path: Path
) -> None:
    """Nothing that can be watched leaves unless it is chosen."""
    assert "Not one picture" in export.reveals
    assert not export.isRanged
    export.run()
    qtbot.waitUntil(lambda: export.result != {})
    [command] = appliance.sent(ExportBundle)
    assert command.disclosure is Disclosure.PROOFS
    assert command.destination.parent == tmp_path / "stick"
    assert export.result["path"] == str(command.destination)


def test_a_readable_part_names_what_it_discloses(
    qtbot: QtBot, export: Export, appliance: MadeUpAppliance
) -> None:
    """Chunks open whole, so the stretch that is disclosed is said, not the one that was wished."""
    export.choose("readable")
    export.setRange(600.0, 1200.0)
    assert (
        export.reveals
        == "Whoever has the file can watch 7:34 to 22:44. Chunks open whole: 4 chunks in all."
    )
    assert export.rangeText == "10:00 – 20:00, 10 min long"
    export.run()
    qtbot.waitUntil(lambda: export.result != {})
    [command] = appliance.sent(ExportBundle)
    assert (command.disclosure, command.from_s, command.until_s) == (
        Disclosure.READABLE,
        600.0,
        1200.0,
    )
    assert export.result["what"].endswith("Whoever has this file can watch it.")


def test_a_video_of_everything_has_no_end(
    qtbot: QtBot, export: Export, appliance: MadeUpAppliance
) -> None:
    """The whole session is asked for as such, in an ordinary video file elsewhere."""
    export.choose("video")
    export.choosePlace(1)
    export.run()
    qtbot.waitUntil(lambda: export.result != {})
    [command] = appliance.sent(ExportVideo)
    assert (command.from_s, command.until_s, command.destination.suffix) == (0.0, None, ".mp4")
    assert command.destination.parent.name == "documents"


@pytest.mark.parametrize(
    "begin, end, expected",
    [
        (-5.0, 99_999.0, (0.0, made_up.DURATION_S)),
        (100.0, 50.0, (100.0, 101.0)),
        (99_999.0, 99_999.0, (made_up.DURATION_S - 1, made_up.DURATION_S)),
    ],
)
def test_a_range_stays_within_the_session(
    export: Export, begin: float, end: float, expected: tuple[float, float]
) -> None:
    """It never leaves the recording and is never empty."""
    export.setRange(begin, end)
    assert (export.fromS, export.untilS) == expected


def test_while_a_file_is_written_nothing_is_chosen(
    qtbot: QtBot, export: Export, appliance: MadeUpAppliance
) -> None:
    """Choice and place stand, a second tap writes nothing, and cancelling leaves no result."""
    appliance.answers[ExportBundle] = PENDING
    export.run()
    export.run()
    export.choose("video")
    export.choosePlace(1)
    qtbot.waitUntil(lambda: bool(appliance.pending))
    assert len(appliance.sent(ExportBundle)) == 1
    assert (export.kind, export.place) == ("proofs", 0)
    export.cancel()
    qtbot.waitUntil(lambda: not export.work.property("isBusy"))
    assert (export.result, export.failure) == ({}, {})


def test_a_failure_is_told_and_a_choice_takes_it_away(
    qtbot: QtBot, export: Export, appliance: MadeUpAppliance
) -> None:
    """The sentence names the file; another choice begins afresh."""
    appliance.answers[ExportBundle] = failure(
        "destination_unwritable", path="/x", reason="read-only"
    )
    export.run()
    qtbot.waitUntil(lambda: export.failure != {})
    assert export.failure["what"] == "The file /x cannot be written: read-only."
    export.choose("sealed")
    assert export.failure == {}


def test_news_of_the_same_session_keep_the_choice(export: Export) -> None:
    """That it was anchored meanwhile changes no choice; another session does."""
    export.choose("readable")
    export.setRange(10.0, 20.0)
    export.reset(made_up.detail())
    assert (export.kind, export.untilS) == ("readable", 20.0)
    export.reset(made_up.detail(made_up.summary(1)))
    assert export.kind == "proofs"


def test_without_a_place_nothing_is_written(
    export: Export, appliance: MadeUpAppliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session or a place that is missing keeps the button still."""
    monkeypatch.setattr(export_module, "find_places", list)
    export.look()
    assert not export.canRun
    export.run()
    assert appliance.sent(ExportBundle) == []
