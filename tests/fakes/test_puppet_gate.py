"""The talking gate does what a real one does on its line, and no more."""

from __future__ import annotations

import asyncio
import json
import socket

from tests.fakes.puppet_gate import PuppetGate

STATE = {"sequence": 1, "granted": {"view": None, "keyboard": 5}}


def say(gate: PuppetGate, word: dict[str, object]) -> None:
    """Say a word as an engine does."""
    gate.engine_end.sendall(json.dumps(word).encode() + b"\n")


def heard(gate: PuppetGate) -> list[dict[str, object]]:
    """Read what it has told."""
    gate.engine_end.settimeout(0)
    try:
        return [json.loads(line) for line in gate.engine_end.recv(1 << 16).splitlines()]
    except BlockingIOError:
        return []


def test_it_grants_to_a_peer_that_was_admitted() -> None:
    """It answers each state; what is granted counts once a peer's attempt was called right, and not for the next."""

    async def run() -> None:
        gate = PuppetGate()
        say(gate, {"state": STATE})
        await gate.until(lambda: bool(gate.states))
        assert heard(gate) == [{"happened": "did", "sequence": 1, "granted": ""}]
        gate.tell("code", attempt=7, code="x")
        say(gate, {"admitted": 6})
        await gate.until(lambda: bool(gate.words))
        assert gate.granted() == set()
        say(gate, {"admitted": 7})
        await gate.until(lambda: gate.granted() == {"view", "keyboard"})
        gate.tell("left")
        assert gate.granted() == set()
        gate.engine_end.close()
        await gate.until(lambda: gate.is_over)

    asyncio.run(run())


def test_it_can_be_silent_and_lie() -> None:
    """While it is silent it answers nothing; what waited is answered when it speaks, with whatever it claims."""

    async def run() -> None:
        gate = PuppetGate()
        gate.is_silent, gate.claims = True, "printing"
        say(gate, {"state": STATE})
        await gate.until(lambda: bool(gate.states))
        assert heard(gate) == []
        gate.speak()
        assert heard(gate)[0]["granted"] == "printing"
        gate.close()
        gate.close()
        assert isinstance(gate.engine_end, socket.socket)
        assert gate.engine_end.recv(1) == b""
        gate.engine_end.close()

    asyncio.run(run())
