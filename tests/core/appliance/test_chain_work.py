"""Tests of core.appliance.chain_work: a node that is away now and then, or for good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import cast

import pytest

from core.appliance.chain_work import LONGEST_AWAY, until_done
from core.chain.network.node import NetworkNode
from core.errors import ChainUnreachable
from core.runtime.clock import Clock

NODE = cast("NetworkNode", None)


class _Asking:
    async def run(self, work: Callable[[NetworkNode], bool]) -> bool:
        return work(NODE)


class _Clock:
    def __init__(self) -> None:
        self.slept = 0

    async def sleep(self, _seconds: float) -> None:
        self.slept += 1


class _Work:
    """Each turn is "away", "wait", "again" (at once), "settled" or "done"."""

    def __init__(self, turns: Iterable[str]) -> None:
        self._turns = iter(turns)
        self._settled = 0
        self.is_waiting = False

    def advance(self) -> bool:
        turn = next(self._turns)
        self.is_waiting = turn == "wait"
        if turn == "away":
            raise ChainUnreachable(reason="away")
        self._settled += turn == "settled"
        return turn == "done"

    def done(self) -> int:
        return self._settled


def _work(*turns: str) -> tuple[list[int], int]:
    told: list[int] = []
    clock = _Clock()
    asyncio.run(until_done(_Asking(), _Work(turns), cast("Clock", clock), told.append))
    return told, clock.slept


def test_outages_are_waited_out() -> None:
    """Each look at an absent node is followed by a pause, and so is waiting for a block; nothing else is."""
    assert _work("again", "away", "away", "wait", "settled", "again", "done") == (
        [0, 0, 0, 0, 1, 1, 1],
        3,
    )


def test_the_patience_begins_anew_with_what_gets_settled() -> None:
    """Many outages are no matter when there is something settled in between."""
    away = ["away"] * LONGEST_AWAY
    told, slept = _work(*away, "settled", *away, "settled", "done")
    assert (told[-1], slept) == (2, 2 * LONGEST_AWAY)


def test_a_node_that_answers_all_but_what_matters_is_away() -> None:
    """Looks that succeed in between do not keep it going for ever."""
    turns = ["wait", "away"] * (LONGEST_AWAY + 1)
    with pytest.raises(ChainUnreachable):
        _work(*turns)
    told, _ = _work(*turns[:-2], "done")
    assert told[-1] == 0
