"""A pod as the engine sees it, with pods that are scripts: coming up, ending, and saying what nobody understands."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable

import pytest

from core.errors import RemoteHostFailed
from core.remote.pod_process import PodProcess, Program, _take_front
from tests.engine_thread import on_engine_thread

Ended = list[tuple[str, str]]
READY = (
    """print('{"started": "xorg", "pid": 7}', flush=True); print('{"ready": true}', flush=True);"""
)
STAY = "import time; time.sleep(60)"


def pod(
    script: str,
    scene: Callable[[PodProcess, Ended], Awaitable[None]],
    patience_s: float = 30,
) -> None:
    """Run a script in a pod's place, and close it whatever happens."""

    async def run() -> None:
        ended: Ended = []
        process = PodProcess(lambda *each: ended.append(each), patience_s=patience_s)
        command = [sys.executable, "-I", "-S", "-c", script]
        try:
            await process.start(command, [Program("xorg", ["x"], {})], "/logs", [])
            await scene(process, ended)
        finally:
            await process.close()

    on_engine_thread(run)


async def nothing(_: PodProcess, __: Ended) -> None:
    """Do nothing further."""


async def first(ended: Ended) -> tuple[str, str]:
    """Wait for the first end."""
    async with asyncio.timeout(10):
        while not ended:  # noqa: ASYNC110 - a list cannot be waited for
            await asyncio.sleep(0.005)
    return ended[0]


def test_a_pod_gets_its_plan_and_comes_up() -> None:
    """The plan is in the descriptor that is its last argument; what it says of its programs is kept."""
    check = (
        "import os, sys, json; plan = json.load(os.fdopen(int(sys.argv[1])));"
        "assert plan['logs'] == '/logs' and plan['programs'][0]['name'] == 'xorg';"
    )

    async def scene(process: PodProcess, _: Ended) -> None:
        assert process.pids == {"xorg": 7}

    pod(check + READY + STAY, scene)


def test_a_program_that_does_not_come_up() -> None:
    """Its last words are the reason, and nothing of the pod is left."""
    say = """print('{"ended": "xorg", "status": 1, "log": "no screens"}', flush=True);"""
    with pytest.raises(RemoteHostFailed) as failed:
        pod(say + STAY, nothing)
    assert failed.value.facts == {"program": "xorg", "reason": "status 1: no screens"}


def test_a_pod_that_ends_before_it_is_up() -> None:
    """What it wrote to its standard error is the reason."""
    with pytest.raises(RemoteHostFailed) as failed:
        pod("import sys; sys.exit('no namespaces')", nothing)
    assert failed.value.facts == {"program": "pod", "reason": "no namespaces"}


@pytest.mark.parametrize(
    "said", ["not JSON", "[5", "5", '{"ended": "xorg"}', '{"started": "xorg"}', '{"started": 1']
)
def test_a_pod_that_cannot_be_understood_has_as_good_as_ended(said: str) -> None:
    """It is no pod of ours: nobody waits for it."""
    with pytest.raises(RemoteHostFailed) as failed:
        pod(f"print({said!r}, flush=True); {STAY}", nothing)
    assert failed.value.facts["program"] == "pod"


def test_a_line_without_an_end_is_not_kept() -> None:
    """A pod that writes and writes is not read for ever."""
    with pytest.raises(RemoteHostFailed):
        pod("import sys; [sys.stdout.write('x' * 65536) for _ in range(100)];" + STAY, nothing)


def test_a_pod_that_never_comes_up() -> None:
    """It is waited for only so long."""
    with pytest.raises(RemoteHostFailed) as failed:
        pod(STAY, nothing, patience_s=0.2)
    assert failed.value.facts["reason"] == "it did not come up"


def test_a_program_that_ends_later_is_told_of() -> None:
    """By its name and with its last words; so is the pod itself."""
    end = """print('{"ended": "gate", "status": -9, "log": ""}', flush=True)"""

    async def scene(_: PodProcess, ended: Ended) -> None:
        assert await first(ended) == ("gate", "status -9: ")
        async with asyncio.timeout(10):
            while len(ended) < 2:  # noqa: ASYNC110 - a list cannot be waited for
                await asyncio.sleep(0.005)
        assert ended[1][0] == "pod"

    pod(READY + end, scene)


def test_a_start_that_is_cancelled_leaves_no_pod() -> None:
    """The child is gone when the cancelled start returns."""

    async def run() -> None:
        process = PodProcess(lambda *_: None)
        command = [sys.executable, "-I", "-S", "-c", STAY]
        starting = asyncio.ensure_future(process.start(command, [], "/logs", []))
        await asyncio.sleep(0.05)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        assert process._child is None

    on_engine_thread(run)


@pytest.mark.parametrize("sent", [b"", b"."])
def test_a_pod_that_hands_out_no_front_is_refused(sent: bytes) -> None:
    """Neither silence nor a message without a descriptor is one."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.send(sent)
        with pytest.raises(RemoteHostFailed) as refused:
            _take_front(ours)
    assert refused.value.facts["reason"] == "it hands out no front"
