"""The fake engine keeps the promises of an EnginePort."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import pytest

from core.api.commands import CancelRequest, ListSessions, LockVault, ReadChain
from core.api.events import (
    ChainChanged,
    EngineChanged,
    Event,
    RequestCancelled,
    RequestFailed,
    RequestFinished,
    SpaceChanged,
)
from core.api.snapshots import EnginePhase
from tests.fakes.engine_port import PENDING, THREAD_NAME, FakeEnginePort, failure


@pytest.fixture
def port() -> Iterator[FakeEnginePort]:
    """Give a fake, and see that it ends."""
    made = FakeEnginePort(answers={ReadChain: PENDING, LockVault: failure("vault_locked")})
    yield made
    made.stop()
    assert made.wait_stopped(5.0)
    assert made.has_stopped_cleanly


def listen(port: FakeEnginePort) -> queue.SimpleQueue[tuple[str, Event]]:
    """Collect events with the name of the thread they came on."""
    heard: queue.SimpleQueue[tuple[str, Event]] = queue.SimpleQueue()
    port.subscribe(lambda event: heard.put((threading.current_thread().name, event)))
    return heard


def test_it_greets_a_listener_with_the_snapshots_on_its_own_thread(port: FakeEnginePort) -> None:
    """A listener first hears how things stand, never on its own thread."""
    heard = listen(port)
    told = [heard.get(timeout=5) for _ in range(3)]
    assert {name for name, _event in told} == {THREAD_NAME}
    assert [type(event) for _name, event in told] == [EngineChanged, SpaceChanged, ChainChanged]


def test_each_command_ends_exactly_once(port: FakeEnginePort) -> None:
    """A command without a script finishes with None, a scripted failure fails it."""
    heard = listen(port)
    for _ in range(3):
        heard.get(timeout=5)
    first, second = port.submit(ListSessions()), port.submit(LockVault())
    assert heard.get(timeout=5)[1] == RequestFinished(first, None)
    event = heard.get(timeout=5)[1]
    assert isinstance(event, RequestFailed)
    assert event.request_id == second
    assert port.sent(ListSessions) == [ListSessions()]


def test_a_pending_command_waits_for_its_script_or_its_cancellation(port: FakeEnginePort) -> None:
    """PENDING leaves a command open until it is finished or cancelled."""
    heard = listen(port)
    for _ in range(3):
        heard.get(timeout=5)
    first = port.submit(ReadChain())
    port.finish(ReadChain, "done")
    assert heard.get(timeout=5)[1] == RequestFinished(first, "done")
    second = port.submit(ReadChain())
    third = port.submit(CancelRequest(second))
    assert heard.get(timeout=5)[1] == RequestCancelled(second)
    assert heard.get(timeout=5)[1] == RequestFinished(third, None)


def test_a_change_of_phase_is_told(port: FakeEnginePort) -> None:
    """The phase changes for listeners and for those who come later."""
    heard = listen(port)
    for _ in range(3):
        heard.get(timeout=5)
    port.change_phase(EnginePhase.LOCKED, has_key_store=True)
    event = heard.get(timeout=5)[1]
    assert isinstance(event, EngineChanged)
    assert (event.engine.phase, event.engine.has_key_store) == (EnginePhase.LOCKED, True)
