"""Unusual behaviour is told once, with what the policy says about it."""

from __future__ import annotations

import pytest

from core.permissions.anomalies import (
    DEFAULT_RESPONSES,
    Anomaly,
    AnomalyKind,
    AnomalyResponse,
    AnomalyWatch,
    Counters,
)
from core.runtime.clock import Instant

SECOND = 1_000_000_000


def watch(*reports: Counters, every_s: float = 1.0) -> list[tuple[AnomalyKind, ...]]:
    """Report so many times, evenly, and list what was told each time."""
    watching = AnomalyWatch()
    moments = (round(number * every_s * SECOND) for number in range(1, len(reports) + 1))
    return [
        tuple(each.kind for each in watching.report(counters, Instant(moment, 0)))
        for moment, counters in zip(moments, reports, strict=True)
    ]


BURST, DENIALS = (AnomalyKind.INPUT_BURST,), (AnomalyKind.REPEATED_DENIALS,)


def test_a_burst_of_keys_is_told_once() -> None:
    """More than 60 a second for three seconds is told, and again only after it was over."""
    fast, slow = Counters(keys=61), Counters(keys=60)
    told = watch(fast, fast, slow, fast, fast, fast, fast, slow, fast, fast, fast)
    assert told == [(), (), (), (), (), BURST, (), (), (), (), BURST]


def test_late_reports_do_not_make_a_burst() -> None:
    """Keys are counted by the time that has passed, not by the report."""
    assert watch(*[Counters(keys=50)] + [Counters(keys=110)] * 5, every_s=2) == [()] * 6
    assert watch(*[Counters(keys=50)] + [Counters(keys=31)] * 6, every_s=0.5)[-1] == BURST


def test_repeated_denials() -> None:
    """Five within a minute are told, however they are spread; five within more are not."""
    one, none = Counters(denials=1), Counters()
    assert watch(Counters(denials=5)) == [DENIALS]
    assert watch(*([one] + [none] * 13) * 4, one)[-1] == DENIALS
    assert all(told == () for told in watch(*([one] + [none] * 14) * 20))


def test_a_clipboard_flood() -> None:
    """Eleven offers within ten seconds are told, ten are not."""
    told = watch(*[Counters(clipboard_offers=1)] * 30)
    assert told == [()] * 30
    told = watch(*[Counters(clipboard_offers=1)] * 9, Counters(clipboard_offers=2))
    assert told[-1] == (AnomalyKind.CLIPBOARD_FLOOD,)


def test_a_connection_flood() -> None:
    """Twenty connections within a minute are told."""
    assert watch(*[Counters(connections=1)] * 20)[-1] == (AnomalyKind.CONNECTION_FLOOD,)


@pytest.mark.parametrize("kind", AnomalyKind)
def test_the_policy_says_what_is_done(kind: AnomalyKind) -> None:
    """Each kind comes with the policy's response; what it does not name ends the session."""
    everything = Counters(keys=999, clipboard_offers=99, denials=99, connections=99)
    for responses, expected in (
        (DEFAULT_RESPONSES, DEFAULT_RESPONSES[kind]),
        ({}, AnomalyResponse.END),
    ):
        watching = AnomalyWatch(responses)
        told = [
            each
            for second in range(3)
            for each in watching.report(everything, Instant(second * SECOND, 0))
        ]
        assert told.count(Anomaly(kind, expected)) == 1
        assert len(told) == len(AnomalyKind)
