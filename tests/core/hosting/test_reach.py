"""Whether a session can be found: what its invitation says, what front ends are told, what is written down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from core.api.hosting import AuditActor, AuditKind
from core.api.network import ServicePhase
from core.errors import PublishFailed
from core.hosting.ways import Leaving, LoopbackWay, OnionWay
from tests.fakes.clocks import settle
from tests.fakes.hosting_stage import HostingStage
from tests.fakes.puppet_tor import PuppetTor

REACHABLE, WAITING = ServicePhase.REACHABLE, ServicePhase.WAITING


def play(
    scene: Callable[[HostingStage, PuppetTor], Awaitable[None]],
    tor: type[PuppetTor] = PuppetTor,
    *,
    is_early: bool = False,
) -> HostingStage:
    """Play a scene in a session that is reached by Tor, ``is_early``: found before it begins. Every way is closed."""

    async def run() -> HostingStage:
        puppet = tor()
        leaving = Leaving()
        ways = [OnionWay(puppet, "session", leaving)]
        await ways[0].open()
        if is_early:
            puppet.find()
        unused = iter(ways.copy())

        def make() -> OnionWay:
            if (way := next(unused, None)) is None:
                ways.append(way := OnionWay(puppet, "session", leaving))
            return way

        stage = HostingStage(make_way=make)
        try:
            async with stage:
                await scene(stage, puppet)
        finally:
            for each in ways:
                await each.close()
            await leaving.settle()
        return stage

    return asyncio.run(run())


def test_an_invitation_names_the_onion_address_and_its_key() -> None:
    """The entrance listens where the way leads to, and nobody has to know of that."""

    async def scene(stage: HostingStage, tor: PuppetTor) -> None:
        shown, service = stage.session.shown(), next(iter(tor.published.values()))
        assert shown.invitation is not None
        assert shown.invitation.address == f"{service.key.address}:3389"
        assert f"key={shown.invitation.client_key}" in shown.invitation.link
        assert stage.host.place == service.target
        assert shown.reach is ServicePhase.PUBLISHING

    play(scene)


def test_front_ends_hear_at_once_that_it_can_be_found() -> None:
    """Nothing is written down of that: it is as it should be."""

    async def scene(stage: HostingStage, tor: PuppetTor) -> None:
        tor.find()
        await settle()
        changed = stage.changes()[-1].hosting
        assert changed is not None
        assert changed.reach is REACHABLE

    assert not play(scene).entries(AuditKind.INCIDENT)


@pytest.mark.parametrize("is_early", [False, True])
def test_a_tor_that_is_lost_ends_no_session(is_early: bool) -> None:
    """Its loss and its return are in the trail, once each, and front ends are told."""

    async def scene(stage: HostingStage, tor: PuppetTor) -> None:
        tor.find()
        await settle()
        for phase in (WAITING, ServicePhase.PUBLISHING, REACHABLE):
            tor.find(phase)
            await stage.passes(2)
            assert stage.session.shown().reach is phase
        assert not stage.session.is_ending

    stage = play(scene, is_early=is_early)
    found = [(each.actor, each.resource, each.reason) for each in stage.entries(AuditKind.INCIDENT)]
    assert found == [
        (AuditActor.APPLIANCE, "tor", "it no longer leads to this session"),
        (AuditActor.APPLIANCE, "tor", "it leads to this session again"),
    ]


def test_a_session_that_is_not_found_goes_on() -> None:
    """It is told why, and Tor goes on trying."""

    class Hidden(PuppetTor):
        async def wait_reachable(self, address: str, timeout_s: float) -> None:
            raise PublishFailed(address=address, reason=f"nobody took it in {timeout_s} s")

    async def scene(stage: HostingStage, tor: PuppetTor) -> None:
        await settle()
        assert not stage.session.is_ending
        tor.find()
        await stage.passes(2)
        assert stage.session.shown().reach is REACHABLE

    assert play(scene, Hidden).incidents() == ["publish_failed"]


def test_on_this_machine_there_is_no_such_question() -> None:
    """The entrance has the address, and no key opens it."""

    async def run() -> None:
        async with HostingStage(make_way=LoopbackWay) as stage:
            shown = stage.session.shown()
            assert shown.reach is None
            assert shown.invitation is not None
            assert shown.invitation.client_key == ""

    asyncio.run(run())


def test_who_watches_comes_by_an_address_of_its_own() -> None:
    """It has another key, and is gone when it is dropped, though the session's stays."""

    async def scene(stage: HostingStage, tor: PuppetTor) -> None:
        invitation = await stage.session.observers.invite()
        own = stage.session.shown().invitation
        assert own is not None
        assert invitation.address != own.address
        assert invitation.client_key not in {"", own.client_key}
        assert len(tor.published) == 2
        shown = stage.session.shown().observing
        assert shown is not None
        assert shown.reach is ServicePhase.PUBLISHING
        await stage.session.observers.drop()
        await settle()
        assert [f"{each}:3389" for each in tor.published] == [own.address]

    assert not play(scene).incidents()
