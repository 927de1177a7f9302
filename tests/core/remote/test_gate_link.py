"""The engine's end of the line to a gate: leases, answers, and a gate that is none."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.api.permissions import Capability, Zone
from core.errors import RemoteHostFailed
from core.remote import gate_link
from core.remote.gate_link import LEASE_NS, Facts, GateLink, GateState
from core.remote.lines.link import read_word
from tests.fakes.clocks import ManualClock, settle
from tests.fakes.puppet_gate import PuppetGate

OPEN = Path("/proc/self/fd")
STATE = GateState(
    granted={Capability.VIEW: None, Capability.KEYBOARD: 5},
    is_shielded=False,
    hidden=(Zone(1, 2, 3, 4),),
    is_open=True,
    notice="Type the code.",
)


class Line:
    """A link with a talking gate behind it."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.gate = PuppetGate()
        self.heard: list[tuple[str, Facts]] = []
        self.lost = 0
        self.link = GateLink(self.gate.engine_end, self.clock, self._hear, self._lose)

    def _hear(self, happened: str, facts: Facts) -> None:
        self.heard.append((happened, facts))

    def _lose(self) -> None:
        self.lost += 1

    async def come_up(self) -> None:
        """Let the gate be ready, with descriptors that are then closed."""
        with descriptors() as given:
            self.gate.send(b'{"happened": "ready"}\n', *given)
        for each in await self.link.wait_ready():
            assert not os.get_inheritable(each)
            os.close(each)

    async def close(self) -> None:
        """Close both ends."""
        await self.link.close()
        self.gate.close()


@contextmanager
def descriptors(count: int = 2) -> Iterator[list[int]]:
    """Give descriptors of nothing."""
    given = [os.open(os.devnull, os.O_RDONLY) for _ in range(count)]
    yield given
    for each in given:
        os.close(each)


def play(scene: Callable[[Line], Awaitable[None]]) -> Line:
    """Play a scene on a line."""

    async def run() -> Line:
        line = Line()
        try:
            await scene(line)
        finally:
            await line.close()
        await settle()
        return line

    return asyncio.run(run())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a gate only a moment."""
    monkeypatch.setattr(gate_link, "_PATIENCE_S", 0.05)


def test_what_is_told_is_done_when_it_returns() -> None:
    """The gate can read the state, has it with a lease on the engine's clock, and says what it grants."""

    async def scene(line: Line) -> None:
        done = await line.link.tell(STATE)
        assert done["granted"] == ""
        told = line.gate.state
        assert told["lease_ns"] == line.clock.mono_ns + LEASE_NS
        read = read_word(json.dumps({"state": told}).encode())["state"]
        assert read.hidden == ((1, 2, 3, 4),)
        assert line.link.state is STATE

    play(scene)


def test_a_lease_is_renewed_with_what_was_told_last() -> None:
    """A second after a second, as long as the gate answers."""

    async def scene(line: Line) -> None:
        await line.come_up()
        await line.gate.until(lambda: len(line.gate.states) == 1)
        assert line.gate.state["is_shielded"]
        await line.link.tell(STATE)
        for renewed in (3, 4):
            await line.gate.until(lambda: bool(line.clock._sleepers))
            await line.clock.advance(1)
            await line.gate.until(lambda renewed=renewed: len(line.gate.states) == renewed)
            assert line.gate.state["granted"] == {"view": None, "keyboard": 5}
            assert line.gate.state["lease_ns"] == line.clock.mono_ns + LEASE_NS

    play(scene)


def test_a_gate_that_does_not_answer_is_given_up(impatient: None) -> None:
    """Whoever waits hears that it is gone, the line is closed, and so the gate denies everything."""

    async def scene(line: Line) -> None:
        line.gate.is_silent = True
        with pytest.raises(RemoteHostFailed):
            await line.link.tell(STATE)
        await line.gate.until(lambda: line.gate.is_over)
        with pytest.raises(RemoteHostFailed):
            await line.link.tell(STATE)
        line.link.say(drop=True)

    assert play(scene).lost == 1


def test_a_gate_that_dies_is_lost_once() -> None:
    """Everything that waits for it fails at once, not after a deadline."""

    async def scene(line: Line) -> None:
        line.gate.is_silent = True
        waiting = [asyncio.ensure_future(line.link.tell(STATE)) for _ in range(3)]
        await line.gate.until(lambda: len(line.gate.states) == 3)
        line.gate.close()
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(each) for each in ended] == [RemoteHostFailed] * 3

    assert play(scene).lost == 1


def test_closing_the_line_ends_every_wait() -> None:
    """Nobody waits for a gate to which the line was closed, and nothing was lost then."""

    async def scene(line: Line) -> None:
        line.gate.is_silent = True
        waiting = asyncio.ensure_future(line.link.tell(STATE))
        await line.gate.until(lambda: bool(line.gate.states))
        await line.link.close()
        with pytest.raises(RemoteHostFailed):
            await waiting

    assert play(scene).lost == 0


@pytest.mark.parametrize(
    "said",
    [
        b"not JSON\n",
        b"[]\n",
        b'"text"\n',
        b"{}\n",
        b'{"happened": "did", "sequence": "x"}\n',
        b'{"happened": "did", "sequence": null}\n',
        b'{"happened": "did", "sequence": 1e999}\n',
        b"[" * 5000 + b"\n",
        b"\xff\n",
        b"x" * (3 << 20),
    ],
)
def test_whoever_speaks_otherwise_is_no_gate(said: bytes) -> None:
    """What a gate would never say ends the line; nothing behind it is listened to."""

    async def scene(line: Line) -> None:
        for at in range(0, len(said), 1 << 16):
            if not line.lost:
                line.gate.send(said[at : at + (1 << 16)])
                await settle()
        if not line.lost:
            line.gate.send(b'{"happened": "knocked"}\n')
        await line.gate.until(lambda: line.lost == 1)

    assert play(scene).heard == []


def test_what_happens_is_heard_in_order() -> None:
    """However the lines are cut; an answer that nobody waits for is let pass."""

    async def scene(line: Line) -> None:
        line.gate.send(b'{"happened": "knocked"}\n{"happened": "d')
        await settle()
        line.gate.send(b'id", "sequence": 99}\n{"happened": "left", "why": "x"}\n')
        await line.gate.until(lambda: len(line.heard) == 2)

    assert play(scene).heard == [("knocked", {}), ("left", {"why": "x"})]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_gate_without_its_picture_does_not_come_up(count: int) -> None:
    """It gives a picture and what tells its changes, and nothing else; none of it stays open."""

    async def scene(line: Line) -> None:
        with descriptors(count) as given:
            line.gate.send(b'{"happened": "ready"}\n', *given)
        with pytest.raises(RemoteHostFailed):
            await line.link.wait_ready()

    before = len(list(OPEN.iterdir()))
    play(scene)
    assert len(list(OPEN.iterdir())) == before


def test_a_gate_that_does_not_come_up(impatient: None) -> None:
    """It is waited for only so long, and not at all when it has died."""

    async def scene(line: Line) -> None:
        with pytest.raises(RemoteHostFailed) as late:
            await line.link.wait_ready()
        assert late.value.facts["reason"] == "it did not come up"
        line.gate.close()
        await line.gate.until(lambda: line.lost == 1)
        with pytest.raises(RemoteHostFailed) as gone:
            await line.link.wait_ready()
        assert gone.value.facts["reason"] == "it is gone"

    play(scene)


def test_a_gate_that_reads_nothing_is_lost(impatient: None) -> None:
    """The engine never waits for room on the line."""

    async def scene(line: Line) -> None:
        asyncio.get_running_loop().remove_reader(line.gate._stream)
        line.link.say(notice="x" * (8 << 20))
        assert line.lost == 1

    play(scene)


def test_a_machine_that_has_slept_ends_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases and grants count on a clock that stood still: the line is given up instead of renewing them."""

    async def scene(line: Line) -> None:
        await line.link.tell(STATE)
        before = gate_link.asleep_ns()
        monkeypatch.setattr(gate_link, "asleep_ns", lambda: before + 10**9)
        with pytest.raises(RemoteHostFailed) as failed:
            await line.link.tell(STATE)
        assert "slept" in failed.value.facts["reason"]
        await line.gate.until(lambda: line.gate.is_over)

    assert play(scene).lost == 1
