"""Times, sizes, states and gaps read as a person says them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QDateTime

from core.api.snapshots import Gap, SessionState
from lucid_gui.screens import wording

NOON = int(QDateTime.fromString("2026-11-17T12:00:00", "yyyy-MM-ddTHH:mm:ss").toMSecsSinceEpoch())
DAY_MS = 86_400_000


@pytest.mark.parametrize(
    "seconds, text",
    [(0, "0:00"), (7.9, "0:07"), (761, "12:41"), (3723, "1:02:03"), (-3, "0:00")],
)
def test_a_position_reads_as_on_a_player(seconds: float, text: str) -> None:
    """Minutes and seconds, with hours only where there are some."""
    assert wording.clock_text(seconds) == text


@pytest.mark.parametrize(
    "seconds, text",
    [
        (0.0, "0 s"),
        (0.42, "0.4 s"),
        (0.04, "0.1 s"),
        (59.8, "1 min"),
        (185, "3 min 5 s"),
        (4320, "1 h 12 min"),
    ],
)
def test_a_length_has_at_most_two_units(seconds: float, text: str) -> None:
    """Short ones in tenths, long ones in hours and minutes."""
    assert wording.duration_text(seconds) == text


def test_a_day_is_named_by_how_near_it_is() -> None:
    """Today and yesterday by their names, others by their date, with the year when it differs."""
    assert wording.day_text(NOON, NOON) == "Today"
    assert wording.day_text(NOON - DAY_MS, NOON) == "Yesterday"
    assert wording.day_text(NOON - 2 * DAY_MS, NOON) == "Sunday 15 November"
    assert wording.day_text(NOON - 400 * DAY_MS, NOON).endswith("2025")


@pytest.mark.parametrize(
    "seconds, text", [(0, "just now"), (59, "just now"), (61, "1 min ago"), (7200, "2 h ago")]
)
def test_how_long_ago_is_said_roughly(seconds: float, text: str) -> None:
    """Just now, then minutes, then hours."""
    assert wording.ago_text(seconds) == text


def test_a_moment_in_utc_says_so() -> None:
    """The zone stands beside the time."""
    assert wording.utc_text(0) == "1970-01-01 00:00:00\N{NO-BREAK SPACE}UTC"


def test_a_gap_says_how_long_and_why() -> None:
    """Known reasons in words, unknown ones as they are."""
    gap = Gap(10.0, 14.0, "encoder_died")
    assert wording.gap_text(gap) == "No pictures for 4 s: the encoder restarted"
    assert wording.gap_text(Gap(0, 2, "rats_ate_it")) == "No pictures for 2 s: rats ate it"


@pytest.mark.parametrize(
    "source, text",
    [("sandbox", "Sandbox desktop"), (":0", "Display :0"), ("display :12", "Display :12")],
)
def test_a_source_is_named(source: str, text: str) -> None:
    """The sandbox and displays by their numbers."""
    assert wording.source_text(source) == text


def test_every_state_has_a_word() -> None:
    """No state shows as its code."""
    words = {wording.state_text(state) for state in SessionState}
    assert len(words) == len(SessionState)


def test_one_is_not_many() -> None:
    """One chunk, two chunks."""
    assert [wording.chunks_text(number) for number in (1, 2)] == ["1 chunk", "2 chunks"]
    assert [wording.gaps_text(number) for number in (1, 0)] == ["1 gap", "0 gaps"]


@pytest.mark.parametrize(
    "done, total, text", [(12, 19, "12 of 19"), (5, 0, "5"), (600_000, 1_000_000, "60 %")]
)
def test_progress_is_counted_or_in_percent(done: int, total: int, text: str) -> None:
    """Pieces are counted; large numbers become percent."""
    assert wording.progress_text("checking_chunks", done, total).replace("\u202f", " ") == text


def test_an_unknown_stage_still_reads() -> None:
    """A stage that has no words of its own is shown without underscores."""
    assert wording.stage_text("polishing_the_brass") == "Polishing the brass"


def test_sizes_of_chunks_can_be_told_apart() -> None:
    """A chunk's size has a decimal; small ones stay in kilobytes."""
    assert wording.fine_size_text(11_300_000) == "11.3\N{NO-BREAK SPACE}MB"
    assert wording.fine_size_text(900).endswith("B")


@pytest.mark.parametrize("reason", ["owner", "space", "interrupted", "recorder", "shutdown"])
def test_every_end_has_a_reason_in_words(reason: str) -> None:
    """No end reason shows as its code."""
    assert wording.end_reason_text(reason) != reason
