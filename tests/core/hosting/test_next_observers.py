"""One observer after the other: each is asked for, and nothing of one is left for the next."""

from __future__ import annotations

import asyncio

import pytest

from core.api.hosting import AuditKind, PeerState
from core.errors import Cancelled, RemoteHostFailed, SessionNotHosted
from core.hosting.observers import FAREWELL_S
from tests.core.hosting.test_observers import answer, come_in, host_of, tell
from tests.fakes.clocks import settle
from tests.fakes.hosting_stage import HostingStage, play
from tests.fakes.puppet_host import PuppetHost


async def go(stage: HostingStage) -> None:
    """Let who is there be gone."""
    entrance = host_of(stage).entrance
    assert entrance is not None
    entrance.visit = None
    await tell(stage, "left")


def test_after_a_no_the_next_one_is_asked_for() -> None:
    """A no was to the one who was there; whoever is invited then does not wait for a question that never comes."""

    async def scene(stage: HostingStage) -> None:
        for _ in range(3):  # the quiet of the desk, which grows, is for who tries again and again
            await come_in(stage)
            await answer(stage, is_yes=False)
            await stage.passes(int(FAREWELL_S) + 1)
            await go(stage)

    assert len(play(scene).entries(AuditKind.ASKED)) == 3


def test_a_question_that_is_withdrawn_leaves_nobody_waiting() -> None:
    """Nobody reads that the owner is asked while nobody is: who waited for that is turned out."""

    async def scene(stage: HostingStage) -> None:
        await come_in(stage)
        assert "Please wait" in host_of(stage).puppet.state["notice"]
        stage.questions.cancel_all()
        await settle()
        assert "Please wait" not in host_of(stage).puppet.state["notice"]
        await stage.passes(int(FAREWELL_S) + 1)
        assert {"drop": True} in host_of(stage).puppet.words

    play(scene)


class SlowStart:
    """Makes a stage's next hosts wait at one step until they may go on."""

    def __init__(self, stage: HostingStage, step: str = "start") -> None:
        self._make, self._step = stage.session.observers._parts.make_host, step
        self.is_there, self.may_go_on = asyncio.Event(), asyncio.Event()
        object.__setattr__(stage.session.observers._parts, "make_host", self._slow)

    def _slow(self, **heard: object) -> PuppetHost:
        host = self._make(**heard)  # type: ignore[arg-type]
        assert isinstance(host, PuppetHost)
        host.before = self._wait
        return host

    async def _wait(self, step: str) -> None:
        if step == self._step:
            self.is_there.set()
            await self.may_go_on.wait()


def test_who_is_invited_twice_as_the_session_ends_is_invited_never() -> None:
    """Both commands hear that it is over, and no programs are started that nobody would end."""

    async def scene(stage: HostingStage) -> None:
        observers, slow = stage.session.observers, SlowStart(stage)
        first = asyncio.ensure_future(observers.invite())
        await slow.is_there.wait()
        second = asyncio.ensure_future(observers.invite())
        await settle()
        await stage.session.close()
        for each in (first, second, asyncio.ensure_future(observers.invite())):
            with pytest.raises(SessionNotHosted):
                await each
        assert [each.closed for each in stage.observer_hosts] == [1]

    play(scene)


def test_a_drop_stops_what_is_being_started() -> None:
    """Whoever waits for a way in hears that it was cancelled; the next invitation begins anew."""

    async def scene(stage: HostingStage) -> None:
        observers, slow = stage.session.observers, SlowStart(stage)
        asked = [asyncio.ensure_future(observers.invite()) for _ in range(2)]
        await slow.is_there.wait()
        await settle()
        await observers.drop()
        for each in asked:
            with pytest.raises(Cancelled):
                await each
        assert [each.closed for each in stage.observer_hosts] == [1]
        assert stage.session.shown().observing is None
        slow.may_go_on.set()
        await observers.invite()
        assert len(stage.observer_hosts) == 2

    play(scene)


def test_an_invitation_that_is_cancelled_leaves_nothing() -> None:
    """Who gives up waiting is cancelled as such, and the programs are ended."""

    async def scene(stage: HostingStage) -> None:
        slow = SlowStart(stage)
        inviting = asyncio.ensure_future(stage.session.observers.invite())
        await slow.is_there.wait()
        inviting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await inviting
        assert host_of(stage).closed

    play(scene)


def test_a_program_that_ends_before_anybody_can_come_is_a_failure() -> None:
    """Between its start and its open door too: nobody is invited to a way in that is dead."""

    async def scene(stage: HostingStage) -> None:
        slow = SlowStart(stage, "open")
        inviting = asyncio.ensure_future(stage.session.observers.invite())
        await slow.is_there.wait()
        host_of(stage).lose("xrdp")
        slow.may_go_on.set()
        with pytest.raises(RemoteHostFailed) as failed:
            await inviting
        assert failed.value.facts["program"] == "xrdp"
        assert host_of(stage).closed
        assert stage.session.shown().observing is None

    play(scene)


def test_what_a_host_that_is_over_tells_is_nothing_to_the_next_ones_door() -> None:
    """A knock that was on its way when the programs were ended is nobody's."""

    async def scene(stage: HostingStage) -> None:
        observers = stage.session.observers
        await observers.invite()
        before = host_of(stage)
        before.puppet.tell("knocked")
        dropping = asyncio.ensure_future(observers.drop())
        await dropping
        await settle()
        await observers.invite()
        assert len(stage.observer_hosts) == 2
        before.hear("knocked", {})
        shown = stage.session.shown().observing
        assert shown is not None
        assert shown.peer.state is PeerState.ABSENT

    play(scene)
