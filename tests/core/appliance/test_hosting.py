"""Hosted sessions as an appliance runs them, with a host without programs: one at a time, and one way to end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.api.commands import (
    CancelRequest,
    EndSession,
    ListSessions,
    LockVault,
    ReadSettings,
    StartSession,
    VerifySession,
)
from core.api.events import RequestCancelled, RequestFinished, SessionChanged
from core.api.hosting import (
    AuditKind,
    HostingChanged,
    HostSession,
    Invite,
    ReadHosting,
    ReadTrail,
)
from core.api.network import WorkOffline
from core.api.snapshots import SessionState
from core.appliance import assembly
from core.errors import RemoteHostFailed
from core.hosting.service import HostingParts
from tests.core.appliance.appliance_bench import appliance, create
from tests.fakes.front_end import FrontEnd, Refused
from tests.fakes.puppet_host import PuppetHost

RUNNING = (SessionState.OPENING, SessionState.RECORDING)


class Puppets:
    """Makes the hosts of an appliance, and remembers them."""

    def __init__(self) -> None:
        self.hosts: list[PuppetHost] = []
        self.failures: dict[str, BaseException] = {}
        self.holds_at = ""  # the step at which a host waits for ever
        self.is_held = threading.Event()

    def __call__(self, clock: Any, **options: Any) -> PuppetHost:  # noqa: ANN401
        """Make one, on the engine's loop."""
        host = PuppetHost(clock, **options)
        host.failures |= self.failures
        host.before = self._hold
        self.hosts.append(host)
        return host

    async def _hold(self, step: str) -> None:
        if step == self.holds_at:
            self.is_held.set()
            await asyncio.Event().wait()

    def are_closed(self) -> bool:
        """Tell whether none runs."""
        return all(each.closed for each in self.hosts)


@pytest.fixture
def puppets(monkeypatch: pytest.MonkeyPatch) -> Puppets:
    """Let the engine host on puppets."""
    made = Puppets()
    monkeypatch.setattr(assembly, "HostingParts", partial(HostingParts, make_host=made))
    return made


@pytest.fixture
def owner(data_directory: Path, puppets: Puppets) -> Iterator[FrontEnd]:
    """Run an engine with an open vault."""
    with appliance(data_directory, has_seat=True) as front_end:
        create(front_end)
        yield front_end
    assert puppets.are_closed()


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    """Name the failure."""
    return refused.value.failure.code


def test_a_hosted_session_is_opened_and_ended(owner: FrontEnd, puppets: Puppets) -> None:
    """It ends once however often it is asked to; its trail says so, and it verifies."""
    hosting = owner.do(HostSession())
    assert owner.do(ReadHosting()).session_id == hosting.session_id
    first = owner.engine.submit(EndSession(hosting.session_id))
    second = owner.engine.submit(EndSession(hosting.session_id))
    assert owner.end_of(first).end_reason == "owner"
    assert owner.end_of(second).end_reason == "owner"
    assert owner.do(EndSession(hosting.session_id)).end_reason == "owner"
    assert owner.do(ReadHosting()) is None
    told = [entry.kind for entry in owner.do(ReadTrail(hosting.session_id))]
    assert told == [AuditKind.OPENED, AuditKind.INVITED, AuditKind.ENDED]
    checks = owner.do(VerifySession(hosting.session_id)).checks
    assert {each.name: each.outcome.value for each in checks}["trail"] == "holds"
    assert len(puppets.hosts) == 1


def test_while_a_session_is_hosted_nothing_else_is_opened_or_locked(owner: FrontEnd) -> None:
    """Not another one, not a recording, and the vault stays open."""
    hosting = owner.do(HostSession())
    for command in (HostSession(), StartSession(), LockVault()):
        with pytest.raises(Refused) as refused:
            owner.do(command)
        assert code_of(refused) == "session_busy"
    owner.do(Invite(hosting.session_id))
    owner.do(EndSession(hosting.session_id))
    with pytest.raises(Refused) as refused:
        owner.do(Invite(hosting.session_id))
    assert code_of(refused) == "session_not_hosted"
    owner.do(LockVault())


def test_going_offline_waits_for_a_session_that_is_being_opened(
    owner: FrontEnd, puppets: Puppets
) -> None:
    """Whether it is reached by Tor is known once it is there; one on this machine only keeps nobody from it."""
    puppets.holds_at = "start"
    opening = owner.engine.submit(HostSession())
    assert puppets.is_held.wait(30)
    going = owner.engine.submit(WorkOffline())
    owner.do(ReadSettings())  # asked for later, and answered before
    assert not any(
        isinstance(event, RequestFinished) and event.request_id == going for event in owner.events
    )
    owner.do(CancelRequest(opening))
    assert owner.end_of(going).is_chosen
    puppets.holds_at = ""
    hosting = owner.do(HostSession())
    owner.do(WorkOffline())
    owner.do(EndSession(hosting.session_id))


def test_two_that_are_asked_for_at_once_are_one(owner: FrontEnd, puppets: Puppets) -> None:
    """The second waits for the first, and is refused before anything of it is started."""
    first = owner.engine.submit(HostSession())
    second = owner.engine.submit(HostSession())
    hosting = owner.end_of(first)
    with pytest.raises(Refused) as refused:
        owner.end_of(second)
    assert code_of(refused) == "session_busy"
    assert len(puppets.hosts) == 1
    owner.do(EndSession(hosting.session_id))


@pytest.mark.parametrize("step", ["start", "open"])
def test_a_start_that_is_cancelled_leaves_nothing(
    owner: FrontEnd, puppets: Puppets, step: str
) -> None:
    """Whether or not the recording runs already; then another session can be opened."""
    puppets.holds_at = step
    request = owner.engine.submit(HostSession())
    assert puppets.is_held.wait(30)
    owner.do(CancelRequest(request))
    owner.wait_for(
        lambda event: isinstance(event, RequestCancelled) and event.request_id == request
    )
    assert puppets.are_closed()
    assert owner.do(ReadHosting()) is None
    assert all(each.state not in RUNNING for each in owner.do(ListSessions()))
    puppets.holds_at = ""
    owner.do(EndSession(owner.do(HostSession()).session_id))


@pytest.mark.parametrize("step", ["start", "open"])
def test_an_engine_that_stops_while_a_session_starts(
    data_directory: Path, puppets: Puppets, step: str
) -> None:
    """The start is cancelled, and nothing of it is left when the engine has ended."""
    puppets.holds_at = step
    with appliance(data_directory, has_seat=True) as front_end:
        create(front_end)
        front_end.engine.submit(HostSession())
        assert puppets.is_held.wait(30)
    assert puppets.are_closed()


def test_an_engine_that_stops_ends_the_session(data_directory: Path, puppets: Puppets) -> None:
    """Everything is denied and the host is gone; front ends hear that no session is hosted any more."""
    with appliance(data_directory, has_seat=True) as front_end:
        create(front_end)
        hosting = front_end.do(HostSession())
    assert puppets.are_closed()
    assert front_end.all_of(HostingChanged)[-1].hosting is None
    ended = front_end.all_of(SessionChanged)[-1].session
    assert (ended.session_id, ended.end_reason) == (hosting.session_id, "shutdown")


@pytest.mark.parametrize("step", ["start", "picture", "open"])
def test_a_step_that_fails_leaves_nothing(owner: FrontEnd, puppets: Puppets, step: str) -> None:
    """The owner is told which program it was; the next session can be opened."""
    puppets.failures[step] = RemoteHostFailed(program="x", reason="y")
    with pytest.raises(Refused) as refused:
        owner.do(HostSession())
    assert code_of(refused) in {"remote_host_failed", "recorder_failed"}
    assert puppets.are_closed()
    puppets.failures.clear()
    owner.do(EndSession(owner.do(HostSession()).session_id))


def test_a_host_that_is_lost_ends_the_session(owner: FrontEnd, puppets: Puppets) -> None:
    """The recording is sealed, with the reason."""
    hosting = owner.do(HostSession())
    loop = puppets.hosts[0].gate._gate._ready.get_loop()
    loop.call_soon_threadsafe(puppets.hosts[0].lose, "xorg")
    ended = owner.wait_for(
        lambda event: (
            isinstance(event, SessionChanged) and event.session.state is SessionState.ANCHORING
        )
    )
    assert isinstance(ended, SessionChanged)
    assert ended.session.end_reason == "host_lost"
    entries = owner.do(ReadTrail(hosting.session_id))
    assert [each.kind for each in entries][-2:] == [AuditKind.INCIDENT, AuditKind.ENDED]
    assert owner.do(ReadHosting()) is None
