"""Tests of core.onion.health: the end of a version's support."""

from __future__ import annotations

import asyncio

import pytest

from core.errors import Failure
from core.onion.health import Health
from core.onion.progress import Progress
from tests.fakes.clocks import ManualClock

DAY_S = 86_400


class PlayedTor:
    """What tor answers to GETINFO."""

    def __init__(self, version: str, word: str) -> None:
        self.values = {
            "version": version,
            "status/version/current": word,
            "status/bootstrap-phase": 'NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY="Done"',
            "status/circuit-established": "1",
            "network-liveness": "up",
            "traffic/read": "1",
        }

    async def read(self, name: str) -> str:
        """Answer, with nothing where nothing is known."""
        return self.values.get(name, "")


@pytest.mark.parametrize(
    ("version", "word", "days_before", "told"),
    [
        ("0.4.8.16", "recommended", 63, []),
        ("0.4.8.16", "recommended", 59, ["2026-05-16"] * 3),
        ("0.4.8.16", "obsolete", 100, ["2026-02-05"] * 3),  # the network's word comes first
        ("0.4.9.11 (git-0123456789abcdef)", "recommended", 0, []),
        ("0.4.9.11", "unrecommended", 0, []),
        ("0.4.9.11", "recommended", -900, []),  # no day is known: only the network's word counts
        ("0.4.9.11", "obsolete", 0, ["2026-05-16"] * 3),
    ],
)
def test_an_ending_version_is_told_once_a_day(
    version: str, word: str, days_before: int, told: list[str]
) -> None:
    """From sixty days before its end, or once the network calls it obsolete, a version is told of each day."""
    clock = ManualClock()
    clock.utc_ns = (1_778_889_600 - days_before * DAY_S) * 1_000_000_000  # before 2026-05-16
    reports: list[Failure] = []
    health = Health(clock, reports.append)
    progress = Progress()
    tor = PlayedTor(version, word)

    async def script() -> None:
        await health.begin(tor, progress)  # type: ignore[arg-type]
        for _ in range(48):
            await clock.advance(DAY_S / 24)
            await health.look(tor, progress)  # type: ignore[arg-type]

    asyncio.run(script())
    assert [failure.facts["day"] for failure in reports] == told
    assert health.version == version.partition(" ")[0]
    assert progress.is_ready
