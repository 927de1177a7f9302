"""What home says follows from the snapshots."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.api.snapshots import (
    ChainSnapshot,
    LiveSession,
    SessionState,
    SpaceLevel,
    SpaceSnapshot,
)
from lucid_gui.screens.home.sentences import (
    LATEST,
    anchors_facts,
    chain_facts,
    latest_rows,
    recording_facts,
    space_facts,
    state_words,
)
from tests.fakes.engine_port import CHAIN, SPACE
from tests.fakes.kiosk_scripts import session


@pytest.mark.parametrize(
    "states, title, detail",
    [
        ([], "Nothing to anchor", "No session yet"),
        ([SessionState.FAILED], "Nothing to anchor", "No session yet"),
        ([SessionState.ANCHORED] * 3, "All anchored", "3 of 3 sessions"),
        ([SessionState.ANCHORED, SessionState.SEALING], "1 of 2 anchored", "One is on its way"),
        (
            [SessionState.ANCHORING, SessionState.INTERRUPTED],
            "0 of 2 anchored",
            "2 are on their way",
        ),
        ([SessionState.RECORDING, SessionState.ANCHORED], "All anchored", "1 of 1 sessions"),
    ],
)
def test_the_anchors_are_counted(states: list[SessionState], title: str, detail: str) -> None:
    """What was never recorded, or still is, is no anchor's business."""
    facts = anchors_facts(
        [session(number, state) for number, state in enumerate(states)], is_loaded=True
    )
    assert (facts["title"], facts["detail"]) == (title, detail)


def test_nothing_is_claimed_before_it_is_known() -> None:
    """While the list is being read the card says so."""
    assert anchors_facts([], is_loaded=False)["detail"] == "Reading the sessions"
    assert space_facts(None, [])["detail"] == "Looking"
    assert chain_facts(None)["detail"] == "Looking"


def test_the_room_is_estimated_from_what_was_recorded() -> None:
    """180 MB in 760 s leave room for about 39 h in 34 GB."""
    assert space_facts(SPACE, [session(1)])["detail"] == "Room for about 39 h"
    assert space_facts(SPACE, [])["detail"].startswith("34")


@pytest.mark.parametrize(
    "duration_s, stored_bytes, state, detail",
    [
        (70.0, 5184, SessionState.ANCHORED, "34\u202fGB"),
        (299.0, 70_000_000, SessionState.ANCHORED, "34\u202fGB"),
        (760.0, 0, SessionState.RECORDING, "34\u202fGB"),
        (760.0, 1_000, SessionState.SEALING, "34\u202fGB"),
        (760.0, 5184, SessionState.ANCHORED, "Room for about 944 h"),
        (760.0, 5184, SessionState.ANCHORING, "Room for about 944 h"),
    ],
)
def test_little_says_little_of_the_room(
    duration_s: float, stored_bytes: int, state: SessionState, detail: str
) -> None:
    """Minutes are no estimate, nor is what is not sealed; a desktop that stood still may move the next time."""
    recorded = replace(session(1, state, duration_s), stored_bytes=stored_bytes)
    assert space_facts(SPACE, [recorded])["detail"] == detail


def test_room_for_years_is_not_counted_in_hours() -> None:
    """What is left of a large disk is more than a year."""
    large = SpaceSnapshot(900_000_000_000, 1_000_000_000_000, SpaceLevel.FINE)
    still = replace(session(1), stored_bytes=5184)
    assert space_facts(large, [still])["detail"] == "Room for more than a year"
    assert space_facts(large, [session(1)])["detail"] == "Room for about 1\u202f055 h"
    tiny = SpaceSnapshot(10_000_000, 20_000_000, SpaceLevel.FINE)
    assert space_facts(tiny, [session(1)])["detail"] == "10\u202fMB"


@pytest.mark.parametrize("level", [SpaceLevel.LOW, SpaceLevel.REFUSING, SpaceLevel.CLOSING])
def test_too_little_space_asks_for_the_owner(level: SpaceLevel) -> None:
    """Amber, with a sign, whatever the estimate says."""
    facts = space_facts(SpaceSnapshot(4, 100, level), [session(1)])
    assert (facts["tone"], facts["icon"], facts["title"]) == ("ask", "triangle-alert", "4 % free")


def test_a_chain_that_is_away_is_said_first() -> None:
    """An old block number is not shown as if it were the newest."""
    assert chain_facts(ChainSnapshot(is_reachable=False, block_number=5))["title"] == "Chain away"
    assert chain_facts(CHAIN)["title"].startswith("Block 18")


def test_recording_says_what_and_how_much() -> None:
    """The sentence names source and time, the explanation the bytes and what is sealed."""
    live = LiveSession("x", 185.0, 41_000_000, 3, 0, 2700, 0, False, "libx264")
    facts = recording_facts(session(1, SessionState.RECORDING), live)
    assert facts["title"] == "Recording the sandbox, 3 min 5 s"
    assert facts["detail"].endswith("recorded, 3 chunks sealed.")
    assert recording_facts(None, None)["detail"] == "It has just begun."


def test_a_gap_is_said_while_it_lasts() -> None:
    """No pictures: the person is told, and that it is noted."""
    live = LiveSession("x", 185.0, 41_000_000, 3, 0, 2700, 1, True, "libx264")
    assert "No pictures" in recording_facts(session(1), live)["detail"]


def test_every_state_has_a_word_an_icon_and_a_tone() -> None:
    """No state of a session is without words, and colour is never alone."""
    for state in SessionState:
        icon, tone, word = state_words(state)
        assert icon
        assert word
        assert tone in {"safe", "ask", "danger", "quiet"}


def test_only_the_newest_few_are_listed() -> None:
    """Home is no list; the sessions screen is."""
    rows = latest_rows([session(number) for number in range(20)])
    assert len(rows) == LATEST


@pytest.mark.parametrize(
    "source, title",
    [
        ("sandbox", "Recording the sandbox"),
        ("display :0", "Recording display :0"),
        ("hosted", "Recording a desktop with a remote peer"),
    ],
)
def test_what_is_recorded_is_named(source: str, title: str) -> None:
    """By where its pictures come from."""
    running = replace(session(1, SessionState.RECORDING), source=source)
    assert recording_facts(running, None)["title"] == title
