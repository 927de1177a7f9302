"""The health of the appliance: named checks, each with a level and a sentence."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from core.api.network import Network, NetworkMode, TorPhase, TorStatus
from core.api.snapshots import ChainSnapshot, FailureSnapshot, SpaceLevel, SpaceSnapshot
from core.errors import DataDirectoryUnwritable, StoreCorrupt
from core.monitoring.health import Health, HealthWatch, Level, Vitals
from tests.fakes.clocks import ManualClock

NAMES = ["store", "space", "vault", "recorder", "chain", "tor", "clock"]
CLOCK_WRONG = FailureSnapshot("clock_wrong", {}, is_retryable=True, exit_code=3)


async def readable() -> None:
    """Read the store without trouble."""


async def broken() -> None:
    """Fail to read the store."""
    raise StoreCorrupt(reason="a secret path")


def unreadable() -> SpaceSnapshot:
    """Fail to read the space."""
    raise DataDirectoryUnwritable(path="a secret path", reason="odd")


def vitals(**changes: Any) -> Vitals:  # noqa: ANN401 - any field
    """Give the vitals of an appliance at which all is well."""
    fine = Vitals(
        clock=ManualClock(),
        probe_store=readable,
        space=lambda: SpaceSnapshot(50, 100, SpaceLevel.FINE),
        is_unlocked=lambda: True,
        is_recording=lambda: False,
        is_in_gap=lambda: False,
        chain=lambda: ChainSnapshot(is_reachable=True),
        network=lambda: by_tor(TorPhase.READY),
    )
    return replace(fine, **changes)


def by_tor(phase: TorPhase, failure: FailureSnapshot | None = None) -> Network:
    """Give a network by Tor."""
    return Network(NetworkMode.TOR, tor=TorStatus(phase, failure=failure))


def look(found: Vitals) -> Health:
    """Do every check once."""
    return asyncio.run(HealthWatch(found).look())


def test_all_is_well() -> None:
    """Every check is there, in order, each with a sentence."""
    health = look(vitals())
    assert [check.name for check in health.checks] == NAMES
    assert health.level is Level.OK
    assert all(check.sentence.endswith(".") for check in health.checks)


@pytest.mark.parametrize(
    "name, changes, level",
    [
        ("store", {"probe_store": broken}, Level.FAIL),
        ("space", {"space": unreadable}, Level.FAIL),
        ("space", {"space": lambda: SpaceSnapshot(9, 100, SpaceLevel.LOW)}, Level.WARN),
        ("space", {"space": lambda: SpaceSnapshot(4, 100, SpaceLevel.REFUSING)}, Level.FAIL),
        ("space", {"space": lambda: SpaceSnapshot(2, 100, SpaceLevel.CLOSING)}, Level.FAIL),
        ("vault", {"is_unlocked": lambda: False}, Level.WARN),
        ("recorder", {"is_recording": lambda: True}, Level.OK),
        ("recorder", {"is_recording": lambda: True, "is_in_gap": lambda: True}, Level.WARN),
        ("chain", {"chain": lambda: None}, Level.OK),
        ("chain", {"chain": lambda: ChainSnapshot(is_reachable=False)}, Level.FAIL),
        (
            "chain",
            {"chain": lambda: ChainSnapshot(is_reachable=True, waiting_anchors=21)},
            Level.WARN,
        ),
        ("tor", {"network": Network}, Level.OK),
        ("tor", {"network": lambda: by_tor(TorPhase.CONNECTING)}, Level.WARN),
        ("tor", {"network": lambda: by_tor(TorPhase.STUCK)}, Level.FAIL),
        ("tor", {"network": lambda: by_tor(TorPhase.MISSING)}, Level.FAIL),
        ("clock", {"network": lambda: by_tor(TorPhase.STUCK, CLOCK_WRONG)}, Level.FAIL),
    ],
)
def test_what_is_wrong_is_named(name: str, changes: dict[str, Any], level: Level) -> None:
    """The check of that name has that level, and its sentence tells nothing of this machine."""
    check = next(each for each in look(vitals(**changes)).checks if each.name == name)
    assert check.level is level
    assert "secret" not in check.sentence


def test_the_whole_is_as_bad_as_its_worst() -> None:
    """A warning makes it a warning, a failure a failure."""
    locked = {"is_unlocked": lambda: False}
    assert look(vitals(**locked)).level is Level.WARN
    assert look(vitals(**locked, probe_store=broken)).level is Level.FAIL


def test_a_clock_that_jumped_is_noticed() -> None:
    """Sixty seconds are let pass, more are not; time that merely passes is none."""

    async def run() -> None:
        clock = ManualClock()
        watch = HealthWatch(vitals(clock=clock))
        await clock.advance(86_400)
        assert (await watch.look()).level is Level.OK
        clock.utc_ns -= 59_000_000_000
        assert (await watch.look()).level is Level.OK
        clock.utc_ns -= 2_000_000_000
        found = (await watch.look()).checks[-1]
        assert (found.level, found.sentence) == (
            Level.WARN,
            "The clock was moved by 61 s since the appliance started.",
        )

    asyncio.run(run())
