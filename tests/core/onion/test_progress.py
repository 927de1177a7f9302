"""Tests of core.onion.progress."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.onion.control_connection import ControlEvent
from core.onion.progress import Progress, clock_wrong, judge_clock

# Events as tor 0.4.9.11 sent them.
CONNECTING = {"PROGRESS": "5", "TAG": "conn", "SUMMARY": "Connecting to a relay"}
DONE = {"PROGRESS": "100", "TAG": "done", "SUMMARY": "Done"}


def _client(action: str, **values: str) -> ControlEvent:
    return ControlEvent("STATUS_CLIENT", ("NOTICE", action), values)


def _general(action: str, **values: str) -> ControlEvent:
    return ControlEvent("STATUS_GENERAL", ("WARN", action), values)


def _ready() -> Progress:
    progress = Progress()
    progress.take(_client("BOOTSTRAP", **DONE))
    return progress


def test_it_follows_tor() -> None:
    """Percent, tag and summary are tor's own, and at 100 it is ready."""
    progress = Progress()
    progress.take(_client("BOOTSTRAP", **CONNECTING))
    assert (progress.percent, progress.tag, progress.summary) == (
        5,
        "conn",
        "Connecting to a relay",
    )
    assert not progress.is_ready
    progress.take(_client("BOOTSTRAP", **DONE))
    assert progress.is_ready
    assert progress.tag == "done"


def test_a_line_that_was_asked_for_says_the_same() -> None:
    """GETINFO's line is read as the event is, quotes and all."""
    progress = Progress()
    progress.take_bootstrap(
        'NOTICE BOOTSTRAP PROGRESS=14 TAG=handshake SUMMARY="Handshaking with a relay"'
    )
    assert (progress.percent, progress.tag) == (14, "handshake")
    assert progress.summary == "Handshaking with a relay"


def test_tors_words_for_a_hindrance_last_until_it_gets_further() -> None:
    """What tor says is in the way is kept while it stays where it is."""
    progress = Progress()
    progress.take(
        _client("BOOTSTRAP", **CONNECTING, WARNING="Connection refused", REASON="CONNECTREFUSED")
    )
    progress.take(_client("BOOTSTRAP", **CONNECTING))
    assert progress.hindrance == "Connection refused"
    progress.take(_client("BOOTSTRAP", PROGRESS="10", TAG="conn_done", SUMMARY="Connected"))
    assert progress.hindrance == ""


@pytest.mark.parametrize(
    ("lost", "back", "tag"),
    [
        (
            _client("CIRCUIT_NOT_ESTABLISHED", REASON="CLOCK_JUMPED"),
            _client("CIRCUIT_ESTABLISHED"),
            "circuit_not_established",
        ),
        (_client("NOT_ENOUGH_DIR_INFO"), _client("ENOUGH_DIR_INFO"), "not_enough_dir_info"),
        (
            ControlEvent("NETWORK_LIVENESS", ("DOWN",)),
            ControlEvent("NETWORK_LIVENESS", ("UP",)),
            "network_liveness",
        ),
    ],
)
def test_what_was_connected_may_be_lost_and_come_back(
    lost: ControlEvent, back: ControlEvent, tag: str
) -> None:
    """Without circuits, directory or network it is ready no more, and says which; with them it is again."""
    progress = _ready()
    progress.take(lost)
    assert not progress.is_ready
    assert progress.tag == tag
    progress.take(back)
    assert progress.is_ready
    assert progress.tag == "done"


def _circuit(status: str) -> ControlEvent:
    return ControlEvent("CIRC", ("7", status), {"REASON": "TIMEOUT"})


def test_when_nothing_comes_any_more_it_is_not_ready() -> None:
    """Three circuits that failed since the last byte came are no network; a circuit that is built is one again."""
    progress = _ready()
    progress.set_received("1000")
    progress.take(_circuit("FAILED"))
    progress.take(_circuit("FAILED"))
    progress.set_received("1001")
    progress.take(_circuit("FAILED"))
    progress.take(_circuit("FAILED"))
    assert progress.is_ready
    progress.take(_circuit("FAILED"))
    progress.set_received("1001")
    assert (progress.is_ready, progress.tag) == (False, "network_liveness")
    progress.take(_circuit("EXTENDED"))
    assert (progress.is_ready, progress.tag) == (True, "done")


def test_a_clock_that_relays_doubt_is_told_until_tor_connects_all_the_same() -> None:
    """A skew is told while tor is not connected; a connected tor has shown that it can live with it."""
    progress = Progress()
    progress.take(_general("CLOCK_SKEW", SKEW="-7200", SOURCE="OR:192.0.2.1:443"))
    assert progress.clock_failure is not None
    assert progress.clock_failure.facts == {"minutes": 120, "direction": "slow"}
    progress.take(_client("BOOTSTRAP", **DONE))
    assert progress.is_ready
    assert progress.clock_failure is None


@pytest.mark.parametrize("skew", ["", "0", "fast", "1e9", "9" * 13])
def test_a_skew_that_says_nothing_is_left_alone(skew: str) -> None:
    """A skew that is no number of seconds makes no failure."""
    progress = Progress()
    progress.take(_general("CLOCK_SKEW", SKEW=skew))
    assert progress.clock_failure is None


@pytest.mark.parametrize(
    ("reason", "danger"),
    [("OBSOLETE", "obsolete"), ("UNRECOMMENDED", "unrecommended"), ("NEW", ""), ("", "")],
)
def test_the_networks_word_on_a_version_is_kept(reason: str, danger: str) -> None:
    """Obsolete and unrecommended versions are noted; a version newer than the network knows is no danger."""
    progress = Progress()
    progress.take(_general("DANGEROUS_VERSION", CURRENT="0.4.5.1", REASON=reason))
    assert progress.danger == danger


WORDS = st.sampled_from(
    [
        "BOOTSTRAP",
        "CIRCUIT_ESTABLISHED",
        "CIRCUIT_NOT_ESTABLISHED",
        "CLOCK_SKEW",
        "DOWN",
        "UP",
        "NOTICE",
    ]
)
EVENTS = st.builds(
    ControlEvent,
    st.sampled_from(["STATUS_CLIENT", "STATUS_GENERAL", "NETWORK_LIVENESS", "OTHER"]),
    st.lists(st.one_of(WORDS, st.text(max_size=5)), max_size=3).map(tuple),
    st.dictionaries(
        st.sampled_from(["PROGRESS", "TAG", "SUMMARY", "WARNING", "SKEW", "REASON"]),
        st.one_of(st.integers(-200, 200).map(str), st.text(max_size=200)),
    ),
)


@given(st.lists(EVENTS, max_size=20), st.text(max_size=60))
def test_whatever_tor_says_it_stays_within_bounds(events: list[ControlEvent], line: str) -> None:
    """No event and no line takes the percentage out of 0 to 100, or makes a text longer than is shown."""
    progress = Progress()
    for event in events:
        progress.take(event)
        progress.take_bootstrap(line)
        assert 0 <= progress.percent <= 100
        assert progress.percent == 100 or not progress.is_ready
        assert max(map(len, (progress.tag, progress.summary, progress.hindrance))) <= 120


AFTER, UNTIL = "2026-11-24 22:00:00", "2026-11-25 01:00:00"
HOUR = 3600
AFTER_S = 1_795_557_600  # the first of both, in seconds since 1970


@pytest.mark.parametrize(
    ("hours", "has_jumped", "expected"),
    [
        (0, False, None),
        (-23.9, True, None),
        (-25, False, (25 * 60, "slow")),
        (26.9, True, None),
        (30, True, (27 * 60, "fast")),
        (30, False, None),
    ],
)
def test_the_clock_is_held_against_the_consensus(
    hours: float, has_jumped: bool, expected: tuple[int, str] | None
) -> None:
    """A day more than the consensus's own hours is what tor tolerates; an old one alone is no proof."""
    found = judge_clock(AFTER_S + hours * HOUR, AFTER, UNTIL, has_jumped=has_jumped)
    facts = None if found is None else (found.facts["minutes"], found.facts["direction"])
    assert facts == expected


@given(st.text(max_size=25), st.text(max_size=25), st.booleans())
def test_without_a_consensus_nothing_is_known(after: str, until: str, has_jumped: bool) -> None:
    """Times that tor does not give, or that cannot be read, are no judgement."""
    assert judge_clock(AFTER_S, after, until, has_jumped=has_jumped) is None


def test_minutes_are_never_none() -> None:
    """A clock that is wrong at all is wrong by a minute at least."""
    assert clock_wrong(5).facts == {"minutes": 1, "direction": "fast"}
