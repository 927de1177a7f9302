"""Tests of core.chain.embedded."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from core.chain.client import Web3AnchorChain
from core.chain.embedded import EmbeddedChain, NodePlaces
from core.chain.node.exits import ExitStatus
from core.chain.node.genesis import FILE_NAME
from core.errors import ChainUnreachable, StoreCorrupt
from core.runtime.clock import SystemClock
from tests.core.chain.node_process import PATIENCE_S

ACCOUNT = bytes([5]) * 20


def _places(root: Path) -> NodePlaces:
    return NodePlaces(root / "chain", root / "run" / "chain.sock", (ACCOUNT,))


def _program(source: str) -> tuple[str, ...]:
    return (sys.executable, "-c", source)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - it is another process that changes it
            await asyncio.sleep(0.01)


def _with_chain(chain: EmbeddedChain, script: Callable[[EmbeddedChain], Awaitable[None]]) -> None:
    async def run() -> None:
        await chain.start()
        try:
            await script(chain)
        finally:
            await chain.stop()
        assert chain.pid is None
        assert not chain.is_answering

    asyncio.run(run())


def test_it_answers_when_it_has_started(tmp_path: Path) -> None:
    """After start the node is there to be asked; after stop nothing of it is left."""
    heard: list[bool] = []
    chain = EmbeddedChain(
        _places(tmp_path), SystemClock(), changed=lambda: heard.append(chain.is_answering)
    )

    async def script(_: EmbeddedChain) -> None:
        client = Web3AnchorChain(chain.endpoint)
        head = await asyncio.to_thread(client.status)
        assert head.number == 0
        client.close()

    _with_chain(chain, script)
    assert heard == [True, False]
    assert not Path(chain.endpoint).exists()
    assert f"0x{ACCOUNT.hex()}" in (tmp_path / "chain" / FILE_NAME).read_text()


def test_a_node_that_dies_is_started_again(tmp_path: Path) -> None:
    """After kill -9 the node is back by itself, and the same client gets answers again."""
    chain = EmbeddedChain(_places(tmp_path), SystemClock())

    async def script(_: EmbeddedChain) -> None:
        client = Web3AnchorChain(chain.endpoint)
        before = await asyncio.to_thread(client.status)
        first = chain.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await _until(lambda: not chain.is_answering)
        assert isinstance(chain.failure, ChainUnreachable)
        await _until(lambda: chain.is_answering)
        assert chain.pid != first
        assert chain.failure is None
        assert await asyncio.to_thread(client.status) == before
        client.close()

    _with_chain(chain, script)


def test_a_damaged_store_is_not_started_again(tmp_path: Path) -> None:
    """A store that is damaged is told as such, once, with the reason."""
    places = _places(tmp_path)
    places.directory.mkdir()
    (places.directory / FILE_NAME).write_text("{")

    async def run() -> None:
        chain = EmbeddedChain(places, SystemClock())
        with pytest.raises(StoreCorrupt) as refusal:
            await chain.start()
        assert FILE_NAME in str(refusal.value.facts["reason"])
        assert chain.pid is None
        await chain.stop()

    asyncio.run(run())


def test_a_node_that_is_not_well_is_told_with_its_last_words(tmp_path: Path) -> None:
    """A program that ends before it answers is unreachable, for the reason that it wrote."""
    source = "import sys; print('chain node: no luck today', file=sys.stderr); sys.exit(1)"

    async def run() -> None:
        chain = EmbeddedChain(_places(tmp_path), SystemClock(), command=_program(source))
        with pytest.raises(ChainUnreachable) as refusal:
            await chain.start()
        assert refusal.value.facts["reason"] == "no luck today"
        assert chain.log_tail[-1] == "chain node: no luck today" or len(chain.log_tail) > 1

    asyncio.run(run())


def test_a_node_that_never_answers_is_given_up(tmp_path: Path) -> None:
    """Past the deadline the child is ended, even one that is deaf to SIGTERM."""
    source = (
        "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('here', file=sys.stderr); signal.pause()"
    )

    async def run() -> None:
        chain = EmbeddedChain(
            _places(tmp_path), SystemClock(), command=_program(source), deadline_s=1.0, stop_s=0.5
        )
        with pytest.raises(ChainUnreachable) as refusal:
            await chain.start()
        assert "no answer within 1 s" in str(refusal.value.facts["reason"])
        assert chain.pid is None

    asyncio.run(run())


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A missing program is a reason, not a crash."""

    async def run() -> None:
        chain = EmbeddedChain(_places(tmp_path), SystemClock(), command=(str(tmp_path / "none"),))
        with pytest.raises(ChainUnreachable):
            await chain.start()

    asyncio.run(run())


def test_stopping_while_it_waits_to_start_again_is_quick(tmp_path: Path) -> None:
    """Stop ends the back-off too; nothing is started afterwards."""
    chain = EmbeddedChain(_places(tmp_path), SystemClock())

    async def script(_: EmbeddedChain) -> None:
        assert chain.pid is not None
        os.kill(chain.pid, signal.SIGKILL)
        await _until(lambda: chain.failure is not None)

    _with_chain(chain, script)


def test_the_exit_status_of_a_child_that_dies_under_a_signal_is_its_own(tmp_path: Path) -> None:
    """Ending a child at the moment it ends by itself tells the status that it gave, every time."""
    source = f"import sys; sys.exit({int(ExitStatus.DAMAGED)})"

    async def run() -> None:
        chain = EmbeddedChain(_places(tmp_path), SystemClock(), command=_program(source))
        for _ in range(20):
            with pytest.raises(StoreCorrupt):
                await chain.start()

    asyncio.run(run())
