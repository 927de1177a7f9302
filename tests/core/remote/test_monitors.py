"""Gate and channels as one: nothing is in effect before both have done it, and either one's end is the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from core.api.permissions import Capability
from core.errors import RemoteHostFailed
from core.remote.gate_link import Facts, GateState
from core.remote.monitors import Monitors
from tests.fakes.clocks import ManualClock, settle
from tests.fakes.puppet_gate import PuppetGate

STATE = GateState(granted={Capability.VIEW: None, Capability.CLIPBOARD_IN: None}, is_admitted=True)


class Pair:
    """Both lines with a talking puppet behind each."""

    def __init__(self) -> None:
        self.gate, self.channels = PuppetGate(), PuppetGate()
        self.heard: list[tuple[str, Facts]] = []
        self.lost: list[str] = []
        self.monitors = Monitors(
            self.gate.engine_end,
            self.channels.engine_end,
            ManualClock(),
            heard=lambda happened, facts: self.heard.append((happened, facts)),
            lost=self.lost.append,
        )

    async def close(self) -> None:
        """Close everything."""
        await self.monitors.close()
        self.gate.close()
        self.channels.close()


def play(scene: Callable[[Pair], Awaitable[None]]) -> Pair:
    """Play a scene."""

    async def run() -> Pair:
        pair = Pair()
        try:
            await scene(pair)
        finally:
            await pair.close()
        await settle()
        return pair

    return asyncio.run(run())


@pytest.mark.parametrize("slow", ["gate", "channels"])
def test_nothing_is_in_effect_before_both_have_done_it(slow: str) -> None:
    """A revoke waits for the slower of the two, and both are told the same."""

    async def scene(pair: Pair) -> None:
        puppet: PuppetGate = getattr(pair, slow)
        puppet.is_silent = True
        telling = asyncio.ensure_future(pair.monitors.tell(STATE))
        await pair.gate.until(lambda: bool(pair.gate.states and pair.channels.states))
        await settle()
        assert not telling.done()
        puppet.speak()
        await telling
        assert pair.gate.state["granted"] == pair.channels.state["granted"]

    play(scene)


@pytest.mark.parametrize("dead", ["gate", "channels"])
def test_the_end_of_either_is_told_by_its_name(dead: str) -> None:
    """What waits for it fails, and the session is told which of the two is gone."""

    async def scene(pair: Pair) -> None:
        puppet: PuppetGate = getattr(pair, dead)
        puppet.is_silent = True
        telling = asyncio.ensure_future(pair.monitors.tell(STATE))
        await puppet.until(lambda: bool(puppet.states))
        puppet.close()
        with pytest.raises(RemoteHostFailed) as failed:
            await telling
        assert failed.value.facts["program"] == dead

    assert play(scene).lost == [dead]


def test_what_either_lets_pass_is_given() -> None:
    """The engine compares what both allow, and so sees one that allows too much."""

    async def scene(pair: Pair) -> None:
        pair.gate.claims, pair.channels.claims = "view", "files_in"
        assert await pair.monitors.tell(STATE) == {"granted": "files_in,view"}

    play(scene)


def test_visits_are_numbered_by_what_the_gate_tells() -> None:
    """Each knock is another visit, and nobody's is 0; both are told, and the door is free when both know."""

    async def scene(pair: Pair) -> None:
        monitors, visits = pair.monitors, []
        assert monitors.is_vacant
        for happened in ("knocked", "left", "knocked"):
            pair.gate.tell(happened)
            await pair.gate.until(lambda: bool(pair.heard))
            assert not monitors.is_vacant
            assert pair.heard.pop()[0] == happened
            await monitors.tell(STATE)
            visits.append((pair.gate.state["visit"], pair.channels.state["visit"]))
            assert monitors.is_vacant == (happened == "left")
        assert visits == [(1, 1), (0, 0), (2, 2)]

    play(scene)


def test_the_door_is_not_free_for_who_knocked_while_the_two_were_told() -> None:
    """What they have done is about the time before: the next word makes it so."""

    async def scene(pair: Pair) -> None:
        pair.channels.is_silent = True
        telling = asyncio.ensure_future(pair.monitors.tell(STATE))
        await pair.channels.until(lambda: bool(pair.channels.states))
        pair.gate.tell("knocked")
        await pair.gate.until(lambda: bool(pair.heard))
        pair.channels.speak()
        await telling
        assert not pair.monitors.is_vacant

    play(scene)


@pytest.mark.parametrize("happened", ["knocked", "code", "left", "key", "met", "hidden", "focus"])
def test_the_channels_tell_only_what_is_theirs(happened: str) -> None:
    """Whoever has taken the channels over cannot speak for the gate."""

    async def scene(pair: Pair) -> None:
        pair.channels.tell(happened, attempt=1, code="x")
        await pair.channels.until(lambda: bool(pair.lost))

    pair = play(scene)
    assert pair.lost == ["channels"]
    assert pair.heard == []


def test_what_the_channels_see_is_heard_with_the_rest() -> None:
    """Attempts, what passed and what was refused; words go to both."""

    async def scene(pair: Pair) -> None:
        for happened in ("attempt", "activity", "clipboard", "file", "refused", "gone"):
            pair.channels.tell(happened)
        await pair.channels.until(lambda: len(pair.heard) == 6)
        pair.monitors.say(drop=True)
        await pair.gate.until(lambda: bool(pair.gate.words and pair.channels.words))

    pair = play(scene)
    assert pair.lost == []
    assert {facts["program"] for _, facts in pair.heard} == {"channels"}
