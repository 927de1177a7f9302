"""A machine that has slept: what was granted before holds no longer, whatever the monotonic clock says."""

from __future__ import annotations

import pytest

from core.remote.gate import display
from core.remote.lines import link
from tests.fakes.gate_bench import DARK, SIZE, WHITE, GateBench
from tests.fakes.gate_sides import wait_until


def test_nothing_from_before_holds(bench: GateBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lease and grants are void, keys go nowhere and the picture is dark, until the engine says again how it stands."""
    bench.engine.tell("view", "keyboard")
    client = bench.peer()
    bench.display.paint((0, 0, *SIZE), WHITE)
    before = link.asleep_ns()
    monkeypatch.setattr(link, "asleep_ns", lambda: before + 3600 * 10**9)
    client.type("x")
    client.sync()
    assert [each for each in bench.display.events() if each.kind <= display.LAST_BUTTON] == []
    wait_until(lambda: set(bench.engine.recorded()) == set(DARK))
    assert bench.engine.tell("view", "keyboard")["granted"] == "keyboard,view"


def test_two_clocks_that_are_read_apart_are_no_sleep(bench: GateBench) -> None:
    """The difference of both clocks is steady on a machine that is awake."""
    assert abs(link.asleep_ns() - link.asleep_ns()) < link.NAP_NS
