"""Zones are drawn, moved and removed by a finger, and the engine hides them in the desktop's pixels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QObject, QSize
from pytestqt.qtbot import QtBot

from core.api.hosting import HideZones
from core.api.permissions import Zone
from core.api.snapshots import FailureSnapshot
from lucid_gui.bridge import Bridge
from lucid_gui.screens.hosting.zones import MOST, Zones
from tests.fakes.engine_port import PENDING, FakeEnginePort, failure

DESKTOP = QSize(1280, 720)
SIZE = (640.0, 360.0)  # half a pixel for one of the desktop's
SESSION = "the-session"


@pytest.fixture
def failures() -> list[FailureSnapshot]:
    """Collect what was refused."""
    return []


@pytest.fixture
def zones(fake_bridge: Bridge, failures: list[FailureSnapshot], qapp: QObject) -> Iterator[Zones]:
    """Give an editor on a desktop without zones."""
    assert qapp is not None
    made = Zones(fake_bridge, failures.append)
    made.reset(SESSION, DESKTOP)
    made.know((), DESKTOP)
    made.begin()
    yield made
    made.deleteLater()


def stroke(zones: Zones, begin: tuple[float, float], *through: tuple[float, float]) -> None:
    """Draw with a finger over the picture."""
    zones.press(*begin, *SIZE)
    for place in through:
        zones.drag(*place, *SIZE)
    zones.lift()


def sent(port: FakeEnginePort) -> list[tuple[Zone, ...]]:
    """List what the engine was told to hide."""
    return [each.zones for each in port.sent(HideZones)]


def test_a_stroke_hides_its_rectangle(qtbot: QtBot, zones: Zones, port: FakeEnginePort) -> None:
    """In whatever direction it is drawn, in the desktop's pixels, rounded outward, at once."""
    stroke(zones, (200.25, 100.25), (150, 80), (100.5, 50.5))
    assert zones.rows[0]["isSelected"]
    qtbot.waitUntil(lambda: bool(sent(port)))
    assert port.sent(HideZones)[0] == HideZones(SESSION, (Zone(201, 101, 200, 100),))


def test_a_tap_draws_nothing(zones: Zones, port: FakeEnginePort) -> None:
    """Nor does a drag that is shorter than a finger trembles."""
    stroke(zones, (100, 100))
    stroke(zones, (100, 100), (108, 104))
    assert zones.count == 0
    assert sent(port) == []


def test_a_stroke_beyond_the_edge_ends_at_it(
    qtbot: QtBot, zones: Zones, port: FakeEnginePort
) -> None:
    """A zone is always within the desktop; one that begins beside the picture is none."""
    stroke(zones, (600, 300), (900, 900))
    qtbot.waitUntil(lambda: len(sent(port)) == 1)
    assert sent(port)[0] == (Zone(1200, 600, 80, 120),)
    stroke(zones, (-5, 10), (300, 200))
    assert zones.count == 1


def test_bars_beside_the_picture_are_no_part_of_it(
    qtbot: QtBot, zones: Zones, port: FakeEnginePort
) -> None:
    """A picture that is fitted into a wider place is drawn on where it lies."""
    zones.press(100 + 64, 36, 840.0, 360.0)
    zones.drag(100 + 128, 72, 840.0, 360.0)
    zones.lift()
    qtbot.waitUntil(lambda: bool(sent(port)))
    assert sent(port)[0] == (Zone(128, 72, 128, 72),)


def test_a_zone_is_moved_and_stays_within(qtbot: QtBot, zones: Zones, port: FakeEnginePort) -> None:
    """By the way that the finger goes, up to the edge."""
    zones.know((Zone(100, 100, 200, 200),), DESKTOP)
    stroke(zones, (100, 100), (150, 125))
    qtbot.waitUntil(lambda: len(sent(port)) == 1)
    assert sent(port)[0] == (Zone(200, 150, 200, 200),)
    stroke(zones, (120, 100), (-500, -500))
    qtbot.waitUntil(lambda: len(sent(port)) == 2)
    assert sent(port)[1] == (Zone(0, 0, 200, 200),)


def test_a_tap_on_a_zone_chooses_it_and_it_can_be_removed(
    qtbot: QtBot, zones: Zones, port: FakeEnginePort
) -> None:
    """A small one too, for a finger is larger; a tap beside chooses none."""
    small, large = Zone(20, 20, 10, 10), Zone(600, 300, 300, 300)
    zones.know((small, large), DESKTOP)
    stroke(zones, (22, 22))
    assert zones.selected == 0
    stroke(zones, (350, 200))
    assert zones.selected == 1
    stroke(zones, (200, 50))
    assert zones.selected == -1
    zones.removeSelected()
    stroke(zones, (350, 200))
    zones.removeSelected()
    qtbot.waitUntil(lambda: len(sent(port)) == 1)
    assert sent(port) == [(small,)]


def test_undo_comes_back_to_the_beginning(qtbot: QtBot, zones: Zones, port: FakeEnginePort) -> None:
    """To what was hidden when the editing began; once there, nothing is to be undone."""
    kept = Zone(0, 0, 100, 100)
    zones.know((kept,), DESKTOP)
    zones.begin()
    stroke(zones, (200, 200), (300, 300))
    qtbot.waitUntil(lambda: not zones.isSending)
    assert zones.canUndo
    zones.undoAll()
    qtbot.waitUntil(lambda: len(sent(port)) == 2)
    assert sent(port)[1] == (kept,)
    assert not zones.canUndo


def test_while_one_change_is_on_its_way_only_the_latest_wish_is_kept(
    qtbot: QtBot, zones: Zones, port: FakeEnginePort
) -> None:
    """Three quick strokes are two commands, and the engine's older word does not undo them."""
    port.answers[HideZones] = PENDING
    for left in (0, 200, 400):
        stroke(zones, (left + 60, 60), (left + 160, 160))
    qtbot.waitUntil(lambda: len(sent(port)) == 1 and bool(port.pending))
    zones.know((), DESKTOP)
    assert zones.count == 3
    port.answers[HideZones] = None
    port.finish(HideZones)
    qtbot.waitUntil(lambda: not zones.isSending)
    assert [len(each) for each in sent(port)] == [1, 3]


def test_what_is_refused_is_not_shown_as_hidden(
    qtbot: QtBot, zones: Zones, port: FakeEnginePort, failures: list[FailureSnapshot]
) -> None:
    """The screen shows what the engine hides, and says why."""
    port.answers[HideZones] = failure("session_unknown", 1, session_id=SESSION)
    stroke(zones, (100, 100), (200, 200))
    qtbot.waitUntil(lambda: bool(failures))
    assert zones.count == 0
    assert failures[0].code == "session_unknown"


def test_a_change_from_elsewhere_does_not_pull_a_zone_from_under_the_finger(
    zones: Zones,
) -> None:
    """It is shown once the finger is lifted."""
    first = Zone(100, 100, 200, 200)
    zones.know((first,), DESKTOP)
    zones.press(100, 100, *SIZE)
    zones.know((), DESKTOP)
    assert zones.count == 1
    zones.lift()
    assert zones.count == 0


def test_there_is_a_most(zones: Zones) -> None:
    """More zones than the engine takes are not drawn."""
    zones.know(tuple(Zone(0, 0, 1 + each, 1) for each in range(MOST)), DESKTOP)
    stroke(zones, (300, 300), (400, 350))
    assert zones.count == MOST


def test_another_sessions_answer_changes_nothing(
    qtbot: QtBot, zones: Zones, port: FakeEnginePort
) -> None:
    """A screen that follows another session meanwhile does not hear the first one's."""
    port.answers[HideZones] = PENDING
    stroke(zones, (100, 100), (200, 200))
    qtbot.waitUntil(lambda: bool(port.pending))
    zones.reset("another", DESKTOP)
    port.finish(HideZones)
    qtbot.waitUntil(lambda: not port.pending)
    assert zones.count == 0


places = st.tuples(st.floats(-50, 700), st.floats(-50, 420))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strokes=st.lists(st.tuples(places, places, places), max_size=6))
def test_whatever_is_drawn_every_zone_lies_within_the_desktop(
    zones: Zones,
    strokes: list[tuple[tuple[float, float], tuple[float, float], tuple[float, float]]],
) -> None:
    """Each has a size, and no pixel of it lies outside."""
    zones.know((), DESKTOP)
    for begin, first, second in strokes:
        stroke(zones, begin, first, second)
    for each in zones._zones:
        assert each.x >= 0
        assert each.y >= 0
        assert each.width > 0
        assert each.height > 0
        assert each.x + each.width <= DESKTOP.width()
        assert each.y + each.height <= DESKTOP.height()
